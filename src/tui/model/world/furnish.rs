//! Who hangs where in which cabinet. What must hold: a place that is kept is a place that is taken.

use super::{Entry, World};
use crate::{
    domain::app::TAG,
    tui::model::room::racks::{Racks, Unit, Whose},
};

impl World {
    /// Puts cabinets and units where they are kept to stand; who is new gets a place.
    pub fn furnish(&mut self, racks: &mut Racks) {
        let mut cabinets = std::mem::take(&mut self.cabinets);
        for cabinet in &mut cabinets {
            racks.follow_name(&cabinet.node, |host| self.fleet.hosts.iter().any(|known| known.id == *host));
            let by_name = |i: &usize| (!self.entries[*i].is_app(), self.entries[*i].name.to_lowercase(), *i);
            cabinet.units.sort_by_cached_key(by_name);
            let units: Vec<Unit> = cabinet.units.iter().map(|i| self.mounted(&self.entries[*i])).collect();
            let rack = racks.rack(&cabinet.node);
            let mut hung: Vec<(usize, usize)> = rack.settle(&units).into_iter().zip(cabinet.units.drain(..)).collect();
            hung.sort_unstable();
            (cabinet.slots, cabinet.units) = hung.into_iter().unzip();
            cabinet.name.clone_from(&rack.name);
        }
        cabinets.sort_by_key(|cabinet| racks.cabinets.iter().position(|rack| rack.node == cabinet.node));
        self.cabinets = cabinets;
    }

    fn mounted(&self, entry: &Entry) -> Unit {
        // What carries our tag turns out to be an app as soon as it was looked at.
        let is_tagged = entry.guest.iter().flat_map(|guest| guest.tags.iter()).any(|tag| &**tag == TAG);
        let whose = if entry.is_app() || is_tagged { Whose::Ours } else { Whose::Other };
        Unit { vmid: entry.vmid(), app: self.app(entry).map(|app| app.id.clone()), whose }
    }
}
