//! What stands beside the fields of some forms and is asked for while they are filled in. What must hold: a question that
//! could not be answered says so under the fields and keeps nobody from sending the form.

use std::time::Duration;

use super::{
    Form, Page,
    inquiry::{About, Inquiries},
    sheet::Row,
};
use crate::{
    domain::fault::Fault,
    engine::{Answer, Query},
    tui::{event::Ticket, theme::Role},
};

impl Form {
    fn inquiries(&self) -> Option<&Inquiries> {
        match &self.page {
            Page::Backup(form) => Some(&form.inquiries),
            Page::Restore(form) => Some(&form.inquiries),
            Page::Job(form) => Some(&form.inquiries),
            _ => None,
        }
    }

    fn inquiries_mut(&mut self) -> Option<&mut Inquiries> {
        match &mut self.page {
            Page::Backup(form) => Some(&mut form.inquiries),
            Page::Restore(form) => Some(&mut form.inquiries),
            Page::Job(form) => Some(&mut form.inquiries),
            _ => None,
        }
    }

    pub fn wakes_at(&self) -> Option<Duration> {
        self.inquiries()?.wakes_at()
    }

    pub fn due(&self, tick: Duration) -> Option<About> {
        self.inquiries()?.due(tick)
    }

    /// What is to be asked; nothing where the fields say nothing that could be asked about.
    pub fn query(&self, about: About) -> Option<Query> {
        match &self.page {
            Page::Backup(form) => Some(form.query()),
            Page::Restore(form) => Some(form.query()),
            Page::Job(form) => form.query(about),
            _ => None,
        }
    }

    pub fn sent(&mut self, about: About, ticket: Option<Ticket>) {
        if let Some(inquiries) = self.inquiries_mut() {
            inquiries.sent(about, ticket);
        }
    }

    /// What this form waited for, if it did.
    pub fn hear(&mut self, ticket: Ticket, result: &Result<Answer, Fault>) {
        let Some(about) = self.inquiries_mut().and_then(|inquiries| inquiries.heard(ticket)) else { return };
        match &mut self.page {
            Page::Backup(form) => form.hear(result.clone()),
            Page::Restore(form) => form.hear(result.clone()),
            Page::Job(form) => form.hear(about, result.clone()),
            _ => {}
        }
        // What the host proposes was typed by nobody, and is not worth keeping.
        if matches!(&self.page, Page::Job(form) if form.is_fresh()) {
            self.renew_began();
        }
    }

    /// A field was changed.
    pub fn changed_field(&mut self, tick: Duration) {
        match &mut self.page {
            Page::Connect(connect) => connect.follow(),
            Page::Rotate(form) => form.follow(),
            Page::Restore(form) => form.follow(),
            Page::Job(form) => form.changed(tick),
            _ => {}
        }
    }
}

/// Why something could not be told, under the fields.
pub fn trouble(fault: Option<&Fault>, what: &str, room: u16) -> Vec<Row> {
    let Some(fault) = fault else { return Vec::new() };
    Row::paragraph(&format!("◐ {what}: {}", fault.why), Role::Warning, room).collect()
}
