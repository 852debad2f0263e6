//! Plans before they are done: asked for when they are opened, begun when the operator says so. What must hold: what is
//! begun is what was shown.

use super::Turn;
use crate::{
    domain::{fault::Fault, ids::OperationId},
    engine::{Answer, Query, door::Preview},
    tui::{
        effect::Effect,
        event::Ticket,
        keymap::Key,
        layers::{Layer, plan::Pressed, preview::PreviewPane},
        model::Wish,
    },
};

impl Turn<'_> {
    pub fn preview(&mut self, pane: PreviewPane) {
        self.model.power_on = None;
        self.model.layers.push(Layer::Preview(Box::new(pane)));
        self.ask_preview();
    }

    fn previewing(&mut self) -> Option<&mut PreviewPane> {
        match self.model.layers.last_mut() {
            Some(Layer::Preview(pane)) => Some(pane),
            _ => None,
        }
    }

    fn ask_preview(&mut self) {
        let Some(request) = self.previewing().and_then(|pane| pane.way()).map(|way| way.request.clone()) else {
            return;
        };
        let ticket = self.ticket(Wish::Preview);
        if let Some(pane) = self.previewing() {
            pane.view.flight = Some(ticket);
        }
        self.effects.push(Effect::Query(ticket, Query::Preview(request)));
    }

    /// Whoever asked for this plan takes it; an answer to what nobody asks any more changes nothing.
    pub fn preview_answered(&mut self, ticket: Ticket, result: Result<Answer, Fault>) {
        let result: Result<Box<Preview>, Fault> = match result {
            Ok(Answer::Preview(preview)) => Ok(preview),
            Ok(_) => return,
            Err(fault) => Err(fault),
        };
        let view = self.model.layers.iter_mut().find_map(|layer| match layer {
            Layer::Deploy(deploy) if deploy.view.flight == Some(ticket) => Some(&mut deploy.view),
            Layer::Preview(pane) if pane.view.flight == Some(ticket) => Some(&mut pane.view),
            _ => None,
        });
        if let Some(view) = view {
            view.take(result);
        }
    }

    pub fn other_way(&mut self) {
        if self.previewing().is_some_and(PreviewPane::turn) {
            self.ask_preview();
        }
    }

    /// The name of what is to go for good is typed, letter by letter.
    pub fn edit_name(&mut self, key: Key) {
        let Some(pane) = self.previewing().filter(|pane| pane.sending.is_none()) else { return };
        pane.wrong = None;
        if let Some(field) = pane.typed.held() {
            super::forms::into_field(field, key);
        }
    }

    pub fn press_preview(&mut self) {
        let pressed = self.previewing().filter(|pane| pane.view.preview().is_some()).map(|pane| pane.view.press());
        if pressed == Some(Pressed::Button) {
            self.submit_preview();
        }
    }

    pub fn submit_preview(&mut self) {
        let Some(request) = self.previewing().and_then(PreviewPane::submit) else { return };
        let ticket = self.ticket(Wish::Begin);
        if let Some(pane) = self.previewing() {
            pane.sending = Some(ticket);
        }
        self.effects.push(Effect::Ask(ticket, request));
    }

    /// A plan that was sent is under way, and the forms that led to it have done their part; or it is not.
    pub fn begun(&mut self, ticket: Ticket, result: Result<OperationId, Fault>) {
        let Some(result) = self.deploy_begun(ticket, result) else { return };
        let asker = |layer: &Layer| match layer {
            Layer::Preview(pane) => pane.sending == Some(ticket),
            Layer::Undo(undo) => undo.sending == Some(ticket),
            _ => false,
        };
        let at = self.model.layers.iter().position(asker);
        match (at, result) {
            (Some(at), Ok(_)) => self.close_with_its_form(at),
            (Some(at), Err(fault)) => {
                match self.model.layers.get_mut(at) {
                    Some(Layer::Preview(pane)) => {
                        pane.sending = None;
                        pane.view.take(Err(fault));
                    }
                    Some(Layer::Undo(undo)) => {
                        undo.sending = None;
                        undo.found = crate::tui::layers::undo::Found::Fault(fault);
                    }
                    _ => {}
                }
                self.play(crate::sound::Cue::Error);
            }
            (None, Ok(_)) => {}
            (None, Err(fault)) => self.fail(&fault),
        }
    }

    fn close_with_its_form(&mut self, at: usize) {
        let layer = self.model.layers.remove(at);
        if let Layer::Preview(pane) = &layer {
            let verb = pane.way().map_or("", |way| way.verb);
            let words = format!("{verb} {}", pane.name);
            self.echo(words);
        }
        if at > 0 && matches!(self.model.layers.get(at - 1), Some(Layer::Form(_) | Layer::Moves(_) | Layer::Sizes(_))) {
            self.model.layers.remove(at - 1);
        }
    }
}
