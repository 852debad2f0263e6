//! The disks of guests. A disk is there as long as a configuration names it, so none is ever lost or left over; what a
//! storage can do with it follows from the storage's kind, as in the tables of the real one.

use super::{
    datacenter::Datacenter,
    world::{
        guest::{Config, Guest},
        mount::{Disk, Mount, bytes_of, mounts, volumes},
        storage::{Condition, Storage},
    },
};

/// What may be done with a disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Feature {
    Snapshot,
    /// A link to it.
    Clone,
    Copy,
    Template,
    /// Giving it to another guest.
    Rename,
}

/// Which state of a disk is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Current,
    Base,
    Snapshot,
}

impl Storage {
    pub fn can(&self, feature: Feature, disk: &Disk, snapshot: Option<&str>) -> bool {
        let state = match (snapshot, disk.is_base()) {
            (Some(_), _) => State::Snapshot,
            (None, true) => State::Base,
            (None, false) => State::Current,
        };
        match self.kind {
            "lvmthin" | "rbd" => thin(feature, state),
            "zfspool" => pool(feature, state),
            "btrfs" => subvolumes(feature, state, disk),
            "lvm" => matches!(feature, Feature::Copy | Feature::Rename) && state != State::Snapshot,
            _ => files(feature, state, disk),
        }
    }

    /// What the task says when nothing more fits.
    fn refuse(&self, path: &str) -> String {
        let option = |name: &str, other: &str| {
            self.options.iter().find(|(key, _)| *key == name).map_or(other.to_owned(), |(_, value)| value.clone())
        };
        let group = option("vgname", "pve");
        match self.kind {
            "lvmthin" => format!(
                "lvcreate '{group}/{path}' error:   Cannot create new thin volume, free space in thin pool {group}/{} reached threshold.",
                option("thinpool", "data")
            ),
            "lvm" => format!(
                "lvcreate '{group}/{path}' error:   Volume group \"{group}\" has insufficient free space (0 extents): 256 required."
            ),
            "zfspool" => format!("zfs error: cannot create '{}/{path}': out of space", option("pool", self.name)),
            _ => {
                let file = format!("{}/images/{path}", option("path", "/var/lib/vz"));
                format!("unable to create image: qemu-img: {file}: Could not create '{file}': No space left on device")
            }
        }
    }

    fn disk_path(&self, vmid: u32, number: u32, bytes: u64) -> String {
        match self.kind {
            "zfspool" => format!("subvol-{vmid}-disk-{number}"),
            _ if self.is_of_files() && bytes == 0 => format!("{vmid}/subvol-{vmid}-disk-{number}.subvol"),
            _ if self.is_of_files() => format!("{vmid}/vm-{vmid}-disk-{number}.raw"),
            _ => format!("vm-{vmid}-disk-{number}"),
        }
    }
}

fn thin(feature: Feature, state: State) -> bool {
    match feature {
        Feature::Clone => state != State::Current,
        Feature::Copy => true,
        Feature::Snapshot | Feature::Template | Feature::Rename => state == State::Current,
    }
}

fn pool(feature: Feature, state: State) -> bool {
    match feature {
        Feature::Snapshot => state != State::Base,
        Feature::Clone => state == State::Base,
        Feature::Copy => state != State::Snapshot,
        Feature::Template | Feature::Rename => state == State::Current,
    }
}

fn subvolumes(feature: Feature, state: State, disk: &Disk) -> bool {
    let is_raw = !disk.is_subvolume();
    match feature {
        Feature::Snapshot => state != State::Base,
        Feature::Clone => is_raw || state == State::Base,
        Feature::Copy => true,
        Feature::Template => state == State::Current,
        Feature::Rename => is_raw && state == State::Current,
    }
}

fn files(feature: Feature, state: State, disk: &Disk) -> bool {
    let is_raw = !disk.is_subvolume();
    match feature {
        Feature::Snapshot | Feature::Clone => false,
        Feature::Copy => is_raw && state != State::Snapshot,
        Feature::Template => state == State::Current,
        Feature::Rename => is_raw && state == State::Current,
    }
}

