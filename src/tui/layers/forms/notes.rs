//! The notes of a backup, line by line. What must hold: lines that were there are in the form, so that none of them is
//! lost by saving it.

use super::{Field, Fields, Wanted, Wrong, sheet::Row};
use crate::{domain::backup::BackupKey, engine::Request, tui::theme::Role};

#[derive(Debug, Clone)]
pub struct NotesForm {
    pub fields: Fields,
    pub backup: BackupKey,
    before: String,
}

/// So many lines there are to type into at least.
const LEAST: usize = 3;

impl NotesForm {
    pub fn of(backup: BackupKey, text: &str) -> Self {
        let lines: Vec<&str> = text.lines().collect();
        let count = (lines.len() + 1).max(LEAST);
        let field = |at: usize| {
            let field = Field::plain(if at == 0 { "notes" } else { "" }, "");
            field.filled(lines.get(at).copied().unwrap_or(""))
        };
        let fields = Fields::of((0..count).map(field).collect());
        Self { fields, backup, before: text.to_owned() }
    }

    pub fn submit(&self) -> Result<Option<Wanted>, Wrong> {
        let lines: Vec<&str> = self.fields.all.iter().map(Field::exact).collect();
        let text = lines.join("\n").trim_end().to_owned();
        if text == self.before.trim_end() {
            return Err(Wrong::at(0, "nothing is changed", "they say what they said before", "change one, or [Esc]"));
        }
        let request = Request::EditBackup { backup: self.backup.clone(), note: Some(text), guarding: None };
        Ok(Some(Wanted::Request(request)))
    }

    pub fn rows(&self, _room: u16) -> Vec<Row> {
        let mut rows = vec![
            Row::Words(vec![("notes of ".into(), Role::Dim), (self.backup.file().to_owned(), Role::Title)]),
            Row::blank(),
        ];
        rows.extend((0..self.fields.all.len()).map(Row::Field));
        rows.extend([Row::blank(), Row::words("[Ctrl-S] keeps them   [Esc] leave them as they are", Role::Dim)]);
        rows
    }
}
