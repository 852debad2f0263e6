//! The mouse as the program inside reads it. What must hold: only a program that asked for it hears of it.

use alacritty_terminal::term::TermMode;
use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

/// What is told of it, with the cell it is over.
pub fn bytes(event: MouseEvent, column: u16, row: u16, mode: TermMode) -> Option<Vec<u8>> {
    let (button, is_release) = button(event.kind, mode)?;
    let button = button + held(event.modifiers);
    if mode.contains(TermMode::SGR_MOUSE) {
        let end = if is_release { 'm' } else { 'M' };
        return Some(format!("\x1b[<{button};{};{}{end}", column + 1, row + 1).into_bytes());
    }
    // The old way has one number for every button that is let go.
    let button = if is_release { 3 + (button & !3) } else { button };
    let mut bytes = b"\x1b[M".to_vec();
    for number in [button, column + 1, row + 1] {
        let number = number + 32;
        match u8::try_from(number) {
            Ok(byte) if !mode.contains(TermMode::UTF8_MOUSE) => bytes.push(byte),
            Err(_) if !mode.contains(TermMode::UTF8_MOUSE) => return None,
            _ => bytes.extend(char::from_u32(u32::from(number))?.to_string().bytes()),
        }
    }
    Some(bytes)
}

/// Its number, and whether it was let go; nothing where the program does not want to know.
fn button(kind: MouseEventKind, mode: TermMode) -> Option<(u16, bool)> {
    if !mode.intersects(TermMode::MOUSE_MODE) {
        return None;
    }
    let of = |button| match button {
        MouseButton::Left => 0,
        MouseButton::Middle => 1,
        MouseButton::Right => 2,
    };
    Some(match kind {
        MouseEventKind::Down(button) => (of(button), false),
        MouseEventKind::Up(button) => (of(button), true),
        MouseEventKind::Drag(button) if mode.intersects(TermMode::MOUSE_DRAG | TermMode::MOUSE_MOTION) => {
            (of(button) + 32, false)
        }
        MouseEventKind::ScrollUp => (64, false),
        MouseEventKind::ScrollDown => (65, false),
        MouseEventKind::ScrollLeft => (66, false),
        MouseEventKind::ScrollRight => (67, false),
        MouseEventKind::Drag(_) | MouseEventKind::Moved => return None,
    })
}

fn held(modifiers: KeyModifiers) -> u16 {
    let weight = |modifier, weight| if modifiers.contains(modifier) { weight } else { 0 };
    weight(KeyModifiers::SHIFT, 4) + weight(KeyModifiers::ALT, 8) + weight(KeyModifiers::CONTROL, 16)
}
