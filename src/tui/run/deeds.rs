//! What the model asked for and the loop does not wait for. What must hold: every task is owned, their number is bounded,
//! and each of them answers its ticket, even when it fails badly.

use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};

use futures_util::FutureExt;
use tokio::task::JoinSet;

use super::door::{Errand, Heard, World};
use crate::{
    domain::{
        fault::{Fault, FaultCode},
        ids::GuestKey,
        mischief::Meddling,
        road::TerminalSize,
    },
    engine::{Change, Notice, Tone, Visit},
    settings::Settings,
    sound::Cue,
    tui::{
        effect::Effect,
        event::{Event, Ticket},
    },
};

/// More than an operator can wish for; a loop that went wild is stopped here.
const MOST: usize = 64;
/// How long a wish that is under way may take after the deck was left.
const GRACE: Duration = Duration::from_secs(2);
/// A stop that was asked for has come by then, if it comes at all.
const STOPS_WITHIN: Duration = Duration::from_millis(100);

/// What a task came to.
pub enum Done {
    Event(Event),
    /// A notice where the settings could not be written.
    Saved(Option<Notice>),
    /// The process goes on, or was never stopped.
    Resumed,
    /// A console that is open now, for the terminal to be lent to.
    Visiting(Ticket, GuestKey, Visit),
}

pub struct Deeds<W> {
    world: W,
    tasks: JoinSet<Done>,
    /// The settings that wait for the writer; only the latest matter.
    to_save: Option<Settings>,
    is_saving: bool,
    /// Things of the deck that wait to be kept, by name, in their order.
    to_remember: Vec<(Ticket, &'static str, String)>,
    remembering: Option<Ticket>,
}

impl<W: World> Deeds<W> {
    pub fn new(world: W) -> Self {
        let tasks = JoinSet::new();
        Self { world, tasks, to_save: None, is_saving: false, to_remember: Vec::new(), remembering: None }
    }

    pub fn world(&self) -> &W {
        &self.world
    }

    pub fn play(&self, cue: Cue) -> Heard {
        self.world.play(cue)
    }

    pub fn meddle(&self, meddling: Meddling) {
        self.world.meddle(meddling);
    }

    pub fn begin(&mut self, effect: Effect) {
        let world = self.world.clone();
        match effect {
            Effect::Ask(ticket, request) => {
                self.spawn(async move { world.ask(request).await }, move |result| Event::Asked(ticket, result));
            }
            Effect::Query(ticket, query) => {
                self.spawn(async move { world.query(query).await }, move |result| Event::Answered(ticket, result));
            }
            Effect::Change(ticket, Change::Remember { name, value }) => self.line_up(ticket, name, value),
            Effect::Change(ticket, change) => {
                self.spawn(async move { world.change(change).await }, move |result| Event::Changed(ticket, result));
            }
            Effect::Export(ticket, settings, path) => self.carry(ticket, Errand::Export(settings, path)),
            Effect::Examine(ticket, settings, path) => self.carry(ticket, Errand::Examine(settings, path)),
            Effect::KeepOldSettings(ticket, after) => self.carry(ticket, Errand::KeepOld(after)),
            Effect::Write(ticket, path, text) => {
                self.tasks.spawn_blocking(move || Done::Event(Event::Written(ticket, world.write(&path, &text))));
            }
            Effect::Save(settings) => {
                self.to_save = Some(settings);
                self.save();
            }
            _ => {}
        }
    }

    fn carry(&mut self, ticket: Ticket, errand: Errand) {
        let world = self.world.clone();
        self.tasks.spawn_blocking(move || Done::Event(Event::Carried(ticket, world.carry(errand))));
    }

    /// Opens a console for a terminal of this size.
    pub fn visit(&mut self, ticket: Ticket, guest: GuestKey, size: TerminalSize) {
        let (world, of) = (self.world.clone(), guest.clone());
        self.spawn_done(async move { world.visit(guest, size).await }, move |result| match result {
            Ok(visit) => Done::Visiting(ticket, of, visit),
            Err(fault) => Done::Event(Event::Visited(ticket, Err(fault))),
        });
    }

    fn spawn<T: 'static>(
        &mut self,
        deed: impl Future<Output = Result<T, Fault>> + Send + 'static,
        tell: impl FnOnce(Result<T, Fault>) -> Event + Send + 'static,
    ) {
        self.spawn_done(deed, move |result| Done::Event(tell(result)));
    }

