//! High availability.

use serde::Deserialize;

use super::{
    lenient::{Flag, Int, Text},
    list::List,
    property::Words,
};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ResourceRow<'a> {
    #[serde(borrow)]
    pub sid: Text<'a>,
    #[serde(borrow)]
    pub state: Text<'a>,
    #[serde(borrow)]
    pub group: Text<'a>,
    pub max_restart: Int,
    pub max_relocate: Int,
    pub failback: Flag,
    #[serde(borrow)]
    pub comment: Text<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct GroupRow<'a> {
    #[serde(borrow)]
    pub group: Text<'a>,
    #[serde(borrow)]
    pub nodes: Text<'a>,
    pub restricted: Flag,
    pub nofailback: Flag,
    #[serde(borrow)]
    pub comment: Text<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct RuleRow<'a> {
    #[serde(borrow)]
    pub rule: Text<'a>,
    #[serde(borrow, rename = "type")]
    pub kind: Text<'a>,
    pub resources: Words,
    pub nodes: Words,
    pub strict: Flag,
    #[serde(borrow)]
    pub affinity: Text<'a>,
    pub disable: Flag,
    #[serde(borrow)]
    pub comment: Text<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct MovedSaid<'a> {
    pub comigrated_resources: Words,
    #[serde(borrow)]
    pub blocking_resources: List<BlockingRow<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct BlockingRow<'a> {
    #[serde(borrow)]
    pub sid: Text<'a>,
    #[serde(borrow)]
    pub cause: Text<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct StatusRow<'a> {
    #[serde(borrow, rename = "type")]
    pub kind: Text<'a>,
    #[serde(borrow)]
    pub node: Text<'a>,
    #[serde(borrow)]
    pub status: Text<'a>,
    pub quorate: Flag,
    #[serde(borrow)]
    pub sid: Text<'a>,
    #[serde(borrow)]
    pub state: Text<'a>,
    #[serde(borrow)]
    pub crm_state: Text<'a>,
    #[serde(borrow)]
    pub request_state: Text<'a>,
    pub timestamp: Int,
}
