//! Everything that can go wrong between us and an SSH server. The texts here are terse; `fault` turns each into what
//! happened, why, and what to do. What must hold: no secret is ever part of one.

use std::path::PathBuf;

use super::HostKey;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SshError {
    #[error("the name {address} is not known")]
    NoSuchName { address: String },
    #[error("nothing listens at {address}")]
    PortClosed { address: String },
    #[error("{address} cannot be reached: {why}")]
    NoRoute { address: String, why: String },
    #[error("{address} does not speak SSH: {why}")]
    NotSsh { address: String, why: String },
    #[error("{address} and we have no way of encryption in common: {why}")]
    NothingInCommon { address: String, why: String },
    #[error("{address} did not {step} in time")]
    Silent { address: String, step: &'static str },
    #[error("{address} shows the key {seen}, trusted is {pinned}", seen = .seen.fingerprint(), pinned = fingerprints(.pinned))]
    KeyChanged { address: String, pinned: Vec<HostKey>, seen: HostKey },
    #[error("{user} was not let in at {address}")]
    NotLetIn { address: String, user: String, refusals: Vec<Refusal> },
    #[error("the connection to {address} broke: {why}")]
    Lost { address: String, why: String },
    #[error("{address} opens no further channel: {why}")]
    NoChannel { address: String, why: String },
    #[error("{address} did not begin {what}")]
    NotBegun { address: String, what: &'static str },
    #[error("{address} did not tell how the command ended")]
    NoExit { address: String },
    #[error("the command wrote more than {limit} bytes")]
    TooMuch { limit: usize },
}

/// Why one proof did not let us in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("no SSH agent runs: {why}")]
    NoAgent { why: String },
    #[error("the SSH agent holds no key")]
    AgentEmpty,
    #[error("the SSH agent gave no signature: {why}")]
    AgentFailed { why: String },
    #[error("none of the {} of the SSH agent was taken", counted(*.keys))]
    AgentKeysRefused { keys: usize },
    #[error("there is no key file {}", .path.display())]
    NoKeyFile { path: PathBuf },
    #[error("the key file {} cannot be read: {why}", .path.display())]
    UnreadableKey { path: PathBuf, why: String },
    #[error("the key file {} is encrypted, and no passphrase is known", .path.display())]
    NoPassphrase { path: PathBuf },
    #[error("the passphrase of the key file {} is wrong", .path.display())]
    WrongPassphrase { path: PathBuf },
    #[error("the key {fingerprint} of {} was not taken", .path.display())]
    KeyRefused { path: PathBuf, fingerprint: String },
    #[error("the password was not taken")]
    PasswordRefused,
    #[error("it lets nobody in with a password")]
    NoPasswords,
    #[error("it took that, and wants more than one proof")]
    WantsMore,
    #[error("it hung up: {why}")]
    HungUp { why: String },
}

/// All of them, with commas between.
pub(super) fn fingerprints(keys: &[HostKey]) -> String {
    keys.iter().map(HostKey::fingerprint).collect::<Vec<_>>().join(", ")
}

fn counted(count: usize) -> String {
    if count == 1 { "one key".into() } else { format!("{count} keys") }
}
