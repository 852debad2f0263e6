//! What a wish would do, before it is done. What must hold: nothing is done whose plan was not on the screen, and what is
//! lost for good wants its name typed.

use ratatui::layout::{Position, Rect};

use super::{
    forms::{Field, Fields, caret_in, draw_field},
    panel::{METAL, inner, pane_area, plate},
    plan::{self, Listing, PlanView, Told},
    wrap,
};
use crate::{
    engine::Request,
    tui::{event::Ticket, keymap::Place, theme::Role, widgets::brush::Brush},
};

#[derive(Debug, Clone)]
pub struct PreviewPane {
    /// Who it is about.
    pub name: String,
    pub ways: Vec<Way>,
    pub at: usize,
    pub view: PlanView,
    /// It is being begun.
    pub sending: Option<Ticket>,
    /// The name, where it must be typed.
    pub typed: Fields,
    /// What is wrong with what was typed.
    pub wrong: Option<&'static str>,
}

/// One way to do it.
#[derive(Debug, Clone)]
pub struct Way {
    /// A verb, for the title and the button.
    pub verb: &'static str,
    /// What happens, in the operator's words.
    pub words: Vec<String>,
    pub request: Request,
    pub care: Care,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Care {
    Plain,
    /// What is lost is lost for good: its name must be typed.
    NameTyped,
}

impl PreviewPane {
    pub fn new(name: impl Into<String>, ways: Vec<Way>) -> Self {
        let typed = Fields::of(vec![Field::plain("type its name", "")]);
        Self { name: name.into(), ways, at: 0, view: PlanView::default(), sending: None, typed, wrong: None }
    }

    pub fn one(name: impl Into<String>, verb: &'static str, words: Vec<String>, request: Request) -> Self {
        Self::new(name, vec![Way { verb, words, request, care: Care::Plain }])
    }

    pub fn way(&self) -> Option<&Way> {
        self.ways.get(self.at)
    }

    pub fn place(&self) -> Place {
        match self.way().map(|way| way.care) {
            Some(Care::NameTyped) => Place::Naming,
            _ => Place::Preview,
        }
    }

    /// The other way; its plan is another one.
    pub fn turn(&mut self) -> bool {
        if self.ways.len() < 2 || self.sending.is_some() {
            return false;
        }
        self.at = (self.at + 1) % self.ways.len();
        self.view = PlanView::default();
        self.wrong = None;
        true
    }

    /// What is to be asked of the engine, if all is as it must be.
    pub fn submit(&mut self) -> Option<Request> {
        let way = self.ways.get(self.at)?;
        self.view.preview().filter(|_| self.sending.is_none() && self.view.flight.is_none())?;
        let typed = self.typed.all.first().map_or("", |field| field.value());
        if way.care == Care::NameTyped && typed != self.name {
            self.wrong = Some(if typed.is_empty() { "its name is to be typed first" } else { "that is not its name" });
            return None;
        }
        Some(way.request.clone())
    }
}

struct Laid {
    area: Rect,
    words: Vec<String>,
    listing: Listing,
}

fn lay(screen: Rect, pane: &PreviewPane, way: &Way) -> Laid {
    let room = inner(screen);
    let words: Vec<String> = way.words.iter().flat_map(|words| wrap(words, room)).collect();
    let listing = plan::listing(&pane.view, room, Told::Whole);
    let extra = words.len() + 4 + usize::from(way.care == Care::NameTyped);
    let area = pane_area(screen, (listing.rows.len() + extra) as u16);
    Laid { area, words, listing }
}

/// The row with this distance from the lower edge.
fn from_below(area: Rect, rows: u16) -> Rect {
    Rect { y: area.bottom().saturating_sub(rows).max(area.y), height: 1.min(area.height), ..area }
}

pub fn draw(brush: &mut Brush, screen: Rect, pane: &PreviewPane) {
    let Some(way) = pane.way() else { return };
    let Laid { area, words, listing } = lay(screen, pane, way);
    plate(brush, screen, area.height);
    let mut title = brush.line(area.x, area.y, area.width, METAL);
    title.say(way.verb, Role::Dim).skip(1).bold(&pane.name, Role::Title);
    if let Some(other) = pane.ways.get((pane.at + 1) % pane.ways.len()).filter(|_| pane.ways.len() > 1) {
        title.at_edge(&format!("[Tab] {} instead", other.verb), Role::Dim);
    }
    let role = if way.care == Care::NameTyped { Role::Warning } else { Role::Text };
    for (y, line) in (area.y + 1..area.bottom()).zip(&words) {
        brush.line(area.x, y, area.width, METAL).say(line, role);
    }
    let from = (area.y + 2 + words.len() as u16).min(area.bottom());
    let below = if way.care == Care::NameTyped { 3 } else { 2 };
    let height = area.bottom().saturating_sub(from + below);
    plan::draw(brush, Rect { y: from, height, ..area }, &listing, pane.view.top, METAL);
    if way.care == Care::NameTyped {
        draw_field(brush, from_below(area, 2), &pane.typed, 0);
    }
    button(brush, from_below(area, 1), pane, way);
}

/// Where the name is typed.
pub fn caret(screen: Rect, pane: &PreviewPane) -> Option<Position> {
    let way = pane.way().filter(|way| way.care == Care::NameTyped && pane.sending.is_none())?;
    let Laid { area, .. } = lay(screen, pane, way);
    caret_in(from_below(area, 2), pane.typed.all.first()?)
}

fn button(brush: &mut Brush, row: Rect, pane: &PreviewPane, way: &Way) {
    let mut line = brush.line(row.x, row.y, row.width, METAL);
    if pane.sending.is_some() {
        line.say("◌ beginning …", Role::Warning);
        return;
    }
    let is_ready = pane.view.preview().is_some() && pane.view.flight.is_none();
    let is_lit = is_ready && (pane.view.is_on_button() || way.care == Care::NameTyped);
    let is_final = pane.view.preview().is_some_and(|preview| preview.warnings().next().is_some());
    let (edge, text) = match (is_lit, is_final) {
        (true, true) => (Role::Danger, Role::Danger),
        (true, false) => (Role::Bezel, Role::Title),
        (false, _) => (Role::Off, Role::Dim),
    };
    line.say("▐ ", edge);
    if is_lit {
        line.say("Enter ", Role::Dim).bold(way.verb, text);
    } else {
        line.say("Ctrl-S ", Role::Dim).say(way.verb, text);
    }
    line.say(" ▌", edge).skip(2).say("Esc leave it", Role::Dim);
    if let Some(wrong) = pane.wrong {
        line.skip(2).say("✖ ", Role::Danger).say(wrong, Role::Danger);
    }
}
