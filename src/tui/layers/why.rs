//! An operation, near: what it did step by step, what it does now, why it failed and what to do, and what was said
//! meanwhile. The same pane shows it while it runs, while it asks, and when it is over.

use std::time::Duration;

use super::{
    panel::{Row, told},
    wrap,
};
use crate::{
    domain::{fault::Fault, operation::Operation, plan::journal::Outcome},
    tui::{
        event::Now,
        keymap::Place,
        model::{
            Model,
            progress::{self, Stand},
            tale,
        },
        theme::Role,
        widgets::{
            brush::{fit, width},
            figures,
        },
    },
};

pub fn why(operation: &Operation, model: &Model, now: Now, room: u16) -> Vec<Row> {
    let mut rows = upshot(operation, now, room);
    rows.push(vec![]);
    rows.push(dim(&format!("began {}", model.time_of_day(operation.began))));
    rows.extend(steps(operation, model, now, room));
    rows.push(vec![]);
    rows.push(dim("log of the task"));
    if operation.log.is_empty() {
        rows.push(dim(figures::UNKNOWN));
    }
    rows.extend(operation.log.iter().flat_map(|line| wrap(line, room)).map(|line| vec![(line, Role::Text)]));
    rows.push(vec![]);
    rows.push(dim(&model.keymap.reword(if operation.asks() { Place::Asks } else { Place::Why }, keys(operation))));
    rows
}

/// What is not known yet, or not any more.
pub fn unknown() -> Vec<Row> {
    vec![dim("looking for it …")]
}

fn keys(operation: &Operation) -> &'static str {
    match (operation.is_running(), operation.fault()) {
        (true, _) if operation.asks() => "[k] keep what was made   [x] undo it   [Esc] close: it waits",
        (true, _) if operation.turns_back() => "[Esc] close: it goes on",
        (true, _) => "[x] cancel   [Esc] close: it goes on",
        (false, Some(_)) => "[r] try once more   [Esc] close",
        (false, None) => "[Esc] close",
    }
}

fn dim(text: &str) -> Row {
    vec![(text.to_owned(), Role::Dim)]
}

fn faulty(fault: &Fault, room: u16) -> Vec<Row> {
    told(
        &[("what", &*fault.what, Role::Danger), ("why", &fault.why, Role::Text), ("now", &fault.remedy, Role::Title)],
        room,
    )
}

/// How it stands: what, why and now of a failure, else a word and the time it took.
fn upshot(operation: &Operation, now: Now, room: u16) -> Vec<Row> {
    let is_over = !operation.is_running() || operation.asks();
    if let Some(fault) = operation.fault().filter(|_| is_over) {
        let mut rows = faulty(fault, room);
        if operation.outcome() == Some(Outcome::Partly) {
            let (done, all) = operation.parts();
            let words = format!(
                "{done} of {all} were {}, and stay so. [r] goes on; [U] among the operations takes that back.",
                operation.plan.kind.parted()
            );
            rows.extend(wrap(&words, room).into_iter().map(|line| vec![(line, Role::Warning)]));
        }
        if operation.asks() {
            let question = "What was made is still there. Is it to be kept, or taken back?";
            rows.extend(wrap(question, room).into_iter().map(|line| vec![(line, Role::Warning)]));
        }
        return rows;
    }
    let (sign, what) = tale(operation);
    let until = operation.ended.as_ref().map_or(now.wall, |ended| ended.at);
    let time = figures::clock(until.since(operation.began));
    let role = if sign == '✓' { Role::Good } else { Role::Warning };
    let mut row: Row =
        vec![(format!("{sign} "), role), (what.to_owned(), Role::Title), (format!("   {time}"), Role::Dim)];
    if operation.is_running() && operation.plan.visible().count() > 1 {
        row.push((format!("   {}", progress::count(operation)), Role::Text));
        row.extend(
            progress::share(operation).map(|share| (format!("   {} {}", bar(share), percent(share)), Role::Accent)),
        );
    }
    let mut rows = vec![row];
    rows.extend(operation.fault().into_iter().flat_map(|fault| faulty(fault, room)));
    rows
}

