//! Guests' consoles in a pane: opening, leaving, and what their lines tell. What must hold: leaving ends nothing inside, and
//! what nobody looks at keeps no script waiting.

use std::time::Duration;

use super::Turn;
use crate::{
    domain::{fault::Fault, ids::GuestKey, road::TerminalSize},
    engine::{Shown, Tone},
    tui::{
        console::{Colour, Console, Deed, Keystrokes, LineId, News, Said, Standing},
        effect::Effect,
        event::{Focus, Ticket},
        layers::{
            Layer,
            console::{self as pane, ConsolePane, Hold},
        },
        model::Wish,
        term::Parting,
        theme::{Rgb, Role, rgb_of_index},
    },
};

/// Between two rings of a guest's bell.
const BETWEEN_RINGS: Duration = Duration::from_secs(1);
const GIVEN_UP: &str = "its line was closed for the whole terminal, which was not wanted any more";

impl Turn<'_> {
    /// The console of the unit under the hand; one that is open behind the deck is shown as it is.
    pub fn visit(&mut self) {
        let Some(guest) = self.entry_under_hand().map(|entry| entry.key.clone()) else { return };
        let is_open = self.model.consoles.of(&guest).is_some_and(Console::is_open);
        self.model.layers.push(Layer::Console(ConsolePane::inside(guest.clone())));
        if !is_open {
            self.connect_console(&guest);
        }
    }

    /// A line of its own; what was shown before stays.
    pub fn connect_console(&mut self, guest: &GuestKey) {
        self.forget_visit(guest);
        self.close_console(guest);
        let Some(size) = self.model.floor().as_ref().map(pane::size) else { return };
        let line = self.model.consoles.open(guest, size);
        self.effects.push(Effect::Console(line, Deed::Open(guest.clone(), size)));
    }

    pub fn close_console(&mut self, guest: &GuestKey) {
        if let Some(console) = self.model.consoles.of(guest) {
            self.effects.push(Effect::Console(console.line, Deed::Close));
        }
    }

    pub fn leave_console(&mut self) {
        let Some(Layer::Console(pane)) = self.model.layers.pop() else { return };
        self.echo(format!("left the console of {}", self.name_of(&pane.guest)));
        if let Some(console) = self.model.consoles.of_mut(&pane.guest) {
            console.screen.unmark();
            console.screen.to_bottom();
        }
    }

    pub fn hang_up(&mut self) {
        let Some(guest) = self.shown_guest() else { return };
        self.close_console(&guest);
        self.leave_console();
        if let Some(line) = self.model.consoles.of(&guest).map(|console| console.line) {
            self.model.consoles.remove(line);
        }
    }

    /// The console takes the whole terminal, on a line of its own.
    pub fn lend_console(&mut self) {
        let Some(console) = self.shown_console_mut() else { return };
        // It is opening already.
        if console.standing == Standing::Lent {
            return;
        }
        console.standing = Standing::Lent;
        let guest = console.guest.clone();
        self.close_console(&guest);
        let ticket = self.ticket(Wish::Visit(guest.clone()));
        self.effects.push(Effect::Visit(ticket, guest));
    }

    /// The whole terminal that still opens for it is not taken once it is there.
    fn forget_visit(&mut self, guest: &GuestKey) {
        self.model.waiting.retain(|_, wish| !matches!(wish, Wish::Visit(lent) if *lent == *guest));
    }

    /// Whoever left the pane, hung up or looks at another guest's does not wait for the whole terminal any more.
    fn give_up_visits(&mut self) {
        let shown = self.shown_guest();
        self.model.waiting.retain(|_, wish| !matches!(wish, Wish::Visit(lent) if Some(&*lent) != shown.as_ref()));
        let left = self.model.consoles.all_mut().iter_mut().filter(|console| Some(&console.guest) != shown.as_ref());
        for console in left.filter(|console| console.standing == Standing::Lent) {
            console.standing = Standing::Ended(GIVEN_UP.into());
        }
    }

    /// What was written meanwhile stands in the pane as well; it was answered by the terminal itself.
    pub fn lent(&mut self, ticket: Ticket, news: News) {
        let Some(Wish::Visit(guest)) = self.model.waiting.get(&ticket) else { return };
        let size = TerminalSize { columns: self.model.columns, rows: self.model.rows };
        if let (Some(console), News::Shown(Shown::Bytes(bytes))) = (self.model.consoles.of_mut(guest), news) {
            console.screen.resize(size);
            console.screen.feed(&bytes);
        }
    }

    /// The deck has its terminal again.
    pub fn visited(&mut self, ticket: Ticket, result: Result<Parting, Fault>) {
        let Some(Wish::Visit(guest)) = self.model.waiting.remove(&ticket) else { return };
        let standing = match result {
            Ok(Parting::Left) if self.shown_guest().as_ref() == Some(&guest) => return self.connect_console(&guest),
            Ok(Parting::Left) => Standing::Ended(GIVEN_UP.into()),
            Ok(Parting::Ended(why)) => Standing::Ended(why),
            Ok(Parting::TerminalGone) => return,
            Err(fault) => Standing::Failed(fault),
        };
        if let Some(console) = self.model.consoles.of_mut(&guest) {
            console.standing = standing;
        }
    }

    pub fn console_news(&mut self, line: LineId, news: News) {
        let is_shown = self.shown_console().is_some_and(|console| console.line == line);
        // Whoever looks on while a guest writes is here, also without touching a key.
        if is_shown && news.weight() > 0 && !self.model.night.is_dark() {
            self.model.night.touch(self.model.now.tick);
        }
        let Some(console) = self.model.consoles.on(line) else { return };
        match news {
            News::Open => console.standing = Standing::Live,
            News::Shown(Shown::Bytes(bytes)) => {
                let said = console.screen.feed(&bytes);
                self.answer_program(line, said);
            }
            News::Shown(Shown::ScriptWaits(waits)) => console.script_waits = waits,
            News::Shown(Shown::Ended(why)) => {
                console.standing = Standing::Ended(why);
                self.effects.push(Effect::Console(line, Deed::Close));
            }
            News::Failed(fault) => {
                console.standing = Standing::Failed(fault);
                self.effects.push(Effect::Console(line, Deed::Close));
            }
            News::Full => {
                let words = "the console takes nothing now: what was typed last is lost";
                self.echo(words.into());
                self.tell(Tone::Warning, words);
            }
        }
    }

    fn answer_program(&mut self, line: LineId, said: Vec<Said>) {
        let mut answer = Vec::new();
        let mut rings = false;
        for word in said {
            match word {
                Said::Answer(bytes) => answer.extend(bytes),
                Said::Asks(colour, answering) => {
                    answer.extend(self.colour_inside(colour).map(|rgb| answering.with(rgb)).unwrap_or_default());
                }
                Said::Bell => rings = true,
                Said::Title(_) => {}
            }
        }
        if !answer.is_empty() {
            self.effects.push(Effect::Console(line, Deed::Type(Keystrokes(answer))));
        }
        if rings && !self.model.settings.sound.mute {
            self.ring_for(line);
        }
    }

    /// Only for what is looked at: a guest may ring without end.
    fn ring_for(&mut self, line: LineId) {
        let tick = self.model.now.tick;
        let shown = self.shown_console_mut().filter(|console| console.line == line);
        let is_due = |rang_at: Option<Duration>| rang_at.is_none_or(|rang_at| rang_at + BETWEEN_RINGS <= tick);
        if let Some(console) = shown.filter(|console| is_due(console.rang_at)) {
            console.rang_at = Some(tick);
            self.effects.push(Effect::Ring);
        }
    }

    /// What the pane paints it with, where that is known.
    fn colour_inside(&self, colour: Colour) -> Option<Rgb> {
        let role = match colour {
            Colour::Index(index) => return Some(rgb_of_index(index)),
            Colour::Back => Role::LcdGlass,
            Colour::Front | Colour::Cursor => Role::LcdText,
        };
        match self.model.canvas.theme.colour(role) {
            ratatui::style::Color::Rgb(r, g, b) => Some(Rgb(r, g, b)),
            ratatui::style::Color::Indexed(index) => Some(rgb_of_index(index)),
            _ => None,
        }
    }

    /// After everything that happens: who is looked at, who has been left for too long, and how large the pane is.
    pub fn tend_consoles(&mut self) {
        let tick = self.model.now.tick;
        self.give_up_visits();
        let shown = self.shown_console().map(|console| console.line);
        for console in self.model.consoles.all_mut() {
            console.left_at = if Some(console.line) == shown { None } else { console.left_at.or(Some(tick)) };
        }
        let is_done = |console: &&Console| console.standing != Standing::Lent && console.is_done(tick);
        let done = self.model.consoles.all().iter().filter(is_done).map(|console| console.line);
        let done: Vec<LineId> = done.chain(self.model.consoles.surplus()).collect();
        for line in done {
            self.effects.push(Effect::Console(line, Deed::Close));
            self.model.consoles.remove(line);
        }
        self.fit_console();
    }

    /// The program inside is told when its room changes.
    fn fit_console(&mut self) {
        let Some(size) = self.model.floor().as_ref().map(pane::size) else { return };
        let Some(console) = self.shown_console_mut().filter(|console| console.screen.size() != size) else { return };
        console.screen.resize(size);
        if console.is_open() {
            let line = console.line;
            self.effects.push(Effect::Console(line, Deed::Resize(size)));
        }
        if let Some(pane) = self.console_pane()
            && let Hold::Back(look) | Hold::Find(look, _) = &mut pane.hold
        {
            look.row = look.row.min(size.rows.saturating_sub(1));
        }
    }

    pub fn console_focus(&mut self, focus: Focus) {
        let wants = self.shown_console().is_some_and(|console| console.screen.wants_focus());
        if wants {
            self.type_inside(if focus == Focus::Gained { b"\x1b[I".to_vec() } else { b"\x1b[O".to_vec() });
        }
    }

    /// Keys for the program, if it has a line.
    pub fn type_inside(&mut self, bytes: Vec<u8>) {
        let Some(console) = self.shown_console_mut().filter(|console| console.is_open()) else { return };
        console.screen.unmark();
        console.screen.to_bottom();
        let line = console.line;
        if !bytes.is_empty() {
            self.effects.push(Effect::Console(line, Deed::Type(Keystrokes(bytes))));
        }
    }

    pub fn console_pane(&mut self) -> Option<&mut ConsolePane> {
        self.model.layers.iter_mut().rev().find_map(|layer| match layer {
            Layer::Console(pane) => Some(pane),
            _ => None,
        })
    }

    /// Whose pane it is; a console need not be there, as where the terminal was too small for one.
    pub fn shown_guest(&self) -> Option<GuestKey> {
        self.pane_guest().cloned()
    }

    fn pane_guest(&self) -> Option<&GuestKey> {
        self.model.layers.iter().rev().find_map(|layer| match layer {
            Layer::Console(pane) => Some(&pane.guest),
            _ => None,
        })
    }

    pub fn shown_console(&self) -> Option<&Console> {
        self.model.consoles.of(self.pane_guest()?)
    }

    pub fn shown_console_mut(&mut self) -> Option<&mut Console> {
        let guest = self.console_pane()?.guest.clone();
        self.model.consoles.of_mut(&guest)
    }
}
