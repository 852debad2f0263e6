//! The keys of a room that is being arranged.

use super::{short::*, table::row, *};

const HERE: &[Place] = &[Place::Arrange];

pub const ROWS: &[Binding] = &[
    row(HERE, &[k('J'), Key::shifted(KeyCode::Down)], Command::UnitDown, "the unit one height down", "down"),
    row(HERE, &[k('K'), Key::shifted(KeyCode::Up)], Command::UnitUp, "the unit one height up", "up"),
    row(HERE, &[k('L'), Key::shifted(KeyCode::Right)], Command::StandRight, "cabinet or widget to the right", "right"),
    row(HERE, &[k('H'), Key::shifted(KeyCode::Left)], Command::StandLeft, "cabinet or widget to the left", "left"),
    row(HERE, &[Key::of(KeyCode::Tab)], Command::NextPane, "to the widgets, or the cabinets", "widgets"),
    row(HERE, &[Key::of(KeyCode::BackTab)], Command::PreviousPane, "to the cabinets, or the widgets", ""),
    row(HERE, &[k('n')], Command::NameCabinet, "name the cabinet", "name"),
    row(HERE, &[k('a')], Command::AddWidget, "add a widget", "add"),
    row(HERE, &[k('d'), Key::of(KeyCode::Delete)], Command::RemoveWidget, "take the widget away", "take away"),
    row(HERE, &[k('w')], Command::StretchWidget, "the widget wide, or narrow", "wide"),
    row(HERE, &[k('e')], Command::WriteNotes, "write the notes", "notes"),
    row(HERE, &[k('s')], Command::SaveLayout, "save all this under a name", "save"),
    row(HERE, &[k('o')], Command::ChooseLayout, "choose a layout", "layouts"),
    row(HERE, &[k('u')], Command::Undo, "undo the last move", "undo"),
    row(HERE, &[Key::of(KeyCode::Esc), k('x'), k('q')], Command::Back, "done; all is kept", "done"),
    row(HERE, &[k('j'), DOWN], Command::Next, "down", ""),
    row(HERE, &[k('k'), UP], Command::Previous, "up", ""),
    row(HERE, &[k('h'), LEFT], Command::Left, "to the left", ""),
    row(HERE, &[k('l'), RIGHT], Command::Right, "to the right", ""),
    row(HERE, &[k('g'), Key::of(KeyCode::Home)], Command::First, "to the first", ""),
    row(HERE, &[k('G'), Key::of(KeyCode::End)], Command::Last, "to the last", ""),
    row(HERE, &[k('?')], Command::Help, "the keys of this place", "help"),
    row(HERE, &[k('T')], Command::Theme, "the next theme", ""),
];
