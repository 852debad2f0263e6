//! From looks to a state: two thresholds, and nothing by a single look.

use std::time::Duration;

use proptest::prelude::*;
use proximity::domain::care::{AppHealth, Counts, Health, Off, Sight};

use super::{
    Patient,
    Tone::{self, Bad, Good, Slow},
};

fn tones(most: usize) -> impl Strategy<Value = Vec<Tone>> {
    prop::collection::vec(prop_oneof![3 => Just(Good), 1 => Just(Slow), 2 => Just(Bad)], 0..most)
}

#[test]
fn three_bad_looks_in_a_row_are_needed_to_fail_and_two_good_ones_to_rise() {
    let mut patient = Patient::healthy();
    use Health::{Degraded, Failing, Healthy};
    assert_eq!(patient.hear_all(&[Bad, Bad, Bad]), [Healthy, Degraded, Failing]);
    let fell = patient.now;
    assert_eq!(patient.hear_all(&[Good, Bad, Good]), [Failing, Failing, Failing]);
    assert_eq!(patient.health.since, fell, "it is in this state since it fell");
    // What lies a few looks back is remembered for a while.
    assert_eq!(patient.hear_all(&[Good])[0], Degraded);
    assert_eq!(*patient.hear_all(&[Good; 10]).last().unwrap(), Healthy);
}

#[test]
fn an_app_that_answers_every_other_time_is_degraded_and_stays_so() {
    let mut patient = Patient::healthy();
    let heard = patient.hear_all(&[[Bad, Good]; 100].concat());
    let turns = heard.windows(2).filter(|pair| pair[0] != pair[1]).count();
    assert_eq!((turns, *heard.last().unwrap()), (1, Health::Degraded));
}

#[test]
fn one_that_answers_slowly_on_and_on_is_degraded_and_a_quick_answer_alone_is_no_cure() {
    let mut patient = Patient::healthy();
    assert_eq!(patient.hear_all(&[Slow, Slow])[1], Health::Healthy);
    assert_eq!(patient.hear_all(&[Slow, Good])[1], Health::Degraded);
    assert_eq!(patient.hear_all(&[Good])[0], Health::Healthy);
}

#[test]
fn one_that_was_just_started_need_not_answer_yet() {
    let mut patient = Patient::new();
    patient.health.take(Sight::Off { stopped: None }, patient.now, &patient.terms);
    assert_eq!(patient.health.health, Health::Down);
    patient.since = Some(patient.now);
    for _ in 0..3 {
        assert_eq!(patient.hear(Bad), Counts::Neither, "within its grace");
        assert_eq!(patient.health.health, Health::Unknown);
    }
    assert_eq!(patient.hear_all(&[Bad, Bad, Bad]), [Health::Unknown, Health::Unknown, Health::Failing]);
}

#[test]
fn one_that_answers_within_its_grace_is_healthy_at_once() {
    let mut patient = Patient::new();
    patient.since = Some(patient.now);
    assert_eq!((patient.hear(Good), patient.health.health), (Counts::Up, Health::Healthy));
}

#[test]
fn what_was_before_a_start_or_a_long_pause_is_not_held_against_it() {
    let mut patient = Patient::healthy();
    patient.hear_all(&[Bad, Bad]);
    patient.since = Some(patient.now + Duration::from_secs(1));
    patient.rest(patient.terms.grace);
    assert_eq!(patient.hear_all(&[Bad])[0], Health::Degraded, "one bad look after a start");
    let mut patient = Patient::healthy();
    patient.hear_all(&[Bad, Bad]);
    patient.rest(Duration::from_secs(86_400));
    assert_ne!(patient.hear_all(&[Bad])[0], Health::Failing, "nobody looked for a day");
}

#[test]
fn whoever_stops_it_here_makes_no_downtime_and_one_that_ends_by_itself_does() {
    let mut patient = Patient::healthy();
    let off = |patient: &mut Patient, stopped| {
        patient.rest(patient.terms.interval);
        let (at, terms) = (patient.now, patient.terms.clone());
        (patient.health.take(Sight::Off { stopped }, at, &terms), patient.health.off)
    };
    let long_ago = Some(super::START);
    assert_eq!(off(&mut patient, long_ago), (Counts::Down, Off::ByItself), "it ran after that stop");
    assert_eq!(off(&mut patient, None), (Counts::Down, Off::ByItself));
    let now = Some(patient.now);
    assert_eq!(off(&mut patient, now), (Counts::Neither, Off::Meant));
    assert_eq!(off(&mut patient, None), (Counts::Neither, Off::Meant), "the operation is forgotten, its sense is not");
}

proptest! {
    /// Among good answers a single bad one changes nothing, whatever was long before.
    #[test]
    fn one_bad_answer_changes_no_state(before in tones(60), quiet in 12usize..30) {
        let mut patient = Patient::new();
        patient.hear_all(&before);
        patient.hear_all(&vec![Good; quiet]);
        let state = (patient.health.health, patient.health.since);
        patient.hear(Bad);
        prop_assert_eq!((patient.health.health, patient.health.since), state);
        patient.hear(Good);
        prop_assert_eq!((patient.health.health, patient.health.since), state);
    }

    /// It falls only after enough bad looks in a row, and rises only after enough good ones.
    #[test]
    fn no_state_is_left_before_its_threshold(tones in tones(200)) {
        let mut patient = Patient::new();
        let heard = patient.hear_all(&tones);
        for (i, pair) in heard.windows(2).enumerate() {
            let until = i + 1;
            let all = |back: usize, is: fn(&Tone) -> bool| until + 1 >= back && tones[until + 1 - back..=until].iter().all(is);
            match (pair[0], pair[1]) {
                (before, Health::Failing) if before != Health::Failing => prop_assert!(all(3, |tone| *tone == Bad)),
                (Health::Failing, after) if after != Health::Failing => prop_assert!(all(2, |tone| *tone != Bad)),
                (Health::Degraded, Health::Healthy) => prop_assert!(all(2, |tone| *tone == Good)),
                _ => {}
            }
        }
    }

    /// Its state is since the look that turned it; nothing else moves that.
    #[test]
    fn since_changes_with_the_state_and_only_then(tones in tones(120)) {
        let mut patient = Patient::new();
        let mut before = (patient.health.health, patient.health.since);
        for tone in tones {
            patient.hear(tone);
            let now = (patient.health.health, patient.health.since);
            prop_assert!(now == before || now.1 == patient.now);
            prop_assert!(now.0 != before.0 || now.1 == before.1 || before.1 == Default::default());
            before = now;
        }
    }

    /// What is kept goes on as if nobody had closed the program.
    #[test]
    fn what_is_kept_goes_on_where_it_was(before in tones(40), after in tones(40)) {
        let mut patient = Patient::new();
        patient.hear_all(&before);
        let text = serde_json::to_string(&patient.health).unwrap();
        let mut again = Patient { health: serde_json::from_str::<AppHealth>(&text).unwrap(), ..Patient::new() };
        again.now = patient.now;
        prop_assert_eq!(patient.hear_all(&after), again.hear_all(&after));
    }
}
