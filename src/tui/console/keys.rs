//! Keys as the program inside reads them. What must hold: a key means inside what it would have meant there.

use alacritty_terminal::term::TermMode;
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

const ESC: u8 = 0x1b;

/// The bytes of a key, as xterm writes it.
pub fn bytes(key: KeyEvent, mode: TermMode) -> Vec<u8> {
    let is_alt = key.modifiers.contains(KeyModifiers::ALT);
    let mut bytes = match key.code {
        KeyCode::Char(letter) => letter_bytes(letter, key.modifiers),
        KeyCode::Enter if mode.contains(TermMode::LINE_FEED_NEW_LINE) => b"\r\n".to_vec(),
        KeyCode::Enter => b"\r".to_vec(),
        KeyCode::Tab => b"\t".to_vec(),
        KeyCode::Backspace if key.modifiers.contains(KeyModifiers::CONTROL) => vec![0x08],
        KeyCode::Backspace => vec![0x7f],
        KeyCode::Esc => vec![ESC],
        KeyCode::Null => vec![0],
        KeyCode::BackTab => return b"\x1b[Z".to_vec(),
        code => return special(code, key.modifiers, mode),
    };
    if is_alt {
        bytes.insert(0, ESC);
    }
    bytes
}

fn letter_bytes(letter: char, modifiers: KeyModifiers) -> Vec<u8> {
    if modifiers.contains(KeyModifiers::CONTROL)
        && let Some(byte) = with_control(letter)
    {
        return vec![byte];
    }
    letter.to_string().into_bytes()
}

fn with_control(letter: char) -> Option<u8> {
    match letter.to_ascii_lowercase() {
        letter @ 'a'..='z' => Some(letter as u8 & 0x1f),
        ' ' | '@' | '2' => Some(0),
        '[' | '3' => Some(0x1b),
        '\\' | '4' => Some(0x1c),
        ']' | '5' => Some(0x1d),
        '^' | '6' => Some(0x1e),
        '_' | '7' | '/' => Some(0x1f),
        '?' | '8' => Some(0x7f),
        _ => None,
    }
}

/// Keys that are no letters.
fn special(code: KeyCode, modifiers: KeyModifiers, mode: TermMode) -> Vec<u8> {
    let held = held(modifiers);
    if let Some(letter) = by_letter(code) {
        return match held {
            1 if is_function(code) || mode.contains(TermMode::APP_CURSOR) => format!("\x1bO{letter}"),
            1 => format!("\x1b[{letter}"),
            held => format!("\x1b[1;{held}{letter}"),
        }
        .into_bytes();
    }
    match (by_number(code), held) {
        (Some(number), 1) => format!("\x1b[{number}~").into_bytes(),
        (Some(number), held) => format!("\x1b[{number};{held}~").into_bytes(),
        (None, _) => Vec::new(),
    }
}

/// As xterm counts the modifiers; 1 is none.
fn held(modifiers: KeyModifiers) -> u8 {
    let weight = |modifier, weight| if modifiers.contains(modifier) { weight } else { 0 };
    1 + weight(KeyModifiers::SHIFT, 1) + weight(KeyModifiers::ALT, 2) + weight(KeyModifiers::CONTROL, 4)
}

fn is_function(code: KeyCode) -> bool {
    matches!(code, KeyCode::F(_))
}

fn by_letter(code: KeyCode) -> Option<char> {
    Some(match code {
        KeyCode::Up => 'A',
        KeyCode::Down => 'B',
        KeyCode::Right => 'C',
        KeyCode::Left => 'D',
        KeyCode::End => 'F',
        KeyCode::Home => 'H',
        KeyCode::F(1) => 'P',
        KeyCode::F(2) => 'Q',
        KeyCode::F(3) => 'R',
        KeyCode::F(4) => 'S',
        _ => return None,
    })
}

fn by_number(code: KeyCode) -> Option<u8> {
    Some(match code {
        KeyCode::Insert => 2,
        KeyCode::Delete => 3,
        KeyCode::PageUp => 5,
        KeyCode::PageDown => 6,
        KeyCode::F(5) => 15,
        KeyCode::F(number @ 6..=10) => number + 11,
        KeyCode::F(number @ 11..=14) => number + 12,
        KeyCode::F(number @ 15..=16) => number + 13,
        KeyCode::F(number @ 17..=20) => number + 14,
        _ => return None,
    })
}

/// A text from the clipboard. What must hold: none of it is taken for more than text by a program that reads it as one.
pub fn pasted(text: &str, mode: TermMode) -> Vec<u8> {
    let lines = text.replace("\r\n", "\r").replace('\n', "\r");
    // Control letters are keys: Ctrl-C, Ctrl-D, Ctrl-U.
    let plain: String = lines.chars().filter(|letter| !letter.is_control() || matches!(letter, '\r' | '\t')).collect();
    if !mode.contains(TermMode::BRACKETED_PASTE) {
        return plain.into_bytes();
    }
    format!("\x1b[200~{plain}\x1b[201~").into_bytes()
}

/// The program has the whole screen, and would rather be told of a wheel by keys.
pub fn turns_pages(mode: TermMode) -> bool {
    mode.contains(TermMode::ALT_SCREEN | TermMode::ALTERNATE_SCROLL)
}

/// So many lines a notch of the wheel is worth.
pub const NOTCH: usize = 3;

/// The wheel over a full-screen program that has no use for a mouse.
pub fn notch(code: KeyCode, mode: TermMode) -> Vec<u8> {
    bytes(KeyEvent::new(code, KeyModifiers::NONE), mode).repeat(NOTCH)
}
