//! One step of a plan. A Proxmox task is two of them: one begins it and puts out its UPID, the other awaits that UPID, so
//! that a restarted program waits on instead of beginning again. What must hold: a step says all that it needs.

use serde::{Deserialize, Serialize};

use super::guest::NewGuest;
pub use super::part::{
    Cards, Comeback, Copy, Fetched, InnerFile, InnerScript, Meaning, PortWish, PowerAction, Reserve, Restoration, Told,
    Tweak, Values,
};
use crate::domain::{
    app::App,
    backup::{BackupKey, How, Job, Label, Retention},
    catalog::Generator,
    fleet::GuestKind,
    ids::{AppId, GuestKey, HostId, NodeKey, NodeName, OperationId, StorageName, Vmid},
    leftovers::Leftover,
    moment::Moment,
    plan::place::Footing,
    probe::Probe,
};

/// The guest that a step is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Aim {
    Known(GuestKey),
    /// The one whose id step `reserved_by` reserves.
    New {
        host: HostId,
        node: NodeName,
        reserved_by: usize,
    },
}

impl Aim {
    /// The guest, where it is one that is there already.
    pub fn known(&self) -> Option<&GuestKey> {
        match self {
            Self::Known(guest) => Some(guest),
            Self::New { .. } => None,
        }
    }

    pub fn host(&self) -> &HostId {
        match self {
            Self::Known(guest) => &guest.host,
            Self::New { host, .. } => host,
        }
    }
}

