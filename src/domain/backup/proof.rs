//! A backup that was seen to start, or to fail at it. What must hold: only what was restored and tried counts; what could
//! not be tried says nothing.

use std::{sync::Arc, time::Duration};

use serde::{Deserialize, Serialize};

use super::BackupKey;
use crate::domain::{ids::AppId, moment::Moment};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proof {
    pub app: AppId,
    pub backup: BackupKey,
    /// When the backup was made.
    pub made: Moment,
    /// When it was tried.
    pub at: Moment,
    pub took: Duration,
    pub result: ProofResult,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProofResult {
    /// It was restored, started, and answered.
    Good,
    /// It was not, and why.
    Bad(Arc<str>),
}
