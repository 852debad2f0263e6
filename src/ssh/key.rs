//! The key by which a machine is known. What must hold: two keys are the same only if every byte of them is.

use std::{fmt, str::FromStr, sync::Arc};

use russh::keys::{Algorithm, HashAlg, PublicKey, PublicKeyBase64};

/// One public key, written `ssh-ed25519 AAAA…`.
#[derive(Clone, PartialEq, Eq)]
pub struct HostKey(Arc<PublicKey>);

/// Which keys a machine may show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pins {
    /// One of these and no other.
    Pinned(Vec<HostKey>),
    /// It was never seen before: any key will do, and it is told which one it was.
    FirstUse,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("it is no public key of a machine, such as `ssh-ed25519 AAAA…`")]
pub struct NotAHostKey;

impl HostKey {
    pub(super) fn of(key: &PublicKey) -> Self {
        // Without the comment, or two spellings of one key would differ.
        Self(Arc::new(PublicKey::from(key.key_data().clone())))
    }

    /// SHA-256, as `ssh-keygen -l` shows it.
    pub fn fingerprint(&self) -> String {
        self.0.fingerprint(HashAlg::Sha256).to_string()
    }

    /// Such as `ssh-ed25519`.
    pub fn algorithm(&self) -> String {
        self.0.algorithm().to_string()
    }

    /// How a machine that has this key may sign with it; nothing that is broken.
    fn ways_to_sign(&self) -> Vec<Algorithm> {
        match self.0.algorithm() {
            Algorithm::Rsa { .. } => rsa().to_vec(),
            other => vec![other],
        }
    }
}

fn rsa() -> [Algorithm; 2] {
    [Algorithm::Rsa { hash: Some(HashAlg::Sha512) }, Algorithm::Rsa { hash: Some(HashAlg::Sha256) }]
}

impl Pins {
    /// What is asked for, the best first: a machine with several keys must show the pinned one, and one that has no key
    /// of that type any more must still show what it has, so that the change is seen.
    pub(super) fn preferred(&self) -> Vec<Algorithm> {
        use russh::keys::EcdsaCurve::{NistP256, NistP384, NistP521};
        let mut wanted = match self {
            Self::Pinned(keys) => keys.iter().flat_map(HostKey::ways_to_sign).collect(),
            Self::FirstUse => Vec::new(),
        };
        let curves = [NistP256, NistP384, NistP521].map(|curve| Algorithm::Ecdsa { curve });
        for known in [Algorithm::Ed25519].into_iter().chain(curves).chain(rsa()) {
            if !wanted.contains(&known) {
                wanted.push(known);
            }
        }
        wanted
    }

    /// The pinned key that this one would have to be; nothing when it is trusted.
    pub(super) fn missed_by(&self, seen: &HostKey) -> Option<Vec<HostKey>> {
        match self {
            Self::Pinned(keys) if !keys.contains(seen) => Some(keys.clone()),
            Self::Pinned(_) | Self::FirstUse => None,
        }
    }
}

impl FromStr for HostKey {
    type Err = NotAHostKey;

    fn from_str(line: &str) -> Result<Self, NotAHostKey> {
        let mut words = line.split_ascii_whitespace();
        let (Some(name), Some(key)) = (words.next(), words.next()) else { return Err(NotAHostKey) };
        let key = russh::keys::parse_public_key_base64(key).map_err(|_| NotAHostKey)?;
        let key = Self::of(&key);
        if key.algorithm() == name { Ok(key) } else { Err(NotAHostKey) }
    }
}

impl fmt::Display for HostKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.algorithm(), self.0.public_key_base64())
    }
}

impl fmt::Debug for HostKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.algorithm(), self.fingerprint())
    }
}
