//! What the operator may wish for an app, as it is said through the door, and what is told of it before it is done.

use std::collections::BTreeMap;

use crate::domain::{
    app::Method,
    backup::{BackupKey, How, Job},
    catalog::RecipeId,
    fault::Fault,
    gateway::{self, Tls},
    ids::{AppId, GuestKey, HostId, NodeName, OperationId, StorageName},
    moment::Moment,
    moves::{Errand, Whose},
    placement::Judged,
    plan::{Address, OnFailure, Plan, inverse::WayOut, place::Right},
    secret::Secret,
};

/// A recipe that is to become an app. What is not said is decided by the recipe, by what the hosts have, and by placement.
#[derive(Debug, Clone, PartialEq)]
pub struct DeployWish {
    pub recipe: RecipeId,
    /// The recipe's own, with a number where there is one already.
    pub name: Option<String>,
    pub method: Option<Method>,
    /// The only one, or the one with the best node.
    pub host: Option<HostId>,
    /// The best one.
    pub node: Option<NodeName>,
    /// For its disks.
    pub storage: Option<String>,
    pub bridge: Option<String>,
    pub vlan: Option<u16>,
    /// As the operator's defaults have it.
    pub address: Option<Address>,
    pub nameserver: Option<String>,
    pub search_domain: Option<String>,
    pub cores: Option<u32>,
    /// MiB
    pub memory: Option<u64>,
    /// GiB
    pub disk: Option<u64>,
    pub pool: Option<String>,
    pub settings: BTreeMap<String, String>,
    pub secrets: BTreeMap<String, Secret>,
    pub on_failure: OnFailure,
    /// Whether it is backed up by itself from the first night on.
    pub nights: Nights,
}

impl DeployWish {
    /// With everything left to the recipe and the hosts.
    pub fn of(recipe: RecipeId) -> Self {
        Self {
            recipe,
            name: None,
            method: None,
            host: None,
            node: None,
            storage: None,
            bridge: None,
            vlan: None,
            address: None,
            nameserver: None,
            search_domain: None,
            cores: None,
            memory: None,
            disk: None,
            pool: None,
            settings: BTreeMap::new(),
            secrets: BTreeMap::new(),
            on_failure: OnFailure::Undo,
            nights: Nights::default(),
        }
    }
}

/// A copy of an app.
#[derive(Debug, Clone, PartialEq)]
pub struct CloneWish {
    pub app: AppId,
    /// The original's, with a number.
    pub name: Option<String>,
    pub address: Address,
}

/// A gateway for a host.
#[derive(Debug, Clone, PartialEq)]
pub struct GatewayWish {
    pub host: HostId,
    /// The best one.
    pub node: Option<NodeName>,
    /// `gateway` where none is said.
    pub name: Option<String>,
    /// Below which the apps are published, such as `home.arpa`.
    pub domain: String,
    pub tls: Tls,
    pub address: Address,
    pub bridge: Option<String>,
    pub storage: Option<String>,
}

impl GatewayWish {
    /// As its recipe is deployed.
    pub fn deployed(&self) -> DeployWish {
        let mut settings = BTreeMap::from([
            (gateway::DOMAIN.to_owned(), self.domain.clone()),
            (gateway::TLS.to_owned(), self.tls.slug().to_owned()),
        ]);
        if let Tls::Acme { email: Some(email) } = &self.tls {
            settings.insert(gateway::EMAIL.to_owned(), email.clone());
        }
        DeployWish {
            host: Some(self.host.clone()),
            node: self.node.clone(),
            name: self.name.clone(),
            address: Some(self.address.clone()),
            bridge: self.bridge.clone(),
            storage: self.storage.clone(),
            settings,
            ..DeployWish::of(RecipeId::new(gateway::RECIPE))
        }
    }
}

/// Whether a new app is backed up by itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Nights {
    /// By the job that covers our apps; it is made where there is none and we may make it.
    #[default]
    Covered,
    /// The operator does not want it.
    Left,
}

/// A backup to be made.
#[derive(Debug, Clone, PartialEq)]
pub struct BackupWish {
    pub guest: GuestKey,
    /// The one that holds its newest backup, or the roomiest.
    pub storage: Option<StorageName>,
    pub how: How,
    /// Proximity's own words where none are given.
    pub note: Option<String>,
}

