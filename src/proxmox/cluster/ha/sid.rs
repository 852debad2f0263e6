//! What HA calls a guest: `ct:100`, `vm:101`.

use std::{fmt, str::FromStr};

use crate::domain::{fleet::GuestKind, ids::Vmid};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct HaSid {
    pub kind: GuestKind,
    pub vmid: Vmid,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no guest of HA")]
pub struct NotASid(String);

impl fmt::Display for HaSid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.kind {
            GuestKind::Container => "ct",
            GuestKind::Machine => "vm",
        };
        write!(f, "{kind}:{}", self.vmid)
    }
}

impl FromStr for HaSid {
    type Err = NotASid;

    fn from_str(text: &str) -> Result<Self, NotASid> {
        let refuse = || NotASid(text.to_owned());
        let (kind, id) = text.trim().split_once(':').ok_or_else(refuse)?;
        let kind = match kind {
            "ct" => GuestKind::Container,
            "vm" => GuestKind::Machine,
            _ => return Err(refuse()),
        };
        Ok(Self { kind, vmid: Vmid(id.parse().map_err(|_| refuse())?) })
    }
}

/// Of a list such as `ct:100,vm:101`.
pub(super) fn read_all(list: &str) -> Vec<HaSid> {
    list.split([',', ';', ' ']).filter_map(|sid| sid.parse().ok()).collect()
}

pub(super) fn joined(sids: &[HaSid]) -> String {
    sids.iter().map(HaSid::to_string).collect::<Vec<_>>().join(",")
}
