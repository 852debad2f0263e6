//! What would be taken back, and until when that can be done. What must hold: nothing is taken back whose words were not
//! on the screen.

use ratatui::layout::Rect;

use super::{
    panel::{METAL, panel, told},
    wrap,
};
use crate::{
    domain::{
        fault::Fault,
        ids::{AppId, OperationId},
    },
    engine::{Query, door::Undoing},
    tui::{event::Ticket, model::Model, theme::Role, widgets::brush::Brush},
};

#[derive(Debug, Clone)]
pub struct Undo {
    pub of: Of,
    /// The app under the hand, to which Tab comes back.
    pub app: Option<(AppId, String)>,
    pub found: Found,
    pub flight: Option<Ticket>,
    pub sending: Option<Ticket>,
}

/// Of what the last thing is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Of {
    All,
    App,
    Operation(OperationId, String),
}

#[derive(Debug, Clone)]
pub enum Found {
    Nothing,
    /// Nothing in it where nothing can be taken back.
    Known(Option<Box<Undoing>>),
    Fault(Fault),
}

impl Undo {
    pub fn of(of: Of, app: Option<(AppId, String)>) -> Self {
        Self { of, app, found: Found::Nothing, flight: None, sending: None }
    }

    pub fn query(&self) -> Query {
        match &self.of {
            Of::All => Query::LastUndoable(None),
            Of::App => Query::LastUndoable(self.app.as_ref().map(|(app, _)| app.clone())),
            Of::Operation(operation, _) => Query::WayOut(*operation),
        }
    }

    /// Of the app under the hand, or of all; says whether there is a choice.
    pub fn turn(&mut self) -> bool {
        if self.app.is_none() || self.sending.is_some() || matches!(self.of, Of::Operation(..)) {
            return false;
        }
        self.of = if self.of == Of::All { Of::App } else { Of::All };
        self.found = Found::Nothing;
        true
    }

    pub fn submit(&self) -> Option<OperationId> {
        match &self.found {
            Found::Known(Some(undoing)) if self.sending.is_none() => Some(undoing.operation),
            _ => None,
        }
    }
}

pub fn draw(brush: &mut Brush, screen: Rect, undo: &Undo, model: &Model) {
    let wide = 70.min(screen.width.saturating_sub(2));
    let rows = rows(undo, model, wide.saturating_sub(6));
    let area = panel(brush, screen, wide, rows.len() as u16 + 4);
    let mut title = brush.line(area.x, area.y, area.width, METAL);
    let of = match (&undo.of, &undo.app) {
        (Of::Operation(_, name), _) => name.as_str(),
        (Of::App, Some((_, name))) => name.as_str(),
        _ => "the last of all",
    };
    title.say("undo ", Role::Dim).bold(of, Role::Title);
    if undo.app.is_some() && !matches!(undo.of, Of::Operation(..)) {
        let other = if undo.of == Of::All { "[Tab] of this app" } else { "[Tab] of all apps" };
        title.at_edge(other, Role::Dim);
    }
    for (y, row) in (area.y + 2..area.bottom().saturating_sub(2)).zip(&rows) {
        let mut line = brush.line(area.x, y, area.width, METAL);
        for (text, role) in row {
            line.say(text, *role);
        }
    }
    foot(brush, Rect { y: area.bottom().saturating_sub(1), height: 1, ..area }, undo);
}

fn rows(undo: &Undo, model: &Model, room: u16) -> Vec<Vec<(String, Role)>> {
    let one = |text: &str, role| vec![vec![(text.to_owned(), role)]];
    match &undo.found {
        Found::Nothing => one("looking …", Role::Dim),
        Found::Known(None) => one("nothing was done that could be taken back", Role::Dim),
        Found::Fault(fault) => told(
            &[
                ("what", &*fault.what, Role::Danger),
                ("why", &fault.why, Role::Text),
                ("now", &fault.remedy, Role::Title),
            ],
            room,
        ),
        Found::Known(Some(undoing)) => {
            let words = wrap(&format!("This will {}.", undoing.way.words), room);
            let mut rows: Vec<_> = words.into_iter().map(|line| vec![(line, Role::Text)]).collect();
            let until = undoing.way.until.map(|until| format!("It can be done until {}.", model.day_and_time(until)));
            rows.extend(until.map(|text| vec![(text, Role::Dim)]));
            rows
        }
    }
}

fn foot(brush: &mut Brush, row: Rect, undo: &Undo) {
    let mut line = brush.line(row.x, row.y, row.width, METAL);
    if undo.sending.is_some() {
        line.say("◌ beginning …", Role::Warning);
        return;
    }
    let is_ready = undo.submit().is_some();
    let (edge, text) = if is_ready { (Role::Bezel, Role::Title) } else { (Role::Off, Role::Dim) };
    line.say("▐ ", edge).say("Enter ", Role::Dim).bold("take it back", text).say(" ▌", edge).skip(2);
    line.say("Esc leave it", Role::Dim);
}
