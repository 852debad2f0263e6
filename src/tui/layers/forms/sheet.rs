//! How a form looks: its lines one under the other, wells to type into, and what is wrong under the field it is about.
//! Drawing and the cursor read the same lines, so the cursor is where the letters go.

use ratatui::layout::{Position, Rect};

use super::{Field, Fields, Form, Kind, Wrong};
use crate::tui::{
    layers::{
        panel::{panel, panel_area},
        wrap,
    },
    theme::Role,
    widgets::brush::{Brush, Line, width},
};

const METAL: Role = Role::CaseLit;
const WIDEST: u16 = 78;
/// Where the wells begin.
const LABELS: u16 = 17;

#[derive(Debug, Clone)]
pub enum Row {
    Words(Vec<(String, Role)>),
    /// The field with this number.
    Field(usize),
    /// The keys of a page to read: they stay in sight while it scrolls.
    Foot(String),
}

impl Row {
    pub fn blank() -> Self {
        Self::Words(Vec::new())
    }

    pub fn words(text: impl Into<String>, role: Role) -> Self {
        Self::Words(vec![(text.into(), role)])
    }

    /// A text in as many lines as it takes.
    pub fn paragraph(text: &str, role: Role, room: u16) -> impl Iterator<Item = Self> {
        wrap(text, room).into_iter().map(move |line| Self::words(line, role))
    }
}

/// Puts what is wrong under its field, or under everything.
pub fn put_beside(rows: &mut Vec<Row>, wrong: Option<&Wrong>, room: u16) {
    let Some(Wrong { field, fault }) = wrong else { return };
    let at = rows.iter().position(|row| matches!(row, Row::Field(at) if at == field));
    let (at, indent) = at.map_or((rows.len(), 0), |at| (at + 1, LABELS));
    let parts = [("✖", &fault.what, Role::Danger), ("", &fault.why, Role::Text), ("▸", &fault.remedy, Role::Title)];
    let lines = parts.into_iter().flat_map(|(sign, text, role)| {
        wrap(text, room.saturating_sub(indent + 2)).into_iter().enumerate().map(move |(i, line)| {
            let sign = if i == 0 { sign } else { "" };
            Row::Words(vec![(format!("{:indent$}{sign:<2}", "", indent = usize::from(indent)), role), (line, role)])
        })
    });
    rows.splice(at..at, lines.collect::<Vec<_>>());
}

/// The rows that fit, with the held field among them.
struct Laid {
    area: Rect,
    rows: Vec<Row>,
}

fn lay(screen: Rect, form: &Form) -> Laid {
    let wide = WIDEST.min(screen.width.saturating_sub(2));
    let mut rows = form.rows(wide.saturating_sub(6));
    let area = panel_area(screen, wide, rows.len() as u16);
    let held = form.fields().map_or(0, |fields| fields.at);
    let at = rows.iter().position(|row| matches!(row, Row::Field(field) if *field == held)).unwrap_or(0);
    if form.fields().is_none() {
        return roll(area, rows, form.top());
    }
    // On a low screen the rows above the held field make room, the title last of all.
    let hidden = rows.len().saturating_sub(usize::from(area.height)).min(at.saturating_sub(1));
    rows.drain(1.min(rows.len())..(1 + hidden).min(rows.len()));
    Laid { area, rows }
}

/// A page to read: its head and its keys stay, what is between them scrolls.
fn roll(area: Rect, mut rows: Vec<Row>, top: u16) -> Laid {
    const HEAD: usize = 3;
    let room = usize::from(area.height);
    let foot = rows.iter().position(|row| matches!(row, Row::Foot(_))).unwrap_or(rows.len());
    let below = rows.split_off(foot);
    let shown = room.saturating_sub(HEAD + below.len());
    if rows.len() + below.len() <= room || rows.len() <= HEAD || shown == 0 {
        rows.extend(below);
        return Laid { area, rows };
    }
    let body = rows.split_off(HEAD);
    let top = usize::from(top).min(body.len().saturating_sub(shown));
    if let Some(Row::Words(head)) = rows.get_mut(1) {
        head.push((format!("   {}–{} of {}", top + 1, (top + shown).min(body.len()), body.len()), Role::Dim));
    }
    rows.extend(body.into_iter().skip(top).take(shown));
    rows.extend(below);
    Laid { area, rows }
}

pub fn draw(brush: &mut Brush, screen: Rect, form: &Form) {
    let Laid { area, rows } = lay(screen, form);
    let wide = WIDEST.min(screen.width.saturating_sub(2));
    panel(brush, screen, wide, area.height);
    for (y, row) in (area.y..area.bottom()).zip(&rows) {
        match row {
            Row::Words(words) => {
                let mut line = brush.line(area.x, y, area.width, METAL);
                for (text, role) in words {
                    line.keyed(text, *role);
                }
            }
            Row::Foot(keys) => {
                brush.line(area.x, y, area.width, METAL).keyed(keys, Role::Title);
            }
            Row::Field(at) => {
                if let Some(fields) = form.fields() {
                    draw_field(brush, Rect { y, height: 1, ..area }, fields, *at);
                }
            }
        }
    }
}

