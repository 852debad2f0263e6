//! What is kept of backups: it comes back as it was, and leaves nothing behind that is no more.

use std::{sync::Arc, time::Duration};

use proptest::prelude::*;
use proximity::{
    domain::{
        backup::{
            Backup, BackupKey, BackupMode, Backups, Compression, Fill, Guarding, HostBackups, Job, JobState, Proof,
            ProofResult, RUNS_KEPT, Run, RunEnd, Runner, ScheduleId, Seal, Selection, Shelf, Told, Verdict,
        },
        fault::{Fault, FaultCode},
        fleet::{GuestKind, Usage},
        ids::{AppId, GuestKey, HostId, NodeName, StorageName, Upid, Vmid},
        moment::Moment,
    },
    store::{Scheduled, Store},
};
use rusqlite::Connection;

use super::{block_on, host, place};

fn lab() -> HostId {
    HostId::new("lab")
}

fn guest(vmid: u32) -> GuestKey {
    GuestKey { host: lab(), vmid: Vmid(vmid) }
}

fn backup(storage: &str, vmid: u32, made: i64) -> Arc<Backup> {
    Arc::new(Backup {
        key: BackupKey { host: lab(), volume: format!("{storage}:backup/vzdump-lxc-{vmid}-{made}.tar.zst").into() },
        node: NodeName::new("pve1"),
        guest: guest(vmid),
        kind: GuestKind::Container,
        made: Moment(made),
        size: Some(7),
        format: "tar.zst".into(),
        note: None,
        guarding: Guarding::Free,
        seal: Seal::Open,
        verified: None,
    })
}

fn shelf(storage: &str, as_of: i64, known: Vec<Arc<Backup>>) -> Arc<Shelf> {
    Arc::new(Shelf {
        host: lab(),
        node: NodeName::new("pve1"),
        storage: StorageName::new(storage),
        kind: "nfs".into(),
        is_shared: true,
        usage: Some(Usage { used: 1, total: 2 }),
        content: Told { known: Some(known), as_of: Some(Moment(as_of)), fault: None },
    })
}

fn run(vmid: u32, began: i64) -> Arc<Run> {
    Arc::new(Run {
        task: Upid::new(format!("UPID:pve1:{began}")),
        guest: guest(vmid),
        began: Moment(began),
        took: Some(Duration::from_millis(1_500)),
        mode: Some(BackupMode::Suspend),
        weakened: Some("some volumes do not support snapshots".into()),
        end: RunEnd::Good,
        volume: Some("bak:backup/x".into()),
        size: Some(u64::MAX >> 1),
        left_out: vec!["/data".into(), "/it's \"quoted\"".into()],
    })
}

fn job(id: &str) -> Job {
    Job {
        id: ScheduleId { host: lab(), id: id.into() },
        runner: Runner::Watch,
        schedule: "02:30".into(),
        state: JobState::Enabled,
        of: Some(Selection::Apps),
        storage: Some(StorageName::new("bak")),
        mode: BackupMode::Snapshot,
        compression: Compression::Zstd,
        keeps: None,
        note: None,
        guarding: Guarding::Free,
        comment: None,
        repeats_missed: true,
        next_run: Some(Moment(9)),
    }
}

fn proof(at: i64, result: ProofResult) -> Proof {
    Proof {
        app: AppId::new("web-1"),
        backup: BackupKey { host: lab(), volume: "bak:backup/x".into() },
        made: Moment(1),
        at: Moment(at),
        took: Duration::from_secs(3),
        result,
    }
}

async fn kept(store: &Store) -> Arc<Backups> {
    store.load().await.unwrap().fleet.backups
}

fn words() -> impl Strategy<Value = String> {
    prop_oneof!["[a-z]{1,8}", "\\PC{1,12}", Just("it's \"quoted\"\n; DROP TABLE host".to_owned())]
}

