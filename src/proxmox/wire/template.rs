//! What can be fetched into a storage: Proxmox's own list of templates, and what a URL or a registry says.

use serde::Deserialize;

use super::lenient::{Int, Text};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct TemplateRow<'a> {
    #[serde(borrow)]
    pub template: Text<'a>,
    #[serde(borrow)]
    pub package: Text<'a>,
    #[serde(borrow)]
    pub version: Text<'a>,
    #[serde(borrow)]
    pub os: Text<'a>,
    #[serde(borrow)]
    pub section: Text<'a>,
    #[serde(borrow, rename = "type")]
    pub kind: Text<'a>,
    #[serde(borrow)]
    pub architecture: Text<'a>,
    #[serde(borrow)]
    pub headline: Text<'a>,
    #[serde(borrow)]
    pub description: Text<'a>,
    #[serde(borrow)]
    pub infopage: Text<'a>,
    #[serde(borrow)]
    pub location: Text<'a>,
    #[serde(borrow)]
    pub sha512sum: Text<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct UrlSaid<'a> {
    #[serde(borrow)]
    pub filename: Text<'a>,
    #[serde(borrow)]
    pub mimetype: Text<'a>,
    pub size: Int,
}
