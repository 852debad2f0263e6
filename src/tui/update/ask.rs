//! Questions and their answers.

use super::Turn;
use crate::{
    engine::{Change, Request},
    tui::{
        effect::Effect,
        layers::{
            Layer,
            question::{Button, Deed, Question},
        },
        model::Wish,
    },
};

impl Turn<'_> {
    pub fn press(&mut self) {
        if let Some(Layer::Question(question)) = self.model.layers.last() {
            let lit = question.lit;
            self.answer(lit);
        }
    }

    pub fn answer(&mut self, button: Button) {
        let Some(Layer::Question(question)) = self.model.layers.pop() else { return };
        if button == Button::Yes {
            self.carry_out(question.deed);
        }
    }

    pub fn carry_out(&mut self, deed: Deed) {
        match deed {
            Deed::Power(targets, wish) => self.ask_power(targets, wish),
            Deed::Forget(host) => self.change(Wish::Forget(host.clone()), Change::RemoveHost(host)),
            Deed::Cancel(operation) => {
                let ticket = self.ticket(Wish::Steer);
                self.effects.push(Effect::Ask(ticket, Request::Cancel(operation)));
            }
            Deed::Many(requests) => self.ask_many(requests),
            Deed::Restores(wishes) => self.begin_chain(wishes),
            Deed::Accept(finding) => {
                self.echo("our books take it over".into());
                self.change(Wish::Care, Change::Accept(finding));
            }
            Deed::RemoveSource(name) => self.remove_source(name),
            Deed::Reset(tab) => self.reset_all(tab),
            Deed::TakeOver(after) => self.take_over(*after),
            Deed::Quit => self.effects.push(Effect::Quit),
        }
    }

    pub fn quit(&mut self) {
        if matches!(self.model.layers.last(), Some(Layer::Question(Question { deed: Deed::Quit, .. }))) {
            return self.effects.push(Effect::Quit);
        }
        match self.model.world.running().count() {
            0 => self.effects.push(Effect::Quit),
            running => self.model.layers.push(Layer::Question(Question::quit(running))),
        }
    }
}
