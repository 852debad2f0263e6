//! The error book: what Proxmox says, turned into what happened, why, and what to do. What must hold: every failure ends
//! in a fault with a remedy, the unknown ones too, and Proxmox's own words are never lost.

mod entries;
mod faults;
mod pattern;

use entries::{Entry, last_words, reasons};

use super::grants::grant;
use crate::domain::fault::{Fault, FaultCode, FaultKind};

/// What a task's failure means: `exit` is its exit status, `log` are its last lines, `name` is what the operator calls
/// the guest.
pub fn explain_task(exit: &str, log: &[impl AsRef<str>], name: &str) -> Fault {
    explain_task_of("USER@REALM", exit, log, name)
}

/// The same for a task of the login `who`, so that a right it lacks comes with the command that grants it.
pub(super) fn explain_task_of(who: &str, exit: &str, log: &[impl AsRef<str>], name: &str) -> Fault {
    let what = format!("the Proxmox task for {name} failed");
    // The exit status is often only the last link of a chain whose first stands in the log.
    let texts: Vec<&str> = std::iter::once(exit).chain(log.iter().rev().map(AsRef::as_ref)).collect();
    match look_up(&texts, who) {
        Some(found) => found.into_fault(what),
        None => Fault::lasting(
            FaultCode::Failed,
            what,
            unknown_reason(exit, log),
            "read the log of the task, mend what it names, and try again",
        ),
    }
}

/// What an entry of the book says of one text.
struct Found {
    code: FaultCode,
    kind: FaultKind,
    why: String,
    remedy: String,
}

impl Found {
    fn into_fault(self, what: String) -> Fault {
        Fault::new(self.code, self.kind, what, self.why, self.remedy)
    }
}

/// What explains the most: a reason in the first text, which came last and sums up the others; then one in any of them.
fn look_up(texts: &[&str], who: &str) -> Option<Found> {
    let right = || texts.iter().find_map(|text| missing_right(text, who));
    let first = &texts[..texts.len().min(1)];
    right()
        .or_else(|| among(reasons(), first))
        .or_else(|| among(reasons(), texts))
        .or_else(|| among(last_words(), texts))
}

fn among(mut entries: impl Iterator<Item = &'static Entry>, texts: &[&str]) -> Option<Found> {
    entries.find_map(|entry| {
        let (text, caught) = texts.iter().find_map(|text| Some((*text, pattern::catch(entry.pattern, text)?)))?;
        Some(entry.filled(text, &caught))
    })
}

/// `Permission check failed (/vms/100, VM.PowerMgmt)`, and the command that mends it.
fn missing_right(text: &str, who: &str) -> Option<Found> {
    let caught = pattern::catch("Permission check failed (/*, *)", text)?;
    let [path, privileges] = caught.as_slice() else { return None };
    let path = format!("/{path}");
    // Of several one is enough.
    let privilege = privileges.split('|').next().unwrap_or(privileges);
    Some(Found {
        code: FaultCode::Refused,
        kind: FaultKind::Lasting,
        why: format!("{who} lacks the privilege {} on {path}", privileges.replace('|', " or ")),
        remedy: format!("grant it in a shell of the host: {}", grant(privilege, &path, who)),
    })
}

impl Entry {
    fn filled(&self, text: &str, caught: &[&str]) -> Found {
        let fill = |template: &str| {
            let start = template.replace("{text}", text.trim());
            caught.iter().enumerate().fold(start, |text, (i, part)| text.replace(&format!("{{{i}}}"), part))
        };
        Found { code: self.code, kind: self.kind, why: fill(self.why), remedy: fill(self.remedy) }
    }
}

/// What the log complains of, where the exit status says no more than that there were errors.
fn unknown_reason(exit: &str, log: &[impl AsRef<str>]) -> String {
    let is_empty_word = ["job errors", "unexpected status", ""].contains(&exit.trim());
    let complaint = log.iter().rev().map(|line| line.as_ref().trim()).find_map(|line| line.strip_prefix("ERROR: "));
    match complaint {
        Some(complaint) if is_empty_word => complaint.to_owned(),
        _ if exit.trim().is_empty() => "Proxmox gave no reason".to_owned(),
        _ => exit.trim().to_owned(),
    }
}
