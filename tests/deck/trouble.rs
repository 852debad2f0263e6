//! Trouble by key: in the demo it is made and mended, in a real world there is no such thing.

use proximity::{
    domain::mischief::{Meddling, Mischief},
    engine::Change,
    tui::{
        effect::Effect,
        keymap::{self, Place},
        model::Demo,
    },
};

use super::{fleet::homelab, snapshot, stage::Stage};

fn meddlings(stage: &Stage) -> Vec<Meddling> {
    let of = |effect: &Effect| if let Effect::Meddle(meddling) = effect { Some(*meddling) } else { None };
    stage.effects.iter().filter_map(of).collect()
}

#[test]
fn the_same_key_makes_trouble_and_mends_it() {
    let mut stage = Stage::new(homelab(), 120, 36);
    stage.keys("X j Enter");
    assert_eq!(meddlings(&stage), [Meddling::Throw(Mischief::NoQuorum)]);
    assert!(
        stage.effects.iter().any(|effect| matches!(effect, Effect::Change(_, Change::Refresh))),
        "it shows at once"
    );
    assert!(stage.model.mischief.contains(&Mischief::NoQuorum));
    stage.keys("Space");
    assert_eq!(meddlings(&stage)[1..], [Meddling::Mend(Mischief::NoQuorum)]);
    assert!(stage.model.mischief.is_empty());
    stage.keys("Enter G Enter m Esc");
    assert_eq!(meddlings(&stage)[4..], [Meddling::Mend(Mischief::NoQuorum), Meddling::Mend(Mischief::WrongClocks)]);
    assert!(stage.model.layers.is_empty());
}

#[test]
fn the_palette_knows_every_trouble_by_name() {
    let mut stage = Stage::new(homelab(), 120, 36);
    stage.keys(": foreigncert Enter");
    assert_eq!(meddlings(&stage), [Meddling::Throw(Mischief::ForeignCertificate)]);
}

#[test]
fn a_real_world_has_no_key_for_trouble_and_does_not_speak_of_it() {
    let mut stage = Stage::new(homelab(), 120, 36);
    stage.model.demo = Demo::Real;
    stage.keys("X");
    assert!(stage.model.layers.is_empty());
    for place in Place::DECKS {
        assert!(!keymap::at(*place, Demo::Real).any(|binding| binding.words.contains("trouble")), "{place:?}");
    }
    for keys in ["?", ":"] {
        stage.keys(keys);
        let shown: String = stage.picture_at(120, 60).content.iter().map(|cell| cell.symbol()).collect();
        assert!(!shown.contains("trouble"), "{keys}");
        stage.keys("Esc");
    }
    stage.keys(": trouble Enter");
    assert!(meddlings(&stage).is_empty());
}

#[test]
fn the_list_of_troubles_looks_like_the_other_layers() {
    for (columns, rows) in [(80, 24), (120, 36)] {
        let mut stage = Stage::new(homelab(), columns, rows);
        stage.keys("X Enter j j j Enter j j");
        snapshot::check(&format!("trouble-{columns}x{rows}"), &stage.picture(), &stage.model.canvas.theme);
    }
}
