//! Plans that switch a guest on, off, or off and on.

use super::{Plan, PlanKind, PowerAction, Step, Subject};
use crate::domain::{
    app::App,
    fault::{Fault, FaultCode},
    fleet::{Guest, Power},
};

/// What the operator wishes for a guest's power.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PowerWish {
    Start,
    Stop,
    /// Without asking the guest first.
    StopNow,
    Restart,
}

/// The plan for a wish, or why it makes no sense for this guest as it is.
pub fn plan(wish: PowerWish, guest: &Guest, app: Option<&App>) -> Result<Plan, Fault> {
    refuse_what_cannot_be(wish, guest)?;
    let (kind, action) = match (wish, guest.power) {
        (PowerWish::Start, _) => (PlanKind::Start, PowerAction::Start),
        (PowerWish::Stop, _) => (PlanKind::Stop, PowerAction::Shutdown),
        (PowerWish::StopNow, _) => (PlanKind::Stop, PowerAction::Stop),
        // Proxmox refuses to reboot what is off; what is wanted is that it runs.
        (PowerWish::Restart, Power::Stopped) => (PlanKind::Restart, PowerAction::Start),
        (PowerWish::Restart, _) => (PlanKind::Restart, PowerAction::Reboot),
    };
    let key = guest.key.clone();
    let subject = match app {
        Some(app) => Subject::App { app: app.id.clone(), guest: key.clone() },
        None => Subject::Guest(key.clone()),
    };
    let name = app.map_or(&guest.name, |app| &app.name).to_string();
    let steps = vec![
        Step::BeginPower { guest: key.clone().into(), kind: guest.kind, action, undo: None },
        Step::AwaitTask { host: key.host, begun_by: 0 },
    ];
    Ok(Plan::new(kind, subject, name, steps))
}

fn refuse_what_cannot_be(wish: PowerWish, guest: &Guest) -> Result<(), Fault> {
    let name = &guest.name;
    if guest.is_template {
        return Err(Fault::lasting(
            FaultCode::Refused,
            format!("{name} has no power switch"),
            "it is a template: Proxmox makes guests of it but never runs it",
            "clone it, and start the clone",
        ));
    }
    match (wish, guest.power) {
        (PowerWish::Start, Power::Running) => Err(Fault::lasting(
            FaultCode::Refused,
            format!("{name} was not started"),
            "it is running already",
            "restart it if it does not answer",
        )),
        (PowerWish::Stop | PowerWish::StopNow, Power::Stopped) => Err(Fault::lasting(
            FaultCode::Refused,
            format!("{name} was not stopped"),
            "it is stopped already",
            "nothing is to be done",
        )),
        _ => Ok(()),
    }
}
