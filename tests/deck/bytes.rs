//! What a frame costs on the wire, with the encoder that the terminal gets.

use std::collections::BTreeSet;
use std::{sync::Arc, time::Duration};

use proximity::{
    domain::fleet::Fleet,
    engine::Answer,
    settings::Motion,
    tui::{
        canvas::Charset,
        event::Event,
        model::start::POWER_ON,
        term::{Encoder, Erase, Rows},
        theme::Depth,
    },
};

use super::{
    care::flooded,
    fleet::{crowd, homelab},
    shelf,
    stage::Stage,
    vault,
};

struct Wire {
    stage: Stage,
    encoder: Encoder,
}

impl Wire {
    /// A deck whose first picture is painted.
    fn new(fleet: Fleet, motion: Motion, keys: &str) -> Self {
        let mut stage = Stage::with(fleet, 120, 40, "dark", Depth::True, motion);
        stage.wait(POWER_ON).keys(keys).answer_backs();
        let mut wire =
            Self { stage, encoder: Encoder::new(Depth::True, Charset::Unicode, Erase::Coloured, Rows::Movable) };
        wire.frame();
        wire
    }

    fn frame(&mut self) -> usize {
        self.encoder.frame(&mut self.stage.picture(), None).len()
    }

    fn keys(&mut self, keys: &str) -> usize {
        self.stage.keys(keys);
        self.frame()
    }
}

#[test]
fn an_unchanged_picture_is_silent() {
    for keys in ["", "2", "3", "4", "5", "6", "7", "2 ?", "2 d", "2 U", "5 Enter", "5 s", "5 i"] {
        let mut wire = Wire::new(homelab(), Motion::None, keys);
        assert_eq!(wire.frame(), 0, "after {keys:?}");
        wire.stage.send(Event::Fleet(Arc::new(homelab())));
        assert_eq!(wire.frame(), 0, "the same fleet again, after {keys:?}");
    }
}

#[test]
fn a_key_on_the_list_costs_two_kilobytes_at_most() {
    for keys in ["2", "2 z", "1", "4", "7"] {
        let mut wire = Wire::new(crowd(1000), Motion::None, keys);
        for key in ["j", "j", "k", "j"] {
            let bytes = wire.keys(key);
            assert!((1..=2048).contains(&bytes), "{key} after {keys:?} costs {bytes} bytes");
        }
    }
}

#[test]
fn an_unchanged_board_is_silent_and_a_key_on_a_long_one_costs_two_kilobytes_at_most() {
    for keys in ["5", "5 Enter", "5 s", "5 b"] {
        let mut wire = Wire::new(vault::stocked(), Motion::None, keys);
        assert_eq!(wire.frame(), 0, "after {keys:?}");
        wire.stage.send(Event::Fleet(Arc::new(vault::stocked())));
        assert_eq!(wire.frame(), 0, "the same fleet again, after {keys:?}");
    }
    let mut wire = Wire::new(vault::crowded(), Motion::None, "5");
    let mut costs: Vec<usize> = (0..120).map(|i| wire.keys(if i < 60 { "j" } else { "k" })).collect();
    costs.sort_unstable();
    assert!(costs[0] > 0, "a key does nothing");
    assert!(costs[119] <= 2048, "the dearest key costs {} bytes, the median {}", costs[119], costs[60]);
}

#[test]
fn an_unchanged_inbox_is_silent_and_a_key_among_2000_alerts_costs_two_kilobytes_at_most() {
    let mut wire = Wire::new(flooded(2000), Motion::None, "I");
    assert_eq!(wire.frame(), 0);
    wire.stage.send(Event::Fleet(Arc::new(flooded(2000))));
    assert_eq!(wire.frame(), 0, "the same fleet again");
    let mut costs: Vec<usize> = (0..120).map(|i| wire.keys(if i < 60 { "j" } else { "k" })).collect();
    costs.sort_unstable();
    assert!(costs[0] > 0, "a key does nothing");
    assert!(costs[119] <= 2048, "the dearest key costs {} bytes, the median {}", costs[119], costs[60]);
}

#[test]
fn a_key_in_the_store_or_among_the_operations_costs_two_kilobytes_at_most() {
    for deck in ["3", "6"] {
        let mut wire = Wire::new(shelf::with(shelf::deploying()), Motion::None, deck);
        shelf::answer(
            &mut wire.stage,
            if deck == "3" {
                Answer::Shelf(Arc::new(shelf::shelf()), BTreeSet::new())
            } else {
                Answer::Operations(vec![])
            },
        );
        wire.frame();
        for key in ["j", "j", "k", "j"] {
            let bytes = wire.keys(key);
            assert!((1..=2048).contains(&bytes), "{key} after {deck} costs {bytes} bytes");
        }
    }
}

#[test]
fn a_letter_in_the_form_of_a_new_app_costs_little() {
    let mut wire = Wire::new(homelab(), Motion::None, "3");
    shelf::answer(&mut wire.stage, Answer::Shelf(Arc::new(shelf::shelf()), BTreeSet::new()));
    wire.keys("Enter");
    wire.keys("t");
    let bytes = wire.keys("v");
    assert!((1..=300).contains(&bytes), "{bytes} bytes");
}

