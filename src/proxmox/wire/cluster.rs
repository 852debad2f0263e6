//! `cluster/status`: who belongs together, and whether they agree.

use serde::Deserialize;

use super::lenient::{Flag, Text};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct StatusRow<'a> {
    #[serde(borrow, rename = "type")]
    pub kind: Text<'a>,
    #[serde(borrow)]
    pub name: Text<'a>,
    #[serde(borrow)]
    pub ip: Text<'a>,
    pub quorate: Flag,
    pub online: Flag,
    /// The node that answers us.
    pub local: Flag,
}
