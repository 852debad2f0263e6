//! The snapshots of an app as the tree that they are, each under the one that it grew from. What must hold: each of them says what is lost when it is gone back to, in the
//! plan that is shown before.

mod tree;

use ratatui::layout::Rect;

use super::panel::{METAL, Row, pane_area, plate, told};
use crate::{
    domain::{fault::Fault, ids::AppId},
    engine::door::SnapshotRow,
    tui::{
        event::{Now, Ticket},
        model::Model,
        theme::Role,
        widgets::{
            brush::{Brush, fit, width},
            figures,
        },
    },
};

#[derive(Debug, Clone)]
pub struct Snapshots {
    pub app: AppId,
    pub name: String,
    pub found: Found,
    pub at: usize,
    pub flight: Option<Ticket>,
    /// How deep each row stands, with the lines that lead to it.
    branches: Vec<String>,
}

#[derive(Debug, Clone)]
pub enum Found {
    Nothing,
    Known(Vec<SnapshotRow>),
    Fault(Fault),
}

impl Snapshots {
    pub fn of(app: AppId, name: String) -> Self {
        Self { app, name, found: Found::Nothing, at: 0, flight: None, branches: Vec::new() }
    }

    pub fn rows(&self) -> &[SnapshotRow] {
        match &self.found {
            Found::Known(rows) => rows,
            _ => &[],
        }
    }

    pub fn take(&mut self, result: Result<Vec<SnapshotRow>, Fault>) {
        self.flight = None;
        let is_first = !matches!(self.found, Found::Known(_));
        self.found = match result {
            Ok(rows) => {
                let (rows, branches) = tree::grown(rows);
                self.branches = branches;
                Found::Known(rows)
            }
            Err(fault) => Found::Fault(fault),
        };
        let newest = self.rows().iter().enumerate().max_by_key(|(i, row)| (row.taken, std::cmp::Reverse(*i)));
        let newest = newest.map_or(0, |(at, _)| at);
        self.at = if is_first { newest } else { self.at.min(self.rows().len().saturating_sub(1)) };
    }

    pub fn held(&self) -> Option<&SnapshotRow> {
        self.rows().get(self.at)
    }
}

pub fn draw(brush: &mut Brush, screen: Rect, snapshots: &Snapshots, model: &Model, now: Now) {
    let room = super::panel::inner(screen);
    let rows = lines(snapshots, model, now, room);
    let area = pane_area(screen, rows.len() as u16 + 4);
    plate(brush, screen, area.height);
    inside(brush, area, snapshots, &rows);
}

/// The same without its plate.
pub fn content(brush: &mut Brush, area: Rect, snapshots: &Snapshots, model: &Model, now: Now) {
    inside(brush, area, snapshots, &lines(snapshots, model, now, area.width));
}

fn inside(brush: &mut Brush, area: Rect, snapshots: &Snapshots, rows: &[Row]) {
    brush.line(area.x, area.y, area.width, METAL).say("snapshots of ", Role::Dim).bold(&snapshots.name, Role::Title);
    let high = usize::from(area.height.saturating_sub(4)).max(1);
    let from = snapshots.at / high * high;
    for (y, row) in (area.y + 2..area.bottom().saturating_sub(2)).zip(rows.iter().skip(from)) {
        let mut line = brush.line(area.x, y, area.width, METAL);
        for (text, role) in row {
            line.keyed(text, *role);
        }
    }
    let keys = [("[n]", " take one   "), ("[Enter]", " go back to it   "), ("[d]", " remove   "), ("[Esc]", " close")];
    let mut line = brush.line(area.x, area.bottom().saturating_sub(1), area.width, METAL);
    for (key, words) in keys {
        line.keyed(key, Role::Text).say(words, Role::Dim);
    }
}

fn lines(snapshots: &Snapshots, model: &Model, now: Now, room: u16) -> Vec<Row> {
    let one = |text: &str| vec![vec![(text.to_owned(), Role::Dim)]];
    match &snapshots.found {
        Found::Nothing => one("asking …"),
        Found::Fault(fault) => told(
            &[
                ("what", &*fault.what, Role::Danger),
                ("why", &fault.why, Role::Text),
                ("now", &fault.remedy, Role::Title),
            ],
            room,
        ),
        Found::Known(rows) if rows.is_empty() => one("there is none yet: [n] takes one in a moment"),
        Found::Known(rows) => {
            let branch = |i: usize| snapshots.branches.get(i).map_or("", String::as_str);
            let told = |(i, row)| line(row, branch(i), i == snapshots.at, model, now, room);
            rows.iter().enumerate().map(told).collect()
        }
    }
}

/// From this age on a snapshot is worth a look: it grows, and holds room that nobody counts.
const OLD: std::time::Duration = std::time::Duration::from_secs(7 * 86_400);
/// Cells for the tree and the name.
const NAME: u16 = 30;

fn line(row: &SnapshotRow, branch: &str, is_held: bool, model: &Model, now: Now, room: u16) -> Row {
    let taken = row.taken.map_or_else(|| figures::UNKNOWN.into(), |taken| model.day_and_time(taken));
    let since = row.taken.map(|taken| now.wall.since(taken));
    let age = since.map_or(String::new(), figures::age);
    let is_old = since.is_some_and(|since| since >= OLD);
    let name = if room >= 80 { NAME } else { 22 };
    let branch = fit(branch, name / 2).into_owned();
    let rest = usize::from(name.saturating_sub(width(&branch)));
    let mut told = vec![
        (if is_held { "▸ " } else { "  " }.into(), Role::Accent),
        (branch, Role::Border),
        (format!("{:<rest$} ", fit(&row.name, rest as u16)), if is_held { Role::Title } else { Role::Text }),
        (format!("{taken:<14} {age:>6} "), Role::Dim),
        (if is_old { "◐ old  " } else { "  " }.into(), Role::Warning),
    ];
    let used: u16 = told.iter().map(|(text, _)| width(text)).sum();
    told.push((fit(&row.note.replace('\n', " "), room.saturating_sub(used)).into_owned(), Role::Text));
    told
}
