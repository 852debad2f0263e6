//! Backups from the first to the last: made, brought back, proved, labelled, removed, scheduled.

use std::sync::Arc;

use proximity::{
    domain::{
        app::{App, Method},
        backup::{Backup, Guarding, Job, JobState, ProofResult, Runner, ScheduleId, Selection},
        fault::FaultCode,
        fleet::{Fleet, Power},
        ids::{AppId, GuestKey, StorageName},
        operation::Operation,
        plan::journal::Outcome,
    },
    engine::{
        Answer, BackupWish, Change, DefaultJob, DeployWish, Engine, Nights, OldOne, Query, Request, RestoreTo,
        RestoreWish,
    },
    sim::{Damage, Fault, shell::Inside},
};

use super::{
    lab::{Lab, ended, home},
    life::{done, lab, wish},
};

async fn deploy(engine: &Engine, wish: DeployWish) -> AppId {
    let operation = done(engine, Request::Deploy(Box::new(wish))).await;
    operation.plan.subject.app().cloned().unwrap()
}

fn fleet(engine: &Engine) -> Arc<Fleet> {
    engine.fleet().borrow().clone()
}

fn app(engine: &Engine, id: &AppId) -> App {
    fleet(engine).app(id).unwrap().clone()
}

pub fn to_backup(guest: GuestKey) -> BackupWish {
    BackupWish { guest, storage: Some(StorageName::new("backup")), how: Default::default(), note: None }
}

/// The newest backup of an app, as its storage has it.
async fn backed_up(engine: &Engine, id: &AppId) -> Arc<Backup> {
    done(engine, Request::Backup(to_backup(app(engine, id).guest))).await;
    newest(engine, id).await.expect("it was backed up")
}

async fn newest(engine: &Engine, id: &AppId) -> Option<Arc<Backup>> {
    engine.change(Change::LookAtBackups(None)).await.unwrap();
    let fleet = fleet(engine);
    proximity::domain::backup::backups_of(&fleet, fleet.app(id)?).first().copied().cloned()
}

pub fn in_place(backup: &Backup, app: &AppId, old: OldOne) -> Request {
    let to = RestoreTo::Place { app: app.clone(), old };
    Request::Restore(RestoreWish { backup: backup.key.clone(), to, storage: None, after: Vec::new() })
}

fn beside(backup: &Backup, name: Option<&str>) -> Request {
    let to = RestoreTo::Beside { name: name.map(str::to_owned), address: Default::default() };
    Request::Restore(RestoreWish { backup: backup.key.clone(), to, storage: None, after: Vec::new() })
}

async fn fails(engine: &Engine, request: Request) -> Operation {
    let id = engine.ask(request).await.unwrap();
    let operation = ended(engine, id).await;
    assert_ne!(operation.outcome(), Some(Outcome::Done), "{:#?}", operation.journal);
    operation
}

/// By the road that everybody takes.
async fn write_inside(engine: &Engine, app: &AppId, path: &str, text: &str) {
    let folder = path.rsplit_once('/').map_or("/", |(folder, _)| folder);
    let line = format!("mkdir -p {folder}/ && printf %s '{text}' >{path}");
    let command = ["sh", "-c", &line].map(str::to_owned).to_vec();
    done(engine, Request::Run { app: app.clone(), command }).await;
}

/// What a file inside holds, as the datacenter has it.
fn inside(lab: &Lab, guest: &GuestKey, path: &str) -> Option<String> {
    lab.simulator.datacenter().with(|datacenter| match datacenter.consoles.inside(guest.vmid.0) {
        Inside::Known(files) => files.text(path),
        _ => None,
    })
}

#[tokio::test]
async fn the_first_app_is_covered_from_its_first_night_on_and_later_ones_join_it() {
    let (lab, engine) = lab().await;
    lab.simulator.datacenter().with(|datacenter| datacenter.jobs.clear());
    let first = deploy(&engine, wish("mosquitto")).await;
    let jobs = lab.simulator.datacenter().with(|datacenter| datacenter.jobs.keys().cloned().collect::<Vec<String>>());
    assert_eq!(jobs, ["proximity-nightly"]);
    let pool_of = |engine: &Engine, id: &AppId| fleet(engine).guest(&app(engine, id).guest).unwrap().pool.clone();
    engine.change(Change::Refresh).await.unwrap();
    let pool = pool_of(&engine, &first);
    assert!(pool.is_some());
    let second = deploy(&engine, wish("mosquitto")).await;
    engine.change(Change::Refresh).await.unwrap();
    assert_eq!(pool_of(&engine, &second), pool);
    assert_eq!(lab.simulator.datacenter().with(|datacenter| datacenter.jobs.len()), 1);
    let Answer::DefaultJob(DefaultJob::ThereIs(job)) = engine.query(Query::DefaultJob(home())).await.unwrap() else {
        panic!("there is one")
    };
    assert_eq!(job.of, Some(Selection::Pool(pool.unwrap())));
    engine.close().await;
}

