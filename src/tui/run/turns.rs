//! The loop itself: sleep, take in all that is ready, show it. What must hold: every wake-up has a reason, and whatever
//! many things happen at once, they become one picture.

use std::{io, sync::Arc};

use crossterm::event::Event as Raw;
use futures_util::{Stream, StreamExt};
use ratatui::{buffer::Buffer, layout::Rect};
use tokio::{
    sync::{
        broadcast::{self, error::RecvError},
        mpsc, watch,
    },
    time::Instant,
};

use super::{
    Call, Deck, Ended, Seat, World,
    clock::Clock,
    consoles::{self, Consoles},
    deeds::{Deeds, Done},
    pace::Pace,
    waits::{changed, heard, parted, ready, until},
};
use crate::{
    domain::fleet::Fleet,
    engine::Notice,
    tui::{
        console::{LineId, News},
        event::{Event, Ticket},
        term::{Attached, Parting, Terminal, reply::Reply},
        theme::Themes,
    },
};

/// As much is taken in before the next picture; more waits for its turn.
const AT_ONCE: usize = 256;

/// Runs a deck until it ends. The terminal is given back before what is still under way is waited for.
pub async fn serve<D: Deck, W: World, I>(mut deck: D, world: W, seat: Seat<I>, clock: Clock) -> Ended
where
    I: Stream<Item = io::Result<Raw>> + Unpin,
{
    let Seat { terminal, input, calls, listeners: _listeners } = seat;
    let reply = terminal.was_asked().then(Reply::default);
    let (mut fleet, notices, themes) = (world.fleet(), world.notices(), world.themes());
    let worn = themes.borrow().clone();
    // It may have changed since the deck was given its first one.
    fleet.mark_changed();
    let mut table = Table {
        deck: &mut deck,
        terminal,
        input,
        calls,
        fleet: Some(fleet),
        notices: Some(notices),
        deeds: Deeds::new(world),
        pace: Pace::default(),
        picture: Buffer::empty(Rect::ZERO),
        reply,
        resized: None,
        is_operated: false,
        is_stopped: false,
        visiting: None,
        consoles: Consoles::default(),
        clock,
        worn,
        themes: Some(themes),
        ended: None,
    };
    table.draw();
    let ended = loop {
        if let Some(ended) = table.ended {
            break ended;
        }
        table.turn().await;
    };
    let Table { terminal, deeds, visiting, consoles, .. } = table;
    drop((visiting, terminal, consoles));
    deeds.finish().await;
    ended
}

/// Everything the loop holds while it runs.
pub(super) struct Table<'a, D, W: World, I> {
    pub(super) deck: &'a mut D,
    pub(super) terminal: Terminal,
    pub(super) input: I,
    pub(super) calls: mpsc::Receiver<Call>,
    pub(super) fleet: Option<watch::Receiver<Arc<Fleet>>>,
    pub(super) notices: Option<broadcast::Receiver<Notice>>,
    pub(super) deeds: Deeds<W>,
    pub(super) pace: Pace,
    /// The last picture but one: its cells are painted over.
    pub(super) picture: Buffer,
    /// Listens for the terminal's answer while one may come.
    pub(super) reply: Option<Reply>,
    pub(super) resized: Option<(u16, u16)>,
    /// A key came since the last picture.
    pub(super) is_operated: bool,
    /// The terminal is somebody else's.
    pub(super) is_stopped: bool,
    /// A guest's console that the terminal is lent to.
    pub(super) visiting: Option<(Ticket, Attached)>,
    /// Guests' consoles behind the deck.
    pub(super) consoles: Consoles,
    pub(super) clock: Clock,
    /// The themes there are, and word of their changes.
    pub(super) worn: Themes,
    pub(super) themes: Option<watch::Receiver<Themes>>,
    pub(super) ended: Option<Ended>,
}

/// What woke the loop.
enum Woken {
    Call(Option<Call>),
    Written(Result<(), rustix::io::Errno>),
    Input(Option<io::Result<Raw>>),
    Fleet(bool),
    Themes(bool),
    Notice(Result<Notice, RecvError>),
    Done(Done),
    Parting(Parting),
    Console(LineId, News),
    Time,
}

