//! A new token for a host. What must hold: a login that is lent is sent once, with this wish, and kept nowhere.

use std::time::Duration;

use super::{Field, Fields, Wanted, Wrong, sheet::Row};
use crate::{
    domain::{ids::HostId, moment::Moment, secret::Secret},
    engine::{Change, Credential},
    tui::theme::Role,
};

#[derive(Debug, Clone)]
pub struct RotateForm {
    pub host: HostId,
    login: String,
    pub fields: Fields,
    today: Moment,
}

const BY: usize = 0;
const GOOD_FOR: usize = 1;
const USER: usize = 2;
const PASSWORD: usize = 3;
const CODE: usize = 4;
const ITSELF: &str = "the token itself";
const LENT: &str = "a login you lend";
/// With the days.
const SPANS: [(&str, Option<u64>); 4] =
    [("ever", None), ("a year", Some(365)), ("90 days", Some(90)), ("30 days", Some(30))];

impl RotateForm {
    pub fn of(host: HostId, login: &str, today: Moment) -> Self {
        let fields = Fields::of(vec![
            Field::choice("made by", [ITSELF, LENT]),
            Field::choice("good for", SPANS.map(|(words, _)| words)),
        ]);
        Self { host, login: login.to_owned(), fields, today }
    }

    /// The fields of a login that is lent.
    pub fn follow(&mut self) {
        let is_lent = self.fields.all[BY].value() == LENT;
        match (is_lent, self.fields.all.len()) {
            (true, ..=USER) => self.fields.all.extend([
                Field::plain("user", "root@pam"),
                Field::secret("password", "used once, kept nowhere"),
                Field::plain("one-time code", "only where this user has a second factor"),
            ]),
            (false, _) => self.fields.all.truncate(USER),
            _ => {}
        }
    }

    pub fn submit(&mut self) -> Result<Option<Wanted>, Wrong> {
        let chosen = self.fields.all[GOOD_FOR].value();
        let days = SPANS.iter().find(|(words, _)| *words == chosen).and_then(|(_, days)| *days);
        let expires = days.map(|days| self.today + Duration::from_secs(days * 86_400));
        let change = Change::RotateToken { host: self.host.clone(), by: self.lent()?, expires };
        Ok(Some(Wanted::Change(change, "making a new token, and trying it")))
    }

    fn lent(&self) -> Result<Option<Credential>, Wrong> {
        let all = &self.fields.all;
        if all[BY].value() != LENT {
            return Ok(None);
        }
        if !all[USER].value().contains('@') {
            let why = "Proxmox knows users by name and realm";
            return Err(Wrong::at(
                USER,
                "the realm is missing",
                why,
                "write user@realm: root@pam for the machine's root",
            ));
        }
        if all[PASSWORD].is_empty() {
            let why = "nothing can log in without it";
            return Err(Wrong::at(PASSWORD, "no password", why, "type the password of this user"));
        }
        let code: String = all[CODE].value().chars().filter(|letter| !letter.is_whitespace()).collect();
        let totp = (!code.is_empty()).then(|| Secret::new(code));
        let (user, password) = (all[USER].value().to_owned(), Secret::new(all[PASSWORD].exact()));
        Ok(Some(Credential::Password { user, password, totp }))
    }

    pub fn done(&self) -> String {
        format!("{} has a new token; the old one is gone", self.host)
    }

    pub fn rows(&self, room: u16) -> Vec<Row> {
        let mut rows = vec![
            Row::Words(vec![("a new token for ".into(), Role::Dim), (self.host.to_string(), Role::Title)]),
            Row::blank(),
        ];
        let words = format!(
            "It takes the place of {}, with the same rights. It is tried before the old one is removed.",
            self.login
        );
        rows.extend(Row::paragraph(&words, Role::Text, room));
        rows.push(Row::blank());
        rows.extend((0..self.fields.all.len()).map(Row::Field));
        rows.push(Row::blank());
        let lent = "A token that may not make tokens needs a login that may: it is used once and forgotten.";
        rows.extend(Row::paragraph(lent, Role::Dim, room));
        rows
    }
}
