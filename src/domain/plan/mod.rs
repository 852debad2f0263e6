//! What one operation will do, as data: the same value is the preview, the dry run, the journal's row and the test case.

pub mod journal;
pub mod power;

use serde::{Deserialize, Serialize};

use super::{
    fleet::GuestKind,
    ids::{AppId, GuestKey, HostId, NodeKey},
};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    pub kind: PlanKind,
    pub subject: Subject,
    /// What the subject was called when the plan was made.
    pub name: String,
    pub steps: Vec<Step>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PlanKind {
    Start,
    Stop,
    Restart,
}

impl PlanKind {
    pub fn slug(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Stop => "stop",
            Self::Restart => "restart",
        }
    }

    /// What it is doing, as the LED's word.
    pub fn doing(self) -> &'static str {
        match self {
            Self::Start => "starting",
            Self::Stop => "stopping",
            Self::Restart => "restarting",
        }
    }

    pub fn done(self) -> &'static str {
        match self {
            Self::Start => "started",
            Self::Stop => "stopped",
            Self::Restart => "restarted",
        }
    }
}

/// What an operation is about; one operation at a time runs on a subject.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Subject {
    Host(HostId),
    Node(NodeKey),
    Guest(GuestKey),
    App { app: AppId, guest: GuestKey },
    Fleet,
}

impl Subject {
    pub fn guest(&self) -> Option<&GuestKey> {
        match self {
            Self::Guest(guest) | Self::App { guest, .. } => Some(guest),
            Self::Host(_) | Self::Node(_) | Self::Fleet => None,
        }
    }

    /// Two operations clash when their locks are equal: an app and its guest are one thing.
    pub fn lock(&self) -> String {
        match self {
            Self::Guest(guest) | Self::App { guest, .. } => format!("guest {guest}"),
            Self::Host(host) => format!("host {host}"),
            Self::Node(node) => format!("node {}/{}", node.host, node.node),
            Self::Fleet => "fleet".into(),
        }
    }
}

/// One step. A Proxmox task is two of them: one begins it and puts out its UPID, the other awaits that UPID, so that a
/// restarted program waits on instead of beginning again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Step {
    BeginPower {
        guest: GuestKey,
        kind: GuestKind,
        action: PowerAction,
    },
    /// Awaits the task that step `begun_by` put out.
    AwaitTask {
        host: HostId,
        begun_by: usize,
    },
}

impl Step {
    /// Whether a failure later on owes the world something for this step. Switching a guest on or off is its own undo:
    /// the operator decides, not we.
    pub fn owes_undo(&self) -> bool {
        match self {
            Self::BeginPower { .. } | Self::AwaitTask { .. } => false,
        }
    }

    pub fn title(&self) -> String {
        match self {
            Self::BeginPower { guest, action, .. } => format!("{} {guest}", action.slug()),
            Self::AwaitTask { .. } => "wait for the Proxmox task".into(),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PowerAction {
    Start,
    /// Asks the guest to end; cuts the power when it has not after a minute.
    Shutdown,
    /// Cuts the power at once.
    Stop,
    Reboot,
}

impl PowerAction {
    /// The last part of Proxmox's path for it.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Shutdown => "shutdown",
            Self::Stop => "stop",
            Self::Reboot => "reboot",
        }
    }
}
