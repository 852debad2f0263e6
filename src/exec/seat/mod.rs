//! A seat at a guest's console. The shell there belongs to all who sit at it and loses what is typed ahead of it, so we
//! start a small reader of our own in it, which takes one checked line at a time and answers in marks. What must hold: a
//! line that was damaged is never run, and the terminal is given back as it was found.

mod lines;
mod listen;

use std::time::Duration;

use self::{
    lines::{CLEAR_LINE, INTERRUPT, KILL_LINE, are_programs, ask_line, input_lines, sit_line},
    listen::{Until, hear, until_quiet, wait_for_prompt},
};
use super::{
    ask::{Ask, Load, Reply},
    frame::{Answer, Mark, Reader},
};
use crate::proxmox::console::{Console, Ended};

/// What the console carries: lines of 4,095 bytes, and 16 KB of output at a time.
pub const LOAD: Load = Load { command: 2_900, put: 48 << 10, get: 9_000 };

/// How long each try to sit down waits. A shell that just begins takes a second; the third try interrupts.
const TRIES: [Duration; 4] = [
    Duration::from_millis(1_000),
    Duration::from_millis(2_000),
    Duration::from_millis(1_500),
    Duration::from_millis(2_500),
];
const GENTLE_TRIES: usize = 2;
/// After an interrupt a shell throws away what was typed; it is at its prompt by then.
const SETTLE: Duration = Duration::from_millis(150);
/// A question that arrives damaged is asked again this often.
const GARBLED_TRIES: usize = 4;
/// A program that holds the terminal and a line that is dead look the same, but a line answers.
const ANSWERS: Duration = Duration::from_secs(3);

/// Why a seat is no good any more, or never was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unseated {
    Ended(Ended),
    /// Nothing came in time.
    Silent,
    /// What came was damaged again and again.
    Garbled,
    /// A program holds the terminal and lets nobody in.
    Held,
    /// The guest lacks these programs.
    Lacks(String),
}

impl From<Ended> for Unseated {
    fn from(ended: Ended) -> Self {
        Self::Ended(ended)
    }
}

/// Whether the one who was here before us was ourselves, cut off in the middle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrival {
    First,
    Again,
    /// To look only: whoever is there is left alone.
    Quiet,
}

impl Arrival {
    /// After we were cut off in the middle.
    pub fn after_a_break(self) -> Self {
        if self == Self::Quiet { Self::Quiet } else { Self::Again }
    }

    /// Once we were let in.
    pub fn let_in(self) -> Self {
        if self == Self::Quiet { Self::Quiet } else { Self::First }
    }
}

pub struct Seat {
    console: Console,
}

/// How a seat is left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// The shell gets its terminal back.
    GivingBack,
    /// The reader stays, for others who use it.
    LeavingIt,
}

impl Seat {
    /// Starts the reader at whatever shell is there.
    pub async fn take(mut console: Console, arrival: Arrival) -> Result<Self, Unseated> {
        wait_for_prompt(&mut console).await?;
        let mark = Mark::new();
        let line = sit_line(&mark);
        for (number, patience) in TRIES.into_iter().enumerate() {
            if number >= GENTLE_TRIES && arrival == Arrival::Quiet {
                break;
            }
            if number >= GENTLE_TRIES || arrival == Arrival::Again {
                console.type_in(INTERRUPT).await?;
                until_quiet(&mut console, SETTLE).await?;
            }
            console.type_in(&[CLEAR_LINE, line.as_bytes()].concat()).await?;
            let mut reader = Reader::new(&mark);
            let until = Until { silence: patience, whole: patience };
            match hear(&mut console, until, &mut reader, Reader::greeting).await {
                Ok(lacks) if lacks.is_empty() => return Ok(Self { console }),
                Ok(lacks) if are_programs(&lacks) => return Err(Unseated::Lacks(lacks.trim().to_owned())),
                // A greeting that was damaged; the reader is there.
                Ok(_) => {}
                Err(Unseated::Silent) if !console.is_alive(ANSWERS).await => return Err(Unseated::Silent),
                Err(Unseated::Silent) => {}
                Err(other) => return Err(other),
            }
        }
        Err(Unseated::Held)
    }

    pub async fn ask(&mut self, ask: &Ask) -> Result<Reply, Unseated> {
        for _ in 0..GARBLED_TRIES {
            if let Answer::Whole(reply) = self.ask_once(ask).await? {
                return Ok(reply);
            }
        }
        Err(Unseated::Garbled)
    }

    async fn ask_once(&mut self, ask: &Ask) -> Result<Answer, Unseated> {
        let mark = Mark::new();
        let mut reader = Reader::new(&mark);
        let until = Until::of(ask);
        self.console.type_in(&ask_line(ask, &mark)).await?;
        if !ask.input.is_empty() {
            // A damaged line is answered in the place of the greeting.
            if !hear(&mut self.console, until, &mut reader, Reader::greeting).await?.is_empty() {
                return Ok(Answer::Garbled);
            }
            self.console.type_in(&input_lines(&ask.input)).await?;
        }
        hear(&mut self.console, until, &mut reader, Reader::answer).await
    }

    pub async fn leave(mut self, manner: Manner) {
        if manner == Manner::GivingBack && self.console.type_in(&[KILL_LINE, b"PXL=\n"].concat()).await.is_ok() {
            // What was typed would be lost if we hung up at once.
            drop(until_quiet(&mut self.console, SETTLE).await);
        }
        self.console.leave().await;
    }
}