impl From<GuestKey> for Aim {
    fn from(guest: GuestKey) -> Self {
        Self::Known(guest)
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Step {
    /// Looks whether all that follows can be done, before anything is.
    Check(Box<Footing>),
    /// Takes an id and ports that nobody else has.
    Reserve(Box<Reserve>),
    /// Makes the secrets that nobody typed, and keeps them in the vault.
    MakeSecrets {
        app: AppId,
        secrets: Vec<(String, Generator)>,
    },
    /// Puts the secrets that the operator typed into the place of the old ones, which are kept for the way back.
    TakeSecrets {
        app: AppId,
        names: Vec<String>,
    },
    /// Copies the secrets of one app to another.
    CopySecrets {
        from: AppId,
        to: AppId,
        names: Vec<String>,
    },
    BeginFetch {
        node: NodeKey,
        storage: String,
        what: Fetched,
    },
    BeginCreate {
        aim: Aim,
        new: Box<NewGuest>,
    },
    BeginClone(Box<Copy>),
    BeginPower {
        guest: Aim,
        kind: GuestKind,
        action: PowerAction,
        /// What takes it back; without one the operator decides.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        undo: Option<PowerAction>,
    },
    BeginSnapshot {
        aim: Aim,
        snapshot: String,
        note: String,
    },
    BeginSnapshotRemoval {
        aim: Aim,
        snapshot: String,
    },
    BeginRollback {
        aim: Aim,
        snapshot: String,
    },
    /// A backup; its archive is named by the task's log.
    BeginBackup {
        aim: Aim,
        storage: String,
        note: String,
        #[serde(default)]
        how: How,
    },
    /// A container under a new id, as a backup has it.
    BeginRestore(Box<Restoration>),
    /// Notes and protection of a backup, and how they were when the plan was made.
    EditBackup {
        backup: BackupKey,
        of: GuestKey,
        node: NodeName,
        to: Label,
        before: Label,
    },
    BeginBackupRemoval {
        backup: BackupKey,
        of: GuestKey,
        node: NodeName,
    },
    /// Removes the backups of a guest that this retention does not keep.
    BeginPrune {
        guest: GuestKey,
        node: NodeName,
        storage: StorageName,
        keeps: Retention,
    },
    BeginResize {
        aim: Aim,
        slot: String,
        gib: u64,
    },
    BeginVolumeMove {
        from: Aim,
        to: Aim,
        slot: String,
    },
    BeginMove {
        guest: GuestKey,
        from: NodeName,
        target: NodeName,
        restarts: bool,
        /// For whoever reads the plan.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        told: Option<Box<Told>>,
    },
    BeginRemoval {
        aim: Aim,
    },
    /// Clears away what an operation left over, if it is still there and still its own.
    ClearAway(Box<Leftover>),
    /// Awaits the task that step `begun_by` put out.
    AwaitTask {
        host: HostId,
        begun_by: usize,
    },
    /// Looks how these options are, for the way back.
    Remember {
        aim: Aim,
        tweaks: Vec<Tweak>,
    },
    /// Changes its options. How they were is known by the step `remembered_by`; a guest that is made here needs none.
    Configure {
        aim: Aim,
        tweaks: Vec<Tweak>,
        remembered_by: Option<usize>,
    },
    /// Does nothing, unless all is taken back: then this is done.
    Comeback {
        aim: Aim,
        way: Comeback,
    },
    FindAddress {
        aim: Aim,
        deadline: u64,
    },
    /// Writes a file inside; what stands in `${…}` are settings and secrets of the app.
    PutFile {
        aim: Aim,
        file: InnerFile,
    },
    /// Runs a script inside.
    Run {
        aim: Aim,
        script: InnerScript,
    },
    Probe {
        aim: Aim,
        probe: Probe,
    },
    /// The same from inside, where no network leads: whether it listens, and answers itself.
    Try {
        aim: Aim,
        /// Nothing where it is only known that it should run.
        probe: Option<Probe>,
    },
    /// Sets it up as the other one is: what its image cannot know.
    TakeAfter {
        from: Aim,
        to: Aim,
    },
    /// Writes down that a backup was seen to work.
    Proved {
        app: AppId,
        backup: BackupKey,
        made: Moment,
    },
    /// Makes a backup job, or changes the one that stood as `before`.
    SaveJob {
        job: Box<Job>,
        before: Option<Box<Job>>,
    },
    RemoveJob(Box<Job>),
    /// Makes a pool where there is none, and takes these guests into it, which are not there yet.
    JoinPool {
        host: HostId,
        pool: String,
        guests: Vec<Vmid>,
        is_new: bool,
    },
    /// Waits until these operations have ended, well.
    After {
        operations: Vec<OperationId>,
    },
    /// Writes the app into our books, where it stood as `before`.
    Record {
        app: Box<App>,
        before: Option<Box<App>>,
        aim: Aim,
    },
    /// Takes the app out of our books, with its ports and its secrets.
    Forget {
        app: AppId,
    },
}

impl Step {
    /// Whether a failure later on owes the world something for this step. Switching a guest on or off by itself is its
    /// own undo: the operator decides, not we.
    pub fn owes_undo(&self) -> bool {
        match self {
            Self::BeginPower { undo, .. } => undo.is_some(),
            Self::Reserve(_)
            | Self::MakeSecrets { .. }
            | Self::TakeSecrets { .. }
            | Self::CopySecrets { .. }
            | Self::BeginFetch { .. }
            | Self::BeginCreate { .. }
            | Self::BeginClone(_)
            | Self::BeginSnapshot { .. }
            | Self::BeginBackup { .. }
            | Self::BeginRestore(_)
            | Self::EditBackup { .. }
            | Self::SaveJob { .. }
            | Self::RemoveJob(_)
            | Self::JoinPool { .. }
            | Self::BeginVolumeMove { .. }
            | Self::BeginMove { .. }
            | Self::Configure { .. }
            | Self::Comeback { .. }
            | Self::PutFile { .. }
            | Self::Record { .. } => true,
            Self::Check(_)
            | Self::After { .. }
            | Self::BeginBackupRemoval { .. }
            | Self::BeginPrune { .. }
            | Self::Try { .. }
            | Self::TakeAfter { .. }
            | Self::Proved { .. }
            | Self::BeginSnapshotRemoval { .. }
            | Self::BeginRollback { .. }
            | Self::BeginResize { .. }
            | Self::BeginRemoval { .. }
            | Self::ClearAway(_)
            | Self::AwaitTask { .. }
            | Self::Remember { .. }
            | Self::FindAddress { .. }
            | Self::Run { .. }
            | Self::Probe { .. }
            | Self::Forget { .. } => false,
        }
    }

    /// Known guests whose configuration it changes.
    pub fn changes(&self) -> Vec<&GuestKey> {
        let aims = match self {
            Self::BeginMove { guest, .. } => return vec![guest],
            Self::Configure { aim, .. }
            | Self::BeginResize { aim, .. }
            | Self::BeginRollback { aim, .. }
            | Self::Comeback { aim, .. }
            | Self::TakeAfter { to: aim, .. } => vec![aim],
            Self::BeginVolumeMove { from, to, .. } => vec![from, to],
            _ => Vec::new(),
        };
        aims.into_iter().filter_map(Aim::known).collect()
    }

    /// Whether a person counts it: waiting for a task belongs to what began it, remembering to what changes.
    pub fn is_visible(&self) -> bool {
        match self {
            Self::AwaitTask { .. } | Self::Remember { .. } | Self::Comeback { .. } => false,
            // One look for each of several guests is part of its move.
            Self::Check(footing) => footing.of.is_none(),
            _ => true,
        }
    }

    /// What of it nobody can take back, in the operator's words.
    pub fn warning(&self) -> Option<&'static str> {
        match self {
            Self::BeginRemoval { .. } => Some("the container and its disks are gone for good; backups stay"),
            Self::BeginRollback { .. } => Some("what was written since the snapshot is gone for good"),
            Self::BeginResize { .. } => Some("a disk never gets smaller again"),
            Self::BeginBackupRemoval { .. } => Some("nobody can bring a removed backup back"),
            Self::BeginPrune { .. } => Some("nobody can bring a removed backup back"),
            Self::BeginRestore(restoration) if !restoration.loses.is_empty() => {
                Some("user and directory of its image do not come back: only root@pam may set them")
            }
            Self::BeginSnapshotRemoval { .. } => Some("nobody can go back to this snapshot any more"),
            Self::Configure { tweaks, .. } if tweaks.iter().any(Tweak::is_felt_later) => {
                Some("what a running container cannot take at once is felt at its next start")
            }
            _ => None,
        }
    }

    pub fn node(&self) -> Option<NodeKey> {
        match self {
            Self::Reserve(reserve) => Some(reserve.node.clone()),
            Self::BeginFetch { node, .. } => Some(node.clone()),
            Self::BeginPrune { guest, node, .. } => Some(NodeKey { host: guest.host.clone(), node: node.clone() }),
            Self::Check(footing) => footing.node.clone(),
            _ => None,
        }
    }
}
