//! Adoption: from what is chosen over what is seen to what is begun. What must hold: what is looked at is asked for once,
//! and an answer that comes late changes nothing that the operator wrote.

use super::Turn;
use crate::{
    domain::{
        fault::{Fault, FaultCode},
        fleet::GuestKind,
        ids::{GuestKey, OperationId},
    },
    engine::{AdoptWish, Answer, Query, Request, Tone},
    tui::{
        command::{Command, Deck},
        effect::Effect,
        event::Ticket,
        layers::{
            Layer,
            adopt::{Adoption, Begun, Look, Step, Went},
            forms::{AdoptForm, Page},
        },
        model::Wish,
        update::moving::aim,
    },
};

impl Turn<'_> {
    fn adoption(&mut self) -> Option<&mut Adoption> {
        match self.model.layers.last_mut() {
            Some(Layer::Adopt(adoption)) => Some(adoption),
            _ => None,
        }
    }

    pub fn is_adopting(&self) -> bool {
        matches!(self.model.layers.last(), Some(Layer::Adopt(_)))
    }

    /// The first step, over all nodes of all hosts.
    pub fn adopt_many(&mut self) {
        if self.model.world.fleet.hosts.is_empty() {
            return self.tell(Tone::Info, "there is no host yet: [4] connects one");
        }
        let adoption = Adoption::new(&self.model.world.fleet);
        self.model.layers.push(Layer::Adopt(Box::new(adoption)));
    }

    /// The second step, with what is selected or under the hand.
    pub fn adopt(&mut self) {
        let Some(entry) = self.entry_under_hand() else { return };
        let name = entry.name.clone();
        let has_marks = !self.model.apps.marked.is_empty();
        // The selection is only meant where it is seen.
        if has_marks && self.model.deck == Deck::Apps && self.model.detail().is_none() {
            return self.adopt_marked();
        }
        match (&entry.guest, entry.is_app()) {
            (_, true) => self.tell(Tone::Info, format!("{name} is an app already")),
            (Some(guest), false) if guest.kind == GuestKind::Container => self.look_at_these(vec![guest.key.clone()]),
            _ => self.tell(Tone::Info, format!("{name} is a virtual machine; only containers can be adopted")),
        }
    }

    fn adopt_marked(&mut self) {
        let entries = self.model.apps.targets();
        let fits = |key: &&GuestKey| {
            let entry = self.model.world.entry(key);
            entry.is_some_and(|entry| {
                !entry.is_app() && entry.guest.as_ref().is_some_and(|guest| guest.kind == GuestKind::Container)
            })
        };
        let fit: Vec<GuestKey> = entries.iter().filter(fits).cloned().collect();
        if fit.is_empty() {
            return self.tell(Tone::Info, "none of the selected units is a container that is nobody's app");
        }
        self.model.apps.unmark();
        self.look_at_these(fit);
    }

    pub fn look_at_these(&mut self, chosen: Vec<GuestKey>) {
        let adoption = Adoption::of(&self.model.world.fleet, chosen);
        self.model.layers.push(Layer::Adopt(Box::new(adoption)));
        self.look_at_candidates(Again::No);
    }

    /// Each by itself, so that one that hangs keeps no other waiting; how many at once is the engine's care.
    fn look_at_candidates(&mut self, again: Again) {
        let Some(adoption) = self.adoption() else { return };
        let chosen = adoption.chosen.clone();
        for key in chosen {
            let known = self.adoption().and_then(|adoption| adoption.looks.get(&key));
            let is_open = match (known, again) {
                (None, _) => true,
                (Some(Look::Waits(_)), _) => false,
                (Some(_), again) => again == Again::Yes,
            };
            if !is_open {
                continue;
            }
            let ticket = self.ticket(Wish::Candidate);
            if let Some(adoption) = self.adoption() {
                adoption.looks.insert(key.clone(), Look::Waits(ticket));
            }
            self.effects.push(Effect::Query(ticket, Query::Candidates { guests: vec![key] }));
        }
    }

    pub fn look_again(&mut self) {
        self.look_at_candidates(Again::Yes);
    }

    pub fn candidate_answered(&mut self, ticket: Ticket, result: Result<Answer, Fault>) {
        let look = result.and_then(|answer| match answer {
            Answer::Candidates(found) => found.into_iter().next().ok_or_else(nothing_seen),
            _ => Err(nothing_seen()),
        });
        let fleet = self.model.world.fleet.clone();
        for layer in &mut self.model.layers {
            if let Layer::Adopt(adoption) = layer {
                adoption.hear(ticket, look, &fleet);
                return;
            }
        }
    }

    pub fn arrange_adoption(&mut self, command: Command) {
        let Some(adoption) = self.adoption() else { return };
        match command {
            Command::Filter => adoption.is_filtering = true,
            Command::Mark => adoption.mark(),
            _ => adoption.mark_all(),
        }
    }

    pub fn step_adoption_chip(&mut self, by: isize) {
        let fleet = self.model.world.fleet.clone();
        if let Some(adoption) = self.adoption() {
            adoption.step_chip(by, &fleet);
        }
    }

    pub fn move_in_adoption(&mut self, command: Command, page: usize) {
        if let Some(adoption) = self.adoption() {
            adoption.at = aim(command, adoption.at, adoption.count(), page);
        }
    }

    pub fn filter_adoption(&mut self, change: impl FnOnce(&mut String)) {
        let fleet = self.model.world.fleet.clone();
        if let Some(adoption) = self.adoption() {
            change(&mut adoption.filter);
            adoption.arrange(&fleet);
        }
    }

    /// On to the next step, or into the one under the hand.
    pub fn enter_adoption(&mut self) {
        let fleet = self.model.world.fleet.clone();
        let Some(adoption) = self.adoption() else { return };
        match adoption.step {
            Step::Choose if adoption.is_filtering => adoption.is_filtering = false,
            Step::Choose => {
                let chosen = adoption.choose();
                if chosen.is_empty() {
                    return self.tell(Tone::Info, "there is nothing to choose");
                }
                (adoption.chosen, adoption.step, adoption.at) = (chosen, Step::See, 0);
                self.look_at_candidates(Again::No);
            }
            Step::See => {
                (adoption.step, adoption.at) = (Step::Confirm, 0);
                adoption.draft(&fleet);
            }
            Step::Confirm => self.edit_draft(),
            Step::Told => self.show_begun(),
        }
    }

    fn edit_draft(&mut self) {
        let apps: Vec<String> = self.model.world.fleet.apps.iter().map(|app| app.name.to_string()).collect();
        let recipes = self.model.store.recipes().map(|recipe| recipe.id.clone()).collect();
        let Some(adoption) = self.adoption() else { return };
        let at = adoption.at;
        let Some(draft) = adoption.drafts.get(at).filter(|draft| !draft.is_left_out) else { return };
        let others = adoption.drafts.iter().enumerate().filter(|(other, draft)| *other != at && !draft.is_left_out);
        let taken = apps.into_iter().chain(others.map(|(_, draft)| draft.name().to_owned())).collect();
        let wish = draft.wish.clone();
        let called = self.model.world.entry(&wish.guest).map_or_else(String::new, |entry| entry.name.to_string());
        self.open_form(Page::Adopt(Box::new(AdoptForm::of(wish, &called, taken, recipes))));
    }

    /// A filled form goes back into the draft that lies under it.
    pub fn take_draft(&mut self, wish: AdoptWish) {
        self.model.layers.pop();
        let Some(adoption) = self.adoption() else { return };
        if let Some(draft) = adoption.drafts.iter_mut().find(|draft| draft.wish.guest == wish.guest) {
            (draft.wish, draft.is_edited) = (wish, true);
        }
    }

    /// Each begins as an operation of its own.
    pub fn begin_adoption(&mut self) {
        let apps = self.model.world.fleet.apps.clone();
        let Some(adoption) = self.adoption() else { return };
        let clash = (0..adoption.drafts.len()).find_map(|at| Some((at, adoption.clash(at, &apps)?)));
        if let Some((at, why)) = clash {
            adoption.at = at;
            return self.tell(Tone::Warning, format!("{why}: [Enter] gives it another name"));
        }
        let wishes: Vec<AdoptWish> =
            adoption.drafts.iter().filter(|draft| !draft.is_left_out).map(|draft| draft.wish.clone()).collect();
        if wishes.is_empty() {
            return self.tell(Tone::Info, "all of them are left out: [Space] takes one in again");
        }
        let mut begun = Vec::new();
        for wish in wishes {
            let ticket = self.ticket(Wish::Adoption);
            let (guest, name) = (wish.guest.clone(), wish.name.clone().unwrap_or_default());
            begun.push(Begun { guest, name, state: Went::Asked(ticket) });
            self.effects.push(Effect::Ask(ticket, Request::Adopt(wish)));
        }
        if let Some(adoption) = self.adoption() {
            (adoption.begun, adoption.step, adoption.at) = (begun, Step::Told, 0);
        }
    }

    pub fn adoption_asked(&mut self, ticket: Ticket, result: Result<OperationId, Fault>) {
        let fleet = self.model.world.fleet.clone();
        let found = self.model.layers.iter_mut().find_map(|layer| match layer {
            Layer::Adopt(adoption) => Some(adoption),
            _ => None,
        });
        match found {
            Some(adoption) => {
                if let Some(begun) = adoption.begun.iter_mut().find(|begun| begun.state == Went::Asked(ticket)) {
                    begun.state = match result {
                        Ok(id) => Went::Runs(id),
                        Err(fault) => Went::Failed(None, fault),
                    };
                }
                adoption.follow(&fleet);
            }
            // The pane was closed: what did not begin is told all the same.
            None => {
                if let Err(fault) = result {
                    self.fail(&fault);
                }
            }
        }
    }

    pub fn follow_adoption(&mut self) {
        let fleet = self.model.world.fleet.clone();
        for layer in &mut self.model.layers {
            if let Layer::Adopt(adoption) = layer {
                adoption.follow(&fleet);
            }
        }
    }

    fn show_begun(&mut self) {
        let Some(adoption) = self.adoption() else { return };
        let operation = match adoption.begun.get(adoption.at).map(|begun| &begun.state) {
            Some(Went::Runs(id) | Went::Well(id) | Went::Failed(Some(id), _)) => *id,
            _ => return,
        };
        self.model.layers.push(Layer::Why { operation, top: 0 });
    }

    /// One step back: the filter, the step before, the pane.
    pub fn back_in_adoption(&mut self) {
        let fleet = self.model.world.fleet.clone();
        let Some(adoption) = self.adoption() else { return };
        match adoption.step {
            Step::Choose if adoption.is_filtering || !adoption.filter.is_empty() => {
                adoption.is_filtering = false;
                adoption.filter.clear();
                adoption.arrange(&fleet);
            }
            Step::Choose | Step::Told => drop(self.model.layers.pop()),
            Step::See => {
                (adoption.step, adoption.at) = (Step::Choose, 0);
                adoption.arrange(&fleet);
            }
            Step::Confirm => (adoption.step, adoption.at) = (Step::See, 0),
        }
    }
}

/// Whether what was seen is looked at once more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Again {
    No,
    Yes,
}

fn nothing_seen() -> Fault {
    Fault::lasting(
        FaultCode::Failed,
        "the container was not looked at",
        "the engine answered another question",
        "this is a mistake in Proximity; please report it",
    )
}
