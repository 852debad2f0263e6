//! What steps are made of: what is fetched, reserved, copied, brought back, set, written and run. What must hold: it is
//! plain data, and no secret is among it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    Aim,
    guest::{Address, Card},
};
use crate::domain::{
    app::Marker,
    backup::BackupKey,
    ids::{AppId, GuestKey, NodeKey, Vmid},
    moves::{Cost, Manner},
};

/// What is fetched from the network into a storage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fetched {
    /// One of Proxmox's own templates, by its file name.
    Template(String),
    /// An image of a registry, with its tag.
    Image(String),
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reserve {
    pub app: AppId,
    pub node: NodeKey,
    /// The id that was free when the plan was made.
    pub likely: Vmid,
    /// A name that no other app has, where it is for a new one.
    pub name: Option<String>,
    pub ports: Vec<PortWish>,
}

/// A port that is to be leased on a host for one of the app's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PortWish {
    /// As the recipe calls it.
    pub name: String,
    pub range: (u16, u16),
    pub wanted: Option<u16>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Copy {
    pub from: GuestKey,
    pub to: Aim,
    pub snapshot: Option<String>,
    pub hostname: String,
    pub marker: Marker,
    pub pool: Option<String>,
}

/// A container that comes out of a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Restoration {
    pub aim: Aim,
    pub backup: BackupKey,
    /// Whose backup it is.
    pub of: GuestKey,
    /// For all its disks.
    pub storage: String,
    pub hostname: Option<String>,
    /// Its operation is filled in when that has a number.
    pub marker: Marker,
    pub pool: Option<String>,
    pub cards: Cards,
    /// Options that only root may set, and that do not come back for that reason.
    #[serde(default)]
    pub loses: Vec<String>,
}

/// The network cards of a container that comes out of a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cards {
    /// As they were, with their cables out: the one that it was may be there still.
    Unplugged,
    /// Its first one is this; the others get new hardware addresses.
    Own(Card),
}

/// An option of a container and what it is to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tweak {
    Cores(u32),
    /// MiB
    Memory(u64),
    /// MiB
    Swap(u64),
    Tags(Vec<String>),
    /// On top of those that it has when it comes to that, and without these.
    Tagged {
        add: Vec<String>,
        remove: Vec<String>,
    },
    /// The line of ours; notes of the operator stay.
    Marker(Option<Marker>),
    Protected(bool),
    StartsOnBoot(bool),
    /// The first card's address.
    Address(Address),
    /// The first card, with all that its network knows it by.
    Card(Card),
    /// The cables of all its cards.
    Plugged(bool),
    /// The cards by their numbers whose cables are in; those of all others are out.
    Cables(Vec<u8>),
    Hostname(String),
    /// A shell at its console.
    Shell(bool),
    /// Its console as Proxmox calls it; nothing for what it is without being set.
    Console(Option<String>),
    /// Over what its image brings; what stands in `${…}` are settings and secrets of the app.
    Environment {
        app: AppId,
        variables: BTreeMap<String, String>,
    },
    EntryPoint(String),
    /// Any option by its name, as Proxmox writes it; nothing where it is not to be set.
    Option {
        name: String,
        value: Option<String>,
    },
}

/// Options, but for those of its cards, that a running container takes at once.
const FELT_AT_ONCE: [&str; 8] = ["cores", "cpulimit", "cpuunits", "memory", "swap", "onboot", "startup", "protection"];

impl Tweak {
    /// Whether a running container feels it at its next start only.
    pub fn is_felt_later(&self) -> bool {
        match self {
            Self::Option { name, .. } => !FELT_AT_ONCE.contains(&name.as_str()) && !name.starts_with("net"),
            _ => false,
        }
    }
}

/// A way back, taken when what follows is undone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Comeback {
    /// To a snapshot, and switched on again.
    Snapshot { snapshot: String },
    /// To the archive of the backup that step `made_by` began, under the id that step `reserved_by` reserves.
    Backup { made_by: usize, reserved_by: usize, app: AppId },
    /// By running this.
    Script(InnerScript),
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InnerFile {
    pub path: String,
    pub mode: u32,
    pub owner: Option<String>,
    pub text: String,
    /// How values are written in it.
    pub values: Values,
    pub app: AppId,
}

/// Whether and how `${…}` is filled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Values {
    /// Left as they are.
    Asis,
    /// Filled in where they stand.
    Filled,
    /// The text is ignored; all settings are written as Docker's `.env`.
    DotEnv,
    /// The text is ignored; all settings are written for a shell to read.
    ShellEnv,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InnerScript {
    /// What it does, in the operator's words.
    pub title: String,
    pub text: String,
    /// Seconds after which it has failed.
    pub deadline: u64,
    /// What its end says, where that is known.
    #[serde(default)]
    pub meaning: Meaning,
}

/// How a script's failure is to be understood.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Meaning {
    #[default]
    Recipe,
    /// Software of the distribution: mirrors may be out of reach for a while.
    Packages,
    /// Images of a registry.
    Images,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PowerAction {
    Start,
    /// Asks the guest to end; cuts the power when it has not after a minute.
    Shutdown,
    /// Cuts the power at once.
    Stop,
    Reboot,
}

impl PowerAction {
    /// The last part of Proxmox's path for it.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Shutdown => "shutdown",
            Self::Stop => "stop",
            Self::Reboot => "reboot",
        }
    }
}

/// Who moves, and what that costs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    pub name: String,
    pub manner: Manner,
    pub cost: Cost,
}
