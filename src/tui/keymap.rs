//! The one table of keys: which key means what, where. Key handling, help, footer and palette all read it, so none of
//! them can say what another does not do.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::{
    command::{Command, Deck, Tab},
    model::Demo,
};
use crate::domain::plan::power::PowerWish;

mod arranging;
mod bound;
mod groups;
mod here;
mod names;
mod short;
mod spoken;
mod table;

pub use bound::{Bound, Keymap, amiss, is_fixed};
use table::{TABLE, depth};

/// Every row, the most telling first.
pub fn rows() -> impl Iterator<Item = &'static Binding> {
    here::HERE.iter().chain(arranging::ROWS).chain(TABLE).chain(depth::ROWS).chain(here::WANDERING)
}

/// Where a key is pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Place {
    Overview,
    /// The overview while it is arranged.
    Arrange,
    Apps,
    Hosts,
    Settings,
    Store,
    Ops,
    /// The board of backups.
    Backups,
    /// All backups of one app.
    AppBackups,
    Schedules,
    /// Which port is whose.
    Ports,
    /// Gateways with their routes.
    Gateways,
    /// Alerts and drift.
    Inbox,
    /// A small menu.
    Picks,
    /// What was earned.
    Plaque,
    /// What apps do not need.
    Sizes,
    /// A guest's console: all keys go inside.
    Console,
    /// The same, and the next key is the deck's.
    ConsoleKeys,
    /// What a console showed before.
    ScrollBack,
    /// A word to be found there.
    ConsoleFind,
    /// A console that has no line.
    ConsoleOver,
    FirstRun,
    /// A value of a setting is typed.
    SettingEdit,
    /// The next key pressed is a command's new one.
    Press,
    /// Places that were marked with a letter.
    Marks,
    /// The filter line of a list has the keys.
    Filter,
    Palette,
    Help,
    Question,
    Why,
    /// An operation that waits for the operator's word.
    Asks,
    /// The fields of a new app.
    Deploy,
    /// The plan beside them.
    Plan,
    /// What a wish would do, before it is done.
    Preview,
    /// The same, with a name to be typed first.
    Naming,
    /// Nodes to choose from.
    Nodes,
    /// A node and all that it tells of itself.
    Node,
    /// One app in depth: how it is, its charts, its log and so on.
    Detail,
    Charts,
    AppLog,
    DetailBackups,
    DetailSnapshots,
    DetailOps,
    Papers,
    /// Moves that are proposed.
    Moves,
    Undo,
    /// Containers that could become apps.
    Candidates,
    /// What they are.
    Looks,
    /// What they will be.
    Drafts,
    /// How their adoption went.
    Adopted,
    Snapshots,
    /// How one gets into an app.
    WayIn,
    /// All of a recipe, over the shelf.
    Card,
    /// The filters of the store.
    Narrow,
    /// The sources of recipes.
    Sources,
    /// What is new in one of them.
    News,
    CopyMenu,
    Report,
    /// What a host allows, and what grants the rest.
    Rights,
    /// What can go wrong in the demo.
    Trouble,
    /// Fields to type into.
    Form,
    /// Fields of a host, which can be tried as they stand.
    Wizard,
    /// Whether a fingerprint is the right one.
    Trust,
    /// What a log-in found, before it is kept.
    Found,
}

impl Place {
    pub const DECKS: &'static [Place] = &[
        Self::Overview,
        Self::Apps,
        Self::Store,
        Self::Hosts,
        Self::Backups,
        Self::Ops,
        Self::Settings,
        Self::FirstRun,
    ];

    /// Letters are typed there, or mean something of their own.
    pub fn takes_text(self) -> bool {
        matches!(
            self,
            Self::Filter
                | Self::Palette
                | Self::Form
                | Self::Wizard
                | Self::Deploy
                | Self::Naming
                | Self::SettingEdit
                | Self::Press
                | Self::Marks
                | Self::CopyMenu
                | Self::Console
                | Self::ConsoleKeys
                | Self::ConsoleFind
        )
    }

    /// Where the keys are a console's, or were.
    pub fn is_at_console(self) -> bool {
        matches!(self, Self::Console | Self::ConsoleKeys | Self::ScrollBack | Self::ConsoleFind | Self::ConsoleOver)
    }

    /// How help calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Overview => "the deck",
            Self::Arrange => "arranging the room",
            Self::Apps => "apps",
            Self::Hosts => "hosts",
            Self::Settings => "settings",
            Self::Store => "the store",
            Self::Ops => "operations",
            Self::Backups => "backups",
            Self::AppBackups => "the backups of an app",
            Self::Schedules => "schedules",
            Self::Ports => "the port book",
            Self::Gateways => "gateways",
            Self::Inbox => "the inbox",
            Self::Picks => "a choice",
            Self::Sizes => "what is not needed",
            Self::Console => "a console",
            Self::ConsoleKeys => "a console, after Ctrl-]",
            Self::ScrollBack => "what a console showed",
            Self::ConsoleFind => "a search in a console",
            Self::ConsoleOver => "a console without a line",
            Self::FirstRun => "the first start",
            Self::SettingEdit => "a setting",
            Self::Press => "a new key",
            Self::Marks => "the marks",
            Self::Filter => "the filter",
            Self::Palette => "the palette",
            Self::Help => "help",
            Self::Question => "a question",
            Self::Why => "an operation",
            Self::Asks => "an operation that asks",
            Self::Deploy => "a new app",
            Self::Plan => "the plan of a new app",
            Self::Preview => "a plan",
            Self::Naming => "a plan that wants a name",
            Self::Nodes => "a choice of nodes",
            Self::Node => "a node",
            Self::Detail => "an app",
            Self::Charts => "the charts of an app",
            Self::AppLog => "the log of an app",
            Self::DetailBackups => "the backups of this app",
            Self::DetailSnapshots => "the snapshots of this app",
            Self::DetailOps => "what was done to this app",
            Self::Papers => "the recipe of an app",
            Self::Moves => "moves that are proposed",
            Self::Undo => "undo",
            Self::Candidates => "adoption: what there is",
            Self::Looks => "adoption: what they are",
            Self::Drafts => "adoption: what they will be",
            Self::Adopted => "adoption: how it went",
            Self::Snapshots => "snapshots",
            Self::WayIn => "the way in",
            Self::Card => "a recipe",
            Self::Narrow => "the filters of the store",
            Self::Sources => "the sources of recipes",
            Self::News => "what is new in a source",
            Self::CopyMenu => "the copy menu",
            Self::Report => "a report",
            Self::Rights => "the test of a host",
            Self::Trouble => "trouble",
            Self::Form => "a form",
            Self::Wizard => "the form of a host",
            Self::Trust => "a fingerprint",
            Self::Found => "a new host",
            Self::Plaque => "the plaque",
        }
    }
}

