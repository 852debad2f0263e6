//! Where a log is to be written. What must hold: nothing is written before a path was seen and taken.

use super::{Field, Fields, Wanted, Wrong, sheet::Row};
use crate::tui::theme::Role;

#[derive(Debug, Clone)]
pub struct ExportForm {
    pub name: String,
    pub fields: Fields,
    pub text: String,
    lines: usize,
}

impl ExportForm {
    pub fn of(name: &str, file: &str, text: String) -> Self {
        let fields = Fields::of(vec![Field::plain("file", "a path; without a folder in Proximity's own").filled(file)]);
        Self { name: name.to_owned(), fields, lines: text.lines().count(), text }
    }

    pub fn submit(&self) -> Result<Option<Wanted>, Wrong> {
        let path = self.fields.all[0].value();
        if path.is_empty() || path.ends_with('/') {
            return Err(Wrong::at(0, "this names no file", "a file has a name", "type one, such as app.log"));
        }
        Ok(Some(Wanted::Write { path: path.to_owned(), text: self.text.clone() }))
    }

    pub fn rows(&self, room: u16) -> Vec<Row> {
        let lines = self.lines;
        let mut rows = vec![
            Row::Words(vec![("write down the log of ".into(), Role::Dim), (self.name.clone(), Role::Title)]),
            Row::blank(),
            Row::Field(0),
            Row::blank(),
        ];
        let words = format!("{lines} lines, as they are shown now. What is there already is not written over.");
        rows.extend(Row::paragraph(&words, Role::Dim, room));
        rows
    }
}
