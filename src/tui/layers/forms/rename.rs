//! Another name for a host. What must hold: a name that is taken or cannot be one is told before anything is sent.

use super::{Field, Fields, Wanted, Wrong, connect::unfit, sheet::Row};
use crate::{
    domain::ids::HostId,
    engine::{Change, HostEdit},
    tui::theme::Role,
};

#[derive(Debug, Clone)]
pub struct RenameForm {
    pub host: HostId,
    pub fields: Fields,
    taken: Vec<String>,
}

impl RenameForm {
    pub fn of(host: HostId, taken: Vec<String>) -> Self {
        let fields = Fields::of(vec![Field::plain("name", "letters, digits, dots, dashes").filled(host.as_str())]);
        Self { host, fields, taken }
    }

    pub fn submit(&mut self) -> Result<Option<Wanted>, Wrong> {
        let name = self.fields.all[0].value();
        if name == self.host.as_str() {
            return Err(Wrong::at(0, "this is its name", "nothing would change", "type another one, or leave it"));
        }
        if let Some(wrong) = unfit(name) {
            return Err(wrong);
        }
        if self.taken.iter().any(|taken| taken == name) {
            let why = "two hosts of one name could not be told apart";
            return Err(Wrong::at(0, "this name is taken", why, "choose another name"));
        }
        let edit = Box::new(HostEdit { name: Some(name.to_owned()), ..HostEdit::default() });
        Ok(Some(Wanted::Change(Change::EditHost { host: self.host.clone(), edit }, "writing it into all the books")))
    }

    pub fn done(&self) -> String {
        format!("{} is called {} now", self.host, self.fields.all[0].value())
    }

    pub fn rows(&self, room: u16) -> Vec<Row> {
        let mut rows = vec![
            Row::Words(vec![("another name for ".into(), Role::Dim), (self.host.to_string(), Role::Title)]),
            Row::blank(),
            Row::Field(0),
            Row::blank(),
        ];
        let words =
            "Only we call it that: on the host itself nothing changes. Its apps, backups and schedules come along.";
        rows.extend(Row::paragraph(words, Role::Dim, room));
        rows
    }
}
