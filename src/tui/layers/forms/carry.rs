//! Settings to a file, or of one. What must hold: nothing of a file holds before it was shown what would be another.

use std::path::PathBuf;

use super::{Field, Fields, Wanted, Wrong, sheet::Row};
use crate::tui::theme::Role;

#[derive(Debug, Clone)]
pub struct CarryForm {
    pub way: Way,
    pub fields: Fields,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    Out,
    In,
}

impl CarryForm {
    pub fn of(way: Way, usual: &str) -> Self {
        let field = Field::plain("file", "a path");
        let field = if usual.is_empty() { field } else { field.filled(usual) };
        Self { way, fields: Fields::of(vec![field]) }
    }

    pub fn submit(&self) -> Result<Option<Wanted>, Wrong> {
        let path = self.fields.all.first().map_or("", Field::value);
        if path.is_empty() {
            return Err(Wrong::at(0, "there is no file", "no path is typed", "type one, or [Esc]"));
        }
        let words = match self.way {
            Way::Out => "writing them",
            Way::In => "reading them",
        };
        Ok(Some(Wanted::Carry(self.way, PathBuf::from(path), words)))
    }

    pub fn rows(&self, room: u16) -> Vec<Row> {
        let (verb, words) = match self.way {
            Way::Out => {
                ("export", "All of them but what is a secret: addresses that alerts are delivered to stay here.")
            }
            Way::In => ("import", "What would be another than now is shown first. What the file does not name stays."),
        };
        let mut rows = vec![
            Row::Words(vec![(format!("{verb} "), Role::Dim), ("settings".into(), Role::Title)]),
            Row::blank(),
            Row::Field(0),
            Row::blank(),
        ];
        rows.extend(Row::paragraph(words, Role::Dim, room));
        rows
    }
}
