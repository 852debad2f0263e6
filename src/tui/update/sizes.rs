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
            sizes::{Found, Sizes, needs_more},
        },
        model::Wish,
    },
};

impl Turn<'_> {
    /// Of the host under the hand, or that of the unit there; of all where there is none.
    pub fn show_sizes(&mut self) {
        let host = match self.model.deck {
            Deck::Hosts => self.model.hosts.selected().map(|row| row.host().clone()),
            Deck::Apps => self.model.under_hand().map(|guest| guest.host.clone()),
            _ => None,
        };
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
        let more = match sizes.chosen().into_iter().filter(|row| needs_more(row)).count() {
            0 => String::new(),
            1 => " One of them gets more.".to_owned(),
            many => format!(" {many} of them get more."),
        };
        let words = vec![
            format!("{gain} come back, one app after the other; they go on meanwhile.{more}"),
            "Each keeps more than it used in a week. [U] gives it back what it had.".to_owned(),
        ];
        self.preview(PreviewPane::one(name, "reclaim from", words, Request::Reclaim(wish)));
    }
}
