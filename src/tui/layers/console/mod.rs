//! A guest's console in a pane: its screen as it is, and one line over it that says whose it is. What must hold: the program
//! inside is told exactly the room that is drawn for it.

mod draw;
mod glass;

use ratatui::layout::{Position, Rect};

pub use self::draw::draw;
use crate::{
    domain::{ids::GuestKey, road::TerminalSize},
    tui::{
        console::{Console, Consoles, Standing},
        keymap::Place,
        screens::layout::{Floor, Shape},
    },
};

#[derive(Debug, Clone)]
pub struct ConsolePane {
    pub guest: GuestKey,
    pub hold: Hold,
    /// A button of the mouse went down on the glass and is down still.
    pub is_pressed: bool,
}

/// Who has the keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hold {
    Inside,
    /// The deck, for one key.
    Keys,
    /// The deck, to look at what was shown before.
    Back(Look),
    /// The deck, to take a word that is searched for.
    Find(Look, String),
}

/// Where one looks at what was shown before.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Look {
    /// The row of the view that the hand is on.
    pub row: u16,
    /// What was searched for last.
    pub word: String,
}

impl ConsolePane {
    pub fn inside(guest: GuestKey) -> Self {
        Self { guest, hold: Hold::Inside, is_pressed: false }
    }

    pub fn place(&self, console: Option<&Console>) -> Place {
        let is_over = console.is_none_or(Console::is_over);
        match &self.hold {
            Hold::Back(_) => Place::ScrollBack,
            Hold::Find(..) => Place::ConsoleFind,
            Hold::Inside | Hold::Keys if is_over => Place::ConsoleOver,
            Hold::Inside => Place::Console,
            Hold::Keys => Place::ConsoleKeys,
        }
    }
}

/// All of the pane. On a narrow screen it covers the rail: programs want 80 columns, and digits go inside now.
fn plate(floor: &Floor) -> Rect {
    match floor.shape {
        Shape::Narrow => {
            let x = floor.navigation.x;
            Rect { x, width: floor.body.right() - x, ..floor.body }
        }
        Shape::Wide | Shape::Flat => floor.body,
    }
}

/// The room of the program inside.
pub fn glass(floor: &Floor) -> Rect {
    let plate = plate(floor);
    let edge = if floor.shape == Shape::Narrow { 0 } else { 1 };
    let foot = u16::from(floor.shape == Shape::Wide);
    Rect {
        x: plate.x + edge,
        y: plate.y + 1,
        width: plate.width.saturating_sub(2 * edge),
        height: plate.height.saturating_sub(1 + foot),
    }
}

pub fn size(floor: &Floor) -> TerminalSize {
    let glass = glass(floor);
    TerminalSize { columns: glass.width.max(2), rows: glass.height.max(1) }
}

/// The cursor of the program, while the keys are its own.
pub fn caret(floor: &Floor, pane: &ConsolePane, consoles: &Consoles) -> Option<Position> {
    let console = consoles.of(&pane.guest)?;
    let glass = glass(floor);
    let (row, column) = match (&pane.hold, &console.standing) {
        (Hold::Find(_, word), _) => (glass.height.saturating_sub(1), draw::find_caret(word)),
        (Hold::Inside, Standing::Live) => console.screen.cursor()?,
        _ => return None,
    };
    let place = Position { x: glass.x + column, y: glass.y + row };
    glass.contains(place).then_some(place)
}
