//! The terminal as a guest's own: what is typed goes in unchanged, what the console writes comes out unchanged, and
//! Ctrl-] leaves. What must hold: nothing is sent that nobody typed, and whatever ends it, the terminal is given back as
//! it was found.

use std::{collections::VecDeque, sync::Arc};

use tokio::{
    signal::unix::{Signal, SignalKind, signal},
    sync::mpsc::{Sender, error::SendError},
};

use super::{
    Devices, TerminalError,
    held::{CONSOLE, Held},
    hush::Hush,
    keys::{Keys, leaving},
    wire::Wire,
};
use crate::{
    domain::road::TerminalSize,
    engine::{Shown, Typed, Visit},
};

/// Not more than this waits to be shown, or to be sent; the rest waits where it comes from.
const MOST_WAITING: usize = 1 << 20;

/// So much of what was shown last is kept.
const MOST_SHOWN: usize = 1 << 18;

/// How a visit ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Parting {
    /// By Ctrl-].
    Left,
    /// By itself, and why.
    Ended(Arc<str>),
    TerminalGone,
}

/// A terminal and a console, one on the other. Dropped, it gives the terminal back and leaves the console.
#[derive(Debug)]
pub struct Attached {
    of: String,
    visit: Visit,
    keys: Keys,
    resized: Signal,
    wire: Wire,
    to_show: Vec<u8>,
    to_send: Vec<u8>,
    /// What was shown last, for whoever shows it elsewhere afterwards.
    shown: VecDeque<u8>,
    /// How it ends, once everything was shown.
    parting: Option<Parting>,
    held: Arc<Held>,
    /// Last: the keys are the deck's again when the terminal was given back.
    _hush: Option<Hush>,
}

impl Attached {
    /// Takes the terminal for the console `of` a guest.
    pub fn take(devices: Devices, visit: Visit, of: &str) -> Result<Self, TerminalError> {
        let held = Arc::new(Held::new(devices));
        held.guard_panics();
        Self::to(held, visit, of)
    }

    pub(super) fn to(held: Arc<Held>, visit: Visit, of: &str) -> Result<Self, TerminalError> {
        let input = &held.devices().input;
        let hush = Hush::over(input)?;
        let keys = Keys::of(rustix::io::fcntl_dupfd_cloexec(input, 3)?)?;
        let resized = signal(SignalKind::window_change())?;
        let wire = Wire::to(held.clone())?;
        let mut to_show = held.take(&CONSOLE)?.to_vec();
        to_show.extend(title(of, false));
        let of = of.to_owned();
        Ok(Self {
            of,
            visit,
            keys,
            resized,
            wire,
            to_show,
            to_send: Vec::new(),
            shown: VecDeque::new(),
            parting: None,
            held,
            _hush: hush,
        })
    }

    /// Says first where one is and how to leave, for who was not told before.
    pub(super) fn greeting(mut self) -> Self {
        self.to_show.extend(format!("console of {} · Ctrl-] leaves\r\n", self.of).into_bytes());
        self
    }

    /// Until it ends. May be broken off anywhere and called again; nothing is lost by that.
    pub async fn serve(&mut self) -> Parting {
        loop {
            if let Some(parting) = self.turn().await {
                return parting;
            }
        }
    }

    /// The process was stopped and goes on: the terminal was somebody else's meanwhile.
    pub fn take_again(&mut self) -> Result<(), TerminalError> {
        self.held.give_back();
        self.to_show.extend(self.held.take(&CONSOLE)?);
        self.to_show.extend(title(&self.of, false));
        self.tell_size();
        Ok(())
    }

    /// What was shown last, once it is over.
    pub fn into_shown(mut self) -> Vec<u8> {
        std::mem::take(&mut self.shown).into()
    }

    async fn turn(&mut self) -> Option<Parting> {
        if !self.wire.is_busy() {
            self.wire.send(std::mem::take(&mut self.to_show));
        }
        if let Some(parting) = self.parting.take_if(|_| !self.wire.is_busy()) {
            return Some(parting);
        }
        let takes_more = self.parting.is_none() && self.to_show.len() < MOST_WAITING;
        tokio::select! {
            biased;
            typed = self.keys.typed(), if self.to_send.len() < MOST_WAITING => return self.hear(typed),
            written = self.wire.written() => return written.is_err().then_some(Parting::TerminalGone),
            Some(()) = self.resized.recv() => self.tell_size(),
            sent = send(&self.visit.typed, &mut self.to_send), if !self.to_send.is_empty() => {
                if sent.is_err() {
                    // Whoever took them has ended, and says why.
                    self.to_send.clear();
                }
            }
            shown = self.visit.shown.recv(), if takes_more => self.show(shown),
        }
        None
    }

    fn hear(&mut self, typed: Option<Vec<u8>>) -> Option<Parting> {
        let Some(typed) = typed else { return Some(Parting::TerminalGone) };
        match leaving(&typed) {
            Some(at) => {
                self.to_send.extend(&typed[..at]);
                // On a line that takes nothing now, it will not take this either.
                let _ = self.visit.typed.try_send(Typed::Keys(std::mem::take(&mut self.to_send)));
                Some(Parting::Left)
            }
            None => {
                self.to_send.extend(typed);
                None
            }
        }
    }

    fn show(&mut self, shown: Option<Shown>) {
        match shown {
            Some(Shown::Bytes(bytes)) => {
                self.shown.extend(&bytes);
                self.shown.drain(..self.shown.len().saturating_sub(MOST_SHOWN));
                self.to_show.extend(bytes);
            }
            Some(Shown::ScriptWaits(waits)) => self.to_show.extend(title(&self.of, waits)),
            Some(Shown::Ended(why)) => self.parting = Some(Parting::Ended(why)),
            None => self.parting = Some(Parting::Ended("the console was left; what runs there goes on".into())),
        }
    }

    fn tell_size(&self) {
        let (columns, rows) = self.held.devices().size();
        // A line that is so full gets the size with the next change; one that ended needs none.
        let _ = self.visit.typed.try_send(Typed::Size(TerminalSize { columns, rows }));
    }
}

/// Not on the screen, which is the console's own and cleared by it: in the title of the window.
fn title(of: &str, is_script_waiting: bool) -> Vec<u8> {
    let waits = if is_script_waiting { " - a script waits until you leave" } else { "" };
    format!("\x1b]2;console of {of} - Ctrl-] leaves{waits}\x07").into_bytes()
}

async fn send(console: &Sender<Typed>, waiting: &mut Vec<u8>) -> Result<(), SendError<()>> {
    let place = console.reserve().await?;
    place.send(Typed::Keys(std::mem::take(waiting)));
    Ok(())
}

impl Drop for Attached {
    fn drop(&mut self) {
        self.held.give_back();
    }
}
