//! One step out: of a layer, of what was chosen, of a deck.

use super::Turn;
use crate::tui::{
    command::Deck,
    layers::Layer,
    model::{flip::Side, overview::Pane},
};

impl Turn<'_> {
    /// One step out: a layer, the filter's keys, a toast, the filter, the marks, a back, the deck.
    pub fn back(&mut self) {
        match self.model.layers.last() {
            Some(Layer::Form(_)) => return self.back_in_form(),
            Some(Layer::Deploy(_)) => return self.keep_draft(),
            Some(Layer::Sources(_)) => return self.back_from_sources(),
            Some(Layer::Adopt(_)) => return self.back_in_adoption(),
            Some(Layer::Detail(_)) => return self.back_from_detail(),
            Some(Layer::Ports(_)) => return self.back_from_ports(),
            Some(Layer::Help(_)) => return self.leave_help(),
            Some(Layer::Console(_)) => return self.leave_console(),
            _ => {}
        }
        if self.model.layers.is_empty() && self.model.deck == Deck::Settings && self.leave_setting() {
            return;
        }
        let model = &mut *self.model;
        if let Some(layer) = model.layers.pop() {
            if let Layer::Why { operation, .. } = layer {
                model.read.insert(operation);
                model.assess();
            }
            self.count_choices();
        } else if model.is_filtering {
            self.clear_text();
            self.model.is_filtering = false;
        } else if model.toasts.dismiss(model.now.tick).is_some() {
        } else if model.deck == Deck::Apps {
            self.back_from_apps();
        } else if self.back_on_deck() {
        } else if self.model.deck != Deck::Overview {
            self.model.deck = Deck::Overview;
        } else if self.model.overview.pane != Pane::Cabinets {
            self.model.overview.pane = Pane::Cabinets;
        } else {
            self.end_hints();
        }
    }

    /// Out of what was chosen on this deck; says whether there was something.
    fn back_on_deck(&mut self) -> bool {
        match self.model.deck {
            Deck::Store => self.back_from_store(),
            Deck::Backups => self.back_on_board(),
            Deck::Hosts => self.back_on_hosts(),
            Deck::Overview => self.model.overview.arranging.take().is_some(),
            Deck::Settings => self.back_on_settings(),
            _ => false,
        }
    }

    pub fn back_from_apps(&mut self) {
        let model = &mut *self.model;
        let key = model.apps.selected().cloned();
        if key.is_some_and(|key| model.flips.side(&key) == Side::Back) {
            self.flip();
        } else if !model.apps.marked.is_empty() {
            model.apps.unmark();
        } else if !model.apps.filter.is_empty() || model.apps.chip != Default::default() {
            model.apps.filter.clear();
            model.apps.chip = Default::default();
            model.apps.arrange(&model.world);
        } else {
            model.deck = Deck::Overview;
        }
    }
}
