//! The loop itself: sleep, take in all that is ready, show it. What must hold: every wake-up has a reason, and whatever
//! many things happen at once, they become one picture.

use std::{future::poll_fn, io, sync::Arc, task::Poll, time::Duration};

use crossterm::event::Event as Raw;
use futures_util::{Stream, StreamExt};
use ratatui::{buffer::Buffer, layout::Rect};
use tokio::{
    sync::{
        broadcast::{self, error::RecvError},
        mpsc, watch,
    },
    time::{Instant, sleep_until},
};

use super::{
    Call, Deck, Ended, Seat, Sounded, World,
    clock::Clock,
    deeds::{Deeds, Done},
    pace::Pace,
};
use crate::{
    domain::fleet::Fleet,
    engine::Notice,
    tui::{
        effect::Effect,
        event::Event,
        term::{
            Terminal,
            input::translate,
            reply::{Heard, Reply},
        },
        theme::{Depth, Theme, Themes},
    },
};

/// No answer of a terminal takes longer; what looks like one later is typed.
const ANSWERS_WITHIN: Duration = Duration::from_secs(2);
/// As much is taken in before the next picture; more waits for its turn.
const AT_ONCE: usize = 256;

/// Runs a deck until it ends. The terminal is given back before what is still under way is waited for.
pub async fn serve<D: Deck, W: World, I>(mut deck: D, world: W, seat: Seat<I>, clock: Clock, themes: &Themes) -> Ended
where
    I: Stream<Item = io::Result<Raw>> + Unpin,
{
    let Seat { terminal, input, calls, listeners: _listeners } = seat;
    let reply = terminal.was_asked().then(Reply::default);
    let (mut fleet, notices) = (world.fleet(), world.notices());
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
        is_stopped: false,
        clock,
        themes,
        ended: None,
    };
    table.draw();
    let ended = loop {
        if let Some(ended) = table.ended {
            break ended;
        }
        table.turn().await;
    };
    let Table { terminal, deeds, .. } = table;
    drop(terminal);
    deeds.finish().await;
    ended
}

/// Everything the loop holds while it runs.
struct Table<'a, D, W: World, I> {
    deck: &'a mut D,
    terminal: Terminal,
    input: I,
    calls: mpsc::Receiver<Call>,
    fleet: Option<watch::Receiver<Arc<Fleet>>>,
    notices: Option<broadcast::Receiver<Notice>>,
    deeds: Deeds<W>,
    pace: Pace,
    /// The last picture but one: its cells are painted over.
    picture: Buffer,
    /// Listens for the terminal's answer while one may come.
    reply: Option<Reply>,
    resized: Option<(u16, u16)>,
    /// The terminal is somebody else's.
    is_stopped: bool,
    clock: Clock,
    themes: &'a Themes,
    ended: Option<Ended>,
}

