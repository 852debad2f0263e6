//! The world as it is known at one moment: hosts, nodes, guests, storages, apps, operations. It is immutable once
//! published; a new reading makes a new `Fleet`. The one thing that must hold: an unknown number is `None`, never zero.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{
    app::App,
    backup::Backups,
    care::Care,
    fault::Fault,
    host::{Expiry, HostDefaults},
    ids::{AppId, GuestKey, HostId, NodeKey, NodeName, OperationId, Vmid},
    moment::Moment,
    operation::Operation,
    purpose::{Denied, Purpose},
    road::Way,
    trail::Trail,
};

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Fleet {
    pub hosts: Vec<Host>,
    pub nodes: Vec<Node>,
    pub guests: Vec<Arc<Guest>>,
    pub storages: Vec<Storage>,
    pub apps: Vec<App>,
    /// Newest first: those that run, and the last ones that ended.
    pub operations: Vec<Operation>,
    pub backups: Arc<Backups>,
    pub care: Arc<Care>,
    pub vault: Vault,
    pub as_of: Moment,
}

/// Whether the credentials of the hosts can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Vault {
    #[default]
    Open,
    /// The encrypted file waits for its passphrase.
    Locked,
    /// A passphrase is being tried.
    Opening,
    /// There is no keyring and no file yet: the first secret wants a passphrase to be chosen.
    Unset,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Host {
    pub id: HostId,
    /// `https://…` without a trailing slash; the first one is asked first.
    pub addresses: Vec<String>,
    /// Who we log in as, such as `root@pam` or `proximity@pve!deck`; never a secret.
    pub login: String,
    pub trust: HostTrust,
    /// The cluster's name, or nothing for a single machine.
    pub cluster: Option<Arc<str>>,
    pub version: Option<Arc<str>>,
    pub reach: Reach,
    /// When its guests were last listed.
    pub as_of: Option<Moment>,
    pub listing: Listing,
    /// Guests that are shown and that the last listing did not show.
    pub unlisted: Arc<[Vmid]>,
    /// How SSH gets in, where the operator set it up.
    pub ssh: Option<SshAccess>,
    /// The roads into the guests of this host, the best one first; empty until they were looked for.
    pub roads: Arc<[Way]>,
    pub defaults: HostDefaults,
    /// What our login may not do there; empty as long as it was not looked up.
    pub denied: Arc<[Denied]>,
    /// What of it runs out one day, as far as it is known.
    pub expiring: Vec<Expiry>,
}

impl Host {
    /// A host that is known and was not asked yet.
    pub fn unseen(id: HostId, addresses: Vec<String>, login: String) -> Self {
        Self {
            id,
            addresses,
            login,
            trust: HostTrust::default(),
            cluster: None,
            version: None,
            reach: Reach::Waiting,
            as_of: None,
            listing: Listing::Unknown,
            unlisted: Arc::default(),
            ssh: None,
            roads: Arc::default(),
            defaults: HostDefaults::default(),
            denied: Arc::default(),
            expiring: Vec::new(),
        }
    }

    /// Whether the operator switched it off here.
    pub fn is_off(&self) -> bool {
        self.reach == Reach::Off
    }

    /// What our login lacks for this, if it may not do it.
    pub fn denies(&self, purpose: Purpose) -> Option<&Denied> {
        self.denied.iter().find(|denied| denied.purpose == purpose)
    }
}

/// How SSH gets in at a host: never a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SshAccess {
    pub user: Arc<str>,
    pub port: u16,
    pub proof: SshProof,
    /// The fingerprint of the key that the operator accepted, as `ssh-keygen -l` shows it.
    pub pin: Arc<str>,
    /// Where sshd listens inside its guests.
    pub guest_port: u16,
}

/// With what SSH logs in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SshProof {
    /// The keys of the running agent.
    Agent,
    /// A private key in this file; its passphrase, if it has one, is in the vault.
    KeyFile(String),
    /// A password, in the vault.
    Password,
}

/// By what a host is known when it is connected to. Fingerprints are SHA-256, as Proxmox shows them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HostTrust {
    /// The certificate that the operator accepted, or the renewed one that took its place.
    pub pin: Arc<str>,
    /// The cluster's own authority, once it is known: what it signs needs no new question.
    pub authority: Option<Arc<str>>,
    pub public: PublicCa,
}

/// Whether a certificate of a public authority will do, for a name that it is good for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PublicCa {
    #[default]
    Refused,
    /// The operator chose it for this host.
    Accepted,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub enum Reach {
    /// Not asked yet since this program started.
    #[default]
    Waiting,
    Online,
    /// The operator switched it off here: it is not asked, and what is shown of it is old.
    Off,
    /// It did not answer as a Proxmox we trust; what is shown of it is old.
    Lost(Fault),
}

