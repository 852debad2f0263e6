//! A container or a virtual machine: its configuration as Proxmox keeps it, and when it ran. What it uses of processor,
//! memory and network follows from those in `metrics`.

use std::{collections::BTreeMap, net::Ipv4Addr, sync::Arc};

use serde_json::Value;

use super::{metrics::Profile, password::Password, storage::Image};
use crate::{domain::moment::Moment, sim::shell::Inside};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Container,
    Machine,
}

impl Kind {
    /// As in a path and in the `type` of a listing.
    pub fn word(self) -> &'static str {
        match self {
            Self::Container => "lxc",
            Self::Machine => "qemu",
        }
    }

    /// Where its configuration lies below `/etc/pve/nodes/…`.
    pub fn folder(self) -> &'static str {
        match self {
            Self::Container => "lxc",
            Self::Machine => "qemu-server",
        }
    }

    /// As error texts call it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Container => "CT",
            Self::Machine => "VM",
        }
    }

    /// What the types of its tasks begin with.
    pub fn task_prefix(self) -> &'static str {
        match self {
            Self::Container => "vz",
            Self::Machine => "qm",
        }
    }
}

/// Options by name. Whole numbers are numbers, everything else is text.
pub type Config = BTreeMap<String, Value>;

/// One time of running.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Run {
    pub from: Moment,
    pub to: Option<Moment>,
}

impl Run {
    fn covers(self, at: Moment) -> bool {
        self.from <= at && self.to.is_none_or(|to| at < to)
    }
}

#[derive(Debug, Clone)]
pub struct Guest {
    pub vmid: u32,
    pub kind: Kind,
    pub node: String,
    pub config: Config,
    /// Changes that wait for the next start.
    pub pending: Config,
    pub pool: Option<String>,
    pub profile: Profile,
    pub address: Ipv4Addr,
    /// When it was made; there are no measurements from before.
    pub born: Moment,
    /// The last few times it ran, oldest first.
    pub runs: Vec<Run>,
    pub pid: u32,
    pub temper: Temper,
    /// Oldest first.
    pub snapshots: Vec<Snapshot>,
    /// The OCI image it was made of.
    pub image: Option<Arc<Image>>,
    /// Root's; without one nobody can log in.
    pub password: Option<Password>,
    /// Bytes of the volumes that it keeps and does not use.
    pub unused_sizes: BTreeMap<String, u64>,
}

/// A guest as it was once; its options as they were then.
#[derive(Debug, Clone, PartialEq)]
pub struct Snapshot {
    pub name: String,
    pub description: String,
    pub taken: Moment,
    pub config: Config,
    /// The one it was made after.
    pub parent: Option<String>,
    pub inside: Inside,
}

/// How it takes being switched on and off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Temper {
    pub start_ms: u64,
    pub shutdown_ms: u64,
    /// It ignores a polite request to shut down.
    pub is_deaf: bool,
}

const KEPT_RUNS: usize = 16;

impl Guest {
    pub fn is_running(&self) -> bool {
        self.runs.last().is_some_and(|run| run.to.is_none())
    }

    pub fn ran_at(&self, at: Moment) -> bool {
        self.runs.iter().any(|run| run.covers(at))
    }

    pub fn started(&self) -> Option<Moment> {
        self.runs.last().filter(|run| run.to.is_none()).map(|run| run.from)
    }

    /// Seconds since the start of the run at that moment.
    pub fn uptime(&self, at: Moment) -> u64 {
        let run = self.runs.iter().rev().find(|run| run.covers(at));
        run.map_or(0, |run| at.since(run.from).as_secs())
    }

    pub fn begin_run(&mut self, at: Moment, pid: u32) {
        self.end_run(at);
        if self.runs.len() == KEPT_RUNS {
            self.runs.remove(0);
        }
        self.runs.push(Run { from: at, to: None });
        self.pid = pid;
    }