/// One field, with its label.
pub fn draw_field(brush: &mut Brush, area: Rect, fields: &Fields, at: usize) {
    let Some(field) = fields.all.get(at) else { return };
    let is_held = at == fields.at;
    let mut line = brush.line(area.x, area.y, area.width, METAL);
    line.say(if is_held { "▸ " } else { "  " }, Role::Accent);
    line.left(&field.label, LABELS - 2, if is_held { Role::Title } else { Role::Dim });
    if let Kind::Choice(choices) = &field.kind {
        return draw_choices(&mut line, field.value(), choices);
    }
    if let Kind::Many(all) = &field.kind {
        let hand = is_held.then_some(field.cursor);
        return draw_many(&mut line, &field.chosen(), all, hand, &field.hint);
    }
    let well = well(area);
    brush.fill(well, Role::Page);
    let mut line = brush.line(well.x + 1, well.y, well.width.saturating_sub(2), Role::Page);
    if field.is_empty() {
        line.say(&field.hint, Role::Dim);
    } else {
        line.say(&seen(field, line.room()).0, if is_held { Role::Title } else { Role::Text });
    }
}

/// All of them where there is room, else the chosen one and how many there are.
fn draw_choices(line: &mut Line, chosen: &str, choices: &[String]) {
    let wanted: u16 = choices.iter().map(|choice| width(choice) + 7).sum();
    if wanted.saturating_sub(3) > line.room() {
        let at = choices.iter().position(|choice| choice == chosen).unwrap_or(0);
        line.say("← ", Role::Dim).say(chosen, Role::Title).say(" →", Role::Dim);
        line.skip(2).say(&format!("{} of {}", at + 1, choices.len()), Role::Dim);
        return;
    }
    for choice in choices {
        let (sign, role) = if choice == chosen { ("(•) ", Role::Title) } else { ("( ) ", Role::Dim) };
        line.say(sign, role).say(choice, role).skip(3);
    }
}

/// Those that fit, the one under the hand among them; how many are hidden stands at the edges.
fn draw_many(line: &mut Line, chosen: &[String], all: &[String], hand: Option<usize>, none: &str) {
    if all.is_empty() {
        line.say(none, Role::Dim);
        return;
    }
    let wanted = |air: u16| all.iter().map(|name| width(name) + 3 + air).sum::<u16>();
    let air = if wanted(3) <= line.room() + 2 { 3 } else { 1 };
    let cells = |name: &String| width(name) + 3 + air;
    let wanted = wanted(air);
    let mut from = 0;
    if wanted > line.room() + air {
        let room = line.room().saturating_sub(10);
        let until = |from: usize| all[from..=hand.unwrap_or(0)].iter().map(cells).sum::<u16>();
        while from < hand.unwrap_or(0) && until(from) > room {
            from += 1;
        }
    }
    if from > 0 {
        line.say(&format!("‹{from} "), Role::Dim);
    }
    for (i, name) in all.iter().enumerate().skip(from) {
        let more = if i + 1 < all.len() && wanted > line.room() + air { 4 } else { 0 };
        if line.room() < width(name) + 3 + more {
            line.say(&format!("{}›", all.len() - i), Role::Dim);
            return;
        }
        let is_chosen = chosen.contains(name);
        let role = match (hand == Some(i), is_chosen) {
            (true, _) => Role::Bright,
            (false, true) => Role::Title,
            (false, false) => Role::Dim,
        };
        line.say(if is_chosen { "[•]" } else { "[ ]" }, role).skip(air / 2).say(name, role).skip(air - air / 2);
    }
}

pub fn well(row: Rect) -> Rect {
    Rect { x: row.x + LABELS.min(row.width), width: row.width.saturating_sub(LABELS), ..row }
}

/// Where the cursor of a field is, whose row this is.
pub fn caret_in(row: Rect, field: &Field) -> Option<Position> {
    let well = well(row);
    let (_, column) = seen(field, well.width.saturating_sub(2));
    let place = Position::new(well.x + 1 + column, well.y);
    (!field.is_choice() && row.contains(place)).then_some(place)
}

/// The part of a long text around the cursor, and the cursor's place in it.
fn seen(field: &Field, room: u16) -> (String, u16) {
    let shown = field.shown();
    let before: String = shown.chars().take(field.cursor).collect();
    let mut hidden = 0;
    let letters: Vec<char> = before.chars().collect();
    let left = |hidden: usize| width(&letters[hidden..].iter().collect::<String>());
    while left(hidden) >= room && hidden < letters.len() {
        hidden += 1;
    }
    (shown.chars().skip(hidden).collect(), left(hidden))
}

/// The field at a place of the screen.
pub fn field_at(screen: Rect, form: &Form, at: Position) -> Option<usize> {
    let Laid { area, rows } = lay(screen, form);
    let row = at.y.checked_sub(area.y).filter(|_| area.contains(at))?;
    match rows.get(usize::from(row)) {
        Some(Row::Field(field)) => Some(*field),
        _ => None,
    }
}

/// Where the cursor of a form is.
pub fn caret(screen: Rect, form: &Form) -> Option<Position> {
    let fields = form.fields().filter(|_| form.waits.is_none())?;
    let field = fields.all.get(fields.at).filter(|field| !field.is_choice())?;
    let Laid { area, rows } = lay(screen, form);
    let row = rows.iter().position(|row| matches!(row, Row::Field(at) if *at == fields.at))? as u16;
    caret_in(Rect { y: area.y + row, height: 1, ..area }, field).filter(|place| area.contains(*place))
}
