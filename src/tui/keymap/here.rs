//! The rows of the settings, of help and of marks, which come before all others.

use super::{short::*, table::row, *};

const SETTINGS: &[Place] = &[Place::Settings];
const HELP: &[Place] = &[Place::Help];
const MARKS: &[Place] = &[Place::Marks];

pub const HERE: &[Binding] = &[
    row(SETTINGS, &[RIGHT, k('l')], Command::Right, "the next value", "change"),
    row(SETTINGS, &[LEFT, k('h')], Command::Left, "the value before", ""),
    row(SETTINGS, &[ENTER, k(' ')], Command::Enter, "type it, press it, or go there", "type"),
    row(SETTINGS, &[TAB], Command::NextPane, "the next tab", "tabs"),
    row(SETTINGS, &[BACK_TAB], Command::PreviousPane, "the tab before", ""),
    row(SETTINGS, &[k('/')], Command::Filter, "search among all settings", "search"),
    row(SETTINGS, &[k('r')], Command::Reset, "as it was when new", "reset"),
    row(SETTINGS, &[k('D')], Command::ResetAll, "all of this tab as they were", ""),
    row(SETTINGS, &[k('a')], Command::AddKey, "keys: one more for the same", ""),
    row(SETTINGS, &[k('p')], Command::Listen, "sound: play it", "play"),
    row(SETTINGS, &[k('e')], Command::ExportSettings, "export them to a file", ""),
    row(SETTINGS, &[k('o')], Command::ImportSettings, "import them: shows what differs", ""),
    row(&[Place::SettingEdit], &[ENTER], Command::Submit, "take what is typed", "take it"),
    row(&[Place::SettingEdit], &[ESC], Command::Back, "leave it as it was", "leave it"),
    row(&[Place::Press], &[ESC], Command::Back, "leave it as it was", "leave it"),
    row(HELP, &[ENTER], Command::Enter, "press this key there", "do it"),
    row(HELP, &[k('/')], Command::Filter, "filter: what it does", "filter"),
    row(HELP, &[ESC, k('q'), k('?')], Command::Back, "close", "close"),
    row(MARKS, &[ENTER], Command::Enter, "go there", "go there"),
    row(MARKS, &[DOWN], Command::Next, "down", ""),
    row(MARKS, &[UP], Command::Previous, "up", ""),
    row(MARKS, &[Key::of(KeyCode::Delete)], Command::ForgetMark, "forget this mark", "forget"),
    row(MARKS, &[ESC], Command::Back, "close", "close"),
];

const TYPED: &[Place] = &[Place::Form, Place::Wizard, Place::Deploy];

const RANGES: &[Place] = &[Place::Apps, Place::Backups];
const OVER: &[Place] = &[
    Place::Snapshots,
    Place::Nodes,
    Place::Node,
    Place::Moves,
    Place::AppBackups,
    Place::Schedules,
    Place::Candidates,
    Place::Looks,
    Place::Drafts,
    Place::Adopted,
    Place::Ports,
    Place::Gateways,
    Place::Inbox,
    Place::Sizes,
    Place::WayIn,
];

/// Those that come after all others.
pub const WANDERING: &[Binding] = &[
    row(RANGES, &[k('V')], Command::MarkRange, "select from the last one to here", ""),
    row(Place::DECKS, &[k('<')], Command::Earlier, "back to where you were", ""),
    row(Place::DECKS, &[k('>')], Command::Later, "forward again", ""),
    row(Place::DECKS, &[k('`')], Command::SetMark, "mark this place with a letter", ""),
    row(Place::DECKS, &[k('\'')], Command::Marks, "jump to a marked place", ""),
    row(TYPED, &[ctrl('n')], Command::BeginAnew, "begin anew: what was kept goes", "anew"),
    row(OVER, &[k('?')], Command::Help, "the keys of this place", "help"),
];
