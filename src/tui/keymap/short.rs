//! Keys in the few letters that keep a row of the table on one line.

use super::*;

pub const fn k(letter: char) -> Key {
    Key::letter(letter)
}

pub const fn ctrl(letter: char) -> Key {
    Key::control(letter)
}

pub const UP: Key = Key::of(KeyCode::Up);
pub const DOWN: Key = Key::of(KeyCode::Down);
pub const LEFT: Key = Key::of(KeyCode::Left);
pub const RIGHT: Key = Key::of(KeyCode::Right);
pub const ENTER: Key = Key::of(KeyCode::Enter);
pub const ESC: Key = Key::of(KeyCode::Esc);
pub const TAB: Key = Key::of(KeyCode::Tab);
pub const BACK_TAB: Key = Key::of(KeyCode::BackTab);
pub const HOME: Key = Key::of(KeyCode::Home);
pub const END: Key = Key::of(KeyCode::End);
pub const PAGE_UP: Key = Key::of(KeyCode::PageUp);
pub const PAGE_DOWN: Key = Key::of(KeyCode::PageDown);
