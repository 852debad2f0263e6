//! The store: its recipes are asked for when somebody looks, and the form of a new app begins here.

use std::sync::Arc;

use super::Turn;
use crate::{
    domain::{catalog::RecipeId, fault::Fault, ids::GuestKey},
    engine::{Answer, Query, Tone},
    tui::{
        command::Deck,
        keymap::Place,
        layers::{Layer, deploy::Deploy},
        model::{
            Then, Wish, ops,
            store::{Difference, Reading},
        },
    },
};

impl Turn<'_> {
    /// What a deck shows that the fleet does not tell.
    pub fn look_at(&mut self, deck: Deck) {
        match deck {
            Deck::Store if self.model.store.shelf.is_none() => self.read_shelf(Then::Look),
            Deck::Ops => self.read_operations(),
            Deck::Backups => self.look_at_old_backups(),
            Deck::Hosts => self.look_at_machines(),
            _ => {}
        }
    }

    /// The newest operation is what one looks for.
    pub fn look_at_newest(&mut self) {
        self.model.ops.go(0);
    }

    pub fn reload(&mut self) {
        match self.model.place() {
            Place::Store => {
                self.echo("reading all recipes".into());
                self.read_shelf(Then::Anew);
            }
            Place::Ops => self.read_operations(),
            Place::Snapshots => self.ask_snapshots(),
            _ => {}
        }
    }

    pub fn read_shelf(&mut self, then: Then) {
        self.model.store.reading = Reading::Asked;
        self.query(Wish::Shelf(then), Query::Shelf);
    }

    pub fn read_operations(&mut self) {
        if self.model.ops.reading != Reading::Asked {
            self.model.ops.reading = Reading::Asked;
            self.query(Wish::Operations, Query::Operations { most: ops::MOST });
        }
    }

    pub fn shelf_answered(&mut self, then: Then, result: Result<Answer, Fault>) {
        match (result, then) {
            (Ok(Answer::Shelf(shelf, favourites)), then) => {
                let before = self.model.store.shelf.clone().filter(|_| then == Then::Anew);
                let model = &mut *self.model;
                model.store.take(shelf.clone(), favourites, &model.world.fleet);
                self.count_choices();
                self.refill_palette();
                if let Some(before) = before {
                    self.tell_difference(Difference::between(&before, &shelf));
                }
                match then {
                    // Whoever is somewhere else by now may be typing there.
                    Then::Settle(_, at) | Then::Restore(at) if self.model.place() != at => {
                        self.tell(Tone::Info, "the recipes are read: what you asked for is ready, press its key again");
                    }
                    Then::Settle(guest, _) => self.settle_on(&guest),
                    Then::Restore(_) => self.restore_marked(),
                    Then::Look | Then::Anew => {}
                }
            }
            (Err(fault), Then::Settle(..) | Then::Restore(_)) => {
                self.model.store.reading = Reading::Failed(fault.clone());
                self.fail(&fault);
            }
            (Err(fault), Then::Look | Then::Anew) => self.model.store.reading = Reading::Failed(fault),
            (Ok(_), _) => {}
        }
    }

    fn refill_palette(&mut self) {
        let Some(at) = self.model.layers.iter().position(|layer| matches!(layer, Layer::Palette(_))) else { return };
        let Layer::Palette(mut palette) = self.model.layers.remove(at) else { return };
        palette.refill(self.model);
        self.model.layers.insert(at, Layer::Palette(palette));
    }

    fn tell_difference(&mut self, difference: Difference) {
        self.model.echo = None;
        let tone = if difference.bad > 0 { Tone::Warning } else { Tone::Success };
        self.tell(tone, difference.words());
    }

    pub fn operations_answered(&mut self, result: Result<Answer, Fault>) {
        let model = &mut *self.model;
        match result {
            Ok(Answer::Operations(all)) => model.ops.take(all, &model.world.fleet),
            Ok(Answer::Operation(operation)) => model.ops.keep(*operation, &model.world.fleet),
            Ok(_) => {}
            Err(fault) => model.ops.reading = Reading::Failed(fault),
        }
    }

    /// The form of the recipe under the hand, as it was left if it was left.
    pub fn deploy(&mut self) {
        let Some(recipe) = self.model.store.held().cloned() else { return };
        let (around, tick) = (self.model.around(), self.model.now.tick);
        let draft = self.model.drafts.remove(&recipe.id).filter(|draft| Arc::ptr_eq(&draft.recipe, &recipe));
        let deploy = match draft {
            Some(mut draft) => {
                draft.is_draft = true;
                self.tell_of_draft();
                draft.changed(&around, tick);
                draft
            }
            None => Deploy::of(recipe, &around, tick),
        };
        self.model.layers.push(Layer::Deploy(Box::new(deploy)));
    }

    pub fn keep_draft(&mut self) {
        if let Some(Layer::Deploy(mut deploy)) = self.model.layers.pop() {
            (deploy.view.flight, deploy.sending) = (None, None);
            deploy.drop_secrets();
            self.echo(format!("the draft of {} is kept", deploy.recipe.name));
            self.model.drafts.insert(deploy.recipe.id.clone(), *deploy);
        }
    }

    pub fn drop_draft(&mut self, recipe: &RecipeId) {
        self.model.drafts.remove(recipe);
    }

    /// The settings of an app, once its recipe is known.
    pub fn settle(&mut self, guest: GuestKey) {
        if self.model.store.shelf.is_some() {
            return self.settle_on(&guest);
        }
        self.echo("reading its recipe".into());
        let at = self.model.place();
        self.read_shelf(Then::Settle(guest, at));
    }
}
