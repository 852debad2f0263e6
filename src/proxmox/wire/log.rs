//! `cluster/log`.

use serde::Deserialize;

use super::lenient::{Int, Text};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ClusterLogRow<'a> {
    pub time: Int,
    #[serde(borrow)]
    pub node: Text<'a>,
    #[serde(borrow)]
    pub user: Text<'a>,
    #[serde(borrow)]
    pub tag: Text<'a>,
    pub pri: Int,
    #[serde(borrow)]
    pub msg: Text<'a>,
}
