//! A Proximity that dies in the middle of an operation: the next one goes on where the journal ends, and nothing is
//! begun twice.

use proximity::{
    domain::{
        fleet::Power,
        plan::{
            journal::{Entry, Outcome, Output},
            power::PowerWish,
        },
    },
    engine::Duty,
};

use super::lab::{Lab, ended, orders, power, some_container, until};

#[tokio::test]
async fn a_running_task_is_re_attached_to_by_the_next_start() {
    let lab = Lab::open().await;
    let engine = lab.watching().await;
    let guest = some_container(&engine, Power::Stopped);
    let id = power(&engine, &guest.key, PowerWish::Start).await.unwrap();
    until(&engine, |fleet| fleet.operation(id).is_some_and(|operation| operation.task.is_some())).await;
    engine.close().await;

    let next = lab.engine(Duty::Watch).await;
    let operation = ended(&next, id).await;
    assert_eq!(operation.outcome(), Some(Outcome::Done), "{:?}", operation.journal);
    assert_eq!(orders(&lab, &guest, "start"), 1);
    next.close().await;
}

#[tokio::test]
async fn an_order_whose_answer_was_never_written_down_is_looked_for_first() {
    let lab = Lab::open().await;
    let engine = lab.watching().await;
    let guest = some_container(&engine, Power::Stopped);
    let id = power(&engine, &guest.key, PowerWish::Start).await.unwrap();
    let begun = ended(&engine, id).await;
    engine.close().await;

    // The same journal, as it would stand had the program died between the order and the note of its task.
    forget_all_but_the_beginning(&lab, id);
    let next = lab.engine(Duty::Watch).await;
    let operation = ended(&next, id).await;
    let task = |entry: &Entry| match entry {
        Entry::Did(0, Output::Task(upid)) => Some(upid.clone()),
        _ => None,
    };
    assert_eq!(operation.journal.iter().find_map(task), begun.journal.iter().find_map(task));
    assert_eq!(orders(&lab, &guest, "start"), 1);
    next.close().await;
}

fn forget_all_but_the_beginning(lab: &Lab, id: proximity::domain::ids::OperationId) {
    lab.meddle(&format!(
        "UPDATE operation SET ended = NULL, outcome = NULL, lease = NULL WHERE id = {id};
         DELETE FROM entry WHERE operation = {id} AND n > (SELECT min(n) FROM entry WHERE operation = {id});"
    ));
}
