//! Reading a log: asked for piece by piece, walked through, narrowed, searched, taken along. What must hold: a letter that
//! is typed is answered at once, however many lines there are.

use super::{Turn, moving::aim};
use crate::{
    domain::log::Way,
    engine::{Query, Tone},
    tui::{
        command::{Command, Tab},
        effect::Effect,
        layers::{
            Layer,
            copy::CopyMenu,
            detail::{LogPane, Typing, log_page, room, text_of},
            forms::{ExportForm, Page},
        },
        model::Wish,
    },
};

/// So many cells a long line moves at a time.
const SHIFT: usize = 16;

impl Turn<'_> {
    fn log_pane(&mut self) -> Option<&mut LogPane> {
        match self.model.layers.last_mut() {
            Some(Layer::Detail(detail)) if detail.tab == Tab::Log => Some(&mut detail.log),
            _ => None,
        }
    }

    pub fn ask_log(&mut self) {
        let Some(Layer::Detail(detail)) = self.model.layers.last() else { return };
        let Some(app) = detail.app.clone().filter(|_| detail.log.flight.is_none()) else { return };
        let ask = detail.log.ask();
        let ticket = self.ticket(Wish::Detail);
        if let Some(log) = self.log_pane() {
            log.flight = Some(ticket);
            log.due = None;
        }
        self.effects.push(Effect::Query(ticket, Query::Log { app, ask }));
    }

    pub fn wish_in_log(&mut self, command: Command) {
        let Some(log) = self.log_pane() else { return };
        let words = match command {
            Command::Follow => {
                log.turn_follow();
                if log.follows { "the newest lines are followed" } else { "it stands still" }
            }
            Command::Wrap => {
                log.wraps = !log.wraps;
                log.shift = 0;
                if log.wraps { "long lines are broken" } else { "a line is a row: [<] [>] move it" }
            }
            Command::Times => {
                log.tells_times = !log.tells_times;
                return;
            }
            Command::ShiftRight => {
                log.shift += SHIFT;
                return;
            }
            Command::ShiftLeft => {
                log.shift = log.shift.saturating_sub(SHIFT);
                return;
            }
            Command::Filter => return log.begin(Typing::Filter),
            Command::Find => return log.begin(Typing::Find),
            Command::NextMatch => return self.find_on(Way::Down),
            Command::PreviousMatch => return self.find_on(Way::Up),
            _ => return,
        };
        self.echo(words.into());
    }

    fn find_on(&mut self, way: Way) {
        let Some(log) = self.log_pane() else { return };
        let words = match (log.find.is_empty(), log.find_on(way)) {
            (true, _) => "[s] searches for a text".to_owned(),
            (false, true) => return,
            (false, false) => format!("no line has \"{}\"", log.find),
        };
        self.echo(words);
    }

    /// What was typed is kept, and the keys are the list's again.
    pub fn keep_typed(&mut self) {
        if let Some(log) = self.log_pane() {
            log.typing = None;
        }
    }

    /// Says whether letters go there.
    pub fn edit_log(&mut self, change: impl FnOnce(&mut String)) -> bool {
        let Some(log) = self.log_pane().filter(|log| log.typing.is_some()) else { return false };
        log.edit(change);
        true
    }

    pub fn move_in_log(&mut self, command: Command) {
        let page = self.log_rows();
        if let Some(log) = self.log_pane() {
            let at = aim(command, log.at, log.ring.len(), page);
            log.go(at);
        }
    }

    fn log_rows(&self) -> usize {
        self.model.floor().map_or(1, |floor| usize::from(log_page(room(floor.body)).height)).max(1)
    }

    pub fn keep_log_in_sight(&mut self) {
        let Some(area) = self.model.floor().map(|floor| room(floor.body)) else { return };
        if let Some(log) = self.log_pane() {
            log.keep_in_sight(area);
        }
    }

    /// The line under the hand, what is in sight, or all that is shown.
    pub fn copy_log(&mut self) {
        let rows = self.log_rows();
        let Some(Layer::Detail(detail)) = self.model.layers.last() else { return };
        let log = &detail.log;
        let Some(line) = log.ring.get(log.at) else {
            return self.echo("there is no line to copy".into());
        };
        let seen = (log.top..log.top + rows).filter_map(|at| log.ring.get(at));
        let menu = CopyMenu::of_log(&detail.name, &line.text, text_of(seen));
        self.model.layers.push(Layer::CopyMenu(menu));
    }

    pub fn export_log(&mut self) {
        let Some(Layer::Detail(detail)) = self.model.layers.last() else { return };
        if detail.log.ring.is_empty() {
            return self.tell(Tone::Info, "there is nothing to write down yet");
        }
        let time = jiff::Timestamp::from_millisecond(self.model.now.wall.0).unwrap_or_default();
        let time = time.to_zoned(self.model.zone.clone()).strftime("%Y%m%d-%H%M%S");
        let file = format!("{}-{time}.log", detail.name.replace(['/', ' '], "-"));
        let form = ExportForm::of(&detail.name, &file, text_of(detail.log.ring.shown()));
        self.open_form(Page::Export(Box::new(form)));
    }
}
