//! The light of a backup's age, and what happened in a few words. Never colour alone.

use crate::{
    domain::{
        backup::{Age, BoardRow, Coverage, Inside, ProofResult, RunEnd},
        moment::Moment,
    },
    tui::{
        model::Model,
        theme::Role,
        widgets::{
            figures::{self, UNKNOWN},
            led::{Beat, Led},
            unit::Saved,
        },
    },
};

/// Nothing where nobody knows.
pub fn of(age: Option<Age>) -> Led {
    let (glyph, role) = match age {
        Some(Age::Fresh) => ('●', Role::Good),
        Some(Age::Due) => ('◐', Role::Warning),
        Some(Age::Stale) => ('✖', Role::Danger),
        Some(Age::Never) => ('○', Role::Off),
        None => ('◇', Role::Dim),
    };
    Led::new(glyph, role, Beat::Steady)
}

/// How old the newest one is.
pub fn age(row: &BoardRow, age: Option<Age>, now: Moment) -> (String, Role) {
    let words = match &row.newest {
        Some(backup) => figures::age(now.since(backup.made)),
        None if age.is_some() => "none".into(),
        None => UNKNOWN.into(),
    };
    (words, of(age).word_role())
}

/// The same in the few cells that a unit has for it. A run that failed is told there, whatever there was before.
pub fn saved(row: &BoardRow, known: Option<Age>, now: Moment) -> Saved {
    let (age, role) = age(row, known, now);
    let has_failed = row.last_run.as_ref().is_some_and(|run| run.end != RunEnd::Good);
    match (has_failed, known) {
        (true, _) => Saved { age, sign: '✖', role: Role::Danger },
        (false, Some(Age::Fresh)) => Saved { age, sign: '✓', role },
        (false, _) => Saved { age, sign: of(known).glyph, role },
    }
}

/// How the last one went.
pub fn last(row: &BoardRow) -> (String, Role) {
    let Some(run) = &row.last_run else { return (UNKNOWN.into(), Role::Dim) };
    match (&run.end, &run.weakened) {
        (RunEnd::Failed(why), _) => (format!("✖ {why}"), Role::Danger),
        (RunEnd::Good, Some(_)) => {
            let mode = run.mode.map_or("another way", |mode| mode.slug());
            (format!("◐ by {mode}"), Role::Warning)
        }
        (RunEnd::Good, None) => {
            let took = run.took.map_or(String::new(), |took| format!(" in {}", figures::span(took)));
            (format!("✓{took}"), Role::Good)
        }
    }
}

/// When the next one comes, or that none does.
pub fn next(row: &BoardRow, model: &Model) -> (String, Role) {
    match (row.next_run, &row.coverage) {
        (Some(at), _) => (soon(model, at), Role::Text),
        (None, Coverage::None) => ("no job".into(), Role::Warning),
        (None, _) => (UNKNOWN.into(), Role::Dim),
    }
}

/// The time alone where that says enough.
pub fn soon(model: &Model, at: Moment) -> String {
    const DAY: u64 = 24 * 3600;
    match at.since(model.board.as_of()).as_secs() {
        0..DAY => model.time_of_day(at),
        _ => model.day_of(at),
    }
}

/// Whether all of its data is in it.
pub fn inside(row: &BoardRow) -> (String, Role) {
    match &row.inside {
        Inside::All => ("✓ all".into(), Role::Good),
        Inside::Without(paths) => (format!("◐ without {}", paths.join(" ")), Role::Warning),
        Inside::Unknown => (UNKNOWN.into(), Role::Dim),
    }
}

/// When one was seen to start, or that none ever was.
pub fn proved(row: &BoardRow, model: &Model) -> (String, Role) {
    match &row.proof {
        None if row.newest.is_none() => (UNKNOWN.into(), Role::Dim),
        None => ("never".into(), Role::Dim),
        Some(proof) => match proof.result {
            ProofResult::Good => (format!("✓ {}", model.day_of(proof.at)), Role::Good),
            ProofResult::Bad(_) => (format!("✖ {}", model.day_of(proof.at)), Role::Danger),
        },
    }
}