/// Whether the last listing saw everything; only a complete one may say that something is gone.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Listing {
    #[default]
    Unknown,
    Complete,
    /// Says what was missing, such as an offline node.
    Partial(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Usage {
    pub used: u64,
    pub total: u64,
}

impl Usage {
    /// Nothing where the total is unknown: no division by zero, no invented percentage.
    pub fn fraction(self) -> Option<f32> {
        (self.total > 0).then(|| (self.used as f64 / self.total as f64) as f32)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NodeStatus {
    Online,
    Offline,
    Unknown,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    pub key: NodeKey,
    pub status: NodeStatus,
    /// Of all cores together, 0 to 1.
    pub cpu: Option<f32>,
    pub cores: Option<u32>,
    pub memory: Option<Usage>,
    /// The root file system of the node.
    pub disk: Option<Usage>,
    /// Seconds since it was booted.
    pub uptime: Option<u64>,
    pub version: Option<Arc<str>>,
    pub cpu_trail: Trail,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Storage {
    pub host: HostId,
    pub node: NodeName,
    pub name: Arc<str>,
    /// Proxmox's word, such as `dir`, `lvmthin`, `zfspool`, `nfs`, `pbs`.
    pub kind: Arc<str>,
    pub shared: bool,
    pub available: bool,
    pub usage: Option<Usage>,
    pub content: Arc<str>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum GuestKind {
    Container,
    Machine,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Power {
    Running,
    Stopped,
    Paused,
    /// Proxmox itself does not know: its node is down, or the daemon has just started.
    Unknown,
}

/// One row of a host's listing.
#[derive(Debug, Clone, PartialEq)]
pub struct Guest {
    pub key: GuestKey,
    pub kind: GuestKind,
    pub name: Arc<str>,
    pub node: NodeName,
    pub power: Power,
    pub is_template: bool,
    pub lock: Option<Arc<str>>,
    pub tags: Vec<Arc<str>>,
    pub pool: Option<Arc<str>>,
    /// Of its own cores together, 0 to 1.
    pub cpu: Option<f32>,
    pub cores: Option<f32>,
    pub memory: Option<Usage>,
    pub disk: Option<Usage>,
    pub uptime: Option<u64>,
    pub traffic: Traffic,
    pub cpu_trail: Trail,
}

impl Guest {
    pub fn vmid(&self) -> Vmid {
        self.key.vmid
    }
}

/// What went over a guest's network: Proxmox counts bytes since boot, we make rates of two readings.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Traffic {
    pub counted: Option<Counted>,
    /// Bytes a second.
    pub rate_in: Option<f32>,
    pub rate_out: Option<f32>,
    pub trail_in: Trail,
    pub trail_out: Trail,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted {
    pub at: Moment,
    pub bytes_in: u64,
    pub bytes_out: u64,
}

impl Fleet {
    pub fn host(&self, id: &HostId) -> Option<&Host> {
        self.hosts.iter().find(|host| host.id == *id)
    }

    pub fn guest(&self, key: &GuestKey) -> Option<&Arc<Guest>> {
        self.guests.iter().find(|guest| guest.key == *key)
    }

    pub fn app(&self, id: &AppId) -> Option<&App> {
        self.apps.iter().find(|app| app.id == *id)
    }

    pub fn app_of(&self, guest: &GuestKey) -> Option<&App> {
        self.apps.iter().find(|app| app.guest == *guest)
    }

    /// An app as our books have it now.
    pub fn put_app(&mut self, app: App) {
        let app = match self.app(&app.id) {
            Some(known) => app.published_as(known),
            None => app,
        };
        self.apps.retain(|known| known.id != app.id);
        self.apps.push(app);
        self.apps.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
    }

    pub fn operation(&self, id: OperationId) -> Option<&Operation> {
        self.operations.iter().find(|operation| operation.id == id)
    }

    /// The newest operation on a guest, running or ended.
    pub fn last_operation_on(&self, guest: &GuestKey) -> Option<&Operation> {
        self.operations_on(guest).next()
    }

    /// All that are shown, newest first.
    pub fn operations_on<'a>(&'a self, guest: &GuestKey) -> impl Iterator<Item = &'a Operation> {
        let app = self.app_of(guest).map(|app| &app.id);
        let is_on_it = move |operation: &&Operation| {
            let subject = &operation.plan.subject;
            subject.guest() == Some(guest) || (app.is_some() && subject.app() == app) || operation.moves_now(guest)
        };
        self.operations.iter().filter(is_on_it)
    }

    pub fn nodes_of<'a>(&'a self, host: &'a HostId) -> impl Iterator<Item = &'a Node> {
        self.nodes.iter().filter(move |node| node.key.host == *host)
    }
}
