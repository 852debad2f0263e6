//! A deck on a terminal, from the first picture to the last. What must hold: nothing moves while nothing happens, a key is
//! answered at once, and the first picture waits for nobody.

mod acts;
mod calls;
mod clock;
mod consoles;
mod deeds;
mod door;
mod pace;
mod turns;
mod visits;
mod waits;

use std::time::Duration;

use ratatui::{buffer::Buffer, layout::Position};
use tokio::sync::mpsc;

pub use self::{
    calls::{Call, HangUp, Listeners},
    clock::Clock,
    door::{Errand, Heard as Sounded, World},
    turns::serve,
};
use super::{
    effect::Effect,
    event::{Event, Now, Ticket},
    term::Terminal,
};

/// What the loop drives.
pub trait Deck {
    fn update(&mut self, now: Now, event: Event) -> Vec<Effect>;
    fn draw(&self, now: Now, picture: &mut Buffer);
    /// The tick at which the picture next changes by itself.
    fn wakes_at(&self) -> Option<Duration>;
    /// Where a form wants the cursor.
    fn caret(&self) -> Option<Position> {
        None
    }
    /// Whether what was asked for under this ticket is still waited for.
    fn wants(&self, _: Ticket) -> bool {
        true
    }
}

/// Why the loop ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    Quit,
    /// The operator would rather see the demo.
    ForDemo,
    /// The system asked for it.
    Called,
    /// There is no terminal any more.
    TerminalGone,
}

/// Where an operator sits.
pub struct Seat<I> {
    pub terminal: Terminal,
    pub input: I,
    pub calls: mpsc::Receiver<Call>,
    /// Whoever sends those calls; they end with the seat.
    pub listeners: Listeners,
}
