//! A container that is made from a template or from an OCI image: its disks, what lies in the archive, what the image
//! says of itself. When anything fails nothing stays of it.

use serde_json::{Value, json};

use super::{Done, Worker, systems::system_of};
use crate::sim::{
    datacenter::Datacenter,
    shell::Inside,
    world::{guest::Config, mount::Mount},
};

/// A container that is being made.
#[derive(Debug, Clone)]
pub struct Making {
    pub vmid: u32,
    pub template: String,
    /// The options given, without volumes.
    pub options: Config,
    pub mounts: Vec<(String, Mount)>,
    pub then: Afterwards,
    /// By which root may come in.
    pub keys: String,
}

/// What is done once a container is there.
#[derive(Debug, Clone)]
pub struct Afterwards {
    pub pool: Option<String>,
    pub starts: bool,
    pub is_managed: bool,
}

impl Datacenter {
    pub(super) fn end_making(&mut self, making: &Making, worker: Worker) -> Done {
        let result = self.make(making, worker);
        let warned = match result {
            Ok(warned) => warned,
            Err(why) => {
                self.remove_unmade(making.vmid);
                return Err(format!("unable to create CT {} - {why}", making.vmid));
            }
        };
        self.unlock_from(making.vmid, "create");
        self.finish(making.vmid, &making.then, worker);
        if warned { Err("WARNINGS: 1".into()) } else { Ok(()) }
    }

    /// It joins its pool only now, and its start is a task of its own.
    pub(super) fn finish(&mut self, vmid: u32, then: &Afterwards, worker: Worker) {
        if let (Some(guest), Some(pool)) = (self.guests.get_mut(&vmid), &then.pool) {
            guest.pool = Some(pool.clone());
        }
        if then.starts {
            self.start_after(vmid, worker.who);
        }
        if then.is_managed {
            self.note(worker, "Add as HA resource");
            self.manage(vmid);
        }
    }

    /// Says whether there was something to warn of.
    fn make(&mut self, making: &Making, worker: Worker) -> Result<bool, String> {
        let made = self.make_disks(making.vmid, &making.mounts, worker)?;
        let (storage, path) = making.template.split_once(':').unwrap_or_default();
        let missing = || format!("volume '{}' does not exist", making.template);
        let known = self.active_storage(storage, worker.node)?;
        let template = known.volume(worker.node, path).cloned();
        let file = format!("{}/template/cache/{}", known.folder(), path.rsplit('/').next().unwrap_or(path));
        let Some(template) = template else {
            self.note(worker, missing());
            return Err(missing());
        };
        let mut config = making.options.clone();
        config.extend(made);
        let image = template.image.filter(|_| path.ends_with(".tar"));
        let system = match &image {
            Some(image) => self.unfold(image, &mut config, worker)?,
            None => {
                self.note(worker, format!("extracting archive '{file}'"));
                self.note(worker, "Total bytes read: 2150400 (2.1MiB, 35MiB/s)");
                system_of(path).to_owned()
            }
        };
        let warned = self.look_at_version(path, worker)?;
        self.describe(making, &mut config, path, &system, worker);
        if let Some(guest) = self.guests.get_mut(&making.vmid) {
            guest.image = image;
            guest.config.extend(config);
        }
        self.lay_inside(making.vmid, Inside::Fresh);
        self.lay_keys(making.vmid, &making.keys);
        Ok(warned)
    }

    /// What was left open: architecture, system, name, memory.
    fn describe(&mut self, making: &Making, config: &mut Config, path: &str, system: &str, worker: Worker) {
        if !config.contains_key("arch") {
            let arch = if path.contains("_arm64") { "arm64" } else { "amd64" };
            self.note(worker, format!("Detected container architecture: {arch}"));
            config.insert("arch".into(), json!(arch));
        }
        let host = config.get("hostname").and_then(Value::as_str).map(str::to_owned);
        if config.get("ostype") != Some(&json!("unmanaged")) {
            config.insert("ostype".into(), json!(system));
            let lines = self.key_lines(making.vmid, host.as_deref());
            self.note_all(worker, lines);
        }
        for (name, value) in
            [("hostname", json!(format!("CT{}", making.vmid))), ("memory", json!(512)), ("swap", json!(512))]
        {
            config.entry(name.to_owned()).or_insert(value);
        }
    }

    /// The volumes of a new container, and what is written while they are made.
    pub(super) fn make_disks(
        &mut self,
        vmid: u32,
        mounts: &[(String, Mount)],
        worker: Worker,
    ) -> Result<Config, String> {
        let mut made = Config::new();
        for (slot, mount) in mounts {
            let mut mount = mount.clone();
            self.make_mount(vmid, worker.node, &mut mount, &made)?;
            let lines = self.mount_lines(&mount);
            self.note_all(worker, lines);
            made.insert(slot.clone(), json!(mount.text()));
        }
        Ok(made)
    }
}
