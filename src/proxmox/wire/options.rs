//! `cluster/options`.

use serde::Deserialize;

use super::{
    lenient::Text,
    property::{Property, Words},
};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct OptionsSaid<'a> {
    #[serde(borrow)]
    pub description: Text<'a>,
    #[serde(borrow)]
    pub mac_prefix: Text<'a>,
    #[serde(rename = "next-id")]
    pub next_id: Property,
    #[serde(rename = "allowed-tags")]
    pub allowed_tags: Words,
    #[serde(rename = "registered-tags")]
    pub registered_tags: Words,
    pub migration: Property,
    pub crs: Property,
    pub bwlimit: Property,
    #[serde(borrow)]
    pub http_proxy: Text<'a>,
}