    fn spawn_done<T: 'static>(
        &mut self,
        deed: impl Future<Output = Result<T, Fault>> + Send + 'static,
        done: impl FnOnce(Result<T, Fault>) -> Done + Send + 'static,
    ) {
        if self.tasks.len() >= MOST {
            self.tasks.spawn(async move { done(Err(crowded())) });
        } else {
            self.tasks.spawn(async move { done(guarded(deed).await) });
        }
    }

    /// One writer at a time, so that the latest settings are the ones that stay.
    fn save(&mut self) {
        if self.is_saving {
            return;
        }
        if let Some(settings) = self.to_save.take() {
            let world = self.world.clone();
            self.is_saving = true;
            self.tasks.spawn_blocking(move || Done::Saved(world.save(&settings).err().map(unsaved)));
        }
    }

    /// Of each name only the latest matters; what it replaces before it was written is as good as written.
    fn line_up(&mut self, ticket: Ticket, name: &'static str, value: String) {
        let waiting = std::mem::take(&mut self.to_remember).into_iter();
        let (older, rest): (Vec<_>, Vec<_>) = waiting.partition(|(_, other, _)| *other == name);
        self.to_remember = rest;
        self.to_remember.push((ticket, name, value));
        for (ticket, ..) in older {
            self.tasks.spawn(async move { Done::Event(Event::Changed(ticket, Ok(()))) });
        }
        self.remember();
    }

    /// One after the other, so that an older one never comes after a newer one.
    fn remember(&mut self) {
        if self.remembering.is_some() || self.to_remember.is_empty() {
            return;
        }
        let (ticket, name, value) = self.to_remember.remove(0);
        self.remembering = Some(ticket);
        let (world, change) = (self.world.clone(), Change::Remember { name, value });
        self.spawn(async move { world.change(change).await }, move |result| Event::Changed(ticket, result));
    }

    /// Stops the process as Ctrl-Z would have; comes back when it goes on, or soon where nothing stopped it.
    pub fn stop_process(&mut self) {
        let stopped = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::TSTP);
        self.tasks.spawn(async move {
            if stopped.is_ok() {
                tokio::time::sleep(STOPS_WITHIN).await;
            }
            Done::Resumed
        });
    }

    /// The next one that is done; never, while none is under way.
    pub async fn next(&mut self) -> Done {
        loop {
            match self.tasks.join_next().await {
                Some(Ok(done)) => return self.settle(done),
                // Panics are caught inside and nothing is aborted while the loop runs.
                Some(Err(_)) => {}
                None => return std::future::pending().await,
            }
        }
    }

    pub fn ready(&mut self) -> Option<Done> {
        let done = self.tasks.try_join_next()?.ok()?;
        Some(self.settle(done))
    }

    fn settle(&mut self, done: Done) -> Done {
        if matches!(done, Done::Saved(_)) {
            self.is_saving = false;
            self.save();
        }
        if let Done::Event(Event::Changed(ticket, _)) = &done
            && self.remembering == Some(*ticket)
        {
            self.remembering = None;
            self.remember();
        }
        done
    }

    /// Lets what was wished for last come through, but not for ever.
    pub async fn finish(mut self) {
        let rest = async {
            while let Some(done) = self.tasks.join_next().await {
                done.into_iter().for_each(|done| drop(self.settle(done)));
            }
        };
        // What takes longer is journaled and goes on at the next start.
        let _ = tokio::time::timeout(GRACE, rest).await;
        self.tasks.shutdown().await;
    }
}

/// A panic in a task is a fault of ours, told like any other.
async fn guarded<T>(deed: impl Future<Output = Result<T, Fault>>) -> Result<T, Fault> {
    AssertUnwindSafe(deed).catch_unwind().await.unwrap_or_else(|_| {
        let why = "Proximity made a mistake in it; the report is in its log";
        Err(Fault::lasting(
            FaultCode::Failed,
            "this could not be carried out",
            why,
            "look at the state, then try again",
        ))
    })
}

fn crowded() -> Fault {
    let why = format!("{MOST} wishes are under way already");
    Fault::passing(FaultCode::Busy, "this was not begun", why, "wait until some of them are done, then try again")
}

fn unsaved(fault: Fault) -> Notice {
    Notice {
        tone: Tone::Warning,
        text: fault.what.as_str().into(),
        detail: Some(Arc::from(fault.advice())),
        operation: None,
    }
}
