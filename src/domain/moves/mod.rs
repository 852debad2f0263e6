//! Moves of containers between the nodes of a host: where one may go and what that costs. What must hold: a node with an
//! obstacle is never offered, and what a move costs is told before it is made.

mod board;
mod cost;
mod refusal;

use serde::{Deserialize, Serialize};

pub(super) use self::board::Arrangement;
pub use self::{
    board::{Board, Fill, Load, Movable, Offer, Rack},
    cost::{Cost, Pace, lasting},
};
use super::{
    ids::{AppId, GuestKey, HostId, NodeKey, NodeName, OperationId, StorageName},
    placement::{Judged, size},
    plan::PlanKind,
};

/// How a container gets to another node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Manner {
    /// It is off, and stays off.
    Off,
    /// Stopped, moved, started again: no container moves while it runs.
    Restarted,
}

impl Manner {
    pub fn slug(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Restarted => "restarted",
        }
    }
}

/// What stands in the way, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Against {
    pub why: String,
    pub remedy: String,
}

/// A node that a container could go to, or why not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    pub node: NodeKey,
    pub manner: Manner,
    pub cost: Cost,
    /// What is copied there, by storage of the target.
    pub needs: Vec<(StorageName, u64)>,
    /// Bytes; nothing when it is not known.
    pub free_memory: Option<u64>,
    /// HA would have these move along.
    pub along: Vec<String>,
    pub obstacles: Vec<Against>,
}

impl Target {
    pub fn is_possible(&self) -> bool {
        self.obstacles.is_empty()
    }

    pub fn reasons(&self) -> Vec<String> {
        if !self.is_possible() {
            return Vec::new();
        }
        let mut reasons = vec![self.cost.words(self.manner)];
        reasons.extend(self.free_memory.map(|free| format!("{} memory free", size(free))));
        if !self.along.is_empty() {
            reasons.push(format!("HA moves along: {}", self.along.join(", ")));
        }
        reasons
    }

    /// For a list of nodes.
    pub fn judged(&self) -> Judged {
        let obstacles = self.obstacles.iter().map(|against| against.why.clone()).collect();
        Judged { node: self.node.clone(), score: 0, reasons: self.reasons(), obstacles }
    }
}

/// Those that are possible first, the cheapest and roomiest before the others.
pub fn rank(targets: &mut [Target]) {
    targets.sort_by(|a, b| {
        let key = |target: &Target| (!target.is_possible(), target.cost, std::cmp::Reverse(target.free_memory));
        key(a).cmp(&key(b)).then_with(|| a.node.cmp(&b.node))
    });
}

/// Why several guests are moved at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Errand {
    /// So that no node works harder than the others.
    Balance(HostId),
    /// Off this node.
    Evacuate(NodeKey),
    /// Back to it.
    Fill(NodeKey),
}

impl Errand {
    pub fn host(&self) -> &HostId {
        match self {
            Self::Balance(host) => host,
            Self::Evacuate(node) | Self::Fill(node) => &node.host,
        }
    }

    pub fn kind(&self) -> PlanKind {
        match self {
            Self::Balance(_) => PlanKind::Balance,
            Self::Evacuate(_) => PlanKind::Evacuate,
            Self::Fill(_) => PlanKind::Fill,
        }
    }

    /// What it is about, as the operator calls it.
    pub fn name(&self) -> String {
        match self {
            Self::Balance(host) => host.to_string(),
            Self::Evacuate(node) | Self::Fill(node) => node.node.to_string(),
        }
    }

    /// What takes it back.
    pub fn turned(&self) -> Self {
        match self {
            Self::Balance(host) => Self::Balance(host.clone()),
            Self::Evacuate(node) => Self::Fill(node.clone()),
            Self::Fill(node) => Self::Evacuate(node.clone()),
        }
    }
}

/// Whose containers leave a node.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Whose {
    /// Apps alone.
    #[default]
    Ours,
    /// Other containers as well; machines stay in any case.
    All,
}

/// One move of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leg {
    pub guest: GuestKey,
    pub app: Option<AppId>,
    pub name: String,
    pub from: NodeName,
    pub to: NodeName,
    pub manner: Manner,
    pub cost: Cost,
    /// Why this one, and why there.
    pub why: String,
}

impl Leg {
    pub fn of(guest: &Movable, to: NodeName, cost: Cost, why: String) -> Self {
        Self {
            guest: guest.guest.clone(),
            app: guest.app.clone(),
            name: guest.name.to_string(),
            from: guest.on.clone(),
            to,
            manner: guest.manner,
            cost,
            why,
        }
    }
}

/// A guest that stays where it is, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Staying {
    pub guest: GuestKey,
    pub name: String,
    pub because: Because,
    pub why: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Because {
    /// It is not ours, or no container: that was to be expected.
    NotMeant,
    /// It was meant to move and cannot.
    CannotMove,
}

/// Moves that are proposed, in the order in which they would be made, and what they come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    pub errand: Errand,
    pub legs: Vec<Leg>,
    pub staying: Vec<Staying>,
    /// The nodes as the last week had them, with those that could move.
    pub board: Board,
    /// How full they are.
    pub before: Vec<Fill>,
    /// The same once all of it is done.
    pub after: Vec<Fill>,
    /// All of it in one sentence, also where there is nothing to be done.
    pub words: String,
    /// The evacuation that it takes back.
    pub of: Option<OperationId>,
}

impl Proposal {
    pub fn cannot(&self) -> impl Iterator<Item = &Staying> {
        self.staying.iter().filter(|one| one.because == Because::CannotMove)
    }
}

/// Of guests that are moved one after the other: bytes in all, and how long all together are off.
pub fn total(legs: &[Leg]) -> Cost {
    legs.iter().fold(Cost::default(), |sum, leg| Cost {
        copied: sum.copied.saturating_add(leg.cost.copied),
        downtime: sum.downtime.saturating_add(leg.cost.downtime),
    })
}
