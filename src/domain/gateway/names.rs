//! Names of the network: what a name has to look like so that every resolver, every certificate and Caddy take it. What
//! must hold: nothing that is let through here has a letter in it that means something in a Caddyfile.

use serde::{Deserialize, Serialize};

/// As long as one part of a name may be.
const LONGEST_LABEL: usize = 63;
/// With room for a label before it.
const LONGEST_DOMAIN: usize = 180;

/// Whether this can stand between two dots.
pub fn is_label(text: &str) -> bool {
    let may_stand = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    (1..=LONGEST_LABEL).contains(&text.len())
        && text.chars().all(may_stand)
        && !text.starts_with('-')
        && !text.ends_with('-')
}

/// The name of an app as a label, mended where it has to be; nothing where nothing of it is left.
pub fn label_of(name: &str) -> Option<String> {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
    let mut label = String::new();
    for c in name.chars().map(plain) {
        if label.len() < LONGEST_LABEL && !(c == '-' && (label.is_empty() || label.ends_with('-'))) {
            label.push(c);
        }
    }
    let label = label.trim_end_matches('-').to_owned();
    is_label(&label).then_some(label)
}

/// The domain of a gateway, such as `home.arpa`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Domain(String);

impl Domain {
    /// In small letters; a dot at the end is let go.
    pub fn new(text: &str) -> Result<Self, &'static str> {
        let text = text.trim().trim_end_matches('.').to_ascii_lowercase();
        if text.is_empty() {
            return Err("it is empty");
        }
        if text.len() > LONGEST_DOMAIN {
            return Err("it is longer than 180 letters");
        }
        if !text.split('.').all(is_label) {
            return Err("its parts have letters, digits and - only, and neither begin nor end with -");
        }
        if text.rsplit('.').next().is_some_and(|last| last.chars().all(|c| c.is_ascii_digit())) {
            return Err("it is an address and no name");
        }
        Ok(Self(text))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Domain {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::new(&text)
    }
}

impl From<Domain> for String {
    fn from(domain: Domain) -> Self {
        domain.0
    }
}

impl std::fmt::Display for Domain {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(&self.0)
    }
}

/// A mail address that an authority can write to, or nothing.
pub fn mail(text: &str) -> Option<&str> {
    let text = text.trim();
    let (user, domain) = text.split_once('@')?;
    let may_stand = |c: char| c.is_ascii_alphanumeric() || "._+-".contains(c);
    let is_good = !user.is_empty() && user.chars().all(may_stand) && Domain::new(domain).is_ok();
    (is_good && text.len() <= LONGEST_DOMAIN).then_some(text)
}
