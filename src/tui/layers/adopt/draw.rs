//! How the steps look: a list above, and below it what is known of the one under the hand. What must hold: at 80x24 all of
//! it is there.

use ratatui::layout::Rect;

use super::{Adoption, Chip, Step, lines};
use crate::tui::{
    layers::panel::{METAL, Row, pane_area, plate},
    model::{Model, hand::window},
    theme::Role,
    widgets::brush::Brush,
};

/// Lines for the one under the hand.
const BELOW: u16 = 7;

pub fn draw(brush: &mut Brush, screen: Rect, adoption: &Adoption, model: &Model) {
    let area = pane_area(screen, screen.height);
    plate(brush, screen, area.height);
    let (title, what) = title(adoption);
    let mut line = brush.line(area.x, area.y, area.width, METAL);
    line.say(&title, Role::Dim).bold(&what, Role::Title);
    let count = counted(adoption);
    brush.line(area.x, area.y, area.width, METAL).right(&count, area.width, Role::Dim);
    head(brush, Rect { y: area.y + 1, height: 1, ..area }, adoption, model);
    let inner = Rect { y: area.y + 2, height: area.height.saturating_sub(2), ..area };
    let below = if adoption.step == Step::Choose { 0 } else { BELOW.min(inner.height / 2) };
    let page = usize::from(inner.height.saturating_sub(below)).max(1);
    let rows = lines::rows(adoption, model, area.width);
    let top = window(adoption.at.saturating_sub(page / 2), adoption.at, rows.len(), page);
    write(brush, Rect { height: inner.height - below, ..inner }, rows.iter().skip(top));
    let under = lines::below(adoption, model, area.width);
    let low = Rect { y: inner.bottom() - below, height: below, ..inner };
    if below > 0 {
        brush.line(low.x, low.y, low.width, METAL).say(&"─".repeat(usize::from(low.width)), Role::Bezel);
    }
    write(brush, Rect { y: low.y + 1.min(below), height: below.saturating_sub(1), ..low }, under.iter());
}

fn write<'r>(brush: &mut Brush, area: Rect, rows: impl Iterator<Item = &'r Row>) {
    for (y, row) in (area.y..area.bottom()).zip(rows) {
        let mut line = brush.line(area.x, y, area.width, METAL);
        for (text, role) in row {
            line.say(text, *role);
        }
    }
}

fn title(adoption: &Adoption) -> (String, String) {
    let (step, what) = match adoption.step {
        Step::Choose => ("1 of 3 ", "choose containers that are nobody's app"),
        Step::See => ("2 of 3 ", "what they are"),
        Step::Confirm => ("3 of 3 ", "what they will be"),
        Step::Told => ("", "how it went"),
    };
    (format!("adopt {step}"), what.into())
}

fn counted(adoption: &Adoption) -> String {
    match adoption.step {
        Step::Choose if adoption.marked.is_empty() => String::new(),
        Step::Choose => format!("{} chosen", adoption.marked.len()),
        Step::See | Step::Confirm if adoption.waiting() > 0 => format!("◌ {} still looked at", adoption.waiting()),
        Step::See => format!("{} seen", adoption.chosen.len()),
        Step::Confirm => String::new(),
        Step::Told => lines::told(adoption),
    }
}

/// Chips and the filter on the first step, the columns on the others.
fn head(brush: &mut Brush, area: Rect, adoption: &Adoption, model: &Model) {
    let mut line = brush.line(area.x, area.y, area.width, METAL);
    if adoption.step != Step::Choose {
        line.say(&lines::columns(adoption.step, area.width), Role::Dim);
        return;
    }
    if adoption.is_filtering || !adoption.filter.is_empty() {
        line.say("/ ", Role::Accent).say(&adoption.filter, Role::Title);
        line.say(if adoption.is_filtering { "▏" } else { " " }, Role::Accent).skip(2);
    }
    for (chip, count) in Chip::all(&model.world.fleet) {
        let is_lit = chip == adoption.chip;
        let (open, close) = if is_lit { ("[", "]") } else { (" ", " ") };
        let role = if is_lit { Role::Title } else { Role::Dim };
        line.say(&format!("{open}{} {count}{close} ", chip.words()), role);
    }
}
