//! What speaks against bringing a backup back, in the operator's words. What must hold: nothing is refused without a way
//! that is open instead.

use super::restore::Archive;
use crate::{
    domain::{
        app::App,
        backup::Backup,
        fault::{Fault, FaultCode},
        ids::{NodeName, StorageName},
    },
    proxmox::guest::{ContainerConfig, Source},
};

fn refused(what: String, why: &str, remedy: &str) -> Fault {
    Fault::lasting(FaultCode::Refused, what, why, remedy)
}

pub(super) fn refuse_binned(app: &App) -> Result<(), Fault> {
    if app.binned_until().is_none() {
        return Ok(());
    }
    let why = "it is in the recycle bin, and what is there has no place that could be taken";
    Err(refused(
        format!("{} was not restored", app.name),
        why,
        "restore the backup as a new app, or take it out of the bin first",
    ))
}

/// A backup of something else never takes the place of an app.
pub(super) fn refuse_foreign(app: &App, archive: &Archive) -> Result<(), Fault> {
    let backup = &archive.backup;
    // Its own line says whose it is; before it was adopted there was none.
    let is_its_own = archive.marker.as_ref().map(|marker| marker.app == app.id);
    if is_its_own.unwrap_or_else(|| app.lived_in(&backup.guest, backup.made)) {
        return Ok(());
    }
    let why = format!("{} is no backup of it", backup.key.file());
    Err(refused(format!("{} was left as it is", app.name), &why, "restore it as a new app beside it"))
}

/// A second container would work on the same folders and devices, beside the first one.
pub(super) fn refuse_what_is_of_the_host(backup: &Backup, saved: &ContainerConfig) -> Result<(), Fault> {
    let paths = saved.mounts.values().filter_map(|mount| match &mount.source {
        Source::Path(path) => Some(path.to_string()),
        _ => None,
    });
    let devices = saved.others.keys().filter(|name| {
        name.strip_prefix("dev").is_some_and(|number| !number.is_empty() && number.chars().all(|c| c.is_ascii_digit()))
    });
    let shared: Vec<String> = paths.chain(devices.cloned()).collect();
    if shared.is_empty() {
        return Ok(());
    }
    let why = format!(
        "its container uses what belongs to its node ({}), and a second one would use it too",
        shared.join(", ")
    );
    let remedy = "stop the app, and restore the backup over it in the web interface of its host";
    Err(refused(format!("{} was not restored", backup.key.file()), &why, remedy))
}

/// What is not in the backup would come back empty, and the full one would go with the old container.
pub(super) fn refuse_what_is_left_out(app: &App, archive: &Archive) -> Result<(), Fault> {
    let left = archive.saved.mounts.values().filter(|mount| !mount.is_backed_up);
    let left: Vec<String> = left.map(|mount| mount.path.to_string()).collect();
    if left.is_empty() {
        return Ok(());
    }
    let why = format!("{} is not in the backup and would come back empty", left.join(", "));
    let remedy =
        "restore it as a new app beside this one; to have all inside the next backup, allow Backup on that mount point";
    Err(refused(format!("{} was not restored", app.name), &why, remedy))
}

pub(super) fn adopted_stays(app: &App) -> Fault {
    let why = "it was adopted: Proximity did not make its container and never destroys it";
    refused(
        format!("{} was not restored", app.name),
        why,
        "let the old one go into the recycle bin, or restore beside it",
    )
}

pub(super) fn nothing_to_prove(app: &App) -> Fault {
    let remedy = "back it up first";
    Fault::lasting(FaultCode::NotFound, format!("{} was not proved", app.name), "it has no backup", remedy)
}

pub(super) fn no_older(app: &App) -> Fault {
    let why = "nothing that a restore replaced waits in the recycle bin";
    refused(format!("{} was left as it is", app.name), why, "restore another backup")
}

pub(super) fn no_room(backup: &Backup, node: &NodeName, wanted: Option<&StorageName>, gib: u64) -> Fault {
    let why = match wanted {
        Some(storage) => format!("{node} has no storage {storage} that takes containers"),
        None => format!("no storage of {node} takes the {gib} GB of its disks"),
    };
    let what = format!("{} was not restored", backup.key.file());
    Fault::lasting(FaultCode::Refused, what, why, "choose another storage, or make room")
}
