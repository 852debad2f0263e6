//! What apps do not need: asked for, chosen from, and shown as a plan. What must hold: nothing gets smaller whose plan was
//! not seen.

use super::Turn;
use crate::{
    domain::fault::Fault,
    engine::{Answer, Query, Request, Tone},
    tui::{
        command::{Command, Deck},
        effect::Effect,
        event::Ticket,
        layers::{
            Layer,
            preview::PreviewPane,
            sizes::{Found, Sizes},
        },
        model::Wish,
    },
};

impl Turn<'_> {
    /// Of the host under the hand, or of all.
    pub fn show_sizes(&mut self) {
        let on_hosts = self.model.deck == Deck::Hosts;
        let host = self.model.hosts.selected().filter(|_| on_hosts).map(|row| row.host().clone());
        let of = host.as_ref().map_or_else(|| "all apps".to_owned(), |host| format!("apps of {host}"));
        let ticket = self.ticket(Wish::Sizes);
        let mut sizes = Sizes::of(of);
        sizes.flight = Some(ticket);
        self.model.layers.push(Layer::Sizes(Box::new(sizes)));
        self.effects.push(Effect::Query(ticket, Query::RightSizes(host)));
    }

    fn sizes(&mut self) -> Option<&mut Sizes> {
        match self.model.layers.last_mut() {
            Some(Layer::Sizes(sizes)) => Some(sizes),
            _ => None,
        }
    }

    pub fn sizes_answered(&mut self, ticket: Ticket, result: Result<Answer, Fault>) {
        let asker = self.model.layers.iter_mut().find_map(|layer| match layer {
            Layer::Sizes(sizes) if sizes.flight == Some(ticket) => Some(sizes),
            _ => None,
        });
        match (asker, result) {
            (Some(sizes), Ok(Answer::RightSizes(rows))) => sizes.take(Found::Known(rows)),
            (Some(sizes), Err(fault)) => sizes.take(Found::Fault(fault)),
            _ => {}
        }
    }

    pub fn choose_sizes(&mut self, command: Command) {
        let Some(sizes) = self.sizes() else { return };
        match command {
            Command::Mark => sizes.turn(),
            _ => sizes.turn_all(),
        }
    }

    pub fn preview_sizes(&mut self) {
        let Some(sizes) = self.sizes() else { return };
        let (wish, gain) = (sizes.wish(), sizes.gain().words());
        if wish.is_empty() {
            return self.tell(Tone::Info, "nothing is chosen");
        }
        let name = match sizes.chosen().as_slice() {
            [one] => one.name.to_string(),
            many => format!("{} apps", many.len()),
        };
        let words = vec![
            format!("{gain} come back, one app after the other; they go on meanwhile."),
            "Each keeps more than it used in a week. [U] gives it back what it had.".to_owned(),
        ];
        self.preview(PreviewPane::one(name, "reclaim from", words, Request::Reclaim(wish)));
    }
}
