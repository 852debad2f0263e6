//! Which rights a plan needs, and where Proxmox asks for them. What must hold: with the smallest role that works no plan
//! is refused, so nothing is asked for that Proxmox does not ask for.

use std::collections::BTreeSet;

use super::{
    Aim, Step,
    place::Right,
    step::{Fetched, Tweak},
};
use crate::domain::backup::Runner;

/// All of them, each once. A pool that the guest is or will be in stands in for the guest's own path.
pub fn of<'a>(steps: impl IntoIterator<Item = &'a Step>, pool: Option<&str>) -> Vec<Right> {
    let all: BTreeSet<Right> = steps.into_iter().flat_map(|step| of_step(step, pool)).collect();
    all.into_iter().collect()
}

/// What one step asks for.
pub fn of_step(step: &Step, pool: Option<&str>) -> Vec<Right> {
    let on =
        |aim: &Aim, privileges: &[&str]| privileges.iter().map(|one| guest_right(one, aim, pool)).collect::<Vec<_>>();
    match step {
        Step::BeginFetch { node, storage, what } => fetching(&node.node.to_string(), storage, what),
        Step::BeginCreate { aim, new } => {
            let mut rights = on(
                aim,
                &[
                    "VM.Allocate",
                    "VM.Config.Disk",
                    "VM.Config.CPU",
                    "VM.Config.Memory",
                    "VM.Config.Network",
                    "VM.Config.Options",
                ],
            );
            let storages = std::iter::once(&new.root.0).chain(new.mounts.iter().map(|mount| &mount.storage));
            rights.extend(storages.map(|storage| at_storage("Datastore.AllocateSpace", storage)));
            rights.push(bridge(&new.card.bridge, new.card.vlan));
            rights
        }
        Step::BeginClone(copy) => {
            let mut rights = on(&Aim::Known(copy.from.clone()), &["VM.Clone"]);
            rights.extend(on(&copy.to, &["VM.Allocate"]));
            rights
        }
        Step::BeginPower { guest, .. } => on(guest, &["VM.PowerMgmt"]),
        Step::BeginSnapshot { aim, .. } | Step::BeginSnapshotRemoval { aim, .. } | Step::BeginRollback { aim, .. } => {
            on(aim, &["VM.Snapshot"])
        }
        Step::BeginBackup { aim, storage, .. } => {
            let mut rights = on(aim, &["VM.Backup"]);
            rights.push(at_storage("Datastore.AllocateSpace", storage));
            rights
        }
        Step::BeginRestore(restoration) => {
            let mut rights = on(&restoration.aim, &["VM.Allocate"]);
            rights.extend(on(&Aim::Known(restoration.of.clone()), &["VM.Backup"]));
            rights.push(at_storage("Datastore.AllocateSpace", &restoration.storage));
            rights.push(at_storage("Datastore.AllocateSpace", restoration.backup.storage().as_str()));
            rights
        }
        Step::EditBackup { backup, of, .. } | Step::BeginBackupRemoval { backup, of, .. } => {
            let mut rights = on(&Aim::Known(of.clone()), &["VM.Backup"]);
            rights.push(at_storage("Datastore.AllocateSpace", backup.storage().as_str()));
            rights
        }
        Step::BeginPrune { guest, storage, .. } => {
            let mut rights = on(&Aim::Known(guest.clone()), &["VM.Backup"]);
            rights.push(at_storage("Datastore.AllocateSpace", storage.as_str()));
            rights
        }
        Step::SaveJob { job, .. } | Step::RemoveJob(job) if job.runner == Runner::Proxmox => {
            vec![Right { privilege: "Sys.Modify".into(), paths: vec!["/".into()] }]
        }
        Step::JoinPool { pool, .. } => {
            vec![Right { privilege: "Pool.Allocate".into(), paths: vec![format!("/pool/{pool}")] }]
        }
        Step::Try { aim, .. } => on(aim, &["VM.Console"]),
        Step::TakeAfter { to, .. } => on(to, &["VM.Config.Options"]),
        Step::BeginResize { aim, .. } => on(aim, &["VM.Config.Disk"]),
        Step::BeginVolumeMove { from, to, .. } => {
            let mut rights = on(from, &["VM.Config.Disk"]);
            rights.extend(on(to, &["VM.Config.Disk"]));
            rights
        }
        Step::BeginMove { guest, .. } => on(&Aim::Known(guest.clone()), &["VM.Migrate"]),
        Step::BeginRemoval { aim } => on(aim, &["VM.Allocate"]),
        Step::ClearAway(leftover) => match leftover.guest() {
            Some(guest) => {
                on(&Aim::Known(guest.clone()), &["VM.Allocate", "VM.Config.Options", "VM.PowerMgmt", "VM.Audit"])
            }
            None => Vec::new(),
        },
        Step::Configure { aim, tweaks, .. } => {
            tweaks.iter().map(|tweak| guest_right(for_tweak(tweak), aim, pool)).collect()
        }
        Step::PutFile { aim, .. } | Step::Run { aim, .. } => on(aim, &["VM.Console"]),
        Step::FindAddress { aim, .. } => on(aim, &["VM.Audit"]),
        _ => Vec::new(),
    }
}

