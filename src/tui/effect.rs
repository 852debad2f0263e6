//! What the loop must do for the model: everything that leaves the deck.

use std::path::PathBuf;

use super::event::Ticket;
use crate::{
    domain::{ids::GuestKey, mischief::Meddling},
    engine::{Change, Query, Request},
    settings::Settings,
    sound::Cue,
    tui::{
        console::{Deed, LineId},
        term::Word,
    },
};

#[derive(Debug, Clone)]
pub enum Effect {
    Ask(Ticket, Request),
    Query(Ticket, Query),
    Change(Ticket, Change),
    /// Lend the terminal to a guest's console.
    Visit(Ticket, GuestKey),
    /// Something with a guest's console behind the deck.
    Console(LineId, Deed),
    /// The bell of the terminal.
    Ring,
    Play(Cue),
    /// To the operator's clipboard, through the terminal (OSC 52).
    Copy(String),
    /// To the operator's desktop, through the terminal.
    Notify(Word),
    Save(Settings),
    /// These settings into a file.
    Export(Ticket, Box<Settings>, PathBuf),
    /// What these settings would be with those of a file.
    Examine(Ticket, Box<Settings>, PathBuf),
    /// The settings file as it is now, copied beside itself before these hold.
    KeepOldSettings(Ticket, Box<Settings>),
    /// Into a file that is not there yet; a path without a folder lies in Proximity's own.
    Write(Ticket, String, String),
    /// Who gets the mouse.
    Point(Pointer),
    /// Ctrl-Z: give the terminal back, stop the process, take it again.
    Suspend,
    /// Paint every cell again: the terminal's picture is not to be trusted.
    Repaint,
    /// Trouble in the demo's datacenter.
    Meddle(Meddling),
    /// Leave this world and open the demo's.
    OpenDemo,
    Quit,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pointer {
    Deck,
    /// The terminal itself, so that text can be selected.
    Terminal,
}
