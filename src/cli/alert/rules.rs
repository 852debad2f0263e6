//! `alert rules`: what is looked at, from how much on, and when nothing is delivered.

use serde::Serialize;

use super::super::{face::Face, print::table};
use crate::domain::{alerting::Rule, care::AlertRules, fault::Fault};

#[derive(Serialize)]
struct RulesRow {
    rules: Vec<RuleRow>,
    margin: u8,
    again: u64,
    storm: u64,
    quiet: String,
    quiet_danger: bool,
    webhook: Option<String>,
    ntfy: Option<String>,
}

#[derive(Serialize)]
struct RuleRow {
    rule: &'static str,
    on: bool,
    /// Percent.
    warning: Option<u8>,
    danger: Option<u8>,
    /// Seconds.
    lasts: u64,
    what: &'static str,
}

impl RuleRow {
    fn of(rule: Rule, rules: &AlertRules) -> Self {
        let limits = rules.limits(rule);
        Self {
            rule: rule.slug(),
            on: rules.is_on(rule),
            warning: limits.and_then(|limits| limits.warning),
            danger: limits.and_then(|limits| limits.danger),
            lasts: rules.lasts(rule).as_secs(),
            what: rule.in_words(),
        }
    }

    fn cells(&self) -> Vec<String> {
        let percent = |limit: Option<u8>| limit.map_or_else(|| "--".into(), |limit| format!("{limit} %"));
        let lasts = if self.lasts == 0 { "--".into() } else { format!("{} s", self.lasts) };
        let on = if self.on { "on" } else { "off" };
        vec![self.rule.into(), on.into(), percent(self.warning), percent(self.danger), lasts, self.what.into()]
    }
}

/// An address may tell more than a host's name.
fn shown(address: &str) -> Option<String> {
    let end = address.find("://")? + 3;
    let host = address[end..].split(['/', '?', '#']).next()?.rsplit('@').next()?;
    Some(format!("{}{host}/…", &address[..end]))
}

pub fn show(face: Face<'_>) -> Result<(), Fault> {
    let rules = face.engine.alert_rules();
    let row = RulesRow {
        rules: Rule::ALL.into_iter().map(|rule| RuleRow::of(rule, &rules)).collect(),
        margin: rules.margin,
        again: rules.again,
        storm: rules.storm,
        quiet: rules.quiet.clone().into(),
        quiet_danger: rules.quiet_danger.is_on(),
        webhook: shown(&rules.webhook),
        ntfy: shown(&rules.ntfy),
    };
    face.printer.result(&row, || {
        let cells: Vec<_> = row.rules.iter().map(RuleRow::cells).collect();
        let mut lines = table(&["RULE", "STATE", "WARNING", "DANGER", "LASTS", "WHAT"], &cells);
        let danger = if row.quiet_danger { ", but for danger" } else { "" };
        let or_none = |address: &Option<String>| address.clone().unwrap_or_else(|| "--".into());
        lines.push(format!("over     {} % below its limit; back within {} s it is the same", row.margin, row.again));
        lines.push(format!("storm    more than {} at once are told as one", row.storm));
        lines.push(format!("quiet    {}{}", row.quiet, if row.quiet == "off" { "" } else { danger }));
        lines.push(format!("webhook  {}", or_none(&row.webhook)));
        lines.push(format!("ntfy     {}", or_none(&row.ntfy)));
        lines
    });
    Ok(())
}
