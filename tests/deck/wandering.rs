//! Going about: help that runs, the palette over everything, back and forward, marks, ranges, clicks.

use std::time::{Duration, Instant};

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use proximity::{
    domain::{catalog::RecipeId, ids::GuestKey},
    engine::Change,
    tui::{
        command::{Command, Deck},
        effect::Effect,
        event::Event,
        keymap::Place,
        layers::{
            Layer,
            palette::{Does, Item, Palette},
        },
        model::uses::Uses,
        screens::layout,
        widgets::footer,
    },
};

use super::{
    fleet::{NOW, homelab},
    screens::{at, shown},
    shelf,
    stage::Stage,
};

fn deck() -> Stage {
    Stage::new(homelab(), 120, 36)
}

fn click(stage: &mut Stage, x: u16, y: u16, modifiers: KeyModifiers) {
    let kind = MouseEventKind::Down(MouseButton::Left);
    stage.send(Event::Mouse(MouseEvent { kind, column: x, row: y, modifiers }));
}

#[test]
fn help_does_what_is_under_the_hand() {
    let mut stage = deck();
    stage.keys("2 ? / sort Enter");
    assert_eq!(stage.model.place(), Place::Help);
    let before = stage.model.apps.sort.words();
    stage.keys("Enter");
    assert_eq!(stage.model.place(), Place::Apps);
    assert_ne!(stage.model.apps.sort.words(), before);
    at(80, 24, "help-filter", "2 ? / back");
    at(120, 36, "help-filter", "2 ? / back Enter j");
}

#[test]
fn esc_leaves_the_filter_of_help_first() {
    let mut stage = deck();
    stage.keys("4 ? / ho Esc");
    assert_eq!(stage.model.place(), Place::Help);
    stage.keys("Esc");
    assert_eq!(stage.model.place(), Place::Hosts);
}

#[test]
fn the_palette_goes_to_settings_hosts_and_recipes() {
    let mut stage = deck();
    stage.model.store.take(shelf::shelf().into(), Default::default(), &homelab());
    stage.keys("C-p");
    for word in "setting sound over".split(' ') {
        stage.keys(word);
        stage.send(Event::Paste(" ".into()));
    }
    stage.keys("Enter");
    assert_eq!(stage.model.place(), Place::Settings);
    assert!(shown(&stage).contains("over SSH"));
    stage.keys("C-p deploy Enter");
    assert_eq!(stage.model.place(), Place::Deploy);
    at(120, 36, "palette-all", "C-p");
}

#[test]
fn what_is_gone_to_from_an_app_in_depth_is_seen() {
    let mut stage = deck();
    stage.keys("2 / paperless Enter Enter");
    assert_eq!(stage.model.place(), Place::Detail);
    stage.keys("C-p");
    for word in "setting sound over".split(' ') {
        stage.keys(word);
        stage.send(Event::Paste(" ".into()));
    }
    stage.keys("Enter");
    assert_eq!(stage.model.place(), Place::Settings);
}

#[test]
fn what_acts_at_once_is_not_done_to_what_nobody_sees() {
    let mut stage = deck();
    stage.keys("C-p switchitoff Enter");
    assert_eq!(stage.model.place(), Place::Hosts);
    assert_eq!(stage.model.echo.as_ref().map(|(words, _)| words.as_str()), Some("o does it here"));
    let kept_only = |effect: &Effect| match effect {
        Effect::Change(_, change) => matches!(change, Change::Remember { .. }),
        _ => true,
    };
    assert!(stage.effects.iter().all(kept_only));
}

#[test]
fn the_palette_shows_no_address_that_is_a_secret() {
    let mut stage = deck();
    stage.model.settings.alerts.webhook = "https://hooks.invalid/planted".into();
    stage.keys("C-p webhook");
    assert!(shown(&stage).contains("webhook") && !shown(&stage).contains("planted"));
}

#[test]
fn while_a_mark_is_set_no_other_one_is_touched() {
    let mut stage = deck();
    stage.keys("2 ` a 4 ` Enter");
    assert_eq!((stage.model.place(), stage.model.deck), (Place::Marks, Deck::Hosts));
    stage.send(Event::Key(KeyEvent::new(KeyCode::Delete, KeyModifiers::NONE)));
    stage.keys("b");
    assert_eq!(stage.model.marks.0.keys().collect::<String>(), "ab");
}

#[test]
fn what_was_used_lately_stands_first_and_is_kept() {
    let mut stage = deck();
    stage.keys("C-p matrix Enter C-p");
    let Some(Layer::Palette(palette)) = stage.model.layers.last() else { panic!("no palette") };
    assert_eq!(palette.item(0).unwrap().does, Does::Wear("matrix".into()));
    let mut again = Stage::after(stage.kept(), homelab());
    again.keys("C-p");
    let Some(Layer::Palette(palette)) = again.model.layers.last() else { panic!("no palette") };
    assert_eq!(palette.item(0).unwrap().does, Does::Wear("matrix".into()));
}

