//! Text to the clipboard, past whoever stands between.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use proptest::prelude::*;
use proximity::{
    engine::Tone,
    tui::{
        effect::Effect,
        layers::{
            Layer,
            copy::{CopyMenu, Item},
        },
        term::{Between, MOST_COPIED, Surroundings, clip},
    },
};

use crate::deck::{fleet::homelab, stage::Stage};

fn around(term: &str, program: &str) -> Between {
    Surroundings { term: term.into(), program: program.into(), ..Surroundings::default() }.between()
}

#[test]
fn who_stands_between_is_known_by_its_name() {
    assert_eq!(around("xterm-256color", ""), Between::Nobody);
    assert_eq!(around("tmux-256color", ""), Between::Tmux);
    assert_eq!(around("screen-256color", "tmux"), Between::Tmux, "as older ones call their terminal");
    assert_eq!(around("screen.xterm-256color", ""), Between::Screen);
}

/// What the terminal gets of what GNU screen is told to hand on.
fn handed_on(bytes: &[u8]) -> Vec<u8> {
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    let pieces = text.split("\x1b\\").filter(|piece| !piece.is_empty());
    pieces
        .flat_map(|piece| {
            assert!(piece.len() <= 768, "screen keeps no more");
            piece.strip_prefix("\x1bP").unwrap().as_bytes().to_vec()
        })
        .collect()
}

proptest! {
    #[test]
    fn it_arrives_whole_through_everybody(text in "(.|\n){0,2000}") {
        let plain = format!("\x1b]52;c;{}\x07", BASE64_STANDARD.encode(&text)).into_bytes();
        prop_assert_eq!(clip(&text, Between::Nobody), plain.clone());
        prop_assert_eq!(handed_on(&clip(&text, Between::Screen)), plain.clone());
        let twice = String::from_utf8(clip(&text, Between::Tmux)).unwrap();
        let wrapped = twice.strip_prefix(std::str::from_utf8(&plain).unwrap()).unwrap();
        let inner = wrapped.strip_prefix("\x1bPtmux;").unwrap().strip_suffix("\x1b\\").unwrap();
        prop_assert_eq!(inner.replace("\x1b\x1b", "\x1b").into_bytes(), plain);
    }
}

#[test]
fn what_is_too_large_is_not_called_copied() {
    for (length, is_sent) in [(MOST_COPIED, true), (MOST_COPIED + 1, false)] {
        let mut stage = Stage::new(homelab(), 120, 36);
        let item = Item { letter: 'l', label: "its log", text: "x".repeat(length) };
        stage.model.layers.push(Layer::CopyMenu(CopyMenu { name: "a log".into(), items: vec![item], at: 0 }));
        stage.keys("Enter");
        assert_eq!(stage.effects.iter().any(|effect| matches!(effect, Effect::Copy(_))), is_sent);
        let told = stage.model.toasts.all.front().unwrap();
        let expected = if is_sent { (Tone::Success, "copied: ") } else { (Tone::Warning, "not copied: 74 kB") };
        assert_eq!(told.tone, expected.0);
        assert!(told.text.starts_with(expected.1), "{}", told.text);
    }
}