/// What woke the loop.
enum Woken {
    Call(Option<Call>),
    Written(Result<(), rustix::io::Errno>),
    Input(Option<io::Result<Raw>>),
    Fleet(bool),
    Notice(Result<Notice, RecvError>),
    Done(Done),
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
            self.pace.want_soon();
        }
        if self.may_draw() && self.pace.is_due() {
            self.draw();
        }
    }

    fn may_draw(&self) -> bool {
        self.ended.is_none() && !self.is_stopped && !self.terminal.is_busy()
    }

    async fn sleep(&mut self) -> Woken {
        let wakes_at = self.deck.wakes_at().map(|tick| self.pace.not_before_next(self.clock.at(tick)));
        let frame_at = self.pace.due().filter(|_| self.may_draw());
        let next = wakes_at.into_iter().chain(frame_at).min();
        tokio::select! {
            biased;
            call = self.calls.recv() => Woken::Call(call),
            written = self.terminal.written() => Woken::Written(written),
            input = self.input.next() => Woken::Input(input),
            changed = changed(&mut self.fleet) => Woken::Fleet(changed),
            notice = heard(&mut self.notices) => Woken::Notice(notice),
            done = self.deeds.next() => Woken::Done(done),
            () = until(next) => Woken::Time,
        }
    }

    fn take(&mut self, woken: Woken) {
        match woken {
            Woken::Call(Some(Call::Continued)) => self.take_again(),
            Woken::Call(Some(Call::Leave) | None) => self.ended = Some(Ended::Called),
            Woken::Call(Some(Call::Gone)) | Woken::Written(Err(_)) | Woken::Input(None | Some(Err(_))) => {
                self.ended = Some(Ended::TerminalGone);
            }
            Woken::Written(Ok(())) => self.pace.stamp(),
            Woken::Input(Some(Ok(raw))) => self.hear(raw),
            Woken::Fleet(true) => self.take_fleet(),
            Woken::Fleet(false) => self.fleet = None,
            Woken::Notice(Ok(notice)) => self.happen(Event::Notice(notice)),
            Woken::Notice(Err(RecvError::Lagged(_))) => {}
            Woken::Notice(Err(RecvError::Closed)) => self.notices = None,
            Woken::Done(done) => self.take_done(done),
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
        if self.fleet.as_ref().is_some_and(|fleet| fleet.has_changed().unwrap_or(false)) {
            self.take_fleet();
        }
    }

    fn hear(&mut self, raw: Raw) {
        if self.clock.now().tick > ANSWERS_WITHIN
            && let Some(mut reply) = self.reply.take()
        {
            return match reply.hear(raw) {
                Heard::Events(events) => events.into_iter().for_each(|raw| self.operate(raw)),
                Heard::Depth(_) | Heard::Nothing => {}
            };
        }
        match self.reply.as_mut().map(|reply| reply.hear(raw.clone())) {
            None => self.operate(raw),
            Some(Heard::Nothing) => {}
            Some(Heard::Depth(depth)) => self.see_deeper(depth),
            Some(Heard::Events(events)) => events.into_iter().for_each(|raw| self.operate(raw)),
        }
    }

    /// The operator did something: it shows at once.
    fn operate(&mut self, raw: Raw) {
        match translate(raw) {
            Some(Event::Resize { columns, rows }) => self.resized = Some((columns, rows)),
            Some(event) => {
                self.pace.want_now();
                self.update(event);
            }
            None => {}
        }
    }

    fn see_deeper(&mut self, depth: Depth) {
        self.terminal.set_depth(depth);
        let themes: Vec<Theme> = self.themes.resolve_all(depth);
        self.happen(Event::Themes(themes));
    }

    fn take_fleet(&mut self) {
        if let Some(fleet) = &mut self.fleet {
            let fleet = fleet.borrow_and_update().clone();
            self.happen(Event::Fleet(fleet));
        }
    }

    fn take_time(&mut self) {
        let now = self.clock.now();
        if self.deck.wakes_at().is_some_and(|tick| tick <= now.tick) {
            self.happen(Event::Frame);
        }
    }

    fn take_done(&mut self, done: Done) {
        match done {
            Done::Event(event) => self.happen(event),
            Done::Saved(Some(notice)) => self.happen(Event::Notice(notice)),
            Done::Resumed if self.is_stopped => self.take_again(),
            Done::Saved(None) | Done::Resumed => {}
        }
    }

    /// The world did something: it shows with the next frame of the pace.
    fn happen(&mut self, event: Event) {
        self.pace.want_soon();
        self.update(event);
    }

    fn update(&mut self, event: Event) {
        for effect in self.deck.update(self.clock.now(), event) {
            self.act(effect);
        }
    }

    fn act(&mut self, effect: Effect) {
        match effect {
            Effect::Play(cue) => {
                if self.deeds.play(cue) == Sounded::Bell {
                    self.terminal.ring();
                }
            }
            Effect::Copy(text) => self.terminal.copy(&text),
            Effect::Point(pointer) => self.terminal.point(pointer),
            Effect::Suspend => self.suspend(),
            Effect::Repaint => self.terminal.repaint(),
            Effect::Quit => self.ended = Some(Ended::Quit),
            Effect::OpenDemo => self.ended = Some(Ended::ForDemo),
            effect => self.deeds.begin(effect),
        }
        self.pace.want_now();
    }

    /// Gives the terminal back and stops the process; it goes on here when the shell says so. Where no shell is there
    /// to say so, the system does not stop it at all.
    fn suspend(&mut self) {
        self.is_stopped = true;
        self.terminal.give_back();
        self.deeds.stop_process();
    }

    fn take_again(&mut self) {
        self.is_stopped = false;
        if self.terminal.take_again().is_err() {
            self.ended = Some(Ended::TerminalGone);
            return;
        }
        self.resized = Some(self.terminal.size());
        self.pace.want_now();
    }

    fn draw(&mut self) {
        let (columns, rows) = self.terminal.size();
        self.picture.resize(Rect::new(0, 0, columns, rows));
        self.picture.reset();
        self.deck.draw(self.clock.now(), &mut self.picture);
        self.terminal.show(&mut self.picture, self.deck.caret());
        self.pace.drawn();
    }
}

/// What a stream has to give at once. It is asked in this task's own name: crossterm's stream wakes whoever asked it
/// first, and somebody who does not wait would never be woken.
async fn ready<S: Stream + Unpin>(stream: &mut S) -> Option<Option<S::Item>> {
    poll_fn(|context| match stream.poll_next_unpin(context) {
        Poll::Ready(item) => Poll::Ready(Some(item)),
        Poll::Pending => Poll::Ready(None),
    })
    .await
}

async fn until(next: Option<Instant>) {
    match next {
        Some(at) => sleep_until(at).await,
        None => std::future::pending().await,
    }
}

async fn changed(fleet: &mut Option<watch::Receiver<Arc<Fleet>>>) -> bool {
    match fleet {
        Some(fleet) => fleet.changed().await.is_ok(),
        None => std::future::pending().await,
    }
}

async fn heard(notices: &mut Option<broadcast::Receiver<Notice>>) -> Result<Notice, RecvError> {
    match notices {
        Some(notices) => notices.recv().await,
        None => std::future::pending().await,
    }
}
