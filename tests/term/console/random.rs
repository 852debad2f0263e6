//! Random bytes and sizes. What must hold: none is fatal, and none makes the screen grow without end.

use proptest::prelude::*;
use proximity::tui::console::{HISTORY, Marking, Screen, Way};

use super::{shown, size};

fn any_piece() -> impl Strategy<Value = Vec<u8>> {
    let number = 0..70_000u32;
    prop_oneof![
        3 => prop::collection::vec(any::<u8>(), 0..60),
        3 => "[ -~]{0,60}".prop_map(String::into_bytes),
        2 => prop::sample::select(vec!["世界", "e\u{301}", "\u{200d}", "👨‍👩‍👧", "⚠\u{fe0f}", "\r\n", "\t", "\x08", "\x1bM", "\x1bD", "\x1bH", "\x1b(0", "\x1bc", "\x1b7", "\x1b8", "\x1b#8"]).prop_map(|text| text.as_bytes().to_vec()),
        6 => (number.clone(), number, prop::char::range('@', '~')).prop_map(|(a, b, end)| format!("\x1b[{a};{b}{end}").into_bytes()),
        3 => (0..2100u32, prop::bool::ANY).prop_map(|(mode, on)| format!("\x1b[?{mode}{}", if on { 'h' } else { 'l' }).into_bytes()),
        2 => prop::sample::select(vec![1049, 47, 7, 6, 3, 69, 1000]).prop_map(|mode| format!("\x1b[?{mode}h").into_bytes()),
    ]
}

#[derive(Debug, Clone)]
enum Move {
    Write(Vec<u8>),
    Resize(u16, u16),
    Scroll(bool, usize),
    Mark(u16, u16, bool),
    Find(String),
    Copy,
}

fn any_move() -> impl Strategy<Value = Move> {
    prop_oneof![
        8 => any_piece().prop_map(Move::Write),
        2 => (0..220u16, 0..80u16).prop_map(|(columns, rows)| Move::Resize(columns, rows)),
        1 => (any::<bool>(), 0..4000usize).prop_map(|(up, lines)| Move::Scroll(up, lines)),
        1 => (0..80u16, 0..220u16, any::<bool>()).prop_map(|(row, column, lines)| Move::Mark(row, column, lines)),
        1 => "[a-z世]{0,3}".prop_map(Move::Find),
        1 => Just(Move::Copy),
    ]
}

fn play(screen: &mut Screen, step: Move) {
    let now = screen.size();
    match step {
        Move::Write(bytes) => drop(screen.feed(&bytes)),
        Move::Resize(columns, rows) => screen.resize(size(columns, rows)),
        Move::Scroll(up, lines) => screen.scroll(if up { Way::Up } else { Way::Down }, lines),
        Move::Mark(row, column, lines) => {
            let marking = if lines { Marking::Lines } else { Marking::Letters };
            screen.mark(row % now.rows, column % now.columns, marking);
        }
        Move::Find(word) => drop(screen.find(&word, now.rows / 2, Way::Up)),
        Move::Copy => drop(screen.copied()),
    }
}

/// Every cell is looked at, as drawing does.
fn look(screen: &Screen) -> Result<(), TestCaseError> {
    let size = screen.size();
    for row in 0..size.rows {
        let mut width = 0;
        for column in 0..size.columns {
            let glyph = screen.glyph(row, column);
            prop_assert!(!glyph.text.chars().any(char::is_control));
            width += glyph.width;
            screen.is_marked(row, column);
        }
        prop_assert!(width <= size.columns + 1);
        screen.places("a", row);
    }
    if let Some((row, column)) = screen.cursor() {
        prop_assert!(row < size.rows && column < size.columns);
    }
    prop_assert!(screen.history() <= HISTORY);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if std::env::var("PROXIMITY_FULL").is_ok() { 20_000 } else { 300 }))]

    #[test]
    fn no_bytes_and_no_size_are_fatal(
        columns in 0..200u16,
        rows in 0..70u16,
        steps in prop::collection::vec(any_move(), 1..40),
    ) {
        let mut screen = Screen::new(size(columns, rows));
        for step in steps {
            play(&mut screen, step);
        }
        look(&screen)?;
        look(&screen.clone())?;
        screen.put_by(proximity::tui::console::Inside::Ended);
        look(&screen)?;
    }

    #[test]
    fn bytes_in_pieces_show_what_they_show_in_one(pieces in prop::collection::vec(any_piece(), 1..20), cut in 1..7usize) {
        let bytes = pieces.concat();
        let mut screen = Screen::new(size(40, 10));
        bytes.chunks(cut).for_each(|piece| drop(screen.feed(piece)));
        prop_assert_eq!(super::cells::ours(&screen), super::cells::ours(&shown(&bytes, 40, 10)));
    }
}

#[test]
fn marks_without_end_over_one_letter_are_not_kept() {
    let mut screen = shown(b"a", 20, 4);
    for _ in 0..50 {
        screen.feed("\u{301}".repeat(5000).as_bytes());
    }
    assert!(screen.glyph(0, 0).text.chars().count() < 5000);
}
