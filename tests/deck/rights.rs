//! What our login may not do is shown by a dim hint, and a key that is pressed all the same says what is missing.

use proximity::{
    domain::purpose::{Denied, Purpose},
    tui::{effect::Effect, theme::Role},
};

use super::{fleet::homelab, stage::Stage};

fn without_backups() -> Stage {
    let mut fleet = homelab();
    let denied = Denied {
        purpose: Purpose::BackUp,
        missing: vec![("VM.Backup", "/vms")],
        grants: vec!["pveum …".into()].into(),
    };
    fleet.hosts[0].denied = vec![denied].into();
    Stage::new(fleet, 120, 36)
}

/// The colour of a key's hint in the footer.
fn hint(stage: &Stage, words: &str) -> ratatui::style::Color {
    let picture = stage.picture();
    let row = picture.area.height - 1;
    let cells: Vec<_> = (0..picture.area.width).map(|x| &picture[(x, row)]).collect();
    let text: String = cells.iter().map(|cell| cell.symbol()).collect();
    let at = text.find(words).unwrap_or_else(|| panic!("{words} is not in {text}"));
    cells[text[..at].chars().count()].fg
}

#[test]
fn what_the_login_may_not_do_is_dim_and_all_else_is_not() {
    let mut stage = without_backups();
    stage.keys("2 / jelly Enter");
    let off = stage.model.canvas.theme.colour(Role::Off);
    assert_eq!(hint(&stage, "back up"), off);
    assert_ne!(hint(&stage, "restart"), off);
    let mut free = Stage::new(homelab(), 120, 36);
    free.keys("2");
    assert_ne!(hint(&free, "back up"), off);
}

#[test]
fn a_dim_key_asks_nothing_and_says_what_is_missing() {
    let mut stage = without_backups();
    stage.keys("2 b");
    assert!(stage.model.layers.is_empty());
    assert!(!stage.effects.iter().any(|effect| matches!(effect, Effect::Ask(..))));
    let toast = stage.model.toasts.shown(stage.now.tick).next().unwrap();
    assert!(toast.text.contains("backups and restores"), "{toast:?}");
    assert!(toast.detail.as_deref().unwrap().contains("VM.Backup at /vms"), "{toast:?}");
}

#[test]
fn who_may_not_migrate_empties_no_node() {
    let mut fleet = homelab();
    let denied = Denied { purpose: Purpose::Migrate, missing: vec![("VM.Migrate", "/vms")], grants: vec![].into() };
    fleet.hosts[0].denied = vec![denied].into();
    let mut stage = Stage::new(fleet, 120, 36);
    stage.keys("4 jjj E");
    assert!(stage.model.layers.is_empty());
    let asks = |effect: &Effect| matches!(effect, Effect::Query(_, proximity::engine::Query::Moves(..)));
    assert!(!stage.effects.iter().any(asks));
    let toast = stage.model.toasts.shown(stage.now.tick).next().unwrap();
    assert!(toast.detail.as_deref().unwrap().contains("VM.Migrate at /vms"), "{toast:?}");
}
