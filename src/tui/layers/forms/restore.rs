//! A backup that is to become an app again: in the place of the one that is there, or beside it. What must hold: what
//! becomes of the one that is there is said before anything happens.

use std::{sync::Arc, time::Duration};

use super::{
    Field, Fields, Wanted, Wrong,
    inquiry::{About, Inquiries},
    places::Places,
    sheet::Row,
};
use crate::{
    domain::{
        backup::{Backup, BackupKey},
        fault::Fault,
        ids::AppId,
    },
    engine::{
        Answer, Query, Request,
        door::{OldOne, RestoreTo, RestoreWish},
    },
    tui::{
        layers::deploy::{DHCP, FIXED, address, gateway, name},
        theme::Role,
        widgets::figures,
    },
};

#[derive(Debug, Clone)]
pub struct RestoreForm {
    pub fields: Fields,
    parts: Vec<Part>,
    pub name: String,
    /// The app whose place it can take.
    app: Option<AppId>,
    backup: Arc<Backup>,
    /// When it was made, in the operator's time.
    made: String,
    taken: Vec<String>,
    places: Places,
    pub inquiries: Inquiries,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Where,
    Old,
    Name,
    Network,
    Address,
    Gateway,
    Storage,
}

const IN_PLACE: &str = "in its place";
const BESIDE: &str = "beside it";
const BIN: &str = "recycle bin";
const DESTROY: &str = "destroyed";
/// The label of what becomes of the one that is there.
pub(super) const OLD: &str = "the old one";
const UNSAID: &str = "where it was";

impl RestoreForm {
    pub fn of(
        backup: Arc<Backup>,
        app: Option<AppId>,
        name: String,
        made: String,
        taken: Vec<String>,
        tick: Duration,
    ) -> Self {
        let choices: &[&str] = if app.is_some() { &[IN_PLACE, BESIDE] } else { &["a new app"] };
        let fields = Fields::of(vec![Field::choice("where", choices.iter().copied()), Places::field(UNSAID)]);
        let mut inquiries = Inquiries::default();
        inquiries.ask(About::Places, tick);
        let parts = vec![Part::Where, Part::Storage];
        let mut form = Self { fields, parts, name, app, backup, made, taken, places: Places::default(), inquiries };
        form.follow();
        form
    }

    pub fn backup(&self) -> &BackupKey {
        &self.backup.key
    }

    fn part(&self, part: Part) -> Option<&Field> {
        self.fields.all.get(self.at(part)?)
    }

    fn at(&self, part: Part) -> Option<usize> {
        self.parts.iter().position(|other| *other == part)
    }

    fn value(&self, part: Part) -> &str {
        self.part(part).map_or("", Field::value)
    }

    fn is_in_place(&self) -> bool {
        self.value(Part::Where) == IN_PLACE
    }

    /// The fields that belong to what was chosen; those that were there keep what they say.
    pub fn follow(&mut self) {
        let wanted: &[Part] = match (self.is_in_place(), self.value(Part::Network) == FIXED) {
            (true, _) => &[Part::Where, Part::Old, Part::Storage],
            (false, false) => &[Part::Where, Part::Name, Part::Network, Part::Storage],
            (false, true) => &[Part::Where, Part::Name, Part::Network, Part::Address, Part::Gateway, Part::Storage],
        };
        if wanted == self.parts {
            return;
        }
        let fields = wanted.iter().map(|part| self.part(*part).cloned().unwrap_or_else(|| self.fresh(*part)));
        self.fields.all = fields.collect();
        self.parts = wanted.to_vec();
        self.fields.at = self.fields.at.min(self.parts.len() - 1);
    }

    fn fresh(&self, part: Part) -> Field {
        match part {
            Part::Where => Field::choice("where", [IN_PLACE, BESIDE]),
            Part::Old => Field::choice(OLD, [BIN, DESTROY]),
            Part::Name => Field::plain("name", format!("{}, with a number", self.name)),
            Part::Network => Field::choice("network", [DHCP, FIXED]),
            Part::Address => Field::plain("address", "192.168.1.51/24"),
            Part::Gateway => Field::plain("gateway", "none"),
            Part::Storage => Places::field(UNSAID),
        }
    }

