//! Operations: one at a time on a subject, and every acknowledged entry is in the file.

use std::{fs, path::Path, sync::Arc};

use proptest::prelude::*;
use proximity::{
    domain::{
        ids::{AppId, OperationId},
        moment::Moment,
        plan::{
            Plan, Subject,
            journal::{Entry, Outcome, Output},
        },
    },
    store::{BeginError, Store, Trouble},
};

use super::{any, block_on, place, plan};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn plans_and_entries_come_back_as_they_were(
        plan in any::plan(), journal in prop::collection::vec(any::entry(), 0..8), outcome in any::outcome(),
    ) {
        let place = place();
        let store = place.open();
        let id = block_on(async {
            let id = store.begin_operation(plan.clone(), Moment(1), "deck").await.unwrap();
            for entry in &journal {
                store.append(id, entry.clone(), Moment(2)).await.unwrap();
            }
            store.finish(id, outcome, Moment(3)).await.unwrap();
            id
        });
        let found = block_on(store.operation(id)).unwrap().unwrap();
        prop_assert_eq!(&found.plan, &Arc::new(plan));
        prop_assert_eq!(&found.journal, &journal);
        prop_assert_eq!((found.outcome(), found.began, found.ended.as_ref().map(|ended| ended.at)),
            (Some(outcome), Moment(1), Some(Moment(3))));
        drop(store);
        let (_, kept) = Store::open(&place.file).unwrap();
        prop_assert_eq!(kept.fleet.operations, vec![found]);
    }
}

/// What a disk holds when the machine stops here: the file and its log, but nothing of what SQLite has in memory.
fn as_after_a_kill(from: &Path, to: &Path) {
    fs::create_dir_all(to.parent().unwrap()).unwrap();
    for ending in ["", "-wal"] {
        let beside = |path: &Path| format!("{}{ending}", path.display());
        if Path::new(&beside(from)).exists() {
            fs::copy(beside(from), beside(to)).unwrap();
        }
    }
}

#[tokio::test]
async fn a_killed_program_has_every_entry_that_was_acknowledged() {
    let (alive, after) = (place(), place());
    let store = alive.open();
    let id = store.begin_operation(plan(100), Moment(1), "deck").await.unwrap();
    let mut written = Vec::new();
    for n in 0..20 {
        store.append(id, Entry::Began(n), Moment(2)).await.unwrap();
        written.push(Entry::Began(n));
        as_after_a_kill(&alive.file, &after.file);
        let (survivor, kept) = Store::open(&after.file).unwrap();
        assert_eq!(kept.fleet.operations[0].journal, written);
        assert!(kept.fleet.operations[0].is_running());
        drop(survivor);
    }
}

#[tokio::test]
async fn jobs_that_nobody_waits_for_any_more_are_done() {
    let place = place();
    let store = place.open();
    let id = store.begin_operation(plan(100), Moment(1), "deck").await.unwrap();
    let mut append = Box::pin(store.append(id, Entry::CancelAsked, Moment(2)));
    // Polled once: the job is on its way; then its caller is cancelled.
    let _ = futures_util::poll!(append.as_mut());
    drop(append);
    drop(store);
    let (_, kept) = Store::open(&place.file).unwrap();
    assert_eq!(kept.fleet.operations[0].journal, [Entry::CancelAsked]);
}