/// A key as the table writes it: shift is in the character already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key {
    pub code: KeyCode,
    pub modifiers: KeyModifiers,
}

impl Key {
    pub const fn of(code: KeyCode) -> Self {
        Self { code, modifiers: KeyModifiers::NONE }
    }

    pub const fn letter(letter: char) -> Self {
        Self::of(KeyCode::Char(letter))
    }

    pub const fn shifted(code: KeyCode) -> Self {
        Self { code, modifiers: KeyModifiers::SHIFT }
    }

    pub const fn control(letter: char) -> Self {
        Self { code: KeyCode::Char(letter), modifiers: KeyModifiers::CONTROL }
    }

    /// As people write it.
    pub fn label(self) -> String {
        let key = match self.code {
            KeyCode::Char(' ') => "Space".into(),
            KeyCode::Char(letter) if self.modifiers.contains(KeyModifiers::CONTROL) => {
                letter.to_uppercase().to_string()
            }
            KeyCode::Char(letter) => letter.to_string(),
            KeyCode::Up => "↑".into(),
            KeyCode::Down => "↓".into(),
            KeyCode::Left => "←".into(),
            KeyCode::Right => "→".into(),
            KeyCode::PageUp => "PgUp".into(),
            KeyCode::PageDown => "PgDn".into(),
            KeyCode::BackTab => "Shift-Tab".into(),
            KeyCode::Esc => "Esc".into(),
            KeyCode::F(n) => format!("F{n}"),
            other => format!("{other:?}"),
        };
        let key = if self.modifiers.contains(KeyModifiers::ALT) { format!("Alt-{key}") } else { key };
        let key = if self.modifiers.contains(KeyModifiers::SHIFT) { format!("Shift-{key}") } else { key };
        if self.modifiers.contains(KeyModifiers::CONTROL) { format!("Ctrl-{key}") } else { key }
    }
}

impl From<KeyEvent> for Key {
    fn from(event: KeyEvent) -> Self {
        // Shift is in a letter already; only arrows carry it.
        let is_arrow = matches!(event.code, KeyCode::Up | KeyCode::Down | KeyCode::Left | KeyCode::Right);
        let shift = if is_arrow { KeyModifiers::SHIFT } else { KeyModifiers::NONE };
        let modifiers = event.modifiers & (KeyModifiers::CONTROL | KeyModifiers::ALT | shift);
        let code = match event.code {
            // With Ctrl held, terminals differ in whether they report the letter as typed.
            KeyCode::Char(letter) if modifiers.contains(KeyModifiers::CONTROL) => {
                KeyCode::Char(letter.to_ascii_lowercase())
            }
            code => code,
        };
        Self { code, modifiers }
    }
}

#[derive(Debug)]
pub struct Binding {
    pub places: &'static [Place],
    pub keys: &'static [Key],
    pub command: Command,
    /// What it does, for help and palette.
    pub words: &'static str,
    /// One or two words for the footer; empty where it is not worth the room.
    pub hint: &'static str,
}

/// The keys of a place as the table has them. Trouble is for the demo alone.
pub fn at(place: Place, world: Demo) -> impl Iterator<Item = &'static Binding> {
    let is_there = move |binding: &&Binding| binding.command != Command::Trouble || world == Demo::Demo;
    rows().filter(move |binding| binding.places.contains(&place)).filter(is_there)
}
