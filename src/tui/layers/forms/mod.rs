//! Forms: a page of fields at a time, an answer beside the field that it is about. What must hold: while a form waits for
//! an answer nothing in it can be changed, and an answer to what it does not ask any more changes nothing.

mod adopt;
mod app;
mod backup;
mod beside;
mod carry;
mod connect;
mod draft;
mod export;
mod field;
mod gateway;
mod import;
pub mod inquiry;
mod job;
mod log_in;
mod notes;
mod places;
mod rename;
mod restore;
mod room;
mod rotate;
mod sheet;
mod source;
mod unlock;

use std::path::PathBuf;

pub use self::{
    adopt::AdoptForm,
    app::{AppForm, Now as SizesNow},
    backup::BackupForm,
    carry::{CarryForm, Way as CarryWay},
    connect::{Before, Connect},
    draft::Kept,
    export::ExportForm,
    field::{Field, Fields, Kind},
    gateway::{GatewayForm, PublishForm},
    import::ImportForm,
    job::{Around as AroundJob, JobForm, lines as job_grants},
    log_in::LogIn,
    notes::NotesForm,
    rename::RenameForm,
    restore::RestoreForm,
    room::{RoomForm, RoomWish},
    rotate::RotateForm,
    sheet::{caret, caret_in, draw, draw_field, field_at},
    source::SourceForm,
    unlock::Unlock,
};
use self::{connect::Step, sheet::Row};
use crate::{
    domain::fault::Fault,
    engine::{Answer, Change, Query, Request},
    tui::{event::Ticket, keymap::Place},
};

#[derive(Debug, Clone)]
pub struct Form {
    pub page: Page,
    /// What it waits for; its words are on the screen meanwhile.
    pub waits: Option<Waiting>,
    pub wrong: Option<Wrong>,
    /// What the fields of each page said when it was come to first.
    began: Vec<(Option<Step>, Vec<draft::Said>)>,
    pub draft: Draft,
}

/// Whether what stands in it was typed another time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Draft {
    None,
    Taken,
}

#[derive(Debug, Clone)]
pub enum Page {
    Connect(Box<Connect>),
    Unlock(Unlock),
    LogIn(LogIn),
    Rename(RenameForm),
    Rotate(RotateForm),
    App(Box<AppForm>),
    Adopt(Box<AdoptForm>),
    Source(SourceForm),
    Import(Box<ImportForm>),
    Backup(Box<BackupForm>),
    Restore(Box<RestoreForm>),
    Job(Box<JobForm>),
    Notes(NotesForm),
    Gateway(Box<GatewayForm>),
    Publish(PublishForm),
    Carry(CarryForm),
    Export(Box<ExportForm>),
    Room(RoomForm),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    pub ticket: Ticket,
    pub words: &'static str,
}

/// What is wrong, and with which field.
#[derive(Debug, Clone, PartialEq)]
pub struct Wrong {
    pub field: usize,
    pub fault: Fault,
}

impl Wrong {
    pub fn at(field: usize, what: &str, why: &str, remedy: &str) -> Self {
        let fault = Fault::lasting(crate::domain::fault::FaultCode::Usage, what, why, remedy);
        Self { field, fault }
    }
}

