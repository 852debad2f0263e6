//! Looking at an operation, and steering it.

use super::Turn;
use crate::{
    domain::ids::{GuestKey, OperationId},
    engine::{Request, Tone},
    tui::{
        command::Command,
        effect::Effect,
        layers::{Layer, question::Question},
        model::{Wish, world::has_failed},
    },
};

impl Turn<'_> {
    pub fn log(&mut self) {
        let Some(entry) = self.entry_under_hand() else { return };
        let (guest, name) = (entry.key.clone(), entry.name.clone());
        match self.model.world.operation(entry).map(|operation| operation.id) {
            Some(operation) => self.show_operation(guest, operation),
            None => self.tell(Tone::Info, format!("nothing was done to {name} yet")),
        }
    }

    pub fn show_operation(&mut self, guest: GuestKey, operation: OperationId) {
        self.model.toasts.make_way(operation, self.model.now.tick);
        self.model.layers.push(Layer::Why { guest, operation, top: 0 });
    }

    pub fn steer(&mut self, command: Command) {
        let Some(Layer::Why { operation, .. }) = self.model.layers.last() else { return };
        let Some(operation) = self.model.world.fleet.operation(*operation) else { return };
        let (id, name, runs) = (operation.id, operation.plan.name.clone(), operation.is_running());
        match (command, runs) {
            (Command::Cancel, true) => self.model.layers.push(Layer::Question(Question::cancel(&name, id))),
            (Command::Retry, false) if has_failed(operation) => {
                self.model.layers.pop();
                self.echo(format!("trying {name} again"));
                let ticket = self.ticket(Wish::Steer);
                self.effects.push(Effect::Ask(ticket, Request::Retry(id)));
            }
            _ => {}
        }
    }
}
