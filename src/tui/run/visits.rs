//! The terminal lent to a guest's console, and taken back. What must hold: while it is lent the deck lives on and shows
//! nothing, and it comes back whole.

use std::io;

use crossterm::event::Event as Raw;
use futures_util::Stream;

use super::{Deck, Ended, World, turns::Table};
use crate::{
    domain::{
        fault::{Fault, FaultCode},
        ids::GuestKey,
    },
    engine::{Shown, Visit},
    tui::{
        console::News,
        event::{Event, Ticket},
        term::Parting,
    },
};

impl<D: Deck, W: World, I> Table<'_, D, W, I>
where
    I: Stream<Item = io::Result<Raw>> + Unpin,
{
    pub(super) fn lend(&mut self, ticket: Ticket, guest: &GuestKey, visit: Visit) {
        // Whoever has the terminal by now is not disturbed; the visit is over before it began.
        if self.is_stopped {
            return self.happen(Event::Visited(ticket, Ok(Parting::Left)));
        }
        match self.terminal.lend(visit, &guest.to_string()) {
            Ok(attached) => {
                self.is_stopped = true;
                self.visiting = Some((ticket, attached));
            }
            Err(error) => {
                self.take_again();
                self.happen(Event::Visited(ticket, Err(not_lent(&error))));
            }
        }
    }

    pub(super) fn come_back(&mut self, parting: Parting) {
        let Some((ticket, attached)) = self.visiting.take() else { return };
        let shown = attached.into_shown();
        if parting == Parting::TerminalGone {
            self.ended = Some(Ended::TerminalGone);
            return;
        }
        self.take_again();
        self.happen(Event::Lent(ticket, News::Shown(Shown::Bytes(shown))));
        self.happen(Event::Visited(ticket, Ok(parting)));
    }
}

fn not_lent(error: &dyn std::error::Error) -> Fault {
    let what = "the console was not shown";
    Fault::lasting(FaultCode::Failed, what, error.to_string(), "try once more, or use `proximity guest console`")
}