/// A backup to be restored.
#[derive(Debug, Clone, PartialEq)]
pub struct RestoreWish {
    pub backup: BackupKey,
    pub to: RestoreTo,
    /// For its disks: where they are or were, or the roomiest that takes containers.
    pub storage: Option<StorageName>,
    /// It begins when these have ended well.
    pub after: Vec<OperationId>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum RestoreTo {
    /// It takes the place of this app, once it was seen to work.
    Place { app: AppId, old: OldOne },
    /// A new app, under this name or one like the old one's.
    Beside { name: Option<String>, address: Address },
}

/// What becomes of the container that a restored one replaces.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum OldOne {
    /// Into the recycle bin, from where it can take its place again.
    #[default]
    Bin,
    Destroy,
}

/// Several guests of a host that move as one operation.
#[derive(Debug, Clone, PartialEq)]
pub struct RelocateWish {
    pub errand: Errand,
    pub which: Which,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Which {
    /// What is proposed at this moment.
    Proposed { whose: Whose, rest: Rest },
    /// These, each to that node, in this order.
    Chosen(Vec<(GuestKey, NodeName)>),
}

/// What becomes of the errand where somebody who was meant cannot move.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Rest {
    /// Then nobody moves.
    #[default]
    Refused,
    /// He is left behind.
    Left,
}

/// What a retention makes of a backup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PruneRow {
    pub backup: BackupKey,
    pub guest: Option<GuestKey>,
    pub made: Option<Moment>,
    pub fate: PruneFate,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PruneFate {
    Keep,
    Remove,
    /// It is kept whatever the retention says, and does not count.
    Protected,
    /// Its name is not Proxmox's own, so it is left alone.
    Renamed,
}

/// A guest that a job takes with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CoverageRow {
    pub guest: GuestKey,
    pub name: Option<String>,
    pub volumes: Vec<CoveredVolume>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CoveredVolume {
    /// `rootfs`, `mp0`, …
    pub slot: String,
    pub volume: String,
    pub is_included: bool,
    /// In Proxmox's words.
    pub why: String,
}

/// A storage that could be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StorageChoice {
    pub name: StorageName,
    pub kind: String,
    pub is_shared: bool,
    /// Bytes.
    pub free: Option<u64>,
}

/// What backs up new apps of a host.
#[derive(Debug, Clone, PartialEq)]
pub enum DefaultJob {
    /// This one does already.
    ThereIs(Box<Job>),
    /// None does; this one would be made.
    Would(Box<Job>),
    /// Why none can be.
    Cannot(Fault),
}

/// What a wish would do, told before it is done.
#[derive(Debug, Clone, PartialEq)]
pub struct Preview {
    pub plan: Plan,
    /// One for every step that a person counts.
    pub steps: Vec<StepPreview>,
    /// All rights that it needs, and whether they are there.
    pub rights: Vec<(Right, Held)>,
    /// Where it could go and why; empty where there is no choice.
    pub places: Vec<Judged>,
}

impl Preview {
    /// What of it nobody can take back.
    pub fn warnings(&self) -> impl Iterator<Item = &'static str> {
        self.steps.iter().filter_map(|step| step.warning)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Held {
    Yes,
    No,
    /// Our credential may not ask.
    Unknown,
}

#[derive(Debug, Clone, PartialEq)]
pub struct StepPreview {
    /// Its place in the plan.
    pub step: usize,
    pub title: String,
    pub calls: Vec<CallPreview>,
    pub warning: Option<&'static str>,
}

/// A call as it would be sent, secrets masked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallPreview {
    pub method: &'static str,
    /// Below `/api2/json`.
    pub path: String,
    pub parameters: Vec<(String, String)>,
    /// For a shell of the host.
    pub pvesh: String,
    /// For any shell; the token is to be filled in.
    pub curl: String,
}

/// A snapshot of an app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SnapshotRow {
    pub name: String,
    pub note: String,
    pub taken: Option<Moment>,
    pub parent: Option<String>,
}

/// A port that is leased for an app on its host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    pub host: HostId,
    pub port: u16,
    pub app: AppId,
    /// As the recipe calls it.
    pub name: String,
}

/// How an operation could be taken back.
#[derive(Debug, Clone, PartialEq)]
pub struct Undoing {
    pub operation: OperationId,
    pub way: WayOut,
}
