//! How an app is, and how it is watched.

use serde::Serialize;

use super::rfc3339;
use crate::domain::{
    app::App,
    care::{AppHealth, Gaze, Health, Off, Probed, SelfRestart, Uptime, Watch, percent, write_probe},
    fleet::Fleet,
};

#[derive(Serialize)]
pub struct HealthRow {
    pub app: String,
    pub name: String,
    /// `healthy`, `degraded`, `failing`, `down` or `unknown`
    pub health: &'static str,
    /// In this state since then; nothing where nobody has looked.
    pub since: Option<String>,
    /// Whether somebody here stopped it, where it is down: that is no downtime.
    pub stopped: bool,
    pub last: Option<ProbedRow>,
    pub last_bad: Option<ProbedRow>,
    /// 0 to 1
    pub uptime: Uptime,
    /// When it was restarted by itself.
    pub restarts: Vec<String>,
    /// It was restarted as often as it may be, and fails still.
    pub gave_up: Option<String>,
}

/// One look.
#[derive(Serialize)]
pub struct ProbedRow {
    pub at: String,
    pub good: bool,
    pub took_ms: u32,
    /// What was answered, or why it is not good.
    pub said: String,
}

impl ProbedRow {
    pub fn of(probed: &Probed) -> Self {
        let (Ok(said) | Err(said)) = probed.said.clone();
        Self { at: rfc3339(probed.at), good: probed.is_good(), took_ms: probed.took_ms, said }
    }

    fn in_words(&self) -> String {
        if self.good { format!("{} in {} ms", self.said, self.took_ms) } else { self.said.clone() }
    }
}

impl HealthRow {
    pub fn of(fleet: &Fleet, app: &App) -> Self {
        let nothing = AppHealth::default();
        let known = fleet.care.health.get(&app.id).unwrap_or(&nothing);
        Self {
            app: app.id.to_string(),
            name: app.name.to_string(),
            health: known.health.slug(),
            since: (known.since != Default::default()).then(|| rfc3339(known.since)),
            stopped: known.health == Health::Down && known.off == Off::Meant,
            last: known.last.as_ref().map(ProbedRow::of),
            last_bad: known.last_bad.as_ref().map(ProbedRow::of),
            uptime: known.uptime,
            restarts: known.restarts.iter().map(|at| rfc3339(*at)).collect(),
            gave_up: known.gave_up.map(rfc3339),
        }
    }

    pub fn cells(&self) -> Vec<String> {
        let or_none = |text: Option<String>| text.unwrap_or_else(|| "--".into());
        vec![
            self.name.clone(),
            self.health.into(),
            or_none(self.since.clone()),
            or_none(self.last.as_ref().map(ProbedRow::in_words)),
            percent(self.uptime.day),
            percent(self.uptime.week),
            percent(self.uptime.month),
            self.restarts.len().to_string(),
        ]
    }

    pub fn lines(&self) -> Vec<String> {
        let head = ["name", "health", "since", "last look", "day", "week", "month", "restarts"];
        let facts = head.iter().zip(self.cells()).map(|(name, value)| format!("{name:<12}{value}"));
        let bad = self.last_bad.iter().map(|bad| format!("{:<12}{} at {}", "last bad", bad.in_words(), bad.at));
        let gave_up = self.gave_up.iter().map(|at| format!("{:<12}it is restarted no more since {at}", "gave up"));
        facts.chain(bad).chain(gave_up).collect()
    }
}

/// What was said for one app; nothing is as the settings have it.
#[derive(Serialize)]
pub struct WatchRow {
    pub app: String,
    pub name: String,
    pub interval: Option<u64>,
    pub timeout: Option<u64>,
    pub fall: Option<u32>,
    pub rise: Option<u32>,
    pub self_restart: Option<SelfRestart>,
    /// As it is typed, or `off`.
    pub probe: Option<String>,
}

impl WatchRow {
    pub fn of(app: &App, watch: &Watch) -> Self {
        Self {
            app: app.id.to_string(),
            name: app.name.to_string(),
            interval: watch.interval,
            timeout: watch.timeout,
            fall: watch.fall,
            rise: watch.rise,
            self_restart: watch.self_restart,
            probe: watch.probe.as_ref().map(|gaze| match gaze {
                Gaze::Off => "off".into(),
                Gaze::At(what) => write_probe(what),
            }),
        }
    }

    pub fn lines(&self) -> Vec<String> {
        let seconds = |said: Option<u64>| said.map(|said| format!("{said} s"));
        let looks = |said: Option<u32>| said.map(|said| format!("{said} looks"));
        let restart = self.self_restart.map(|said| if said == SelfRestart::On { "on" } else { "off" }.to_owned());
        let facts = [
            ("name", Some(self.name.clone())),
            ("probe", self.probe.clone()),
            ("interval", seconds(self.interval)),
            ("timeout", seconds(self.timeout)),
            ("fall", looks(self.fall)),
            ("rise", looks(self.rise)),
            ("restart", restart),
        ];
        let line = |(name, value): (&str, Option<String>)| format!("{name:<12}{}", value.unwrap_or("default".into()));
        facts.into_iter().map(line).collect()
    }
}
