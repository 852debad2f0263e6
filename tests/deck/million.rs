//! A million things that may happen, at random: keys, clicks, drags, resizes, answers, other worlds. What must hold: nothing of
//! it is fatal, and whatever the deck shows can be drawn.

use proptest::{
    strategy::{Strategy, ValueTree},
    test_runner::{RngAlgorithm, TestRng, TestRunner},
};

use super::{
    fleet::homelab,
    laws::{any_move, hand_is_valid, play},
    shelf,
    stage::Stage,
};

/// Each of the four does a quarter; a life of the deck is so long, and it is looked at so often.
const EVENTS: usize = 250_000;
const LIFE: usize = 1_000;
const LOOKS: usize = 100;

fn happen(seed: u8) {
    let chance = TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]);
    let mut runner = TestRunner::new_with_rng(Default::default(), chance);
    let moves = any_move();
    for life in 0..EVENTS / LIFE {
        let fleet = if life % 2 == 0 { homelab() } else { shelf::booked() };
        let mut stage = Stage::new(fleet, 100, 30);
        for at in 0..LIFE {
            let step = moves.new_tree(&mut runner).expect("something that may happen").current();
            play(&mut stage, step);
            // Only what was asked last is ever answered.
            let asked = stage.effects.len().saturating_sub(8);
            stage.effects.drain(..asked);
            if at % LOOKS == 0 {
                stage.picture();
                stage.model.caret();
                assert!(hand_is_valid(&stage).is_ok(), "seed {seed}, life {life}, event {at}");
            }
        }
    }
}

#[test]
fn a_million_events_are_not_fatal_1() {
    happen(1);
}

#[test]
fn a_million_events_are_not_fatal_2() {
    happen(2);
}

#[test]
fn a_million_events_are_not_fatal_3() {
    happen(3);
}

#[test]
fn a_million_events_are_not_fatal_4() {
    happen(4);
}
