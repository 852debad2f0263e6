//! How the file of secrets is encrypted: argon2id makes a key of the passphrase, XChaCha20-Poly1305 seals the whole map
//! with it. What must hold: a file that was changed in any byte opens to nothing, and a fresh nonce seals every time.
//!
//! `PROXVAULT` · format · memory KiB · passes · lanes · salt · key check | nonce | sealed map | SHA-256 of all before it.
//! All before the nonce is sealed in as well. The digest guards nothing; it tells a damaged file from a wrong passphrase.

use std::collections::BTreeMap;

use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::{
    XChaCha20Poly1305, XNonce,
    aead::{Aead, Generate, KeyInit, Payload, array::Array},
};
use zeroize::Zeroizing;

use super::error::VaultError;
use crate::domain::secret::Secret;

pub(super) type Secrets = BTreeMap<String, Secret>;

const MAGIC: &[u8; 9] = b"PROXVAULT";
const FORMAT: u8 = 1;
const SALT: usize = 16;
const CHECK: usize = 16;
const NONCE: usize = 24;
const TAG: usize = 16;
const DIGEST: usize = 32;
const KEY: usize = 32;
const HEADER: usize = MAGIC.len() + 1 + 3 * 4 + SALT + CHECK;
/// A file that holds nothing.
const SHORTEST: usize = HEADER + NONCE + TAG + DIGEST;

/// What one guess at the passphrase costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    pub memory_kib: u32,
    pub passes: u32,
    pub lanes: u32,
}

impl Cost {
    pub const STRONG: Self = Self { memory_kib: 64 * 1024, passes: 3, lanes: 1 };

    /// A damaged or hostile file must not make us fill the machine's memory.
    fn is_bearable(self) -> bool {
        (8..=512 * 1024).contains(&self.memory_kib) && (1..=64).contains(&self.passes) && (1..=16).contains(&self.lanes)
    }
}

/// What stands in clear at the head of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Header([u8; HEADER]);

/// Why bytes do not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flaw {
    Damaged(&'static str),
    Newer(u8),
}

/// A key that fits one header.
pub(super) struct Key {
    header: Header,
    key: Zeroizing<[u8; KEY]>,
}

impl Header {
    /// Reads the header of a whole file, once its digest says that the file is as it was written.
    pub(super) fn read(file: &[u8]) -> Result<Self, Flaw> {
        if file.len() > MAGIC.len() && file.starts_with(MAGIC) && file[MAGIC.len()] > FORMAT {
            return Err(Flaw::Newer(file[MAGIC.len()]));
        }
        let header = file.first_chunk::<HEADER>().filter(|_| file.len() >= SHORTEST);
        let header = header.ok_or(Flaw::Damaged("it is too short"))?;
        if !header.starts_with(MAGIC) || header[MAGIC.len()] != FORMAT {
            return Err(Flaw::Damaged("it does not begin like one"));
        }
        let (body, digest) = file.split_last_chunk::<DIGEST>().ok_or(Flaw::Damaged("it is too short"))?;
        if digest_of(body) != *digest {
            return Err(Flaw::Damaged("its bytes have changed"));
        }
        let header = Self(*header);
        if header.cost().is_bearable() { Ok(header) } else { Err(Flaw::Damaged("its numbers make no sense")) }
    }

    fn cost(&self) -> Cost {
        let number = |at: usize| u32::from_le_bytes(std::array::from_fn(|i| self.0[MAGIC.len() + 1 + at * 4 + i]));
        Cost { memory_kib: number(0), passes: number(1), lanes: number(2) }
    }

    fn salt(&self) -> &[u8] {
        &self.0[HEADER - CHECK - SALT..HEADER - CHECK]
    }

    fn check(&self) -> &[u8] {
        &self.0[HEADER - CHECK..]
    }
}

fn digest_of(body: &[u8]) -> [u8; DIGEST] {
    let digest = ring::digest::digest(&ring::digest::SHA256, body);
    std::array::from_fn(|i| digest.as_ref()[i])
}

