//! Schedules: shown, made, changed, let rest, removed. What must hold: whether the credential may edit them is asked when
//! they are shown, not when somebody has filled in a form.

use super::Turn;
use crate::{
    domain::{
        backup::{Job, JobState},
        fault::Fault,
    },
    engine::{Answer, Query, Request, Tone},
    tui::{
        command::Command,
        effect::Effect,
        event::Ticket,
        layers::{
            Layer,
            forms::{AroundJob, JobForm, Page},
            preview::PreviewPane,
            schedules::Schedules,
        },
        model::Wish,
    },
};

impl Schedules {
    /// What it waited for, if it did.
    pub fn hear(&mut self, ticket: Ticket, result: &Result<Answer, Fault>) {
        let Some(at) = self.flights.iter().position(|(flight, _)| *flight == ticket) else { return };
        let (_, host) = self.flights.remove(at);
        if let Ok(Answer::Grants(missing)) = result {
            self.rights.insert(host, missing.clone());
        }
    }
}

impl Turn<'_> {
    pub fn show_schedules(&mut self) {
        let hosts: Vec<_> = self.model.world.fleet.hosts.iter().map(|host| host.id.clone()).collect();
        let mut schedules = Schedules::default();
        for host in hosts {
            let ticket = self.ticket(Wish::Beside);
            schedules.flights.push((ticket, host.clone()));
            self.effects.push(Effect::Query(ticket, Query::JobRights(host)));
        }
        self.model.layers.push(Layer::Schedules(schedules));
        self.look_at_old_backups();
    }

    fn held_job(&self) -> Option<Job> {
        match self.model.layers.last() {
            Some(Layer::Schedules(schedules)) => schedules.held(&self.model.world.fleet.backups).cloned(),
            _ => None,
        }
    }

    pub fn wish_for_job(&mut self, command: Command) {
        match (command, self.held_job()) {
            (Command::AddJob, _) => self.job_form(None),
            (_, None) => self.tell(Tone::Info, "there is no schedule yet: [n] makes one"),
            (Command::EditJob, job) => self.job_form(job),
            (Command::TurnJob, Some(job)) => self.turn_job(job),
            (_, Some(job)) => {
                let words = vec![
                    format!("{} ({}) goes; nothing is backed up by it any more.", job.id.id, job.schedule),
                    "Backups that it made stay.".to_owned(),
                ];
                self.preview(PreviewPane::one(
                    job.id.id.to_string(),
                    "remove the schedule",
                    words,
                    Request::RemoveJob(job.id),
                ));
            }
        }
    }

    fn job_form(&mut self, before: Option<Job>) {
        let around =
            AroundJob::of(&self.model.world.fleet, self.model.settings.backups.clone(), self.model.zone.clone());
        if around.hosts.is_empty() {
            return self.tell(Tone::Info, "there is no host yet: [4] connects one");
        }
        let form = JobForm::of(before, around, self.model.now.tick);
        self.open_form(Page::Job(Box::new(form)));
    }

    fn turn_job(&mut self, mut job: Job) {
        let (state, verb, words) = match job.state {
            JobState::Enabled => (JobState::Disabled, "let rest", "It stays, but nothing is backed up by it."),
            JobState::Disabled => (JobState::Enabled, "switch on", "It backs up again from its next time on."),
        };
        job.state = state;
        let name = job.id.id.to_string();
        self.preview(PreviewPane::one(name, verb, vec![words.to_owned()], Request::SaveJob(Box::new(job))));
    }

    pub fn copy_job_grants(&mut self) {
        let lines = match self.model.layers.last() {
            Some(Layer::Schedules(schedules)) => schedules.grants(),
            _ => return,
        };
        if lines.is_empty() {
            return self.tell(Tone::Info, "no right is missing, as far as is known");
        }
        self.copy(lines.join("\n"), format!("copied {} lines: run them on the host as root", lines.len()));
    }
}
