//! Deck 7: what is changed there holds at once, and what does not do is said beside it.

use proximity::{
    engine::Change,
    settings::{Settings, Tab},
    sound::Cue,
    tui::{
        effect::Effect,
        event::{Carried, Event},
        keymap::Place,
        model::panel::Line,
    },
};

use super::{
    fleet::homelab,
    screens::{at, at_ascii, shown},
    stage::Stage,
};

fn deck() -> Stage {
    Stage::new(homelab(), 120, 36)
}

fn saved(stage: &Stage) -> Settings {
    let saved = stage.effects.iter().rev().find_map(|effect| match effect {
        Effect::Save(settings) => Some(settings.clone()),
        _ => None,
    });
    saved.expect("nothing was saved")
}

fn open(stage: &mut Stage, tab: Tab) {
    stage.keys("7");
    stage.model.panel.open(tab);
}

#[test]
fn every_tab_as_it_looks() {
    for (name, keys) in [
        ("settings-hosts", "7 BackTab BackTab BackTab BackTab BackTab"),
        ("settings-network", "7 BackTab BackTab BackTab"),
        ("settings-care", "7 BackTab G"),
        ("settings-sound", "7 Tab jj"),
        ("settings-keys", "7 Tab Tab / restart Enter"),
        ("settings-press", "7 Tab Tab / restart Enter Enter s"),
        ("settings-about", "7 Tab Tab Tab"),
    ] {
        at(80, 24, name, keys);
        at(120, 36, name, keys);
    }
    at_ascii(80, 24, "settings", "7");
}

#[test]
fn a_value_is_typed_checked_beside_the_field_and_holds_at_once() {
    let mut stage = deck();
    open(&mut stage, Tab::Care);
    stage.keys("Enter");
    assert_eq!(stage.model.place(), Place::SettingEdit);
    stage.keys("C-u 9999 Enter");
    assert_eq!(stage.model.panel.wrong.as_deref(), Some("it is at most 3600"));
    assert_eq!(stage.model.settings.health.interval, 30);
    stage.keys("C-u 45 Enter");
    assert_eq!((stage.model.settings.health.interval, stage.model.panel.wrong.as_deref()), (45, None));
    assert_eq!(saved(&stage).health.interval, 45);
    let ruled =
        |effect: &Effect| matches!(effect, Effect::Change(_, Change::SetRules(rules)) if rules.health.interval == 45);
    assert!(stage.effects.iter().any(ruled));
    stage.keys("r");
    assert_eq!(saved(&stage).health.interval, 30, "as it was when new");
}

#[test]
fn what_is_left_while_typing_changes_nothing() {
    let mut stage = deck();
    open(&mut stage, Tab::Resources);
    stage.keys("Enter C-u 7 Esc");
    assert_eq!((stage.model.place(), stage.model.settings.resources.cores), (Place::Settings, 0));
    stage.keys("Right Right");
    assert_eq!(saved(&stage).resources.cores, 2);
}

#[test]
fn a_new_key_is_pressed_told_where_it_is_taken_and_works_at_once() {
    let mut stage = deck();
    stage.keys("7 Tab Tab / apps.restart Enter Enter");
    assert_eq!(stage.model.place(), Place::Press);
    stage.keys("s");
    assert_eq!(stage.model.panel.wrong.as_deref(), Some("s is taken: in the deck it does \"start\""));
    stage.keys("C-r");
    assert_eq!(stage.model.place(), Place::Settings);
    assert_eq!(saved(&stage).keys.0.keys().collect::<Vec<_>>(), ["apps.restart"]);
    stage.keys("2 / jelly Enter C-r");
    assert!(stage.effects.iter().any(|effect| matches!(effect, Effect::Ask(..))));
    assert!(shown(&stage).contains("Ctrl-R restart"));
    let asked = stage.effects.len();
    stage.keys("r");
    assert_eq!(stage.effects.len(), asked, "the old key does nothing");
    stage.keys("7 r");
    assert!(saved(&stage).keys.0.is_empty());
}

#[test]
fn esc_leaves_the_wait_for_a_key_and_ctrl_c_still_quits() {
    let mut stage = deck();
    stage.keys("7 Tab Tab Enter Esc");
    assert_eq!(stage.model.place(), Place::Settings);
    stage.keys("Enter C-c");
    assert!(stage.effects.iter().any(|effect| matches!(effect, Effect::Quit)) || !stage.model.layers.is_empty());
}

#[test]
fn a_cue_is_switched_off_and_still_played_on_demand() {
    let mut stage = deck();
    stage.keys("7 / flip");
    stage.keys("Enter");
    let at =
        stage.model.panel_lines().iter().position(|line| matches!(line, Line::Setting(spec) if spec.key == "flip"));
    stage.model.panel.at = at.unwrap();
    stage.keys("Right");
    assert!(!saved(&stage).cues.flip.is_on());
    stage.keys("p");
    assert!(stage.effects.iter().any(|effect| matches!(effect, Effect::Play(Cue::Flip))));
    stage.effects.clear();
    stage.keys("2 / jelly Enter Space");
    assert!(!stage.effects.iter().any(|effect| matches!(effect, Effect::Play(Cue::Flip))));
}

#[test]
fn a_whole_tab_is_set_back_after_a_question() {
    let mut stage = deck();
    open(&mut stage, Tab::Network);
    stage.model.settings.network.bridge = "vmbr7".into();
    stage.keys("D y");
    assert_eq!(saved(&stage).network, Settings::default().network);
}

#[test]
fn a_host_is_one_key_away_from_its_place_among_the_hosts() {
    let mut stage = deck();
    open(&mut stage, Tab::Hosts);
    stage.keys("Enter");
    assert_eq!(stage.model.place(), Place::Hosts);
}

#[test]
fn an_import_shows_what_differs_and_keeps_the_old_file_first() {
    let mut stage = deck();
    stage.keys("7 o /tmp/mine.toml C-s");
    let ticket = stage.effects.iter().find_map(|effect| match effect {
        Effect::Examine(ticket, _, path) if path.ends_with("mine.toml") => Some(*ticket),
        _ => None,
    });
    let mut after = Settings::default();
    after.look.motion = stage.model.settings.look.motion;
    after.look.theme = "matrix".into();
    stage.send(Event::Carried(ticket.unwrap(), Ok(Carried::Examined(Box::new(after.clone())))));
    assert!(shown(&stage).contains("look.theme: \"dark\" → \"matrix\""));
    assert_eq!(stage.model.canvas.theme.name, "dark");
    stage.keys("y");
    let kept = stage.effects.iter().find_map(|effect| match effect {
        Effect::KeepOldSettings(ticket, _) => Some(*ticket),
        _ => None,
    });
    assert_eq!(stage.model.canvas.theme.name, "dark", "not before the old file is safe");
    stage.send(Event::Carried(kept.unwrap(), Ok(Carried::Kept(None, Box::new(after)))));
    assert_eq!(stage.model.canvas.theme.name, "matrix");
    assert_eq!(saved(&stage).look.theme, "matrix");
}