#[tokio::test]
async fn who_refuses_backups_gets_none() {
    let (lab, engine) = lab().await;
    lab.simulator.datacenter().with(|datacenter| datacenter.jobs.clear());
    deploy(&engine, DeployWish { nights: Nights::Left, ..wish("mosquitto") }).await;
    assert!(lab.simulator.datacenter().with(|datacenter| datacenter.jobs.is_empty()));
    engine.close().await;
}

#[tokio::test]
async fn a_backup_is_made_labelled_guarded_and_removed() {
    let (_lab, engine) = lab().await;
    let id = deploy(&engine, wish("mosquitto")).await;
    let backup = backed_up(&engine, &id).await;
    let edit = |note: Option<&str>, guarding| Request::EditBackup {
        backup: backup.key.clone(),
        note: note.map(str::to_owned),
        guarding,
    };
    let noted = done(&engine, edit(Some("before the holidays\nall well"), None)).await;
    assert_eq!(newest(&engine, &id).await.unwrap().note.as_deref(), Some("before the holidays"));
    let Answer::Text(all) = engine.query(Query::BackupNotes(backup.key.clone())).await.unwrap() else { panic!() };
    assert_eq!(all.trim_end(), "before the holidays\nall well");
    done(&engine, edit(None, Some(Guarding::Protected))).await;
    newest(&engine, &id).await;
    let refusal = engine.ask(Request::RemoveBackup(backup.key.clone())).await.unwrap_err();
    assert_eq!(refusal.code, FaultCode::Refused);
    done(&engine, edit(None, Some(Guarding::Free))).await;
    done(&engine, Request::Undo(noted.id)).await;
    assert_ne!(newest(&engine, &id).await.unwrap().note.as_deref(), Some("before the holidays"));
    done(&engine, Request::RemoveBackup(backup.key.clone())).await;
    assert_eq!(newest(&engine, &id).await, None);
    engine.close().await;
}

#[tokio::test]
async fn a_backup_takes_the_place_of_its_app_and_gives_it_back() {
    let (lab, engine) = lab().await;
    for (recipe, method) in [("miniflux", Method::Compose), ("mosquitto", Method::Script)] {
        let id = deploy(&engine, DeployWish { method: Some(method), ..wish(recipe) }).await;
        let before = app(&engine, &id);
        write_inside(&engine, &id, "/root/diary", "as it was").await;
        let backup = backed_up(&engine, &id).await;
        write_inside(&engine, &id, "/root/diary", "as it became").await;
        let restored = done(&engine, in_place(&backup, &id, OldOne::Bin)).await;

        let after = app(&engine, &id);
        assert_ne!(after.guest, before.guest);
        assert_eq!(inside(&lab, &after.guest, "/root/diary").as_deref(), Some("as it was"));
        let mac = |guest: &GuestKey| {
            lab.simulator.datacenter().with(|datacenter| {
                let net = datacenter.guests[&guest.vmid.0].config["net0"].as_str().unwrap().to_owned();
                (net.contains("link_down=1"), net.split("hwaddr=").nth(1).unwrap()[..17].to_owned())
            })
        };
        let (old, new) = (mac(&before.guest), mac(&after.guest));
        assert_eq!((old.0, new.0), (true, false), "only one has its cable in");
        assert_eq!(old.1, new.1);
        let older = fleet(&engine).apps.iter().find(|app| app.guest == before.guest).cloned().expect("it waits");
        assert!(older.binned_until().is_some());
        assert!(backup.key == newest(&engine, &id).await.unwrap().key, "its backups are its own still");
        assert!(engine.ask(Request::Unbin(older.id.clone())).await.is_err(), "its place is taken");

        done(&engine, Request::Undo(restored.id)).await;
        let back = app(&engine, &id);
        assert_eq!(back.guest, before.guest);
        assert_eq!(inside(&lab, &back.guest, "/root/diary").as_deref(), Some("as it became"));
        assert_eq!(mac(&before.guest), (false, new.1));
    }
    engine.close().await;
}

