//! What the operator is told when SSH fails: what happened, why, and what to do now.

use super::{HostKey, Refusal, SshError, error::fingerprints};
use crate::domain::fault::{Fault, FaultCode, FaultKind};

impl From<SshError> for Fault {
    fn from(error: SshError) -> Self {
        match error {
            SshError::KeyChanged { address, pinned, seen } => changed(&address, &pinned, &seen),
            SshError::NotLetIn { address, user, refusals } => not_let_in(&address, &user, &refusals),
            error @ (SshError::NoSuchName { .. }
            | SshError::PortClosed { .. }
            | SshError::NoRoute { .. }
            | SshError::NotSsh { .. }
            | SshError::NothingInCommon { .. }
            | SshError::Silent { .. }
            | SshError::Lost { .. }) => unreached(error),
            error => channel(error),
        }
    }
}

fn changed(address: &str, pinned: &[HostKey], seen: &HostKey) -> Fault {
    Fault::new(
        FaultCode::Trust,
        FaultKind::NeedsPerson,
        format!("the SSH key of {address} changed"),
        format!(
            "trusted is {}, it now shows {} ({}): it was set up anew, or another machine answers in its place",
            fingerprints(pinned),
            seen.fingerprint(),
            seen.algorithm()
        ),
        "compare it with `ssh-keygen -lf` of the key in /etc/ssh there; if it is right, take it with `proximity guest \
         trust HOST/VMID` for a guest, or `proximity host edit NAME` for a host",
    )
}

fn unreached(error: SshError) -> Fault {
    let (what, why, remedy) = match &error {
        SshError::NoSuchName { address } => (address, "its name is not known".into(), "check the address"),
        SshError::PortClosed { address } => {
            (address, "nothing listens there".into(), "check that sshd runs there, and its port")
        }
        SshError::NoRoute { address, why } => (address, why.clone(), "check the address and the network"),
        SshError::NotSsh { address, why } => {
            (address, format!("it does not speak SSH: {why}"), "check the port: SSH listens on 22 unless set otherwise")
        }
        SshError::NothingInCommon { address, why } => {
            (address, why.clone(), "bring the SSH server there up to date; what it offers is too old to be safe")
        }
        SshError::Silent { address, step } => (
            address,
            format!("it did not {step} in time"),
            "check that the machine is well; a moment later it may answer",
        ),
        SshError::Lost { address, why } => {
            let remedy = "try again; what ran there may have gone on or have ended";
            let what = format!("the SSH connection to {address} broke");
            return Fault::passing(FaultCode::Unreachable, what, why.clone(), remedy);
        }
        _ => return channel(error),
    };
    let what = format!("{what} cannot be reached by SSH");
    if matches!(error, SshError::NothingInCommon { .. }) {
        return Fault::lasting(FaultCode::Unreachable, what, why, remedy);
    }
    Fault::passing(FaultCode::Unreachable, what, why, remedy)
}

fn not_let_in(address: &str, user: &str, refusals: &[Refusal]) -> Fault {
    let why: Vec<_> = refusals.iter().map(Refusal::to_string).collect();
    let why = if why.is_empty() { "there was nothing to log in with".into() } else { why.join("; ") };
    let what = format!("SSH did not let {user} in at {address}");
    Fault::lasting(FaultCode::Refused, what, why, remedy(refusals.first(), user))
}

fn remedy(refusal: Option<&Refusal>, user: &str) -> String {
    match refusal {
        None => "name an agent, a key file or a password with `proximity host edit`".into(),
        Some(Refusal::NoAgent { .. }) => {
            "start one (`eval $(ssh-agent)`, `ssh-add`) in the shell that starts Proximity, or name a key file with \
             --ssh-key FILE"
                .into()
        }
        Some(Refusal::AgentEmpty) => "add a key to it with `ssh-add FILE`".into(),
        Some(Refusal::AgentFailed { .. }) => "look whether the agent waits for you to agree, and try again".into(),
        Some(Refusal::AgentKeysRefused { .. } | Refusal::KeyRefused { .. }) => {
            format!("add the public key to ~{user}/.ssh/authorized_keys there, or take another key")
        }
        Some(Refusal::NoKeyFile { .. }) => "name the private key's file with --ssh-key FILE".into(),
        Some(Refusal::UnreadableKey { .. }) => {
            "check that it is a private key as `ssh-keygen` makes it, and that you may read it".into()
        }
        Some(Refusal::NoPassphrase { .. }) => {
            "give its passphrase with --ssh-passphrase-file FILE, or add the key to an agent".into()
        }
        Some(Refusal::WrongPassphrase { .. }) => "give the right one with --ssh-passphrase-file FILE".into(),
        Some(Refusal::PasswordRefused) => {
            format!("check user and password; sshd may keep {user} out (PermitRootLogin), then take a key")
        }
        Some(Refusal::NoPasswords) => "take a key: --ssh-key FILE or --ssh-agent".into(),
        Some(Refusal::WantsMore) => format!("let {user} in there with one proof (AuthenticationMethods of sshd)"),
        Some(Refusal::HungUp { .. }) => "try again; an agent with many keys can use up all tries".into(),
    }
}

fn channel(error: SshError) -> Fault {
    let why = error.to_string();
    match error {
        SshError::NoChannel { .. } => Fault::passing(
            FaultCode::Busy,
            "the command was not begun over SSH",
            why,
            "wait until another command has ended; sshd allows ten at a time (MaxSessions)",
        ),
        SshError::TooMuch { .. } => Fault::lasting(
            FaultCode::Failed,
            "the command's output was cut",
            why,
            "let it write into a file, and fetch that",
        ),
        SshError::NoExit { .. } => Fault::passing(
            FaultCode::Failed,
            "how the command ended is not known",
            why,
            "look at what it was to do before you run it again",
        ),
        _ => Fault::lasting(
            FaultCode::Refused,
            "the command was not begun over SSH",
            why,
            "check what sshd allows this user (ForceCommand, PermitTTY, the options of authorized_keys)",
        ),
    }
}
