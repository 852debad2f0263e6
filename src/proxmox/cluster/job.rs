//! A backup job as it stands.

use crate::{
    domain::{
        ids::{NodeName, StorageName, Vmid},
        moment::Moment,
    },
    proxmox::{
        backup::{BackupMode, BackupOf, Compression, NotesTemplate, Notify, OldBackups},
        storage::Guarding,
        wire::{backup::JobRow, lenient::Text},
    },
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobState {
    Enabled,
    Disabled,
}

/// A job as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupJob {
    pub id: String,
    /// A calendar event, such as `mon..fri 02:30`.
    pub schedule: String,
    pub state: JobState,
    /// Nothing where its selection makes no sense any more, such as no guest at all.
    pub of: Option<BackupOf>,
    pub storage: Option<StorageName>,
    pub mode: Option<BackupMode>,
    pub compression: Option<Compression>,
    pub old: OldBackups,
    pub notes: Option<NotesTemplate>,
    pub guarding: Guarding,
    pub comment: Option<String>,
    /// Only this node runs it.
    pub node: Option<NodeName>,
    pub next_run: Option<Moment>,
    /// It is made up for when the node was off at its time.
    pub repeats_missed: bool,
    pub notify: Notify,
}

impl BackupJob {
    pub(super) fn read(row: &JobRow<'_>) -> Option<Self> {
        let text = |text: &Text<'_>| text.as_deref().map(str::to_owned);
        Some(Self {
            id: text(&row.id)?,
            schedule: schedule(row),
            state: if row.enabled.0.unwrap_or(true) { JobState::Enabled } else { JobState::Disabled },
            of: selection(row),
            storage: row.storage.as_deref().map(StorageName::new),
            mode: row.mode.as_deref().and_then(BackupMode::read),
            compression: row.compress.as_deref().and_then(Compression::read),
            old: match (row.prune_backups.retention(), row.remove.0) {
                (Some(retention), _) => OldBackups::Prune(retention),
                (None, Some(false)) => OldBackups::Stay,
                (None, _) => OldBackups::AsConfigured,
            },
            notes: row.notes_template.as_deref().map(NotesTemplate::kept),
            guarding: if row.protected.is_set() { Guarding::Protected } else { Guarding::Free },
            comment: text(&row.comment),
            node: row.node.as_deref().map(NodeName::new),
            next_run: row.next_run.fits().filter(|at| *at > 0).map(Moment::from_secs),
            repeats_missed: row.repeat_missed.is_set(),
            notify: match (row.mailto.as_deref(), row.notification_mode.as_deref()) {
                (Some(to), _) => Notify::Mail(to.to_owned()),
                (None, Some("legacy-sendmail")) => Notify::Nobody,
                (None, _) => Notify::AsConfigured,
            },
        })
    }
}

fn schedule(row: &JobRow<'_>) -> String {
    match (row.schedule.as_deref(), row.dow.as_deref(), row.starttime.as_deref()) {
        (Some(schedule), ..) => schedule.to_owned(),
        (None, days, time) => [days, time].into_iter().flatten().collect::<Vec<_>>().join(" "),
    }
}

fn selection(row: &JobRow<'_>) -> Option<BackupOf> {
    let vmids = |list: &str| -> Vec<Vmid> {
        list.split([',', ';', ' ']).filter_map(|id| id.trim().parse().ok()).map(Vmid).collect()
    };
    if let Some(pool) = row.pool.as_deref() {
        return Some(BackupOf::Pool(pool.into()));
    }
    if row.all.is_set() {
        return Some(BackupOf::AllBut(vmids(row.exclude.as_deref().unwrap_or_default())));
    }
    row.vmid.as_deref().map(vmids).filter(|guests| !guests.is_empty()).map(BackupOf::Guests)
}