fn for_tweak(tweak: &Tweak) -> &'static str {
    match tweak {
        Tweak::Cores(_) => "VM.Config.CPU",
        Tweak::Memory(_) | Tweak::Swap(_) => "VM.Config.Memory",
        Tweak::Address(_) | Tweak::Card(_) | Tweak::Plugged(_) | Tweak::Cables(_) | Tweak::Hostname(_) => {
            "VM.Config.Network"
        }
        Tweak::Tags(_)
        | Tweak::Marker(_)
        | Tweak::Tagged { .. }
        | Tweak::Protected(_)
        | Tweak::StartsOnBoot(_)
        | Tweak::Shell(_)
        | Tweak::Console(_)
        | Tweak::Environment { .. }
        | Tweak::EntryPoint(_) => "VM.Config.Options",
        Tweak::Option { name, .. } => for_option(name),
    }
}

/// As Proxmox asks for it.
fn for_option(name: &str) -> &'static str {
    match name.trim_end_matches(|c: char| c.is_ascii_digit()) {
        "cores" | "cpulimit" | "cpuunits" => "VM.Config.CPU",
        "memory" | "swap" => "VM.Config.Memory",
        "net" | "hostname" | "nameserver" | "searchdomain" => "VM.Config.Network",
        "mp" | "rootfs" => "VM.Config.Disk",
        "features" => "VM.Allocate",
        _ => "VM.Config.Options",
    }
}

fn guest_right(privilege: &str, aim: &Aim, pool: Option<&str>) -> Right {
    let own = match aim {
        Aim::Known(guest) => format!("/vms/{}", guest.vmid),
        Aim::New { .. } => "/vms".to_owned(),
    };
    let paths = std::iter::once(own).chain(pool.map(|pool| format!("/pool/{pool}")));
    Right { privilege: privilege.into(), paths: paths.collect() }
}

fn at_storage(privilege: &str, storage: &str) -> Right {
    Right { privilege: privilege.into(), paths: vec![format!("/storage/{storage}")] }
}

fn bridge(bridge: &str, vlan: Option<u16>) -> Right {
    let path = format!("/sdn/zones/localnetwork/{bridge}");
    let paths = std::iter::once(path.clone()).chain(vlan.map(|vlan| format!("{path}/{vlan}")));
    Right { privilege: "SDN.Use".into(), paths: paths.collect() }
}

fn fetching(node: &str, storage: &str, what: &Fetched) -> Vec<Right> {
    let mut rights = vec![at_storage("Datastore.AllocateTemplate", storage)];
    if matches!(what, Fetched::Image(_)) {
        rights.push(Right { privilege: "Sys.AccessNetwork".into(), paths: vec![format!("/nodes/{node}")] });
    }
    rights
}