#[tokio::test]
async fn one_operation_runs_on_a_guest_whichever_process_asks() {
    let place = place();
    let (one, other) = (place.open(), place.open());
    let id = one.begin_operation(plan(100), Moment(5), "one").await.unwrap();
    let refused = other.begin_operation(plan(100), Moment(6), "other").await;
    assert!(matches!(refused, Err(BeginError::Busy(running)) if running == id), "{refused:?}");
    // An app and its guest are one thing.
    let guest = plan(100).subject.guest().unwrap().clone();
    let app = Plan { subject: Subject::App { app: AppId::new("web-1"), guest }, ..plan(100) };
    assert!(matches!(other.begin_operation(app, Moment(6), "other").await, Err(BeginError::Busy(_))));
    other.begin_operation(plan(101), Moment(6), "other").await.unwrap();
    one.finish(id, Outcome::Failed, Moment(7)).await.unwrap();
    other.begin_operation(plan(100), Moment(8), "other").await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_that_begin_at_once_one_does() {
    let place = place();
    let stores: Vec<Store> = (0..4).map(|_| place.open()).collect();
    for round in 0..10 {
        let begun = stores.iter().map(|store| store.begin_operation(plan(round), Moment(1), "deck"));
        let begun = futures_util::future::join_all(begun).await;
        let winners: Vec<OperationId> = begun.iter().filter_map(|begun| begun.as_ref().ok().copied()).collect();
        let [winner] = winners[..] else { panic!("{begun:?}") };
        for refused in begun.iter().filter_map(|begun| begun.as_ref().err()) {
            assert!(matches!(refused, BeginError::Busy(running) if *running == winner), "{refused:?}");
        }
    }
}

#[tokio::test]
async fn the_journal_of_what_ended_is_closed() {
    let place = place();
    let store = place.open();
    let id = store.begin_operation(plan(100), Moment(1), "deck").await.unwrap();
    store.finish(id, Outcome::Done, Moment(2)).await.unwrap();
    let late = store.append(id, Entry::Did(0, Output::Nothing), Moment(3)).await.unwrap_err();
    assert_eq!(late.trouble, Trouble::NotRunning(id));
    let twice = store.finish(id, Outcome::Failed, Moment(3)).await.unwrap_err();
    assert_eq!(twice.trouble, Trouble::NotRunning(id));
    let found = store.operation(id).await.unwrap().unwrap();
    assert_eq!((found.journal, found.ended.unwrap().outcome), (vec![], Outcome::Done));
}

#[tokio::test]
async fn a_retry_runs_again_unless_another_one_runs() {
    let place = place();
    let store = place.open();
    let id = store.begin_operation(plan(100), Moment(1), "deck").await.unwrap();
    assert!(matches!(store.retry_operation(id, Moment(2), "deck").await, Err(BeginError::Busy(busy)) if busy == id));
    store.finish(id, Outcome::Failed, Moment(2)).await.unwrap();
    let other = store.begin_operation(plan(100), Moment(3), "deck").await.unwrap();
    let refused = store.retry_operation(id, Moment(4), "deck").await;
    assert!(matches!(refused, Err(BeginError::Busy(running)) if running == other), "{refused:?}");
    store.finish(other, Outcome::Done, Moment(5)).await.unwrap();
    store.retry_operation(id, Moment(6), "deck").await.unwrap();
    let found = store.operation(id).await.unwrap().unwrap();
    assert_eq!((found.is_running(), found.journal), (true, vec![Entry::Retried]));
    let unknown = store.retry_operation(OperationId(99), Moment(7), "deck").await;
    assert!(matches!(unknown, Err(BeginError::Store(error)) if error.trouble == Trouble::Unknown(OperationId(99))));
}

#[test]
fn old_operations_go_and_what_runs_or_is_young_stays() {
    let place = place();
    let store = place.open();
    block_on(async {
        let mut ids = Vec::new();
        for vmid in 100..106 {
            let id = store.begin_operation(plan(vmid), Moment(1), "deck").await.unwrap();
            store.append(id, Entry::Began(0), Moment(2)).await.unwrap();
            ids.push(id);
        }
        for (n, id) in ids.iter().enumerate().take(5) {
            store.finish(*id, Outcome::Done, Moment(1_000 * (n as i64 + 1))).await.unwrap();
        }
        let left = async || {
            let mut left: Vec<_> = store.operations(10).await.unwrap().into_iter().map(|one| one.id).collect();
            left.reverse();
            left
        };
        assert_eq!(store.drop_old_operations(Moment(2_500), 100).await.unwrap(), 2);
        assert_eq!(left().await, ids[2..]);
        // The oldest ones beyond so many; the one that runs is none of them.
        assert_eq!(store.drop_old_operations(Moment(0), 2).await.unwrap(), 2);
        assert_eq!(left().await, ids[4..]);
        assert_eq!(store.drop_old_operations(Moment(9_000), 0).await.unwrap(), 1);
        assert_eq!(left().await, ids[5..]);
        let entry = rusqlite::Connection::open(&place.file).unwrap();
        let entries: i64 = entry.query_row("SELECT count(*) FROM entry", [], |row| row.get(0)).unwrap();
        assert_eq!(entries, 1);
    });
}
