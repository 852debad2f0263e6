//! What the setting under the hand changes, what it may be, and how it looks.

use ratatui::{layout::Rect, style::Style};

use crate::{
    domain::care::Lead,
    settings::{Spec, Tab},
    tui::{
        keymap::{Bound, Place},
        layers::wrap,
        model::{
            Model,
            panel::{Doing, Joins, Line},
        },
        theme::Role,
        widgets::brush::Brush,
    },
};

type Said = (String, Role);

pub fn draw(brush: &mut Brush, area: Rect, line: Option<&Line>, model: &Model) {
    let room = area.width.saturating_sub(4);
    let mut rows: Vec<Said> = Vec::new();
    match line {
        Some(Line::Setting(spec)) => setting(&mut rows, spec, model, room),
        Some(Line::Key(slug)) => {
            if let Some(bound) = model.keymap.find(slug) {
                key(&mut rows, &bound, model, room);
            }
        }
        Some(Line::Host(_)) => {
            say(&mut rows, "[Enter] shows it among the hosts: edit, test, switch off", Role::Dim, room)
        }
        Some(Line::NewHost) => say(&mut rows, "[Enter] asks where it is and who logs in", Role::Dim, room),
        Some(Line::Fact(_, of)) => say(&mut rows, of, Role::Dim, room),
        None => {}
    }
    if model.panel.tab == Tab::Care && area.height > 8 {
        rows.push((String::new(), Role::Dim));
        say(&mut rows, who_looks_after(model), Role::Text, room);
    }
    let shown = area.height.saturating_sub(1);
    let top = area.y + u16::from(area.height > 4);
    for (y, (text, role)) in (top..top + shown).zip(&rows) {
        brush.line(area.x + 2, y, room, Role::Page).keyed(text, *role);
    }
    let below = top + rows.len() as u16 + 1;
    if matches!(line, Some(Line::Setting(spec)) if spec.key == "theme") && below < area.bottom() {
        swatches(brush, Rect { y: below, height: area.bottom() - below, ..area }, model);
    }
}

fn say(rows: &mut Vec<Said>, text: &str, role: Role, room: u16) {
    rows.extend(wrap(text, room).into_iter().map(|line| (line, role)));
}

fn setting(rows: &mut Vec<Said>, spec: &Spec, model: &Model, room: u16) {
    if let Some(wrong) = &model.panel.wrong {
        say(rows, &format!("✖ {wrong}"), Role::Danger, room);
    }
    say(rows, spec.about, Role::Text, room);
    say(rows, &format!("may be  {}", spec.may_be()), Role::Dim, room);
    if !spec.is_new(&model.settings) {
        say(rows, &format!("new     {}   [r] sets it back", spec.when_new()), Role::Dim, room);
    }
    say(rows, &spec.name(), Role::Off, room);
}

fn key(rows: &mut Vec<Said>, bound: &Bound, model: &Model, room: u16) {
    match model.panel.doing {
        Doing::Presses(Joins::Alone) => say(rows, "press the key that is to do it; Esc leaves it", Role::Warning, room),
        Doing::Presses(Joins::Others) => say(rows, "press one more key for it; Esc leaves it", Role::Warning, room),
        _ => {}
    }
    if let Some(wrong) = &model.panel.wrong {
        say(rows, &format!("✖ {wrong}"), Role::Danger, room);
    }
    say(rows, bound.words, Role::Text, room);
    let places: Vec<&str> = bound.places.iter().map(|place: &Place| place.name()).take(6).collect();
    let more = if bound.places.len() > places.len() { ", …" } else { "" };
    say(rows, &format!("in {}{more}", places.join(", ")), Role::Dim, room);
    say(rows, "[Enter] another key   [a] one more   [r] the usual one", Role::Dim, room);
    say(rows, bound.slug, Role::Off, room);
}

fn who_looks_after(model: &Model) -> &'static str {
    match model.world.fleet.care.lead {
        Lead::Ours => "◉ looked after by this deck",
        Lead::Another => "◉ looked after by another Proximity; this deck shows what it finds",
        Lead::Nobody => "○ looked after by nobody yet: what is shown is as it was left",
    }
}

/// Every theme in its own colours, the one that is worn with a sign before it.
fn swatches(brush: &mut Brush, area: Rect, model: &Model) {
    const SHOWN: [Role; 9] = [
        Role::Page,
        Role::Case,
        Role::CaseLit,
        Role::Text,
        Role::Accent,
        Role::Bright,
        Role::Good,
        Role::Warning,
        Role::Danger,
    ];
    let at = model.themes.iter().position(|theme| theme.name == model.canvas.theme.name).unwrap_or(0);
    let from = (at + 1).saturating_sub(usize::from(area.height));
    for (y, theme) in (area.y..area.bottom()).zip(model.themes.iter().skip(from)) {
        let is_worn = theme.name == model.canvas.theme.name;
        let mut line = brush.line(area.x + 2, y, area.width.saturating_sub(4), Role::Page);
        line.say(if is_worn { "▸ " } else { "  " }, Role::Accent);
        line.left(&theme.name, 16, if is_worn { Role::Title } else { Role::Dim });
        for role in SHOWN {
            let style = Style::new().fg(theme.colour(role)).bg(theme.colour(Role::Page));
            line.put('█', style).put('█', style);
        }
    }
}
