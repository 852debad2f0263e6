//! Nodes as scripts read them. What must hold: what a node did not tell is null, and why stands beside it.

use serde::Serialize;

use super::{GuestRow, rfc3339};
use crate::{
    domain::{
        fleet::{Fleet, Guest, Host, Node, NodeStatus, Storage, Usage},
        host::{Expiring, Expiry},
        machine::{AbilityOf, Certificate, Machine, Pressure, Silence, TaskRow as Task},
    },
    engine::now,
};

#[derive(Serialize)]
pub struct NodeRow {
    pub node: String,
    /// `online`, `offline` or `unknown`
    pub status: &'static str,
    pub version: Option<String>,
    /// 0 to 1 of all cores.
    pub cpu: Option<f32>,
    pub cores: Option<u32>,
    pub memory: Option<Usage>,
    pub disk: Option<Usage>,
    /// Seconds
    pub uptime: Option<u64>,
    pub guests: usize,
}

impl NodeRow {
    pub fn of(fleet: &Fleet, node: &Node) -> Self {
        let is_here = |guest: &&std::sync::Arc<Guest>| guest.key.host == node.key.host && guest.node == node.key.node;
        Self {
            node: node.key.node.to_string(),
            status: status(node.status),
            version: node.version.as_deref().map(Into::into),
            cpu: node.cpu,
            cores: node.cores,
            memory: node.memory,
            disk: node.disk,
            uptime: node.uptime,
            guests: fleet.guests.iter().filter(is_here).count(),
        }
    }
}

fn status(status: NodeStatus) -> &'static str {
    match status {
        NodeStatus::Online => "online",
        NodeStatus::Offline => "offline",
        NodeStatus::Unknown => "unknown",
    }
}

/// What of a host stops to be good.
#[derive(Serialize)]
pub struct ExpiryRow {
    /// `token` or `certificate`
    pub what: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node: Option<String>,
    pub at: String,
    /// In the next three weeks, or it has run out.
    pub soon: bool,
    #[serde(skip)]
    words: String,
}

impl ExpiryRow {
    pub fn all(host: &Host) -> Vec<Self> {
        host.expiring.iter().map(Self::of).collect()
    }

    fn of(expiry: &Expiry) -> Self {
        let (what, node) = match &expiry.what {
            Expiring::Token => ("token", None),
            Expiring::Certificate(node) => ("certificate", Some(node.to_string())),
        };
        let (soon, words) = (expiry.is_soon(now()), expiry.in_words(now()));
        Self { what, node, at: rfc3339(expiry.at), soon, words }
    }

    pub fn in_words(&self) -> String {
        format!("{} ({})", self.words, self.at)
    }
}

#[derive(Serialize)]
pub struct StorageRow {
    pub name: String,
    pub kind: String,
    pub shared: bool,
    pub available: bool,
    pub usage: Option<Usage>,
    pub content: String,
}

impl StorageRow {
    fn of(storage: &Storage) -> Self {
        Self {
            name: storage.name.to_string(),
            kind: storage.kind.to_string(),
            shared: storage.shared,
            available: storage.available,
            usage: storage.usage,
            content: storage.content.to_string(),
        }
    }
}

#[derive(Serialize)]
pub struct PressureRow {
    /// Percent of the last minutes that somebody, or all, spent waiting.
    pub cpu_some: Option<f32>,
    pub memory_some: Option<f32>,
    pub memory_full: Option<f32>,
    pub io_some: Option<f32>,
    pub io_full: Option<f32>,
}

impl From<Pressure> for PressureRow {
    fn from(read: Pressure) -> Self {
        Self {
            cpu_some: read.cpu_some,
            memory_some: read.memory_some,
            memory_full: read.memory_full,
            io_some: read.io_some,
            io_full: read.io_full,
        }
    }
}

#[derive(Serialize)]
pub struct CertificateOf {
    pub file: String,
    pub subject: String,
    pub issuer: String,
    pub fingerprint: String,
    pub until: Option<String>,
}

