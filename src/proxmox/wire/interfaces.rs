//! `interfaces` of a running container.

use serde::Deserialize;

use super::{lenient::Text, list::List};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Interface<'a> {
    #[serde(borrow)]
    pub name: Text<'a>,
    /// One address with its prefix; all there is before 8.4.
    #[serde(borrow)]
    pub inet: Text<'a>,
    #[serde(borrow)]
    pub inet6: Text<'a>,
    #[serde(borrow, rename = "ip-addresses")]
    pub addresses: List<Address<'a>>,
}

#[derive(Debug, Default, Clone, PartialEq, Deserialize)]
#[serde(default)]
pub struct Address<'a> {
    #[serde(borrow, rename = "ip-address")]
    pub address: Text<'a>,
    #[serde(borrow)]
    pub prefix: Text<'a>,
}
