//! Keys, pastes and the mouse, as the program inside reads them.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use proximity::tui::console::{keys, mouse};

use super::shown;

fn key(code: KeyCode, modifiers: KeyModifiers, modes: &[u8]) -> String {
    String::from_utf8(keys::bytes(KeyEvent::new(code, modifiers), shown(modes, 80, 24).mode())).expect("text")
}

#[test]
fn keys_are_written_as_xterm_writes_them() {
    let none = KeyModifiers::NONE;
    let (control, alt, shift) = (KeyModifiers::CONTROL, KeyModifiers::ALT, KeyModifiers::SHIFT);
    for (code, modifiers, written) in [
        (KeyCode::Char('a'), none, "a"),
        (KeyCode::Char('Ä'), shift, "Ä"),
        (KeyCode::Char('c'), control, "\x03"),
        (KeyCode::Char(' '), control, "\0"),
        (KeyCode::Char(']'), control, "\x1d"),
        (KeyCode::Char('\\'), control, "\x1c"),
        (KeyCode::Char('_'), control, "\x1f"),
        (KeyCode::Char('x'), alt, "\x1bx"),
        (KeyCode::Char('x'), alt | control, "\x1b\x18"),
        (KeyCode::Enter, none, "\r"),
        (KeyCode::Tab, none, "\t"),
        (KeyCode::BackTab, shift, "\x1b[Z"),
        (KeyCode::Backspace, none, "\x7f"),
        (KeyCode::Backspace, alt, "\x1b\x7f"),
        (KeyCode::Esc, none, "\x1b"),
        (KeyCode::Up, none, "\x1b[A"),
        (KeyCode::Left, control, "\x1b[1;5D"),
        (KeyCode::Right, shift | alt, "\x1b[1;4C"),
        (KeyCode::Home, none, "\x1b[H"),
        (KeyCode::PageUp, none, "\x1b[5~"),
        (KeyCode::Delete, control, "\x1b[3;5~"),
        (KeyCode::F(1), none, "\x1bOP"),
        (KeyCode::F(3), shift, "\x1b[1;2R"),
        (KeyCode::F(5), none, "\x1b[15~"),
        (KeyCode::F(10), none, "\x1b[21~"),
        (KeyCode::F(12), none, "\x1b[24~"),
    ] {
        assert_eq!(key(code, modifiers, b""), written, "{code:?} {modifiers:?}");
    }
}

#[test]
fn arrows_follow_the_mode_that_the_program_chose() {
    assert_eq!(key(KeyCode::Up, KeyModifiers::NONE, b"\x1b[?1h"), "\x1bOA");
    assert_eq!(key(KeyCode::End, KeyModifiers::NONE, b"\x1b[?1h"), "\x1bOF");
    assert_eq!(key(KeyCode::Up, KeyModifiers::CONTROL, b"\x1b[?1h"), "\x1b[1;5A");
    assert_eq!(key(KeyCode::Up, KeyModifiers::NONE, b"\x1b[?1h\x1b[?1l"), "\x1b[A");
}

#[test]
fn a_paste_is_bracketed_where_that_is_wished_and_cannot_break_out() {
    let paste = |text, modes: &[u8]| String::from_utf8(keys::pasted(text, shown(modes, 80, 24).mode())).expect("text");
    assert_eq!(paste("a\nb\r\nc", b""), "a\rb\rc");
    assert_eq!(paste("a\nb", b"\x1b[?2004h"), "\x1b[200~a\rb\x1b[201~");
    assert_eq!(paste("a\tb\x03\x04\x15\x1a\x7f\u{85}\u{9b}c", b""), "a\tbc");
    assert_eq!(paste("a\x1b[201~rm -r /\n", b"\x1b[?2004h"), "\x1b[200~a[201~rm -r /\r\x1b[201~");
}

#[test]
fn the_mouse_is_told_to_a_program_that_asked_for_it_and_in_its_way() {
    let left = MouseButton::Left;
    let tell = |kind, modes: &[u8]| {
        let event = MouseEvent { kind, column: 50, row: 50, modifiers: KeyModifiers::NONE };
        mouse::bytes(event, 4, 9, shown(modes, 80, 24).mode()).map(|bytes| String::from_utf8(bytes).expect("text"))
    };
    assert_eq!(tell(MouseEventKind::Down(left), b""), None);
    assert_eq!(tell(MouseEventKind::Down(left), b"\x1b[?1000h\x1b[?1006h").as_deref(), Some("\x1b[<0;5;10M"));
    assert_eq!(tell(MouseEventKind::Up(left), b"\x1b[?1000h\x1b[?1006h").as_deref(), Some("\x1b[<0;5;10m"));
    assert_eq!(tell(MouseEventKind::Drag(left), b"\x1b[?1000h\x1b[?1006h"), None);
    assert_eq!(tell(MouseEventKind::Drag(left), b"\x1b[?1002h\x1b[?1006h").as_deref(), Some("\x1b[<32;5;10M"));
    assert_eq!(tell(MouseEventKind::ScrollUp, b"\x1b[?1000h\x1b[?1006h").as_deref(), Some("\x1b[<64;5;10M"));
    assert_eq!(tell(MouseEventKind::Down(left), b"\x1b[?1000h").as_deref(), Some("\x1b[M %*"));
    assert_eq!(tell(MouseEventKind::Up(left), b"\x1b[?1000h").as_deref(), Some("\x1b[M#%*"));
}
