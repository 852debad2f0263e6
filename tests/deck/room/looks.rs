//! How the room looks: while it is arranged, in its layouts, with every widget, in the poor modes.

use proximity::{
    settings::Motion,
    tui::{canvas::Charset, theme::Depth},
};

use super::super::{
    fleet::{crowd, homelab},
    snapshot::check,
    stage::Stage,
    vault,
};

const SIZES: [(u16, u16); 4] = [(80, 24), (120, 36), (200, 60), (300, 100)];

fn at(sizes: &[(u16, u16)], name: &str, keys: &str) {
    for (columns, rows) in sizes {
        let mut stage = Stage::new(homelab(), *columns, *rows);
        stage.keys(keys);
        check(&format!("{name}-{columns}x{rows}"), &stage.picture(), &stage.model.canvas.theme);
    }
}

#[test]
fn while_it_is_arranged() {
    at(&SIZES, "arrange", "x j J L");
    at(&SIZES[..2], "arrange-row", "x Tab l w");
    at(&SIZES[1..2], "arrange-add", "x Tab a");
    at(&SIZES[1..2], "arrange-name", "x n");
    at(&SIZES[1..2], "arrange-save", "x s");
    at(&SIZES[1..2], "arrange-layouts", "x o");
}

#[test]
fn layouts_for_a_wall_and_for_quiet() {
    at(&SIZES, "wall", "x o 2 Esc");
    at(&SIZES[..3], "quiet", "x o 3 Esc");
    at(&SIZES[3..], "overview", "");
}

#[test]
fn every_widget_of_its_own() {
    for (columns, rows) in SIZES {
        let mut stage = Stage::new(vault::stocked(), columns, rows);
        stage.keys("x Tab dddddd a 7 a 7 a 7 a 7 a 7 a 7 e milk Enter light C-s Esc");
        check(&format!("widgets-{columns}x{rows}"), &stage.picture(), &stage.model.canvas.theme);
    }
}

#[test]
fn more_apps_than_heights_stand_in_bays_beside_each_other() {
    for (columns, rows) in [(120, 36), (300, 100)] {
        let mut stage = Stage::new(crowd(150), columns, rows);
        stage.keys("Right");
        check(&format!("bays-{columns}x{rows}"), &stage.picture(), &stage.model.canvas.theme);
    }
}

#[test]
fn in_plain_letters_and_sixteen_colours_and_none() {
    let mut stage = Stage::with(homelab(), 80, 24, "dark", Depth::None, Motion::None);
    stage.model.canvas.charset = Charset::Ascii;
    stage.keys("x J");
    check("arrange-80x24-ascii", &stage.picture(), &stage.model.canvas.theme);
    let mut stage = Stage::with(homelab(), 120, 36, "dark", Depth::Named, Motion::None);
    stage.keys("x J");
    check("arrange-120x36-named", &stage.picture(), &stage.model.canvas.theme);
}
