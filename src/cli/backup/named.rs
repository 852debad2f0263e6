//! Finds the backups that the operator names. What must hold: a name that fits two backups is none, and what is removed or
//! restored is what a storage shows now.

use std::sync::Arc;

use super::super::{arguments::Look, face::Face, guest::fleet_now};
use crate::{
    domain::{
        app::App,
        backup::{Backup, Backups, backups_of},
        fault::{Fault, FaultCode},
        fleet::Fleet,
    },
    engine::Change,
};

/// So many are told where a name fits several.
const SHOWN: usize = 8;

/// The fleet with its backups, as they are now or as they were seen last. A storage that does not answer is told beside.
pub async fn look(look: Look, face: Face<'_>) -> Result<Arc<Fleet>, Fault> {
    if look.cached {
        return Ok(face.engine.fleet().borrow().clone());
    }
    look_now(face).await
}

pub async fn look_now(face: Face<'_>) -> Result<Arc<Fleet>, Fault> {
    fleet_now(face.engine, face.printer).await?;
    let looked = face.engine.change(Change::LookAtBackups(None)).await;
    let fleet = face.engine.fleet().borrow().clone();
    let silent = silent(&fleet.backups);
    silent.iter().for_each(|line| face.printer.aside(line));
    match looked {
        Err(fault) if fleet.backups.shelves.is_empty() => Err(fault),
        Err(fault) if silent.is_empty() => {
            face.printer.aside(&fault.to_string());
            Ok(fleet)
        }
        _ => Ok(fleet),
    }
}

fn silent(backups: &Backups) -> Vec<String> {
    let shelves = backups.shelves.iter().filter_map(|shelf| {
        shelf.content.fault.as_ref().map(|fault| format!("{}/{}: {fault}", shelf.host, shelf.storage))
    });
    let jobs = backups.hosts.iter().filter_map(|host| Some((&host.host, host.jobs.fault.as_ref()?)));
    shelves.chain(jobs.map(|(host, fault)| format!("{host}: {fault}"))).collect()
}

/// By `HOST/storage:path`, by its file, or by a beginning of either that no other has.
pub fn backup<'a>(backups: &'a Backups, text: &str) -> Result<&'a Arc<Backup>, Fault> {
    let exact: Vec<_> = backups.all().filter(|backup| names(backup).iter().any(|name| name == text)).collect();
    let begun = || backups.all().filter(|backup| names(backup).iter().any(|name| name.starts_with(text))).collect();
    let fit: Vec<_> = if exact.is_empty() && !text.is_empty() { begun() } else { exact };
    match fit.as_slice() {
        [one] => Ok(one),
        [] => Err(no_backup(text)),
        several => Err(ambiguous(text, several)),
    }
}

fn names(backup: &Backup) -> [String; 3] {
    [backup.key.to_string(), backup.key.volume.to_string(), backup.key.file().to_owned()]
}

fn ambiguous(text: &str, fit: &[&Arc<Backup>]) -> Fault {
    let mut told: Vec<_> = fit.iter().take(SHOWN).map(|backup| backup.key.to_string()).collect();
    if fit.len() > SHOWN {
        told.push(format!("{} more", fit.len() - SHOWN));
    }
    Fault::lasting(
        FaultCode::Usage,
        format!("{text} is not one backup"),
        format!("{} are called so: {}", fit.len(), told.join(", ")),
        "write more of its name, as `proximity backup list` prints it",
    )
}

fn no_backup(text: &str) -> Fault {
    Fault::lasting(
        FaultCode::NotFound,
        format!("there is no backup called {text}"),
        "no storage shows one whose name begins so",
        "look at what there is: `proximity backup list`",
    )
}

/// The newest one of an app, also where it was another guest then.
pub fn newest_of(fleet: &Fleet, app: &App) -> Result<Arc<Backup>, Fault> {
    backups_of(fleet, app).into_iter().next().cloned().ok_or_else(|| {
        Fault::lasting(
            FaultCode::NotFound,
            format!("there is no backup of {}", app.name),
            "no storage shows one",
            format!("make one with `proximity backup create {}`", app.name),
        )
    })
}
