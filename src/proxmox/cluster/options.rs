//! Settings of the whole datacenter.

use std::collections::BTreeMap;

use crate::{
    domain::ids::Vmid,
    proxmox::{Client, ClientError, call::Asked, wire::options::OptionsSaid},
};

/// Where nothing is set, nothing is here: Proxmox's own defaults count.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ClusterOptions {
    pub description: Option<String>,
    /// How every MAC address begins that Proxmox makes.
    pub mac_prefix: Option<String>,
    /// Where new vmids are looked for.
    pub next_id: IdRange,
    /// Tags that a user may give without further rights.
    pub allowed_tags: Vec<String>,
    /// Tags that only an administrator may give.
    pub registered_tags: Vec<String>,
    /// The network that migrations take, and whether they are encrypted.
    pub migration: BTreeMap<String, String>,
    /// How HA places guests.
    pub scheduling: BTreeMap<String, String>,
    /// KiB a second, by what is done.
    pub bandwidth: BTreeMap<String, String>,
    pub http_proxy: Option<String>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct IdRange {
    pub from: Option<Vmid>,
    /// Itself no longer.
    pub to: Option<Vmid>,
}

impl Client {
    pub async fn cluster_options(&self) -> Result<ClusterOptions, ClientError> {
        let asked = Asked::get(&["cluster", "options"]);
        let answer = self.call(&asked).await?;
        let said: OptionsSaid<'_> = answer.read(&asked.call)?;
        let id = |name| said.next_id.get(name).and_then(|text| text.trim().parse().ok()).map(Vmid);
        Ok(ClusterOptions {
            next_id: IdRange { from: id("lower"), to: id("upper") },
            description: said.description.as_deref().map(str::to_owned),
            mac_prefix: said.mac_prefix.as_deref().map(str::to_owned),
            allowed_tags: said.allowed_tags.0,
            registered_tags: said.registered_tags.0,
            migration: said.migration.0.into_iter().collect(),
            scheduling: said.crs.0.into_iter().collect(),
            bandwidth: said.bwlimit.0.into_iter().collect(),
            http_proxy: said.http_proxy.as_deref().map(str::to_owned),
        })
    }
}