    pub fn query(&self) -> Query {
        Query::RestorePlaces(self.backup.key.clone())
    }

    pub fn hear(&mut self, result: Result<Answer, Fault>) {
        let Some(at) = self.at(Part::Storage) else { return };
        if let Some(field) = self.fields.all.get_mut(at) {
            self.places.take(result, field, UNSAID);
        }
    }

    pub fn submit(&self) -> Result<Option<Wanted>, Wrong> {
        let to = match (&self.app, self.is_in_place()) {
            (Some(app), true) => RestoreTo::Place { app: app.clone(), old: self.old() },
            _ => self.beside()?,
        };
        let storage = self.part(Part::Storage).and_then(|field| self.places.chosen(field));
        let wish = RestoreWish { backup: self.backup.key.clone(), to, storage, after: Vec::new() };
        Ok(Some(Wanted::Preview(Request::Restore(wish))))
    }

    fn old(&self) -> OldOne {
        if self.value(Part::Old) == DESTROY { OldOne::Destroy } else { OldOne::Bin }
    }

    fn beside(&self) -> Result<RestoreTo, Wrong> {
        let wrong = |part, why: String| {
            let at = self.at(part).unwrap_or(0);
            Wrong::at(at, "that does not do", &why, "type another value, or leave it empty")
        };
        name(self.value(Part::Name), &self.taken).map_err(|why| wrong(Part::Name, why))?;
        gateway(self.value(Part::Gateway)).map_err(|why| wrong(Part::Gateway, why))?;
        let fixed = self.value(Part::Network) == FIXED;
        let address = address(fixed, self.value(Part::Address), self.value(Part::Gateway));
        let address = address.map_err(|why| wrong(Part::Address, why))?;
        let name = Some(self.value(Part::Name)).filter(|name| !name.is_empty()).map(Into::into);
        Ok(RestoreTo::Beside { name, address })
    }

    /// What is lost for good wants its name typed.
    pub fn destroys(&self) -> bool {
        self.is_in_place() && self.old() == OldOne::Destroy
    }

    pub fn verb(&self) -> &'static str {
        if self.is_in_place() { "restore" } else { "restore a copy of" }
    }

    /// What happens, for the plan that is shown before.
    pub fn words(&self) -> Vec<String> {
        let name = &self.name;
        if !self.is_in_place() {
            return vec![format!("A new app as {name} was at {}. What runs now is not touched.", self.made)];
        }
        let then = match self.old() {
            OldOne::Bin => "then the one of today is stopped and waits in the recycle bin: undo swaps them back",
            OldOne::Destroy => {
                "then the one of today is destroyed, with all it has written since; nobody can undo that"
            }
        };
        vec![format!(
            "{name} becomes what it was at {}. The backup is restored and looked at first; {then}.",
            self.made
        )]
    }

    pub fn rows(&self, room: u16) -> Vec<Row> {
        let size = self.backup.size.map_or(String::new(), |size| format!(", {}", figures::size(size)));
        let mut rows = vec![
            Row::Words(vec![("restore ".into(), Role::Dim), (self.name.clone(), Role::Title)]),
            Row::words(format!("of {}{size}, on {}", self.made, self.backup.key.storage()), Role::Dim),
            Row::blank(),
        ];
        rows.extend((0..self.fields.all.len()).map(Row::Field));
        rows.push(Row::blank());
        let role = if self.destroys() { Role::Warning } else { Role::Text };
        rows.extend(self.words().iter().flat_map(|words| Row::paragraph(words, role, room).collect::<Vec<_>>()));
        rows.extend(super::beside::trouble(self.places.fault.as_ref(), "the storages could not be asked", room));
        rows.push(Row::blank());
        rows.push(Row::words("[Ctrl-S] shows the plan   [Esc] leave it", Role::Dim));
        rows
    }
}
