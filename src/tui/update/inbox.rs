//! The inbox: shown, walked through, and what is done about its entries. What must hold: what mends something is begun
//! only after its plan was on the screen. What is said is said on the display, because toasts lie under the list.

use super::Turn;
use crate::{
    domain::{
        care::{About, Alert, AlertId, Drift, Finding, Mend, Standing},
        fault::Fault,
    },
    engine::{Answer, Change, Query, Request},
    tui::{
        command::{Command, Deck},
        effect::Effect,
        event::Ticket,
        layers::{
            Layer,
            copy::CopyMenu,
            inbox::{Chip, Inbox, Item},
            picks::{Pick, Picks},
            preview::PreviewPane,
            question::Question,
        },
        model::{Wish, care},
    },
};

/// As many of what is over are asked for.
const MOST: u32 = 200;

impl Turn<'_> {
    pub fn show_inbox(&mut self, chip: Chip) {
        let inbox = Inbox::of(&self.model.world.fleet.care, self.model.now.wall, chip);
        self.model.layers.push(Layer::Inbox(Box::new(inbox)));
    }

    fn inbox(&mut self) -> Option<&mut Inbox> {
        match self.model.layers.last_mut() {
            Some(Layer::Inbox(inbox)) => Some(inbox),
            _ => None,
        }
    }

    fn held_entry(&self) -> Option<Item> {
        match self.model.layers.last() {
            Some(Layer::Inbox(inbox)) => inbox.held().cloned(),
            _ => None,
        }
    }

    fn is_past(&self) -> bool {
        matches!(self.model.layers.last(), Some(Layer::Inbox(inbox)) if inbox.chip == Chip::Past)
    }

    /// Every list of it that lies open shows the world as it is now.
    pub fn follow_inbox(&mut self) {
        let (care, now) = (self.model.world.fleet.care.clone(), self.model.now.wall);
        for layer in &mut self.model.layers {
            if let Layer::Inbox(inbox) = layer {
                inbox.follow(&care, now);
            }
        }
    }

    pub fn step_inbox(&mut self, by: isize) {
        let (care, now) = (self.model.world.fleet.care.clone(), self.model.now.wall);
        let Some(inbox) = self.inbox() else { return };
        inbox.step(by, &care, now);
        if inbox.chip == Chip::Past && inbox.past.flights.is_empty() {
            self.ask_past();
        }
    }

    fn ask_past(&mut self) {
        for query in [Query::PastAlerts { most: MOST }, Query::PastFindings { most: MOST }] {
            let ticket = self.ticket(Wish::Past);
            let Some(inbox) = self.inbox() else { return };
            if inbox.past.flights.is_empty() {
                (inbox.past.items, inbox.past.fault) = (Vec::new(), None);
            }
            inbox.past.flights.push(ticket);
            self.effects.push(Effect::Query(ticket, query));
        }
    }

    pub fn past_answered(&mut self, ticket: Ticket, result: Result<Answer, Fault>) {
        for layer in &mut self.model.layers {
            if let Layer::Inbox(inbox) = layer
                && inbox.past.flights.contains(&ticket)
            {
                inbox.hear(ticket, result);
                return self.follow_inbox();
            }
        }
    }

    pub fn wish_in_inbox(&mut self, command: Command) {
        if command == Command::Reload {
            return self.look_now();
        }
        let Some(item) = self.held_entry() else { return self.echo("there is nothing under the hand".into()) };
        match command {
            Command::Copy => self.model.layers.push(Layer::CopyMenu(CopyMenu::of_item(&item))),
            Command::Flip => self.show_what(&item),
            _ if item.is_over() => self.echo("that is over".into()),
            Command::Enter => self.mend_first(&item),
            Command::Remedies => self.lay_remedies(&item),
            _ => match item {
                Item::Alert(alert) => self.wish_for_alert(command, &alert),
                Item::Finding(finding) => self.wish_for_finding(command, &finding),
                Item::Stuck(_) => self.echo("it goes on, or is taken back: [m]".into()),
            },
        }
    }

    fn look_now(&mut self) {
        if self.is_past() {
            return self.ask_past();
        }
        self.echo("comparing hosts and books".into());
        self.change(Wish::Care, Change::Reconcile(None));
    }

    fn wish_for_alert(&mut self, command: Command, alert: &Alert) {
        match command {
            Command::Acknowledge if alert.acknowledged.is_some() => {
                self.echo(format!("{}: you know of it already", alert.name));
            }
            Command::Acknowledge => {
                self.echo(format!("{}: you know of it", alert.name));
                self.change(Wish::Care, Change::Acknowledge(alert.id));
            }
            Command::Snooze => self.model.layers.push(Layer::Picks(Picks::snooze(&alert.name, alert.id))),
            _ => self.echo("that is for drift: [a] or [z] here".into()),
        }
    }

    fn wish_for_finding(&mut self, command: Command, finding: &Finding) {
        match command {
            Command::Dismiss if finding.standing == Standing::Dismissed => {
                self.echo(format!("{}: you hear no more of it already", finding.name));
            }
            Command::Dismiss => {
                self.echo(format!("{}: no more of it", finding.name));
                self.change(Wish::Care, Change::Dismiss(finding.id));
            }
            Command::Accept if matches!(finding.drift, Drift::Changed(_) | Drift::New) => {
                let question = Question::accept(finding);
                self.model.layers.push(Layer::Question(question));
            }
            Command::Accept => self.echo("that cannot be taken over: [m] or [d]".into()),
            _ => self.echo("that is for alerts: [A] or [d] here".into()),
        }
    }

    fn mend_first(&mut self, item: &Item) {
        match item.mends(&self.model.world.fleet).into_iter().next() {
            Some(mend) => self.mend(mend, item.name(), &why(item)),
            None => self.show_what(item),
        }
    }

    fn lay_remedies(&mut self, item: &Item) {
        let mends = item.mends(&self.model.world.fleet);
        if mends.is_empty() {
            return self.echo("no plan mends that: [Space] shows it".into());
        }
        self.model.layers.push(Layer::Picks(Picks::mends(item.name(), &why(item), mends)));
    }

    /// Shows the plan of what mends it.
    pub fn mend(&mut self, mend: Mend, name: &str, why: &str) {
        if let Mend::Adopt(guest) = mend {
            return self.look_at_these(vec![guest]);
        }
        // What is done to an operation has no plan of its own: it is asked for with a question.
        if matches!(mend, Mend::Resume(_) | Mend::TakeBack(_)) {
            let question = Question::mend(name, why, mend);
            return self.model.layers.push(Layer::Question(question));
        }
        let (verb, words) = (care::verb(&mend), care::words_of(&mend, why));
        self.preview(PreviewPane::one(name, verb, words, Request::Mend(mend)));
    }

    pub fn take_pick(&mut self) {
        let Some(Layer::Picks(picks)) = self.model.layers.pop() else { return };
        let name = picks.name;
        match picks.all.into_iter().nth(picks.at) {
            Some((_, Pick::Widget(widget))) => self.add_widget(widget),
            Some((_, Pick::Layout(layout))) => self.take_layout(&layout),
            Some((_, Pick::Mend(mend, why))) => self.mend(mend, &name, &why),
            Some((words, Pick::Snooze(alert, span))) => {
                self.echo(format!("{name}: quiet for {words}"));
                self.change(Wish::Care, Change::Snooze(alert, self.model.now.wall + span));
            }
            None => {}
        }
    }

    /// Goes to where it stands.
    fn show_what(&mut self, item: &Item) {
        if let Item::Stuck(stuck) = item {
            return self.show_operation(stuck.operation);
        }
        let guest = item.guest(&self.model.world.fleet);
        match guest.filter(|guest| self.model.world.entry(guest).is_some()) {
            Some(guest) => {
                self.model.layers.clear();
                self.show_unit(&guest);
            }
            None if matches!(item, Item::Alert(Alert { about: About::App(_) | About::Many(_), .. })) => {
                self.echo("there is no one place to show".into());
            }
            None if matches!(item, Item::Finding(_)) => self.echo("it is on no host that is known".into()),
            None => {
                self.model.layers.clear();
                self.open(Deck::Hosts);
            }
        }
    }

    /// From the list of what needs a person: its plan at once, or where it stands.
    pub fn enter_alert(&mut self, id: AlertId) {
        let alert = self.model.world.fleet.care.alerts.iter().find(|alert| alert.id == id).cloned();
        if let Some(alert) = alert {
            self.mend_first(&Item::Alert(alert));
        }
    }

    pub fn enter_finding(&mut self, id: crate::domain::care::FindingId) {
        let finding = self.model.world.fleet.care.findings.iter().find(|finding| finding.id == id).cloned();
        if let Some(finding) = finding {
            self.mend_first(&Item::Finding(finding));
        }
    }
}

fn why(item: &Item) -> String {
    format!("{}: {}.", item.name(), item.what())
}
