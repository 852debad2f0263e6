//! The firewall of a container.

use serde::Deserialize;

use super::lenient::{Flag, Int, Text};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct OptionsSaid<'a> {
    pub enable: Flag,
    pub dhcp: Flag,
    #[serde(borrow)]
    pub policy_in: Text<'a>,
    #[serde(borrow)]
    pub policy_out: Text<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct RuleRow<'a> {
    pub pos: Int,
    #[serde(borrow, rename = "type")]
    pub kind: Text<'a>,
    #[serde(borrow)]
    pub action: Text<'a>,
    pub enable: Int,
    #[serde(borrow, rename = "macro")]
    pub macro_: Text<'a>,
    #[serde(borrow)]
    pub proto: Text<'a>,
    #[serde(borrow)]
    pub source: Text<'a>,
    #[serde(borrow)]
    pub dest: Text<'a>,
    #[serde(borrow)]
    pub dport: Text<'a>,
    #[serde(borrow)]
    pub comment: Text<'a>,
}
