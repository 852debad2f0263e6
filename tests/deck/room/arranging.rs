//! Arranging by keys and by mouse: what is moved is kept, and can be taken back.

use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use proximity::{
    domain::ids::{NodeKey, NodeName},
    tui::{
        effect::Effect,
        event::Event,
        keymap::Place,
        layers::Layer,
        model::{
            memory::Memory,
            room::{Cables, View, row::Widget},
        },
        screens::{layout, overview},
    },
};
use ratatui::layout::Position;

use super::super::{
    fleet::{homelab, host, key},
    stage::Stage,
};

fn stage(keys: &str) -> Stage {
    let mut stage = Stage::new(homelab(), 120, 36);
    stage.keys(keys);
    stage
}

/// Name and height of each unit of the cabinet under the hand, from the top.
fn hung(stage: &Stage) -> Vec<(String, usize)> {
    let cabinet = &stage.model.world.cabinets[stage.model.overview.cabinet];
    let name = |unit: &usize| stage.model.world.entries[*unit].name.to_string();
    cabinet.units.iter().map(name).zip(cabinet.slots.iter().copied()).collect()
}

fn names(stage: &Stage) -> Vec<String> {
    hung(stage).into_iter().map(|(name, _)| name).collect()
}

fn text(stage: &Stage) -> String {
    stage.picture().content.iter().map(|cell| cell.symbol()).collect()
}

#[test]
fn a_unit_goes_down_and_what_hangs_there_takes_its_place() {
    let mut stage = stage("x");
    assert_eq!(stage.model.place(), Place::Arrange);
    let before = hung(&stage);
    stage.keys("J");
    let after = hung(&stage);
    assert_eq!(after[0], (before[1].0.clone(), 0));
    assert_eq!(after[1], (before[0].0.clone(), 1));
    assert_eq!(after[2..], before[2..], "the others hang where they hung");
    assert_eq!(stage.model.world.entries[stage.model.world.cabinets[0].units[1]].key, key(109), "the hand goes along");
    assert_eq!(stage.model.overview.selected(), Some(&key(109)));
    stage.keys("S-Up");
    assert_eq!(hung(&stage), before);
}

#[test]
fn it_stops_at_the_top_and_leaves_free_heights_behind_it() {
    let mut stage = stage("x K");
    assert_eq!(stage.model.overview.arranging.as_ref().unwrap().before.len(), 0, "there is nothing above the top");
    let last_app = hung(&stage)[2].1;
    stage.keys("jj JJ");
    assert_eq!(hung(&stage)[2].1, last_app + 2);
    assert_eq!(hung(&stage).iter().filter(|(_, slot)| *slot == last_app).count(), 0);
}

#[test]
fn what_is_arranged_is_kept_at_once_and_found_again() {
    let mut stage = stage("x J L n");
    stage.keys("attic C-s");
    let (arranged, kept) = (hung(&stage), stage.kept());
    let mut next = Stage::after(kept, homelab());
    next.keys("Right");
    assert_eq!(hung(&next), arranged);
    assert_eq!(next.model.world.cabinets[1].name, "attic");
    assert_eq!(next.model.world.cabinets[1].node, NodeKey { host: host(), node: NodeName::new("nas") });
    assert!(text(&next).contains("attic nas"), "the node's own name stands beside");
}

#[test]
fn every_step_can_be_taken_back_and_esc_loses_nothing() {
    let mut stage = stage("x");
    let before = stage.model.room.clone();
    stage.keys("J L Tab w L d Tab C");
    let arranged = stage.model.room.clone();
    assert_ne!(before, arranged);
    stage.keys("Esc x");
    assert_eq!(stage.model.room, arranged);
    stage.keys("u");
    assert_eq!(stage.model.room, arranged, "what was done before is done");
    let mut stage = self::stage("x J L Tab w L d Tab C uuuuuu");
    assert_eq!(stage.model.room, before);
    stage.keys("u");
    assert_eq!(stage.model.room, before);
}

#[test]
fn widgets_are_added_moved_stretched_and_taken_away() {
    let row = |stage: &Stage| stage.model.room.row.0.iter().map(|placed| placed.widget).collect::<Vec<_>>();
    let mut stage = stage("x Tab a 2");
    assert_eq!(row(&stage).last(), Some(&Widget::Clock));
    stage.keys("H");
    assert_eq!(row(&stage)[5..], [Widget::Clock, Widget::Attention]);
    stage.keys("w");
    assert_eq!(stage.model.room.row.0[5].parts(), 2);
    stage.keys("d");
    assert_eq!(row(&stage).len(), 6);
    stage.keys("dddddd");
    assert_eq!(row(&stage), []);
    stage.keys("d w H a 1");
    assert_eq!(row(&stage), [Widget::Apps]);
    assert!(matches!(stage.effects.last(), Some(Effect::Change(..))), "and it is kept");
}

