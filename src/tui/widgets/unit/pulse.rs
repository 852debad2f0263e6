//! How an app does, on its unit: its word with how long it is so, what it said last, and how much of the time it was up.
//! What must hold: a state that nobody knows takes no room, and ages are those of the fleet, so that nothing changes between
//! two pictures by itself.

use super::Unit;
use crate::{
    domain::{
        care::{AppHealth, Health, Probed},
        moment::Moment,
        state::State,
    },
    tui::{
        theme::Role,
        widgets::{
            brush::{Line, width},
            figures::{self, UNKNOWN},
            led::Led,
        },
    },
};

/// What was found of it, as the fleet was then.
#[derive(Debug, Clone, Copy)]
pub struct Pulse<'a> {
    pub known: &'a AppHealth,
    pub as_of: Moment,
}

impl<'a> Pulse<'a> {
    /// What it said last, as long as it runs.
    pub fn last(&self) -> Option<&'a Probed> {
        self.known.last.as_ref().filter(|_| !matches!(self.known.health, Health::Down | Health::Unknown))
    }

    fn age(&self, since: Moment) -> String {
        figures::age(self.as_of.since(since))
    }
}

/// `healthy 14 d`, in as much room as there is; nothing where the state says more.
pub fn word(unit: &Unit, room: u16) -> Option<(String, Role)> {
    let pulse = unit.pulse.filter(|_| matches!(unit.entry.state, State::Running | State::Degraded))?;
    let role = match pulse.known.health {
        Health::Healthy => Led::of(&State::Running).word_role(),
        Health::Degraded | Health::Failing => Role::Warning,
        Health::Down | Health::Unknown => return None,
    };
    let word = pulse.known.health.slug();
    let whole = format!("{word} {}", pulse.age(pulse.known.since));
    Some((if width(&whole) <= room { whole } else { word.into() }, role))
}

/// `probe 200 in 14 ms`
pub fn probe(line: &mut Line, probed: &Probed) {
    line.say("probe ", Role::Dim);
    match &probed.said {
        Ok(said) => {
            line.say(said, Role::Text).say(" in ", Role::Dim);
            line.say(&probed.took_ms.to_string(), Role::Text).say(" ms", Role::Dim);
        }
        Err(why) => {
            line.say(short(why), Role::Warning);
        }
    }
}

/// Its port stands on the unit already.
fn short(why: &str) -> &str {
    let rest = why.strip_prefix("port ").and_then(|rest| rest.split_once(' '));
    rest.map_or(why, |(_, rest)| rest)
}

/// `up 99.9 100 99.8 %  ↻2  bad 3 h`: of a day, a week, a month; how often it was restarted by itself; its last bad look.
pub fn history(line: &mut Line, pulse: Pulse) {
    line.say("up", Role::Dim);
    let uptime = pulse.known.uptime;
    for share in [uptime.day, uptime.week, uptime.month] {
        let role = if share.is_some_and(|share| share < LOW) { Role::Warning } else { Role::Text };
        line.skip(1).say(&percent(share), role);
    }
    line.say(" %", Role::Dim);
    if !pulse.known.restarts.is_empty() {
        let role = if pulse.known.gave_up.is_some() { Role::Danger } else { Role::Text };
        line.skip(1).say(&format!("↻{}", pulse.known.restarts.len()), role);
    }
    if let Some(bad) = &pulse.known.last_bad {
        let age = pulse.age(bad.at);
        if line.room() >= width(&age) + 5 {
            line.skip(1).say("bad ", Role::Dim).say(&age, Role::Text);
        }
    }
}

/// Below this somebody should know.
const LOW: f32 = 0.99;

fn percent(share: Option<f32>) -> String {
    share.map_or(UNKNOWN.into(), |share| crate::domain::care::percent(Some(share)).replace(" %", ""))
}
