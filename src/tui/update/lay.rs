//! Laying menus over the deck, and taking from them.

use super::Turn;
use crate::tui::{
    command::{Command, Deck},
    layers::{
        Layer,
        copy::CopyMenu,
        help::Help,
        palette::{Does, Palette},
    },
    model::{Then, store::Reading},
};

impl Turn<'_> {
    pub fn lay(&mut self, command: Command) {
        let layer = match command {
            Command::Copy => self.model.under_hand().and_then(|key| CopyMenu::of(self.model, key)).map(Layer::CopyMenu),
            Command::Messages => {
                let new = std::mem::take(&mut self.model.toasts.unread);
                Some(Layer::Messages { top: 0, new })
            }
            Command::Palette => {
                self.look_at_shelf();
                Some(Layer::Palette(Palette::over(self.model)))
            }
            _ => Some(Layer::Help(Help::of(self.model.place()))),
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
        let Some(does) = palette.chosen().map(|item| item.does.clone()) else { return };
        self.model.uses.note(&does.name(), self.model.now.wall);
        let uses = self.model.uses.clone();
        self.remember(&uses);
        self.do_chosen(does);
    }

    /// Recipes have names too, and are only known once they were read.
    fn look_at_shelf(&mut self) {
        if self.model.store.shelf.is_none() && self.model.store.reading != Reading::Asked {
            self.read_shelf(Then::Look);
        }
    }

    /// Which key does it is said where it is done, and left to the operator: by now he sees what it would be done to.
    fn point_at(&mut self, command: Command) {
        if let Some(key) = self.model.keymap.label(self.model.place(), command) {
            self.echo(format!("{key} does it here"));
        }
    }

    fn do_chosen(&mut self, does: Does) {
        match does {
            Does::Command(command) => self.obey(command),
            Does::There(deck, command) => {
                self.open(deck);
                match acts_unasked(command) {
                    true => self.point_at(command),
                    false => self.obey(command),
                }
            }
            Does::Show(key) => self.show_unit(&key),
            Does::Deploy(recipe) => {
                self.open(Deck::Store);
                self.model.store.show(&recipe);
                self.deploy();
            }
            Does::Host(host) => self.show_host(&host),
            Does::Node(node) => self.show_node_row(&node),
            Does::Operation(operation) => self.show_operation(operation),
            Does::Setting(spec) => {
                self.open(Deck::Settings);
                self.model.show_setting(spec);
                self.settle_panel();
            }
            Does::Mark(stop) => self.go_to(&stop),
            Does::Wear(theme) => self.wear(&theme),
            Does::Meddle(mischief) => self.meddle(mischief),
        }
    }
}

/// What is done at once to what is under the hand or selected, and is not shown or asked for first.
fn acts_unasked(command: Command) -> bool {
    use Command::{Favour, Filter, Mark, MarkAll, MarkRange, Power, Reset, Retry, TurnHost};
    matches!(command, Favour | Filter | Mark | MarkAll | MarkRange | Power(_) | Reset | Retry | TurnHost)
}