#[test]
fn notes_are_typed_and_shown() {
    let mut stage = stage("x Tab a 3 e");
    stage.keys("call Enter mother C-s Esc");
    assert_eq!(stage.model.room.notes, ["call", "mother"]);
    assert!(text(&stage).contains("mother"));
    stage.keys("x e C-s");
    assert_eq!(stage.model.room.notes, ["call", "mother"], "what was written is in the form");
}

#[test]
fn a_layout_is_saved_under_a_name_and_taken_on_again() {
    let mut stage = stage("x J Tab d Tab s");
    stage.keys("evening C-s");
    let evening = stage.model.room.clone();
    stage.keys("o 2");
    assert_eq!(stage.model.room.view, View::Wall);
    assert_eq!(stage.model.room.racks, evening.racks, "a layout that is shipped moves nobody");
    stage.keys("o 1 K o");
    let Some(Layer::Picks(picks)) = stage.model.layers.last() else { panic!("no menu") };
    assert_eq!(
        picks.all.iter().map(|(words, _)| words.as_str()).collect::<Vec<_>>(),
        ["home", "wall", "quiet", "evening"]
    );
    stage.keys("4");
    assert_eq!(stage.model.room, evening);
    let next = Stage::after(stage.kept(), homelab());
    assert_eq!(next.model.layouts.all().len(), 4);
}

#[test]
fn a_layout_without_a_name_is_refused_with_a_remedy() {
    let mut stage = stage("x s C-s");
    assert!(text(&stage).contains("a layout needs a name"));
    stage.keys("Esc");
    assert_eq!(stage.model.layouts.0.len(), 0);
}

fn mouse(stage: &mut Stage, kind: MouseEventKind, at: Position) {
    let event = MouseEvent { kind, column: at.x, row: at.y, modifiers: KeyModifiers::NONE };
    stage.send(Event::Mouse(event));
}

fn drag(stage: &mut Stage, way: &[Position]) {
    let left = MouseButton::Left;
    mouse(stage, MouseEventKind::Down(left), way[0]);
    way[1..].iter().for_each(|at| mouse(stage, MouseEventKind::Drag(left), *at));
    mouse(stage, MouseEventKind::Up(left), way[way.len() - 1]);
}

#[test]
fn a_unit_goes_along_with_the_mouse_and_that_is_one_step() {
    let mut stage = stage("x");
    let before = names(&stage);
    let floor = stage.model.floor().unwrap();
    let parts = layout::overview(&floor, &stage.model.room);
    let racks = overview::racks(parts.cabinets, parts.duct, &stage.model);
    let at = |slot: usize| {
        let place = racks[0].heights[slot].place;
        Position::new(place.x + 6, place.y)
    };
    drag(&mut stage, &[at(0), at(1), at(2)]);
    assert_eq!(names(&stage)[..3], [before[1].clone(), before[2].clone(), before[0].clone()]);
    assert_eq!(stage.model.overview.arranging.as_ref().unwrap().before.len(), 1);
    mouse(&mut stage, MouseEventKind::Drag(MouseButton::Left), at(0));
    assert_eq!(names(&stage)[2], before[0], "the button is up");
    stage.keys("u");
    assert_eq!(names(&stage), before);
}

#[test]
fn a_widget_goes_along_with_the_mouse() {
    let mut stage = stage("x");
    drag(&mut stage, &[Position::new(5, 7), Position::new(60, 7)]);
    assert_eq!(stage.model.room.row.0[3].widget, Widget::Apps);
    stage.keys("u");
    assert_eq!(stage.model.room.row.0[0].widget, Widget::Apps);
}

#[test]
fn cables_are_shown_until_they_are_put_away_also_the_next_time() {
    let mut stage = stage("C");
    assert_eq!(stage.model.room.cables, Cables::Shown);
    assert_eq!(Stage::after(stage.kept(), homelab()).model.room.cables, Cables::Shown);
    stage.keys("C");
    assert_eq!(stage.model.room.cables, Cables::Hidden);
}

#[test]
fn what_cannot_be_read_any_more_is_as_if_it_had_never_been() {
    let memory = |value: &str| Memory([("room".to_owned(), value.to_owned())].into());
    for broken in ["", "{", "[]", r#"{"racks":7}"#] {
        let stage = Stage::after(memory(broken), homelab());
        assert_eq!(stage.model.room.row.0.len(), 6, "{broken}");
    }
    let newer = r#"{"row":[{"widget":"clock","breadth":"wide"},{"widget":"lava-lamp","breadth":"wide"}],"soil":1}"#;
    assert_eq!(Stage::after(memory(newer), homelab()).model.room.row.0.len(), 1);
}