/// The hand goes 200 units down and as many up; most of these keys move the whole rack.
#[test]
fn a_key_that_moves_the_rack_costs_two_kilobytes_at_most() {
    for keys in ["2", "2 z"] {
        let mut wire = Wire::new(crowd(1000), Motion::None, keys);
        let mut costs: Vec<usize> = (0..400).map(|i| wire.keys(if i < 200 { "j" } else { "k" })).collect();
        costs.sort_unstable();
        let (median, worst) = (costs[200], costs[399]);
        assert!(costs[0] > 0, "a key does nothing after {keys:?}");
        assert!(worst <= 2000, "the dearest key after {keys:?} costs {worst} bytes, the median {median}");
    }
}

#[test]
fn one_light_costs_64_bytes_at_most() {
    let mut fleet = Fleet { operations: Vec::new(), ..homelab() };
    fleet.apps.truncate(1);
    let mut wire = Wire::new(fleet, Motion::Full, "2");
    let mut dearest = 0;
    for _ in 0..40 {
        let at = wire.stage.model.wakes_at().unwrap();
        wire.stage.wait(at - wire.stage.now.tick);
        dearest = dearest.max(wire.frame());
    }
    assert!((1..=64).contains(&dearest), "{dearest} bytes");
}

#[test]
fn idle_lights_cost_less_than_300_bytes_a_second() {
    for keys in ["1", "2", "2 z"] {
        let mut wire = Wire::new(Fleet { operations: Vec::new(), ..homelab() }, Motion::Full, keys);
        let start = wire.stage.now.tick;
        let mut bytes = 0;
        while wire.stage.now.tick < start + Duration::from_secs(15) {
            let at = wire.stage.model.wakes_at().unwrap();
            wire.stage.wait(at - wire.stage.now.tick);
            bytes += wire.frame();
        }
        assert!(bytes > 0, "the lights are dead after {keys:?}");
        assert!(bytes / 15 < 300, "{} bytes a second after {keys:?}", bytes / 15);
    }
}

#[test]
fn a_frame_of_a_turn_costs_little() {
    let mut wire = Wire::new(homelab(), Motion::Full, "2");
    let mut dearest = wire.keys("Space");
    for _ in 0..9 {
        wire.stage.wait(Duration::from_millis(33));
        dearest = dearest.max(wire.frame());
    }
    assert!(dearest <= 2048, "{dearest} bytes");
}

#[test]
fn a_dialog_does_not_repaint_the_world() {
    let mut wire = Wire::new(homelab(), Motion::None, "2 C-a");
    let open = wire.keys("S");
    let close = wire.keys("n");
    assert!(open <= 2048, "{open} bytes to open");
    assert!(close <= 4096, "{close} bytes to close");
}

/// Bytes a second over a quarter of a minute, the loop waking the deck as it asks.
fn rate(wire: &mut Wire) -> usize {
    let start = wire.stage.now.tick;
    let mut bytes = 0;
    while wire.stage.now.tick < start + Duration::from_secs(15) {
        let at = wire.stage.model.wakes_at().unwrap();
        wire.stage.wait(at - wire.stage.now.tick);
        bytes += wire.frame();
    }
    bytes / 15
}

#[test]
fn rain_and_night_cost_two_kilobytes_a_second_at_most() {
    for (theme, columns, rows) in [("matrix", 80, 24), ("matrix", 120, 36), ("matrix", 300, 100), ("dark", 120, 36)] {
        let mut stage = Stage::with(homelab(), columns, rows, theme, Depth::True, Motion::Full);
        stage.wait(POWER_ON).keys("0");
        let encoder = Encoder::new(Depth::True, Charset::Unicode, Erase::Coloured, Rows::Movable);
        let mut wire = Wire { stage, encoder };
        wire.frame();
        let rate = rate(&mut wire);
        assert!((1..=2048).contains(&rate), "{theme} at {columns}x{rows}: {rate} bytes a second");
    }
}

#[test]
fn fans_and_chases_of_a_busy_fleet_cost_eight_kilobytes_a_second_at_most() {
    let mut fleet = crowd(200);
    for guest in &mut fleet.guests {
        Arc::make_mut(guest).cpu = Some(0.9);
    }
    fleet.operations = (0..12).map(super::fleet::restarting).collect();
    for keys in ["1", "2", "4"] {
        let mut wire = Wire::new(fleet.clone(), Motion::Full, keys);
        let rate = rate(&mut wire);
        assert!((1..=8192).contains(&rate), "{rate} bytes a second after {keys}");
    }
}

#[test]
fn the_power_on_show_costs_less_than_eight_kilobytes() {
    let mut stage = Stage::with(homelab(), 120, 40, "dark", Depth::True, Motion::Full);
    let encoder = Encoder::new(Depth::True, Charset::Unicode, Erase::Coloured, Rows::Movable);
    stage.wait(Duration::ZERO);
    let mut wire = Wire { stage, encoder };
    wire.frame();
    let mut bytes = 0;
    while wire.stage.model.power_on.is_some() {
        let at = wire.stage.model.wakes_at().unwrap();
        wire.stage.wait(at - wire.stage.now.tick);
        bytes += wire.frame();
    }
    assert!((1..=8192).contains(&bytes), "{bytes} bytes");
}
