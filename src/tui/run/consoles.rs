//! The lines of guests' consoles that are open behind the deck. What must hold: what a guest writes waits where it comes from
//! when the deck has enough of it, whatever it writes; no line is waited for; each of them tells how it ended.

use std::{collections::HashMap, panic::AssertUnwindSafe};

use futures_util::FutureExt;
use tokio::{
    sync::mpsc::{self, Receiver, Sender, error::SendError},
    task::JoinSet,
};

use super::door::World;
use crate::{
    domain::{fault::Fault, ids::GuestKey, road::TerminalSize},
    engine::{Shown, Typed, Visit},
    tui::console::{Deed, Keystrokes, LineId, News},
};

/// So many pieces of all lines wait for the deck; more wait with their guests.
const WAITING: usize = 16;
/// So many keys wait for a line that is slow.
const KEYS_WAITING: usize = 256;
/// Not more than this waits to be sent on one line.
const MOST_TYPED: usize = 1 << 20;
/// So much is taken in before the deck looks for keys again.
pub const AT_ONCE: usize = 128 << 10;

pub struct Consoles {
    lines: HashMap<LineId, Sender<Deed>>,
    tasks: JoinSet<()>,
    tell: Sender<(LineId, News)>,
    told: Receiver<(LineId, News)>,
}

impl Default for Consoles {
    fn default() -> Self {
        let (tell, told) = mpsc::channel(WAITING);
        Self { lines: HashMap::new(), tasks: JoinSet::new(), tell, told }
    }
}

impl Consoles {
    /// Gives what is to be told at once.
    pub fn act<W: World>(&mut self, line: LineId, deed: Deed, world: &W) -> Option<News> {
        match deed {
            Deed::Open(guest, size) => {
                self.open(line, guest, size, world.clone());
                None
            }
            Deed::Close => {
                self.lines.remove(&line);
                None
            }
            deed => {
                let is_lost = self.lines.get(&line).is_some_and(|wishes| wishes.try_send(deed).is_err());
                is_lost.then_some(News::Full)
            }
        }
    }

    fn open<W: World>(&mut self, line: LineId, guest: GuestKey, size: TerminalSize, world: W) {
        while self.tasks.try_join_next().is_some() {}
        let (wish, wishes) = mpsc::channel(KEYS_WAITING);
        self.lines.insert(line, wish);
        let tell = self.tell.clone();
        self.tasks.spawn(async move {
            let serving = serve(line, guest, size, world, wishes, tell.clone());
            if AssertUnwindSafe(serving).catch_unwind().await.is_err() {
                let _ = tell.send((line, News::Shown(Shown::Ended("Proximity made a mistake in it".into())))).await;
            }
        });
    }

    /// Never ends while there is nothing to tell.
    pub async fn next(&mut self) -> (LineId, News) {
        match self.told.recv().await {
            Some(told) => told,
            // Cannot be: this end has a sender itself.
            None => std::future::pending().await,
        }
    }

    pub fn ready(&mut self) -> Option<(LineId, News)> {
        self.told.try_recv().ok()
    }
}

async fn serve<W: World>(
    line: LineId,
    guest: GuestKey,
    size: TerminalSize,
    world: W,
    mut wishes: Receiver<Deed>,
    tell: Sender<(LineId, News)>,
) {
    let mut seat = Seat { line, typed: Vec::new(), size: None, tell };
    let opened = tokio::select! {
        opened = world.visit(guest, size) => opened,
        () = seat.gather(&mut wishes) => return,
    };
    match opened {
        Ok(visit) => {
            seat.tell(News::Open).await;
            seat.sit(visit, wishes).await;
        }
        Err(fault) => seat.fail(fault).await,
    }
}

/// One line, and what is still to be sent on it.
struct Seat {
    line: LineId,
    typed: Vec<u8>,
    size: Option<TerminalSize>,
    tell: Sender<(LineId, News)>,
}

impl Seat {
    async fn tell(&self, news: News) {
        // A deck that has ended needs no news.
        let _ = self.tell.send((self.line, news)).await;
    }

    async fn fail(&self, fault: Fault) {
        self.tell(News::Failed(fault)).await;
    }

    /// What is wished before the line is open; ends when nobody wishes any more.
    async fn gather(&mut self, wishes: &mut Receiver<Deed>) {
        while let Some(deed) = wishes.recv().await {
            self.note(deed);
        }
    }

    fn note(&mut self, deed: Deed) {
        match deed {
            Deed::Type(Keystrokes(bytes)) => self.typed.extend(bytes),
            Deed::Resize(size) => self.size = Some(size),
            Deed::Open(..) | Deed::Close => {}
        }
    }

    /// Until one of the two ends has gone.
    async fn sit(mut self, mut visit: Visit, mut wishes: Receiver<Deed>) {
        loop {
            let has_more = !self.typed.is_empty() || self.size.is_some();
            tokio::select! {
                wish = wishes.recv(), if self.typed.len() < MOST_TYPED => match wish {
                    Some(deed) => self.note(deed),
                    None => return,
                },
                sent = send(&visit.typed, &mut self.typed, &mut self.size), if has_more => if sent.is_err() {
                    // Whoever took them has ended, and says why.
                    (self.typed, self.size) = (Vec::new(), None);
                },
                shown = hand_on(&mut visit.shown, &self.tell, self.line) => if shown.is_none() {
                    return;
                },
            }
        }
    }
}

async fn send(
    console: &Sender<Typed>,
    keys: &mut Vec<u8>,
    size: &mut Option<TerminalSize>,
) -> Result<(), SendError<()>> {
    let place = console.reserve().await?;
    match size.take() {
        Some(size) => place.send(Typed::Size(size)),
        None => place.send(Typed::Keys(std::mem::take(keys))),
    }
    Ok(())
}

/// One piece, once the deck has room for it; nothing when it was the last.
async fn hand_on(shown: &mut Receiver<Shown>, tell: &Sender<(LineId, News)>, line: LineId) -> Option<()> {
    let place = tell.reserve().await.ok()?;
    let piece = shown.recv().await;
    let is_last = matches!(piece, None | Some(Shown::Ended(_)));
    let piece = piece.unwrap_or_else(|| Shown::Ended("the console was left; what runs there goes on".into()));
    place.send((line, News::Shown(piece)));
    (!is_last).then_some(())
}
