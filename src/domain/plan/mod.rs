//! What one operation will do, as data: the same value is the preview, the dry run, the journal's row and the test case.
//! What must hold: a plan holds no secret, only the names under which the vault keeps them.

pub mod app;
pub mod backup;
pub mod change;
pub mod copy;
pub mod deploy;
pub mod gateway;
pub mod guest;
mod inside;
pub mod inverse;
pub mod journal;
mod kind;
mod part;
pub mod place;
pub mod power;
pub mod reclaim;
pub mod relocate;
pub mod restore;
pub mod rights;
pub mod step;
mod steps;
pub mod tidy;
mod titles;
pub mod update;

use serde::{Deserialize, Serialize};

pub use self::{
    guest::{Address, Card, NewGuest, NewMount},
    inside::FOLDER,
    kind::PlanKind,
    step::{Aim, PowerAction, Step},
};
use super::{
    backup::{BackupKey, ScheduleId},
    ids::{AppId, GuestKey, HostId, NodeKey},
};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    pub kind: PlanKind,
    pub subject: Subject,
    /// What the subject was called when the plan was made.
    pub name: String,
    pub steps: Vec<Step>,
    #[serde(default)]
    pub on_failure: OnFailure,
    /// Once this step was done there is no way back: what fails from there on needs a person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub no_return: Option<usize>,
    /// Once one of these was done, with all before it, that much stays whatever fails later.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stays: Vec<usize>,
    /// Other guests and apps that nobody else may work on meanwhile.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also_locks: Vec<String>,
}

impl Plan {
    /// One that is taken back by itself when it fails.
    pub fn new(kind: PlanKind, subject: Subject, name: impl Into<String>, steps: Vec<Step>) -> Self {
        Self {
            kind,
            subject,
            name: name.into(),
            steps,
            on_failure: OnFailure::default(),
            no_return: None,
            stays: Vec::new(),
            also_locks: Vec::new(),
        }
    }

    /// Fixed addresses that it gives to what it makes.
    pub fn addresses(&self) -> impl Iterator<Item = core::net::Ipv4Addr> + '_ {
        self.steps.iter().filter_map(|step| match step {
            Step::BeginCreate { new, .. } => match &new.card.address {
                Address::Fixed { ip, .. } => ip.parse().ok(),
                Address::Dhcp => None,
            },
            _ => None,
        })
    }

    /// All that nobody else may work on while it runs.
    pub fn locks(&self) -> Vec<String> {
        let own = self.subject.lock();
        let others = self.also_locks.iter().filter(|lock| **lock != own).cloned();
        std::iter::once(own.clone()).chain(others.collect::<Vec<_>>()).collect()
    }

    /// The steps as a person counts them.
    pub fn visible(&self) -> impl Iterator<Item = (usize, &Step)> {
        self.steps.iter().enumerate().filter(|(_, step)| step.is_visible())
    }

    /// The guests that it moves, each with the last step of its move.
    pub fn legs(&self) -> impl Iterator<Item = (usize, &GuestKey)> {
        let begins = self.steps.iter().enumerate().filter_map(|(i, step)| match step {
            Step::BeginMove { guest, .. } => Some((i, guest)),
            _ => None,
        });
        begins.map(|(i, guest)| (self.stays.iter().copied().find(|at| *at > i).unwrap_or(self.steps.len()), guest))
    }

    /// Guests whose configuration is another one after it, as far as they are known before.
    pub fn changed(&self) -> impl Iterator<Item = &GuestKey> {
        self.steps.iter().flat_map(Step::changes)
    }

    /// The node where most of its work is done, if there is one.
    pub fn node(&self) -> Option<NodeKey> {
        self.steps.iter().find_map(Step::node)
    }
}

/// What becomes of what was made when an operation fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OnFailure {
    /// It is taken back at once.
    #[default]
    Undo,
    /// The operator is asked.
    Ask,
    /// It stays, and the operator looks at it.
    Keep,
}

/// What an operation is about; one operation at a time runs on a subject.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Subject {
    Host(HostId),
    Node(NodeKey),
    Guest(GuestKey),
    App {
        app: AppId,
        guest: GuestKey,
    },
    /// An app that has no guest yet.
    NewApp {
        app: AppId,
        host: HostId,
    },
    Backup(BackupKey),
    Job(ScheduleId),
    Fleet,
}

impl Plan {
    /// Whether it only changes what we know, and asks no host anything.
    pub fn is_of_the_books(&self) -> bool {
        self.steps.iter().all(|step| matches!(step, Step::Forget { .. }))
    }
}

impl Subject {
    pub fn guest(&self) -> Option<&GuestKey> {
        match self {
            Self::Guest(guest) | Self::App { guest, .. } => Some(guest),
            Self::Host(_) | Self::Node(_) | Self::NewApp { .. } | Self::Backup(_) | Self::Job(_) | Self::Fleet => None,
        }
    }

    pub fn app(&self) -> Option<&AppId> {
        match self {
            Self::App { app, .. } | Self::NewApp { app, .. } => Some(app),
            Self::Host(_) | Self::Node(_) | Self::Guest(_) | Self::Backup(_) | Self::Job(_) | Self::Fleet => None,
        }
    }

    pub fn host(&self) -> Option<&HostId> {
        match self {
            Self::Host(host) | Self::NewApp { host, .. } => Some(host),
            Self::Node(node) => Some(&node.host),
            Self::Guest(guest) | Self::App { guest, .. } => Some(&guest.host),
            Self::Backup(backup) => Some(&backup.host),
            Self::Job(job) => Some(&job.host),
            Self::Fleet => None,
        }
    }

    /// Two operations clash when their locks are equal: an app and its guest are one thing.
    pub fn lock(&self) -> String {
        match self {
            Self::Guest(guest) | Self::App { guest, .. } => lock_of(guest),
            Self::Host(host) => format!("host {host}"),
            Self::Node(node) => format!("node {}/{}", node.host, node.node),
            Self::NewApp { app, .. } => format!("app {app}"),
            Self::Backup(backup) => format!("backup {backup}"),
            Self::Job(job) => format!("job {job}"),
            Self::Fleet => "fleet".into(),
        }
    }
}

/// What keeps others from working on a guest.
pub fn lock_of(guest: &GuestKey) -> String {
    format!("guest {guest}")
}
