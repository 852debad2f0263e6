//! What is wished for backups: made, listed, proved, protected, annotated, deleted. What must hold: nothing is deleted that
//! was not named on the screen, and what is protected is not even asked for.

use std::sync::Arc;

use super::Turn;
use crate::{
    domain::{
        backup::{Backup, BackupKey, Guarding, How},
        defaults::Backups,
        fault::Fault,
        ids::GuestKey,
    },
    engine::{Answer, Query, Request, Tone, door::BackupWish},
    tui::{
        command::{Command, Deck},
        effect::Effect,
        event::Ticket,
        layers::{
            Layer,
            backups::{Kept, Notes, Then},
            forms::{BackupForm, NotesForm, Page},
            gateways::items,
            preview::PreviewPane,
            question::{Bulk, Question},
        },
        model::{Wish, overview::Pane},
        widgets::figures,
    },
};

impl Kept {
    /// Its notes, where it waited for them; a form where they are to be written.
    fn hear(&mut self, ticket: Ticket, result: &Result<Answer, Fault>) -> Option<NotesForm> {
        let notes = self.notes.as_mut().filter(|notes| notes.flight == Some(ticket))?;
        notes.flight = None;
        notes.found = Some(match result {
            Ok(Answer::Text(text)) => Ok(text.clone()),
            Ok(_) => Ok(String::new()),
            Err(fault) => Err(fault.clone()),
        });
        match (notes.then, &notes.found) {
            (Then::Write, Some(Ok(text))) => Some(NotesForm::of(notes.of.clone(), text)),
            _ => None,
        }
    }
}