/// What a page that is filled in asks of the world.
#[derive(Debug, Clone)]
pub enum Wanted {
    Query(Query, &'static str),
    Change(Change, &'static str),
    /// Settings to a file, or of one.
    Carry(CarryWay, PathBuf, &'static str),
    /// Into a file.
    Write {
        path: String,
        text: String,
    },
    /// To be begun at once.
    Request(Request),
    /// To be begun once its plan was seen.
    Preview(Request),
    /// The deck itself keeps it.
    Keep(RoomWish),
}

/// What is to become of the form.
#[derive(Debug, Clone, PartialEq)]
pub enum Then {
    Stay,
    Close,
    /// Close, and say so.
    Done(String),
}

impl Form {
    pub fn new(page: Page) -> Self {
        let mut form = Self { page, waits: None, wrong: None, began: Vec::new(), draft: Draft::None };
        form.note_began();
        form
    }

    /// Which page of several it shows.
    fn step(&self) -> Option<Step> {
        match &self.page {
            Page::Connect(connect) => Some(connect.step),
            _ => None,
        }
    }

    pub fn place(&self) -> Place {
        match &self.page {
            Page::Connect(connect) => connect.place(),
            _ => Place::Form,
        }
    }

    pub fn fields(&self) -> Option<&Fields> {
        match &self.page {
            Page::Connect(connect) => connect.fields(),
            Page::Unlock(unlock) => Some(&unlock.fields),
            Page::LogIn(log_in) => Some(&log_in.fields),
            Page::Rename(form) => Some(&form.fields),
            Page::Rotate(form) => Some(&form.fields),
            Page::App(app) => Some(&app.fields),
            Page::Adopt(form) => Some(&form.fields),
            Page::Source(source) => Some(&source.fields),
            Page::Import(import) => Some(&import.fields),
            Page::Backup(form) => Some(&form.fields),
            Page::Restore(form) => Some(&form.fields),
            Page::Job(form) => Some(&form.fields),
            Page::Notes(form) => Some(&form.fields),
            Page::Gateway(form) => Some(&form.fields),
            Page::Publish(form) => Some(&form.fields),
            Page::Carry(form) => Some(&form.fields),
            Page::Export(form) => Some(&form.fields),
            Page::Room(form) => Some(&form.fields),
        }
    }

    /// The fields as long as they may be changed.
    pub fn open_fields(&mut self) -> Option<&mut Fields> {
        if self.waits.is_some() {
            return None;
        }
        match &mut self.page {
            Page::Connect(connect) => connect.fields_mut(),
            Page::Unlock(unlock) => Some(&mut unlock.fields),
            Page::LogIn(log_in) => Some(&mut log_in.fields),
            Page::Rename(form) => Some(&mut form.fields),
            Page::Rotate(form) => Some(&mut form.fields),
            Page::App(app) => Some(&mut app.fields),
            Page::Adopt(form) => Some(&mut form.fields),
            Page::Source(source) => Some(&mut source.fields),
            Page::Import(import) => Some(&mut import.fields),
            Page::Backup(form) => Some(&mut form.fields),
            Page::Restore(form) => Some(&mut form.fields),
            Page::Job(form) => Some(&mut form.fields),
            Page::Notes(form) => Some(&mut form.fields),
            Page::Gateway(form) => Some(&mut form.fields),
            Page::Publish(form) => Some(&mut form.fields),
            Page::Carry(form) => Some(&mut form.fields),
            Page::Export(form) => Some(&mut form.fields),
            Page::Room(form) => Some(&mut form.fields),
        }
    }

    /// The page is filled in: what it asks for, unless something in it is wrong.
    pub fn submit(&mut self) -> Option<Wanted> {
        if self.waits.is_some() {
            return None;
        }
        let wanted = match &mut self.page {
            Page::Connect(connect) => connect.submit(),
            Page::Unlock(unlock) => unlock.submit(),
            Page::LogIn(log_in) => log_in.submit(),
            Page::Rename(form) => form.submit(),
            Page::Rotate(form) => form.submit(),
            Page::App(app) => app.submit(),
            Page::Adopt(form) => form.submit(),
            Page::Source(source) => source.submit(),
            Page::Import(import) => import.submit(),
            Page::Backup(form) => form.submit(),
            Page::Restore(form) => form.submit(),
            Page::Job(form) => form.submit(),
            Page::Notes(form) => form.submit(),
            Page::Gateway(form) => form.submit(),
            Page::Publish(form) => form.submit(),
            Page::Carry(form) => form.submit(),
            Page::Export(form) => form.submit(),
            Page::Room(form) => form.submit(),
        };
        self.heed(wanted)
    }

    /// The same where one page may end a form of several.
    pub fn finish(&mut self) -> Option<Wanted> {
        match &mut self.page {
            Page::Connect(connect) if self.waits.is_none() => {
                let wanted = connect.finish();
                self.heed(wanted)
            }
            _ => self.submit(),
        }
    }

    /// Tries what is typed as it stands; nothing where there is nothing to try.
    pub fn test(&mut self) -> Option<Wanted> {
        match &mut self.page {
            Page::Connect(connect) if self.waits.is_none() => {
                let wanted = connect.test();
                self.heed(wanted)
            }
            _ => None,
        }
    }

    fn heed(&mut self, wanted: Result<Option<Wanted>, Wrong>) -> Option<Wanted> {
        self.wrong = None;
        self.note_began();
        wanted.map_err(|wrong| self.refuse(wrong)).ok().flatten()
    }

    /// What is to be changed after what was changed just now.
    pub fn next_change(&mut self) -> Option<Change> {
        match &mut self.page {
            Page::Connect(connect) => connect.next_change(),
            _ => None,
        }
    }

    /// The first line that is shown of a page to read.
    pub fn top(&self) -> u16 {
        match &self.page {
            Page::Connect(connect) => connect.top,
            _ => 0,
        }
    }

    pub fn top_mut(&mut self) -> Option<&mut u16> {
        match &mut self.page {
            Page::Connect(connect) if connect.fields().is_none() => Some(&mut connect.top),
            _ => None,
        }
    }

    /// Puts the hand on the field that is wrong, where it is about one.
    pub fn refuse(&mut self, wrong: Wrong) {
        if let Some(fields) = self.open_fields().filter(|fields| wrong.field < fields.all.len()) {
            fields.at = wrong.field;
        }
        self.wrong = Some(wrong);
    }

    pub fn awaits(&self, ticket: Ticket) -> bool {
        self.waits.is_some_and(|waiting| waiting.ticket == ticket)
    }

    pub fn answered(&mut self, result: Result<Answer, Fault>) {
        self.waits = None;
        match (&mut self.page, result) {
            (Page::Connect(connect), Ok(answer)) => connect.take(answer),
            (Page::Connect(connect), Err(fault)) => {
                let field = connect.field_of(&fault);
                self.refuse(Wrong { field, fault });
            }
            (Page::Import(import), Ok(answer)) => import.take(answer),
            (Page::Import(_), Err(fault)) => self.refuse(Wrong { field: 0, fault }),
            _ => {}
        }
        self.note_began();
    }

    pub fn changed(&mut self, result: Result<(), Fault>) -> Then {
        self.waits = None;
        match (&mut self.page, result) {
            (Page::Connect(connect), Ok(())) => Then::Done(connect.done()),
            (Page::Connect(connect), Err(fault)) => {
                let field = connect.field_of(&fault);
                self.refuse(Wrong { field, fault });
                Then::Stay
            }
            (Page::Rename(form), Ok(())) => Then::Done(form.done()),
            (Page::Rotate(form), Ok(())) => Then::Done(form.done()),
            (Page::Unlock(unlock), Ok(())) => Then::Done(unlock.done().into()),
            (Page::LogIn(log_in), Ok(())) => Then::Done(format!("logged in to {}", log_in.host)),
            (Page::Source(source), Ok(())) => Then::Done(source.done()),
            (Page::Import(import), Ok(())) => Then::Done(import.done()),
            (
                Page::App(_) | Page::Adopt(_) | Page::Backup(_) | Page::Restore(_) | Page::Job(_) | Page::Notes(_),
                Ok(()),
            ) => Then::Stay,
            (Page::Publish(form), Ok(())) => Then::Done(form.done()),
            (Page::Gateway(_) | Page::Carry(_) | Page::Export(_) | Page::Room(_), Ok(())) => Then::Stay,
            (_, Err(fault)) => {
                self.refuse(Wrong { field: 0, fault });
                Then::Stay
            }
        }
    }

    /// One step back: what is waited for, then the page before, then the form.
    pub fn back(&mut self) -> Then {
        let waited = self.waits.take().is_some();
        self.wrong = None;
        match &mut self.page {
            _ if waited => Then::Stay,
            Page::Connect(connect) => connect.back(),
            _ => Then::Close,
        }
    }

    /// The lines of a page, in a room this wide.
    fn rows(&self, room: u16) -> Vec<Row> {
        let mut rows = match &self.page {
            Page::Connect(connect) => connect.rows(room),
            Page::Unlock(unlock) => unlock.rows(room),
            Page::LogIn(log_in) => log_in.rows(room),
            Page::Rename(form) => form.rows(room),
            Page::Rotate(form) => form.rows(room),
            Page::App(app) => app.rows(room),
            Page::Adopt(form) => form.rows(room),
            Page::Source(source) => source.rows(room),
            Page::Import(import) => import.rows(room),
            Page::Backup(form) => form.rows(room),
            Page::Restore(form) => form.rows(room),
            Page::Job(form) => form.rows(room),
            Page::Notes(form) => form.rows(room),
            Page::Gateway(form) => form.rows(room),
            Page::Publish(form) => form.rows(room),
            Page::Carry(form) => form.rows(room),
            Page::Export(form) => form.rows(room),
            Page::Room(form) => form.rows(room),
        };
        sheet::put_beside(&mut rows, self.wrong.as_ref(), room);
        if let Some(waiting) = self.waits {
            rows.push(Row::blank());
            rows.push(Row::words(format!("◌ {} …   [Esc] leave it", waiting.words), crate::tui::theme::Role::Warning));
        }
        rows
    }
}
