//! A small menu: one of a few things to do about something, each with its digit. What must hold: nothing is done but what
//! stands there.

use std::time::Duration;

use ratatui::layout::{Position, Rect};

use super::panel::{METAL, panel, panel_area};
use crate::{
    domain::care::{AlertId, Mend},
    tui::{
        model::room::{Layouts, row::Widget},
        theme::Role,
        widgets::brush::Brush,
    },
};

#[derive(Debug, Clone)]
pub struct Picks {
    /// What is to be chosen, and for whom.
    pub title: &'static str,
    pub name: String,
    pub all: Vec<(String, Pick)>,
    pub at: usize,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Pick {
    /// With what it mends.
    Mend(Mend, String),
    Snooze(AlertId, Duration),
    Widget(Widget),
    /// By its name.
    Layout(String),
}

const HOUR: u64 = 3600;

impl Picks {
    pub fn mends(name: &str, why: &str, mends: Vec<Mend>) -> Self {
        let all = mends.into_iter().map(|mend| (mend.title(), Pick::Mend(mend, why.to_owned()))).collect();
        Self { title: "what mends", name: name.to_owned(), all, at: 0 }
    }

    pub fn snooze(name: &str, alert: AlertId) -> Self {
        let spans = [("1 hour", HOUR), ("8 hours", 8 * HOUR), ("1 day", 24 * HOUR), ("1 week", 7 * 24 * HOUR)];
        let all = spans.map(|(words, seconds)| (words.to_owned(), Pick::Snooze(alert, Duration::from_secs(seconds))));
        Self { title: "quiet about", name: name.to_owned(), all: all.into(), at: 0 }
    }

    pub fn widgets(missing: Vec<Widget>) -> Self {
        let pick = |widget: Widget| (format!("{:<13} {}", widget.name(), widget.words()), Pick::Widget(widget));
        Self { title: "add a widget", name: String::new(), all: missing.into_iter().map(pick).collect(), at: 0 }
    }

    pub fn layouts(layouts: &Layouts) -> Self {
        let all = layouts.all().into_iter().map(|layout| (layout.name.clone(), Pick::Layout(layout.name)));
        Self { title: "take on a layout", name: String::new(), all: all.collect(), at: 0 }
    }

    /// The hand goes to what this digit stands for, if anything.
    pub fn go_to(&mut self, digit: char) -> bool {
        let at = digit.to_digit(10).and_then(|digit| (digit as usize).checked_sub(1));
        let at = at.filter(|at| *at < self.all.len());
        self.at = at.unwrap_or(self.at);
        at.is_some()
    }
}

fn size(screen: Rect, picks: &Picks) -> (u16, u16) {
    (56.min(screen.width.saturating_sub(2)), picks.all.len() as u16 + 2)
}

/// The line at a place of the screen.
pub fn line_at(screen: Rect, picks: &Picks, at: Position) -> Option<usize> {
    let (wide, high) = size(screen, picks);
    let area = panel_area(screen, wide, high);
    let row = usize::from(at.y.checked_sub(area.y + 2)?);
    (area.contains(at) && row < picks.all.len()).then_some(row)
}

pub fn draw(brush: &mut Brush, screen: Rect, picks: &Picks) {
    let (wide, high) = size(screen, picks);
    let area = panel(brush, screen, wide, high);
    let mut line = brush.line(area.x, area.y, area.width, METAL);
    line.say(picks.title, Role::Dim).skip(1).bold(&picks.name, Role::Title);
    for (i, (y, (words, _))) in (area.y + 2..area.bottom()).zip(&picks.all).enumerate() {
        let is_held = i == picks.at;
        let mut line = brush.line(area.x, y, area.width, METAL);
        line.say(if is_held { "▸ " } else { "  " }, Role::Accent).say(&format!("{}  ", i + 1), Role::Dim);
        line.say(words, if is_held { Role::Title } else { Role::Text });
    }
}
