//! Sitting down at a guest's console, and coming back from it.

use super::Turn;
use crate::{
    domain::fault::Fault,
    engine::Tone,
    tui::{effect::Effect, event::Ticket, model::Wish, term::Parting},
};

impl Turn<'_> {
    pub fn visit(&mut self) {
        let Some(entry) = self.entry_under_hand() else { return };
        let (guest, name) = (entry.key.clone(), entry.name.clone());
        let is_on_its_way = self.model.waiting.values().any(|wish| matches!(wish, Wish::Visit(_)));
        if is_on_its_way {
            return;
        }
        self.echo(format!("opening the console of {name}"));
        let ticket = self.ticket(Wish::Visit(guest.clone()));
        self.effects.push(Effect::Visit(ticket, guest));
    }

    pub fn visited(&mut self, ticket: Ticket, result: Result<Parting, Fault>) {
        let Some(Wish::Visit(guest)) = self.model.waiting.remove(&ticket) else { return };
        let name = self.model.world.entry(&guest).map_or_else(|| guest.to_string(), |entry| entry.name.to_string());
        match result {
            Ok(Parting::Left) => self.echo(format!("left the console of {name}")),
            Ok(Parting::Ended(why)) => self.tell(Tone::Info, format!("{name}: {why}")),
            Ok(Parting::TerminalGone) => {}
            Err(fault) => self.fail(&fault),
        }
    }
}
