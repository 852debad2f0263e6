//! Lines for a shell of the host that grant rights. A token with separated privileges holds only what its user and
//! itself were both given, so both are named; of root@pam's tokens only the token counts.

use std::collections::BTreeSet;

/// For a user whose rights we may not see.
pub(super) fn look_first(user: &str, path: &str) -> String {
    format!(
        "# what is granted here takes the place of what '{user}' inherits; look first: pveum user permissions '{user}' --path {path}"
    )
}

/// Makes a role, or adds to the one of an earlier time, and gives it to each.
pub(super) fn role_and_grants(
    role: &str,
    privileges: &BTreeSet<String>,
    path: &str,
    subjects: &[(&str, &str)],
) -> Vec<String> {
    let privileges = privileges.iter().map(String::as_str).collect::<Vec<_>>().join(",");
    let to = subjects.iter().map(|(kind, name)| format!("{kind} '{name}'")).collect::<Vec<_>>().join(" ");
    vec![
        format!(
            "pveum role add {role} --privs '{privileges}' || pveum role modify {role} --append 1 --privs '{privileges}'"
        ),
        format!("pveum acl modify {path} {to} --roles {role}"),
    ]
}

/// The line that grants one privilege at a path, by one of Proxmox's own roles where there is one.
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
