//! A container that is made from a template or from an OCI image: its disks, what lies in the archive, what the image
//! says of itself. When anything fails nothing stays of it.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{Done, Worker, starting::is_deaf};
use crate::sim::{
    datacenter::Datacenter,
    world::{
        guest::Config,
        mount::Mount,
        options::{kept, stem},
        storage::Image,
    },
};

/// A container that is being made.
#[derive(Debug, Clone)]
pub struct Making {
    pub vmid: u32,
    pub template: String,
    /// The options given, without volumes.
    pub options: Config,
    pub mounts: Vec<(String, Mount)>,
    pub pool: Option<String>,
    pub starts: bool,
    pub is_managed: bool,
}

/// The newest Debian that was tested with this version.
const NEWEST_DEBIAN: u32 = 14;
/// Those before 17 that are known all the same.
const OLD_UBUNTUS: &[&str] = &["12.04", "14.04", "15.04", "15.10", "16.04", "16.10"];
/// Systems whose setup is known.
const SYSTEMS: &[&str] =
    &["debian", "devuan", "ubuntu", "centos", "fedora", "opensuse", "archlinux", "alpine", "gentoo", "nixos"];

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
        self.finish(making.vmid, making.pool.as_ref(), making.starts, worker);
        if making.is_managed {
            self.say(worker, "Add as HA resource");
            self.manage(making.vmid);
        }
        if warned { Err("WARNINGS: 1".into()) } else { Ok(()) }
    }

    /// It joins its pool only now, and its start is a task of its own.
    pub(super) fn finish(&mut self, vmid: u32, pool: Option<&String>, starts: bool, worker: Worker) {
        if let (Some(guest), Some(pool)) = (self.guests.get_mut(&vmid), pool) {
            guest.pool = Some(pool.clone());
        }
        if starts {
            self.start_after(vmid, worker.who);
        }
    }

    /// Says whether there was something to warn of.
    fn make(&mut self, making: &Making, worker: Worker) -> Result<bool, String> {
        let made = self.make_disks(making.vmid, &making.mounts, worker)?;
        let (storage, path) = making.template.split_once(':').unwrap_or_default();
        let missing = || format!("volume '{}' does not exist", making.template);
        let known = self.active_storage(storage, worker.node)?;
        let template = known.volumes.iter().find(|known| known.path == path).cloned();
        let file = format!("{}/template/cache/{}", known.folder(), path.rsplit('/').next().unwrap_or(path));
        let Some(template) = template else {
            self.say(worker, missing());
            return Err(missing());
        };
        let mut config = making.options.clone();
        config.extend(made);
        let image = template.image.filter(|_| path.ends_with(".tar"));
        let system = match &image {
            Some(image) => self.unfold(image, &mut config, worker)?,
            None => {
                self.say(worker, format!("extracting archive '{file}'"));
                self.say(worker, "Total bytes read: 2150400 (2.1MiB, 35MiB/s)");
                system_of(path).to_owned()
            }
        };
        let warned = self.look_at_version(path, worker)?;
        self.describe(making, &mut config, path, &system, worker);
        if let Some(guest) = self.guests.get_mut(&making.vmid) {
            guest.temper.is_deaf = config.get("entrypoint").and_then(Value::as_str).is_some_and(is_deaf);
            guest.image = image;
            guest.config.extend(config);
        }
        Ok(warned)
    }

    /// What was left open: architecture, system, name, memory.
    fn describe(&mut self, making: &Making, config: &mut Config, path: &str, system: &str, worker: Worker) {
        if !config.contains_key("arch") {
            let arch = if path.contains("_arm64") { "arm64" } else { "amd64" };
            self.say(worker, format!("Detected container architecture: {arch}"));
            config.insert("arch".into(), json!(arch));
        }
        let host = config.get("hostname").and_then(Value::as_str).map(str::to_owned);
        if config.get("ostype") != Some(&json!("unmanaged")) {
            config.insert("ostype".into(), json!(system));
            let lines = self.key_lines(making.vmid, host.as_deref());
            self.say_all(worker, lines);
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
            self.say_all(worker, lines);
            made.insert(slot.clone(), json!(mount.text()));
        }
        Ok(made)
    }

    /// Takes over what an OCI image says of itself; what was asked for in its place is lost. Gives the system in it.
    fn unfold(&mut self, image: &Arc<Image>, config: &mut Config, worker: Worker) -> Result<String, String> {
        self.say(worker, "Detected OCI archive");
        for path in &image.volumes {
            self.say(worker, format!("creating base directory for volume at {path}"));
        }
        let is_init = image.entrypoint.first().is_some_and(|first| first == "/sbin/init");
        if !image.entrypoint.is_empty() && !is_init {
            config.insert("entrypoint".into(), json!(quoted(&image.entrypoint)));
            config.insert("cmode".into(), json!("console"));
            for (name, value) in config.iter_mut().filter(|(name, _)| stem(name) == "net") {
                let text = value.as_str().unwrap_or_default();
                if !text.contains("host-managed=") {
                    self.say(worker, format!("Auto-Enabling host-managed network for network device {name}."));
                    *value = kept(name, &format!("{text},host-managed=1"), 0);
                }
            }
        }
        config.insert("lxc".into(), raw_options(image));
        if !image.env.is_empty() {
            config.insert("env".into(), json!(image.env.join("\0")));
        }
        match image.system.as_str() {
            _ if config.get("ostype") == Some(&json!("unmanaged")) => Ok("unmanaged".into()),
            "" => Ok("unmanaged".into()),
            system if SYSTEMS.contains(&system) => Ok(system.into()),
            system => {
                self.say(worker, format!("unknown ID '{system}' in /etc/os-release file, trying fallback detection"));
                Err("unable to detect OS distribution".into())
            }
        }
    }

    /// A system that is too old is refused, one that is too new only warned of.
    fn look_at_version(&mut self, path: &str, worker: Worker) -> Result<bool, String> {
        let name = path.rsplit('/').next().unwrap_or(path);
        let warning = if let Some(version) = name.strip_prefix("ubuntu-").and_then(|rest| rest.split('-').next()) {
            judge_ubuntu(version)?
        } else if let Some(rest) = name.strip_prefix("debian-") {
            judge_debian(rest.split(|c: char| !c.is_ascii_digit()).next().unwrap_or_default())?
        } else {
            None
        };
        let warned = warning.is_some();
        self.say_all(worker, warning);
        Ok(warned)
    }
}

