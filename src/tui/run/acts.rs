//! What the loop does with each thing that happened, and with each thing that the model wants done.

use std::io;

use crossterm::event::Event as Raw;
use futures_util::Stream;
use tokio::time::Instant;

use super::{Deck, Ended, Sounded, World, deeds::Done, turns::Table};
use crate::domain::road::TerminalSize;
use crate::tui::{
    console::{Deed, LineId},
    effect::Effect,
    event::Event,
    term::{
        input::translate,
        reply::{Heard, Lone},
    },
    theme::{Depth, Theme},
};

/// Until then a lone ESC may be the first byte of the terminal's answer.
const ANSWERS_WITHIN: std::time::Duration = std::time::Duration::from_secs(2);

impl<D: Deck, W: World, I> Table<'_, D, W, I>
where
    I: Stream<Item = io::Result<Raw>> + Unpin,
{
    pub(super) fn hear(&mut self, raw: Raw) {
        let lone = if self.clock.now().tick < ANSWERS_WITHIN { Lone::Perhaps } else { Lone::Typed };
        match self.reply.as_mut().map(|reply| reply.hear(raw.clone(), lone)) {
            None => self.operate(raw),
            Some(Heard::Nothing) => {}
            Some(Heard::Depth(depth)) => self.see_deeper(depth),
            Some(Heard::Events(events)) => events.into_iter().for_each(|raw| self.operate(raw)),
        }
    }

    /// The operator did something: it shows at once.
    pub(super) fn operate(&mut self, raw: Raw) {
        match translate(raw) {
            Some(Event::Resize { columns, rows }) => self.resized = Some((columns, rows)),
            Some(event) => {
                self.pace.want_now(Instant::now());
                self.is_operated = true;
                self.update(event);
            }
            None => {}
        }
    }

    pub(super) fn see_deeper(&mut self, depth: Depth) {
        self.terminal.set_depth(depth);
        let themes: Vec<Theme> = self.worn.resolve_all(depth);
        self.happen(Event::Themes(themes));
    }

    /// The operator's files changed.
    pub(super) fn take_themes(&mut self) {
        if let Some(themes) = &mut self.themes {
            self.worn = themes.borrow_and_update().clone();
            let themes = self.worn.resolve_all(self.terminal.depth());
            self.happen(Event::Themes(themes));
        }
    }

    pub(super) fn take_fleet(&mut self) {
        if let Some(fleet) = &mut self.fleet {
            let fleet = fleet.borrow_and_update().clone();
            self.happen(Event::Fleet(fleet));
        }
    }

    pub(super) fn take_time(&mut self) {
        let now = self.clock.now();
        if self.deck.wakes_at().is_some_and(|tick| tick <= now.tick) {
            self.pace.woken(Instant::now());
            self.happen(Event::Frame);
        }
    }

    pub(super) fn take_done(&mut self, done: Done) {
        match done {
            Done::Event(event) => self.happen(event),
            Done::Saved(Some(notice)) => self.happen(Event::Notice(notice)),
            Done::Resumed if self.is_stopped && self.visiting.is_none() => self.take_again(),
            Done::Visiting(ticket, guest, visit) if self.deck.wants(ticket) => self.lend(ticket, &guest, visit),
            // Whoever asked for it went elsewhere meanwhile, and is not disturbed there; its line ends with it.
            Done::Visiting(..) => {}
            Done::Saved(None) | Done::Resumed => {}
        }
    }

    /// The world did something: it shows with the next frame of the pace.
    pub(super) fn happen(&mut self, event: Event) {
        self.pace.want_soon(Instant::now());
        self.update(event);
    }

    pub(super) fn update(&mut self, event: Event) {
        for effect in self.deck.update(self.clock.now(), event) {
            self.act(effect);
        }
    }

    pub(super) fn act(&mut self, effect: Effect) {
        match effect {
            // Nothing of it is seen before the guest answers.
            Effect::Console(line, deed) => return self.act_on_console(line, deed),
            Effect::Play(cue) => {
                if self.deeds.play(cue) == Sounded::Bell {
                    self.terminal.ring();
                }
            }
            Effect::Meddle(meddling) => self.deeds.meddle(meddling),
            // With the next frame: a guest may ring without end.
            Effect::Ring => return self.terminal.ring(),
            Effect::Notify(word) => self.terminal.notify(&word),
            Effect::Copy(text) => self.terminal.copy(&text),
            Effect::Point(pointer) => self.terminal.point(pointer),
            Effect::Suspend => self.suspend(),
            Effect::Repaint => self.terminal.repaint(),
            Effect::Visit(ticket, guest) => {
                let (columns, rows) = self.terminal.size();
                self.deeds.visit(ticket, guest, TerminalSize { columns, rows });
            }
            Effect::Quit => self.ended = Some(Ended::Quit),
            Effect::OpenDemo => self.ended = Some(Ended::ForDemo),
            effect => self.deeds.begin(effect),
        }
        self.pace.want_now(Instant::now());
    }

    fn act_on_console(&mut self, line: LineId, deed: Deed) {
        if let Some(news) = self.consoles.act(line, deed, self.deeds.world()) {
            self.happen(Event::Console(line, news));
        }
    }

    /// Gives the terminal back and stops the process; it goes on here when the shell says so. Where no shell is there
    /// to say so, the system does not stop it at all.
    pub(super) fn suspend(&mut self) {
        self.is_stopped = true;
        self.terminal.give_back();
        self.deeds.stop_process();
    }

    pub(super) fn take_again(&mut self) {
        if let Some((_, attached)) = &mut self.visiting {
            if attached.take_again().is_err() {
                self.ended = Some(Ended::TerminalGone);
            }
            return;
        }
        self.is_stopped = false;
        if self.terminal.take_again().is_err() {
            self.ended = Some(Ended::TerminalGone);
            return;
        }
        self.resized = Some(self.terminal.size());
        self.pace.want_now(Instant::now());
    }
}
