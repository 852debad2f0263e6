//! Looks after operations that have no end: whether each goes on, by its task and its journal. What must hold: an operation
//! is only looked at here, and never ended.

use std::{collections::HashMap, sync::Arc};

use crate::{
    domain::{
        fleet::Reach,
        ids::{OperationId, Upid},
        moment::Moment,
        operation::Operation,
        plan::{
            Step,
            journal::{Output, output_of},
        },
        stuck::{Facts, HostNow, TaskNow, Verdict, judge},
    },
    operations::world::World,
    proxmox::{Exit, TaskStatus},
    store::Unfinished,
};

/// What was seen of the tasks of earlier looks.
#[derive(Default)]
pub struct Seen(HashMap<Upid, Traces>);

struct Traces {
    lines: usize,
    grew: Moment,
    last_line: Option<Arc<str>>,
    over: Option<Moment>,
}

/// Each that has no end, and how it is; `left` says why one could not be carried on here.
pub async fn look(
    world: &World,
    seen: &mut Seen,
    left: impl Fn(OperationId) -> Option<String>,
    now: Moment,
) -> Vec<(Operation, Verdict)> {
    // A store that cannot be read is told by whoever writes to it next.
    let Ok(unfinished) = world.store.unfinished_since().await else { return Vec::new() };
    let (mut judged, mut awaited) = (Vec::new(), Vec::new());
    for (Unfinished { operation, lease, .. }, last_word) in unfinished {
        let task = match awaited_task(&operation).filter(|_| answers(world, &operation) == HostNow::Answers) {
            Some(task) => {
                awaited.push(task.clone());
                ask(world, seen, &operation, &task, now).await
            }
            None => None,
        };
        let facts =
            Facts { last_word, held_until: lease, host: answers(world, &operation), task, left: left(operation.id) };
        let verdict = judge(&operation, &facts, now);
        judged.push((operation, verdict));
    }
    seen.0.retain(|task, _| awaited.contains(task));
    judged
}

fn answers(world: &World, operation: &Operation) -> HostNow {
    let fleet = world.fleet();
    let reach = operation.plan.subject.host().and_then(|host| fleet.host(host)).map(|host| &host.reach);
    match reach {
        None | Some(Reach::Online) => HostNow::Answers,
        Some(Reach::Waiting | Reach::Off | Reach::Lost(_)) => HostNow::Silent,
    }
}

fn awaited_task(operation: &Operation) -> Option<Upid> {
    let Step::AwaitTask { begun_by, .. } = operation.plan.steps.get(operation.step()?)? else { return None };
    match output_of(&operation.journal, *begun_by) {
        Some(Output::Task(task)) => Some(task.clone()),
        _ => None,
    }
}

/// Nothing where it could not be asked just now.
async fn ask(world: &World, seen: &mut Seen, operation: &Operation, task: &Upid, now: Moment) -> Option<TaskNow> {
    let client = world.client(operation.plan.subject.host()?).ok()?;
    let known = seen.0.entry(task.clone()).or_insert(Traces { lines: 0, grew: now, last_line: None, over: None });
    match client.task_status(task).await {
        Ok(TaskStatus::Ended(exit)) => {
            let how = match exit {
                Exit::Ok => "OK".to_owned(),
                Exit::Warnings(count) => format!("OK, {count} warnings"),
                Exit::Failed(why) => why,
            };
            Some(TaskNow::Over { seen: *known.over.get_or_insert(now), how })
        }
        Ok(TaskStatus::Running) => {
            let new = client.task_log(task, known.lines).await.ok()?;
            if let Some(last) = new.last() {
                (known.lines, known.grew, known.last_line) = (known.lines + new.len(), now, Some(last.as_str().into()));
            }
            Some(TaskNow::Runs { grew: known.grew, last_line: known.last_line.clone() })
        }
        Err(error) if error.is_passing() || error.keeps_us_out() => None,
        Err(error) => Some(TaskNow::Lost(crate::domain::fault::Fault::from(error).why)),
    }
}
