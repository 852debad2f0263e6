//! What full-screen programs ask of a terminal, one by one, against another terminal.

use super::{
    answers,
    cells::{difference, ours},
    shown, size, tmux,
};
use proximity::tui::console::{Said, Screen};

/// Each with what it is for. Left out is where the two differ and ours does as xterm does: half of a wide letter that is
/// overwritten, a step back from the last column, a wide letter repeated. SGR 21 ends bold in ours and underlines twice in
/// tmux. Erasing up to the cursor leaves the first row when the cursor is on the second: a slip of the emulator.
const SEQUENCES: &[(&str, &str)] = &[
    (
        "colours",
        "\x1b[31mred\x1b[0m \x1b[38;5;208morange\x1b[48;5;22mon green\x1b[m \x1b[38;2;1;2;3mtrue\x1b[48;2;9;8;7m back\x1b[m \x1b[97;104mbright\x1b[m",
    ),
    (
        "marks",
        "\x1b[1mbold\x1b[22m \x1b[2mdim\x1b[22m \x1b[3mitalic\x1b[23m \x1b[4munder\x1b[24m \x1b[7mreverse\x1b[27m \x1b[9mgone\x1b[29m \x1b[1;2;3;4;7mall\x1b[m",
    ),
    ("a reverse field that is erased", "\x1b[44m\x1b[2J\x1b[3;5Htext\x1b[K\x1b[41m\x1b[5;1Hrow\x1b[1K\x1b[m"),
    ("wide letters", "世界\x1b[1;10H世\x1b[1;11Hx\x1b[2;19H世界\x1b[3;20H世"),
    ("combining letters", "e\u{301}a\u{308}o\u{302} \u{915}\u{301}"),
    ("line drawing", "\x1b(0lqqwqqk\r\nx  x  x\r\nmqqvqqj\x1b(B plain \x1b)0\x0eqqq\x0fqqq"),
    ("repeat", "a\x1b[9b|\x1b[31m-\x1b[4b\x1b[m"),
    ("tabs", "a\tb\tc\x1b[3g\r\n\x1b[5GH\x1bH\r\n\tx"),
    (
        "insert and delete letters",
        "0123456789\x1b[4G\x1b[3@abc\r\n0123456789\x1b[4G\x1b[2P\r\n0123456789\x1b[4G\x1b[3Xz",
    ),
    ("insert mode", "0123456789\r\x1b[4habc\x1b[4l\r\nplain"),
    ("insert and delete lines", "1\r\n2\r\n3\r\n4\r\n5\x1b[2;1H\x1b[2L\x1b[5;1H\x1b[1M"),
    ("a scroll region", "1\r\n2\r\n3\r\n4\r\n5\x1b[2;4r\x1b[4;1Hx\n\n\x1bM\x1b[r\x1b[6;1Hend"),
    ("scrolling up and down", "1\r\n2\r\n3\r\n4\x1b[2S\x1b[1T\x1b[44m\x1b[1T\x1b[m"),
    ("index and reverse index", "a\x1bDb\x1bEc\x1bMd\x1b[1;1H\x1bMe"),
    ("no wrapping", "\x1b[?7l0123456789012345678901234567890\x1b[?7h"),
    ("wrapping", "01234567890123456789\x1b[31mx\x1b[m and what follows is wrapped"),
    ("the cursor at the edge", "\x1b[2;20Hz\rw\x1b[3;20Hv\nu"),
    ("origin mode", "\x1b[2;4r\x1b[?6h\x1b[1;1Hin\x1b[9;1Hlow\x1b[?6l\x1b[1;1Hout\x1b[r"),
    ("save and restore", "\x1b[2;3H\x1b[31;1m\x1b7\x1b[5;1H\x1b[0mx\x1b8y"),
    ("the alternate screen", "before\x1b[?1049h\x1b[2J\x1b[Hinside"),
    ("back from the alternate screen", "before\x1b[?1049h\x1b[2J\x1b[Hinside\x1b[?1049l after"),
    ("erasing", "1234567890\r\n1234567890\r\n1234567890\x1b[2;5H\x1b[0J\x1b[1;5H\x1b[1K"),
    ("erasing above", "1234567890\r\n1234567890\r\n1234567890\x1b[3;5H\x1b[1J"),
    ("relative moves", "\x1b[3;3Ha\x1b[2Ab\x1b[3Bc\x1b[4Cd\x1b[9De\x1b[2Ff\x1b[2Eg\x1b[7`h\x1b[2di"),
    (
        "titles and links leave nothing",
        "\x1b]0;title\x07a\x1b]8;;http://x/\x1b\\link\x1b]8;;\x1b\\b\x1b]52;c;eA==\x07c\x1bPdcs\x1b\\d\x1b_apc\x1b\\e",
    ),
    ("underlines of many kinds", "\x1b[4:3mcurly\x1b[4:0m \x1b[58;5;9m\x1b[4mred\x1b[59m\x1b[m"),
    ("a full reset", "\x1b[31m\x1b[?7l\x1b[2;3rx\x1bcplain"),
];

#[test]
fn what_programs_ask_of_a_terminal_looks_as_in_another_one() {
    if !tmux::is_here(&[]) {
        return;
    }
    let mut wrong = Vec::new();
    for (what, bytes) in SEQUENCES {
        let (ours, theirs) = (ours(&shown(bytes.as_bytes(), 20, 8)), tmux::shown(bytes.as_bytes(), 20, 8));
        wrong.extend(difference(&ours, &theirs).map(|difference| format!("{what}: {difference}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn questions_are_answered_and_nothing_else_is() {
    let asked = |bytes: &[u8]| answers(Screen::new(size(80, 24)).feed(bytes));
    assert_eq!(asked(b"text \x1b[31m\x1b[2J"), b"");
    assert_eq!(asked(b"\x1b[5;7H\x1b[6n"), b"\x1b[5;7R");
    assert_eq!(asked(b"\x1b[5n"), b"\x1b[0n");
    assert!(asked(b"\x1b[c").starts_with(b"\x1b[?"));
    assert!(asked(b"\x1b[>c").starts_with(b"\x1b[>"));
    assert_eq!(asked(b"\x1b[?2004h\x1b[?2004$p"), b"\x1b[?2004;1$y");
    assert_eq!(asked(b"\x1b[18t"), b"\x1b[8;24;80t");
    // What lies in the operator's clipboard is no guest's business.
    assert_eq!(asked(b"\x1b]52;c;?\x07"), b"");
}

#[test]
fn the_colour_of_the_ground_is_told_when_it_is_asked_for() {
    let said = Screen::new(size(80, 24)).feed(b"\x1b]11;?\x07");
    let [Said::Asks(proximity::tui::console::Colour::Back, answering)] = &said[..] else { panic!("{said:?}") };
    let answer = String::from_utf8(answering.with(proximity::tui::theme::Rgb(1, 2, 255))).expect("text");
    assert_eq!(answer, "\x1b]11;rgb:0101/0202/ffff\x07");
}

#[test]
fn a_bell_rings_and_a_title_is_shown_without_what_could_harm() {
    let mut screen = Screen::new(size(80, 24));
    let said = screen.feed("\x07\x1b]2;vim\u{202e} \u{7f}- text\x07".as_bytes());
    assert!(matches!(said[..], [Said::Bell]), "{said:?}");
    assert!(screen.title.starts_with("vim") && !screen.title.chars().any(char::is_control), "{:?}", screen.title);
}
