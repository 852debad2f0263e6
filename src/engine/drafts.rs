//! Hosts as an operator says them, and what a look at one finds. What must hold: a secret is a `Secret`, never a text.

use std::path::PathBuf;

pub use crate::domain::{
    host::Asked,
    least::{Fetching, LeastReach, State as LeastState},
};

use crate::domain::{fleet::PublicCa, host::HostDefaults, machine::AbilityOf, moment::Moment, secret::Secret};

use super::Nights;

#[derive(Debug, Clone)]
pub struct HostDraft {
    pub name: String,
    /// As typed: `pve.example.org`, `10.0.0.2:8006`, `https://…`; several with commas between them.
    pub address: String,
    /// The fingerprint that the operator saw and trusts.
    pub fingerprint: String,
    pub public_ca: PublicCa,
    pub credential: Credential,
    /// With the password a token of its own is made, and the password is forgotten.
    pub least: Option<Box<LeastWish>>,
    /// How SSH gets in, where it is to.
    pub ssh: Option<Box<SshDraft>>,
    pub defaults: HostDefaults,
}

impl HostDraft {
    /// With nothing but what it takes to log in.
    pub fn of(name: &str, address: &str, fingerprint: &str, credential: Credential) -> Self {
        Self {
            name: name.to_owned(),
            address: address.to_owned(),
            fingerprint: fingerprint.to_owned(),
            public_ca: PublicCa::Refused,
            credential,
            least: None,
            ssh: None,
            defaults: HostDefaults::default(),
        }
    }
}

/// A user and a token of ours with as few rights as work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeastWish {
    /// `proximity@pve`
    pub user: String,
    pub reach: LeastReach,
    /// Where disks, backups and templates may lie.
    pub storages: Vec<String>,
    pub bridges: Vec<String>,
    /// Fetching templates and images from the network.
    pub fetches: Fetching,
    pub expires: Option<Moment>,
    /// The nightly backup job takes a right that the token will not have; it is made while the password is there.
    pub nights: Nights,
}

/// What would be made on a host for a token of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeastPlan {
    pub lines: Vec<LeastLine>,
    /// What it will be good for, and what not and why, in the operator's words.
    pub good_for: Vec<String>,
    pub not_for: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeastLine {
    /// The same for a shell of the host.
    pub line: String,
    pub title: String,
    pub state: LeastState,
}

/// What is to become of a host that is known; what is nothing stays as it is.
#[derive(Debug, Clone, Default)]
pub struct HostEdit {
    pub name: Option<String>,
    pub address: Option<String>,
    pub fingerprint: Option<String>,
    pub public_ca: Option<PublicCa>,
    pub credential: Option<Credential>,
    pub defaults: Option<HostDefaults>,
    pub asked: Option<Asked>,
}

#[derive(Debug, Clone)]
pub enum Credential {
    /// `id` is `user@realm!name`.
    Token { id: String, secret: Secret },
    Password {
        user: String,
        password: Secret,
        /// The code of the moment.
        totp: Option<Secret>,
    },
}

#[derive(Debug, Clone)]
pub struct SshDraft {
    pub user: String,
    pub port: u16,
    pub credential: SshCredential,
    /// The fingerprint that the operator saw and trusts.
    pub fingerprint: String,
    /// Where sshd listens inside the guests.
    pub guest_port: u16,
}

#[derive(Debug, Clone)]
pub enum SshCredential {
    Agent,
    KeyFile {
        path: PathBuf,
        passphrase: Option<Secret>,
    },
    /// It is for the host alone; no guest is shown it.
    Password(Secret),
    /// What it was set up with last.
    AsBefore,
}

/// A machine's SSH key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SshKey {
    /// Such as `ssh-ed25519`.
    pub algorithm: String,
    /// As `ssh-keygen -l` shows it.
    pub fingerprint: String,
    /// The whole key.
    pub line: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SshKeys {
    /// Nothing where it was never seen.
    pub known: Option<SshKey>,
    pub seen: SshKey,
}

/// What a log-in found.
#[derive(Debug, Clone, PartialEq)]
pub struct TestReport {
    pub version: String,
    pub cluster: Option<String>,
    pub nodes: usize,
    pub guests: usize,
    /// `path: privilege` pairs that this credential lacks for what Proximity does today, each with the command that
    /// grants it.
    pub missing: Vec<MissingRight>,
    /// What else this credential is good for, and what it lacks for the rest.
    pub optional: Vec<Allowance>,
    /// Each once, with the nodes that have it.
    pub storages: Vec<FoundStorage>,
    pub bridges: Vec<FoundBridge>,
    pub pools: Vec<String>,
    /// What of all that new apps would best go by.
    pub proposed: HostDefaults,
    /// When the token runs out, where that may be known.
    pub expires: Option<Moment>,
    /// What the version that answered cannot do.
    pub lacks: Vec<AbilityOf>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundStorage {
    pub name: String,
    /// Proxmox's word, such as `dir` or `zfspool`.
    pub kind: String,
    pub nodes: Vec<String>,
    pub is_shared: bool,
    pub holds_disks: bool,
    pub holds_backups: bool,
    pub holds_templates: bool,
    /// Bytes, of the node where there is least.
    pub free: Option<u64>,
    pub total: Option<u64>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundBridge {
    pub name: String,
    pub nodes: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allowance {
    pub purpose: String,
    /// Privilege and path; nothing when it is allowed.
    pub missing: Vec<(String, String)>,
    /// Lines for a shell of the host, in their order, that grant what is missing.
    pub grants: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingRight {
    pub privilege: String,
    pub path: String,
    pub needed_for: String,
    /// A `pveum` line that grants it.
    pub grant: String,
}
