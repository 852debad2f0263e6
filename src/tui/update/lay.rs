//! Laying menus over the deck, and taking from them.

use super::Turn;
use crate::tui::{
    command::Command,
    layers::{
        Layer,
        copy::CopyMenu,
        palette::{Does, Palette},
    },
};

impl Turn<'_> {
    pub fn lay(&mut self, command: Command) {
        let layer = match command {
            Command::Copy => self.model.under_hand().and_then(|key| CopyMenu::of(self.model, key)).map(Layer::CopyMenu),
            Command::Messages => {
                let new = std::mem::take(&mut self.model.toasts.unread);
                Some(Layer::Messages { top: 0, new })
            }
            Command::Palette => Some(Layer::Palette(Palette::over(self.model))),
            _ => Some(Layer::Help { of: self.model.place(), top: 0 }),
        };
        self.model.layers.extend(layer);
    }

    pub fn copy_chosen(&mut self) {
        let Some(Layer::CopyMenu(menu)) = self.model.layers.pop() else { return };
        let Some(item) = menu.items.into_iter().nth(menu.at) else { return };
        let words =
            if item.text.contains('\n') { format!("copied: {}", item.label) } else { format!("copied: {}", item.text) };
        self.copy(item.text, words);
    }

    pub fn take_chosen(&mut self) {
        let Some(Layer::Palette(palette)) = self.model.layers.pop() else { return };
        match palette.chosen().map(|item| item.does.clone()) {
            Some(Does::Command(command)) => self.obey(command),
            Some(Does::Show(key)) => self.show_unit(&key),
            Some(Does::Wear(theme)) => self.wear(&theme),
            Some(Does::Meddle(mischief)) => self.meddle(mischief),
            None => {}
        }
    }
}
