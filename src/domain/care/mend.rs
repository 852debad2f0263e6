//! What mends something, as one key. What must hold: it is a wish like any other, with a plan that is shown first.

use serde::{Deserialize, Serialize};

use super::FindingId;
use crate::domain::ids::{AppId, GuestKey, OperationId};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mend {
    Start(AppId),
    Restart(AppId),
    /// The root disk gets this large, in GiB.
    Grow {
        app: AppId,
        gib: u64,
    },
    /// MiB
    Memory {
        app: AppId,
        mib: u64,
    },
    Cores {
        app: AppId,
        cores: u32,
    },
    BackUp(AppId),
    /// From its newest backup, where it was.
    Restore(AppId),
    Update(AppId),
    Forget(AppId),
    Adopt(GuestKey),
    /// An app that our books have lost, by what its guest says of itself.
    TakeIn(GuestKey),
    /// An operation goes on here.
    Resume(OperationId),
    /// An operation is cancelled, and what it did is taken back.
    TakeBack(OperationId),
    /// The options of a finding as our books have them.
    PutBack {
        app: AppId,
        finding: FindingId,
    },
}

impl Mend {
    /// What the key does: `grow its disk to 16 GiB`
    pub fn title(&self) -> String {
        match self {
            Self::Start(_) => "start it".into(),
            Self::Restart(_) => "restart it".into(),
            Self::Grow { gib, .. } => format!("grow its disk to {gib} GiB"),
            Self::Memory { mib, .. } => format!("give it {mib} MiB of memory"),
            Self::Cores { cores, .. } => format!("give it {cores} cores"),
            Self::BackUp(_) => "back it up now".into(),
            Self::Restore(_) => "restore its newest backup".into(),
            Self::Update(_) => "update it".into(),
            Self::Forget(_) => "forget it".into(),
            Self::Adopt(_) => "adopt it".into(),
            Self::TakeIn(_) => "take it into the books again".into(),
            Self::Resume(_) => "go on with it here".into(),
            Self::TakeBack(_) => "cancel it and take back what it did".into(),
            Self::PutBack { .. } => "put it back as it was".into(),
        }
    }
}
