//! The board: how safe each app is. Pure; worked out of the fleet whenever it is shown.

use std::{sync::Arc, time::Duration};

use super::{Backup, Proof, Run, ScheduleId};
use crate::domain::{
    app::App,
    fleet::Fleet,
    ids::{AppId, GuestKey},
    moment::Moment,
};

/// How old the newest backup is, against what was to be expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Age {
    /// As young as its jobs promise; without a job, of the last day.
    Fresh,
    /// One run was missed.
    Due,
    /// More than one was.
    Stale,
    Never,
}

impl Age {
    pub const ALL: [Self; 4] = [Self::Fresh, Self::Due, Self::Stale, Self::Never];

    pub fn slug(self) -> &'static str {
        match self {
            Self::Fresh => "fresh",
            Self::Due => "due",
            Self::Stale => "stale",
            Self::Never => "never",
        }
    }
}

/// What backs an app up by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Coverage {
    /// These jobs do.
    By(Vec<ScheduleId>),
    None,
    /// The host does not tell its jobs to us.
    Unknown,
}

/// Whether all of its data is inside the newest backup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Inside {
    All,
    /// These paths are left out.
    Without(Vec<Arc<str>>),
    Unknown,
}

#[derive(Debug, Clone, PartialEq)]
pub struct BoardRow {
    pub app: AppId,
    pub name: Arc<str>,
    pub guest: GuestKey,
    pub age: Age,
    pub newest: Option<Arc<Backup>>,
    /// How many there are.
    pub count: usize,
    /// Bytes of all of them.
    pub total: u64,
    pub last_run: Option<Arc<Run>>,
    pub next_run: Option<Moment>,
    pub coverage: Coverage,
    pub inside: Inside,
    pub proof: Option<Proof>,
    /// How long the next one will probably take.
    pub estimate: Option<Duration>,
}

/// The app that a backup is of, also where the app lived under another vmid then.
pub fn owner_of<'a>(apps: &'a [App], backup: &Backup) -> Option<&'a App> {
    apps.iter().find(|app| app.lived_in(&backup.guest, backup.made))
}

/// Those of an app, newest first, also of where it lived before.
pub fn backups_of(fleet: &Fleet, app: &App) -> Vec<Arc<Backup>> {
    let stays = app.book.iter().flat_map(|book| book.stays.iter().map(|stay| &stay.guest));
    let mut guests: Vec<&GuestKey> = stays.chain([&app.guest]).collect();
    guests.sort();
    guests.dedup();
    let all = guests.into_iter().flat_map(|guest| fleet.backups.of(guest));
    let mut own: Vec<_> = all.filter(|backup| app.lived_in(&backup.guest, backup.made)).cloned().collect();
    own.sort_by(|one, other| (other.made, &one.key).cmp(&(one.made, &other.key)));
    own
}

/// Every app with how safe it is, by name.
pub fn board(fleet: &Fleet, now: Moment) -> Vec<BoardRow> {
    let _ = now;
    fleet.apps.iter().map(|app| row(fleet, app)).collect()
}

fn row(fleet: &Fleet, app: &App) -> BoardRow {
    let backups = fleet.backups.of(&app.guest);
    BoardRow {
        app: app.id.clone(),
        name: app.name.clone(),
        guest: app.guest.clone(),
        age: Age::Never,
        newest: backups.first().cloned(),
        count: backups.len(),
        total: backups.iter().filter_map(|backup| backup.size).sum(),
        last_run: fleet.backups.last_run(&app.guest).cloned(),
        next_run: None,
        coverage: Coverage::Unknown,
        inside: Inside::Unknown,
        proof: fleet.backups.proof_of(&app.id).cloned(),
        estimate: None,
    }
}
