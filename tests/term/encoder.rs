//! From picture to picture: exact, short, and silent where nothing changed.

use std::{cell::Cell as Tally, ops::Range};

use proptest::{prelude::*, test_runner::TestRunner};
use proximity::tui::{
    canvas::Charset,
    term::{Encoder, Erase, Rows},
    theme::{Depth, Role, Themes},
};
use ratatui::{
    buffer::{Buffer, Cell},
    layout::{Position, Rect},
    style::{Color, Modifier, Style},
};

use super::screen::Screen;

const COLUMNS: u16 = 22;
const ROWS: u16 = 6;

fn cell() -> impl Strategy<Value = Cell> {
    let symbol = prop_oneof![
        6 => Just(" "), 3 => Just("a"), 2 => Just("b"), 2 => Just("●"), 2 => Just("漢"),
        1 => Just("e\u{301}"), 1 => Just("\u{1b}"), 1 => Just("\u{200b}"),
    ];
    let colour = || {
        prop_oneof![
            3 => Just(Color::Reset), 3 => Just(Color::Rgb(10, 14, 26)), 2 => Just(Color::Rgb(251, 191, 36)),
            1 => Just(Color::Indexed(240)), 1 => Just(Color::Red), 1 => Just(Color::White),
        ]
    };
    let marks = prop_oneof![
        6 => Just(Modifier::empty()), 1 => Just(Modifier::BOLD), 1 => Just(Modifier::DIM),
        // Bold and dim together are left out: the terminal under test keeps only the later one.
        1 => Just(Modifier::REVERSED),
        1 => Just(Modifier::UNDERLINED | Modifier::ITALIC),
    ];
    (symbol, colour(), colour(), marks).prop_map(|(symbol, front, back, marks)| {
        let mut cell = Cell::default();
        cell.set_symbol(symbol).set_style(Style::new().fg(front).bg(back).add_modifier(marks));
        cell
    })
}

/// A run of one cell, somewhere in the picture: pictures are made of strips, as real ones are.
type Strip = (u16, u16, u16, Cell);

fn strips(columns: u16, rows: u16, count: Range<usize>) -> impl Strategy<Value = Vec<Strip>> {
    prop::collection::vec((0..columns, 0..rows, 1..columns, cell()), count)
}

fn paint(picture: &mut Buffer, strips: &[Strip]) {
    for (x, y, length, cell) in strips {
        for column in *x..(x + length).min(picture.area.width) {
            picture[(column, *y)] = cell.clone();
        }
    }
}

fn blank() -> Buffer {
    Buffer::empty(Rect::new(0, 0, COLUMNS, ROWS))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn the_terminal_shows_every_picture_exactly(
        first in strips(COLUMNS, ROWS, 0..30),
        changes in prop::collection::vec((strips(COLUMNS, ROWS, 0..4), prop::option::of((0..COLUMNS, 0..ROWS))), 1..6),
        erase in prop_oneof![Just(Erase::Coloured), Just(Erase::Unsafe)],
    ) {
        let mut screen = Screen::with(COLUMNS, ROWS, Encoder::new(Depth::True, Charset::Unicode, erase, Rows::Movable));
        screen.terminal.process(b"\x1b[?25l");
        let mut picture = blank();
        paint(&mut picture, &first);
        screen.show(&picture);
        prop_assert_eq!(screen.differs_from(&picture), None);
        for (change, caret) in changes {
            paint(&mut picture, &change);
            let caret = caret.map(|(x, y)| Position::new(x, y));
            screen.show_with(&picture, caret);
            prop_assert_eq!(screen.differs_from(&picture), None);
            prop_assert_eq!(screen.terminal.screen().hide_cursor(), caret.is_none());
            if let Some(caret) = caret {
                prop_assert_eq!(screen.terminal.screen().cursor_position(), (caret.y, caret.x));
            }
            prop_assert_eq!(screen.show_with(&picture, caret), 0);
        }
    }
}

const WIDE: u16 = 48;
const TALL: u16 = 16;

/// Some rows go up or down among others, which leaves the last of them twice; then a little else changes.
#[derive(Debug, Clone)]
struct Move {
    block: Range<u16>,
    up_by: i16,
    then: Vec<Strip>,
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let block = (0..TALL / 2, TALL / 2 + 2..=TALL).prop_map(|(top, end)| top..end);
    let one = (block, prop_oneof![-5..0i16, 1..6i16], strips(WIDE, TALL, 0..6));
    prop::collection::vec(one.prop_map(|(block, up_by, then)| Move { block, up_by, then }), 1..5)
}

