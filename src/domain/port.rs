//! Which port a new app gets. What must hold: never one that is taken or busy, never one outside the range.

use std::collections::BTreeSet;

use super::fault::{Fault, FaultCode};

/// At least one port, and never port 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PortRange {
    first: u16,
    last: u16,
}

impl PortRange {
    pub fn new(first: u16, last: u16) -> Option<Self> {
        (1 <= first && first <= last).then_some(Self { first, last })
    }

    /// The first and the last one.
    pub fn ends(self) -> (u16, u16) {
        (self.first, self.last)
    }

    pub fn contains(self, port: u16) -> bool {
        (self.first..=self.last).contains(&port)
    }
}

impl std::fmt::Display for PortRange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}-{}", self.first, self.last)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ranges {
    /// What the operator opens from outside.
    pub public: PortRange,
    /// What only we and other apps use.
    pub internal: PortRange,
}

impl Default for Ranges {
    fn default() -> Self {
        Self { public: PortRange { first: 8000, last: 9000 }, internal: PortRange { first: 20_000, last: 29_999 } }
    }
}

/// The wanted port when it is free and in the range, else the lowest free one. `taken` are those in our books, `busy`
/// tells what others hold.
pub fn pick(
    range: PortRange,
    taken: &BTreeSet<u16>,
    busy: impl Fn(u16) -> bool,
    wanted: Option<u16>,
) -> Result<u16, Fault> {
    let is_free = |port: &u16| !taken.contains(port) && !busy(*port);
    let wanted = wanted.filter(|port| range.contains(*port));
    wanted.into_iter().chain(range.first..=range.last).find(is_free).ok_or_else(|| full(range))
}

fn full(range: PortRange) -> Fault {
    Fault::lasting(
        FaultCode::Refused,
        "No port is free for the app",
        format!("All ports of {range} are taken by apps or busy"),
        "remove an app that is no longer needed, or widen the range of ports in the settings",
    )
}

/// Where an app of the simulator answers that wants a low port: only root may open those on most machines, and all of the
/// simulated network lies on the operator's own.
pub fn stand_in(address: &str, port: u16) -> Option<u16> {
    let is_simulated = address.starts_with("127.77.");
    (is_simulated && port < 1_024).then(|| 40_000 + port)
}