impl<D: Deck, W: World, I> Table<'_, D, W, I>
where
    I: Stream<Item = io::Result<Raw>> + Unpin,
{
    /// Sleeps until something happens, takes in all that is ready, and shows it.
    async fn turn(&mut self) {
        let woken = self.sleep().await;
        self.take(woken);
        self.drain().await;
        if let Some((columns, rows)) = self.resized.take() {
            self.update(Event::Resize { columns, rows });
            self.pace.want_soon(Instant::now());
        }
        if self.may_draw() && self.pace.is_due(Instant::now()) {
            self.draw();
        }
    }

    fn may_draw(&self) -> bool {
        self.ended.is_none() && !self.is_stopped && !self.terminal.is_busy()
    }

    async fn sleep(&mut self) -> Woken {
        let wakes_at = self.deck.wakes_at().map(|tick| self.pace.wakes(self.clock.at(tick)));
        let frame_at = self.pace.due().filter(|_| self.may_draw());
        let next = wakes_at.into_iter().chain(frame_at).min();
        tokio::select! {
            biased;
            call = self.calls.recv() => Woken::Call(call),
            written = self.terminal.written() => Woken::Written(written),
            input = self.input.next() => Woken::Input(input),
            changed = changed(&mut self.fleet) => Woken::Fleet(changed),
            changed = changed(&mut self.themes) => Woken::Themes(changed),
            notice = heard(&mut self.notices) => Woken::Notice(notice),
            done = self.deeds.next() => Woken::Done(done),
            parting = parted(&mut self.visiting) => Woken::Parting(parting),
            () = until(next) => Woken::Time,
            // Last: a guest that never stops writing keeps nobody else waiting.
            (line, news) = self.consoles.next() => Woken::Console(line, news),
        }
    }

    fn take(&mut self, woken: Woken) {
        match woken {
            Woken::Call(Some(Call::Continued)) => self.take_again(),
            Woken::Call(Some(Call::Leave) | None) => self.ended = Some(Ended::Called),
            Woken::Call(Some(Call::Gone)) | Woken::Written(Err(_)) | Woken::Input(None | Some(Err(_))) => {
                self.ended = Some(Ended::TerminalGone);
            }
            Woken::Written(Ok(())) => self.pace.stamp(Instant::now()),
            Woken::Input(Some(Ok(raw))) => self.hear(raw),
            Woken::Fleet(true) => self.take_fleet(),
            Woken::Fleet(false) => self.fleet = None,
            Woken::Themes(true) => self.take_themes(),
            Woken::Themes(false) => self.themes = None,
            Woken::Notice(Ok(notice)) => self.happen(Event::Notice(notice)),
            Woken::Notice(Err(RecvError::Lagged(_))) => {}
            Woken::Notice(Err(RecvError::Closed)) => self.notices = None,
            Woken::Done(done) => self.take_done(done),
            Woken::Parting(parting) => self.come_back(parting),
            Woken::Console(line, news) => self.happen(Event::Console(line, news)),
            Woken::Time => self.take_time(),
        }
    }

    /// Takes in what is ready without waiting for more.
    async fn drain(&mut self) {
        for _ in 0..AT_ONCE {
            if self.ended.is_some() {
                return;
            }
            let Some(input) = ready(&mut self.input).await else { break };
            self.take(Woken::Input(input));
        }
        while let Some(notice) = self.notices.as_mut().and_then(|notices| notices.try_recv().ok()) {
            self.happen(Event::Notice(notice));
        }
        while let Some(done) = self.deeds.ready() {
            self.take_done(done);
        }
        self.hear_consoles();
        if self.fleet.as_ref().is_some_and(|fleet| fleet.has_changed().unwrap_or(false)) {
            self.take_fleet();
        }
    }

    /// As much of what guests wrote as may come before the next look for keys.
    fn hear_consoles(&mut self) {
        let mut taken = 0;
        while taken < consoles::AT_ONCE
            && let Some((line, news)) = self.consoles.ready()
        {
            taken += 64 + news.weight();
            self.happen(Event::Console(line, news));
        }
    }

    fn draw(&mut self) {
        let (columns, rows) = self.terminal.size();
        self.picture.resize(Rect::new(0, 0, columns, rows));
        self.picture.reset();
        self.deck.draw(self.clock.now(), &mut self.picture);
        self.terminal.show(&mut self.picture, self.deck.caret());
        let was_operated = std::mem::take(&mut self.is_operated);
        match self.terminal.is_busy() || !was_operated {
            true => self.pace.drawn(Instant::now()),
            // A key that went inside a console changed nothing: what the guest answers is not to wait for the next frame.
            false => self.pace.looked(),
        }
    }
}
