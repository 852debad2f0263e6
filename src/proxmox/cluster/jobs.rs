//! Backup jobs: Proxmox runs them by itself, whether we are there or not. What must hold: changing a job changes what was
//! asked for and nothing else.

use super::{BackupJob, JobState};
use crate::{
    domain::ids::{NodeName, StorageName},
    proxmox::{
        Client, ClientError,
        backup::{
            BackupMode, BackupOf, CanChoose, Compression, NotesTemplate, Notify, OldBackups, notifying, removing,
            selecting,
        },
        call::Asked,
        storage::Guarding,
        wire::{backup::JobRow, list::List},
    },
};

/// A job to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupJobOrder {
    pub id: String,
    pub schedule: String,
    pub state: JobState,
    pub of: BackupOf,
    pub storage: StorageName,
    pub mode: BackupMode,
    pub compression: Option<Compression>,
    pub old: OldBackups,
    pub notes: Option<NotesTemplate>,
    pub guarding: Guarding,
    pub comment: Option<String>,
    pub node: Option<NodeName>,
    pub repeats_missed: bool,
    pub notify: Notify,
}

impl BackupJobOrder {
    /// By snapshot, packed with zstd, every night, to be told of as the host is set up.
    pub fn nightly(id: impl Into<String>, of: BackupOf, storage: StorageName) -> Self {
        Self {
            id: id.into(),
            schedule: "02:30".to_owned(),
            state: JobState::Enabled,
            of,
            storage,
            mode: BackupMode::Snapshot,
            compression: Some(Compression::Zstd),
            old: OldBackups::default(),
            notes: None,
            guarding: Guarding::Free,
            comment: None,
            node: None,
            repeats_missed: false,
            notify: Notify::AsConfigured,
        }
    }
}

/// What is nothing stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JobChange {
    pub schedule: Option<String>,
    pub state: Option<JobState>,
    pub of: Option<BackupOf>,
    pub storage: Option<StorageName>,
    pub mode: Option<BackupMode>,
    pub compression: Option<Compression>,
    pub old: Option<OldBackups>,
    pub guarding: Option<Guarding>,
    pub repeats_missed: Option<bool>,
    pub notes: Option<NotesTemplate>,
    pub comment: Option<String>,
}

fn switched(state: JobState) -> u8 {
    u8::from(state == JobState::Enabled)
}

impl Client {
    /// By id.
    pub async fn backup_jobs(&self) -> Result<Vec<BackupJob>, ClientError> {
        let asked = Asked::get(&["cluster", "backup"]);
        let answer = self.call(&asked).await?;
        let rows: List<JobRow<'_>> = answer.read(&asked.call)?;
        let mut jobs: Vec<_> = rows.0.iter().filter_map(BackupJob::read).collect();
        jobs.sort_by(|one, other| one.id.cmp(&other.id));
        Ok(jobs)
    }

    /// Its next run is told by the list alone.
    pub async fn backup_job(&self, id: &str) -> Result<BackupJob, ClientError> {
        let asked = Asked::get(&["cluster", "backup", id]);
        let answer = self.call(&asked).await?;
        let said: JobRow<'_> = answer.read(&asked.call)?;
        BackupJob::read(&said).ok_or(ClientError::Rubbish { call: asked.call, why: "it is no backup job".into() })
    }

    pub async fn create_backup_job(&self, job: &BackupJobOrder) -> Result<(), ClientError> {
        let can = CanChoose::of(&self.version_here().await?);
        let asked = Asked::post(&["cluster", "backup"]).with("id", &job.id).with("schedule", &job.schedule);
        let asked = selecting(asked, &job.of)?
            .with("storage", &job.storage)
            .with("mode", job.mode.slug())
            .with("enabled", switched(job.state))
            .with_some("compress", job.compression.map(Compression::slug))
            .with_some("notes-template", job.notes.as_ref().map(NotesTemplate::line))
            .with_some("protected", (job.guarding == Guarding::Protected).then_some(1))
            .with_some("comment", job.comment.as_ref())
            .with_some("node", job.node.as_ref())
            .with_some("repeat-missed", job.repeats_missed.then_some(1));
        let asked = notifying(removing(asked, &job.old), &job.notify, can);
        self.call(&asked).await.map(drop)
    }

    /// A change of nothing is not sent.
    pub async fn change_backup_job(&self, id: &str, change: &JobChange) -> Result<(), ClientError> {
        let mut asked = Asked::put(&["cluster", "backup", id])
            .with_some("schedule", change.schedule.as_ref())
            .with_some("enabled", change.state.map(switched))
            .with_some("storage", change.storage.as_ref())
            .with_some("mode", change.mode.map(BackupMode::slug))
            .with_some("compress", change.compression.map(Compression::slug))
            .with_some("protected", change.guarding.map(|guarding| u8::from(guarding == Guarding::Protected)))
            .with_some("repeat-missed", change.repeats_missed.map(u8::from))
            .with_some("notes-template", change.notes.as_ref().map(NotesTemplate::line).filter(|line| !line.is_empty()))
            .with_some("comment", change.comment.as_ref().filter(|comment| !comment.is_empty()));
        let mut gone = Vec::new();
        if let Some(of) = &change.of {
            asked = selecting(asked, of)?;
            gone.push(other_selections(of));
        }
        // Proxmox does not take an option without a value.
        gone.extend(change.notes.as_ref().filter(|notes| notes.line().is_empty()).map(|_| "notes-template"));
        gone.extend(change.comment.as_ref().filter(|comment| comment.is_empty()).map(|_| "comment"));
        if let Some(old) = &change.old {
            asked = removing(asked, old);
            gone.extend((!matches!(old, OldBackups::Prune(_))).then_some("prune-backups"));
        }
        asked = asked.with_some("delete", Some(gone.join(",")).filter(|gone| !gone.is_empty()));
        if asked.params.is_empty() {
            return Ok(());
        }
        self.call(&asked).await.map(drop)
    }

    pub async fn delete_backup_job(&self, id: &str) -> Result<(), ClientError> {
        self.call(&Asked::delete(&["cluster", "backup", id])).await.map(drop)
    }
}

/// A job selects in one way; what selected before must go.
fn other_selections(of: &BackupOf) -> &'static str {
    match of {
        BackupOf::Guests(_) => "all,exclude,pool",
        BackupOf::Pool(_) => "all,exclude,vmid",
        BackupOf::AllBut(but) if but.is_empty() => "exclude,pool,vmid",
        BackupOf::AllBut(_) => "pool,vmid",
    }
}
