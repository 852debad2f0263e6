//! What scripts read: rows of plain types whose names stay. Sizes are bytes, times RFC 3339 in UTC, an unknown number is
//! null.

mod candidate;
mod health;
mod machine;
mod operation;
mod plan;

use jiff::Timestamp;
use serde::Serialize;

pub use self::{
    candidate::CandidateRow,
    health::{HealthRow, ProbedRow, WatchRow},
    machine::{ExpiryRow, MachineRow, NodeRow},
    operation::{OperationRow, OperationSheet},
    plan::PlanRow,
};

use crate::domain::{
    app::App,
    fleet::{Fleet, Guest, GuestKind, Host, HostTrust, Power, PublicCa, Reach, SshAccess, SshProof, Usage},
    gateway::url_of,
    host::HostDefaults,
    moment::Moment,
    road::{Way, WayState},
    state::state_of,
};
use crate::engine::now;

#[derive(Serialize)]
pub struct HostRow {
    pub name: String,
    pub addresses: Vec<String>,
    pub login: String,
    pub certificate: CertificateRow,
    pub reach: &'static str,
    pub why: Option<String>,
    pub cluster: Option<String>,
    pub version: Option<String>,
    pub nodes: usize,
    pub guests: usize,
    pub listed_at: Option<String>,
    /// How SSH gets in, where it was set up.
    pub ssh: Option<SshRow>,
    /// The roads into its guests, the best one first.
    pub roads: Vec<RoadRow>,
    /// What new apps go by there.
    pub defaults: HostDefaults,
    /// What of it runs out one day, the next first.
    pub expiring: Vec<ExpiryRow>,
}

/// A road into a guest, and whether it can be taken.
#[derive(Serialize)]
pub struct RoadRow {
    /// `console`, `guest-ssh` or `host-ssh`
    pub road: &'static str,
    pub open: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub with: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remedy: Option<String>,
}

impl RoadRow {
    pub fn all(ways: &[Way]) -> Vec<Self> {
        ways.iter().map(Self::of).collect()
    }

    fn of(way: &Way) -> Self {
        let (with, why, remedy) = match &way.state {
            WayState::Open { with } => (Some(with.to_string()), None, None),
            WayState::Shut { why, remedy } => (None, Some(why.to_string()), Some(remedy.to_string())),
        };
        Self { road: way.road.slug(), open: way.is_open(), with, why, remedy }
    }

    /// `console     open: token a@pve!b`
    pub fn in_words(&self) -> String {
        let words = match (&self.with, &self.why, &self.remedy) {
            (Some(with), ..) => format!("open: {with}"),
            (None, Some(why), Some(remedy)) => format!("shut: {why}; {remedy}"),
            _ => "--".into(),
        };
        format!("{:<12}{words}", self.road)
    }
}

/// How SSH gets in at a host; never a secret.
#[derive(Serialize)]
pub struct SshRow {
    pub user: String,
    pub port: u16,
    /// `agent`, `key-file` or `password`
    pub proof: &'static str,
    pub key_file: Option<String>,
    /// SHA-256 of the host's own key
    pub fingerprint: String,
    pub guest_port: u16,
}

impl SshRow {
    pub fn of(ssh: &SshAccess) -> Self {
        let (proof, key_file) = match &ssh.proof {
            SshProof::Agent => ("agent", None),
            SshProof::KeyFile(path) => ("key-file", Some(path.clone())),
            SshProof::Password => ("password", None),
        };
        Self {
            user: ssh.user.to_string(),
            port: ssh.port,
            proof,
            key_file,
            fingerprint: ssh.pin.to_string(),
            guest_port: ssh.guest_port,
        }
    }
}

/// By what the host is known; fingerprints are SHA-256.
#[derive(Serialize)]
pub struct CertificateRow {
    pub pinned: String,
    pub cluster_ca: Option<String>,
    pub public_ca: bool,
}

impl CertificateRow {
    fn of(trust: &HostTrust) -> Self {
        Self {
            pinned: trust.pin.to_string(),
            cluster_ca: trust.authority.as_deref().map(Into::into),
            public_ca: trust.public == PublicCa::Accepted,
        }
    }
}

