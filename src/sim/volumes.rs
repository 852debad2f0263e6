//! What lies on the storages. The disks of guests are read from the guests' own configurations, so there is no second
//! truth about them; how full a storage is follows from what lies on it.

use std::collections::HashMap;

use super::{
    datacenter::Datacenter,
    world::{
        guest::{Guest, Kind, parse_size},
        options::stem,
        storage::{Condition, Storage},
    },
};

/// Bytes by storage and node; the node of a shared storage is empty.
pub type Fills<'a> = HashMap<(&'a str, &'a str), u64>;

/// A disk of a guest.
#[derive(Debug, Clone, Copy)]
pub struct Disk<'a> {
    /// The option it stands in: `rootfs`, `mp0`, `unused1`.
    pub slot: &'a str,
    pub storage: &'a str,
    /// Behind the colon of its volume id.
    pub path: &'a str,
    pub size: u64,
    pub used: u64,
    pub guest: &'a Guest,
}

const OF_CONTAINER: &[&str] = &["rootfs", "mp", "unused"];
const OF_MACHINE: &[&str] = &["scsi", "virtio", "sata", "ide", "efidisk", "tpmstate", "unused"];
/// A volume whose size its configuration does not tell.
const UNTOLD: u64 = 1 << 30;

/// The disks of a guest, each once, in the order of their slots.
pub fn disks(guest: &Guest) -> impl Iterator<Item = Disk<'_>> {
    let slots = if guest.kind == Kind::Container { OF_CONTAINER } else { OF_MACHINE };
    guest.config.iter().filter(|(slot, _)| slots.contains(&stem(slot))).filter_map(move |(slot, value)| {
        let text = value.as_str()?;
        let volume = text.split(',').next().filter(|volume| !volume.starts_with('/'))?;
        let (storage, path) = volume.trim_start_matches("volume=").split_once(':')?;
        let size = text.rsplit_once("size=").and_then(|(_, size)| parse_size(size.split(',').next()?));
        let is_disk = !text.contains("media=cdrom");
        let size = size.unwrap_or(UNTOLD);
        let used = (size as f64 * guest.profile.disk.clamp(0.0, 1.0)) as u64 & !4095;
        is_disk.then_some(Disk { slot, storage, path, size, used, guest })
    })
}

impl Datacenter {
    /// What guests and files take on every storage.
    pub fn fills(&self) -> Fills<'_> {
        let mut fills = Fills::new();
        let shared: HashMap<&str, bool> =
            self.storages.iter().map(|storage| (storage.name, storage.is_shared)).collect();
        for disk in self.guests.values().flat_map(disks) {
            let node = if shared.get(disk.storage) == Some(&true) { "" } else { disk.guest.node.as_str() };
            *fills.entry((disk.storage, node)).or_default() += disk.used;
        }
        for storage in &self.storages {
            for volume in &storage.volumes {
                let node = if storage.is_shared { "" } else { volume.node.as_deref().unwrap_or_default() };
                *fills.entry((storage.name, node)).or_default() += volume.size;
            }
        }
        fills
    }

    /// Takes what there is now as the beginning: how full the storages are said to be counts it in already.
    pub fn weigh_storages(&mut self) {
        let fills = self.fills();
        let owned = fills.into_iter().map(|((storage, node), sum)| ((storage.to_owned(), node.to_owned()), sum));
        self.weighed = owned.collect();
    }

    /// How many bytes of a storage are taken, as a node sees it.
    pub fn used_on(&self, storage: &Storage, node: &str, fills: &Fills) -> u64 {
        if storage.condition == Condition::Full {
            return storage.total;
        }
        let places: &[&str] = if storage.is_shared { &[""] } else { &["", node] };
        let grown: i64 = places
            .iter()
            .map(|place| {
                let before = self.weighed.get(&(storage.name.to_owned(), (*place).to_owned())).copied().unwrap_or(0);
                fills.get(&(storage.name, *place)).copied().unwrap_or(0) as i64 - before as i64
            })
            .sum();
        let breath = storage.breath(self.seed, node, self.now().0 as f64 / 1000.0);
        breath.saturating_add_signed(grown).min(storage.total)
    }

    /// How many bytes more fit on a storage.
    pub fn room_on(&self, storage: &Storage, node: &str) -> u64 {
        storage.total - self.used_on(storage, node, &self.fills())
    }
}
