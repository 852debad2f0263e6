//! Which disks of a guest a backup takes, and what it says of them.

use super::{Script, words::tar_size};
use crate::sim::{
    volumes::{Disk, disks},
    world::guest::{Guest, Kind},
};

/// Roots always, mount points when they ask for it.
pub fn is_included(guest: &Guest, disk: &Disk) -> bool {
    let text = guest.text(disk.slot).unwrap_or_default();
    match guest.kind {
        _ if disk.slot.starts_with("unused") => false,
        Kind::Container => disk.slot == "rootfs" || text.split(',').any(|part| part == "backup=1"),
        Kind::Machine => !text.split(',').any(|part| part == "backup=0"),
    }
}

pub(super) fn describe(guest: &Guest, script: &mut Script) {
    script.say(format!("{} Name: {}", guest.kind.label(), guest.name()));
    if guest.kind == Kind::Machine {
        for disk in disks(guest).filter(|disk| is_included(guest, disk)) {
            let size = tar_size(disk.size as f64).replace("iB", "");
            script.say(format!("include disk '{}' '{}:{}' {size}", disk.slot, disk.storage, disk.path));
        }
        return;
    }
    for (slot, mount, reason) in mounts(guest) {
        match reason {
            None => script.say(format!("including mount point {slot} ('{mount}') in backup")),
            Some((kind, why)) => {
                script.say(format!("excluding {kind} mount point {slot} ('{mount}') from backup ({why})"));
            }
        }
    }
}

type Excluded = Option<(&'static str, &'static str)>;

/// Slots and places of a container's mount points, the root first, and why one is left out.
pub fn mounts(guest: &Guest) -> Vec<(&str, &str, Excluded)> {
    let root = guest.config.get_key_value("rootfs").map(|(slot, _)| (slot.as_str(), "/", None));
    let mut slots: Vec<&String> = guest.config.keys().filter(|slot| is_mount(slot)).collect();
    slots.sort_by_key(|slot| slot[2..].parse::<u32>().unwrap_or(0));
    let rest = slots.into_iter().map(|slot| {
        let text = guest.text(slot).unwrap_or_default();
        let place = text.split(',').find_map(|part| part.strip_prefix("mp=")).unwrap_or("/");
        let excluded = match text.split(',').next().unwrap_or_default() {
            volume if volume.starts_with("/dev/") => Some(("device", "not a volume")),
            volume if volume.starts_with('/') => Some(("bind", "not a volume")),
            _ if text.split(',').any(|part| part == "backup=1") => None,
            _ => Some(("volume", "disabled")),
        };
        (slot.as_str(), place, excluded)
    });
    root.into_iter().chain(rest).collect()
}

fn is_mount(slot: &str) -> bool {
    slot.strip_prefix("mp").is_some_and(|number| number.parse::<u32>().is_ok())
}