#[tokio::test]
async fn an_image_comes_back_with_its_user_its_directory_and_its_command() {
    let (lab, engine) = lab().await;
    let id = deploy(&engine, DeployWish { method: Some(Method::Oci), ..wish("vaultwarden") }).await;
    let keys = |guest: &GuestKey| {
        lab.simulator.datacenter().with(|datacenter| {
            let config = &datacenter.guests[&guest.vmid.0].config;
            ["lxc", "entrypoint", "env", "cmode"].map(|name| config.get(name).cloned())
        })
    };
    let before = app(&engine, &id);
    let stood = keys(&before.guest);
    let mount = lab.simulator.datacenter().with(|datacenter| {
        let mount = datacenter.guests[&before.guest.vmid.0].config["mp0"].as_str().unwrap().to_owned();
        mount.split("mp=").nth(1).unwrap().split(',').next().unwrap().to_owned()
    });
    let data = format!("{mount}/db.sqlite3");
    write_inside(&engine, &id, &data, "secrets of mine").await;
    let backup = backed_up(&engine, &id).await;
    done(&engine, in_place(&backup, &id, OldOne::Destroy)).await;
    let after = app(&engine, &id);
    assert_eq!(keys(&after.guest), stood);
    assert_eq!(inside(&lab, &after.guest, &data).as_deref(), Some("secrets of mine"));
    engine.close().await;
}

#[tokio::test]
async fn a_backup_becomes_an_app_beside_the_one_that_it_is_of() {
    let (lab, engine) = lab().await;
    let id = deploy(&engine, wish("miniflux")).await;
    let before = app(&engine, &id);
    write_inside(&engine, &id, "/root/diary", "as it was").await;
    let backup = backed_up(&engine, &id).await;
    let restored = done(&engine, beside(&backup, Some("second"))).await;
    let second = app(&engine, restored.plan.subject.app().unwrap());
    assert_eq!(&*second.name, "second");
    assert_eq!(inside(&lab, &second.guest, "/root/diary").as_deref(), Some("as it was"));
    assert_ne!(second.address, before.address);
    assert_eq!(fleet(&engine).guest(&before.guest).unwrap().power, Power::Running);
    done(&engine, Request::Undo(restored.id)).await;
    assert!(app(&engine, &second.id).binned_until().is_some());
    engine.close().await;
}

#[tokio::test]
async fn an_app_that_is_gone_comes_back_from_its_backup() {
    let (lab, engine) = lab().await;
    let id = deploy(&engine, wish("mosquitto")).await;
    let name = app(&engine, &id).name;
    write_inside(&engine, &id, "/root/diary", "as it was").await;
    let backup = backed_up(&engine, &id).await;
    done(&engine, Request::Destroy(id)).await;
    let restored = done(&engine, beside(&backup, None)).await;
    let back = app(&engine, restored.plan.subject.app().unwrap());
    assert_eq!(back.name, name);
    assert_eq!(inside(&lab, &back.guest, "/root/diary").as_deref(), Some("as it was"));
    assert!(back.book.unwrap().probe.is_some());
    engine.close().await;
}

#[tokio::test]
async fn a_backup_is_proved_and_leaves_nothing_behind() {
    let (lab, engine) = lab().await;
    for (recipe, method) in [("miniflux", Method::Compose), ("mosquitto", Method::Script), ("vaultwarden", Method::Oci)]
    {
        let id = deploy(&engine, DeployWish { method: Some(method), ..wish(recipe) }).await;
        let backup = backed_up(&engine, &id).await;
        let count = || lab.simulator.datacenter().with(|datacenter| datacenter.guests.len());
        let before = count();
        done(&engine, Request::Prove { app: id.clone(), backup: None }).await;
        assert_eq!(count(), before);
        let fleet = fleet(&engine);
        let proof = fleet.backups.proof_of(&id).unwrap();
        assert_eq!((&proof.backup, &proof.result), (&backup.key, &ProofResult::Good));
        assert!(fleet.apps.iter().all(|app| !app.id.is_scratch()));
    }
    engine.close().await;
}