impl Datacenter {
    /// Whether all volumes of a configuration can do that; one that is no volume can do nothing.
    pub fn all_can(&self, feature: Feature, config: &Config, snapshot: Option<&str>) -> bool {
        mounts(config).iter().all(|(_, mount)| self.can(feature, mount, snapshot))
    }

    pub fn can(&self, feature: Feature, mount: &Mount, snapshot: Option<&str>) -> bool {
        let Some(disk) = mount.disk() else { return false };
        self.storage(&disk.storage).is_some_and(|storage| storage.can(feature, &disk, snapshot))
    }

    /// A storage that is there, on that node.
    pub fn storage_on(&self, name: &str, node: &str) -> Result<&Storage, String> {
        let storage = self.storage(name).ok_or_else(|| format!("storage '{name}' does not exist"))?;
        match storage.is_on(node) {
            true => Ok(storage),
            false => Err(format!("storage '{name}' is not available on node '{node}'")),
        }
    }

    /// The same, and somebody answers where it should be.
    pub fn active_storage(&self, name: &str, node: &str) -> Result<&Storage, String> {
        let storage = self.storage_on(name, node)?;
        storage.outage().map_or(Ok(storage), Err)
    }

    /// Every storage that a configuration's volumes lie on answers.
    pub fn all_active(&self, config: &Config, node: &str) -> Result<(), String> {
        let disks = mounts(config).into_iter().filter_map(|(_, mount)| mount.disk());
        disks.into_iter().try_for_each(|disk| self.active_storage(&disk.storage, node).map(drop))
    }

    /// A new disk for a guest, beside those it has and those `taken` names.
    pub fn allocate(&self, vmid: u32, storage: &str, node: &str, bytes: u64, taken: &Config) -> Result<Disk, String> {
        let storage = self.active_storage(storage, node)?;
        if !storage.takes("rootdir") {
            let name = &storage.name;
            return Err(format!("content type 'rootdir' is not available or configured on storage '{name}'"));
        }
        let mut known: Vec<Disk> = volumes(taken).filter_map(|volume| Disk::parse(&volume)).collect();
        known.extend(self.guests.get(&vmid).map(disks_of).unwrap_or_default());
        let numbers: Vec<u32> = known
            .iter()
            .filter(|disk| disk.storage == storage.name && disk.owner() == Some(vmid))
            .filter_map(Disk::number)
            .collect();
        let number = (0..).find(|number| !numbers.contains(number)).unwrap_or(0);
        let path = storage.disk_path(vmid, number, bytes);
        match storage.condition {
            Condition::Full => Err(storage.refuse(&path)),
            Condition::Fine | Condition::Offline => Ok(Disk { storage: storage.name.to_string(), path }),
        }
    }

    /// Makes the volume that a mount asks for, if it asks for one.
    pub fn make_mount(&self, vmid: u32, node: &str, mount: &mut Mount, taken: &Config) -> Result<(), String> {
        let Some((storage, gib)) = mount.wanted() else { return Ok(()) };
        let bytes = bytes_of(gib);
        mount.volume = self.allocate(vmid, storage, node, bytes, taken)?.id();
        mount.size = Some(bytes);
        Ok(())
    }

    /// A base that other guests are links of cannot go, where their names say so.
    pub fn free_to_go(&self, guest: &Guest) -> Result<(), String> {
        let bases: Vec<Disk> = disks_of(guest).into_iter().filter(Disk::is_base).collect();
        let is_used = |base: &Disk| {
            self.guests
                .values()
                .filter(|other| other.vmid != guest.vmid)
                .flat_map(disks_of)
                .any(|disk| disk.storage == base.storage && disk.base() == Some(base.name()))
        };
        match bases.iter().find(|base| is_used(base)) {
            Some(base) => Err(format!("base volume '{}' is still in use by linked clones", base.path)),
            None => Ok(()),
        }
    }
}

/// All disks of a guest: those of now, those that wait, those of its snapshots.
pub fn disks_of(guest: &Guest) -> Vec<Disk> {
    let saved = guest.snapshots.iter().flat_map(|snapshot| volumes(&snapshot.config));
    let mut found: Vec<Disk> = Vec::new();
    for volume in volumes(&guest.config).chain(volumes(&guest.pending)).chain(saved) {
        found.extend(Disk::parse(&volume).filter(|disk| !found.contains(disk)));
    }
    found
}
