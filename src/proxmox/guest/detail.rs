//! A configuration as the back of a unit: volumes, networks, environment, and where the guest is found.

use std::{sync::Arc, time::Duration};

use super::segment;
use crate::{
    domain::{
        detail::{GuestDetail, Network, Volume},
        fleet::GuestKind,
        ids::{GuestKey, NodeName, Vmid},
    },
    proxmox::{
        Client, ClientError,
        call::Asked,
        wire::{
            config::{Config, Properties},
            lenient::switch,
            list::Pairs,
        },
    },
};

/// A guest that just starts may keep its network answer back for half a minute; its back is shown before that.
const ADDRESS_PATIENCE: Duration = Duration::from_secs(4);

impl Client {
    /// The back of a unit. Addresses are left out where they cannot be had.
    pub async fn guest_detail(
        &self,
        key: &GuestKey,
        node: &NodeName,
        kind: GuestKind,
    ) -> Result<GuestDetail, ClientError> {
        let (config, addresses) = tokio::join!(self.config(node, kind, key.vmid), async {
            match kind {
                GuestKind::Container => {
                    let asking = self.addresses(node, key.vmid);
                    tokio::time::timeout(ADDRESS_PATIENCE, asking).await.unwrap_or(Ok(Vec::new())).unwrap_or_default()
                }
                GuestKind::Machine => Vec::new(),
            }
        });
        let config = config?;
        Ok(match kind {
            GuestKind::Container => container(key, &config, addresses),
            GuestKind::Machine => machine(key, &config),
        })
    }

    async fn config(&self, node: &NodeName, kind: GuestKind, vmid: Vmid) -> Result<Config, ClientError> {
        let asked = Asked::get(&["nodes", node.as_str(), segment(kind), &vmid.to_string(), "config"]);
        let answer = self.call(&asked).await?;
        Ok(answer.read::<Pairs>(&asked.call)?.into())
    }
}

pub(in crate::proxmox) fn container(key: &GuestKey, config: &Config, addresses: Vec<Arc<str>>) -> GuestDetail {
    let root = config.get("rootfs").map(|value| volume("rootfs", "/", &Properties::read(value), true));
    let points = config.numbered("mp").into_iter().map(|(slot, properties)| {
        let is_backed_up = properties.get("backup").and_then(switch) == Some(true);
        volume(slot, properties.get("mp").unwrap_or_default(), &properties, is_backed_up)
    });
    GuestDetail {
        hostname: owned(config.get("hostname")),
        cores: config.number("cores"),
        swap: config.number("swap"),
        memory: config.number("memory"),
        is_unprivileged: Some(config.get("unprivileged").and_then(switch) == Some(true)),
        features: owned(config.get("features")),
        volumes: root.into_iter().chain(points).collect(),
        networks: config.numbered("net").iter().map(|(_, properties)| container_network(properties)).collect(),
        environment: config.get("env").map(environment).unwrap_or_default(),
        addresses,
        ..common(key, config)
    }
}

pub(in crate::proxmox) fn machine(key: &GuestKey, config: &Config) -> GuestDetail {
    let disks =
        ["scsi", "virtio", "sata", "ide", "efidisk", "tpmstate"].into_iter().flat_map(|bus| config.numbered(bus));
    let disks = disks.filter(|(_, properties)| properties.get("media") != Some("cdrom"));
    let cores =
        config.number::<u32>("cores").map(|cores| cores.saturating_mul(config.number("sockets").unwrap_or(1).max(1)));
    let memory = config.get("memory").map(Properties::read);
    GuestDetail {
        hostname: owned(config.get("name")),
        cores,
        memory: memory.and_then(|memory| memory.get("current").or(memory.main)?.parse().ok()),
        volumes: disks
            .map(|(slot, disk)| volume(slot, slot, &disk, disk.get("backup").and_then(switch) != Some(false)))
            .collect(),
        networks: config.numbered("net").iter().map(|(slot, properties)| machine_network(slot, properties)).collect(),
        ..common(key, config)
    }
}

fn common(key: &GuestKey, config: &Config) -> GuestDetail {
    let is_on = |name: &str| config.get(name).and_then(switch) == Some(true);
    GuestDetail {
        key: key.clone(),
        hostname: None,
        ostype: owned(config.get("ostype")),
        arch: owned(config.get("arch")),
        cores: None,
        memory: None,
        swap: None,
        is_unprivileged: None,
        starts_on_boot: is_on("onboot"),
        is_protected: is_on("protection"),
        features: None,
        volumes: Vec::new(),
        networks: Vec::new(),
        environment: Vec::new(),
        description: owned(config.get("description").map(str::trim_end)),
        addresses: Vec::new(),
        roads: Vec::new(),
    }
}

fn owned(text: Option<&str>) -> Option<Arc<str>> {
    text.filter(|text| !text.is_empty()).map(Arc::from)
}

fn volume(slot: &str, path: &str, properties: &Properties<'_>, is_backed_up: bool) -> Volume {
    let source = properties.main.or(properties.get("volume")).or(properties.get("file")).unwrap_or_default();
    // A path of the host is bound in, not stored anywhere.
    let storage = source.split_once(':').map(|(storage, _)| storage).filter(|_| !source.starts_with('/'));
    Volume {
        slot: slot.into(),
        path: path.into(),
        storage: owned(storage),
        size: owned(properties.get("size")),
        is_backed_up: is_backed_up && storage.is_some(),
    }
}

fn container_network(properties: &Properties<'_>) -> Network {
    let either = |name: &str, other: &str| owned(properties.get(name).or(properties.get(other)));
    Network {
        name: properties.get("name").unwrap_or_default().into(),
        bridge: owned(properties.get("bridge")),
        mac: owned(properties.get("hwaddr")),
        ip: either("ip", "ip6"),
        gateway: either("gw", "gw6"),
        vlan: properties.get("tag").and_then(|tag| tag.parse().ok()),
    }
}

/// `virtio=BC:24:11:…,bridge=vmbr0,tag=5`: the model is the name of the first pair.
fn machine_network(slot: &str, properties: &Properties<'_>) -> Network {
    let mac = properties.first().map(|(_, mac)| mac).filter(|mac| mac.contains(':'));
    Network {
        name: slot.into(),
        bridge: owned(properties.get("bridge")),
        mac: owned(mac.or(properties.get("macaddr"))),
        ip: None,
        gateway: None,
        vlan: properties.get("tag").and_then(|tag| tag.parse().ok()),
    }
}

fn environment(env: &str) -> Vec<(Arc<str>, Arc<str>)> {
    env.split('\0').filter_map(|pair| pair.split_once('=')).map(|(name, value)| (name.into(), value.into())).collect()
}
