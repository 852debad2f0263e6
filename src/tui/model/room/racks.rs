//! Which unit hangs at which height of which cabinet. What must hold: no two units hang at one height, and whoever did not
//! move himself hangs where he hung.

use serde::{Deserialize, Serialize};

use crate::domain::ids::{AppId, HostId, NodeKey, Vmid};

/// So many height units one bay has.
pub const BAY: usize = 42;
/// Left free between the apps and what is not ours, for apps to come.
const SPARE: usize = 2;

/// All cabinets, in the order in which they stand.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Racks {
    pub cabinets: Vec<Rack>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rack {
    pub node: NodeKey,
    /// What the operator calls it; empty where it has its node's name.
    #[serde(default)]
    pub name: String,
    /// Also of those that are not there now: who comes back hangs where he hung, if that is still free.
    #[serde(default)]
    mounts: Vec<Mount>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Mount {
    slot: usize,
    vmid: Vmid,
    app: Option<AppId>,
    whose: Whose,
}

/// Somebody who wants to hang in a cabinet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    pub vmid: Vmid,
    pub app: Option<AppId>,
    pub whose: Whose,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Whose {
    Ours,
    /// A blanking panel.
    Other,
}

/// The number that stands on the post beside a slot; slots are counted from the top.
pub fn number(slot: usize) -> usize {
    BAY - slot % BAY
}

impl Racks {
    /// The cabinet of this node; a new one stands beside the others.
    pub fn rack(&mut self, node: &NodeKey) -> &mut Rack {
        let at = self.cabinets.iter().position(|rack| rack.node == *node).unwrap_or_else(|| {
            self.cabinets.push(Rack { node: node.clone(), name: String::new(), mounts: Vec::new() });
            self.cabinets.len() - 1
        });
        &mut self.cabinets[at]
    }

    /// A host that is called by another name has the same cabinets.
    pub fn follow_name(&mut self, node: &NodeKey, is_known: impl Fn(&HostId) -> bool) {
        if self.find(node).is_some() {
            return;
        }
        let is_lost = |rack: &&mut Rack| rack.node.node == node.node && !is_known(&rack.node.host);
        let mut lost = self.cabinets.iter_mut().filter(is_lost);
        if let (Some(rack), None) = (lost.next(), lost.next()) {
            rack.node = node.clone();
        }
    }

    pub fn find(&self, node: &NodeKey) -> Option<&Rack> {
        self.cabinets.iter().find(|rack| rack.node == *node)
    }

    /// Changes place with the neighbour on that side, among those that are seen.
    pub fn step(&mut self, node: &NodeKey, by: isize, seen: &[NodeKey]) -> bool {
        let at = |node: &NodeKey| self.cabinets.iter().position(|rack| rack.node == *node);
        let neighbour = seen.iter().position(|other| other == node).and_then(|here| here.checked_add_signed(by));
        let Some((one, other)) = at(node).zip(neighbour.and_then(|there| at(seen.get(there)?))) else { return false };
        self.cabinets.swap(one, other);
        true
    }
}

impl Rack {
    /// Where each of them hangs. Who is new takes the first free height from the top; who is not ours, the first below our
    /// own.
    pub fn settle(&mut self, units: &[Unit]) -> Vec<usize> {
        let mut slots = self.known(units);
        let mut taken: Vec<usize> = slots.iter().flatten().copied().collect();
        for whose in [Whose::Ours, Whose::Other] {
            let lowest = units.iter().zip(&slots).filter(|(unit, _)| unit.whose == Whose::Ours);
            let lowest = lowest.filter_map(|(_, slot)| *slot).max();
            let from = if whose == Whose::Ours { 0 } else { lowest.map_or(0, |slot| slot + 1) + SPARE };
            for (_, slot) in units.iter().zip(&mut slots).filter(|(unit, slot)| unit.whose == whose && slot.is_none()) {
                let free = (from..).find(|free| !taken.contains(free)).unwrap_or(from);
                taken.push(free);
                *slot = Some(free);
            }
        }
        let slots: Vec<usize> = slots.into_iter().flatten().collect();
        self.keep(units, &slots);
        slots
    }

    /// Where those hang that hung here before: an app by what it is, whatever guest it is now, and a guest by its number. A
    /// guest that has become an app is a new app.
    fn known(&self, units: &[Unit]) -> Vec<Option<usize>> {
        let mut free: Vec<&Mount> = self.mounts.iter().collect();
        let mut slots = vec![None; units.len()];
        for (unit, slot) in units.iter().zip(&mut slots).filter(|(unit, _)| unit.app.is_some()) {
            let at = free.iter().position(|mount| mount.app == unit.app);
            *slot = at.map(|at| free.remove(at).slot);
        }
        for (unit, slot) in units.iter().zip(&mut slots).filter(|(_, slot)| slot.is_none()) {
            let is_new = |mount: &Mount| unit.whose == Whose::Ours && mount.whose == Whose::Other;
            let at = free.iter().position(|mount| mount.vmid == unit.vmid && !is_new(mount));
            *slot = at.map(|at| free.remove(at).slot);
        }
        slots
    }

    fn keep(&mut self, units: &[Unit], slots: &[usize]) {
        let is_known =
            |mount: &Mount, unit: &Unit| mount.vmid == unit.vmid || (mount.app.is_some() && mount.app == unit.app);
        self.mounts.retain(|mount| !slots.contains(&mount.slot) && !units.iter().any(|unit| is_known(mount, unit)));
        let mount = |unit: &Unit, slot| Mount { slot, vmid: unit.vmid, app: unit.app.clone(), whose: unit.whose };
        self.mounts.extend(units.iter().zip(slots).map(|(unit, slot)| mount(unit, *slot)));
        self.mounts.sort_by_key(|mount| mount.slot);
    }

    /// How many heights there are: whole bays, and room below the lowest unit.
    pub fn height(slots: &[usize]) -> usize {
        slots.iter().max().map_or(1, |lowest| lowest / BAY + 1) * BAY
    }

    /// Moves what hangs there, and what hangs where it goes takes its place.
    pub fn shift(&mut self, from: usize, to: usize) {
        for mount in &mut self.mounts {
            mount.slot = match mount.slot {
                slot if slot == from => to,
                slot if slot == to => from,
                slot => slot,
            };
        }
        self.mounts.sort_by_key(|mount| mount.slot);
    }
}
