//! From what is so to what is told: pending, raised, over. What must hold: nothing is told twice before it was over, the
//! order in which things are seen changes nothing, what was acknowledged is silent, and a storm is one notice.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Case, Condition, Key, Look, Marks, Message, Saying,
    case::Storm,
    told::{many, many_over},
};
use crate::domain::{
    care::{Alert, AlertId, AlertRules, Level},
    moment::Moment,
};

/// All that is open, and what was over lately.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Alarms {
    /// Since when it is so, of what has not been so for long enough.
    pending: BTreeMap<Key, Moment>,
    cases: BTreeMap<AlertId, Case>,
    last: AlertId,
}

/// What came of one look.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Turn {
    /// As they are to be written.
    pub changed: Vec<Case>,
    /// What is told on the deck, whatever the hour.
    pub sayings: Vec<Saying>,
    /// What is delivered now.
    pub messages: Vec<Message>,
}

/// What a step goes by.
struct Step<'a> {
    look: &'a Look,
    rules: &'a AlertRules,
    now: Moment,
    changed: BTreeSet<AlertId>,
}

impl Alarms {
    /// As another one left them; `last` is the last number that was given.
    pub fn take_up(cases: Vec<Case>, last: AlertId) -> Self {
        let cases = cases.into_iter().map(|case| (case.alert.id, case)).collect();
        Self { pending: BTreeMap::new(), cases, last }
    }

    /// Takes in what the operator said.
    pub fn mark(&mut self, marks: &[Marks]) {
        for mark in marks {
            if let Some(case) = self.cases.get_mut(&mark.id) {
                case.alert.acknowledged = mark.acknowledged.or(case.alert.acknowledged);
                case.alert.snoozed = mark.snoozed;
            }
        }
    }

    /// Those that are not over, the oldest first.
    pub fn open(&self) -> Vec<Alert> {
        self.cases.values().filter(|case| case.is_open()).map(|case| case.alert.clone()).collect()
    }

    /// What this look means; `offset` is what the clock on the wall is ahead of UTC, in seconds.
    pub fn step(&mut self, look: &Look, rules: &AlertRules, now: Moment, offset: i64) -> Turn {
        let mut step = Step { look, rules, now, changed: BTreeSet::new() };
        self.wake(&mut step);
        let ended = self.follow(&mut step);
        self.raise(&mut step);
        let mut sayings = self.say_raised(&mut step);
        sayings.extend(self.say_over(&ended, &step));
        let messages = self.deliver(&sayings, &mut step, offset);
        let changed = step.changed.iter().filter_map(|id| self.cases.get(id).cloned()).collect();
        let is_late = |over: Moment| now.since(over) > rules.cool_down();
        self.cases.retain(|_, case| case.held.is_some() || !case.alert.over.is_some_and(is_late));
        Turn { changed, sayings, messages }
    }

    /// What was snoozed until now is told anew.
    fn wake(&mut self, step: &mut Step<'_>) {
        for (id, case) in &mut self.cases {
            if case.alert.snoozed.is_some_and(|until| until <= step.now) {
                case.alert.snoozed = None;
                case.again = Some(step.now);
                step.changed.insert(*id);
            }
        }
    }

    /// Those that are open: as they are now, or over. Gives those that have just ended.
    fn follow(&mut self, step: &mut Step<'_>) -> Vec<AlertId> {
        let mut ended = Vec::new();
        for (id, case) in self.cases.iter_mut().filter(|(_, case)| case.is_open()) {
            let Some(key) = case.key() else {
                case.alert.over = Some(step.now);
                step.changed.insert(*id);
                continue;
            };
            if step.look.is_unknown(&key) {
                continue;
            }
            let seen = step.look.conditions().get(&key);
            let level = seen.and_then(|seen| seen.standing.level(Some(case.alert.level)));
            match seen.zip(level) {
                Some((seen, level)) => {
                    if takes(&mut case.alert, seen, level) {
                        step.changed.insert(*id);
                    }
                }
                None => {
                    case.alert.over = Some(step.now);
                    step.changed.insert(*id);
                    ended.push(*id);
                }
            }
        }
        ended
    }

    /// What has been so for long enough.
    fn raise(&mut self, step: &mut Step<'_>) {
        let open: BTreeSet<Key> = self.cases.values().filter(|case| case.is_open()).filter_map(Case::key).collect();
        let wants = |key: &Key| step.look.conditions().get(key).is_some_and(|seen| seen.standing.raises.is_some());
        self.pending.retain(|key, _| wants(key) && !open.contains(key));
        for (key, seen) in step.look.conditions() {
            let Some(level) = seen.standing.raises.filter(|_| !open.contains(key)) else { continue };
            let since = *self.pending.entry(key.clone()).or_insert(step.now);
            if step.now.since(since) >= step.rules.lasts(key.0) {
                self.pending.remove(key);
                let id = self.begin(key, seen, level, since, step);
                step.changed.insert(id);
            }
        }
    }