#[test]
fn ten_thousand_recipes_are_found_at_once() {
    let item = |n: usize| Item {
        words: format!("deploy some app number {n} of many"),
        beside: "media".into(),
        does: Does::Deploy(RecipeId::new(format!("recipe-{n}"))),
    };
    let began = Instant::now();
    let mut palette = Palette::of((0..10_000).map(item).collect(), &Uses::default(), NOW);
    for typed in ["d", "dep", "deploy", "deploy 77", "deploy 7777"] {
        palette.typed = typed.into();
        palette.search();
    }
    assert!(palette.chosen().unwrap().words.contains("7777"));
    // Far above what it takes, so that a busy machine does not fail it; without a bound nobody would notice a mistake.
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
}

#[test]
fn one_goes_back_to_where_one_was_and_forward_again() {
    let mut stage = deck();
    stage.keys("2 j j");
    let held = stage.model.apps.selected().cloned();
    stage.keys("4 5 <");
    assert_eq!(stage.model.deck, Deck::Hosts);
    stage.keys("<");
    assert_eq!((stage.model.deck, stage.model.apps.selected().cloned()), (Deck::Apps, held));
    stage.keys("< <");
    assert_eq!(stage.model.deck, Deck::Overview);
    stage.keys("> > >");
    assert_eq!(stage.model.deck, Deck::Backups);
    stage.keys("< 7 >");
    assert_eq!(stage.model.deck, Deck::Settings, "another way was gone");
}

#[test]
fn a_marked_app_is_found_again_from_anywhere_also_the_next_time() {
    let mut stage = deck();
    stage.keys("2 / jelly Enter ` a 4 ' a");
    let jellyfin: GuestKey = stage.model.apps.selected().cloned().unwrap();
    assert_eq!(stage.model.deck, Deck::Apps);
    let mut again = Stage::after(stage.kept(), homelab());
    again.keys("6 '");
    assert!(shown(&again).contains("jellyfin · apps"));
    again.keys("Enter");
    assert_eq!((again.model.deck, again.model.apps.selected()), (Deck::Apps, Some(&jellyfin)));
    again.keys("'");
    again.send(Event::Key(KeyEvent::new(KeyCode::Delete, KeyModifiers::NONE)));
    assert!(again.model.marks.0.is_empty());
    at(80, 24, "marks", "2 / jelly Enter ` a '");
    at(120, 36, "marks-none", "'");
}

#[test]
fn a_range_goes_from_the_last_one_marked_to_the_hand() {
    let mut stage = deck();
    stage.keys("2 v j j V");
    assert_eq!(stage.model.apps.marked.len(), 4);
    assert!(shown(&stage).contains("4 selected"));
    let mut stage = deck();
    stage.keys("2 z");
    let rack = layout::apps(stage.model.floor().unwrap().body).1;
    click(&mut stage, rack.x + 10, rack.y + 4, KeyModifiers::SHIFT);
    assert_eq!(stage.model.apps.marked.len(), 5);
    at(120, 36, "selected", "2 v j j V");
    at(80, 24, "selected", "2 v j j V");
}

#[test]
fn a_running_unit_is_not_offered_to_be_started() {
    let mut stage = deck();
    stage.keys("2 / jelly Enter");
    let words = |stage: &Stage| {
        let floor = stage.model.floor().unwrap();
        footer::hints(&stage.model, floor.footer).iter().map(|hint| hint.command).collect::<Vec<_>>()
    };
    use proximity::domain::plan::power::PowerWish::{Start, Stop};
    assert!(!words(&stage).contains(&Command::Power(Start)) && words(&stage).contains(&Command::Power(Stop)));
}

#[test]
fn a_click_on_a_hint_does_what_it_says() {
    let mut stage = deck();
    stage.keys("2");
    let floor = stage.model.floor().unwrap();
    let hint = footer::hints(&stage.model, floor.footer).into_iter().find(|hint| hint.command == Command::Help);
    let place = hint.expect("help is offered").place;
    click(&mut stage, place.x, place.y, KeyModifiers::NONE);
    assert_eq!(stage.model.place(), Place::Help);
    let body = stage.model.floor().unwrap().body;
    let before = stage.model.layers.len();
    click(&mut stage, body.x + 10, body.y + 6, KeyModifiers::NONE);
    assert_eq!(stage.model.layers.len(), before, "the first click holds it");
}

#[test]
fn the_way_to_a_layer_stands_in_the_footer() {
    let mut stage = deck();
    stage.keys("2 / jelly Enter B");
    assert!(shown(&stage).contains("apps › jellyfin › backups"));
    assert!(!stage.effects.iter().any(|effect| matches!(effect, Effect::Quit)));
}
