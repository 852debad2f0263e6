//! The way into an app: what is shown of it, for how long, and what is copied.

use super::Turn;
use crate::{
    domain::fault::Fault,
    engine::{Answer, Query, Tone},
    tui::{
        event::Ticket,
        layers::{
            Layer,
            way_in::{Line, Reveal, SEEN_FOR, WayIn},
        },
        model::{Then, Wish},
    },
};

impl Turn<'_> {
    pub fn show_way_in(&mut self) {
        let Some(entry) = self.entry_under_hand() else { return };
        match WayIn::of(self.model, entry) {
            Some(way) => self.model.layers.push(Layer::WayIn(Box::new(way))),
            None => {
                let words = format!("{} is not ours, so its ways in are not known: [a] adopts it", entry.name);
                self.tell(Tone::Info, words);
            }
        }
        // What the recipe says of the first time is there the next time at the latest.
        if self.model.store.is_empty() {
            self.read_shelf(Then::Look);
        }
    }

    /// Shows the secrets for a while, or hides them at once.
    pub fn turn_reveal(&mut self) {
        match self.way_in().map(|way| &way.reveal) {
            Some(Reveal::Seen { .. }) => {
                if let Some(way) = self.way_in() {
                    way.reveal = Reveal::Hidden;
                }
            }
            Some(Reveal::Hidden | Reveal::Failed(_)) => self.ask_secrets(None),
            Some(Reveal::Asked(..)) | None => {}
        }
    }

    pub fn copy_way_in(&mut self) {
        match self.way_in().and_then(|way| way.held().cloned()) {
            Some(Line::Address { url, .. }) => {
                let said = format!("copied {url}: open it in your browser");
                self.copy(url, said);
            }
            Some(Line::Setting { name, value }) => self.copy(value, format!("copied {name}")),
            Some(Line::Secret { name }) => self.ask_secrets(Some(name)),
            None => {}
        }
    }

    fn ask_secrets(&mut self, to_copy: Option<String>) {
        let ticket = self.ticket(Wish::Secrets);
        let Some(way) = self.way_in() else { return };
        way.reveal = Reveal::Asked(ticket, to_copy);
        let app = way.app.clone();
        self.effects.push(crate::tui::effect::Effect::Query(ticket, Query::Secrets(app)));
    }

    pub fn secrets_answered(&mut self, ticket: Ticket, result: Result<Answer, Fault>) {
        let until = self.model.now.tick + SEEN_FOR;
        let Some(way) = self.way_in() else { return };
        let Reveal::Asked(awaited, to_copy) = &way.reveal else { return };
        if *awaited != ticket {
            return;
        }
        let to_copy = to_copy.clone();
        match (result, to_copy) {
            (Ok(Answer::Secrets(secrets)), None) => way.reveal = Reveal::Seen { until, secrets },
            (Ok(Answer::Secrets(secrets)), Some(name)) => {
                way.reveal = Reveal::Hidden;
                match secrets.iter().find(|(known, _)| *known == name) {
                    Some((_, secret)) => {
                        let said = format!("copied {name}: the clipboard keeps it until something else is copied");
                        self.copy(secret.reveal().to_owned(), said);
                    }
                    None => self.tell(Tone::Warning, format!("the vault has no {name} of this app")),
                }
            }
            (Ok(_), _) => way.reveal = Reveal::Hidden,
            (Err(fault), _) => way.reveal = Reveal::Failed(fault),
        }
    }

    fn way_in(&mut self) -> Option<&mut WayIn> {
        self.model.layers.iter_mut().rev().find_map(|layer| match layer {
            Layer::WayIn(way) => Some(&mut **way),
            _ => None,
        })
    }

    /// What was seen long enough is hidden.
    pub fn hide_secrets(&mut self) {
        let tick = self.model.now.tick;
        if let Some(way) = self.way_in() {
            way.pass(tick);
        }
    }
}
