//! A new source of recipes: its name, where it lies, which branch. What must hold: an address that carries a password is
//! refused before it is sent anywhere.

use super::{Field, Fields, Wanted, Wrong, sheet::Row};
use crate::{
    domain::catalog::{Branch, Source, SourceName, SourceUrl},
    engine::Change,
    tui::theme::Role,
};

#[derive(Debug, Clone)]
pub struct SourceForm {
    pub fields: Fields,
}

impl SourceForm {
    pub fn blank() -> Self {
        let fields = vec![
            Field::plain("name", "such as big-bear"),
            Field::plain("address", "https://github.com/…, a folder, a list over HTTPS"),
            Field::plain("branch or tag", "the one it shows first"),
        ];
        Self { fields: Fields::of(fields) }
    }

    pub fn name(&self) -> Option<SourceName> {
        SourceName::new(self.fields.all[0].value()).ok()
    }

    pub fn done(&self) -> String {
        format!("{} is a source now; its recipes are in the store", self.fields.all[0].value())
    }

    pub fn submit(&mut self) -> Result<Option<Wanted>, Wrong> {
        let value = |at: usize| self.fields.all[at].value();
        let wrong = |at, what: &str, why: String| Wrong::at(at, what, &why, "mend it, then send it again");
        let name = SourceName::new(value(0)).map_err(|why| wrong(0, "this is no name of a source", why))?;
        let url = SourceUrl::new(value(1)).map_err(|why| wrong(1, "this address is not taken", why))?;
        let branch = match value(2) {
            "" => None,
            text => Some(Branch::new(text).map_err(|why| wrong(2, "this is no branch", why))?),
        };
        let source = Source { name, url, branch, pin: None };
        Ok(Some(Wanted::Change(Change::AddSource(source), "fetching it and reading its recipes")))
    }

    pub fn rows(&self, room: u16) -> Vec<Row> {
        let words = "Its recipes become recipes of yours, pinned at what it is today: nothing in them changes until you \
                     look at what is new and take it. They are written by others; Proximity does not check them.";
        let mut rows = vec![Row::words("a source of recipes", Role::Title), Row::blank()];
        rows.extend(Row::paragraph(words, Role::Text, room));
        rows.push(Row::blank());
        rows.extend((0..self.fields.all.len()).map(Row::Field));
        rows
    }
}
