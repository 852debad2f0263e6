//! Where apps may go, and moves that are proposed: asked for, chosen from, and shown as a plan. What must hold: nothing is
//! moved whose plan was not seen.

use super::Turn;
use crate::{
    domain::{
        app::App,
        fault::Fault,
        moves::{Errand, Whose},
    },
    engine::{Answer, Query, RelocateWish, Request, Tone, Which},
    tui::{
        command::Command,
        effect::Effect,
        event::Ticket,
        layers::{
            Layer,
            moves::{Found, Moves},
            nodes::{Nodes, Then},
            preview::PreviewPane,
        },
        model::{Wish, hosts::HostRow},
    },
};

impl Turn<'_> {
    pub fn show_targets(&mut self, app: &App) {
        let ticket = self.ticket(Wish::Moves);
        self.model.layers.push(Layer::Nodes(Nodes {
            name: app.name.to_string(),
            judged: Vec::new(),
            at: 0,
            then: Then::Move(app.id.clone()),
            flight: Some(ticket),
            fault: None,
        }));
        self.effects.push(Effect::Query(ticket, Query::MoveTargets(app.id.clone())));
    }

    pub fn show_moves(&mut self, command: Command) {
        let errand = match (command, self.model.hosts.selected()) {
            (Command::Balance, Some(row)) => Errand::Balance(row.host().clone()),
            (Command::Evacuate, Some(HostRow::Node(node))) => Errand::Evacuate(node.clone()),
            (Command::Fill, Some(HostRow::Node(node))) => Errand::Fill(node.clone()),
            (_, Some(HostRow::Host(_))) => return self.tell(Tone::Info, "that is for a node: go to one with [j]"),
            _ => return,
        };
        self.model.layers.push(Layer::Moves(Box::new(Moves::of(errand, Whose::Ours))));
        self.ask_moves();
    }

    fn ask_moves(&mut self) {
        let ticket = self.ticket(Wish::Moves);
        let Some(Layer::Moves(moves)) = self.model.layers.last_mut() else { return };
        moves.flight = Some(ticket);
        let query = Query::Moves(moves.errand.clone(), moves.whose);
        self.effects.push(Effect::Query(ticket, query));
    }

    /// Whoever asked takes it; what nobody waits for any more changes nothing.
    pub fn moves_answered(&mut self, ticket: Ticket, result: Result<Answer, Fault>) {
        for layer in &mut self.model.layers {
            match layer {
                Layer::Nodes(nodes) if nodes.flight == Some(ticket) => {
                    nodes.flight = None;
                    match result {
                        Ok(Answer::Targets(targets)) => {
                            nodes.judged = targets.iter().map(|target| target.judged()).collect();
                        }
                        Ok(_) => {}
                        Err(fault) => nodes.fault = Some(fault),
                    }
                    return;
                }
                Layer::Moves(moves) if moves.flight == Some(ticket) => {
                    match result {
                        Ok(Answer::Moves(proposal)) => moves.take(Found::Proposal(proposal)),
                        Ok(_) => {}
                        Err(fault) => moves.take(Found::Fault(fault)),
                    }
                    return;
                }
                _ => {}
            }
        }
    }

    pub fn choose_moves(&mut self, command: Command) {
        let Some(Layer::Moves(moves)) = self.model.layers.last_mut() else { return };
        match command {
            Command::Mark => moves.turn(),
            _ => moves.turn_all(),
        }
    }

    /// Only a node that is emptied may send away what is not ours.
    pub fn take_others_too(&mut self) {
        let Some(Layer::Moves(moves)) = self.model.layers.last_mut() else { return };
        if !matches!(moves.errand, Errand::Evacuate(_)) {
            return self.tell(Tone::Info, "only apps are moved here");
        }
        let whose = if moves.whose == Whose::Ours { Whose::All } else { Whose::Ours };
        **moves = Moves::of(moves.errand.clone(), whose);
        self.ask_moves();
    }

    pub fn preview_moves(&mut self) {
        let Some(Layer::Moves(moves)) = self.model.layers.last() else { return };
        let chosen = moves.chosen();
        if chosen.is_empty() {
            return self.tell(Tone::Info, "nothing is chosen");
        }
        let words = vec![moves.told_of(&chosen)];
        let (name, verb) = (moves.errand.name(), moves.errand.kind().slug());
        let which = Which::Chosen(chosen.into_iter().map(|leg| (leg.guest, leg.to)).collect());
        let request = Request::Relocate(RelocateWish { errand: moves.errand.clone(), which });
        self.preview(PreviewPane::one(name, verb, words, request));
    }
}