fn judge_debian(version: &str) -> Result<Option<String>, String> {
    match version.parse::<u32>() {
        Ok(number) if number < 4 => Err(format!("Container Debian version '{version}' is too old")),
        Ok(number) if number > NEWEST_DEBIAN => Ok(Some(format!(
            "WARN: The container's Debian version '{version}' is newer than the tested version '{NEWEST_DEBIAN}'. While everything may work fine, full compatibility cannot be guaranteed. Please check for PVE system updates."
        ))),
        _ => Ok(None),
    }
}

fn judge_ubuntu(version: &str) -> Result<Option<String>, String> {
    let number = version.split('.').next().and_then(|major| major.parse::<u32>().ok()).unwrap_or(24);
    match number {
        _ if OLD_UBUNTUS.contains(&version) || (17..27).contains(&number) => Ok(None),
        0..17 => Err(format!("unsupported ancient Ubuntu version '{version}'")),
        _ => Ok(Some(format!(
            "WARN: The container's Ubuntu version '{version}' is not in the known version list. As it's newer than the minimum supported version it's likely to work OK, but full compatibility cannot be guaranteed. Please check for PVE system updates."
        ))),
    }
}

fn system_of(path: &str) -> &'static str {
    let name = path.rsplit('/').next().unwrap_or(path);
    let is_of = |system: &&&str| name.starts_with(**system) || name.contains(&format!("-{system}"));
    SYSTEMS.iter().find(is_of).copied().unwrap_or(match name {
        name if name.starts_with("rockylinux") || name.starts_with("almalinux") => "centos",
        _ => "debian",
    })
}

/// The raw keys LXC gets from an image.
fn raw_options(image: &Image) -> Value {
    let mut pairs: Vec<[String; 2]> = Vec::new();
    let (user, group) = image.user.split_once(':').unwrap_or((&image.user, ""));
    for (key, name) in [("lxc.init.uid", user), ("lxc.init.gid", if group.is_empty() { user } else { group })] {
        if !name.is_empty() {
            pairs.push([key.into(), number_of(name).to_string()]);
        }
    }
    if !user.is_empty() && group.is_empty() {
        pairs.push(["lxc.init.groups".into(), number_of(user).to_string()]);
    }
    if !image.workdir.is_empty() {
        pairs.push(["lxc.init.cwd".into(), image.workdir.clone()]);
    }
    pairs.push(["lxc.signal.halt".into(), "SIGTERM".into()]);
    json!(pairs)
}

/// The number of a user, as images have it.
fn number_of(name: &str) -> u32 {
    let known = [
        ("root", 0),
        ("www-data", 33),
        ("nginx", 101),
        ("redis", 999),
        ("postgres", 70),
        ("node", 1_000),
        ("nobody", 65_534),
    ];
    let found = known.iter().find(|(known, _)| *known == name).map(|(_, number)| *number);
    name.parse().ok().or(found).unwrap_or(1_000)
}

/// Words as one line that a shell reads back as the same words.
fn quoted(words: &[String]) -> String {
    let is_plain =
        |word: &str| !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric() || "!%+,-./:=@^_".contains(c));
    let quote = |word: &String| {
        if is_plain(word) { word.clone() } else { format!("'{}'", word.replace('\'', "'\\''")) }
    };
    words.iter().map(quote).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_where_a_shell_needs_it() {
        let words = ["/bin/sh", "-c", "while true; do sleep 5; done"].map(str::to_owned);
        assert_eq!(quoted(&words), "/bin/sh -c 'while true; do sleep 5; done'");
    }
}
