//! The roads that lead inside a guest.

use super::Turn;
use crate::tui::{
    keymap::Place,
    layers::{Into, Layer},
};

impl Turn<'_> {
    /// Of a guest they are asked for anew; a host's are in the fleet.
    pub fn show_roads(&mut self) {
        let into = match self.model.place_under() {
            Place::Hosts => self.model.hosts.selected().map(|row| Into::Host(row.host().clone())),
            _ => self.model.under_hand().cloned().map(Into::Guest),
        };
        let Some(into) = into else { return };
        if let Into::Guest(guest) = &into {
            self.ask_back(guest.clone());
        }
        self.model.layers.push(Layer::Roads { into, top: 0 });
    }
}
