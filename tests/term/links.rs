//! Addresses on the screen, as links.

use proptest::prelude::*;
use proximity::tui::{
    canvas::Charset,
    term::{Encoder, Erase, Links, Rows, Surroundings},
    theme::Depth,
};
use ratatui::{
    buffer::Buffer,
    layout::Rect,
    style::{Color, Style},
};

use super::screen::Screen;

const COLUMNS: u16 = 60;

fn encoder() -> Encoder {
    Encoder::new(Depth::True, Charset::Unicode, Erase::Coloured, Rows::Movable).linking(Links::Told)
}

fn row(text: &str) -> Buffer {
    let mut picture = Buffer::empty(Rect::new(0, 0, COLUMNS, 2));
    picture.set_string(0, 0, text, Style::new());
    picture
}

/// What a terminal keeps of each letter: the letter, and where it leads.
fn letters(bytes: &[u8]) -> Vec<(char, String)> {
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    let (mut shown, mut target, mut rest) = (Vec::new(), String::new(), text.as_str());
    while let Some(letter) = rest.chars().next() {
        if let Some(after) = rest.strip_prefix("\x1b]8;;") {
            let (address, next) = after.split_once("\x1b\\").unwrap();
            (target, rest) = (address.to_owned(), next);
        } else if let Some(after) = rest.strip_prefix("\x1b[") {
            let end = after.find(|letter: char| letter.is_ascii_alphabetic()).unwrap();
            rest = &after[end + 1..];
        } else {
            shown.push((letter, target.clone()));
            rest = &rest[letter.len_utf8()..];
        }
    }
    assert_eq!(target, "", "it ends with the frame");
    shown
}

/// The addresses that letters lead to, each with the letters themselves.
fn leading(bytes: &[u8]) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    for (letter, target) in letters(bytes).into_iter().filter(|(_, target)| !target.is_empty()) {
        match found.last_mut().filter(|(_, known)| *known == target) {
            Some((text, _)) => text.push(letter),
            None => found.push((letter.to_string(), target)),
        }
    }
    found
}

#[test]
fn what_reads_as_an_address_leads_there() {
    for (text, expected) in [
        ("open http://tv.home:8096/web now", vec!["http://tv.home:8096/web"]),
        ("(https://a.b/c?d=1&e=%20).", vec!["https://a.b/c?d=1&e=%20"]),
        ("https://one.home https://two.home", vec!["https://one.home", "https://two.home"]),
        ("cut https://one.ho…", vec![]),
        ("cut https://one…home", vec![]),
        ("cut https://one.ho~ and https://one~home", vec![]),
        ("cut https://one.home/~", vec![]),
        ("https://one.home/~ann here", vec!["https://one.home/~ann"]),
        ("in a frame https://one.home/pa│", vec![]),
        ("in a frame https://one.home/pa|", vec![]),
        ("at the edge of its row, wrapped there: https://one.home/path1", vec![]),
        ("xhttps://one.home and https:// and http", vec![]),
    ] {
        let found = leading(&encoder().frame(&mut row(text), None));
        assert!(found.iter().all(|(text, target)| text == target), "{found:?}");
        assert_eq!(found.into_iter().map(|(text, _)| text).collect::<Vec<_>>(), expected, "{text}");
    }
}

#[test]
fn a_terminal_that_is_not_told_gets_none() {
    let around = |term: &str, program: &str| {
        Surroundings { term: term.into(), program: program.into(), ..Surroundings::default() }.links()
    };
    for (term, program, links) in [
        ("xterm-256color", "", Links::Told),
        ("tmux-256color", "", Links::Told),
        ("screen-256color", "tmux", Links::Told),
        ("foot", "", Links::Told),
        ("linux", "", Links::Untold),
        ("screen", "", Links::Untold),
        ("vt220", "", Links::Untold),
        ("", "", Links::Untold),
    ] {
        assert_eq!(around(term, program), links, "{term}");
    }
    let plain = encoder().linking(Links::Untold).frame(&mut row("http://tv.home:8096"), None);
    assert!(!String::from_utf8(plain).unwrap().contains("]8;"));
}

#[test]
fn another_colour_leaves_the_link_and_what_is_unchanged_costs_nothing() {
    let mut encoder = encoder();
    let mut picture = row("see http://tv.home:8096 there");
    encoder.frame(&mut picture.clone(), None);
    assert!(encoder.frame(&mut picture.clone(), None).is_empty());
    picture.set_style(Rect::new(8, 0, 9, 1), Style::new().fg(Color::Red));
    let found = leading(&encoder.frame(&mut picture, None));
    assert_eq!(found, [("://tv.hom".to_owned(), "http://tv.home:8096".to_owned())]);
}

proptest! {
    /// Whatever stands there is what is seen, and no letter gets out of its sequence.
    #[test]
    fn links_change_nothing_that_is_seen(texts in prop::collection::vec("(http://|https://|[ -~]|é|漢|…|\u{1b}|\u{7}){0,24}", 1..5)) {
        let mut told = Screen::with(COLUMNS, 2, encoder());
        for text in texts {
            let picture = row(&text);
            told.show(&picture);
            prop_assert_eq!(told.differs_from(&picture), None);
        }
    }
}
