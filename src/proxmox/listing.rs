//! `cluster/resources` as domain values. What must hold: a reading that nobody took is nothing. What is off has no load,
//! and what a silent node once said of its guests is not repeated as if it were true now.

use std::{collections::HashMap, sync::Arc};

use super::wire::{
    Envelope,
    lenient::{Int, Text},
    list::List,
    resources::Resource,
};
use crate::domain::{
    fleet::{Counted, Guest, GuestKind, Listing, Node, NodeStatus, Power, Storage, Traffic, Usage},
    ids::{GuestKey, HostId, NodeKey, NodeName, Vmid},
    moment::Moment,
    observe::Observation,
    trail::Trail,
};

/// Reads an answer of `cluster/resources`, or says why it is none.
pub fn read_resources(host: &HostId, at: Moment, body: &str) -> Result<Observation, String> {
    let said: Envelope<List<Resource<'_>>> = serde_json::from_str(body).map_err(|error| error.to_string())?;
    Ok(read_listing(host, at, &said.data.0))
}

pub(super) fn read_listing(host: &HostId, at: Moment, rows: &[Resource<'_>]) -> Observation {
    let mut reader = Reader { host, at, names: HashMap::new(), nodes: HashMap::new() };
    let of_kind = |kinds: &'static [&'static str]| {
        rows.iter().filter(move |row| row.kind.as_deref().is_some_and(|kind| kinds.contains(&kind)))
    };
    // The nodes first: what a guest says is worth what its node is.
    let nodes = of_kind(&["node"]).filter_map(|row| reader.node(row)).collect();
    let guests = of_kind(&["lxc", "qemu"]).filter_map(|row| reader.guest(row)).collect();
    let storages = of_kind(&["storage"]).filter_map(|row| reader.storage(row)).collect();
    Observation {
        denied: None,
        host: host.clone(),
        at,
        cluster: None,
        version: None,
        nodes,
        guests,
        storages,
        listing: Listing::Unknown,
    }
}

struct Reader<'a> {
    host: &'a HostId,
    at: Moment,
    /// Words that come again and again are kept once.
    names: HashMap<&'a str, Arc<str>>,
    nodes: HashMap<NodeName, NodeStatus>,
}

impl<'a> Reader<'a> {
    fn once(&mut self, text: &'a Text<'_>) -> Option<Arc<str>> {
        let text = text.as_deref()?;
        Some(self.names.entry(text).or_insert_with(|| text.into()).clone())
    }

    fn node(&mut self, row: &'a Resource<'_>) -> Option<Node> {
        let name = NodeName::new(self.once(&row.node)?);
        let status = match row.status.as_deref() {
            Some("online") => NodeStatus::Online,
            Some("offline") => NodeStatus::Offline,
            _ => NodeStatus::Unknown,
        };
        self.nodes.insert(name.clone(), status);
        let is_online = status == NodeStatus::Online;
        let now = |usage: Option<Usage>| usage.filter(|_| is_online);
        Some(Node {
            key: NodeKey { host: self.host.clone(), node: name },
            status,
            cpu: row.cpu.share().filter(|_| is_online).map(at_most_all),
            cores: row.maxcpu.0.filter(|cores| *cores >= 1.0).map(|cores| cores as u32),
            memory: now(usage(row.mem, row.maxmem)),
            disk: now(usage(row.disk, row.maxdisk)),
            uptime: row.uptime.0.filter(|_| is_online),
            version: None,
            cpu_trail: Trail::default(),
        })
    }

    fn guest(&mut self, row: &'a Resource<'_>) -> Option<Guest> {
        let vmid = Vmid(row.vmid.fits()?);
        let node = NodeName::new(self.once(&row.node)?);
        let kind = if row.kind.as_deref() == Some("lxc") { GuestKind::Container } else { GuestKind::Machine };
        let power = self.power(&node, row);
        let is_running = power == Power::Running;
        let name = row.name.as_deref().map_or_else(|| vmid.to_string().into(), Arc::from);
        Some(Guest {
            key: GuestKey { host: self.host.clone(), vmid },
            kind,
            name,
            node,
            power,
            is_template: row.template.is_set(),
            lock: self.once(&row.lock),
            tags: self.tags(&row.tags),
            pool: self.once(&row.pool),
            cpu: row.cpu.share().filter(|_| is_running).map(at_most_all),
            cores: row.maxcpu.as_f32().filter(|cores| *cores > 0.0),
            memory: usage(row.mem, row.maxmem).filter(|_| power != Power::Unknown),
            disk: disk(row).filter(|_| is_running),
            uptime: row.uptime.0.filter(|_| is_running),
            traffic: Traffic { counted: self.counted(row).filter(|_| is_running), ..Traffic::default() },
            cpu_trail: Trail::default(),
        })
    }

    fn power(&self, node: &NodeName, row: &Resource<'_>) -> Power {
        // Proxmox goes on repeating the last word of a node that is down.
        if self.nodes.get(node).is_some_and(|status| *status != NodeStatus::Online) {
            return Power::Unknown;
        }
        match row.status.as_deref() {
            Some("running") => Power::Running,
            Some("stopped") => Power::Stopped,
            Some("paused" | "suspended") => Power::Paused,
            _ => Power::Unknown,
        }
    }

    fn tags(&mut self, tags: &'a Text<'_>) -> Vec<Arc<str>> {
        let tags = tags.as_deref().unwrap_or_default().split([';', ',', ' ']).filter(|tag| !tag.is_empty());
        tags.map(|tag| self.names.entry(tag).or_insert_with(|| tag.into()).clone()).collect()
    }

    fn counted(&self, row: &Resource<'_>) -> Option<Counted> {
        Some(Counted { at: self.at, bytes_in: row.netin.0?, bytes_out: row.netout.0? })
    }

    fn storage(&mut self, row: &'a Resource<'_>) -> Option<Storage> {
        let available = row.status.as_deref() == Some("available");
        Some(Storage {
            host: self.host.clone(),
            node: NodeName::new(self.once(&row.node)?),
            name: self.once(&row.storage)?,
            kind: self.once(&row.plugintype).unwrap_or_default(),
            shared: row.shared.is_set(),
            available,
            usage: usage(row.disk, row.maxdisk).filter(|_| available),
            content: in_order(row.content.as_deref().unwrap_or_default()),
        })
    }
}

/// Proxmox writes the kinds of content in another order each time.
fn in_order(content: &str) -> Arc<str> {
    let mut kinds: Vec<_> = content.split(',').filter(|kind| !kind.is_empty()).collect();
    kinds.sort_unstable();
    kinds.join(",").into()
}

fn usage(used: Int, total: Int) -> Option<Usage> {
    Some(Usage { used: used.0?, total: total.0.filter(|total| *total > 0)? })
}

/// Of a machine Proxmox cannot see how full the disk is, and says zero.
fn disk(row: &Resource<'_>) -> Option<Usage> {
    usage(row.disk, row.maxdisk).filter(|disk| disk.used > 0)
}

/// A reading may lie a hair over the whole.
fn at_most_all(share: f32) -> f32 {
    share.min(1.0)
}