fn any_backup() -> impl Strategy<Value = Backup> {
    let seal =
        prop_oneof![Just(Seal::Open), Just(Seal::Encrypted), words().prop_map(|key| Seal::With(key.as_str().into()))];
    let verified = proptest::option::of(prop_oneof![Just(Verdict::Whole), Just(Verdict::Damaged)]);
    let texts = (words(), words(), proptest::option::of(words()));
    (texts, any::<u32>(), any::<bool>(), any::<i64>(), proptest::option::of(any::<u64>()), seal, verified).prop_map(
        |((path, format, note), vmid, flag, made, size, seal, verified)| Backup {
            key: BackupKey { host: lab(), volume: format!("bak:{path}").into() },
            kind: if flag { GuestKind::Machine } else { GuestKind::Container },
            guarding: if flag { Guarding::Protected } else { Guarding::Free },
            made: Moment(made),
            format: format.into(),
            note: note.map(Into::into),
            size,
            seal,
            verified,
            ..Backup::clone(&backup("bak", vmid, 0))
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn every_backup_comes_back_as_it_was(backups in proptest::collection::vec(any_backup(), 0..6), is_told in any::<bool>()) {
        let place = place();
        let store = place.open();
        let fault = Fault::passing(FaultCode::Unreachable, "it cannot be read", "it is off", "switch it on");
        let mut one = Shelf::clone(&shelf("bak", 5, backups.into_iter().map(Arc::new).collect()));
        one.content.fault = is_told.then_some(fault);
        let all = vec![Arc::new(one)];
        block_on(async {
            store.put_host(host("lab")).await.unwrap();
            store.put_shelves(lab(), all.clone()).await.unwrap();
        });
        drop(store);
        let (_, kept) = Store::open(&place.file).unwrap();
        prop_assert_eq!((kept.fleet.backups.shelves.clone(), kept.unread.len()), (all, 0));
    }
}

#[tokio::test]
async fn jobs_runs_proofs_schedules_and_readings_come_back_as_they_were() {
    let place = place();
    let store = place.open();
    store.put_host(host("lab")).await.unwrap();
    let mut told = HostBackups { host: lab(), jobs: Told::default(), uncovered: Told::default() };
    told.jobs.take(Ok(vec![job("a"), job("b")]), Moment(3));
    told.uncovered.take(Err(Fault::lasting(FaultCode::Refused, "no", "a", "b")), Moment(3));
    store.put_jobs(told.clone()).await.unwrap();
    let mut failed = Run::clone(&run(101, 20));
    (failed.end, failed.volume, failed.left_out) = (RunEnd::Failed("no room".into()), None, Vec::new());
    let failed = Arc::new(failed);
    let tasks = vec![
        (Upid::new("UPID:pve1:20"), Moment(20), vec![failed.clone()]),
        (Upid::new("UPID:pve1:10"), Moment(10), vec![run(100, 10), run(101, 10)]),
        (Upid::new("UPID:pve1:5"), Moment(5), Vec::new()),
    ];
    store.put_runs(lab(), tasks, Moment(30)).await.unwrap();
    for at in [4, 6] {
        store.put_proof(proof(at, ProofResult::Bad("it does not answer".into()))).await.unwrap();
    }
    store.put_schedule(job("own")).await.unwrap();
    let fill = |day: i64, used: u64| Fill {
        host: lab(),
        node: (day > 1).then(|| NodeName::new("pve1")),
        storage: StorageName::new("bak"),
        day,
        usage: Usage { used, total: 9 },
    };
    store.put_fills(vec![fill(1, 3), fill(2, 5), fill(1, 4)]).await.unwrap();
    let backups = kept(&store).await;
    assert_eq!(backups.hosts, [told]);
    assert_eq!(backups.runs, [failed, run(100, 10), run(101, 10)]);
    assert_eq!(backups.proofs.iter().map(|proof| proof.at).collect::<Vec<_>>(), [Moment(6), Moment(4)]);
    assert_eq!(store.proofs(AppId::new("web-1")).await.unwrap(), backups.proofs);
    assert_eq!(backups.own_jobs, [job("own")]);
    assert_eq!(backups.fills, [fill(1, 4), fill(2, 5)], "one a day, the last one");
    let known = store.known_run_tasks(lab()).await.unwrap();
    assert_eq!(known.len(), 3, "one that had no guest is not read again either");
}

#[tokio::test]
async fn a_shelf_that_is_no_more_and_a_host_that_was_removed_leave_nothing() {
    let place = place();
    let store = place.open();
    store.put_host(host("lab")).await.unwrap();
    let (one, other) = (shelf("bak", 5, vec![backup("bak", 100, 1)]), shelf("pbs", 5, vec![backup("pbs", 100, 2)]));
    store.put_shelves(lab(), vec![one.clone(), other.clone()]).await.unwrap();
    store.put_shelves(lab(), vec![one.clone()]).await.unwrap();
    let backups = kept(&store).await;
    assert_eq!((backups.shelves.as_slice(), backups.of(&guest(100)).len()), (&[one.clone()][..], 1));
    store.put_runs(lab(), vec![(Upid::new("UPID:pve1:10"), Moment(10), vec![run(100, 10)])], Moment(30)).await.unwrap();
    store.put_proof(proof(4, ProofResult::Good)).await.unwrap();
    store.put_schedule(job("own")).await.unwrap();
    store.remove_host(lab()).await.unwrap();
    // A look that was under way brings it once more.
    store.put_shelves(lab(), vec![one]).await.unwrap();
    store.put_runs(lab(), vec![(Upid::new("UPID:pve1:11"), Moment(11), vec![run(100, 11)])], Moment(30)).await.unwrap();
    store.put_proof(proof(5, ProofResult::Good)).await.unwrap();
    assert_eq!(*kept(&store).await, Backups::default());
    let connection = Connection::open(&place.file).unwrap();
    for table in ["backup_shelf", "backup_content", "backup_jobs", "backup_task", "backup_run", "proof", "schedule"] {
        let rows: i64 = connection.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap();
        assert_eq!(rows, 0, "{table}");
    }
}

#[tokio::test]
async fn a_storage_that_could_not_be_read_empties_nothing_and_an_older_reading_replaces_no_newer_one() {
    let place = place();
    let store = place.open();
    store.put_host(host("lab")).await.unwrap();
    let newer = shelf("bak", 9, vec![backup("bak", 100, 1)]);
    store.put_shelves(lab(), vec![newer.clone()]).await.unwrap();
    let mut unread = Shelf::clone(&newer);
    unread.content = Told { known: None, as_of: None, fault: None };
    store.put_shelves(lab(), vec![Arc::new(unread)]).await.unwrap();
    assert_eq!(kept(&store).await.shelves, std::slice::from_ref(&newer));
    store.put_shelves(lab(), vec![shelf("bak", 8, Vec::new())]).await.unwrap();
    assert_eq!(kept(&store).await.shelves, [newer]);
    let emptied = shelf("bak", 10, Vec::new());
    store.put_shelves(lab(), vec![emptied.clone()]).await.unwrap();
    assert_eq!(kept(&store).await.shelves, [emptied]);
}

#[tokio::test]
async fn of_two_processes_that_see_a_schedule_due_one_runs_it() {
    let place = place();
    let (one, other) = (place.open(), place.open());
    one.put_host(host("lab")).await.unwrap();
    one.put_schedule(job("own")).await.unwrap();
    let id = job("own").id;
    let taken = [
        one.mark_schedule_run(id.clone(), Moment(50)).await.unwrap(),
        other.mark_schedule_run(id.clone(), Moment(50)).await.unwrap(),
        other.mark_schedule_run(id.clone(), Moment(60)).await.unwrap(),
    ];
    assert_eq!(taken, [true, false, true]);
    let mut changed = job("own");
    changed.schedule = "03:00".into();
    one.put_schedule(changed.clone()).await.unwrap();
    let last_run = Some(Moment(60));
    assert_eq!(
        one.schedules_with_runs().await.unwrap(),
        [Scheduled { job: changed, last_run }],
        "a change runs nothing"
    );
    one.remove_schedule(id.clone()).await.unwrap();
    assert!(one.schedules().await.unwrap().is_empty() && !other.mark_schedule_run(id, Moment(70)).await.unwrap());
}

#[tokio::test]
async fn old_runs_are_forgotten() {
    const DAY: i64 = 86_400_000;
    let place = place();
    let store = place.open();
    store.put_host(host("lab")).await.unwrap();
    let task = |began: i64| (Upid::new(format!("UPID:pve1:{began}")), Moment(began), vec![run(100, began)]);
    store.put_runs(lab(), vec![task(DAY), task(399 * DAY)], Moment(400 * DAY)).await.unwrap();
    assert_eq!(kept(&store).await.runs.len(), 2);
    store.put_runs(lab(), Vec::new(), Moment(402 * DAY)).await.unwrap();
    assert_eq!(kept(&store).await.runs.len(), 1);
    let many = (0..RUNS_KEPT as i64 + 5).map(|n| task(401 * DAY + n)).collect();
    store.put_runs(lab(), many, Moment(402 * DAY)).await.unwrap();
    let runs = kept(&store).await.runs.clone();
    assert_eq!((runs.len(), runs[0].began), (RUNS_KEPT, Moment(401 * DAY + RUNS_KEPT as i64 + 4)));
}

#[tokio::test]
async fn what_makes_no_sense_is_told_and_the_rest_is_there() {
    let place = place();
    let store = place.open();
    store.put_host(host("lab")).await.unwrap();
    let good = shelf("bak", 5, vec![backup("bak", 100, 1)]);
    store.put_shelves(lab(), vec![good.clone(), shelf("pbs", 5, Vec::new())]).await.unwrap();
    store.put_schedule(job("a")).await.unwrap();
    store.put_schedule(job("b")).await.unwrap();
    store.put_proof(proof(4, ProofResult::Good)).await.unwrap();
    drop(store);
    Connection::open(&place.file)
        .unwrap()
        .execute_batch(
            "UPDATE backup_content SET backups = '[{\"p\":7}]' WHERE storage = 'pbs';
             UPDATE schedule SET job = '{' WHERE id = 'a';
             UPDATE proof SET proof = '[]';",
        )
        .unwrap();
    let (_, kept) = Store::open(&place.file).unwrap();
    assert_eq!(kept.fleet.backups.shelves, [good]);
    assert_eq!((kept.fleet.backups.own_jobs.as_slice(), kept.unread.len()), (&[job("b")][..], 3), "{:?}", kept.unread);
}