#[tokio::test]
async fn a_damaged_backup_is_blamed_and_costs_nothing() {
    let (lab, engine) = lab().await;
    let id = deploy(&engine, wish("mosquitto")).await;
    let before = app(&engine, &id);
    let backup = backed_up(&engine, &id).await;
    let count = || lab.simulator.datacenter().with(|datacenter| datacenter.guests.len());
    let guests = count();
    lab.simulator.datacenter().throw(Fault::DamagedArchive { vmid: None, damage: Damage::Truncated });
    fails(&engine, Request::Prove { app: id.clone(), backup: None }).await;
    let bad = fleet(&engine).backups.proof_of(&id).cloned().unwrap();
    assert!(matches!(bad.result, ProofResult::Bad(_)), "{bad:?}");
    fails(&engine, in_place(&backup, &id, OldOne::Destroy)).await;
    assert_eq!(app(&engine, &id).guest, before.guest);
    assert_eq!(fleet(&engine).guest(&before.guest).unwrap().power, Power::Running);
    assert_eq!(count(), guests);
    engine.close().await;
}

#[tokio::test]
async fn what_keeps_us_from_trying_says_nothing_about_a_backup() {
    let (lab, engine) = lab().await;
    let id = deploy(&engine, wish("mosquitto")).await;
    backed_up(&engine, &id).await;
    let full = Fault::TaskFails { percent: 50, text: "No space left on device".into() };
    lab.simulator.datacenter().throw(full.on_tasks("vzrestore"));
    fails(&engine, Request::Prove { app: id.clone(), backup: None }).await;
    lab.simulator.datacenter().mend_all();
    lab.simulator.datacenter().throw(Fault::OfflineStorage("backup".into()));
    let _ = engine.ask(Request::Prove { app: id.clone(), backup: None }).await;
    lab.simulator.datacenter().mend_all();
    engine.change(Change::LookAtBackups(None)).await.unwrap();
    assert_eq!(fleet(&engine).backups.proof_of(&id), None);
    engine.close().await;
}

#[tokio::test]
async fn of_two_restores_of_one_app_the_second_is_told_to_wait() {
    let (_lab, engine) = lab().await;
    let id = deploy(&engine, wish("mosquitto")).await;
    let backup = backed_up(&engine, &id).await;
    let first = engine.ask(in_place(&backup, &id, OldOne::Bin)).await.unwrap();
    let refusal = engine.ask(in_place(&backup, &id, OldOne::Bin)).await.unwrap_err();
    assert_eq!(refusal.code, FaultCode::Busy);
    assert_eq!(ended(&engine, first).await.outcome(), Some(Outcome::Done));
    engine.close().await;
}

#[tokio::test]
async fn what_another_restore_needs_comes_first() {
    let (lab, engine) = lab().await;
    let (one, two) = (deploy(&engine, wish("mosquitto")).await, deploy(&engine, wish("mosquitto")).await);
    let (first, second) = (backed_up(&engine, &one).await, backed_up(&engine, &two).await);
    let before = engine.ask(in_place(&first, &one, OldOne::Bin)).await.unwrap();
    let to = RestoreTo::Place { app: two.clone(), old: OldOne::Bin };
    let wish = RestoreWish { backup: second.key.clone(), to, storage: None, after: vec![before] };
    let after = engine.ask(Request::Restore(wish.clone())).await.unwrap();
    let (before, after) = (ended(&engine, before).await, ended(&engine, after).await);
    assert_eq!((before.outcome(), after.outcome()), (Some(Outcome::Done), Some(Outcome::Done)));
    assert!(before.ended.unwrap().at <= after.ended.unwrap().at);

    lab.simulator.datacenter().throw(Fault::DamagedArchive { vmid: None, damage: Damage::Truncated });
    let failed = fails(&engine, in_place(&first, &one, OldOne::Bin)).await.id;
    lab.simulator.datacenter().mend_all();
    // Nothing is in its own way.
    let waits = fails(&engine, Request::Restore(RestoreWish { after: vec![failed], ..wish })).await;
    assert_eq!(waits.fault().map(|fault| fault.code), Some(FaultCode::Refused), "{waits:?}");
    engine.close().await;
}