    pub fn end_run(&mut self, at: Moment) {
        if let Some(run) = self.runs.last_mut() {
            run.to.get_or_insert(at);
        }
    }

    pub fn text(&self, option: &str) -> Option<&str> {
        self.config.get(option).and_then(Value::as_str)
    }

    pub fn number(&self, option: &str) -> Option<u64> {
        self.config.get(option).and_then(Value::as_u64)
    }

    pub fn is_set(&self, option: &str) -> bool {
        self.number(option) == Some(1)
    }

    pub fn name(&self) -> String {
        let option = if self.kind == Kind::Container { "hostname" } else { "name" };
        self.text(option).map_or_else(|| format!("{}{}", self.kind.label(), self.vmid), str::to_owned)
    }

    pub fn lock(&self) -> Option<&str> {
        self.text("lock")
    }

    pub fn is_template(&self) -> bool {
        self.is_set("template")
    }

    pub fn cores(&self, of_node: u32) -> u32 {
        self.number("cores").map_or(of_node, |cores| cores as u32)
    }

    /// Bytes
    pub fn memory(&self) -> u64 {
        self.number("memory").unwrap_or(512) << 20
    }

    /// Bytes
    pub fn swap(&self) -> u64 {
        self.number("swap").unwrap_or(if self.kind == Kind::Container { 512 } else { 0 }) << 20
    }

    /// Bytes of its first disk.
    pub fn disk(&self) -> u64 {
        let slot = if self.kind == Kind::Container { "rootfs" } else { "scsi0" };
        let size = self.text(slot).and_then(|disk| disk.rsplit_once("size=")).map_or("0", |(_, size)| size);
        parse_size(size).unwrap_or(0)
    }

    /// The address the network gives it; nothing while no card of it is plugged in.
    pub fn reached_at(&self) -> Option<Ipv4Addr> {
        let cards = self.config.iter().filter(|(name, _)| name.starts_with("net"));
        let mut cards = cards.filter_map(|(_, card)| card.as_str());
        cards.any(is_plugged_in).then_some(self.address)
    }

    /// Cards that the node is to get an address for, and whose cable is out.
    pub fn unleased(&self) -> impl Iterator<Item = &str> {
        let cards =
            self.config.iter().filter(|(name, _)| name.starts_with("net")).filter_map(|(_, card)| card.as_str());
        let says = |card: &&str, what: &str| card.split(',').any(|part| part == what);
        let waits = cards.filter(move |card| says(card, "host-managed=1") && says(card, "ip=dhcp"));
        waits
            .filter(|card| !is_plugged_in(card))
            .map(|card| card.split(',').find_map(|part| part.strip_prefix("name=")).unwrap_or("eth0"))
    }

    /// The bridges its network cards are plugged into; one whose cable is out is at none.
    pub fn bridges(&self) -> impl Iterator<Item = (&str, &str)> {
        self.config.iter().filter(|(name, _)| name.starts_with("net")).filter_map(|(name, value)| {
            let card = value.as_str().filter(|card| is_plugged_in(card))?;
            let bridge = card.split(',').find_map(|part| part.strip_prefix("bridge="))?;
            Some((name.as_str(), bridge))
        })
    }
}

/// Whether the cable of a card is in its socket.
pub fn is_plugged_in(card: &str) -> bool {
    !card.split(',').any(|part| part == "link_down=1")
}

/// `8G`, `512M`, `1.5T` or bytes.
pub fn parse_size(text: &str) -> Option<u64> {
    let text = text.trim_end_matches("iB");
    let (digits, unit) = match text.find(|c: char| c.is_ascii_alphabetic()) {
        Some(at) => text.split_at(at),
        None => (text, ""),
    };
    let factor = match unit {
        "" => 1u64,
        "K" => 1 << 10,
        "M" => 1 << 20,
        "G" => 1 << 30,
        "T" => 1 << 40,
        _ => return None,
    };
    digits.parse::<f64>().ok().map(|value| (value * factor as f64) as u64)
}
