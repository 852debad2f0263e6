//! Backups that become apps again: one by its form, several one after the other. What must hold: an app is restored after
//! those that its recipe needs, as far as they are restored as well.

use std::collections::{HashMap, VecDeque};

use super::Turn;
use crate::{
    domain::{
        backup::BoardRow,
        catalog::RecipeId,
        fault::Fault,
        ids::{AppId, OperationId},
    },
    engine::{
        Request, Tone,
        door::{OldOne, RestoreTo, RestoreWish},
    },
    tui::{
        effect::Effect,
        layers::{
            Layer,
            forms::{Page, RestoreForm},
            question::Question,
        },
        model::{Chain, Then, Wish},
    },
};

impl Turn<'_> {
    pub fn restore(&mut self) {
        if self.model.layers.is_empty() && !self.model.board.marked.is_empty() {
            if self.model.store.shelf.is_some() {
                return self.restore_marked();
            }
            self.echo("reading what needs what".into());
            let at = self.model.place();
            return self.read_shelf(Then::Restore(at));
        }
        let Some(backup) = self.held_backup() else {
            return self.tell(Tone::Info, "there is no backup yet: [b] makes one");
        };
        let (app, name) = match self.model.layers.last().and_then(Layer::kept) {
            Some(kept) => (kept.app.clone(), kept.name.clone()),
            _ => match self.model.board.held() {
                Some(row) => (Some(row.app.clone()), row.name.to_string()),
                None => return,
            },
        };
        let (made, taken) = (self.made(&backup), self.model.around().taken);
        let form = RestoreForm::of(backup, app, name, made, taken, self.model.now.tick);
        self.open_form(Page::Restore(Box::new(form)));
    }

    /// The newest one of each of the selection, in place, in the order of their recipes.
    pub fn restore_marked(&mut self) {
        let targets: Vec<BoardRow> = self.model.board.targets().into_iter().cloned().collect();
        let fit: Vec<&BoardRow> = targets.iter().filter(|row| row.newest.is_some()).collect();
        if fit.is_empty() {
            return self.tell(Tone::Info, "none of the selected apps has a backup");
        }
        let needs: HashMap<AppId, Vec<AppId>> =
            fit.iter().map(|row| (row.app.clone(), self.needed_by(&row.app, &fit))).collect();
        let ordered = in_order(&fit, &needs);
        let names: Vec<String> = ordered.iter().map(|row| row.name.to_string()).collect();
        let place = |app: &AppId| ordered.iter().position(|row| row.app == *app);
        let wishes = ordered.iter().enumerate().filter_map(|(i, row)| {
            let to = RestoreTo::Place { app: row.app.clone(), old: OldOne::Bin };
            let wish = RestoreWish { backup: row.newest.as_ref()?.key.clone(), to, storage: None, after: Vec::new() };
            let waits = needs[&row.app].iter().filter_map(place).filter(|at| *at < i).collect();
            Some((wish, waits))
        });
        let wishes: VecDeque<(RestoreWish, Vec<usize>)> = wishes.collect();
        let left_out = targets.len() - fit.len();
        self.model.layers.push(Layer::Question(Question::restore_many(&names, left_out, wishes)));
    }

    /// Which of the others its recipe needs.
    fn needed_by(&self, app: &AppId, others: &[&BoardRow]) -> Vec<AppId> {
        let recipe = |app: &AppId| {
            let app = self.model.world.fleet.apps.iter().find(|one| one.id == *app)?;
            let book = app.book.as_deref().and_then(|book| book.recipe.clone());
            book.or_else(|| app.marker.recipe.as_deref().map(RecipeId::new))
        };
        let Some(own) = recipe(app).and_then(|id| self.model.store.recipe(&id).cloned()) else { return Vec::new() };
        let is_needed = |row: &&&BoardRow| {
            recipe(&row.app).is_some_and(|id| own.depends.iter().any(|dependency| dependency.recipe == id))
        };
        others.iter().filter(|row| row.app != *app).filter(is_needed).map(|row| row.app.clone()).collect()
    }

    pub fn begin_chain(&mut self, wishes: VecDeque<(RestoreWish, Vec<usize>)>) {
        self.model.board.unmark();
        self.echo(format!("{} restores begin", wishes.len()));
        self.go_on_with(Chain { begun: Vec::new(), rest: wishes });
    }

    fn go_on_with(&mut self, mut chain: Chain) {
        let Some((mut wish, waits)) = chain.rest.pop_front() else { return };
        wish.after = waits.iter().filter_map(|at| chain.begun.get(*at).copied()).collect();
        let ticket = self.ticket(Wish::Chain(chain));
        self.effects.push(Effect::Ask(ticket, Request::Restore(wish)));
    }

    pub fn chain_begun(&mut self, mut chain: Chain, result: Result<OperationId, Fault>) {
        match result {
            Ok(operation) => {
                chain.begun.push(operation);
                self.go_on_with(chain);
            }
            Err(fault) => {
                let rest = chain.rest.len();
                self.fail(&fault);
                if rest > 0 {
                    self.tell(Tone::Warning, format!("{rest} restores after it were not begun"));
                }
            }
        }
    }
}

/// Those that others need come first; a ring is cut where it is met.
fn in_order<'a>(rows: &[&'a BoardRow], needs: &HashMap<AppId, Vec<AppId>>) -> Vec<&'a BoardRow> {
    let mut left: Vec<&BoardRow> = rows.to_vec();
    let mut ordered: Vec<&BoardRow> = Vec::new();
    while !left.is_empty() {
        let is_free = |row: &&BoardRow| needs[&row.app].iter().all(|app| !left.iter().any(|other| other.app == *app));
        let at = left.iter().position(is_free).unwrap_or(0);
        ordered.push(left.remove(at));
    }
    ordered
}
