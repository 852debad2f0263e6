//! What lies beyond the terminal: the engine, the sound player, the settings file. The loop knows it as a `World`, so a
//! scripted one can stand in its place.

use std::{path::PathBuf, sync::Arc};

use tokio::sync::{broadcast, watch};

use crate::{
    domain::{
        fault::Fault,
        fleet::Fleet,
        ids::{GuestKey, OperationId},
        mischief::Meddling,
        road::TerminalSize,
    },
    engine::{Answer, Change, Notice, Query, Request, Visit},
    settings::Settings,
    sound::Cue,
    tui::event::Carried,
    tui::theme::Themes,
};

/// How a cue was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    /// Somewhere else, or not at all.
    Elsewhere,
    /// The terminal's bell is to ring.
    Bell,
}

/// What is to become of settings and a file.
#[derive(Debug, Clone)]
pub enum Errand {
    Export(Box<Settings>, PathBuf),
    Examine(Box<Settings>, PathBuf),
    KeepOld(Box<Settings>),
}

pub trait World: Clone + Send + Sync + 'static {
    fn fleet(&self) -> watch::Receiver<Arc<Fleet>>;
    fn notices(&self) -> broadcast::Receiver<Notice>;
    fn themes(&self) -> watch::Receiver<Themes>;
    fn ask(&self, request: Request) -> impl Future<Output = Result<OperationId, Fault>> + Send;
    fn query(&self, query: Query) -> impl Future<Output = Result<Answer, Fault>> + Send;
    fn change(&self, change: Change) -> impl Future<Output = Result<(), Fault>> + Send;
    fn visit(&self, guest: GuestKey, size: TerminalSize) -> impl Future<Output = Result<Visit, Fault>> + Send;
    fn play(&self, cue: Cue) -> Heard;
    /// Makes trouble in the demo's datacenter, or mends it; a real world has no lever for that.
    fn meddle(&self, meddling: Meddling);
    /// Writes a text into a file that is not there yet and says where it is; called off the loop.
    fn write(&self, path: &str, text: &str) -> Result<PathBuf, Fault>;
    /// Writes the settings; called off the loop, never twice at once.
    fn save(&self, settings: &Settings) -> Result<(), Fault>;
    /// Settings to a file, or of one; called off the loop.
    fn carry(&self, errand: Errand) -> Result<Carried, Fault>;
}
