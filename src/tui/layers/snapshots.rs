//! The snapshots of an app, newest first. What must hold: each of them says what is lost when it is gone back to, in the
//! plan that is shown before.

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
            brush::{Brush, fit},
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
}

#[derive(Debug, Clone)]
pub enum Found {
    Nothing,
    Known(Vec<SnapshotRow>),
    Fault(Fault),
}

impl Snapshots {
    pub fn of(app: AppId, name: String) -> Self {
        Self { app, name, found: Found::Nothing, at: 0, flight: None }
    }

    pub fn rows(&self) -> &[SnapshotRow] {
        match &self.found {
            Found::Known(rows) => rows,
            _ => &[],
        }
    }

    pub fn take(&mut self, result: Result<Vec<SnapshotRow>, Fault>) {
        self.flight = None;
        self.found = match result {
            Ok(mut rows) => {
                rows.sort_by_key(|row| std::cmp::Reverse(row.taken));
                Found::Known(rows)
            }
            Err(fault) => Found::Fault(fault),
        };
        self.at = self.at.min(self.rows().len().saturating_sub(1));
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
    brush.line(area.x, area.y, area.width, METAL).say("snapshots of ", Role::Dim).bold(&snapshots.name, Role::Title);
    let high = usize::from(area.height.saturating_sub(4)).max(1);
    let from = snapshots.at / high * high;
    for (y, row) in (area.y + 2..area.bottom().saturating_sub(2)).zip(rows.iter().skip(from)) {
        let mut line = brush.line(area.x, y, area.width, METAL);
        for (text, role) in row {
            line.say(text, *role);
        }
    }
    let keys = [("[n]", " take one   "), ("[Enter]", " go back to it   "), ("[d]", " remove   "), ("[Esc]", " close")];
    let mut line = brush.line(area.x, area.bottom().saturating_sub(1), area.width, METAL);
    for (key, words) in keys {
        line.say(key, Role::Text).say(words, Role::Dim);
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
            rows.iter().enumerate().map(|(i, row)| line(row, i == snapshots.at, model, now, room)).collect()
        }
    }
}

fn line(row: &SnapshotRow, is_held: bool, model: &Model, now: Now, room: u16) -> Row {
    let taken = row.taken.map_or_else(|| figures::UNKNOWN.into(), |taken| model.day_and_time(taken));
    let age = row.taken.map_or(String::new(), |taken| figures::age(now.wall.since(taken)));
    vec![
        (if is_held { "▸ " } else { "  " }.into(), Role::Accent),
        (format!("{:<24} ", fit(&row.name, 24)), if is_held { Role::Title } else { Role::Text }),
        (format!("{taken:<14} {age:>6}  "), Role::Dim),
        (fit(&row.note.replace('\n', " "), room.saturating_sub(51)).into_owned(), Role::Text),
    ]
}
