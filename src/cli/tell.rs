//! Tells how an operation goes on, for people on stderr or for scripts an object a line. What must hold: each step, fault
//! and log line is told once, however often the operation is looked at.

use std::sync::Arc;

use serde::Serialize;

use super::print::Printer;
use crate::domain::{
    ids::Upid,
    operation::Operation,
    plan::journal::{Choice, Entry},
};

#[derive(Default)]
pub struct Teller {
    /// Entries of the journal that were told; nothing before the first look.
    entries: Option<usize>,
    log: Vec<Arc<str>>,
    note: Option<Arc<str>>,
    task: Option<Upid>,
}

/// What a script reads; what is not said did not change.
#[derive(Default, Serialize)]
struct Word<'a> {
    operation: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    step: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    steps: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    /// `begun`, `undoing`, `failed`, `waits`, `undo-failed`, `cancelled`, `asked`, `keep`, `undo` or `retried`
    #[serde(skip_serializing_if = "Option::is_none")]
    event: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    task: Option<&'a Upid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    log: Option<&'a str>,
}

impl Teller {
    pub fn tell(&mut self, operation: &Operation, printer: &Printer) {
        self.tell_journal(operation, printer);
        let word = || Word { operation: operation.id.0, ..Word::default() };
        if operation.task.is_some() && operation.task != self.task {
            self.task.clone_from(&operation.task);
            printer.detail(&Word { task: operation.task.as_ref(), ..word() });
        }
        if operation.note != self.note {
            self.note.clone_from(&operation.note);
            // What is taken back is told by its entry.
            if let Some(note) = operation.note.as_ref().filter(|_| !operation.turns_back()) {
                printer.progress(&Word { note: Some(note), ..word() }, &format!("      {note}"));
            }
        }
        for line in news(&self.log, &operation.log) {
            printer.progress(&Word { log: Some(line), ..word() }, &format!("      | {line}"));
        }
        self.log.clone_from(&operation.log);
    }

    fn tell_journal(&mut self, operation: &Operation, printer: &Printer) {
        let told = self.entries.unwrap_or_else(|| since_retry(&operation.journal));
        for entry in operation.journal.iter().skip(told) {
            if let Some((word, line)) = told_as(operation, entry) {
                printer.progress(&word, &line);
            }
        }
        self.entries = Some(operation.journal.len());
    }
}

/// What went wrong before the last try was told then.
fn since_retry(journal: &[Entry]) -> usize {
    journal.iter().rposition(|entry| matches!(entry, Entry::Retried)).unwrap_or(0)
}

fn told_as(operation: &Operation, entry: &Entry) -> Option<(Word<'static>, String)> {
    let (event, at, why) = match entry {
        Entry::Began(at) => ("begun", Some(*at), None),
        Entry::UndoBegan(at, _) => ("undoing", Some(*at), None),
        Entry::Failed(at, fault) => ("failed", Some(*at), Some(fault.to_string())),
        Entry::Waits(at, fault, _) => ("waits", Some(*at), Some(fault.to_string())),
        Entry::UndoFailed(at, fault) => ("undo-failed", Some(*at), Some(fault.to_string())),
        Entry::CancelAsked => ("cancelled", None, None),
        Entry::Asked => ("asked", None, None),
        Entry::Answered(Choice::Keep) => ("keep", None, None),
        Entry::Answered(Choice::Undo) => ("undo", None, None),
        Entry::Retried => ("retried", None, None),
        Entry::Did(..) | Entry::Undid(_) => return None,
    };
    let place = at.and_then(|at| counted(operation, at));
    // What a person does not count is told only when it goes wrong.
    if place.is_none() && at.is_some() && why.is_none() {
        return None;
    }
    let (_, steps) = operation.progress();
    let title = place.as_ref().map(|(_, title)| title.clone());
    let step = place.map(|(step, _)| step);
    let line = line(operation, event, step.zip(title.as_deref()), why.as_deref());
    let word = Word {
        operation: operation.id.0,
        step,
        steps: step.map(|_| steps),
        title,
        event: Some(event),
        why,
        ..Word::default()
    };
    Some((word, line))
}

/// A step's number and title as a person counts them; nothing for the wait that belongs to a step.
fn counted(operation: &Operation, at: usize) -> Option<(usize, String)> {
    let found = operation.plan.visible().position(|(i, _)| i == at)?;
    operation.plan.steps.get(at).map(|step| (found + 1, step.title()))
}

fn line(operation: &Operation, event: &str, step: Option<(usize, &str)>, why: Option<&str>) -> String {
    let (name, (_, steps)) = (&operation.plan.name, operation.progress());
    match (event, step, why) {
        ("begun", Some((step, title)), _) => format!("{step}/{steps} {name} {title}"),
        ("undoing", Some((step, title)), _) => format!("{step}/{steps} {name} takes back: {title}"),
        ("waits", _, Some(why)) => format!("      tried again later: {why}"),
        (_, _, Some(why)) => format!("      ✖ {why}"),
        ("keep", ..) => format!("      what was made for {name} stays"),
        ("undo", ..) => format!("      what was made for {name} is taken back"),
        _ => format!("      {event}"),
    }
}

/// The lines that were not there before: a log is shown by its newest lines, so it moves up.
pub fn news<'a, T: PartialEq>(before: &[T], now: &'a [T]) -> &'a [T] {
    let longest = before.len().min(now.len());
    let shared = (0..=longest).rev().find(|n| before[before.len() - n..] == now[..*n]).unwrap_or(0);
    &now[shared..]
}
