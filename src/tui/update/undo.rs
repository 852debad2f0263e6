//! Taking back, and snapshots.

use super::Turn;
use crate::{
    domain::{fault::Fault, ids::AppId},
    engine::{Answer, Request, Tone},
    tui::{
        command::{Deck, Tab},
        effect::Effect,
        event::Ticket,
        layers::{
            Layer,
            forms::AppForm,
            preview::PreviewPane,
            snapshots::Snapshots,
            undo::{Found, Of, Undo},
        },
        model::{Wish, tale},
    },
};

impl Turn<'_> {
    pub fn undo(&mut self) {
        let is_listed = match self.model.layers.last() {
            Some(Layer::Detail(detail)) => detail.tab == Tab::Operations,
            _ => self.model.deck == Deck::Ops,
        };
        if is_listed {
            let Some(operation) = self.operation_at_hand() else { return };
            let of = Of::Operation(operation.id, format!("{} {}", operation.plan.name, tale(operation).1));
            return self.lay_undo(Undo::of(of, None));
        }
        let entry = self.entry_under_hand();
        let app = entry.and_then(|entry| self.model.world.app(entry)).cloned();
        match app {
            Some(app) if app.binned_until().is_some() => self.preview(super::life::restoring(&app)),
            app => {
                let is_of_one = self.model.deck == Deck::Apps || self.model.detail().is_some();
                let of = if is_of_one && app.is_some() { Of::App } else { Of::All };
                self.lay_undo(Undo::of(of, app.map(|app| (app.id, app.name.to_string()))));
            }
        }
    }

    fn lay_undo(&mut self, undo: Undo) {
        self.model.layers.push(Layer::Undo(undo));
        self.ask_undo();
    }

    fn ask_undo(&mut self) {
        let Some(Layer::Undo(undo)) = self.model.layers.last() else { return };
        let query = undo.query();
        let ticket = self.ticket(Wish::Undo);
        if let Some(Layer::Undo(undo)) = self.model.layers.last_mut() {
            undo.flight = Some(ticket);
        }
        self.effects.push(Effect::Query(ticket, query));
    }

    pub fn undo_answered(&mut self, ticket: Ticket, result: Result<Answer, Fault>) {
        let asker = self.model.layers.iter_mut().find_map(|layer| match layer {
            Layer::Undo(undo) if undo.flight == Some(ticket) => Some(undo),
            _ => None,
        });
        let Some(undo) = asker else { return };
        undo.flight = None;
        undo.found = match result {
            Ok(Answer::WayOut(found)) => Found::Known(found),
            Ok(_) => Found::Known(None),
            Err(fault) => Found::Fault(fault),
        };
    }

    pub fn turn_undo(&mut self) {
        if let Some(Layer::Undo(undo)) = self.model.layers.last_mut()
            && undo.turn()
        {
            self.ask_undo();
        }
    }

    pub fn submit_undo(&mut self) {
        let Some(Layer::Undo(undo)) = self.model.layers.last() else { return };
        let Some(operation) = undo.submit() else { return };
        let ticket = self.ticket(Wish::Begin);
        if let Some(Layer::Undo(undo)) = self.model.layers.last_mut() {
            undo.sending = Some(ticket);
        }
        self.effects.push(Effect::Ask(ticket, Request::Undo(operation)));
    }

    pub fn show_snapshots(&mut self, app: AppId, name: String) {
        self.model.layers.push(Layer::Snapshots(Snapshots::of(app, name)));
        self.ask_snapshots();
    }

    pub fn ask_snapshots(&mut self) {
        let open = self.model.layers.iter().rposition(|layer| layer.snapshots().is_some());
        let Some(snapshots) = open.and_then(|at| self.model.layers[at].snapshots()) else { return };
        let app = snapshots.app.clone();
        let ticket = self.ticket(Wish::Snapshots(app.clone()));
        if let Some(snapshots) = open.and_then(|at| self.model.layers[at].snapshots_mut()) {
            snapshots.flight = Some(ticket);
        }
        self.effects.push(Effect::Query(ticket, crate::engine::Query::Snapshots(app)));
    }

    pub fn snapshots_answered(&mut self, ticket: Ticket, result: Result<Answer, Fault>) {
        let lists = self.model.layers.iter_mut().filter_map(Layer::snapshots_mut);
        let asker = lists.into_iter().find(|snapshots| snapshots.flight == Some(ticket));
        match (asker, result) {
            (Some(snapshots), Ok(Answer::Snapshots(rows))) => snapshots.take(Ok(rows)),
            (Some(snapshots), Err(fault)) => snapshots.take(Err(fault)),
            _ => {}
        }
    }

    pub fn take_snapshot(&mut self) {
        if let Some(snapshots) = self.model.layers.last().and_then(Layer::snapshots) {
            let form = AppForm::snapshot(snapshots.app.clone(), &snapshots.name);
            self.app_form(form);
        }
    }

    /// A form whose wish needs no plan to be looked at: it is begun at once.
    pub fn begin_form(&mut self, request: Request) {
        self.model.layers.pop();
        let words =
            if matches!(request, Request::EditBackup { .. }) { "writing its notes" } else { "taking a snapshot" };
        self.echo(words.into());
        let ticket = self.ticket(Wish::Steer);
        self.effects.push(Effect::Ask(ticket, request));
    }

    pub fn roll_back(&mut self) {
        let Some((app, name, snapshot)) = self.held_snapshot() else { return };
        let words = vec![format!("Back to {snapshot}. What {name} has written since then is lost for good.")];
        self.preview(PreviewPane::one(name, "roll back", words, Request::Rollback { app, snapshot }));
    }

    pub fn remove_snapshot(&mut self) {
        let Some((app, name, snapshot)) = self.held_snapshot() else { return };
        let words = vec![format!("{snapshot} goes; nobody can go back to it any more. {name} itself is not touched.")];
        self.preview(PreviewPane::one(name, "remove a snapshot of", words, Request::RemoveSnapshot { app, snapshot }));
    }

    fn held_snapshot(&mut self) -> Option<(AppId, String, String)> {
        let snapshots = self.model.layers.last().and_then(Layer::snapshots)?;
        let found = snapshots.held().map(|row| (snapshots.app.clone(), snapshots.name.clone(), row.name.clone()));
        if found.is_none() {
            self.tell(Tone::Info, "there is no snapshot under the hand");
        }
        found
    }
}
