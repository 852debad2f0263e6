//! Short messages, at the bottom right, the newest lowest. A fault says what, why and what to do.

use ratatui::layout::Rect;

use super::{apps, layout::Floor, overview};
use crate::{
    engine::Tone,
    tui::{
        command::Deck,
        event::Now,
        layers::wrap,
        model::{Model, toast::Message},
        theme::Role,
        widgets::brush::{Brush, fit},
    },
};

const WIDEST: u16 = 52;
/// Lines of a detail.
const MOST: usize = 5;

pub fn draw(brush: &mut Brush, floor: &Floor, model: &Model, now: Now) {
    let body = floor.body;
    let width = WIDEST.min(body.width.saturating_sub(2));
    let toasts: Vec<_> =
        model.toasts.shown(now.tick).map(|message| (message, lines(message, width.saturating_sub(5)))).collect();
    let height = toasts.iter().map(|(_, lines)| lines.len() as u16 + 1).sum();
    let mut bottom =
        bottom(floor, model, now, Rect { x: body.right().saturating_sub(width + 1), width, height, ..body });
    for (message, lines) in &toasts {
        let height = lines.len() as u16;
        if bottom < body.y + height + 1 {
            break;
        }
        let area = Rect::new(body.right() - width - 1, bottom - height, width, height);
        one(brush, area, message, lines);
        bottom = area.y.saturating_sub(1);
    }
}

/// Under the lowest toast: the end of the deck, or what they tell of if they would hide it there.
fn bottom(floor: &Floor, model: &Model, now: Now, stack: Rect) -> u16 {
    let body = floor.body;
    let end = body.bottom();
    let hidden = |place: &Rect| place.intersects(Rect { y: end.saturating_sub(stack.height), ..stack });
    let told = model.toasts.shown(now.tick).filter_map(|message| place_of(floor, model, message));
    let highest = told.filter(hidden).map(|place| place.y).min();
    highest.filter(|y| *y >= body.y + stack.height).unwrap_or(end)
}

/// Where the unit stands that a message tells of.
fn place_of(floor: &Floor, model: &Model, message: &Message) -> Option<Rect> {
    let operation = model.world.fleet.operation(message.operation?)?;
    let guest = operation.plan.subject.guest()?;
    match model.deck {
        Deck::Overview => overview::place_of(model, floor, guest),
        Deck::Apps => apps::place_of(model, floor.body, guest),
        _ => None,
    }
}

fn lines(message: &Message, width: u16) -> Vec<(String, Role)> {
    let mut lines: Vec<_> = wrap(&message.text, width).into_iter().take(2).map(|line| (line, Role::Title)).collect();
    let detail = message.detail.as_ref().map_or(Vec::new(), |detail| wrap(detail, width));
    let is_cut = detail.len() > MOST;
    lines.extend(detail.into_iter().take(MOST).map(|line| (line, Role::Text)));
    if let Some((last, _)) = lines.last_mut().filter(|_| is_cut) {
        *last = fit(&format!("{last} …"), width).into_owned();
    }
    lines
}

fn one(brush: &mut Brush, area: Rect, message: &Message, lines: &[(String, Role)]) {
    let (glyph, role) = mark(message.tone);
    brush.fill(area, Role::CaseLit);
    brush.tile(Rect { width: 1, ..area }, '▌', brush.canvas.on(role, Role::CaseLit));
    for (row, (text, text_role)) in (0..area.height).zip(lines) {
        let mut line = brush.line(area.x + 2, area.y + row, area.width.saturating_sub(3), Role::CaseLit);
        line.say(if row == 0 { glyph } else { " " }, role).skip(1).say(text, *text_role);
    }
}

pub fn mark(tone: Tone) -> (&'static str, Role) {
    match tone {
        Tone::Info => ("·", Role::Info),
        Tone::Success => ("✓", Role::Good),
        Tone::Warning => ("◐", Role::Warning),
        Tone::Danger => ("✖", Role::Danger),
    }
}
