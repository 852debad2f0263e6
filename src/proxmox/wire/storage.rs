//! Storages: how they are, how they are set up, what lies in them.

use serde::Deserialize;

use super::{
    lenient::{Flag, Int, Real, Text},
    list::object,
};

/// A row of a node's storages; the status of one has the same words without its name.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct StorageRow<'a> {
    #[serde(borrow)]
    pub storage: Text<'a>,
    #[serde(borrow, rename = "type")]
    pub kind: Text<'a>,
    #[serde(borrow)]
    pub content: Text<'a>,
    pub active: Flag,
    pub enabled: Flag,
    pub shared: Flag,
    pub total: Int,
    pub used: Int,
    pub avail: Int,
}

/// A row of what lies in a storage.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct VolumeRow<'a> {
    #[serde(borrow)]
    pub volid: Text<'a>,
    #[serde(borrow)]
    pub content: Text<'a>,
    #[serde(borrow)]
    pub format: Text<'a>,
    #[serde(borrow)]
    pub subtype: Text<'a>,
    pub size: Int,
    pub used: Int,
    pub ctime: Int,
    pub vmid: Int,
    #[serde(borrow)]
    pub parent: Text<'a>,
    #[serde(borrow)]
    pub notes: Text<'a>,
    pub protected: Flag,
    /// `1`, or the fingerprint of the key.
    #[serde(borrow)]
    pub encrypted: Text<'a>,
    #[serde(deserialize_with = "object", borrow)]
    pub verification: VerificationSaid<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct VerificationSaid<'a> {
    #[serde(borrow)]
    pub state: Text<'a>,
    #[serde(borrow)]
    pub upid: Text<'a>,
}

/// One volume, asked for alone: its kind and guest are not told again.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct VolumeSaid<'a> {
    #[serde(borrow)]
    pub path: Text<'a>,
    #[serde(borrow)]
    pub format: Text<'a>,
    pub size: Int,
    pub used: Int,
    #[serde(borrow)]
    pub notes: Text<'a>,
    pub protected: Flag,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct PruneRow<'a> {
    #[serde(borrow)]
    pub volid: Text<'a>,
    #[serde(borrow)]
    pub mark: Text<'a>,
    #[serde(borrow, rename = "type")]
    pub kind: Text<'a>,
    pub ctime: Int,
    pub vmid: Int,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct FillRow {
    pub time: Int,
    pub used: Real,
    pub total: Real,
}
