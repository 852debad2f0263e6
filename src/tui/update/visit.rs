//! Sitting down at a guest's console, coming back from it, and the roads that lead inside.

use super::Turn;
use crate::{
    domain::fault::Fault,
    engine::Tone,
    tui::{
        effect::Effect,
        event::Ticket,
        keymap::Place,
        layers::{Into, Layer},
        model::Wish,
        term::Parting,
    },
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
