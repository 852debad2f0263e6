//! When an app is to be restarted by itself, and when no more.

use std::time::Duration;

use proptest::prelude::*;
use proximity::domain::{
    book::{Book, Origin},
    care::{Cure, HealthRules, SelfRestart, Terms, Watch},
};

use super::{
    Patient, START,
    Tone::{Bad, Good},
    app,
};

fn restarting() -> Patient {
    let mut patient = Patient::healthy();
    patient.terms.self_restart = SelfRestart::On;
    patient
}

#[test]
fn nobody_is_restarted_unless_the_rules_say_so() {
    let mut patient = Patient::healthy();
    patient.hear_all(&[Bad; 20]);
    assert_eq!(patient.health.cure(&patient.terms, patient.now), Cure::None);
}

#[test]
fn an_adopted_app_is_restarted_only_where_that_was_said_for_it_alone() {
    let rules = HealthRules { self_restart: SelfRestart::On, ..HealthRules::default() };
    let (mut ours, mut adopted) = (app(), app());
    ours.book = Some(Box::new(Book::new(Origin::Deployed, START)));
    adopted.book = Some(Box::new(Book::new(Origin::Adopted, START)));
    assert_eq!(Terms::of(&rules, &ours).self_restart, SelfRestart::On);
    assert_eq!(Terms::of(&rules, &adopted).self_restart, SelfRestart::Off);
    let said = Watch { self_restart: Some(SelfRestart::On), ..Watch::default() };
    adopted.book.as_mut().unwrap().watch = Some(said);
    assert_eq!(Terms::of(&HealthRules::default(), &adopted).self_restart, SelfRestart::On);
}

#[test]
fn after_a_restart_it_fails_anew_before_the_next_one() {
    let mut patient = restarting();
    patient.hear_all(&[Bad, Bad, Bad]);
    assert_eq!(patient.health.cure(&patient.terms, patient.now), Cure::Restart);
    patient.health.restarted(patient.now);
    patient.hear_all(&[Bad, Bad]);
    assert_eq!(patient.health.cure(&patient.terms, patient.now), Cure::None);
    patient.hear(Bad);
    assert_eq!(patient.health.cure(&patient.terms, patient.now), Cure::Restart);
}

#[test]
fn one_that_gave_up_is_helped_again_only_the_next_day() {
    let mut patient = restarting();
    for _ in 0..3 {
        patient.hear_all(&[Bad; 3]);
        patient.health.restarted(patient.now);
    }
    patient.hear_all(&[Bad; 3]);
    assert_eq!(patient.health.cure(&patient.terms, patient.now), Cure::Spent);
    let tomorrow = patient.now + Duration::from_secs(86_400);
    assert_eq!(patient.health.cure(&patient.terms, tomorrow), Cure::Restart);
}

proptest! {
    /// Whatever it answers, within any day it is restarted so often at most.
    #[test]
    fn never_more_restarts_a_day_than_the_rules_allow(
        heard in prop::collection::vec(prop_oneof![1 => Just(Good), 6 => Just(Bad)], 0..600),
        most in 1u32..5,
        interval in 30u64..3_600,
    ) {
        let mut patient = restarting();
        (patient.terms.restarts_a_day, patient.terms.interval) = (most, Duration::from_secs(interval));
        let mut restarts = Vec::new();
        for tone in heard {
            patient.hear(tone);
            if patient.health.cure(&patient.terms, patient.now) == Cure::Restart {
                patient.health.restarted(patient.now);
                restarts.push(patient.now);
            }
        }
        for (i, at) in restarts.iter().enumerate() {
            let of_the_day = restarts[i..].iter().filter(|later| later.since(*at) < Duration::from_secs(86_400));
            prop_assert!(of_the_day.count() <= most as usize);
        }
    }
}
