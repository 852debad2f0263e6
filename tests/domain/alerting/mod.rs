//! Laws of alerts: nothing is told twice, what was acknowledged is silent, the order changes nothing, a storm is one notice.

mod laws;
mod looking;
mod quiet;
mod telling;
mod trends;

use std::time::Duration;

use proximity::domain::{
    alerting::{Alarms, Condition, Key, Look, Marks, Rule, Saying, Standing, Turn},
    care::{About, Alert, AlertId, AlertRules, Level},
    ids::AppId,
    moment::Moment,
};

/// A night without quiet hours, unless a test says so.
const BEGAN: Moment = Moment(1_795_176_000_000);

fn app(name: &str) -> About {
    About::App(AppId::new(name))
}

fn key(name: &str) -> Key {
    (Rule::Disk, app(name))
}

fn full(name: &str, percent: u8, rules: &AlertRules) -> Option<(Key, Condition)> {
    let standing = rules.disk.judge(f32::from(percent) / 100.0, rules.margin)?;
    Some((key(name), condition(name, standing, format!("disk {percent} %"))))
}

fn condition(name: &str, standing: Standing, what: String) -> Condition {
    Condition { name: name.into(), standing, what, mend: None, remedy: None }
}

/// Rules without patience.
fn rules() -> AlertRules {
    AlertRules { disk_for: 0, host_for: 0, ..AlertRules::default() }
}

/// Alarms and the hands of a clock.
struct Desk {
    alarms: Alarms,
    rules: AlertRules,
    now: Moment,
}

impl Desk {
    fn new(rules: AlertRules) -> Self {
        Self { alarms: Alarms::default(), rules, now: BEGAN }
    }

    fn later(&mut self, seconds: u64) -> &mut Self {
        self.now = self.now + Duration::from_secs(seconds);
        self
    }

    fn sees(&mut self, disks: &[(&str, u8)]) -> Turn {
        let all = disks.iter().filter_map(|(name, percent)| full(name, *percent, &self.rules));
        self.alarms.step(&Look::of(all), &self.rules, self.now, 0)
    }

    fn says(&mut self, id: AlertId, acknowledged: Option<Moment>, snoozed: Option<Moment>) {
        self.alarms.mark(&[Marks { id, acknowledged, snoozed }]);
    }

    fn only(&self) -> Alert {
        let open = self.alarms.open();
        assert_eq!(open.len(), 1, "{open:#?}");
        open.into_iter().next().unwrap()
    }
}

/// `+web` where it is told to be so, `-web` where it is told to be over.
fn said(turn: &Turn) -> Vec<String> {
    let one = |saying: &Saying| match saying {
        Saying::Raised(alert) if alert.level == Level::Danger => format!("+{}!", alert.name),
        Saying::Raised(alert) => format!("+{}", alert.name),
        Saying::Over(alert) => format!("-{}", alert.name),
    };
    turn.sayings.iter().map(one).collect()
}
