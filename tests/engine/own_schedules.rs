//! What runs by the clock without Proxmox: our own backup jobs, and the monthly look whether backups still work.

use proximity::{
    domain::{
        backup::{Job, JobState, Retention, Runner, ScheduleId, Selection},
        fleet::Fleet,
        ids::{GuestKey, StorageName},
        operation::Operation,
        plan::{PlanKind, journal::Outcome},
    },
    engine::{Duty, Engine, Proofs, Request},
};

use super::{
    lab::{Lab, home, until},
    life::{done, lab, wish},
};

fn nightly(guest: &GuestKey) -> Job {
    Job {
        id: ScheduleId { host: home(), id: "ours".into() },
        runner: Runner::Watch,
        schedule: "02:30".into(),
        state: JobState::Enabled,
        of: Some(Selection::Guests(vec![guest.vmid])),
        storage: Some(StorageName::new("backup")),
        mode: Default::default(),
        compression: Default::default(),
        keeps: Some(Retention::last(1)),
        note: None,
        guarding: Default::default(),
        comment: None,
        repeats_missed: true,
        next_run: None,
    }
}

fn of_kind(fleet: &Fleet, kind: PlanKind) -> impl Iterator<Item = &Operation> {
    fleet.operations.iter().filter(move |operation| operation.plan.kind == kind)
}

/// An app with a backup and a job of our own, whose last run was long ago; nobody watches.
async fn overdue(change: impl FnOnce(&mut Job)) -> (Lab, GuestKey) {
    let (lab, engine) = lab().await;
    let deployed = done(&engine, Request::Deploy(Box::new(wish("mosquitto")))).await;
    let guest = engine.fleet().borrow().app(deployed.plan.subject.app().unwrap()).unwrap().guest.clone();
    done(&engine, Request::Backup(super::backups::to_backup(guest.clone()))).await;
    let mut job = nightly(&guest);
    change(&mut job);
    done(&engine, Request::SaveJob(Box::new(job))).await;
    engine.close().await;
    lab.meddle("UPDATE schedule SET last_run = 1");
    (lab, guest)
}

async fn pruned(engine: &Engine) {
    until(engine, |fleet| of_kind(fleet, PlanKind::Prune).any(|one| one.outcome() == Some(Outcome::Done))).await;
}

fn archives(lab: &Lab, guest: &GuestKey) -> usize {
    lab.simulator.datacenter().with(|datacenter| {
        let storage = datacenter.storages.iter().find(|storage| storage.name == "backup").unwrap();
        storage.volumes.iter().filter(|volume| volume.vmid == Some(guest.vmid.0)).count()
    })
}

#[tokio::test]
async fn what_is_due_is_backed_up_by_one_of_several_and_what_is_not_kept_goes() {
    let (lab, guest) = overdue(|_| {}).await;
    let (one, two) = (lab.engine(Duty::Watch).await, lab.engine(Duty::Watch).await);
    pruned(&one).await;
    let fleet = one.fleet().borrow().clone();
    // The one that was made by hand, and the one that came due.
    assert_eq!(of_kind(&fleet, PlanKind::Backup).count(), 2);
    assert_eq!(archives(&lab, &guest), 1);
    one.close().await;
    two.close().await;
}

#[tokio::test]
async fn a_job_that_is_switched_off_runs_nothing_not_even_later() {
    let (lab, guest) = overdue(|job| job.state = JobState::Disabled).await;
    let engine = lab.engine(Duty::Watch).await;
    let mut on = nightly(&guest);
    until(&engine, |fleet| fleet.backups.own_jobs.iter().any(|job| job.state == JobState::Disabled)).await;
    // Marked as seen: what came due while it was off is not made up for.
    let marked = || {
        let books = rusqlite::Connection::open(lab.database()).unwrap();
        books.query_row("SELECT last_run FROM schedule", [], |row| row.get::<_, i64>(0)).unwrap() > 1
    };
    until(&engine, |_| marked()).await;
    on.schedule = "02:30".into();
    done(&engine, Request::SaveJob(Box::new(on))).await;
    assert_eq!(of_kind(&engine.fleet().borrow(), PlanKind::Backup).count(), 1);
    engine.close().await;
}

#[tokio::test]
async fn whoever_tends_looks_whether_backups_still_work() {
    let (lab, engine) = lab().await;
    engine.close().await;
    let engine = lab.engine(Duty::Tend(Proofs::Monthly)).await;
    let fleet = until(&engine, |fleet| !fleet.backups.proofs.is_empty()).await;
    assert!(of_kind(&fleet, PlanKind::Prove).count() >= 1);
    engine.close().await;
}
