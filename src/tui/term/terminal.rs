//! The terminal of this process while a deck has it. What must hold: however the deck ends, the terminal is given back.

use std::{fs::File, sync::Arc};

use ratatui::{buffer::Buffer, layout::Position};
use rustix::{io::Errno, termios::isatty};

use super::{
    attach::Attached,
    clip::{Between, clip},
    encoder::Encoder,
    held::{DECK, Devices, Held, MOUSE_OFF, MOUSE_ON},
    herald::{Call, Manner, Word},
    link::Links,
    reply,
    surroundings::{Certainty, Surroundings},
    wire::Wire,
};
use crate::{
    engine::Visit,
    settings::Look,
    tui::{canvas::Charset, effect::Pointer, theme::Depth},
};

const BELL: u8 = 7;

#[derive(Debug, thiserror::Error)]
pub enum TerminalError {
    #[error("standard {0} is not a terminal")]
    NoTerminal(&'static str),
    #[error("the terminal could not be taken: {0}")]
    NotTaken(#[from] std::io::Error),
}

impl From<Errno> for TerminalError {
    fn from(error: Errno) -> Self {
        Self::NotTaken(error.into())
    }
}

impl Devices {
    /// Those that the process was started with.
    pub fn of_process(log: Option<File>) -> Result<Self, TerminalError> {
        let (input, output) = (rustix::stdio::stdin(), rustix::stdio::stdout());
        if !isatty(input) {
            return Err(TerminalError::NoTerminal("input"));
        }
        if !isatty(output) {
            return Err(TerminalError::NoTerminal("output"));
        }
        Ok(Self {
            input: rustix::io::fcntl_dupfd_cloexec(input, 3)?,
            output: rustix::io::fcntl_dupfd_cloexec(output, 3)?,
            log,
        })
    }
}

/// What this terminal can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Abilities {
    pub depth: Depth,
    pub certainty: Certainty,
    pub charset: Charset,
    pub erase: super::Erase,
    pub rows: super::Rows,
    pub manner: Manner,
    pub between: Between,
    pub links: Links,
}

impl Abilities {
    pub fn judge(surroundings: &Surroundings, look: &Look) -> Self {
        let belief = surroundings.depth(look.colour);
        Self {
            depth: belief.depth,
            certainty: belief.certainty,
            charset: surroundings.charset(look.glyphs),
            erase: surroundings.erase(),
            rows: surroundings.rows(),
            manner: surroundings.manner(),
            between: surroundings.between(),
            links: surroundings.links(),
        }
    }
}

#[derive(Debug)]
pub struct Terminal {
    held: Arc<Held>,
    wire: Wire,
    encoder: Encoder,
    /// What goes out with the next frame.
    ahead: Vec<u8>,
    pointer: Pointer,
    was_asked: bool,
    manner: Manner,
    between: Between,
    charset: Charset,
    /// The bell rings with the next frame; once is enough.
    rings: bool,
}

impl Terminal {
    /// Takes the terminal. What it is told of that goes out with the first frame.
    pub fn take(devices: Devices, abilities: Abilities) -> Result<Self, TerminalError> {
        let held = Arc::new(Held::new(devices));
        let wire = Wire::to(held.clone())?;
        let mut ahead = held.take(&DECK)?.to_vec();
        let was_asked = abilities.certainty == Certainty::WorthAsking;
        if was_asked {
            ahead.extend(reply::QUESTION);
        }
        ahead.extend(MOUSE_ON);
        let encoder =
            Encoder::new(abilities.depth, abilities.charset, abilities.erase, abilities.rows).linking(abilities.links);
        let Abilities { manner, between, charset, .. } = abilities;
        Ok(Self {
            held,
            wire,
            encoder,
            ahead,
            pointer: Pointer::Deck,
            was_asked,
            manner,
            between,
            charset,
            rings: false,
        })
    }

    /// From now on a panic on this thread gives the terminal back before it is reported.
    pub fn guard_panics(&self) {
        self.held.guard_panics();
    }

    /// Whether an answer about its colours may come in among the keys.
    pub fn was_asked(&self) -> bool {
        self.was_asked
    }

    /// Columns and rows.
    pub fn size(&self) -> (u16, u16) {
        self.held.devices().size()
    }

    /// Shows a picture in one write, or does nothing where it is shown already.
    pub fn show(&mut self, picture: &mut Buffer, caret: Option<Position>) {
        let mut bytes = std::mem::take(&mut self.ahead);
        self.rings = false;
        bytes.extend(self.encoder.frame(picture, caret));
        self.wire.send(bytes);
    }

    /// Whether a frame is still on its way.
    pub fn is_busy(&self) -> bool {
        self.wire.is_busy()
    }

    pub async fn written(&mut self) -> Result<(), Errno> {
        self.wire.written().await
    }

    /// How many bytes went out since the start.
    pub fn sent(&self) -> u64 {
        self.wire.sent
    }

    pub fn depth(&self) -> Depth {
        self.encoder.depth()
    }

    pub fn set_depth(&mut self, depth: Depth) {
        self.encoder.set_depth(depth);
    }

    pub fn repaint(&mut self) {
        self.encoder.forget();
    }

    pub fn ring(&mut self) {
        if !std::mem::replace(&mut self.rings, true) {
            self.ahead.push(BELL);
        }
    }

    /// To the desktop of whoever sits at this terminal, with the next frame.
    pub fn notify(&mut self, word: &Word) {
        match word.call(self.manner, self.charset) {
            Call::Bytes(bytes) => self.ahead.extend(bytes),
            Call::Bell => self.ring(),
            Call::Nothing => {}
        }
    }

    /// To the clipboard of whoever looks at this terminal (OSC 52).
    pub fn copy(&mut self, text: &str) {
        self.ahead.extend(clip(text, self.between));
    }

    /// Who gets the mouse: the deck, or the terminal for selecting text.
    pub fn point(&mut self, pointer: Pointer) {
        if pointer != self.pointer {
            self.ahead.extend(if pointer == Pointer::Deck { MOUSE_ON } else { MOUSE_OFF });
            self.pointer = pointer;
        }
    }

    pub fn give_back(&self) {
        self.held.give_back();
    }

    /// Gives it back, and to a visitor at once. It is the deck's again when it is taken again.
    pub fn lend(&self, visit: Visit, of: &str) -> Result<Attached, TerminalError> {
        self.held.give_back();
        Ok(Attached::to(self.held.clone(), visit, of)?.greeting())
    }

    /// After it was given back, or after others may have changed it: everything anew with the next frame.
    pub fn take_again(&mut self) -> Result<(), TerminalError> {
        self.held.give_back();
        self.ahead = self.held.take(&DECK)?.to_vec();
        if self.pointer == Pointer::Deck {
            self.ahead.extend(MOUSE_ON);
        }
        self.encoder.forget();
        Ok(())
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        self.held.give_back();
    }
}