impl CertificateOf {
    fn of(certificate: &Certificate) -> Self {
        Self {
            file: certificate.file.to_string(),
            subject: certificate.subject.to_string(),
            issuer: certificate.issuer.to_string(),
            fingerprint: certificate.fingerprint.to_string(),
            until: certificate.until.map(rfc3339),
        }
    }
}

#[derive(Serialize)]
pub struct TaskRow {
    pub upid: String,
    pub kind: String,
    pub guest: Option<String>,
    pub who: String,
    pub began: Option<String>,
    pub ended: Option<String>,
    /// Null while it runs.
    pub result: Option<String>,
}

impl TaskRow {
    fn of(task: &Task) -> Self {
        Self {
            upid: task.upid.to_string(),
            kind: task.kind.to_string(),
            guest: task.guest.as_ref().map(ToString::to_string),
            who: task.who.to_string(),
            began: task.began.map(rfc3339),
            ended: task.ended.map(rfc3339),
            result: task.result.as_deref().map(Into::into),
        }
    }
}

#[derive(Serialize)]
pub struct AbilityRow {
    pub what: &'static str,
    /// Why it cannot; null where it can.
    pub lacks: Option<String>,
}

impl AbilityRow {
    fn of(ability: &AbilityOf) -> Self {
        Self { what: ability.what, lacks: ability.lacks.clone() }
    }
}

#[derive(Serialize)]
pub struct SilenceRow {
    pub what: &'static str,
    pub why: String,
}

/// All that a node tells.
#[derive(Serialize)]
pub struct MachineRow {
    pub host: String,
    pub node: String,
    pub version: Option<String>,
    pub kernel: Option<String>,
    pub boot: Option<String>,
    pub model: Option<String>,
    pub sockets: Option<u32>,
    pub cores: Option<u32>,
    pub cpus: Option<u32>,
    pub cpu: Option<f32>,
    pub waiting: Option<f32>,
    pub load: Vec<f32>,
    pub uptime: Option<u64>,
    pub memory: Option<Usage>,
    pub swap: Option<Usage>,
    pub root: Option<Usage>,
    pub pressure: Option<PressureRow>,
    pub storages: Vec<StorageRow>,
    pub guests: Vec<GuestRow>,
    pub certificates: Vec<CertificateOf>,
    pub abilities: Vec<AbilityRow>,
    pub tasks: Vec<TaskRow>,
    /// What it was asked and did not tell.
    pub silent: Vec<SilenceRow>,
}

impl MachineRow {
    pub fn of(fleet: &Fleet, machine: Machine) -> Self {
        let text = |text: &Option<std::sync::Arc<str>>| text.as_deref().map(Into::into);
        let key = &machine.node;
        let storages = fleet.storages.iter().filter(|storage| storage.host == key.host && storage.node == key.node);
        let guests = fleet.guests.iter().filter(|guest| guest.key.host == key.host && guest.node == key.node);
        let silence = |silence: &Silence| SilenceRow { what: silence.what, why: silence.fault.to_string() };
        Self {
            host: key.host.to_string(),
            node: key.node.to_string(),
            version: text(&machine.version),
            kernel: text(&machine.kernel),
            boot: text(&machine.boot),
            model: text(&machine.model),
            sockets: machine.sockets,
            cores: machine.cores,
            cpus: machine.cpus,
            cpu: machine.cpu,
            waiting: machine.waiting,
            uptime: machine.uptime,
            memory: machine.memory,
            swap: machine.swap,
            root: machine.root,
            pressure: machine.pressure.map(Into::into),
            storages: storages.map(StorageRow::of).collect(),
            guests: guests.map(|guest| GuestRow::of(fleet, guest)).collect(),
            certificates: machine.certificates.iter().map(CertificateOf::of).collect(),
            abilities: machine.abilities.iter().map(AbilityRow::of).collect(),
            tasks: machine.tasks.iter().map(TaskRow::of).collect(),
            silent: machine.silent.iter().map(silence).collect(),
            load: machine.load,
        }
    }
}
