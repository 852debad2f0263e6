//! Switching units on and off. One unit is switched at once; many are asked for first, unless they are only started.

use super::{Turn, words};
use crate::{
    domain::{fleet::Power, ids::GuestKey, plan::power::PowerWish},
    engine::{Request, Tone},
    tui::{
        command::Deck,
        effect::Effect,
        layers::{Layer, question::Question},
        model::{Wish, world::Entry},
    },
};

impl Turn<'_> {
    pub fn power(&mut self, wish: PowerWish) {
        let (targets, is_bulk) = match self.model.deck {
            // One who sits at a console means that guest, whatever is marked on the deck behind it.
            _ if self.model.sits_at().is_some() || self.model.detail().is_some() => {
                (self.model.under_hand().cloned().into_iter().collect(), false)
            }
            Deck::Apps => (self.model.apps.targets(), !self.model.apps.marked.is_empty()),
            _ => (self.model.under_hand().cloned().into_iter().collect(), false),
        };
        let makes_sense = |key: &GuestKey| self.model.world.entry(key).is_some_and(|entry| applies(wish, entry));
        let fit: Vec<GuestKey> = if is_bulk { targets.into_iter().filter(makes_sense).collect() } else { targets };
        let asks = wish == PowerWish::StopNow || (is_bulk && wish != PowerWish::Start);
        match (fit.is_empty(), asks) {
            (true, _) if is_bulk => self.tell(Tone::Info, "none of the selected units needs that"),
            (true, _) => {}
            (false, true) => {
                let question = Question::bulk(&self.names(&fit), fit, wish);
                self.model.layers.push(Layer::Question(question));
            }
            (false, false) => self.ask_power(fit, wish),
        }
    }

    pub fn ask_power(&mut self, targets: Vec<GuestKey>, wish: PowerWish) {
        let names = self.names(&targets);
        let who = match names.as_slice() {
            [one] => one.clone(),
            many => format!("{} units", many.len()),
        };
        self.echo(format!("{} {who}", words::understood(wish)));
        if self.model.sits_at().is_none() {
            self.model.apps.unmark();
        }
        for guest in targets {
            let ticket = self.ticket(Wish::Power(guest.clone()));
            self.effects.push(Effect::Ask(ticket, Request::Power { guest, wish }));
        }
    }

    fn names(&self, keys: &[GuestKey]) -> Vec<String> {
        let name = |key: &GuestKey| self.model.world.entry(key).map_or_else(|| key.to_string(), |e| e.name.to_string());
        keys.iter().map(name).collect()
    }
}

/// Whether a bulk wish is for this unit; of a single one the engine says why not.
fn applies(wish: PowerWish, entry: &Entry) -> bool {
    let power = entry.guest.as_ref().map_or(Power::Unknown, |guest| guest.power);
    match wish {
        PowerWish::Start => power != Power::Running,
        PowerWish::Stop | PowerWish::StopNow => power != Power::Stopped,
        PowerWish::Restart => power == Power::Running,
    }
}
