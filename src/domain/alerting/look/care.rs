//! What was found by comparing and by looking after operations, for whoever is not before the deck. What must hold: what the
//! operator dismissed is not among it.

use super::{
    super::{Rule, Standing},
    Condition, Look,
};
use crate::domain::{
    care::{About, AlertRules, Drift, Finding, Level, Mend},
    fleet::Fleet,
    stuck::Stuck,
};

pub(super) fn look(fleet: &Fleet, rules: &AlertRules, look: &mut Look) {
    if rules.is_on(Rule::Drift) {
        fleet.care.findings.iter().for_each(|finding| drifted(fleet, finding, look));
    }
    if rules.is_on(Rule::Stuck) {
        fleet.care.stuck.iter().for_each(|stuck| does_not_go_on(stuck, look));
    }
}

fn drifted(fleet: &Fleet, finding: &Finding, look: &mut Look) {
    let level = match finding.drift {
        Drift::Missing | Drift::Reused => Level::Danger,
        Drift::Changed(_) => Level::Warning,
        // Both are told where somebody looks.
        Drift::New | Drift::Moved { .. } => return,
    };
    let Some(app) = &finding.app else { return };
    let condition = Condition {
        name: finding.name.clone(),
        standing: Standing::is(level),
        what: finding.drift.words(),
        mend: finding.mends(fleet).into_iter().next(),
        remedy: None,
    };
    look.has_seen(Rule::Drift, About::App(app.clone()), condition);
}

fn does_not_go_on(stuck: &Stuck, look: &mut Look) {
    let condition = Condition {
        name: stuck.name.as_str().into(),
        standing: Standing::is(Level::Warning),
        what: format!("operation {} does not go on: {}", stuck.operation, stuck.evidence.join("; ")),
        mend: Some(Mend::TakeBack(stuck.operation)),
        remedy: None,
    };
    look.has_seen(Rule::Stuck, About::Operation(stuck.operation), condition);
}
