//! Nodes with what they carry and what could move, on which several moves are tried at once. What must hold: what one move
//! takes is not there for the next one, and the order in which nodes and guests are named changes nothing.

use std::{collections::BTreeMap, sync::Arc};

use super::{Against, Cost, Leg, Manner};
use crate::domain::{
    ids::{AppId, GuestKey, NodeName, StorageName},
    placement::size,
};

/// What something uses, as it was in 95 of 100 half hours of a week.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Load {
    /// Thousandths of a core.
    pub cores: u64,
    /// Bytes
    pub memory: u64,
}

impl Load {
    fn plus(self, other: Self) -> Self {
        Self { cores: self.cores.saturating_add(other.cores), memory: self.memory.saturating_add(other.memory) }
    }

    /// What 95 of 100 readings do not exceed, each for itself; nothing where there is none.
    pub fn usual(cores: Vec<u64>, memory: Vec<u64>) -> Option<Self> {
        Some(Self { cores: usual(cores)?, memory: usual(memory)? })
    }

    /// The smaller of both, each for itself.
    pub fn or_less(self, other: Self) -> Self {
        Self { cores: self.cores.min(other.cores), memory: self.memory.min(other.memory) }
    }

    pub fn sum(all: impl IntoIterator<Item = Self>) -> Self {
        all.into_iter().fold(Self::default(), Self::plus)
    }

    pub fn less(self, other: Self) -> Self {
        Self { cores: self.cores.saturating_sub(other.cores), memory: self.memory.saturating_sub(other.memory) }
    }
}

/// A node that is up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rack {
    pub node: NodeName,
    /// All that it has.
    pub size: Load,
    /// All that it carries now, itself included.
    pub load: Load,
    /// Bytes free at this moment; nothing when it is not known.
    pub free_memory: Option<u64>,
    /// Bytes free on storages that only it has.
    pub room: BTreeMap<StorageName, u64>,
}

/// A container that could move.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Movable {
    pub guest: GuestKey,
    pub app: Option<AppId>,
    pub name: Arc<str>,
    pub on: NodeName,
    pub manner: Manner,
    pub load: Load,
    /// Bytes that must be free where it starts again.
    pub memory: u64,
    pub offers: BTreeMap<NodeName, Offer>,
}

/// What going to one node takes, or what stands in the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Offer {
    Open { cost: Cost, needs: Vec<(StorageName, u64)> },
    Closed(Vec<Against>),
}

/// How full a node is, in thousandths.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fill {
    pub node: NodeName,
    pub cpu: u64,
    pub memory: u64,
}

impl Fill {
    /// What is scarcest there.
    pub fn worst(&self) -> u64 {
        self.cpu.max(self.memory)
    }

    pub fn scarcest(&self) -> &'static str {
        if self.cpu > self.memory { "processor" } else { "memory" }
    }
}

/// Fuller than this, in thousandths, no node is made.
pub const FULL: u64 = 900;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Board {
    racks: Vec<Rack>,
    guests: Vec<Movable>,
}

impl Board {
    pub fn new(mut racks: Vec<Rack>, mut guests: Vec<Movable>) -> Self {
        racks.sort_by(|a, b| a.node.cmp(&b.node));
        racks.dedup_by(|a, b| a.node == b.node);
        guests.sort_by(|a, b| a.guest.cmp(&b.guest));
        guests.dedup_by(|a, b| a.guest == b.guest);
        Self { racks, guests }
    }

    pub fn racks(&self) -> &[Rack] {
        &self.racks
    }

    pub fn guests(&self) -> &[Movable] {
        &self.guests
    }

    pub(in crate::domain) fn arranged(&self) -> Arrangement<'_> {
        let racks = self.racks.iter().map(|rack| (&rack.node, rack.clone())).collect();
        let places = self.guests.iter().map(|guest| (&guest.guest, guest.on.clone())).collect();
        Arrangement { board: self, racks, places }
    }

    pub fn fills(&self) -> Vec<Fill> {
        self.arranged().fills()
    }

    /// The same once these have been moved.
    pub fn after(&self, legs: &[Leg]) -> Self {
        let mut arrangement = self.arranged();
        for leg in legs {
            if let Some(guest) = self.guests.iter().find(|guest| guest.guest == leg.guest) {
                arrangement.put(guest, &leg.to);
            }
        }
        let on = |guest: &Movable| arrangement.place(&guest.guest).cloned().unwrap_or_else(|| guest.on.clone());
        let guests = self.guests.iter().map(|guest| Movable { on: on(guest), ..guest.clone() }).collect();
        Self { racks: arrangement.racks.into_values().collect(), guests }
    }
}

