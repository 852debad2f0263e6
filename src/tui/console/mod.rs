//! Guests' consoles that are open: what each shows, and how it stands with its line. What must hold: one that nobody looks at
//! goes on for some minutes, gives its seat up to a script at once, and none is kept for ever.

mod ears;
mod glyph;
mod guard;
pub mod keys;
mod marks;
pub mod mouse;
mod screen;
mod view;

use std::{fmt, sync::Arc, time::Duration};

pub use self::{
    ears::{Colour, Said},
    glyph::Glyph,
    screen::{HISTORY, Inside, Screen},
    view::{Marking, Way},
};
use crate::{
    domain::{fault::Fault, ids::GuestKey, road::TerminalSize},
    engine::Shown,
};

/// So long a console that was left stays open behind the deck.
pub const LINGERS: Duration = Duration::from_secs(5 * 60);
/// So many are open at once; the one that was left first makes room.
pub const MOST: usize = 6;

/// One connection to a console; a new one has another number, so that what comes late belongs to nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LineId(pub u64);

/// What is typed; never written anywhere but to the guest.
#[derive(Clone, PartialEq, Eq)]
pub struct Keystrokes(pub Vec<u8>);

impl fmt::Debug for Keystrokes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.0.len())
    }
}

/// What is to be done with a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deed {
    Open(GuestKey, TerminalSize),
    Type(Keystrokes),
    Resize(TerminalSize),
    Close,
}

/// What came of it.
#[derive(Clone)]
pub enum News {
    Open,
    Shown(Shown),
    Failed(Fault),
    /// It takes nothing now, and what was typed last is lost.
    Full,
}

impl News {
    /// How much work it is to take in.
    pub fn weight(&self) -> usize {
        match self {
            Self::Shown(Shown::Bytes(bytes)) => bytes.len(),
            _ => 0,
        }
    }
}

/// What a guest shows stands in no log.
impl fmt::Debug for News {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shown(Shown::Bytes(bytes)) => write!(f, "{} bytes", bytes.len()),
            Self::Shown(shown) => write!(f, "{shown:?}"),
            Self::Open => f.write_str("Open"),
            Self::Failed(fault) => write!(f, "Failed({fault:?})"),
            Self::Full => f.write_str("Full"),
        }
    }
}

/// How a console stands with its line.
#[derive(Debug, Clone, PartialEq)]
pub enum Standing {
    Opening,
    Live,
    /// The whole terminal has it.
    Lent,
    Failed(Fault),
    Ended(Arc<str>),
}

#[derive(Debug, Clone)]
pub struct Console {
    pub line: LineId,
    pub guest: GuestKey,
    pub screen: Screen,
    pub standing: Standing,
    pub script_waits: bool,
    /// Since when nobody looks at it.
    pub left_at: Option<Duration>,
    /// When its bell was heard last.
    pub rang_at: Option<Duration>,
}

impl Console {
    pub fn is_open(&self) -> bool {
        matches!(self.standing, Standing::Opening | Standing::Live)
    }

    pub fn is_over(&self) -> bool {
        matches!(self.standing, Standing::Failed(_) | Standing::Ended(_))
    }

    /// Nobody looks, and it was kept for long enough, or somebody needs its seat.
    pub fn is_done(&self, tick: Duration) -> bool {
        let Some(left_at) = self.left_at else { return false };
        !self.is_open() || self.script_waits || left_at + LINGERS <= tick
    }
}

#[derive(Debug, Clone, Default)]
pub struct Consoles {
    all: Vec<Console>,
    next: u64,
}

impl Consoles {
    pub fn of(&self, guest: &GuestKey) -> Option<&Console> {
        self.all.iter().find(|console| console.guest == *guest)
    }

    pub fn of_mut(&mut self, guest: &GuestKey) -> Option<&mut Console> {
        self.all.iter_mut().find(|console| console.guest == *guest)
    }

    pub fn on(&mut self, line: LineId) -> Option<&mut Console> {
        self.all.iter_mut().find(|console| console.line == line)
    }

    pub fn all(&self) -> &[Console] {
        &self.all
    }

    pub fn all_mut(&mut self) -> &mut [Console] {
        &mut self.all
    }

    /// A line for the console of a guest; what it showed before is still there.
    pub fn open(&mut self, guest: &GuestKey, size: TerminalSize) -> LineId {
        self.next += 1;
        let line = LineId(self.next);
        if let Some(console) = self.of_mut(guest) {
            console.screen.put_by(match console.standing {
                Standing::Ended(_) => Inside::Ended,
                _ => Inside::GoesOn,
            });
            (console.line, console.standing) = (line, Standing::Opening);
            (console.script_waits, console.left_at) = (false, None);
            console.screen.resize(size);
            return line;
        }
        self.all.push(Console {
            line,
            guest: guest.clone(),
            screen: Screen::new(size),
            standing: Standing::Opening,
            script_waits: false,
            left_at: None,
            rang_at: None,
        });
        line
    }

    pub fn remove(&mut self, line: LineId) {
        self.all.retain(|console| console.line != line);
    }

    /// The one that was left first, once there are too many.
    pub fn surplus(&self) -> Option<LineId> {
        let left = self.all.iter().filter_map(|console| Some((console.left_at?, console.line)));
        (self.all.len() > MOST).then(|| left.min().map(|(_, line)| line))?
    }

    /// The console after this one.
    pub fn after(&self, guest: &GuestKey) -> Option<&GuestKey> {
        let at = self.all.iter().position(|console| console.guest == *guest)?;
        Some(&self.all[(at + 1) % self.all.len()].guest).filter(|next| *next != guest)
    }

    /// When the next one has been kept for long enough.
    pub fn wakes_at(&self) -> Option<Duration> {
        self.all.iter().filter_map(|console| Some(console.left_at? + LINGERS)).min()
    }
}
