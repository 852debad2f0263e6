//! The rules by their names. What must hold: one rule has one alert at most about one thing.

use crate::domain::care::About;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// The root disk of an app.
    Disk,
    Memory,
    Cpu,
    Backup,
    /// It does not answer, or does not run though it should.
    Probe,
    /// Its recipe is newer than it.
    Update,
    /// A host does not answer.
    Host,
    Node,
    NodeDisk,
    NodeMemory,
    Storage,
    Token,
    Certificate,
    /// An app is not as the books have it.
    Drift,
    /// An operation does not go on.
    Stuck,
}

impl Rule {
    pub const ALL: [Self; 15] = [
        Self::Disk,
        Self::Memory,
        Self::Cpu,
        Self::Backup,
        Self::Probe,
        Self::Update,
        Self::Host,
        Self::Node,
        Self::NodeDisk,
        Self::NodeMemory,
        Self::Storage,
        Self::Token,
        Self::Certificate,
        Self::Drift,
        Self::Stuck,
    ];

    pub fn slug(self) -> &'static str {
        match self {
            Self::Disk => "disk",
            Self::Memory => "memory",
            Self::Cpu => "cpu",
            Self::Backup => "backup",
            Self::Probe => "probe",
            Self::Update => "update",
            Self::Host => "host",
            Self::Node => "node",
            Self::NodeDisk => "node-disk",
            Self::NodeMemory => "node-memory",
            Self::Storage => "storage",
            Self::Token => "token",
            Self::Certificate => "certificate",
            Self::Drift => "drift",
            Self::Stuck => "stuck",
        }
    }

    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rule| rule.slug() == slug)
    }

    /// What it looks at, in a few words.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Disk => "the root disk of an app fills",
            Self::Memory => "an app needs nearly all of its memory",
            Self::Cpu => "an app needs nearly all of its cores",
            Self::Backup => "an app's backup is older than its jobs promise, or there is none",
            Self::Probe => "an app does not answer, or does not run though it should",
            Self::Update => "an app's recipe is newer than the app",
            Self::Host => "a host does not answer",
            Self::Node => "a node is offline",
            Self::NodeDisk => "the root disk of a node fills",
            Self::NodeMemory => "a node needs nearly all of its memory",
            Self::Storage => "a storage fills",
            Self::Token => "our token runs out soon",
            Self::Certificate => "the certificate of a node runs out soon",
            Self::Drift => "an app is missing, was changed outside, or its id is somebody else's",
            Self::Stuck => "an operation does not go on",
        }
    }

    /// Whether it is known also of what cannot be asked at the moment.
    pub fn needs_no_answer(self) -> bool {
        matches!(self, Self::Token | Self::Certificate | Self::Drift | Self::Stuck)
    }
}

/// What an alert is found again by.
pub type Key = (Rule, About);