fn bar(share: f32) -> String {
    const WIDE: usize = 12;
    let lit = (share * WIDE as f32).round() as usize;
    format!("{}{}", "▰".repeat(lit.min(WIDE)), "▱".repeat(WIDE - lit.min(WIDE)))
}

fn percent(share: f32) -> String {
    format!("{} %", figures::percent(Some(share)))
}

fn steps(operation: &Operation, model: &Model, now: Now, room: u16) -> Vec<Row> {
    let stages = progress::stages(operation, &model.times);
    let mut rows = Vec::new();
    for (i, stage) in stages.iter().enumerate() {
        let (sign, role, beside) = face(&stage.stand, now);
        let title = fit(&stage.title, room.saturating_sub(width(&beside) + 7)).into_owned();
        let gap = room.saturating_sub(width(&title) + width(&beside) + 5);
        let text = match stage.stand {
            Stand::NotYet | Stand::Undone => Role::Dim,
            Stand::Runs(_) | Stand::Undoing => Role::Title,
            _ => Role::Text,
        };
        rows.push(vec![
            (format!("{sign} "), role),
            (format!("{:>2} ", i + 1), Role::Dim),
            (title, text),
            (" ".repeat(usize::from(gap)), Role::Dim),
            (beside, if matches!(stage.stand, Stand::Done(_)) { Role::Dim } else { role }),
        ]);
        if matches!(stage.stand, Stand::Runs(_)) {
            rows.extend(operation.note.as_ref().map(|note| dim(&fit(&format!("     {note}"), room))));
        }
        if let Stand::Waits(fault, ..) | Stand::UndoFailed(fault) = &stage.stand {
            let why = format!("{}: {}", fault.what, fault.why);
            rows.extend(wrap(&why, room.saturating_sub(5)).into_iter().map(|line| dim(&format!("     {line}"))));
        }
    }
    rows
}

/// Its sign, and what stands beside it.
fn face(stand: &Stand, now: Now) -> (char, Role, String) {
    match stand {
        Stand::NotYet => ('·', Role::Off, String::new()),
        Stand::Runs(since) => {
            ('◌', Role::Warning, since.map_or(String::new(), |since| figures::clock(now.wall.since(since))))
        }
        Stand::Waits(_, until, tries) => {
            let left = until.since(now.wall).as_secs();
            ('◌', Role::Warning, format!("tried {tries} times, again in {left} s"))
        }
        Stand::Done(took) => ('✓', Role::Good, took.map_or(String::new(), lasted)),
        Stand::Failed(_) => ('✖', Role::Danger, "failed".into()),
        Stand::Undoing => ('◍', Role::Warning, "is being taken back".into()),
        Stand::Undone => ('←', Role::Dim, "taken back".into()),
        Stand::UndoFailed(_) => ('✖', Role::Danger, "could not be taken back".into()),
    }
}

/// With tenths of a second where they say something.
fn lasted(time: Duration) -> String {
    match time.as_secs() {
        _ if time.as_millis() < 50 => String::new(),
        0..10 => format!("{:.1} s", time.as_secs_f32()),
        10..100 => format!("{} s", time.as_secs()),
        _ => figures::clock(time),
    }
}

/// All of it as text, for the clipboard.
pub fn as_text(operation: &Operation, model: &Model) -> String {
    let sign = |stand: &Stand| face(stand, model.now).0;
    let stages = progress::stages(operation, &model.times);
    let mut lines = vec![format!("{} {}", operation.plan.kind.slug(), operation.plan.name)];
    lines.extend(
        stages.iter().enumerate().map(|(i, stage)| format!("{} {:>2} {}", sign(&stage.stand), i + 1, stage.title)),
    );
    lines.extend(operation.fault().map(ToString::to_string));
    lines.join("\n")
}
