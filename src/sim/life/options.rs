//! Options that change: at once, where the running container takes it, and otherwise at its next start. What fails is
//! told by option.

use serde_json::{Value, json};

use super::words;
use crate::sim::{
    check::Errors,
    datacenter::Datacenter,
    hash::mix,
    world::{
        guest::{Config, Guest},
        mount::{Mount, mounts},
        options::{kept, stem},
    },
};

/// What a running container takes over without a word.
const FAST: &[&str] =
    &["cores", "description", "hookscript", "hostname", "lock", "onboot", "protection", "startup", "tags"];
/// What it takes over too, or not at all.
const HOT: &[&str] = &["cpulimit", "cpuunits", "memory", "swap"];

impl Datacenter {
    /// Puts changes among those that wait: texts as they were given, and nothing for what is to go.
    pub fn await_changes(&mut self, vmid: u32, changes: &[(String, Option<String>)]) {
        let Some(guest) = self.guests.get_mut(&vmid) else { return };
        for (name, text) in changes {
            let waits = match text {
                Some(text) if matches!(stem(name), "net" | "mp" | "rootfs") => json!(text),
                Some(text) => kept(name, text, 0),
                None if guest.config.contains_key(name) || guest.pending.contains_key(name) => Value::Null,
                None => continue,
            };
            guest.pending.insert(name.clone(), waits);
        }
        guest.tidy_pending();
    }

    /// Takes over what a running container can; the rest goes on waiting.
    pub fn plug(&mut self, vmid: u32, names: &[String]) -> Errors {
        let mut errors = Vec::new();
        for name in names {
            let Some(guest) = self.guests.get(&vmid) else { continue };
            let Some(value) = guest.pending.get(name).cloned() else { continue };
            let result = match (&value, stem(name)) {
                (_, _) if FAST.contains(&name.as_str()) => Ok(Some(value)),
                (Value::Null, "unused" | "net") => Ok(Some(value)),
                (Value::Null, _) if HOT.contains(&name.as_str()) && name != "memory" => Ok(Some(value)),
                (Value::Null, _) => Ok(None),
                (Value::String(text), "net") => self.plug_network(vmid, name, text),
                (Value::String(text), "mp") if !guest.config.contains_key(name) => {
                    self.plug_mount(vmid, name, text).map(Some)
                }
                (_, "dev") if !guest.config.contains_key(name) => Ok(Some(value)),
                _ if HOT.contains(&name.as_str()) => Ok(Some(value)),
                _ => Ok(None),
            };
            match result {
                Ok(Some(value)) => self.settle(vmid, name, value),
                Ok(None) => {}
                Err(why) => errors.push((name.clone(), format!("unable to hotplug {name}: {why}\n"))),
            }
        }
        errors
    }

    /// Applies all that waits, as a container does when it starts.
    pub fn apply_pending(&mut self, vmid: u32) -> Errors {
        let names: Vec<String> =
            self.guests.get(&vmid).map(|guest| guest.pending.keys().cloned().collect()).unwrap_or_default();
        self.apply(vmid, &names)
    }

    /// Applies some of what waits: the container is off.
    pub fn apply(&mut self, vmid: u32, names: &[String]) -> Errors {
        let mut errors = Vec::new();
        for name in names {
            let Some(value) = self.guests.get(&vmid).and_then(|guest| guest.pending.get(name).cloned()) else {
                continue;
            };
            let result = match (&value, stem(name)) {
                (Value::Null, "mp") => Ok(self.detach(vmid, name)),
                (Value::String(text), "net") => Ok(kept(name, text, self.chance(vmid))),
                (Value::String(text), "mp" | "rootfs") => {
                    self.plug_mount(vmid, name, text).inspect(|_| drop(self.detach(vmid, name)))
                }
                _ => Ok(value),
            };
            match result {
                Ok(value) => self.settle(vmid, name, value),
                Err(why) => errors.push((name.clone(), format!("unable to apply pending change {name} : {why}\n"))),
            }
        }
        errors
    }

    fn chance(&self, vmid: u32) -> u64 {
        mix(mix(self.seed, u64::from(vmid)), self.now().0 as u64)
    }

