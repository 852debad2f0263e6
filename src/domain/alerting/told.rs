//! Many alerts as one. What must hold: a storm is one notice that says how many they are and what they are about.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::{
    care::{About, Alert, AlertId, Level},
    moment::Moment,
};

/// What is told.
#[derive(Debug, Clone, PartialEq)]
pub enum Saying {
    Raised(Alert),
    Over(Alert),
}

impl Saying {
    pub fn alert(&self) -> &Alert {
        match self {
            Self::Raised(alert) | Self::Over(alert) => alert,
        }
    }
}

/// The number of a notice that stands for many: it is in no list.
const NOBODY: AlertId = AlertId(0);
/// So many names are told.
const NAMED: usize = 3;

/// The notice that stands for all of these.
pub(super) fn many<'a>(all: impl Iterator<Item = &'a Alert> + Clone, now: Moment) -> Alert {
    let rules: BTreeSet<_> = all.clone().map(|alert| alert.rule.clone()).collect();
    let rule = if rules.len() == 1 { rules.first().cloned() } else { None };
    Alert {
        id: NOBODY,
        rule: rule.unwrap_or_else(|| "storm".into()),
        about: About::Many(name(all.clone()).into()),
        name: name(all.clone()).into(),
        level: all.clone().map(|alert| alert.level).max().unwrap_or(Level::Warning),
        what: what(all.clone()),
        since: all.clone().map(|alert| alert.since).min().unwrap_or(now),
        raised: now,
        over: None,
        acknowledged: None,
        snoozed: None,
        mend: None,
        remedy: None,
    }
}

/// The end of so many that were told together.
pub(super) fn many_over(last: &Alert, many: usize, now: Moment) -> Alert {
    let name = format!("{many} alerts");
    Alert {
        id: NOBODY,
        about: About::Many(name.as_str().into()),
        name: name.into(),
        what: "all of them are over".into(),
        over: Some(now),
        mend: None,
        remedy: None,
        acknowledged: None,
        snoozed: None,
        ..last.clone()
    }
}

/// `500 apps`
fn name<'a>(all: impl Iterator<Item = &'a Alert> + Clone) -> String {
    let kinds: BTreeSet<_> = all.clone().map(|alert| kind(&alert.about)).collect();
    let about: BTreeSet<_> = all.clone().map(|alert| &alert.about).collect();
    match kinds.first() {
        Some(kind) if kinds.len() == 1 => format!("{} {kind}", about.len()),
        _ => format!("{} alerts", all.count()),
    }
}

fn kind(about: &About) -> &'static str {
    match about {
        About::Host(_) => "hosts",
        About::Node(_) => "nodes",
        About::Storage(..) => "storages",
        About::App(_) => "apps",
        About::Operation(_) => "operations",
        About::Many(_) => "alerts",
    }
}

/// `disk: jellyfin, gitea, paperless and 497 more`
fn what<'a>(all: impl Iterator<Item = &'a Alert>) -> String {
    let mut by_rule: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for alert in all {
        by_rule.entry(&alert.rule).or_default().insert(&alert.name);
    }
    let part = |(rule, names): (&&str, &BTreeSet<&str>)| {
        let first: Vec<_> = names.iter().take(NAMED).copied().collect();
        let more = names.len().saturating_sub(NAMED);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        format!("{rule}: {}{more}", first.join(", "))
    };
    by_rule.iter().map(part).collect::<Vec<_>>().join("; ")
}
