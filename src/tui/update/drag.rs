//! Arranging with the mouse: what was taken in hand goes along with it. What must hold: a drag does what the keys would do, and
//! is one step to take back.

use ratatui::layout::Position;

use super::Turn;
use crate::tui::{
    model::overview::{Dragged, Part},
    screens::{
        layout::{self, Floor},
        overview::{racks, widget_places},
    },
};

impl Turn<'_> {
    pub fn take_in_hand(&mut self, at: Position, floor: &Floor) {
        let parts = layout::overview(floor, &self.model.room);
        let places = widget_places(floor, parts.stats, self.model);
        let widget = places.iter().position(|(_, place)| place.contains(at));
        let racks = racks(parts.cabinets, parts.duct, self.model);
        let rack = racks.iter().find(|rack| rack.area.contains(at));
        let is_on_unit = rack.is_some_and(|rack| rack.units().any(|(_, place)| place.contains(at)));
        if widget.is_none() {
            self.click_cabinet(at, &parts);
        }
        let Some(arranging) = &mut self.model.overview.arranging else { return };
        arranging.part = if widget.is_some() { Part::Row } else { Part::Cabinets };
        arranging.widget = widget.unwrap_or(arranging.widget);
        // Beside all of them there is nothing to take along.
        arranging.dragged = (widget.is_some() || is_on_unit).then_some(Dragged { has_moved: false });
    }

    pub fn drag(&mut self, at: Position) {
        let Some(dragged) = self.model.overview.arranging.as_ref().and_then(|arranging| arranging.dragged) else {
            return;
        };
        let Some(way) = self.way_to(at).filter(|way| *way != 0) else { return };
        for step in 0..way.unsigned_abs() {
            let steps = self.model.overview.arranging.as_ref().map_or(0, |arranging| arranging.before.len());
            self.shift_unit(way.signum());
            let Some(arranging) = &mut self.model.overview.arranging else { return };
            if (step > 0 || dragged.has_moved) && arranging.before.len() > steps {
                // All of the way is one step.
                arranging.before.pop();
            }
            arranging.dragged = Some(Dragged { has_moved: true });
        }
        self.keep_room();
    }

    pub fn drop_dragged(&mut self) {
        if let Some(arranging) = &mut self.model.overview.arranging {
            arranging.dragged = None;
            self.keep_room();
        }
    }

    /// How many heights, or widgets, lie between what is in hand and this place.
    fn way_to(&self, at: Position) -> Option<isize> {
        let floor = self.model.floor()?;
        let parts = layout::overview(&floor, &self.model.room);
        let overview = &self.model.overview;
        if overview.is_in_row() {
            let places = widget_places(&floor, parts.stats, self.model);
            let there = places.iter().position(|(_, place)| (place.left()..place.right()).contains(&at.x))?;
            return Some(there as isize - overview.arranging.as_ref()?.widget as isize);
        }
        let racks = racks(parts.cabinets, parts.duct, self.model);
        let rack = racks.iter().find(|rack| rack.cabinet == overview.cabinet && rack.area.contains(at))?;
        let there = rack.heights.iter().find(|height| height.place.contains(at))?.slot;
        let here = *self.model.world.cabinets.get(overview.cabinet)?.slots.get(overview.unit)?;
        Some(there as isize - here as isize)
    }
}
