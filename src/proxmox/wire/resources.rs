//! `cluster/resources`: everything a host has, in one list.

use serde::Deserialize;

use super::{
    lenient::{Flag, Int, Real, Text},
    list::object,
};

/// A guest, a node or a storage; which one tells `kind`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Resource<'a> {
    #[serde(borrow, rename = "type")]
    pub kind: Text<'a>,
    #[serde(borrow)]
    pub node: Text<'a>,
    #[serde(borrow)]
    pub status: Text<'a>,
    pub vmid: Int,
    #[serde(borrow)]
    pub name: Text<'a>,
    pub template: Flag,
    #[serde(borrow)]
    pub lock: Text<'a>,
    #[serde(borrow)]
    pub tags: Text<'a>,
    #[serde(borrow)]
    pub pool: Text<'a>,
    pub cpu: Real,
    pub maxcpu: Real,
    pub mem: Int,
    pub maxmem: Int,
    pub disk: Int,
    pub maxdisk: Int,
    pub uptime: Int,
    pub netin: Int,
    pub netout: Int,
    #[serde(borrow)]
    pub storage: Text<'a>,
    #[serde(borrow)]
    pub plugintype: Text<'a>,
    #[serde(borrow)]
    pub content: Text<'a>,
    pub shared: Flag,
}

/// `status/current` of one guest.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct GuestStatus<'a> {
    #[serde(borrow)]
    pub status: Text<'a>,
    /// What a machine does within `running`: `paused`, `prelaunch`, …
    #[serde(borrow)]
    pub qmpstatus: Text<'a>,
    #[serde(borrow)]
    pub lock: Text<'a>,
    pub uptime: Int,
    #[serde(deserialize_with = "object")]
    pub ha: Ha,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Ha {
    pub managed: Flag,
}