fn job(id: &str, runner: Runner) -> Job {
    Job {
        id: ScheduleId { host: home(), id: id.into() },
        runner,
        schedule: "mon..fri 03:00".into(),
        state: JobState::Enabled,
        of: Some(if runner == Runner::Watch { Selection::Apps } else { Selection::AllBut(Vec::new()) }),
        storage: None,
        mode: Default::default(),
        compression: Default::default(),
        keeps: Some(proximity::domain::backup::Retention::last(3)),
        note: None,
        guarding: Guarding::Free,
        comment: Some("by hand".into()),
        repeats_missed: false,
        next_run: None,
    }
}

#[tokio::test]
async fn a_schedule_is_made_changed_removed_and_each_is_taken_back() {
    let (_lab, engine) = lab().await;
    for runner in [Runner::Proxmox, Runner::Watch] {
        let known = async |engine: &Engine| {
            engine.change(Change::LookAtBackups(None)).await.unwrap();
            fleet(engine).backups.job(&job("weekdays", runner).id).cloned()
        };
        let made = done(&engine, Request::SaveJob(Box::new(job("weekdays", runner)))).await;
        let first = known(&engine).await.expect("it was made");
        assert_eq!((&*first.schedule, first.keeps), ("mon..fri 03:00", job("", runner).keeps));
        let changed = Job { schedule: "sat 04:00".into(), keeps: None, comment: None, ..first.clone() };
        let change = done(&engine, Request::SaveJob(Box::new(changed))).await;
        let now = known(&engine).await.unwrap();
        assert_eq!((&*now.schedule, now.keeps, now.comment), ("sat 04:00", None, None));
        done(&engine, Request::Undo(change.id)).await;
        assert_eq!(known(&engine).await.unwrap().schedule, "mon..fri 03:00");
        let removed = done(&engine, Request::RemoveJob(first.id.clone())).await;
        assert_eq!(known(&engine).await, None);
        done(&engine, Request::Undo(removed.id)).await;
        assert_eq!(known(&engine).await.unwrap().comment.as_deref(), Some("by hand"));
        done(&engine, Request::RemoveJob(first.id)).await;
        let _ = made;
    }
    engine.close().await;
}

#[tokio::test]
async fn a_job_that_somebody_else_removed_is_not_written_over() {
    let (lab, engine) = lab().await;
    done(&engine, Request::SaveJob(Box::new(job("weekdays", Runner::Proxmox)))).await;
    let Answer::Preview(preview) =
        engine.query(Query::Preview(Request::SaveJob(Box::new(job("weekdays", Runner::Proxmox))))).await.unwrap()
    else {
        panic!()
    };
    lab.simulator.datacenter().with(|datacenter| datacenter.jobs.remove("weekdays"));
    assert!(preview.steps.iter().any(|step| step.calls.iter().any(|call| call.method == "PUT")), "{preview:?}");
    let refusal = engine.ask(Request::RemoveJob(job("weekdays", Runner::Proxmox).id)).await.unwrap_err();
    assert_eq!(refusal.code, FaultCode::NotFound);
    engine.close().await;
}

#[tokio::test]
async fn a_schedule_that_is_none_is_refused_before_anything_is_written() {
    let (_lab, engine) = lab().await;
    let wrong = Job { schedule: "every full moon".into(), ..job("moon", Runner::Proxmox) };
    assert!(engine.ask(Request::SaveJob(Box::new(wrong))).await.is_err());
    engine.close().await;
}

/// Gives a guest a mount point behind everybody's back.
fn mount(lab: &Lab, guest: &GuestKey, text: &str) {
    lab.simulator.datacenter().with(|datacenter| {
        let guest = datacenter.guests.get_mut(&guest.vmid.0).unwrap();
        guest.config.insert("mp0".into(), text.into());
    });
}

#[tokio::test]
async fn what_would_come_back_empty_or_twice_is_not_restored() {
    let (lab, engine) = lab().await;
    for (text, named) in
        [("local-lvm:vm-1-disk-9,mp=/media,size=1G", "/media"), ("/tank/media,mp=/media,backup=1", "/tank/media")]
    {
        let id = deploy(&engine, wish("mosquitto")).await;
        mount(&lab, &app(&engine, &id).guest, text);
        let backup = backed_up(&engine, &id).await;
        let refusal = engine.ask(in_place(&backup, &id, OldOne::Destroy)).await.unwrap_err();
        assert!(refusal.code == FaultCode::Refused && refusal.why.contains(named), "{refusal:?}");
    }
    engine.close().await;
}
