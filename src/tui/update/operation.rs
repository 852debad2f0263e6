//! Looking at an operation, and steering it.

use super::Turn;
use crate::{
    domain::{ids::OperationId, operation::Operation, plan::journal::Choice},
    engine::{Query, Request, Tone},
    tui::{
        command::Command,
        effect::Effect,
        keymap::Place,
        layers::{Layer, copy::CopyMenu, question::Question},
        model::{Wish, world::has_failed},
    },
};

impl Turn<'_> {
    pub fn log(&mut self) {
        let Some(entry) = self.entry_under_hand() else { return };
        let name = entry.name.clone();
        match self.model.world.operation(entry).map(|operation| operation.id) {
            Some(operation) => self.show_operation(operation),
            None => self.tell(Tone::Info, format!("nothing was done to {name} yet")),
        }
    }

    /// One that the deck does not know yet is looked up.
    pub fn show_operation(&mut self, operation: OperationId) {
        self.model.toasts.make_way(operation, self.model.now.tick);
        self.model.layers.push(Layer::Why { operation, top: 0 });
        if self.model.operation(operation).is_none() {
            self.query(Wish::LookUp(operation), Query::Operation(operation));
        }
    }

    pub fn show_held_operation(&mut self) {
        if let Some(operation) = self.model.ops.hand.key {
            self.show_operation(operation);
        }
    }

    /// The one that the pane shows, or that the hand is on.
    pub fn operation_at_hand(&self) -> Option<&Operation> {
        match (self.model.layers.last(), self.model.place()) {
            (Some(Layer::Why { operation, .. }), _) => self.model.operation(*operation),
            (Some(Layer::Detail(detail)), _) => detail.held_operation(self.model),
            (None, Place::Ops) => self.model.held_operation(),
            _ => None,
        }
    }

    pub fn steer(&mut self, command: Command) {
        let Some(operation) = self.operation_at_hand() else { return };
        let (id, name, runs) = (operation.id, operation.plan.name.clone(), operation.is_running());
        let (asks, failed) = (operation.asks(), has_failed(operation));
        match command {
            Command::Cancel if asks => self.show_operation(id),
            Command::Cancel if runs => self.model.layers.push(Layer::Question(Question::cancel(&name, id))),
            Command::Retry if !runs && failed => {
                self.close_why();
                self.steer_by(Request::Retry(id), format!("trying {name} again"));
            }
            Command::Keep if asks => {
                self.steer_by(Request::Answer { operation: id, choice: Choice::Keep }, format!("{name} is kept"));
            }
            Command::TakeBack if asks => {
                self.steer_by(Request::Answer { operation: id, choice: Choice::Undo }, format!("taking back {name}"));
            }
            _ => {}
        }
    }

    fn close_why(&mut self) {
        if matches!(self.model.layers.last(), Some(Layer::Why { .. })) {
            self.model.layers.pop();
        }
    }

    fn steer_by(&mut self, request: Request, words: String) {
        self.echo(words);
        let ticket = self.ticket(Wish::Steer);
        self.effects.push(Effect::Ask(ticket, request));
    }

    pub fn copy_operation(&mut self) {
        let menu = self.operation_at_hand().map(|operation| CopyMenu::of_operation(operation, self.model));
        self.model.layers.extend(menu.map(Layer::CopyMenu));
    }
}
