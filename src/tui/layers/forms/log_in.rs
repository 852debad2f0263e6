//! A host whose user has a second factor: the code of the moment.

use super::{Field, Fields, Wanted, Wrong, sheet::Row};
use crate::{
    domain::{ids::HostId, secret::Secret},
    engine::Change,
    tui::theme::Role,
};

#[derive(Debug, Clone)]
pub struct LogIn {
    pub host: HostId,
    login: String,
    pub fields: Fields,
}

impl LogIn {
    pub fn to(host: HostId, login: &str) -> Self {
        let fields = Fields::of(vec![Field::plain("one-time code", "six digits from your authenticator")]);
        Self { host, login: login.to_owned(), fields }
    }

    pub fn submit(&mut self) -> Result<Option<Wanted>, Wrong> {
        let code: String = self.fields.all[0].value().chars().filter(|letter| !letter.is_whitespace()).collect();
        if code.is_empty() || !code.chars().all(|letter| letter.is_ascii_digit()) {
            let why = "an authenticator shows digits only";
            return Err(Wrong::at(0, "this is no code", why, "type the digits that it shows now"));
        }
        let change = Change::LogIn { host: self.host.clone(), totp: Secret::new(code) };
        Ok(Some(Wanted::Change(change, "logging in")))
    }

    pub fn rows(&self, room: u16) -> Vec<Row> {
        let mut rows = vec![
            Row::Words(vec![("log in to ".into(), Role::Dim), (self.host.to_string(), Role::Title)]),
            Row::blank(),
        ];
        let words =
            format!("{} has a second factor. For work without you at hand an API token does better.", self.login);
        rows.extend(Row::paragraph(&words, Role::Text, room));
        rows.push(Row::blank());
        rows.push(Row::Field(0));
        rows
    }
}