    /// It is so now, and waits no more.
    fn settle(&mut self, vmid: u32, name: &str, value: Value) {
        let Some(guest) = self.guests.get_mut(&vmid) else { return };
        guest.pending.remove(name);
        match value {
            Value::Null => drop(guest.config.remove(name)),
            value => drop(guest.config.insert(name.to_owned(), value)),
        }
        guest.tidy_unused();
    }

    /// The volume of a slot is kept without being used.
    fn detach(&mut self, vmid: u32, name: &str) -> Value {
        if let Some(guest) = self.guests.get_mut(&vmid)
            && let Some(mount) = guest.mount(name).filter(|mount| mount.disk().is_some())
            && !guest.is_saved(&mount.volume)
        {
            guest.config.remove(name);
            guest.add_unused(&mount);
        }
        Value::Null
    }

    /// A volume for a slot, made if it has to be.
    fn plug_mount(&self, vmid: u32, name: &str, text: &str) -> Result<Value, String> {
        let guest = self.guests.get(&vmid).ok_or("no such guest")?;
        let mut mount = Mount::parse(name, text).ok_or("format error")?;
        let is_new = mount.wanted().is_some();
        self.make_mount(vmid, &guest.node, &mut mount, &Config::new())?;
        if let Some(disk) = mount.disk().filter(|_| !is_new) {
            self.active_storage(&disk.storage, &guest.node)?;
            mount.size = mount.size.or_else(|| self.known_size(guest, &mount.volume));
        }
        Ok(json!(mount.text()))
    }

    fn known_size(&self, guest: &Guest, volume: &str) -> Option<u64> {
        let saved = guest.snapshots.iter().map(|snapshot| &snapshot.config);
        let known = saved.chain([&guest.config]).flat_map(mounts).find(|(_, mount)| mount.volume == volume);
        known.and_then(|(_, mount)| mount.size).or_else(|| guest.unused_sizes.get(volume).copied())
    }

    /// A card on a bridge that is not there is taken out when it was another card, and else left as it was.
    fn plug_network(&mut self, vmid: u32, name: &str, text: &str) -> Result<Option<Value>, String> {
        let new = kept(name, text, self.chance(vmid));
        let Some(guest) = self.guests.get_mut(&vmid) else { return Ok(None) };
        let bridges = self.nodes.iter().find(|node| node.name == guest.node).map(|node| node.bridges.clone());
        let part = |text: &str, key: &str| {
            text.split(',').find_map(|part| part.strip_prefix(key)?.strip_prefix('=')).map(str::to_owned)
        };
        let card = new.as_str().unwrap_or_default();
        let bridge = part(card, "bridge").filter(|_| part(card, "link_down").as_deref() != Some("1"));
        if let Some(bridge) = bridge.filter(|bridge| bridges.is_some_and(|known| !known.contains(&bridge.as_str()))) {
            let old = guest.text(name).unwrap_or_default();
            if part(old, "hwaddr") != part(card, "hwaddr") || part(old, "name") != part(card, "name") {
                guest.config.remove(name);
            }
            return Err(format!("bridge '{bridge}' does not exist"));
        }
        Ok(Some(new))
    }

    /// What the disks of a slot write when they are made, for the log of a task.
    pub fn mount_lines(&self, mount: &Mount) -> Vec<String> {
        mount.disk().map(|disk| self.making_lines(&disk, mount.size.unwrap_or(0))).unwrap_or_default()
    }

    /// The keys a container gets at its first start.
    pub fn key_lines(&self, vmid: u32, hostname: Option<&str>) -> Vec<String> {
        words::keys(hostname.unwrap_or("localhost"), self.chance(vmid))
    }
}

impl Guest {
    /// What is already so does not wait.
    fn tidy_pending(&mut self) {
        let config = &self.config;
        self.pending.retain(|name, value| match value {
            Value::Null => config.contains_key(name),
            value => config.get(name) != Some(value),
        });
    }

    /// A volume that is used again is not unused any more.
    fn tidy_unused(&mut self) {
        let used: Vec<_> = mounts(&self.config).into_iter().map(|(_, mount)| mount.volume).collect();
        self.config.retain(|name, value| {
            stem(name) != "unused" || value.as_str().is_none_or(|volume| !used.iter().any(|known| known == volume))
        });
    }
}
