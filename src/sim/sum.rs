//! Checksums by the names Proxmox gives them.

use md5::{Digest, Md5};
use ring::digest::{Context, SHA1_FOR_LEGACY_USE_ONLY, SHA256, SHA384, SHA512};
use sha2::Sha224;

pub const ALGORITHMS: &[&str] = &["md5", "sha1", "sha224", "sha256", "sha384", "sha512"];

/// A checksum that is being worked out.
pub enum Sum {
    Md5(Box<Md5>),
    Sha224(Box<Sha224>),
    Other(Box<Context>),
}

impl Sum {
    pub fn begin(algorithm: &str) -> Option<Self> {
        let other = |kind| Some(Self::Other(Box::new(Context::new(kind))));
        match algorithm {
            "md5" => Some(Self::Md5(Box::default())),
            "sha224" => Some(Self::Sha224(Box::default())),
            "sha1" => other(&SHA1_FOR_LEGACY_USE_ONLY),
            "sha256" => other(&SHA256),
            "sha384" => other(&SHA384),
            "sha512" => other(&SHA512),
            _ => None,
        }
    }

    pub fn add(&mut self, bytes: &[u8]) {
        match self {
            Self::Md5(sum) => sum.update(bytes),
            Self::Sha224(sum) => sum.update(bytes),
            Self::Other(sum) => sum.update(bytes),
        }
    }

    /// In small hexadecimal digits.
    pub fn end(self) -> String {
        let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        match self {
            Self::Md5(sum) => hex(&sum.finalize()),
            Self::Sha224(sum) => hex(&sum.finalize()),
            Self::Other(sum) => hex(sum.finish().as_ref()),
        }
    }
}

/// The checksum of a text; nothing for an algorithm that nobody knows.
pub fn sum_of(algorithm: &str, text: &str) -> Option<String> {
    let mut sum = Sum::begin(algorithm)?;
    sum.add(text.as_bytes());
    Some(sum.end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_those_of_the_standards() {
        for (algorithm, expected) in [
            ("md5", "900150983cd24fb0d6963f7d28e17f72"),
            ("sha1", "a9993e364706816aba3e25717850c26c9cd0d89d"),
            ("sha224", "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7"),
            ("sha256", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        ] {
            assert_eq!(sum_of(algorithm, "abc").as_deref(), Some(expected), "{algorithm}");
        }
        assert!(ALGORITHMS.iter().all(|algorithm| sum_of(algorithm, "").is_some()));
    }
}
