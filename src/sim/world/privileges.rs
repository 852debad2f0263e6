//! The privileges of Proxmox VE 9.2 and the roles made of them. A set of privileges is one number with a bit for each.

/// A set of privileges.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Privileges(u64);

/// In alphabetical order.
pub const ALL: &[&str] = &[
    "Datastore.Allocate",
    "Datastore.AllocateSpace",
    "Datastore.AllocateTemplate",
    "Datastore.Audit",
    "Group.Allocate",
    "Mapping.Audit",
    "Mapping.Modify",
    "Mapping.Use",
    "Permissions.Modify",
    "Pool.Allocate",
    "Pool.Audit",
    "Realm.Allocate",
    "Realm.AllocateUser",
    "SDN.Allocate",
    "SDN.Audit",
    "SDN.Use",
    "Sys.AccessNetwork",
    "Sys.Audit",
    "Sys.Console",
    "Sys.Incoming",
    "Sys.Modify",
    "Sys.PowerMgmt",
    "Sys.Syslog",
    "User.Modify",
    "VM.Allocate",
    "VM.Audit",
    "VM.Backup",
    "VM.Clone",
    "VM.Config.CDROM",
    "VM.Config.CPU",
    "VM.Config.Cloudinit",
    "VM.Config.Disk",
    "VM.Config.HWType",
    "VM.Config.Memory",
    "VM.Config.Network",
    "VM.Config.Options",
    "VM.Console",
    "VM.GuestAgent.Audit",
    "VM.GuestAgent.FileRead",
    "VM.GuestAgent.FileSystemMgmt",
    "VM.GuestAgent.FileWrite",
    "VM.GuestAgent.Unrestricted",
    "VM.Migrate",
    "VM.PowerMgmt",
    "VM.Replicate",
    "VM.Snapshot",
    "VM.Snapshot.Rollback",
];

impl Privileges {
    pub const NONE: Self = Self(0);

    pub fn every() -> Self {
        Self((1 << ALL.len()) - 1)
    }

    /// Those whose name fits.
    pub fn those(fits: impl Fn(&str) -> bool) -> Self {
        Self(ALL.iter().enumerate().filter(|(_, name)| fits(name)).fold(0, |set, (bit, _)| set | 1 << bit))
    }

    pub fn named(names: &[&str]) -> Self {
        Self::those(|name| names.contains(&name))
    }

    pub fn has(self, name: &str) -> bool {
        // Asked for every guest of every listing, so it does not look through them all.
        ALL.binary_search(&name).is_ok_and(|bit| self.0 & (1 << bit) != 0)
    }

    pub fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub fn names(self) -> impl Iterator<Item = &'static str> {
        ALL.iter().enumerate().filter(move |(bit, _)| self.0 & (1 << bit) != 0).map(|(_, name)| *name)
    }
}

/// The roles every Proxmox VE has.
pub fn built_in_roles() -> Vec<(&'static str, Privileges)> {
    let vm_admin = Privileges::those(|name| name.starts_with("VM."));
    let storage_admin = Privileges::those(|name| name.starts_with("Datastore."));
    let not_for_admins = ["Mapping.Modify", "Permissions.Modify", "Realm.Allocate"];
    let no_system = ["Sys.AccessNetwork", "Sys.Incoming", "Sys.Modify", "Sys.PowerMgmt"];
    vec![
        ("Administrator", Privileges::every()),
        ("NoAccess", Privileges::NONE),
        ("PVEAdmin", Privileges::those(|name| !not_for_admins.contains(&name) && !no_system.contains(&name))),
        ("PVEAuditor", Privileges::those(|name| name.ends_with(".Audit"))),
        ("PVEDatastoreAdmin", storage_admin),
        ("PVEDatastoreUser", Privileges::named(&["Datastore.AllocateSpace", "Datastore.Audit"])),
        ("PVEMappingAdmin", Privileges::those(|name| name.starts_with("Mapping."))),
        ("PVEMappingUser", Privileges::named(&["Mapping.Audit", "Mapping.Use"])),
        ("PVEPoolAdmin", Privileges::those(|name| name.starts_with("Pool."))),
        ("PVEPoolUser", Privileges::named(&["Pool.Audit"])),
        ("PVESDNAdmin", Privileges::those(|name| name.starts_with("SDN."))),
        ("PVESDNUser", Privileges::named(&["SDN.Audit", "SDN.Use"])),
        ("PVESysAdmin", Privileges::named(&["Sys.Audit", "Sys.Console", "Sys.Syslog"])),
        ("PVETemplateUser", Privileges::named(&["VM.Audit", "VM.Clone"])),
        ("PVEUserAdmin", Privileges::named(&["Group.Allocate", "Realm.AllocateUser", "User.Modify"])),
        ("PVEVMAdmin", vm_admin),
        ("PVEVMUser", Privileges::named(VM_USER)),
    ]
}

const VM_USER: &[&str] = &[
    "VM.Audit",
    "VM.Backup",
    "VM.Config.CDROM",
    "VM.Config.Cloudinit",
    "VM.Console",
    "VM.GuestAgent.Audit",
    "VM.GuestAgent.FileRead",
    "VM.GuestAgent.FileSystemMgmt",
    "VM.GuestAgent.FileWrite",
    "VM.PowerMgmt",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_privilege_is_found() {
        assert!(ALL.is_sorted());
        assert!(ALL.iter().all(|name| Privileges::every().has(name) && !Privileges::NONE.has(name)));
        assert_eq!(Privileges::named(VM_USER).names().count(), VM_USER.len());
    }
}