impl Key {
    /// A key of its own for a file that is to be written.
    pub(super) fn make(passphrase: &Secret, cost: Cost) -> Result<Self, VaultError> {
        let salt: [u8; SALT] = Generate::try_generate().map_err(|_| VaultError::NoRandom)?;
        let (key, check) = derive(passphrase, &salt, cost)?;
        let mut header = Vec::with_capacity(HEADER);
        header.extend_from_slice(MAGIC);
        header.push(FORMAT);
        for number in [cost.memory_kib, cost.passes, cost.lanes] {
            header.extend_from_slice(&number.to_le_bytes());
        }
        header.extend_from_slice(&salt);
        header.extend_from_slice(&check);
        Ok(Self { header: Header(std::array::from_fn(|i| header[i])), key })
    }

    /// The key of a file that is there; nothing when the passphrase is another one.
    pub(super) fn find(passphrase: &Secret, header: Header) -> Result<Option<Self>, VaultError> {
        let (key, check) = derive(passphrase, header.salt(), header.cost())?;
        Ok((check == header.check()).then_some(Self { header, key }))
    }

    pub(super) fn fits(&self, header: &Header) -> bool {
        self.header == *header
    }

    pub(super) fn seal(&self, secrets: &Secrets) -> Result<Vec<u8>, VaultError> {
        let nonce = XNonce::try_generate().map_err(|_| VaultError::NoRandom)?;
        let plain = write_out(secrets);
        let sealed = self
            .cipher()
            .encrypt(&nonce, Payload { msg: &plain, aad: &self.header.0 })
            .map_err(|_| VaultError::Derivation("too much to seal".into()))?;
        let mut file = self.header.0.to_vec();
        file.extend_from_slice(&nonce);
        file.extend_from_slice(&sealed);
        let digest = digest_of(&file);
        file.extend_from_slice(&digest);
        Ok(file)
    }

    pub(super) fn open(&self, file: &[u8]) -> Result<Secrets, Flaw> {
        let body = file.get(HEADER..file.len().saturating_sub(DIGEST)).ok_or(Flaw::Damaged("it is too short"))?;
        let (nonce, sealed) = body.split_first_chunk::<NONCE>().ok_or(Flaw::Damaged("it is too short"))?;
        let plain = self
            .cipher()
            .decrypt(&XNonce::from(*nonce), Payload { msg: sealed, aad: &self.header.0 })
            .map_err(|_| Flaw::Damaged("its seal is broken"))?;
        read_in(&Zeroizing::new(plain)).ok_or(Flaw::Damaged("what it holds makes no sense"))
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(<&Array<_, _>>::from(&*self.key))
    }
}

/// One derivation gives the key and, beside it, a value by which a wrong passphrase is known; neither tells the other.
fn derive(passphrase: &Secret, salt: &[u8], cost: Cost) -> Result<(Zeroizing<[u8; KEY]>, [u8; CHECK]), VaultError> {
    let told = |error: argon2::Error| VaultError::Derivation(error.to_string());
    let params = Params::new(cost.memory_kib, cost.passes, cost.lanes, Some(KEY + CHECK)).map_err(told)?;
    let mut both = Zeroizing::new([0u8; KEY + CHECK]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(passphrase.reveal().as_bytes(), salt, &mut *both)
        .map_err(told)?;
    let mut key = Zeroizing::new([0u8; KEY]);
    key.copy_from_slice(&both[..KEY]);
    Ok((key, std::array::from_fn(|i| both[KEY + i])))
}

/// Length, name, length, secret, and so on. It is sized beforehand: a buffer that grows leaves copies behind.
fn write_out(secrets: &Secrets) -> Zeroizing<Vec<u8>> {
    let size = secrets.iter().map(|(name, secret)| 8 + name.len() + secret.reveal().len()).sum();
    let mut plain = Zeroizing::new(Vec::with_capacity(size));
    for text in secrets.iter().flat_map(|(name, secret)| [name.as_str(), secret.reveal()]) {
        plain.extend_from_slice(&u32::try_from(text.len()).unwrap_or(u32::MAX).to_le_bytes());
        plain.extend_from_slice(text.as_bytes());
    }
    plain
}

fn read_in(mut plain: &[u8]) -> Option<Secrets> {
    let mut secrets = Secrets::new();
    while !plain.is_empty() {
        let name = take_text(&mut plain)?.to_owned();
        secrets.insert(name, Secret::new(take_text(&mut plain)?));
    }
    Some(secrets)
}

fn take_text<'a>(plain: &mut &'a [u8]) -> Option<&'a str> {
    let (length, rest) = plain.split_first_chunk::<4>()?;
    let (text, rest) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
    *plain = rest;
    std::str::from_utf8(text).ok()
}
