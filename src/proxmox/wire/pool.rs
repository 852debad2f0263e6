//! Pools and their members.

use serde::Deserialize;

use super::{
    lenient::{Int, Text},
    list::List,
};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct PoolRow<'a> {
    #[serde(borrow)]
    pub poolid: Text<'a>,
    #[serde(borrow)]
    pub comment: Text<'a>,
    #[serde(borrow)]
    pub members: List<MemberRow<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct MemberRow<'a> {
    #[serde(borrow, rename = "type")]
    pub kind: Text<'a>,
    pub vmid: Int,
    #[serde(borrow)]
    pub storage: Text<'a>,
    #[serde(borrow)]
    pub node: Text<'a>,
}