/// A board while moves are tried on it.
#[derive(Debug, Clone)]
pub(in crate::domain) struct Arrangement<'a> {
    board: &'a Board,
    racks: BTreeMap<&'a NodeName, Rack>,
    places: BTreeMap<&'a GuestKey, NodeName>,
}

impl<'a> Arrangement<'a> {
    pub fn place(&self, guest: &GuestKey) -> Option<&NodeName> {
        self.places.get(guest)
    }

    pub fn nodes(&self) -> impl Iterator<Item = &'a NodeName> {
        self.board.racks.iter().map(|rack| &rack.node)
    }

    pub fn fill(&self, node: &NodeName) -> Option<Fill> {
        self.racks.get(node).map(|rack| filled(rack, rack.load))
    }

    pub fn fills(&self) -> Vec<Fill> {
        self.racks.values().map(|rack| filled(rack, rack.load)).collect()
    }

    /// How full both would be, the one it leaves and the one it goes to.
    pub fn would(&self, guest: &Movable, to: &NodeName) -> Option<(Fill, Fill)> {
        let (from, to) = (self.racks.get(self.place(&guest.guest)?)?, self.racks.get(to)?);
        Some((filled(from, from.load.less(guest.load)), filled(to, to.load.plus(guest.load))))
    }

    /// The same, and the node does not get too full by it.
    pub fn admits(&self, guest: &Movable, to: &NodeName) -> Result<Cost, String> {
        let cost = self.allows(guest, to)?;
        let after = self.racks.get(to).map(|rack| filled(rack, rack.load.plus(guest.load)));
        // What it brings counts; what is full already stays so by itself.
        match after.filter(|after| after.worst() > FULL && guest.load != Load::default()) {
            Some(after) => Err(format!("it would be {} % full: {}", after.worst() / 10, after.scarcest())),
            None => Ok(cost),
        }
    }

    /// What it would cost to go there, or what stands in the way as things stand on the board.
    pub fn allows(&self, guest: &Movable, to: &NodeName) -> Result<Cost, String> {
        let rack = self.racks.get(to).ok_or("it is not up")?;
        let (cost, needs) = match guest.offers.get(to) {
            Some(Offer::Open { cost, needs }) => (*cost, needs),
            Some(Offer::Closed(against)) => {
                return Err(against.iter().map(|one| one.why.as_str()).collect::<Vec<_>>().join("; "));
            }
            None => return Err("nothing is known of it".into()),
        };
        if let Some(free) = rack.free_memory.filter(|free| *free < guest.memory) {
            return Err(format!("only {} memory would be free, {} are needed", size(free), size(guest.memory)));
        }
        let short = needs.iter().find(|(name, bytes)| rack.room.get(name).is_some_and(|free| free < bytes));
        if let Some((name, bytes)) = short {
            return Err(format!("{} would not be free on {name}", size(*bytes)));
        }
        Ok(cost)
    }

    pub fn put(&mut self, guest: &'a Movable, to: &NodeName) {
        let Some(from) = self.places.insert(&guest.guest, to.clone()) else { return };
        if from == *to {
            return;
        }
        if let Some(rack) = self.racks.get_mut(&from) {
            rack.load = rack.load.less(guest.load);
            rack.free_memory = rack.free_memory.map(|free| free.saturating_add(guest.load.memory));
        }
        let needs = match guest.offers.get(to) {
            Some(Offer::Open { needs, .. }) => needs.as_slice(),
            _ => &[],
        };
        if let Some(rack) = self.racks.get_mut(to) {
            rack.load = rack.load.plus(guest.load);
            rack.free_memory = rack.free_memory.map(|free| free.saturating_sub(guest.memory));
            for (name, bytes) in needs {
                if let Some(free) = rack.room.get_mut(name) {
                    *free = free.saturating_sub(*bytes);
                }
            }
        }
    }
}

fn usual(mut readings: Vec<u64>) -> Option<u64> {
    readings.sort_unstable();
    readings.get((readings.len() * 95).div_ceil(100).saturating_sub(1)).copied()
}

fn filled(rack: &Rack, load: Load) -> Fill {
    let share =
        |used: u64, all: u64| u64::try_from(u128::from(used) * 1_000 / u128::from(all.max(1))).unwrap_or(u64::MAX);
    Fill {
        node: rack.node.clone(),
        cpu: share(load.cores, rack.size.cores),
        memory: share(load.memory, rack.size.memory),
    }
}
