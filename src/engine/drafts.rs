//! Hosts as an operator says them, and what a look at one finds. What must hold: a secret is a `Secret`, never a text.

use std::path::PathBuf;

use crate::domain::{fleet::PublicCa, secret::Secret};

#[derive(Debug, Clone)]
pub struct HostDraft {
    pub name: String,
    /// As typed: `pve.example.org`, `10.0.0.2:8006`, `https://…`; several with commas between them.
    pub address: String,
    /// The fingerprint that the operator saw and trusts.
    pub fingerprint: String,
    pub public_ca: PublicCa,
    pub credential: Credential,
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
