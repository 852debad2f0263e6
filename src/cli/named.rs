//! Finds what the operator names. What must hold: a name that fits two apps is none, and nothing is acted on by what a
//! silent host was last seen to have.

use std::sync::Arc;

use super::face::Face;
use crate::{
    domain::{
        app::App,
        fault::{Fault, FaultCode},
        fleet::{Fleet, Reach},
        host::{no_such_host, switched_off},
        ids::HostId,
    },
    engine::{Change, Engine},
};

/// An app by its stable id, or by its name where that is its alone.
pub fn app<'a>(fleet: &'a Fleet, text: &str) -> Result<&'a App, Fault> {
    if let Some(app) = fleet.apps.iter().find(|app| app.id.as_str() == text) {
        return Ok(app);
    }
    let mut called = fleet.apps.iter().filter(|app| &*app.name == text);
    match (called.next(), called.next()) {
        (Some(app), None) => Ok(app),
        (Some(one), Some(other)) => Err(ambiguous(text, one, other)),
        (None, _) => Err(no_app(text)),
    }
}

fn no_app(text: &str) -> Fault {
    Fault::lasting(
        FaultCode::NotFound,
        format!("there is no app called {text}"),
        "no host has a guest that says it is",
        "look at `proximity app list`",
    )
}

fn ambiguous(text: &str, one: &App, other: &App) -> Fault {
    Fault::lasting(
        FaultCode::Usage,
        format!("{text} is not one app"),
        format!("two are called so: {} on {} and {} on {}", one.id, one.guest, other.id, other.guest),
        "name it by its id, as `proximity app list` prints it",
    )
}

/// An app as it is now, to be acted on.
pub async fn app_now(text: &str, face: Face<'_>) -> Result<App, Fault> {
    let (fleet, refreshed) = look(face.engine).await;
    let found = app(&fleet, text);
    if let Ok(found) = found {
        must_answer(&fleet, &found.guest.host, &refreshed)?;
        return Ok(found.clone());
    }
    // An app that is not known may lie on a host that does not answer: that is then the reason.
    match fleet.hosts.iter().find_map(|host| lost(&host.reach)) {
        Some(fault) if fleet.apps.is_empty() => Err(fault.clone()),
        _ => found.cloned(),
    }
}

/// A host that answers now.
pub async fn host_now(text: &str, face: Face<'_>) -> Result<HostId, Fault> {
    let (fleet, refreshed) = look(face.engine).await;
    let host = HostId::new(text);
    if fleet.host(&host).is_none() {
        return Err(no_such_host(text));
    }
    must_answer(&fleet, &host, &refreshed)?;
    Ok(host)
}

/// An app as it was last seen, also where its host does not answer.
pub async fn app_known(text: &str, face: Face<'_>) -> Result<App, Fault> {
    let (fleet, _) = look(face.engine).await;
    app(&fleet, text).cloned()
}

/// The fleet as fresh as it can be had; that a host is silent is told beside.
pub async fn fleet_known(face: Face<'_>) -> Arc<Fleet> {
    let (fleet, _) = look(face.engine).await;
    for host in &fleet.hosts {
        if let Some(fault) = lost(&host.reach) {
            face.printer.aside(&format!("{}: {fault}", host.id));
        }
    }
    fleet
}

async fn look(engine: &Engine) -> (Arc<Fleet>, Result<(), Fault>) {
    let refreshed = engine.change(Change::Refresh).await;
    (engine.fleet().borrow().clone(), refreshed)
}

fn lost(reach: &Reach) -> Option<&Fault> {
    match reach {
        Reach::Lost(fault) => Some(fault),
        Reach::Waiting | Reach::Online | Reach::Off => None,
    }
}

/// Another host's trouble does not matter here.
fn must_answer(fleet: &Fleet, host: &HostId, refreshed: &Result<(), Fault>) -> Result<(), Fault> {
    match fleet.host(host).map(|host| &host.reach) {
        Some(Reach::Online) => Ok(()),
        Some(Reach::Lost(fault)) => Err(fault.clone()),
        Some(Reach::Off) => Err(switched_off(host)),
        Some(Reach::Waiting) | None => refreshed.clone(),
    }
}
