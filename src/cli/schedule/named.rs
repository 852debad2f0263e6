//! Finds the schedule and the host that the operator names, or means where there is but one.

use super::super::face::Face;
use crate::domain::{
    backup::{Backups, Job},
    fault::{Fault, FaultCode},
    host::no_such_host,
    ids::HostId,
};

/// By `HOST/ID`, or by its id where that is its alone.
pub fn job<'a>(backups: &'a Backups, text: &str) -> Result<&'a Job, Fault> {
    if let Some(job) = backups.jobs().find(|job| job.id.to_string() == text) {
        return Ok(job);
    }
    let fit: Vec<_> = backups.jobs().filter(|job| &*job.id.id == text).collect();
    match fit.as_slice() {
        [one] => Ok(one),
        [] => Err(Fault::lasting(
            FaultCode::NotFound,
            format!("there is no schedule called {text}"),
            "no host tells of one, and `proximity watch` has none",
            "look at `proximity schedule list`",
        )),
        several => Err(Fault::lasting(
            FaultCode::Usage,
            format!("{text} is not one schedule"),
            format!(
                "they are called so: {}",
                several.iter().map(|job| job.id.to_string()).collect::<Vec<_>>().join(", ")
            ),
            "name it by host and id",
        )),
    }
}

pub fn host(named: Option<&str>, face: Face<'_>) -> Result<HostId, Fault> {
    let fleet = face.engine.fleet().borrow().clone();
    let known = fleet.hosts.iter().map(|host| &host.id);
    match (named, fleet.hosts.as_slice()) {
        (Some(named), _) => {
            known.clone().find(|host| host.as_str() == named).cloned().ok_or_else(|| no_such_host(named))
        }
        (None, [only]) => Ok(only.id.clone()),
        (None, []) => Err(Fault::lasting(
            FaultCode::NotFound,
            "there is no host",
            "none was added yet",
            "add one with `proximity host add`",
        )),
        (None, _) => Err(Fault::lasting(
            FaultCode::Usage,
            "it is not known which host is meant",
            format!("there are several: {}", known.map(ToString::to_string).collect::<Vec<_>>().join(", ")),
            "name one with --host",
        )),
    }
}