impl Move {
    fn apply(&self, picture: &mut Buffer) {
        let old = picture.clone();
        for y in self.block.clone() {
            if let Some(from) = y.checked_add_signed(self.up_by).filter(|from| self.block.contains(from)) {
                (0..WIDE).for_each(|x| picture[(x, y)] = old[(x, from)].clone());
            }
        }
        paint(picture, &self.then);
    }
}

#[test]
fn the_terminal_shows_rows_that_moved_exactly() {
    let (frames, moved) = (Tally::new(0), Tally::new(0));
    let erase = prop_oneof![Just(Erase::Coloured), Just(Erase::Unsafe)];
    let cases = (strips(WIDE, TALL, 100..160), moves(), erase);
    let result = TestRunner::new(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })
        .run(&cases, |(first, moves, erase)| {
            let encoder = Encoder::new(Depth::True, Charset::Unicode, erase, Rows::Movable);
            let mut screen = Screen::with(WIDE, TALL, encoder);
            let mut picture = Buffer::empty(Rect::new(0, 0, WIDE, TALL));
            paint(&mut picture, &first);
            screen.show(&picture);
            for step in moves {
                step.apply(&mut picture);
                let bytes = screen.encoder.frame(&mut picture.clone(), None);
                screen.terminal.process(&bytes);
                prop_assert_eq!(screen.differs_from(&picture), None);
                prop_assert_eq!(screen.show(&picture), 0);
                frames.set(frames.get() + 1);
                moved.set(moved.get() + usize::from(moves_rows(&bytes)));
            }
            Ok(())
        });
    result.unwrap_or_else(|error| panic!("{error}"));
    assert!(moved.get() * 10 > frames.get(), "rows were moved in {} of {} frames only", moved.get(), frames.get());
}

fn moves_rows(bytes: &[u8]) -> bool {
    bytes.windows(3).any(|part| part == b"\x1b[r")
}

/// Every row another text, from this number on, between a head and a foot.
fn list(from: usize) -> Buffer {
    let mut picture = Buffer::empty(Rect::new(0, 0, 120, 40));
    for y in 0..40 {
        let number = if (5..38).contains(&y) { from + y } else { y };
        let words = format!("unit {number:<40}{:>60}", number * 7919);
        picture.set_string(6, y as u16, words, Style::new().fg(Color::Rgb(number as u8, 90, 90)));
    }
    picture
}

#[test]
fn a_list_that_scrolls_is_moved_only_where_the_terminal_can_be_trusted() {
    for (rows, is_moved) in [(Rows::Movable, true), (Rows::Fixed, false)] {
        let mut screen = Screen::with(120, 40, Encoder::new(Depth::True, Charset::Unicode, Erase::Coloured, rows));
        screen.show(&list(0));
        for from in [1, 2, 5, 4, 1, 0] {
            let bytes = screen.encoder.frame(&mut list(from), None);
            assert_eq!(moves_rows(&bytes), is_moved, "to {from}");
            screen.terminal.process(&bytes);
            assert_eq!(screen.differs_from(&list(from)), None);
        }
    }
}

#[test]
fn a_picture_that_did_not_change_costs_nothing() {
    let mut screen = Screen::new(COLUMNS, ROWS);
    let mut picture = blank();
    picture.set_string(2, 2, "deck", Style::new().fg(Color::Red));
    assert!(screen.show(&picture) > 0);
    assert_eq!(screen.show(&picture), 0);
    // The colour of a letter that is not there is no change to the eye.
    picture[(9, 4)].set_fg(Color::White);
    assert_eq!(screen.show(&picture), 0);
}

#[test]
fn only_the_colour_that_differs_is_sent() {
    let theme = Themes::shipped().resolve("dark", Depth::True);
    let mut picture = blank();
    picture.set_string(0, 0, "●", theme.on(Role::Good, Role::Case));
    picture.set_string(1, 0, "●", theme.on(Role::Danger, Role::Case));
    let bytes = Encoder::new(Depth::True, Charset::Unicode, Erase::Coloured, Rows::Movable).frame(&mut picture, None);
    let text = String::from_utf8(bytes).expect("UTF-8");
    let second = text.split('●').nth(1).expect("what comes between the lights");
    assert_eq!(second, "\x1b[38;2;239;68;68m");
}

/// A screen as the deck paints them: a room, cases, texts.
fn rack(columns: u16, rows: u16) -> Buffer {
    let theme = Themes::shipped().resolve("dark", Depth::True);
    let mut picture = Buffer::empty(Rect::new(0, 0, columns, rows));
    picture.set_style(picture.area, theme.on(Role::Text, Role::Page));
    for y in (0..rows - 2).step_by(3) {
        picture.set_style(Rect::new(2, y, columns - 4, 3), theme.on(Role::Text, Role::Case));
        picture.set_string(6, y + 1, "● jellyfin   tv.home:8096   38 %", theme.on(Role::Text, Role::Case));
        picture.set_string(2, y, "▔".repeat(usize::from(columns - 4)), theme.on(Role::EdgeLight, Role::Case));
        picture.set_string(3, y + 1, "⊖", theme.on(Role::Screw, Role::Ear));
    }
    picture
}

