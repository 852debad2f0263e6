//! Where the hand rests on the overview: on a unit in a cabinet, or in the list of what needs a person. Cabinets stand
//! beside each other, so left and right change the cabinet and keep the height.

use super::{health::Health, room::Room, world::World};
use crate::domain::ids::{GuestKey, NodeKey};

#[derive(Debug, Clone, Default)]
pub struct Overview {
    pub pane: Pane,
    pub cabinet: usize,
    node: Option<NodeKey>,
    pub unit: usize,
    key: Option<GuestKey>,
    pub want: usize,
    /// The room is being arranged.
    pub arranging: Option<Arranging>,
}

/// Where the hand is while the room is arranged, and what was arranged so far.
#[derive(Debug, Clone, Default)]
pub struct Arranging {
    pub part: Part,
    /// Which widget is under the hand.
    pub widget: usize,
    /// The room as it was before each step, the last one at the end.
    pub before: Vec<Room>,
    /// A unit or widget that goes along with the mouse.
    pub dragged: Option<Dragged>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dragged {
    /// Whether it has left its place; until then there is nothing to undo.
    pub has_moved: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Part {
    #[default]
    Cabinets,
    Row,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Pane {
    #[default]
    Cabinets,
    Wants,
}

impl Overview {
    /// Whether the hand arranges the widgets.
    pub fn is_in_row(&self) -> bool {
        self.arranging.as_ref().is_some_and(|arranging| arranging.part == Part::Row)
    }

    pub fn selected(&self) -> Option<&GuestKey> {
        self.key.as_ref().filter(|_| self.pane == Pane::Cabinets)
    }

    /// Finds cabinet and unit again in a new world.
    pub fn follow(&mut self, world: &World, wants: usize) {
        self.want = self.want.min(wants.saturating_sub(1));
        if wants == 0 {
            self.pane = Pane::Cabinets;
        }
        let cabinets = &world.cabinets;
        let standing = self.key.as_ref().and_then(|key| {
            let entry = world.index_of(key)?;
            cabinets.iter().position(|cabinet| cabinet.units.contains(&entry))
        });
        let same = || cabinets.iter().position(|cabinet| Some(&cabinet.node) == self.node.as_ref());
        let cabinet = standing.or_else(same).unwrap_or(self.cabinet);
        self.enter(cabinet, world);
        if let Some(at) = self
            .key
            .as_ref()
            .and_then(|key| world.index_of(key))
            .and_then(|entry| cabinets.get(self.cabinet)?.units.iter().position(|unit| *unit == entry))
        {
            self.unit = at;
        }
        self.go(self.unit as isize, world);
    }

    /// Puts the hand on this unit, where it stands.
    pub fn show(&mut self, key: &GuestKey, world: &World, wants: usize) {
        if world.entry(key).is_some() {
            (self.pane, self.key) = (Pane::Cabinets, Some(key.clone()));
            self.follow(world, wants);
        }
    }

    fn enter(&mut self, cabinet: usize, world: &World) {
        self.cabinet = cabinet.min(world.cabinets.len().saturating_sub(1));
        self.node = world.cabinets.get(self.cabinet).map(|cabinet| cabinet.node.clone());
    }

    pub fn go(&mut self, unit: isize, world: &World) {
        let units = world.cabinets.get(self.cabinet).map_or(&[][..], |cabinet| &cabinet.units);
        self.unit = unit.clamp(0, units.len().saturating_sub(1) as isize) as usize;
        self.key = units.get(self.unit).map(|entry| world.entries[*entry].key.clone());
    }

    pub fn step_cabinet(&mut self, by: isize, world: &World) {
        let last = world.cabinets.len().saturating_sub(1) as isize;
        self.enter((self.cabinet as isize + by).clamp(0, last) as usize, world);
        self.go(self.unit as isize, world);
    }

    /// To the list of what needs a person, if anything does, and back.
    pub fn change_pane(&mut self, health: &Health) {
        self.pane = match self.pane {
            Pane::Cabinets if !health.wants.is_empty() => Pane::Wants,
            _ => Pane::Cabinets,
        };
    }
}
