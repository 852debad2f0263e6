//! `features`: what a container may do besides the usual. All but nesting only root@pam may set.

use std::{convert::Infallible, fmt, str::FromStr};

use super::{
    Others,
    parts::{Parts, Written},
};

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Features {
    /// Containers within the container; Docker needs it, and so does a current systemd.
    pub nesting: bool,
    pub keyctl: bool,
    pub fuse: bool,
    pub others: Others,
}

impl Features {
    pub fn nesting() -> Self {
        Self { nesting: true, ..Self::default() }
    }

    pub fn are_none(&self) -> bool {
        *self == Self::default()
    }
}

impl FromStr for Features {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        let mut parts = Parts::read(text, "");
        Ok(Self {
            nesting: parts.take_switch("nesting"),
            keyctl: parts.take_switch("keyctl"),
            fuse: parts.take_switch("fuse"),
            others: parts.rest(),
        })
    }
}

impl fmt::Display for Features {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Written::default()
            .with_switch("nesting", self.nesting)
            .with_switch("keyctl", self.keyctl)
            .with_switch("fuse", self.fuse)
            .ends(&self.others, f)
    }
}
