//! What happened. Keys, the world, answers and the frame timer all arrive here, in one order.

use std::{path::PathBuf, sync::Arc, time::Duration};

use crossterm::event::{KeyEvent, MouseEvent};

use crate::{
    domain::{fault::Fault, fleet::Fleet, ids::OperationId, moment::Moment},
    engine::{Answer, Notice},
    settings::Settings,
    tui::{
        console::{LineId, News},
        term::Parting,
        theme::Theme,
    },
};

/// When it happened: `tick` never runs backwards and times animations; `wall` is for ages and dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Now {
    pub tick: Duration,
    pub wall: Moment,
}

#[derive(Debug, Clone)]
pub enum Event {
    Key(KeyEvent),
    Mouse(MouseEvent),
    Paste(String),
    Resize {
        columns: u16,
        rows: u16,
    },
    Focus(Focus),
    /// Every theme anew: the terminal turned out to have more colours than it seemed.
    Themes(Vec<Theme>),
    Fleet(Arc<Fleet>),
    Notice(Notice),
    /// What became of an effect that carried this ticket.
    Asked(Ticket, Result<OperationId, Fault>),
    Answered(Ticket, Result<Answer, Fault>),
    Changed(Ticket, Result<(), Fault>),
    /// Settings went to a file, or came of one.
    Carried(Ticket, Result<Carried, Fault>),
    /// Where it was written.
    Written(Ticket, Result<PathBuf, Fault>),
    /// What a console wrote while the terminal was lent to it.
    Lent(Ticket, News),
    /// The deck has the terminal again, or never lent it.
    Visited(Ticket, Result<Parting, Fault>),
    /// Of a guest's console behind the deck.
    Console(LineId, News),
    /// The moment that `Model::wakes_at` named has come.
    Frame,
}

/// What became of settings and a file.
#[derive(Debug, Clone, PartialEq)]
pub enum Carried {
    Exported(PathBuf),
    /// As they would be.
    Examined(Box<Settings>),
    /// The file as it was lies there, if there was one; now these may hold.
    Kept(Option<PathBuf>, Box<Settings>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Focus {
    Gained,
    Lost,
}

/// Which wish an answer belongs to; the model hands them out and forgets the ones it no longer waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Ticket(pub u64);