    /// What was over just now goes on; anything else is a new one.
    fn begin(&mut self, key: &Key, seen: &Condition, level: Level, since: Moment, step: &Step<'_>) -> AlertId {
        let is_same = |case: &&mut Case| {
            let is_late = |over| step.now.since(over) > step.rules.cool_down();
            case.key().as_ref() == Some(key) && case.alert.over.is_some_and(|over| !is_late(over))
        };
        if let Some(case) = self.cases.values_mut().rev().find(is_same) {
            case.alert.over = None;
            case.alert.level = level;
            takes(&mut case.alert, seen, level);
            // Who was told that it is over is told that it is not, once that lasts.
            case.again = Some(step.now + step.rules.cool_down());
            return case.alert.id;
        }
        self.last = AlertId(self.last.0 + 1);
        let alert = Alert {
            id: self.last,
            rule: key.0.slug().into(),
            about: key.1.clone(),
            name: seen.name.clone(),
            level,
            what: seen.what.clone(),
            since,
            raised: step.now,
            over: None,
            acknowledged: None,
            snoozed: None,
            mend: seen.mend.clone(),
            remedy: seen.remedy.clone(),
        };
        self.cases.insert(self.last, Case::new(alert));
        self.last
    }

    /// Each by itself, or all as one.
    fn say_raised(&mut self, step: &mut Step<'_>) -> Vec<Saying> {
        let due: Vec<AlertId> =
            self.cases.values().filter(|case| case.is_due(step.now)).map(|case| case.alert.id).collect();
        let storm = due.first().filter(|_| due.len() as u64 > step.rules.storm);
        let storm = storm.map(|of| Storm { of: *of, many: due.len() });
        for id in &due {
            let Some(case) = self.cases.get_mut(id) else { continue };
            case.told = case.told.max(Some(case.alert.level));
            case.again = None;
            case.storm = storm;
            step.changed.insert(*id);
        }
        let alerts = due.iter().filter_map(|id| self.cases.get(id)).map(|case| &case.alert);
        match storm {
            Some(_) => vec![Saying::Raised(many(alerts, step.now))],
            None => alerts.cloned().map(Saying::Raised).collect(),
        }
    }

    /// What was told as one is over as one, with its last.
    fn say_over(&self, ended: &[AlertId], step: &Step<'_>) -> Vec<Saying> {
        let ended = ended.iter().filter_map(|id| self.cases.get(id)).filter(|case| case.wants_end(step.now));
        let alone: Vec<&Alert> = ended.clone().filter(|case| case.storm.is_none()).map(|case| &case.alert).collect();
        let mut sayings = Vec::new();
        if alone.len() as u64 > step.rules.storm {
            sayings.extend(alone.last().map(|last| Saying::Over(many_over(last, alone.len(), step.now))));
        } else {
            sayings.extend(alone.into_iter().cloned().map(Saying::Over));
        }
        let storms: BTreeMap<AlertId, &Case> = ended.filter_map(|case| Some((case.storm?.of, case))).collect();
        for (of, case) in storms {
            let is_left = |other: &Case| other.is_open() && other.storm.is_some_and(|storm| storm.of == of);
            if !self.cases.values().any(is_left) {
                let many = case.storm.map_or(0, |storm| storm.many);
                sayings.push(Saying::Over(many_over(&case.alert, many, step.now)));
            }
        }
        sayings
    }

    /// What may not be heard now is kept, and told as one afterwards.
    fn deliver(&mut self, sayings: &[Saying], step: &mut Step<'_>, offset: i64) -> Vec<Message> {
        let is_quiet = step.rules.quiet.cover(step.now, offset);
        let is_loud = |alert: &Alert| step.rules.quiet_danger.is_on() && alert.level == Level::Danger;
        let mut messages = Vec::new();
        if !is_quiet {
            messages.extend(self.summary(step));
        }
        for saying in sayings {
            let is_heard = !is_quiet || (matches!(saying, Saying::Raised(_)) && is_loud(saying.alert()));
            if is_heard {
                messages.push(Message::of(saying));
            }
        }
        if is_quiet {
            self.hold(sayings, step, is_loud);
        }
        messages
    }

    fn hold(&mut self, sayings: &[Saying], step: &mut Step<'_>, is_loud: impl Fn(&Alert) -> bool) {
        let said: BTreeSet<AlertId> = sayings.iter().map(|saying| saying.alert().id).collect();
        let is_storm_heard = sayings
            .iter()
            .any(|saying| matches!(saying, Saying::Raised(alert) if alert.id == AlertId(0) && is_loud(alert)));
        for id in step.changed.clone() {
            let Some(case) = self.cases.get_mut(&id) else { continue };
            let is_said = said.contains(&id) || (case.storm.is_some() && said.contains(&AlertId(0)));
            let is_heard = case.is_open() && (is_loud(&case.alert) || (case.storm.is_some() && is_storm_heard));
            if is_said && !is_heard {
                case.held = case.held.or(Some(step.now));
            }
        }
    }

    fn summary(&mut self, step: &mut Step<'_>) -> Option<Message> {
        let mut held = Vec::new();
        for (id, case) in self.cases.iter_mut().filter(|(_, case)| case.held.is_some()) {
            case.held = None;
            held.push(case.alert.clone());
            step.changed.insert(*id);
        }
        (!held.is_empty()).then(|| Message::summary(held))
    }
}

/// Whether anything of it is otherwise now.
fn takes(alert: &mut Alert, seen: &Condition, level: Level) -> bool {
    let before = (&alert.what, &alert.name, &alert.mend, &alert.remedy, alert.level);
    let is_new = before != (&seen.what, &seen.name, &seen.mend, &seen.remedy, level);
    if is_new {
        (alert.what, alert.name, alert.level) = (seen.what.clone(), seen.name.clone(), level);
        (alert.mend, alert.remedy) = (seen.mend.clone(), seen.remedy.clone());
    }
    is_new
}
