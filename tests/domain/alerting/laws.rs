//! What holds whatever happens.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use proximity::domain::{
    alerting::{Alarms, Look, Saying},
    care::{AlertId, Level},
};

use super::{Desk, full, rules};

const NAMES: [&str; 4] = ["db", "mail", "web", "wiki"];

/// How full each disk is, look by look, and how many seconds lie between two looks.
fn weeks() -> impl Strategy<Value = Vec<(u64, Vec<u8>)>> {
    let disks = prop::collection::vec(prop_oneof![Just(50_u8), 78..100_u8], NAMES.len());
    prop::collection::vec((prop_oneof![Just(30_u64), 1..2_000_u64], disks), 1..40)
}

fn disks(percents: &[u8]) -> Vec<(&'static str, u8)> {
    NAMES.iter().copied().zip(percents.iter().copied()).collect()
}

proptest! {
    #[test]
    fn nothing_is_told_twice_before_it_was_over_for_a_while(week in weeks()) {
        let mut desk = Desk::new(rules());
        let mut told: BTreeMap<AlertId, (Level, proximity::domain::moment::Moment)> = BTreeMap::new();
        for (seconds, percents) in week {
            let turn = desk.later(seconds).sees(&disks(&percents));
            for saying in &turn.sayings {
                let alert = saying.alert();
                match (saying, told.get(&alert.id)) {
                    (Saying::Raised(_), None) => {}
                    (Saying::Raised(_), Some((level, at))) => {
                        let has_waited = desk.now.since(*at) >= desk.rules.cool_down();
                        prop_assert!(alert.level > *level || has_waited, "{alert:?} was told as {level:?}");
                    }
                    (Saying::Over(_), told) => prop_assert!(told.is_some(), "{alert:?} is over and was never told"),
                }
                told.insert(alert.id, (alert.level, desk.now));
            }
        }
    }

    #[test]
    fn one_thing_has_one_open_alert_of_a_rule_at_most(week in weeks()) {
        let mut desk = Desk::new(rules());
        for (seconds, percents) in week {
            desk.later(seconds).sees(&disks(&percents));
            let open = desk.alarms.open();
            let about: BTreeSet<_> = open.iter().map(|alert| (&alert.rule, &alert.about)).collect();
            prop_assert_eq!(about.len(), open.len());
            for (name, percent) in disks(&percents) {
                let is_open = open.iter().any(|alert| &*alert.name == name);
                prop_assert!(percent < 85 || is_open);
                prop_assert!(percent >= 81 || !is_open);
            }
        }
    }

    #[test]
    fn the_order_in_which_things_are_seen_changes_nothing(week in weeks(), seed in any::<u64>()) {
        let (mut one, mut other) = (Desk::new(rules()), Desk::new(rules()));
        for (seconds, percents) in week {
            let mut mixed = disks(&percents);
            let places = mixed.len();
            mixed.rotate_left((seed % places as u64) as usize);
            if seed % 2 == 0 {
                mixed.reverse();
            }
            prop_assert_eq!(one.later(seconds).sees(&disks(&percents)), other.later(seconds).sees(&mixed));
        }
    }

    #[test]
    fn what_was_acknowledged_is_never_told(week in weeks()) {
        let mut desk = Desk::new(rules());
        let mut known = BTreeSet::new();
        for (seconds, percents) in week {
            let turn = desk.later(seconds).sees(&disks(&percents));
            prop_assert!(turn.sayings.iter().all(|saying| !known.contains(&saying.alert().id)));
            for alert in desk.alarms.open() {
                known.insert(alert.id);
                let now = desk.now;
                desk.says(alert.id, Some(now), None);
            }
        }
    }

    #[test]
    fn whoever_takes_over_tells_the_same(week in weeks(), at in 0_usize..40) {
        let (mut one, mut other) = (Desk::new(rules()), Desk::new(rules()));
        let (mut written, mut last) = (BTreeMap::new(), AlertId::default());
        for (number, (seconds, percents)) in week.into_iter().enumerate() {
            if number == at {
                other.alarms = Alarms::take_up(written.values().cloned().collect(), last);
            }
            let (same, turn) = (one.later(seconds).sees(&disks(&percents)), other.later(seconds).sees(&disks(&percents)));
            last = turn.changed.iter().map(|case| case.alert.id).max().unwrap_or_default().max(last);
            written.extend(turn.changed.iter().map(|case| (case.alert.id, case.clone())));
            // What was over long ago is not taken up, and would not be continued either.
            written.retain(|_, case| case.alert.over.is_none_or(|over| other.now.since(over) <= other.rules.cool_down()));
            prop_assert_eq!(same.sayings, turn.sayings);
        }
    }

    #[test]
    fn more_than_a_few_at_once_are_one_notice(many in 1_usize..40) {
        let mut desk = Desk::new(rules());
        let names: Vec<_> = (0..many).map(|number| format!("app-{number}")).collect();
        let all = names.iter().filter_map(|name| full(name, 90, &desk.rules));
        let turn = desk.alarms.step(&Look::of(all), &desk.rules, desk.now, 0);
        let notices = if many > 8 { 1 } else { many };
        prop_assert_eq!((turn.sayings.len(), turn.messages.len(), desk.alarms.open().len()), (notices, notices, many));
    }
}
