//! The form of a new app, its plan, and sending it. What must hold: one question for a plan is on its way at most, and the
//! last one asked is the one that is shown.

use super::Turn;
use crate::{
    domain::{fault::Fault, ids::OperationId},
    engine::{Query, Request},
    tui::{
        command::Command,
        effect::Effect,
        event::Ticket,
        keymap::Key,
        layers::{
            Layer,
            copy::CopyMenu,
            deploy::{Deploy, Side},
            nodes::{Nodes, Then},
            plan::Pressed,
        },
        model::Wish,
    },
};

impl Turn<'_> {
    fn deploying(&mut self) -> Option<&mut Deploy> {
        match self.model.layers.last_mut() {
            Some(Layer::Deploy(deploy)) => Some(deploy),
            _ => None,
        }
    }

    /// A key that goes into a field; says whether there was one.
    pub fn edit_deploy(&mut self, key: Key) {
        let (around, tick) = (self.model.around(), self.model.now.tick);
        let Some(deploy) = self.deploying() else { return };
        let Some(field) = deploy.held() else { return };
        if super::forms::into_field(field, key) {
            deploy.changed(&around, tick);
        }
    }

    /// A click on a field holds it; on a choice, a second one takes the next.
    pub fn click_deploy(&mut self, field: Option<usize>) {
        let (Some(deploy), Some(field)) = (self.deploying(), field) else { return };
        let was = deploy.side == Side::Fields && deploy.fields.at == field;
        (deploy.side, deploy.fields.at) = (Side::Fields, field);
        let is_choice = deploy.fields.all.get(field).is_some_and(|field| field.is_choice());
        if was && is_choice {
            self.edit_deploy(Key::of(crossterm::event::KeyCode::Right));
        }
    }

    pub fn paste_deploy(&mut self, text: &str) {
        let (around, tick) = (self.model.around(), self.model.now.tick);
        let Some(deploy) = self.deploying() else { return };
        let mut fields = deploy.fields.clone();
        if deploy.held().is_some() && fields.paste_lines(text, |at| deploy.name_of_setting(at)) {
            deploy.fields = fields;
            return deploy.changed(&around, tick);
        }
        if let Some(field) = deploy.held() {
            field.paste(text);
            deploy.changed(&around, tick);
        }
    }

    pub fn step_deploy(&mut self, by: isize) {
        if let Some(deploy) = self.deploying() {
            deploy.step(by);
        }
    }

    pub fn turn_to_plan(&mut self) {
        if let Some(deploy) = self.deploying() {
            deploy.side = Side::Plan;
        }
    }

    /// On the plan: unfolds a step, or deploys where the hand is on the button.
    pub fn press_deploy(&mut self) {
        let pressed =
            self.deploying().filter(|deploy| deploy.view.preview().is_some()).map(|deploy| deploy.view.press());
        if pressed == Some(Pressed::Button) {
            self.submit_deploy();
        }
    }

    pub fn submit_deploy(&mut self) {
        let Some(deploy) = self.deploying() else { return };
        if deploy.sending.is_some() || deploy.go_to_wrong() {
            return;
        }
        let Some(wish) = deploy.wish() else { return };
        let ticket = self.ticket(Wish::Begin);
        if let Some(deploy) = self.deploying() {
            (deploy.sending, deploy.refused) = (Some(ticket), None);
        }
        self.effects.push(Effect::Ask(ticket, Request::Deploy(Box::new(wish))));
    }

    /// What the fields say was begun, or was not.
    pub fn deploy_begun(
        &mut self,
        ticket: Ticket,
        result: Result<OperationId, Fault>,
    ) -> Option<Result<OperationId, Fault>> {
        let at = self
            .model
            .layers
            .iter()
            .position(|layer| matches!(layer, Layer::Deploy(deploy) if deploy.sending == Some(ticket)));
        let Some(at) = at else { return Some(result) };
        match result {
            Ok(operation) => {
                let layer = self.model.layers.remove(at);
                if let Layer::Deploy(deploy) = layer {
                    self.drop_draft(&deploy.recipe.id);
                }
                self.model.layers.retain(|layer| !matches!(layer, Layer::Card { .. }));
                self.model.newest = Some(operation);
                self.show_operation(operation);
            }
            Err(fault) => {
                if let Some(Layer::Deploy(deploy)) = self.model.layers.get_mut(at) {
                    (deploy.sending, deploy.refused) = (None, Some(fault));
                }
                self.play(crate::sound::Cue::Error);
            }
        }
        None
    }

    /// Asks for the plans whose time has come.
    pub fn ask_due_plans(&mut self) {
        let tick = self.model.now.tick;
        let due = |layer: &Layer| matches!(layer, Layer::Deploy(deploy) if deploy.is_due(tick));
        let Some(at) = self.model.layers.iter().position(due) else { return };
        let Some(Layer::Deploy(deploy)) = self.model.layers.get_mut(at) else { return };
        deploy.due = None;
        let Some(wish) = deploy.wish() else { return };
        let ticket = self.ticket(Wish::Preview);
        if let Some(Layer::Deploy(deploy)) = self.model.layers.get_mut(at) {
            deploy.view.flight = Some(ticket);
        }
        self.effects.push(Effect::Query(ticket, Query::Preview(Request::Deploy(Box::new(wish)))));
    }

    pub fn move_plan(&mut self, command: Command) {
        match self.model.layers.last_mut() {
            Some(Layer::Deploy(deploy)) => deploy.view.go(command),
            Some(Layer::Preview(preview)) => preview.view.go(command),
            _ => {}
        }
    }

    /// Why this node, and which others there are.
    pub fn show_nodes(&mut self) {
        let Some(deploy) = self.deploying() else { return };
        let judged = deploy.view.preview().map(|preview| preview.places.clone()).unwrap_or_default();
        let name = deploy.recipe.name.clone();
        self.model.layers.push(Layer::Nodes(Nodes {
            name,
            judged,
            at: 0,
            then: Then::Place,
            flight: None,
            fault: None,
        }));
    }

    pub fn choose_node(&mut self) {
        let Some(Layer::Nodes(nodes)) = self.model.layers.last() else { return };
        let Some(judged) = nodes.held().cloned() else { return };
        let then = nodes.then.clone();
        let name = nodes.name.clone();
        self.model.layers.pop();
        match then {
            Then::Move(app) => self.preview_move(app, &name, judged.node),
            Then::Place => {
                let (around, tick) = (self.model.around(), self.model.now.tick);
                if let Some(deploy) = self.deploying() {
                    deploy.choose_node(&judged.node);
                    deploy.changed(&around, tick);
                }
            }
        }
    }

    /// The plan that is on the screen, for the clipboard.
    pub fn copy_plan(&mut self) {
        let menu = match self.model.layers.last() {
            Some(Layer::Deploy(deploy)) => {
                deploy.view.preview().map(|preview| CopyMenu::of_plan(&deploy.recipe.name, preview))
            }
            Some(Layer::Preview(pane)) => pane.view.preview().map(|preview| CopyMenu::of_plan(&pane.name, preview)),
            _ => None,
        };
        self.model.layers.extend(menu.map(Layer::CopyMenu));
    }
}
