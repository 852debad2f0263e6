//! One guest's turn in a backup that was made or failed, as its log tells it.

use std::{sync::Arc, time::Duration};

use serde::{Deserialize, Serialize};

use super::BackupMode;
use crate::domain::{
    ids::{GuestKey, Upid},
    moment::Moment,
};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    pub task: Upid,
    pub guest: GuestKey,
    pub began: Moment,
    pub took: Option<Duration>,
    /// How it was made in the end.
    pub mode: Option<BackupMode>,
    /// Why it was made in another way than was asked for.
    pub weakened: Option<Arc<str>>,
    pub end: RunEnd,
    /// The volume that it made, `storage:path`.
    pub volume: Option<Arc<str>>,
    pub size: Option<u64>,
    /// Where each mount point that it left out is seen in the guest.
    pub left_out: Vec<Arc<str>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RunEnd {
    Good,
    Failed(Arc<str>),
}
