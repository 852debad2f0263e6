//! Whether an operation goes on, and what is known where it does not. What must hold: it is judged by what its task and its
//! journal say; how long it takes is no reason by itself.

use std::{sync::Arc, time::Duration};

use super::{ids::OperationId, moment::Moment, operation::Operation};

/// A task that writes nothing for so long may still work: copying a disk is quiet.
const QUIET: Duration = Duration::from_secs(30 * 60);
/// Whoever awaits a task sees its end within seconds.
const UNSEEN: Duration = Duration::from_secs(120);
/// Steps without a task of their own end by themselves long before.
const WORDLESS: Duration = Duration::from_secs(60 * 60);

/// What is known of an operation that has no end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// Its journal's last word.
    pub last_word: Moment,
    /// Until when somebody holds it.
    pub held_until: Option<Moment>,
    pub host: HostNow,
    /// Of the task that it waits for.
    pub task: Option<TaskNow>,
    /// Why it could not be carried on here, where that was tried.
    pub left: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HostNow {
    Answers,
    Silent,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TaskNow {
    Runs {
        grew: Moment,
        last_line: Option<Arc<str>>,
    },
    /// First seen to be over at that moment; with how it ended.
    Over {
        seen: Moment,
        how: String,
    },
    /// Its node does not know it.
    Lost(String),
}

#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    Goes,
    /// For what.
    Waits(String),
    /// Nobody holds it any more: it is gone on with here.
    TakeUp,
    /// A person is to look.
    Stuck(Stuck),
}

#[derive(Debug, Clone, PartialEq)]
pub struct Stuck {
    pub operation: OperationId,
    pub name: String,
    pub since: Moment,
    /// What is known, a sentence each.
    pub evidence: Vec<String>,
}

pub fn judge(operation: &Operation, facts: &Facts, now: Moment) -> Verdict {
    // The operator was asked, and knows.
    if operation.asks() {
        return Verdict::Goes;
    }
    if facts.host == HostNow::Silent {
        return Verdict::Waits("its host does not answer; it goes on when that is back".into());
    }
    let is_held = facts.held_until.is_some_and(|until| now < until);
    match (&facts.left, is_held) {
        (None, false) => return Verdict::TakeUp,
        (Some(why), false) => return stuck(operation, facts.last_word, format!("it could not be gone on with: {why}")),
        (_, true) => {}
    }
    if let Some(fault) = operation.waits_for() {
        return Verdict::Waits(fault.why.clone());
    }
    match &facts.task {
        Some(TaskNow::Runs { grew, last_line }) if now.since(*grew) > QUIET => {
            let said = last_line.as_ref().map_or_else(|| "nothing at all".to_owned(), |line| format!("\"{line}\""));
            let quiet = minutes(now.since(*grew));
            stuck(operation, *grew, format!("its task runs and has written nothing for {quiet}; last it wrote {said}"))
        }
        Some(TaskNow::Over { seen, how }) if now.since(*seen) > UNSEEN => {
            stuck(operation, *seen, format!("its task is over ({how}), and whoever holds it has not seen that"))
        }
        Some(TaskNow::Lost(why)) if now.since(facts.last_word) > UNSEEN => {
            stuck(operation, facts.last_word, format!("its task is not known any more: {why}"))
        }
        None if now.since(facts.last_word) > WORDLESS => {
            let silent = minutes(now.since(facts.last_word));
            stuck(operation, facts.last_word, format!("its journal has no word for {silent}"))
        }
        _ => Verdict::Goes,
    }
}

fn stuck(operation: &Operation, since: Moment, why: String) -> Verdict {
    let step = operation.step().and_then(|i| Some((i, operation.plan.steps.get(i)?)));
    let (at, all) = operation.progress();
    let place = step.map(|(_, step)| format!("it is at step {at} of {all}: {}", step.title()));
    let back = operation.turns_back().then(|| "what it did is being taken back".to_owned());
    let evidence = std::iter::once(why).chain(place).chain(back).collect();
    Verdict::Stuck(Stuck { operation: operation.id, name: operation.plan.name.clone(), since, evidence })
}

fn minutes(time: Duration) -> String {
    format!("{} min", time.as_secs() / 60)
}
