//! What is delivered, in words. What must hold: no secret is in it, and it says what mends it.

use super::Saying;
use crate::domain::care::{About, Alert, Level};

#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    pub tone: Tone,
    /// `jellyfin: disk 92 %`
    pub title: String,
    pub body: String,
    /// What it is about: one, or those of a summary.
    pub alerts: Vec<Alert>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    Good,
    Warning,
    Danger,
    /// Of what was held back.
    Summary,
    /// Nothing has happened: the operator tries whether it arrives.
    Test,
}

impl Tone {
    pub fn slug(self) -> &'static str {
        match self {
            Self::Good => "over",
            Self::Warning => "warning",
            Self::Danger => "danger",
            Self::Summary => "summary",
            Self::Test => "test",
        }
    }
}

impl Message {
    pub fn of(saying: &Saying) -> Self {
        match saying {
            Saying::Raised(alert) => {
                let tone = if alert.level == Level::Danger { Tone::Danger } else { Tone::Warning };
                let body = match (&alert.mend, &alert.remedy) {
                    (Some(mend), _) => format!("{}: proximity alert mend {}", mend.title(), alert.id),
                    (None, Some(remedy)) => remedy.clone(),
                    (None, None) => alert.rule.to_string(),
                };
                Self { tone, title: format!("{}: {}", alert.name, alert.what), body, alerts: vec![alert.clone()] }
            }
            Saying::Over(alert) => Self {
                tone: Tone::Good,
                title: match alert.about {
                    About::Many(_) => format!("{}: {}", alert.name, alert.what),
                    _ => format!("{}: {} is over", alert.name, alert.rule),
                },
                body: alert.what.clone(),
                alerts: vec![alert.clone()],
            },
        }
    }

    /// What was held back while it was quiet.
    pub fn summary(alerts: Vec<Alert>) -> Self {
        const MOST: usize = 12;
        let over = alerts.iter().filter(|alert| alert.over.is_some()).count();
        let line = |alert: &Alert| {
            let end = if alert.over.is_some() { " (over)" } else { "" };
            format!("{}: {}{end}", alert.name, alert.what)
        };
        let mut lines: Vec<_> = alerts.iter().take(MOST).map(line).collect();
        if alerts.len() > MOST {
            lines.push(format!("and {} more", alerts.len() - MOST));
        }
        let count = if alerts.len() == 1 { "1 alert".to_owned() } else { format!("{} alerts", alerts.len()) };
        let ended = if over > 0 { format!(", {over} of them over by now") } else { String::new() };
        let title = format!("{count} while it was quiet{ended}");
        Self { tone: Tone::Summary, title, body: lines.join("\n"), alerts }
    }

    pub fn test() -> Self {
        Self {
            tone: Tone::Test,
            title: "Proximity: a test".into(),
            body: "Alerts arrive here. Nothing has happened.".into(),
            alerts: Vec::new(),
        }
    }
}
