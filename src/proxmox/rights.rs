//! What our credential may do, and for each right it lacks the command that grants it.

use std::collections::{BTreeMap, BTreeSet};

use super::{Client, ClientError, call::Asked, wire::access::PermissionsSaid};

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Permissions {
    who: String,
    /// Paths with the privileges held there.
    held: BTreeMap<String, BTreeSet<String>>,
}

/// A privilege that is held nowhere it is needed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingRight {
    pub privilege: &'static str,
    pub path: String,
    pub needed_for: &'static str,
    /// A line for a shell of the host.
    pub grant: String,
}

/// What Proximity does today: privilege, where to grant it, below which paths it may be held instead, and what for.
const NEEDED: [(&str, &str, &[&str], &str); 4] = [
    ("VM.Audit", "/vms", &["/vms", "/pool"], "seeing guests and their configuration"),
    ("VM.PowerMgmt", "/vms", &["/vms", "/pool"], "starting, stopping and restarting guests"),
    ("Sys.Audit", "/", &[], "the load of the nodes, and whether the cluster agrees"),
    ("Datastore.Audit", "/storage", &["/storage", "/pool"], "seeing storages and how full they are"),
];

impl Client {
    pub async fn permissions(&self) -> Result<Permissions, ClientError> {
        let asked = Asked::get(&["access", "permissions"]);
        let answer = self.call(&asked).await?;
        Ok(Permissions::of(self.name(), answer.read(&asked.call)?))
    }
}

impl Permissions {
    pub(super) fn of(who: &str, said: PermissionsSaid) -> Self {
        let names = |privileges: Vec<(String, String)>| privileges.into_iter().map(|(name, _)| name).collect();
        let held = said.into_iter().map(|(path, privileges)| (path, names(privileges.0))).collect();
        Self { who: who.to_owned(), held }
    }

    /// Whether `privilege` is held at the root, at `path`, or anywhere below one of `branches`.
    fn holds(&self, privilege: &str, path: &str, branches: &[&str]) -> bool {
        self.held.iter().filter(|(_, held)| held.contains(privilege)).any(|(at, _)| {
            at == "/" || at == path || branches.iter().any(|branch| at == branch || is_below(at, branch))
        })
    }

    /// What is lacking for what Proximity does today, each with the command that grants it.
    pub fn missing(&self) -> Vec<MissingRight> {
        let lacking = NEEDED.iter().filter(|(privilege, path, branches, _)| !self.holds(privilege, path, branches));
        lacking
            .map(|&(privilege, path, _, needed_for)| MissingRight {
                privilege,
                path: path.into(),
                needed_for,
                grant: grant(privilege, path, &self.who),
            })
            .collect()
    }
}

fn is_below(path: &str, branch: &str) -> bool {
    path.strip_prefix(branch).is_some_and(|rest| rest.starts_with('/'))
}

/// The `pveum` line that grants a privilege at a path. A token with separated privileges holds only what its user and
/// itself were both given, so both are named; for tokens of root@pam the token alone counts.
pub(super) fn grant(privilege: &str, path: &str, who: &str) -> String {
    let user = who.split('!').next().unwrap_or(who);
    let mut subjects = Vec::new();
    if !who.contains('!') || user != "root@pam" {
        subjects.push(format!("--users '{user}'"));
    }
    if who.contains('!') {
        subjects.push(format!("--tokens '{who}'"));
    }
    let subjects = subjects.join(" ");
    match role_with(privilege) {
        Some(role) => format!("pveum acl modify {path} {subjects} --roles {role}"),
        None => {
            let role = format!("Proximity-{}", privilege.replace('.', "-"));
            format!("pveum role add {role} --privs {privilege} && pveum acl modify {path} {subjects} --roles {role}")
        }
    }
}

/// The smallest role of Proxmox's own that holds a privilege.
fn role_with(privilege: &str) -> Option<&'static str> {
    Some(match privilege {
        "VM.Audit" | "Datastore.Audit" | "Sys.Audit" | "Pool.Audit" | "SDN.Audit" | "Mapping.Audit" => "PVEAuditor",
        "VM.PowerMgmt" | "VM.Console" | "VM.Backup" | "VM.Config.CDROM" | "VM.Config.Cloudinit" => "PVEVMUser",
        "VM.Clone" => "PVETemplateUser",
        "Datastore.AllocateSpace" => "PVEDatastoreUser",
        "Datastore.Allocate" | "Datastore.AllocateTemplate" => "PVEDatastoreAdmin",
        "Pool.Allocate" => "PVEPoolAdmin",
        "SDN.Use" => "PVESDNUser",
        "SDN.Allocate" => "PVESDNAdmin",
        "Sys.Console" | "Sys.Syslog" => "PVESysAdmin",
        "Sys.Modify" | "Sys.PowerMgmt" | "Sys.AccessNetwork" | "Sys.Incoming" => return None,
        other if other.starts_with("VM.") => "PVEVMAdmin",
        _ => return None,
    })
}
