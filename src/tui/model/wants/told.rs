//! What the engine says that wants a person: alerts, and what drifted. What must hold: whoever was told by the engine is
//! not told once more by the deck's own judgement, and what was snoozed or acknowledged is not told at all.

use super::{About, Want};
use crate::{
    domain::{
        care::{self as engine, Alert, Care, Drift, Finding, Lead, Standing},
        fleet::Fleet,
        ids::{GuestKey, HostId, NodeKey},
        moment::Moment,
    },
    tui::{
        model::{
            care::{self, Urgency},
            world::guest_of,
        },
        theme::Role,
    },
};

/// As many guests that are new are told one by one.
const FEW: usize = 2;

/// Whether somebody looks after all this, so that the deck need not judge by itself.
pub fn is_led(care: &Care) -> bool {
    care.lead != Lead::Nobody || !care.alerts.is_empty()
}

/// Those that have no row of their own as what was found; only whoever leads knows of all that was found.
pub fn shown(care: &Care) -> impl Iterator<Item = &Alert> {
    care.alerts.iter().filter(move |alert| !alert.is_shown_as_found() || !was_found(alert, care))
}

fn was_found(alert: &Alert, care: &Care) -> bool {
    let is_open = |finding: &&Finding| finding.standing == Standing::Open;
    match &alert.about {
        engine::About::Operation(id) => care.stuck.iter().any(|stuck| stuck.operation == *id),
        engine::About::App(app) => {
            care.findings.iter().filter(is_open).any(|finding| finding.app.as_ref() == Some(app))
        }
        _ => false,
    }
}

/// How many there are of which the operator wants to hear nothing.
pub fn quiet(care: &Care, now: Moment) -> usize {
    shown(care).filter(|alert| alert.is_quiet(now)).count()
}

/// The alerts of this urgency, the newest first.
pub fn alerts(fleet: &Fleet, urgency: Urgency, now: Moment) -> Vec<Want> {
    let mut fit: Vec<&Alert> = shown(&fleet.care).filter(|alert| Urgency::of_alert(alert, now) == urgency).collect();
    fit.sort_by_key(|alert| (std::cmp::Reverse(alert.since), alert.id));
    fit.into_iter().map(|alert| of_alert(alert, fleet, urgency)).collect()
}

fn of_alert(alert: &Alert, fleet: &Fleet, urgency: Urgency) -> Want {
    Want {
        about: About::Alert(care::guest_of_alert(alert, fleet), alert.id),
        state: care::state(urgency),
        who: alert.name.to_string(),
        what: alert.what.clone(),
        role: urgency.role(),
        remedy: match (&alert.mend, &alert.remedy) {
            (Some(mend), _) => format!("[Enter] {}", mend.title()),
            (None, Some(remedy)) => remedy.clone(),
            (None, None) => "[Enter] look".into(),
        },
    }
}

/// Operations that do not go on.
pub fn stuck(fleet: &Fleet) -> impl Iterator<Item = Want> {
    fleet.care.stuck.iter().map(|stuck| Want {
        about: About::Operation(fleet.operation(stuck.operation).and_then(guest_of), stuck.operation),
        state: care::state(Urgency::Warning),
        who: stuck.name.clone(),
        what: care::STUCK.into(),
        role: Role::Warning,
        remedy: "[Enter] why".into(),
    })
}

/// What drifted and is of this urgency.
pub fn findings(fleet: &Fleet, urgency: Urgency) -> Vec<Want> {
    let of = |finding: &&Finding| Urgency::of_drift(&finding.drift) == urgency;
    // Who was moved outside is known where it is now, and nobody has to do anything.
    let wants = |finding: &&Finding| !matches!(finding.drift, Drift::Moved { .. });
    let (new, mut fit): (Vec<&Finding>, Vec<&Finding>) =
        fleet.care.findings.iter().filter(of).filter(wants).partition(|finding| finding.drift == Drift::New);
    let many = (new.len() > FEW).then(|| many_new(new.len()));
    if many.is_none() {
        fit.extend(new);
    }
    fit.into_iter().map(|finding| of_finding(finding, fleet)).chain(many).collect()
}

fn of_finding(finding: &Finding, fleet: &Fleet) -> Want {
    let mends = finding.mends(fleet);
    let urgency = Urgency::of_drift(&finding.drift);
    Want {
        about: About::Finding(finding.guest.clone(), finding.id),
        state: care::drift_state(&finding.drift),
        who: finding.name.to_string(),
        what: care::what(&finding.drift),
        role: urgency.role(),
        remedy: mends.first().map_or_else(|| "[Enter] look".into(), |mend| format!("[Enter] {}", mend.title())),
    }
}

fn many_new(count: usize) -> Want {
    Want {
        about: About::Drift,
        state: care::drift_state(&Drift::New),
        who: format!("{count} guests"),
        what: care::what(&Drift::New).replacen("is new", "are new", 1),
        role: Urgency::Notable.role(),
        remedy: "[Enter] which".into(),
    }
}

/// An alert tells of this host already, heard or not.
pub fn tells_of_host(care: &Care, host: &HostId) -> bool {
    care.alerts.iter().any(|alert| alert.about == engine::About::Host(host.clone()) && &*alert.rule == "host")
}

pub fn tells_of_node(care: &Care, node: &NodeKey) -> bool {
    care.alerts.iter().any(|alert| alert.about == engine::About::Node(node.clone()) && &*alert.rule == "node")
}

/// An alert or a finding tells how this unit is.
pub fn tells_of_unit(fleet: &Fleet, guest: &GuestKey) -> bool {
    let known = fleet.app_of(guest);
    // Where the operator wants to hear no more of it, it is still not to be told in other words.
    if known.is_some_and(|app| fleet.care.away.contains_key(&app.id)) {
        return true;
    }
    let app = known.map(|app| engine::About::App(app.id.clone()));
    let is_state = |alert: &&Alert| &*alert.rule == "probe";
    let alerted = fleet.care.alerts.iter().filter(is_state).any(|alert| Some(&alert.about) == app.as_ref());
    let is_gone = |finding: &&Finding| matches!(finding.drift, Drift::Missing | Drift::Reused);
    alerted || fleet.care.findings.iter().filter(is_gone).any(|finding| finding.guest == *guest)
}