impl HostRow {
    pub fn of(fleet: &Fleet, host: &Host) -> Self {
        let (reach, why) = match &host.reach {
            Reach::Waiting => ("waiting", None),
            Reach::Online => ("online", None),
            Reach::Off => ("off", None),
            Reach::Lost(fault) => ("lost", Some(fault.to_string())),
        };
        Self {
            name: host.id.to_string(),
            addresses: host.addresses.clone(),
            login: host.login.clone(),
            certificate: CertificateRow::of(&host.trust),
            reach,
            why,
            cluster: host.cluster.as_deref().map(Into::into),
            version: host.version.as_deref().map(Into::into),
            nodes: fleet.nodes_of(&host.id).count(),
            guests: fleet.guests.iter().filter(|guest| guest.key.host == host.id).count(),
            listed_at: host.as_of.map(rfc3339),
            ssh: host.ssh.as_ref().map(SshRow::of),
            roads: RoadRow::all(&host.roads),
            defaults: host.defaults.clone(),
            expiring: ExpiryRow::all(host),
        }
    }
}

#[derive(Serialize)]
pub struct GuestRow {
    pub guest: String,
    pub host: String,
    pub vmid: u32,
    pub name: String,
    pub kind: &'static str,
    pub node: String,
    pub state: &'static str,
    pub power: &'static str,
    pub template: bool,
    pub lock: Option<String>,
    pub app: Option<String>,
    pub tags: Vec<String>,
    pub pool: Option<String>,
    pub cpu: Option<f32>,
    pub cores: Option<f32>,
    pub memory: Option<Usage>,
    pub disk: Option<Usage>,
    pub uptime: Option<u64>,
}

impl GuestRow {
    pub fn of(fleet: &Fleet, guest: &Guest) -> Self {
        Self {
            guest: guest.key.to_string(),
            host: guest.key.host.to_string(),
            vmid: guest.key.vmid.0,
            name: guest.name.to_string(),
            kind: match guest.kind {
                GuestKind::Container => "container",
                GuestKind::Machine => "machine",
            },
            node: guest.node.to_string(),
            state: state_of(fleet, guest).slug(),
            power: match guest.power {
                Power::Running => "running",
                Power::Stopped => "stopped",
                Power::Paused => "paused",
                Power::Unknown => "unknown",
            },
            template: guest.is_template,
            lock: guest.lock.as_deref().map(Into::into),
            app: fleet.app_of(&guest.key).map(|app| app.id.to_string()),
            tags: guest.tags.iter().map(|tag| tag.to_string()).collect(),
            pool: guest.pool.as_deref().map(Into::into),
            cpu: guest.cpu,
            cores: guest.cores,
            memory: guest.memory,
            disk: guest.disk,
            uptime: guest.uptime,
        }
    }
}

#[derive(Serialize)]
pub struct AppRow {
    pub app: String,
    pub name: String,
    pub guest: String,
    pub node: Option<String>,
    pub state: &'static str,
    /// `healthy`, `degraded`, `failing`, `down` or `unknown`
    pub health: &'static str,
    pub recipe: Option<String>,
    pub version: Option<String>,
    pub method: Option<&'static str>,
    pub address: Option<String>,
    pub ports: Vec<u16>,
    /// What to open in a browser.
    pub url: Option<String>,
    /// It was there before and is never destroyed.
    pub adopted: bool,
    /// It waits in the recycle bin until then.
    pub binned_until: Option<String>,
    /// What of it is only there after its next start.
    pub waits_for_restart: Option<&'static str>,
}

impl AppRow {
    pub fn of(fleet: &Fleet, app: &App) -> Self {
        let guest = fleet.guest(&app.guest);
        Self {
            app: app.id.to_string(),
            name: app.name.to_string(),
            guest: app.guest.to_string(),
            node: guest.map(|guest| guest.node.to_string()),
            state: guest.map_or("missing", |guest| state_of(fleet, guest).slug()),
            health: fleet.care.health.get(&app.id).map(|known| known.health).unwrap_or_default().slug(),
            recipe: app.marker.recipe.as_deref().map(Into::into),
            version: app.marker.version.as_deref().map(Into::into),
            method: app.marker.method.map(|method| method.slug()),
            address: app.address.as_deref().map(Into::into),
            ports: app.marker.ports.clone(),
            url: url_of(fleet, app),
            adopted: app.is_adopted(),
            binned_until: app.binned_until().map(rfc3339),
            waits_for_restart: guest.and_then(|guest| app.waits_for_restart(guest, now())),
        }
    }
}

pub fn rfc3339(at: Moment) -> String {
    Timestamp::from_millisecond(at.0).map(|at| at.to_string()).unwrap_or_default()
}
