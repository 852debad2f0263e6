//! Short messages, at the bottom right, the newest lowest. A fault says what, why and what to do.

use ratatui::layout::Rect;

use super::layout::Floor;
use crate::{
    engine::Tone,
    tui::{
        event::Now,
        layers::wrap,
        model::{Model, toast::Message},
        theme::Role,
        widgets::brush::Brush,
    },
};

pub fn draw(brush: &mut Brush, floor: &Floor, model: &Model, now: Now) {
    let width = 52.min(floor.body.width.saturating_sub(2));
    let mut bottom = floor.body.bottom();
    for message in model.toasts.shown(now.tick) {
        let lines = lines(message, width.saturating_sub(5));
        let height = lines.len() as u16;
        if bottom < floor.body.y + height + 1 {
            break;
        }
        let area = Rect::new(floor.body.right() - width - 1, bottom - height, width, height);
        one(brush, area, message, &lines);
        bottom = area.y.saturating_sub(1);
    }
}

fn lines(message: &Message, width: u16) -> Vec<(String, Role)> {
    let mut lines: Vec<_> = wrap(&message.text, width).into_iter().take(2).map(|line| (line, Role::Title)).collect();
    if let Some(detail) = &message.detail {
        lines.extend(wrap(detail, width).into_iter().take(4).map(|line| (line, Role::Text)));
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
