//! The password of root in a container. Only a digest of it is kept, which no answer, config or log may show.

use ring::digest::{SHA256, digest};

use crate::sim::hash::mix;

#[derive(Clone, PartialEq, Eq)]
pub struct Password {
    salt: u64,
    digest: [u8; 32],
}

impl Password {
    pub fn of(text: &str, seed: u64) -> Self {
        let salt = mix(seed, 0x9A55);
        Self { salt, digest: digested(text, salt) }
    }

    pub fn fits(&self, given: &str) -> bool {
        self.digest == digested(given, self.salt)
    }
}

impl std::fmt::Debug for Password {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Password")
    }
}

fn digested(text: &str, salt: u64) -> [u8; 32] {
    let mut bytes = [0; 32];
    bytes.copy_from_slice(digest(&SHA256, &[&salt.to_be_bytes(), text.as_bytes()].concat()).as_ref());
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_fits_itself_only_and_shows_nothing() {
        let password = Password::of("open sesame", 7);
        assert!(password.fits("open sesame") && !password.fits("open sesam") && !password.fits(""));
        assert_eq!(format!("{password:?}"), "Password");
    }
}
