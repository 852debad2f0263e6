//! What makes backups by itself: a job of Proxmox, which runs while nobody is here, or one of ours, which `watch` runs where
//! the credential may not edit those of Proxmox.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{BackupMode, Compression, Guarding, Retention};
use crate::domain::{
    ids::{HostId, StorageName, Vmid},
    moment::Moment,
};

/// A job by its host and Proxmox's id for it; written `host/id`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ScheduleId {
    pub host: HostId,
    pub id: Arc<str>,
}

impl std::fmt::Display for ScheduleId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.host, self.id)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    pub id: ScheduleId,
    pub runner: Runner,
    /// A calendar event, such as `mon..fri 02:30`.
    pub schedule: String,
    pub state: JobState,
    /// Nothing where its selection makes no sense any more, such as no guest at all.
    pub of: Option<Selection>,
    pub storage: Option<StorageName>,
    pub mode: BackupMode,
    pub compression: Compression,
    /// What is kept; nothing leaves that to the storage.
    pub keeps: Option<Retention>,
    pub note: Option<String>,
    pub guarding: Guarding,
    pub comment: Option<String>,
    /// It is made up for when the node was off at its time.
    pub repeats_missed: bool,
    /// As its runner tells it.
    pub next_run: Option<Moment>,
}

/// Who runs a job.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Runner {
    #[default]
    Proxmox,
    /// `proximity watch`.
    Watch,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum JobState {
    #[default]
    Enabled,
    Disabled,
}

/// Which guests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Selection {
    Pool(Arc<str>),
    Guests(Vec<Vmid>),
    AllBut(Vec<Vmid>),
    /// Every app of ours on the host, whenever it was made; only `watch` knows them.
    Apps,
}
