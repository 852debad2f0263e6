//! One app on the board, and the labels over its columns. While something is made of its backups its right half is a
//! display.

use ratatui::layout::Rect;

use super::{
    card,
    columns::{Column, GAP, columns},
    light, work,
};
use crate::{
    domain::backup::BoardRow,
    tui::{
        event::Now,
        model::{Model, backups::work_on},
        theme::Role,
        widgets::{
            brush::{Brush, Line, fit_middle},
            ears::{self, Ears, Hold, Mark},
            figures::{self, UNKNOWN},
        },
    },
};

const METAL: Role = Role::Case;
/// The hand, the light and the space behind it.
const LEAD: u16 = 3;

fn ear(place: Rect) -> u16 {
    if place.width >= 90 { 4 } else { 2 }
}

pub fn labels(brush: &mut Brush, area: Rect) {
    let face = ears::body(area, ear(area));
    let mut line = brush.line(face.x, face.y, face.width, Role::Page);
    line.skip(LEAD);
    for (column, wide) in columns(face.width.saturating_sub(LEAD)) {
        match column.is_number() {
            true => line.right(column.label(), wide, Role::Dim),
            false => line.left(column.label(), wide, Role::Dim),
        };
        line.skip(GAP);
    }
}

pub fn draw(brush: &mut Brush, place: Rect, row: &BoardRow, hold: Hold, model: &Model, now: Now) {
    let mark = if model.board.marked.contains(&row.app) { Mark::Marked } else { Mark::Free };
    let ears = Ears { width: ear(place), hold, is_marked: mark, seed: row.guest.vmid.0 };
    let face = ears::draw(brush, place, ears);
    brush.fill(face, METAL);
    let work = work_on(&model.world.fleet, row);
    let columns = columns(face.width.saturating_sub(LEAD));
    let mut line = brush.line(face.x, face.y, face.width, METAL);
    line.say(if hold == Hold::Held { "▸" } else { " " }, Role::Accent);
    let led = work.map_or_else(|| light::of(model.board.age(row)), work::light);
    line.light(led, model.beating(now)).skip(1);
    for (i, (column, wide)) in columns.iter().enumerate() {
        // Name and age are worth keeping in sight, what is done now more than the rest.
        if let Some(operation) = work.filter(|_| i == 2) {
            let x = line.x();
            let area = Rect { x, width: face.right().saturating_sub(x + 1), ..face };
            return work::display(brush, area, operation, now);
        }
        cell(&mut line, *column, *wide, row, hold, model);
        line.skip(GAP);
    }
}

fn cell(line: &mut Line, column: Column, wide: u16, row: &BoardRow, hold: Hold, model: &Model) {
    let known = model.board.age(row);
    let (text, role) = match column {
        Column::Name => {
            let role = if hold == Hold::Held { Role::Bright } else { Role::Title };
            (fit_middle(&row.name, wide).into_owned(), role)
        }
        Column::Age => light::age(row, known, model.board.as_of()),
        Column::Size => return size(line, wide, row.newest.as_ref().and_then(|backup| backup.size)),
        Column::Storage => match &row.newest {
            Some(backup) => (fit_middle(backup.key.storage().as_str(), wide).into_owned(), Role::Text),
            None => (UNKNOWN.into(), Role::Dim),
        },
        Column::Last => light::last(row),
        Column::Next => light::next(row, model),
        Column::Inside => light::inside(row),
        Column::Proved => light::proved(row, model),
        Column::Count => return all(line, wide, row),
        Column::Nights => return card::cells(line, wide.into(), row, model),
    };
    match column.is_number() {
        true => line.right(&text, wide, role),
        // What is good is quiet; only its sign has a colour.
        false if role == Role::Good => signed(line, &text, wide),
        false => line.left(&text, wide, role),
    };
}

fn signed<'l, 'b, 'a>(line: &'l mut Line<'b, 'a>, text: &str, wide: u16) -> &'l mut Line<'b, 'a> {
    let mut letters = text.chars();
    let sign = letters.next().map(String::from).unwrap_or_default();
    line.say(&sign, Role::Good).left(letters.as_str(), wide.saturating_sub(1), Role::Dim)
}

fn size(line: &mut Line, wide: u16, bytes: Option<u64>) {
    let Some(bytes) = bytes else {
        line.right(UNKNOWN, wide, Role::Dim);
        return;
    };
    let (value, unit) = figures::scaled(bytes as f64);
    line.right(&value, wide.saturating_sub(3), Role::Text).skip(1).left(unit, 2, Role::Dim);
}

/// How many there are, and how much they take.
fn all(line: &mut Line, wide: u16, row: &BoardRow) {
    if row.count == 0 {
        line.right(UNKNOWN, wide, Role::Dim);
        return;
    }
    line.right(&row.count.to_string(), 3, Role::Text).skip(2);
    size(line, wide.saturating_sub(5), Some(row.total));
}
