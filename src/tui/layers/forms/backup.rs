//! A backup that is to be made: where, how, and what is written beside it. What must hold: what is left alone is decided
//! by Proximity, and how long it will probably take is told before.

use std::time::Duration;

use super::{
    Field, Fields, Wanted, Wrong,
    inquiry::{About, Inquiries},
    places::Places,
    sheet::Row,
};
use crate::{
    domain::{
        backup::{BackupMode, Compression, Guarding, How, Mails},
        defaults::Backups as Usual,
        fault::Fault,
        ids::GuestKey,
    },
    engine::{Answer, Query, Request, door::BackupWish},
    tui::{theme::Role, widgets::figures},
};

#[derive(Debug, Clone)]
pub struct BackupForm {
    pub fields: Fields,
    pub name: String,
    guest: GuestKey,
    estimate: Option<Duration>,
    places: Places,
    pub inquiries: Inquiries,
}

const STORAGE: usize = 0;
const MODE: usize = 1;
const COMPRESSION: usize = 2;
const PROTECTED: usize = 3;
const MAIL: usize = 4;
const NOTE: usize = 5;
const UNSAID: &str = "the usual one";
const NO: &str = "no";
const YES: &str = "yes";

impl BackupForm {
    pub fn of(guest: GuestKey, name: String, estimate: Option<Duration>, usual: &Usual, tick: Duration) -> Self {
        // What is recommended stands first.
        let compressions = [Compression::Zstd, Compression::Gzip, Compression::Lzo, Compression::None];
        let fields = vec![
            Places::field(UNSAID),
            Field::choice("mode", BackupMode::ALL.map(BackupMode::slug)).filled(usual.mode.slug()),
            Field::choice("compression", compressions.map(Compression::word)).filled(usual.compression.word()),
            Field::choice("protected", [NO, YES]),
            Field::choice("mail", ["nobody", "as the host does it"]),
            Field::plain("note", "Proximity's own words"),
        ];
        let mut inquiries = Inquiries::default();
        inquiries.ask(About::Places, tick);
        Self { fields: Fields::of(fields), name, guest, estimate, places: Places::default(), inquiries }
    }

    pub fn guest(&self) -> &GuestKey {
        &self.guest
    }

    fn value(&self, at: usize) -> &str {
        self.fields.all.get(at).map_or("", Field::value)
    }

    pub fn query(&self) -> Query {
        Query::BackupPlaces(self.guest.clone())
    }

    pub fn hear(&mut self, result: Result<Answer, Fault>) {
        if let Some(field) = self.fields.all.get_mut(STORAGE) {
            self.places.take(result, field, UNSAID);
        }
    }

    pub fn wish(&self) -> BackupWish {
        let how = How {
            mode: BackupMode::read(self.value(MODE)).unwrap_or_default(),
            compression: Compression::read(self.value(COMPRESSION)).unwrap_or_default(),
            guarding: if self.value(PROTECTED) == YES { Guarding::Protected } else { Guarding::Free },
            mails: if self.value(MAIL) == "nobody" { Mails::Nobody } else { Mails::AsConfigured },
        };
        BackupWish {
            guest: self.guest.clone(),
            storage: self.fields.all.get(STORAGE).and_then(|field| self.places.chosen(field)),
            how,
            note: Some(self.value(NOTE)).filter(|note| !note.is_empty()).map(Into::into),
        }
    }

    pub fn submit(&self) -> Result<Option<Wanted>, Wrong> {
        Ok(Some(Wanted::Preview(Request::Backup(self.wish()))))
    }

    /// What a running app notices of it.
    fn notices(&self) -> &'static str {
        match BackupMode::read(self.value(MODE)).unwrap_or_default() {
            BackupMode::Snapshot => {
                "It goes on meanwhile; where a volume cannot do that, it stands still for a moment."
            }
            BackupMode::Suspend => "It is copied while it runs, then stands still while the rest is copied.",
            BackupMode::Stop => "It is shut down, copied, and started again: nothing of it is half written.",
        }
    }

    pub fn words(&self) -> Vec<String> {
        let estimate = self.estimate.map(|time| format!("It will probably take {}.", figures::span(time)));
        std::iter::once(self.notices().to_owned()).chain(estimate).collect()
    }

    pub fn rows(&self, room: u16) -> Vec<Row> {
        let mut rows =
            vec![Row::Words(vec![("back up ".into(), Role::Dim), (self.name.clone(), Role::Title)]), Row::blank()];
        rows.extend((0..self.fields.all.len()).map(Row::Field));
        rows.push(Row::blank());
        rows.extend(Row::paragraph(self.notices(), Role::Text, room));
        let estimate = match self.estimate {
            Some(time) => format!("about {}, as long as the ones before", figures::span(time)),
            None => "how long it takes nobody knows yet".into(),
        };
        rows.push(Row::words(estimate, Role::Dim));
        rows.extend(super::beside::trouble(self.places.fault.as_ref(), "the storages could not be asked", room));
        rows.push(Row::blank());
        rows.push(Row::words("[Ctrl-S] shows the plan   [Esc] leave it", Role::Dim));
        rows
    }
}