impl Turn<'_> {
    /// Of the open list, or under the hand.
    fn guest_at_hand(&self) -> Option<GuestKey> {
        match self.model.layers.last() {
            Some(Layer::Backups(kept)) => return Some(kept.guest.clone()),
            Some(Layer::Detail(detail)) => return Some(detail.guest.clone()),
            Some(_) => return None,
            None => {}
        }
        let overview = &self.model.overview;
        if self.model.deck == Deck::Overview && overview.pane == Pane::Wants {
            return self.model.health.wants.get(overview.want).and_then(|want| want.guest().cloned());
        }
        self.model.under_hand().cloned()
    }

    pub fn name_of(&self, guest: &GuestKey) -> String {
        self.model.world.entry(guest).map_or_else(|| guest.to_string(), |entry| entry.name.to_string())
    }

    pub fn back_up(&mut self) {
        let many: Vec<GuestKey> = match self.model.deck {
            _ if !self.model.layers.is_empty() => Vec::new(),
            Deck::Apps if !self.model.apps.marked.is_empty() => self.model.apps.targets(),
            Deck::Backups if !self.model.board.marked.is_empty() => {
                self.model.board.targets().into_iter().map(|row| row.guest.clone()).collect()
            }
            _ => Vec::new(),
        };
        if !many.is_empty() {
            return self.back_up_many(&many);
        }
        let Some(guest) = self.guest_at_hand() else { return };
        if self.model.world.entry(&guest).is_some_and(|entry| entry.is_coming) {
            let name = self.name_of(&guest);
            return self.tell(Tone::Info, format!("{name} is still being made"));
        }
        let estimate = self.model.board.of_guest(&guest).and_then(|row| row.estimate);
        let form = BackupForm::of(
            guest.clone(),
            self.name_of(&guest),
            estimate,
            &self.model.settings.backups,
            self.model.now.tick,
        );
        self.open_form(Page::Backup(Box::new(form)));
    }

    fn back_up_many(&mut self, guests: &[GuestKey]) {
        let names: Vec<String> = guests.iter().map(|guest| self.name_of(guest)).collect();
        let requests = guests.iter().cloned().map(|guest| usual_backup(guest, &self.model.settings.backups)).collect();
        self.model.layers.push(Layer::Question(Question::many(Bulk::Backup, &names, 0, requests)));
    }

    /// All backups of what is under the hand.
    pub fn show_backups(&mut self) {
        let Some(guest) = self.guest_at_hand() else { return };
        let name = self.name_of(&guest);
        let kept = Kept::of(&self.model.world.fleet, &guest, name);
        self.model.layers.push(Layer::Backups(Box::new(kept)));
        self.look_at_old_backups();
    }

    /// The lists that are open follow the fleet.
    pub fn follow_backups(&mut self) {
        let fleet = self.model.world.fleet.clone();
        let (jobs, routes) = (fleet.backups.jobs().count(), items(&fleet).len());
        for layer in &mut self.model.layers {
            match layer {
                Layer::Backups(kept) => kept.follow(&fleet),
                Layer::Schedules(schedules) => schedules.at = schedules.at.min(jobs.saturating_sub(1)),
                Layer::Gateways(gateways) => gateways.at = gateways.at.min(routes.saturating_sub(1)),
                _ => {}
            }
        }
    }

    pub fn held_backup(&self) -> Option<Arc<Backup>> {
        match self.model.layers.last().and_then(Layer::kept) {
            Some(kept) => kept.held().cloned(),
            _ => self.model.board.held().and_then(|row| row.newest.clone()),
        }
    }

    pub fn wish_for_backup(&mut self, command: Command) {
        let Some(backup) = self.held_backup() else {
            return self.tell(Tone::Info, "there is no backup yet: [b] makes one");
        };
        match command {
            Command::Prove => self.prove(&backup),
            Command::Protect => self.turn_protection(&backup),
            Command::Notes => self.ask_notes(backup.key.clone(), Then::Write),
            _ => self.remove_backup(&backup),
        }
    }

    /// The newest one of an app is proved as that: another may be newer when it begins.
    fn prove(&mut self, backup: &Backup) {
        let (app, name, key) = match self.model.layers.last().and_then(Layer::kept) {
            Some(kept) => (kept.app.clone(), kept.name.clone(), Some(backup.key.clone())),
            _ => match self.model.board.held() {
                Some(row) => (Some(row.app.clone()), row.name.to_string(), None),
                None => return,
            },
        };
        let Some(app) = app else {
            return self
                .tell(Tone::Info, format!("{name} is not an app, so nobody knows how to try it: [a] adopts it"));
        };
        let words = vec![
            format!("The backup of {} is restored unplugged, started, tried and destroyed again.", self.made(backup)),
            format!("{name} itself is not touched."),
        ];
        self.preview(PreviewPane::one(name, "prove", words, Request::Prove { app, backup: key }));
    }

    pub fn made(&self, backup: &Backup) -> String {
        self.model.day_and_time(backup.made)
    }

    fn turn_protection(&mut self, backup: &Backup) {
        let (guarding, words) = match backup.guarding {
            Guarding::Free => (Guarding::Protected, "protecting"),
            Guarding::Protected => (Guarding::Free, "no longer protecting"),
        };
        self.echo(format!("{words} {}", backup.key.file()));
        let request = Request::EditBackup { backup: backup.key.clone(), note: None, guarding: Some(guarding) };
        let ticket = self.ticket(Wish::Steer);
        self.effects.push(Effect::Ask(ticket, request));
    }

    fn remove_backup(&mut self, backup: &Backup) {
        if backup.is_protected() {
            let text = format!("{} is protected: [p] takes that off, then [d] deletes it", backup.key.file());
            return self.tell(Tone::Warning, text);
        }
        let size = backup.size.map_or(figures::UNKNOWN.into(), figures::size);
        let age = figures::age(self.model.board.as_of().since(backup.made));
        let words = vec![
            backup.key.file().to_owned(),
            format!("{size}, {age} old, on {}. It goes for good: nobody can take that back.", backup.key.storage()),
        ];
        let name = match self.model.layers.last().and_then(Layer::kept) {
            Some(kept) => kept.name.clone(),
            _ => self.name_of(&backup.guest),
        };
        let request = Request::RemoveBackup(backup.key.clone());
        self.preview(PreviewPane::one(name, "delete a backup of", words, request));
    }

    /// All lines of the notes of the backup under the hand, or none of them.
    pub fn unfold_notes(&mut self) {
        let Some(backup) = self.held_backup() else { return };
        if let Some(kept) = self.model.layers.last_mut().and_then(Layer::kept_mut)
            && kept.notes.as_ref().is_some_and(|notes| notes.of == backup.key)
        {
            kept.notes = None;
            return;
        }
        self.ask_notes(backup.key.clone(), Then::Read);
    }

    fn ask_notes(&mut self, of: BackupKey, then: Then) {
        let ticket = self.ticket(Wish::Beside);
        if let Some(kept) = self.model.layers.last_mut().and_then(Layer::kept_mut) {
            kept.notes = Some(Notes { of: of.clone(), found: None, flight: Some(ticket), then });
            self.effects.push(Effect::Query(ticket, Query::BackupNotes(of)));
        }
    }

    /// Whoever asked takes the answer: a form, a list, or nobody any more.
    pub fn beside_answered(&mut self, ticket: Ticket, result: Result<Answer, Fault>) {
        let mut write = None;
        for (at, layer) in self.model.layers.iter_mut().enumerate() {
            match layer {
                Layer::Form(form) => form.hear(ticket, &result),
                Layer::Schedules(schedules) => schedules.hear(ticket, &result),
                Layer::Ports(ports) => ports.hear(ticket, &result),
                other => {
                    let form = other.kept_mut().and_then(|kept| kept.hear(ticket, &result));
                    write = form.map(|form| (at, form)).or(write);
                }
            }
        }
        self.root_answered(ticket, &result);
        // Who went on to something else meanwhile is not interrupted by a form.
        if let Some((_, form)) = write.filter(|(at, _)| *at + 1 == self.model.layers.len()) {
            self.open_form(Page::Notes(form));
        }
    }

    /// Asks what the open forms want to know, where its time has come.
    pub fn ask_due_beside(&mut self) {
        let tick = self.model.now.tick;
        for at in 0..self.model.layers.len() {
            while let Some(Layer::Form(form)) = self.model.layers.get(at) {
                let Some(about) = form.due(tick) else { break };
                let query = form.query(about);
                let ticket = query.as_ref().map(|_| self.ticket(Wish::Beside));
                if let Some(Layer::Form(form)) = self.model.layers.get_mut(at) {
                    form.sent(about, ticket);
                }
                self.effects.extend(ticket.zip(query).map(|(ticket, query)| Effect::Query(ticket, query)));
            }
        }
    }
}

/// With everything left to Proximity.
pub(super) fn usual_backup(guest: GuestKey, usual: &Backups) -> Request {
    let how = How { mode: usual.mode, compression: usual.compression, ..How::default() };
    Request::Backup(BackupWish { guest, storage: None, how, note: None })
}
