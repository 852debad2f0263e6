//! The laws of `next_move` for plans of all kinds, played with every end that a step can have.

mod play;
mod steps;

use proptest::prelude::*;

use self::{
    play::{Chance, Game},
    steps::plans,
};

fn chances() -> impl Strategy<Value = Vec<Chance>> {
    let chance = prop_oneof![
        12 => Just(Chance::Well),
        3 => Just(Chance::Fails),
        2 => Just(Chance::Unseen),
        3 => Just(Chance::Waits),
        2 => Just(Chance::Crashes),
        2 => Just(Chance::Cancelled),
        1 => Just(Chance::Instead),
        2 => Just(Chance::Keep),
        2 => Just(Chance::Retried),
    ];
    proptest::collection::vec(chance, 0..60)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases()))]

    /// Each law is looked at with every move; see `Game`.
    #[test]
    fn the_laws_of_the_judge_hold_whatever_happens(plan in plans(), chances in chances()) {
        let mut game = Game::of(&plan, chances);
        if let Err(broken) = game.play() {
            prop_assert!(false, "{broken}\n{:#?}\n{:#?}", game.journal, plan.steps);
        }
    }
}

fn cases() -> u32 {
    if std::env::var_os("PROXIMITY_FULL").is_some() { 200_000 } else { 3_000 }
}