#[test]
fn one_light_that_changes_costs_64_bytes_at_most() {
    let theme = Themes::shipped().resolve("dark", Depth::True);
    let mut screen = Screen::new(200, 60);
    let mut picture = rack(200, 60);
    screen.show(&picture);
    for (x, y) in [(6, 1), (6, 58), (180, 40), (6, 4), (120, 10)] {
        for role in [Role::Good, Role::Warning, Role::Danger, Role::Off] {
            picture.set_string(x, y, "●", theme.on(role, Role::Case));
            let bytes = screen.show(&picture);
            assert!((1..=64).contains(&bytes), "{bytes} bytes at {x},{y} for {role:?}");
        }
    }
}

#[test]
fn moving_the_hand_by_one_unit_costs_2_kb_at_most() {
    let theme = Themes::shipped().resolve("dark", Depth::True);
    let mut screen = Screen::new(120, 40);
    screen.show(&rack(120, 40));
    for y in [3, 6, 9] {
        let mut picture = rack(120, 40);
        for line in y..y + 3 {
            for x in 2..118 {
                picture[(x, line)].set_bg(theme.colour(Role::CaseLit));
            }
        }
        let bytes = screen.show(&picture);
        assert!((1..=2048).contains(&bytes), "{bytes} bytes");
        assert_eq!(screen.differs_from(&picture), None);
    }
}

#[test]
fn a_frame_with_content_is_bracketed_and_an_erase_is_not_used_where_it_would_lose_the_colour() {
    for (erase, may_erase) in [(Erase::Coloured, true), (Erase::Unsafe, false)] {
        let mut encoder = Encoder::new(Depth::True, Charset::Unicode, erase, Rows::Movable);
        let bytes = encoder.frame(&mut rack(80, 24), None);
        assert!(bytes.starts_with(b"\x1b[?2026h") && bytes.ends_with(b"\x1b[?2026l"));
        let erases = |part: &str| part.starts_with('[') && part.contains(['K', 'X']);
        assert_eq!(String::from_utf8_lossy(&bytes).split('\x1b').any(erases), may_erase);
    }
}

#[test]
fn no_terminal_is_sent_a_colour_it_does_not_have() {
    for (depth, allowed) in
        [(Depth::True, "38;2;"), (Depth::Indexed, "38;5;"), (Depth::Named, "\x1b["), (Depth::None, "\x1b[")]
    {
        let mut encoder = Encoder::new(depth, Charset::Unicode, Erase::Coloured, Rows::Movable);
        let text = String::from_utf8(encoder.frame(&mut rack(80, 24), None)).expect("UTF-8");
        assert!(text.contains(allowed), "{depth:?}");
        let sent = |what| text.contains(what);
        assert_eq!(sent("8;2;"), depth == Depth::True, "{depth:?}");
        assert_eq!(sent("8;5;"), depth == Depth::Indexed, "{depth:?}");
        if depth == Depth::None {
            let colours =
                text.split('\x1b').filter(|part| part.ends_with('m')).filter(|part| part.contains(['3', '4', '9']));
            assert_eq!(colours.count(), 0);
        }
    }
}

#[test]
fn an_ascii_terminal_gets_ascii_alone_whatever_a_guest_is_called() {
    let mut encoder = Encoder::new(Depth::None, Charset::Ascii, Erase::Coloured, Rows::Movable);
    let mut picture = blank();
    picture.set_string(0, 0, "café ● 漢字", Style::new());
    let bytes = encoder.frame(&mut picture, None);
    assert!(bytes.is_ascii());
}

#[test]
fn after_forgetting_everything_is_painted_again() {
    let mut screen = Screen::new(80, 24);
    let picture = rack(80, 24);
    let first = screen.show(&picture);
    screen.terminal.process(b"\x1b[31mnoise\x1b[5;5Hmore");
    screen.encoder.forget();
    assert_eq!(screen.show(&picture), first);
    assert_eq!(screen.differs_from(&picture), None);
}

#[test]
fn a_new_size_paints_everything() {
    let mut screen = Screen::new(80, 24);
    screen.show(&rack(80, 24));
    screen.terminal.screen_mut().set_size(30, 100);
    let picture = rack(100, 30);
    screen.show(&picture);
    assert_eq!(screen.differs_from(&picture), None);
}
