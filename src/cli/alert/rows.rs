//! Alerts for scripts, and as the cells of a table.

use serde::Serialize;

use super::super::rows::rfc3339;
use crate::domain::care::{About, Alert, Level, Mend};

#[derive(Serialize)]
pub struct AlertRow {
    pub alert: i64,
    pub rule: String,
    /// `host`, `node`, `storage`, `app` or `many`
    pub about: &'static str,
    /// How it is found again: the id of an app, `host/node`, `host/storage`.
    pub key: String,
    pub name: String,
    /// `warning` or `danger`
    pub level: &'static str,
    pub what: String,
    pub since: String,
    pub raised: String,
    pub over: Option<String>,
    pub acknowledged: Option<String>,
    pub snoozed: Option<String>,
    /// What mends it, in words.
    pub mend: Option<String>,
    /// What to do where nothing mends it by a key.
    pub remedy: Option<String>,
}

impl AlertRow {
    pub fn of(alert: &Alert) -> Self {
        let (about, key) = about(&alert.about);
        Self {
            alert: alert.id.0,
            rule: alert.rule.to_string(),
            about,
            key,
            name: alert.name.to_string(),
            level: if alert.level == Level::Danger { "danger" } else { "warning" },
            what: alert.what.clone(),
            since: rfc3339(alert.since),
            raised: rfc3339(alert.raised),
            over: alert.over.map(rfc3339),
            acknowledged: alert.acknowledged.map(rfc3339),
            snoozed: alert.snoozed.map(rfc3339),
            mend: alert.mend.as_ref().map(Mend::title),
            remedy: alert.remedy.clone(),
        }
    }

    pub const HEAD: [&str; 7] = ["ID", "LEVEL", "NAME", "WHAT", "SINCE", "STATE", "MEND"];

    pub fn cells(&self) -> Vec<String> {
        vec![
            self.alert.to_string(),
            self.level.into(),
            self.name.clone(),
            self.what.clone(),
            self.since.clone(),
            self.state(),
            self.mend.clone().or_else(|| self.remedy.clone()).unwrap_or_else(|| "--".into()),
        ]
    }

    fn state(&self) -> String {
        match (&self.over, &self.acknowledged, &self.snoozed) {
            (Some(over), ..) => format!("over {over}"),
            (_, Some(_), _) => "acknowledged".into(),
            (_, _, Some(until)) => format!("snoozed until {until}"),
            _ => "open".into(),
        }
    }

    pub fn line(&self) -> String {
        format!("{} {}: {} ({})", self.alert, self.name, self.what, self.state())
    }

    pub fn lines(&self) -> Vec<String> {
        let mut lines = vec![
            format!("{} {}: {}", self.alert, self.name, self.what),
            format!("{:<8}{}", "rule", self.rule),
            format!("{:<8}{}", "level", self.level),
            format!("{:<8}{} {}", "about", self.about, self.key),
            format!("{:<8}{}", "since", self.since),
            format!("{:<8}{}", "raised", self.raised),
            format!("{:<8}{}", "state", self.state()),
        ];
        if let Some(mend) = self.mend.as_ref().filter(|_| self.over.is_none()) {
            lines.push(format!("{:<8}{mend}: `proximity alert mend {}`", "mend", self.alert));
        }
        lines
    }
}

fn about(about: &About) -> (&'static str, String) {
    match about {
        About::Host(host) => ("host", host.to_string()),
        About::Node(node) => ("node", format!("{}/{}", node.host, node.node)),
        About::Storage(host, Some(node), storage) => ("storage", format!("{host}/{}/{storage}", node.node)),
        About::Storage(host, None, storage) => ("storage", format!("{host}/{storage}")),
        About::App(app) => ("app", app.to_string()),
        About::Operation(operation) => ("operation", operation.to_string()),
        About::Many(name) => ("many", name.to_string()),
    }
}
