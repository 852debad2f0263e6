//! `startup`: when a guest is switched on with its node, and how much time it gets.

use std::{convert::Infallible, fmt, str::FromStr};

use super::{
    Others,
    parts::{Parts, Written},
};

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Startup {
    /// Lower ones first, and off in the opposite order.
    pub order: Option<u32>,
    /// How many seconds the next one waits after it was switched on.
    pub up: Option<u32>,
    /// How many seconds it has for its shutdown.
    pub down: Option<u32>,
    pub others: Others,
}

impl FromStr for Startup {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        let mut parts = Parts::read(text, "order");
        Ok(Self { order: parts.take("order"), up: parts.take("up"), down: parts.take("down"), others: parts.rest() })
    }
}

impl fmt::Display for Startup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Written::default()
            .with_some("order", self.order)
            .with_some("up", self.up)
            .with_some("down", self.down)
            .ends(&self.others, f)
    }
}
