//! The configuration of a container, read whole. What must hold: what we do not know or cannot read is kept as text.

use std::{collections::BTreeMap, str::FromStr};

use serde::Deserialize;

use super::{ConsoleMode, Environment, Features, Mount, Net, RootDisk, SnapshotName, Startup, lxc, value::numbered};
use crate::{
    domain::{
        app::Marker,
        ids::{NodeName, Vmid},
    },
    proxmox::{
        Client, ClientError,
        call::Asked,
        storage::VolumeId,
        wire::{lenient::switch, list::Pairs},
    },
};

/// By which Proxmox knows whether somebody else changed the configuration meanwhile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Digest(pub String);

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConfigView {
    /// With all that waits for the next start.
    Next,
    /// As it runs now.
    Current,
    Snapshot(SnapshotName),
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ContainerConfig {
    pub digest: Option<Digest>,
    pub hostname: Option<String>,
    /// Without an end of line that Proxmox appends.
    pub description: Option<String>,
    pub tags: Vec<String>,
    pub ostype: Option<String>,
    pub arch: Option<String>,
    pub cores: Option<u32>,
    /// MiB
    pub memory: Option<u64>,
    /// MiB
    pub swap: Option<u64>,
    pub root: Option<RootDisk>,
    pub mounts: BTreeMap<u8, Mount>,
    pub unused: BTreeMap<u8, VolumeId>,
    pub nets: BTreeMap<u8, Net>,
    pub features: Features,
    pub is_unprivileged: bool,
    pub is_template: bool,
    pub is_protected: bool,
    pub starts_on_boot: bool,
    pub startup: Option<Startup>,
    pub console: ConsoleMode,
    pub environment: Environment,
    pub entrypoint: Option<String>,
    pub nameserver: Option<String>,
    pub search_domain: Option<String>,
    pub timezone: Option<String>,
    pub lock: Option<String>,
    /// The `lxc.…` keys, which only root writes, by hand.
    pub raw: Vec<(String, String)>,
    pub others: BTreeMap<String, String>,
}

impl ContainerConfig {
    /// What Proximity wrote of itself.
    pub fn marker(&self) -> Option<Marker> {
        Marker::find(self.description.as_deref()?)
    }

    /// An option as Proxmox writes it; nothing where it is not set.
    pub fn text_of(&self, option: &str) -> Option<String> {
        let on = |is_on: bool| is_on.then(|| "1".to_owned());
        let of = |prefix: &str| numbered(option, prefix);
        match option {
            "hostname" => self.hostname.clone(),
            "ostype" => self.ostype.clone(),
            "arch" => self.arch.clone(),
            "cores" => self.cores.map(|count| count.to_string()),
            "memory" => self.memory.map(|mib| mib.to_string()),
            "swap" => self.swap.map(|mib| mib.to_string()),
            "rootfs" => self.root.as_ref().map(RootDisk::to_string),
            "features" => Some(self.features.to_string()).filter(|text| !text.is_empty()),
            "unprivileged" => on(self.is_unprivileged),
            "template" => on(self.is_template),
            "protection" => on(self.is_protected),
            "onboot" => on(self.starts_on_boot),
            "startup" => self.startup.as_ref().map(Startup::to_string),
            "cmode" => (self.console != ConsoleMode::default()).then(|| self.console.to_string()),
            "entrypoint" => self.entrypoint.clone(),
            "nameserver" => self.nameserver.clone(),
            "searchdomain" => self.search_domain.clone(),
            "timezone" => self.timezone.clone(),
            _ => {
                let mount = of("mp").and_then(|number| self.mounts.get(&number)).map(Mount::to_string);
                let net = || of("net").and_then(|number| self.nets.get(&number)).map(Net::to_string);
                mount.or_else(net).or_else(|| self.others.get(option).cloned())
            }
        }
    }

    /// The first number that no mount point has.
    pub fn free_mount(&self) -> Option<u8> {
        (0..=u8::MAX).find(|number| !self.mounts.contains_key(number))
    }

    pub(in crate::proxmox) fn read(pairs: Pairs, raw: Vec<(String, String)>) -> Self {
        let mut left = Left(pairs.0.into_iter().collect());
        let is_on = |left: &mut Left, key| left.text(key).as_deref().and_then(switch) == Some(true);
        Self {
            digest: left.text("digest").map(Digest),
            hostname: left.text("hostname"),
            description: left.text("description").map(|text| text.trim_end_matches('\n').to_owned()),
            tags: tags(&left.text("tags").unwrap_or_default()),
            ostype: left.text("ostype"),
            arch: left.text("arch"),
            cores: left.take("cores"),
            memory: left.take("memory"),
            swap: left.take("swap"),
            root: left.take("rootfs"),
            mounts: left.numbered("mp"),
            unused: left.numbered("unused"),
            nets: left.numbered("net"),
            features: left.take("features").unwrap_or_default(),
            is_unprivileged: is_on(&mut left, "unprivileged"),
            is_template: is_on(&mut left, "template"),
            is_protected: is_on(&mut left, "protection"),
            starts_on_boot: is_on(&mut left, "onboot"),
            startup: left.take("startup"),
            console: left.take("cmode").unwrap_or_default(),
            environment: left.take("env").unwrap_or_default(),
            entrypoint: left.text("entrypoint"),
            nameserver: left.text("nameserver"),
            search_domain: left.text("searchdomain"),
            timezone: left.text("timezone"),
            lock: left.text("lock"),
            raw,
            others: left.0,
        }
    }
}

/// The options nobody has taken yet.
struct Left(BTreeMap<String, String>);

impl Left {
    fn text(&mut self, key: &str) -> Option<String> {
        self.0.remove(key).filter(|text| !text.is_empty())
    }

    /// What cannot be read stays.
    fn take<T: FromStr>(&mut self, key: &str) -> Option<T> {
        let value = self.0.get(key)?.trim().parse().ok()?;
        self.0.remove(key);
        Some(value)
    }

    /// All of `mp0`, `mp1`, …
    fn numbered<T: FromStr>(&mut self, prefix: &str) -> BTreeMap<u8, T> {
        let numbers: Vec<u8> = self.0.keys().filter_map(|key| numbered(key, prefix)).collect();
        numbers.into_iter().filter_map(|number| Some((number, self.take(&format!("{prefix}{number}"))?))).collect()
    }
}

fn tags(text: &str) -> Vec<String> {
    text.split([';', ',', ' ']).filter(|tag| !tag.is_empty()).map(str::to_owned).collect()
}

/// `lxc` beside the options: a list of pairs.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::proxmox) struct RawSaid {
    lxc: serde_json::Value,
}

impl RawSaid {
    pub fn pairs(&self) -> Vec<(String, String)> {
        let rows = self.lxc.as_array().map(Vec::as_slice).unwrap_or_default();
        rows.iter()
            .filter_map(|row| Some((row.get(0)?.as_str()?.to_owned(), row.get(1)?.as_str()?.to_owned())))
            .collect()
    }
}

impl Client {
    pub async fn container_config(
        &self,
        node: &NodeName,
        vmid: Vmid,
        view: &ConfigView,
    ) -> Result<ContainerConfig, ClientError> {
        let asked = Asked::get(&lxc(node, &vmid.to_string(), &["config"]));
        let asked = match view {
            ConfigView::Next => asked,
            ConfigView::Current => asked.with("current", 1),
            ConfigView::Snapshot(name) => asked.with("snapshot", name),
        };
        let answer = self.call(&asked).await?;
        let raw = answer.read::<RawSaid>(&asked.call).unwrap_or_default();
        Ok(ContainerConfig::read(answer.read(&asked.call)?, raw.pairs()))
    }
}
