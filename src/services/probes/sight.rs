//! What can be seen of an app without asking it, and what an answer is worth. What must hold: while something is done to an
//! app, or its host cannot be believed, nothing that it says counts.

use std::{sync::Arc, time::Duration};

use crate::domain::{
    app::App,
    care::{Probed, Sight, Terms},
    fleet::{Fleet, Guest, Host, Power, Reach},
    ids::GuestKey,
    moment::Moment,
    operation::Operation,
    plan::{PlanKind, journal::Outcome},
    probe::ProbeKind,
};

/// Whom a look is at.
#[derive(Debug, Clone)]
pub struct Subject {
    pub guest: GuestKey,
    pub address: Option<Arc<str>>,
    pub what: Option<ProbeKind>,
    pub timeout: Duration,
}

pub fn subject(app: &App, terms: &Terms) -> Subject {
    Subject { guest: app.guest.clone(), address: app.address.clone(), what: terms.what.clone(), timeout: terms.timeout }
}

pub(super) enum Glance {
    Seen(Sight),
    /// Nobody can tell now.
    Hidden,
    ToBeAsked,
}

pub(super) fn glance(fleet: &Fleet, app: &App, terms: &Terms) -> Glance {
    let Some((guest, _)) = believed(fleet, app) else { return Glance::Hidden };
    let last = fleet.last_operation_on(&app.guest);
    if last.is_some_and(Operation::is_running) {
        return Glance::Hidden;
    }
    match guest.power {
        Power::Stopped | Power::Paused => {
            let said = fleet.operations_on(&app.guest).find(|operation| says_of_power(operation));
            let stopped = said.and_then(stopped);
            // Its node has only just come up, and starts one after the other.
            if stopped.is_none() && comes_up(fleet, guest) {
                Glance::Hidden
            } else {
                Glance::Seen(Sight::Off { stopped })
            }
        }
        Power::Unknown => Glance::Hidden,
        Power::Running => match &terms.what {
            None => Glance::Seen(Sight::Runs),
            Some(ProbeKind::Tcp { .. } | ProbeKind::Http { .. }) if app.address.is_none() => Glance::Hidden,
            Some(_) => Glance::ToBeAsked,
        },
    }
}

/// What an answer is worth now that it is there.
pub(super) fn asked(fleet: &Fleet, app: &App, probed: Probed) -> Option<Sight> {
    let (guest, host) = believed(fleet, app)?;
    let last = fleet.last_operation_on(&app.guest);
    let ended = match last {
        Some(last) => Some(last.ended.as_ref()?.at),
        None => None,
    };
    // It was asked before, or in the middle of it.
    if guest.power != Power::Running || ended.is_some_and(|ended| ended > probed.at) {
        return None;
    }
    Some(Sight::Asked { probed, since: started(guest, host).max(ended) })
}

/// Whether it may be the way to the app that failed, and not the app.
pub(super) enum Doubt {
    Over,
    Lasts,
    Right,
}

pub(super) fn doubt(fleet: &Fleet, app: &App, at: Moment) -> Doubt {
    match fleet.host(&app.guest.host) {
        Some(host) if host.reach == Reach::Online && host.as_of.is_some_and(|heard| heard >= at) => Doubt::Over,
        Some(host) if host.reach == Reach::Online => Doubt::Lasts,
        _ => Doubt::Right,
    }
}

fn believed<'a>(fleet: &'a Fleet, app: &App) -> Option<(&'a Guest, &'a Host)> {
    let host = fleet.host(&app.guest.host).filter(|host| host.reach == Reach::Online)?;
    let guest = fleet.guest(&app.guest)?;
    // A guest that Proxmox works on is not itself.
    guest.lock.is_none().then_some((guest, host))
}

fn started(guest: &Guest, host: &Host) -> Option<Moment> {
    Some(host.as_of? - Duration::from_secs(guest.uptime?))
}

/// A node needs so many seconds until what starts by itself runs.
const COMES_UP: u64 = 300;

fn comes_up(fleet: &Fleet, guest: &Guest) -> bool {
    let node = fleet.nodes_of(&guest.key.host).find(|node| node.key.node == guest.node);
    node.and_then(|node| node.uptime).is_some_and(|seconds| seconds < COMES_UP)
}

/// Whether it left the guest on or off by what it was for; a backup of one that is off says nothing.
fn says_of_power(operation: &Operation) -> bool {
    let kind = operation.plan.kind;
    leaves_off(kind) || matches!(kind, PlanKind::Start | PlanKind::Restart | PlanKind::Deploy | PlanKind::Update)
}

fn leaves_off(kind: PlanKind) -> bool {
    use PlanKind::{Bin, Restore, Rollback, Stop, SwapBack, Unbin};
    matches!(kind, Stop | Bin | Unbin | Restore | SwapBack | Rollback)
}

/// When somebody here left it off, where that was the last that was done to it.
fn stopped(last: &Operation) -> Option<Moment> {
    let ended = last.ended.as_ref().filter(|ended| leaves_off(last.plan.kind) && ended.outcome == Outcome::Done)?;
    Some(ended.at)
}
