//! What a node tells of itself when somebody looks closer: its load, its pressure, its tasks, what its version can do and
//! what it cannot. What must hold: what was not told is nothing, and never zero.

use std::sync::Arc;

use super::{
    fault::Fault,
    fleet::Usage,
    ids::{GuestKey, NodeKey},
    moment::Moment,
};

#[derive(Debug, Clone, PartialEq)]
pub struct Machine {
    pub node: NodeKey,
    pub version: Option<Arc<str>>,
    pub kernel: Option<Arc<str>>,
    /// `efi` or `legacy-bios`
    pub boot: Option<Arc<str>>,
    pub model: Option<Arc<str>>,
    pub sockets: Option<u32>,
    pub cores: Option<u32>,
    /// Threads, all sockets together.
    pub cpus: Option<u32>,
    /// 0 to 1 of all cores.
    pub cpu: Option<f32>,
    /// The part of the time that is spent waiting for disks.
    pub waiting: Option<f32>,
    /// Over one, five and fifteen minutes; empty where it is not told.
    pub load: Vec<f32>,
    /// Seconds
    pub uptime: Option<u64>,
    pub memory: Option<Usage>,
    pub swap: Option<Usage>,
    /// The node's own disk.
    pub root: Option<Usage>,
    /// Told from version 9 on.
    pub pressure: Option<Pressure>,
    pub certificates: Vec<Certificate>,
    pub abilities: Vec<AbilityOf>,
    /// Newest first.
    pub tasks: Vec<TaskRow>,
    /// What it was asked and did not tell.
    pub silent: Vec<Silence>,
}

/// A question that got no answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Silence {
    /// What was asked for: `its certificates`
    pub what: &'static str,
    pub fault: Fault,
}

/// Which part of the last minutes was spent waiting, in percent: by somebody, or by all.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Pressure {
    pub cpu_some: Option<f32>,
    pub memory_some: Option<f32>,
    pub memory_full: Option<f32>,
    pub io_some: Option<f32>,
    pub io_full: Option<f32>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// As Proxmox calls its file, such as `pve-ssl.pem`.
    pub file: Arc<str>,
    pub subject: Arc<str>,
    pub issuer: Arc<str>,
    pub fingerprint: Arc<str>,
    pub until: Option<Moment>,
}

/// Something that not every version of Proxmox VE can do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AbilityOf {
    /// `making containers of OCI images`
    pub what: &'static str,
    /// Why this node cannot, such as `needs Proxmox VE 9.1`; nothing where it can.
    pub lacks: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskRow {
    pub upid: Arc<str>,
    /// Proxmox's word, such as `vzdump`.
    pub kind: Arc<str>,
    pub guest: Option<GuestKey>,
    pub who: Arc<str>,
    pub began: Option<Moment>,
    pub ended: Option<Moment>,
    /// Nothing while it runs; `OK`, or what went wrong.
    pub result: Option<Arc<str>>,
}
