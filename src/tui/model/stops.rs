//! Where one was: a deck and what was under the hand there. What must hold: whoever goes back stands on the same thing, or,
//! where it is gone, on the same deck.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Model, hosts::HostRow, memory::Remembered};
use crate::{
    domain::{
        catalog::RecipeId,
        ids::{GuestKey, HostId, NodeKey, OperationId},
    },
    tui::command::Deck,
};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Stop {
    pub deck: Deck,
    #[serde(default)]
    pub on: On,
}

/// What the hand was on.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum On {
    #[default]
    Nothing,
    Guest(GuestKey),
    Recipe(RecipeId),
    Host(HostId),
    Node(NodeKey),
    Operation(OperationId),
}

/// The way that was gone, and what was turned back from.
#[derive(Debug, Clone, Default)]
pub struct Trail {
    past: Vec<Stop>,
    ahead: Vec<Stop>,
}

/// Nobody goes back further.
const LONGEST: usize = 50;

impl Trail {
    /// Another way is gone from here: what lay ahead is over.
    pub fn leave(&mut self, from: Stop) {
        self.ahead.clear();
        if self.past.last() != Some(&from) {
            self.past.push(from);
        }
        if self.past.len() > LONGEST {
            self.past.remove(0);
        }
    }

    pub fn back(&mut self, from: Stop) -> Option<Stop> {
        let to = self.past.pop()?;
        self.ahead.push(from);
        Some(to)
    }

    pub fn forward(&mut self, from: Stop) -> Option<Stop> {
        let to = self.ahead.pop()?;
        self.past.push(from);
        Some(to)
    }
}

/// Places with a letter.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Marks(pub BTreeMap<char, Stop>);

impl Remembered for Marks {
    const NAME: &'static str = "marks";
}

impl Model {
    pub fn stop(&self) -> Stop {
        let on = match self.deck {
            Deck::Overview => self.overview.selected().cloned().map_or(On::Nothing, On::Guest),
            Deck::Apps => self.apps.selected().cloned().map_or(On::Nothing, On::Guest),
            Deck::Backups => self.board.held().map_or(On::Nothing, |row| On::Guest(row.guest.clone())),
            Deck::Store => self.store.hand.key.clone().map_or(On::Nothing, On::Recipe),
            Deck::Ops => self.ops.hand.key.map_or(On::Nothing, On::Operation),
            Deck::Hosts => match self.hosts.selected() {
                Some(HostRow::Host(host)) => On::Host(host.clone()),
                Some(HostRow::Node(node)) => On::Node(node.clone()),
                None => On::Nothing,
            },
            Deck::Settings => On::Nothing,
        };
        Stop { deck: self.deck, on }
    }

    /// How it is called, and whether it is still there.
    pub fn name_of_stop(&self, stop: &Stop) -> (String, bool) {
        match &stop.on {
            On::Nothing => (String::new(), true),
            On::Guest(guest) => match self.world.entry(guest) {
                Some(entry) => (entry.name.to_string(), true),
                None => (guest.to_string(), false),
            },
            On::Recipe(recipe) => match self.store.recipe(recipe) {
                Some(known) => (known.name.clone(), true),
                // Nobody knows before the store was read.
                None => (recipe.to_string(), self.store.shelf.is_none()),
            },
            On::Host(host) => (host.to_string(), self.world.fleet.host(host).is_some()),
            On::Node(node) => (node.node.to_string(), self.world.fleet.nodes.iter().any(|known| known.key == *node)),
            On::Operation(id) => match self.operation(*id) {
                Some(operation) => (operation.plan.name.clone(), true),
                None => (format!("operation {id}"), false),
            },
        }
    }
}
