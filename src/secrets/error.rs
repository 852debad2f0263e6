//! Why a secret was not read or kept. What must hold: no message ever holds a piece of a secret.

use std::{io, path::PathBuf};

use crate::domain::fault::{Fault, FaultCode, FaultKind};

#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    #[error("the file of secrets is locked")]
    Locked,
    #[error("there is no file of secrets yet")]
    Missing,
    #[error("the passphrase is wrong")]
    WrongPassphrase,
    #[error("the passphrase is empty")]
    EmptyPassphrase,
    #[error("this vault has no passphrase")]
    NoPassphrase,
    #[error("the file of secrets {} is damaged: {detail}", path.display())]
    Damaged { path: PathBuf, detail: &'static str },
    #[error("the file of secrets {} has format {found}, which this program does not know", path.display())]
    Newer { path: PathBuf, found: u8 },
    #[error("{} could not be {doing}: {source}", path.display())]
    Io { path: PathBuf, doing: &'static str, source: io::Error },
    #[error("the system gave no random numbers")]
    NoRandom,
    #[error("the key could not be derived: {0}")]
    Derivation(String),
    #[error("there is no keyring: {0}")]
    NoKeyring(String),
    #[error("the keyring is locked")]
    KeyringLocked,
    #[error("the keyring did not answer in time")]
    KeyringSilent,
    #[error("the keyring refused: {0}")]
    Keyring(String),
    #[error("the program is ending")]
    Interrupted,
}

impl From<VaultError> for Fault {
    fn from(error: VaultError) -> Self {
        let why = error.to_string();
        let (kind, what, remedy) = tell(&error);
        let code = match error {
            VaultError::WrongPassphrase | VaultError::Locked | VaultError::Missing => FaultCode::Refused,
            VaultError::EmptyPassphrase | VaultError::NoPassphrase => FaultCode::Usage,
            _ => FaultCode::Failed,
        };
        Self::new(code, kind, what, why, remedy)
    }
}

fn tell(error: &VaultError) -> (FaultKind, &'static str, String) {
    let unread = "the credentials cannot be read";
    match error {
        VaultError::Locked => (FaultKind::NeedsPerson, unread, "unlock it with its passphrase".into()),
        VaultError::Missing => {
            (FaultKind::NeedsPerson, "the credential was not kept", "choose a passphrase for it".into())
        }
        VaultError::WrongPassphrase => {
            (FaultKind::NeedsPerson, "the credentials were not unlocked", "type the passphrase once more".into())
        }
        VaultError::EmptyPassphrase => {
            (FaultKind::NeedsPerson, "the passphrase was not taken", "choose one of several words".into())
        }
        VaultError::NoPassphrase => {
            (FaultKind::Lasting, "there is nothing to change", "the keyring's own settings change its password".into())
        }
        VaultError::Damaged { path, .. } => (
            FaultKind::NeedsPerson,
            unread,
            format!("put back a copy of {0}, or move it aside and enter the credentials anew", path.display()),
        ),
        VaultError::Newer { .. } => {
            (FaultKind::Lasting, unread, "start the newer Proximity; the file was not touched".into())
        }
        VaultError::Io { .. } => (
            FaultKind::Lasting,
            "the credentials were neither read nor changed",
            "check the rights of that folder and the room on its disk; what was kept before is still there".into(),
        ),
        VaultError::NoRandom | VaultError::Derivation(_) => {
            (FaultKind::Passing, "the credentials were not unlocked", "free some memory and try again".into())
        }
        VaultError::NoKeyring(_) | VaultError::Keyring(_) => (
            FaultKind::Lasting,
            unread,
            "start the desktop's keyring, or use an encrypted file instead with --data DIR".into(),
        ),
        VaultError::KeyringLocked | VaultError::KeyringSilent => (
            FaultKind::NeedsPerson,
            unread,
            "unlock the desktop's keyring and try again, or use an encrypted file instead with --data DIR".into(),
        ),
        VaultError::Interrupted => (FaultKind::Passing, "the credentials were not read", "try again".into()),
    }
}
