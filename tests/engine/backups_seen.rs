//! What is seen of the backups of a host, whoever made them and however they went. What must hold: the fleet shows what the
//! storages have, one call for each, and a storage that cannot be read keeps what it showed.

use std::{sync::Arc, time::Duration};

use futures_util::future::poll_immediate;
use proximity::{
    domain::{
        backup::{Backup, BackupMode, RunEnd, Seal, Shelf, Verdict},
        fault::FaultCode,
        fleet::{Fleet, Host},
        ids::{GuestKey, NodeName, StorageName, Vmid},
    },
    engine::{Change, Duty, Engine},
    operations::{
        looks::{Looks, Turn},
        world::World,
    },
    proxmox::{
        Begun, Client, Rhythm,
        backup::{BackupOf, BackupOrder, Compression},
        cluster::BackupJobOrder,
    },
    secrets::{Kind, Vault},
    services::{backups, listing},
    sim::{Deed, Fault},
    store::Store,
};
use tokio_util::sync::CancellationToken;

use super::lab::{HASTY, Lab, home, let_go, until};

async fn listed(lab: &Lab) -> Engine {
    let engine = lab.engine(Duty::OneErrand).await;
    engine.change(Change::AddHost(lab.draft())).await.unwrap();
    engine.change(Change::Refresh).await.unwrap();
    engine
}

async fn look(engine: &Engine) -> Arc<Fleet> {
    engine.change(Change::LookAtBackups(None)).await.unwrap();
    engine.fleet().borrow().clone()
}

fn shelf<'a>(fleet: &'a Fleet, storage: &str) -> &'a Arc<Shelf> {
    fleet.backups.shelves.iter().find(|shelf| shelf.storage.as_str() == storage).expect("it is known")
}

fn on<'a>(fleet: &'a Fleet, storage: &str) -> &'a [Arc<Backup>] {
    shelf(fleet, storage).content.known.as_deref().unwrap_or(&[])
}

fn vmid_of(fleet: &Fleet, name: &str) -> GuestKey {
    fleet.guests.iter().find(|guest| &*guest.name == name).expect("the demo has it").key.clone()
}

async fn back_up(client: &Client, node: &str, order: &BackupOrder) {
    let begun = client.begin_backup(&NodeName::new(node), order).await.unwrap();
    let Begun::Task(task) = begun else { panic!("{begun:?}") };
    let quick = Duration::from_millis(20);
    let rhythm = Rhythm { at_first: quick, later: quick, ..Rhythm::default() };
    client.await_task(&task, rhythm).await.unwrap();
}

#[tokio::test]
async fn each_storage_is_read_once_and_each_log_once() {
    let lab = Lab::open().await;
    let engine = listed(&lab).await;
    let calls = |beginning: &str| lab.simulator.datacenter().calls(beginning);
    lab.simulator.datacenter().forget_calls();
    let fleet = look(&engine).await;
    let nodes: Vec<_> = fleet.nodes.iter().map(|node| node.key.node.clone()).collect();
    assert!(nodes.len() > 1);
    let contents = |storage: &str| -> u64 {
        nodes.iter().map(|node| calls(&format!("GET /nodes/{node}/storage/{storage}/content"))).sum()
    };
    for node in &nodes {
        assert_eq!(calls(&format!("GET /nodes/{node}/storage/local/content")), 1, "{node}");
    }
    assert_eq!((contents("backup"), contents("pbs"), contents("tank")), (1, 1, 0), "a shared one is read once");
    let storages = lab.simulator.datacenter().all_calls();
    let lists = storages.iter().filter(|(call, _)| call.ends_with("/storage"));
    assert_eq!(lists.map(|(_, count)| *count).sum::<u64>(), nodes.len() as u64);

    lab.simulator.datacenter().forget_calls();
    look(&engine).await;
    let again = lab.simulator.datacenter().all_calls();
    assert!(!again.keys().any(|call| call.ends_with("/log")), "a log is read once: {again:?}");
    engine.close().await;
}

#[tokio::test]
async fn two_who_look_at_once_cost_one_look() {
    let lab = Lab::open().await;
    let engine = listed(&lab).await;
    lab.simulator.datacenter().forget_calls();
    let (one, other) =
        tokio::join!(engine.change(Change::LookAtBackups(None)), engine.change(Change::LookAtBackups(Some(home()))));
    assert_eq!((one, other), (Ok(()), Ok(())));
    assert_eq!(lab.simulator.datacenter().calls("GET /cluster/backup-info/not-backed-up"), 1);
    engine.close().await;
}

#[tokio::test]
async fn what_a_backup_server_says_of_a_backup_arrives() {
    let lab = Lab::open().await;
    lab.simulator.datacenter().with(|datacenter| {
        let vault = datacenter.storages.iter_mut().find(|storage| storage.name == "pbs").unwrap();
        vault.volumes.retain(|volume| volume.seal.as_ref().is_none_or(|seal| seal.is_whole != Some(false)));
        vault.volumes[0].seal.as_mut().unwrap().is_whole = Some(false);
        vault.volumes[0].is_protected = true;
        vault.volumes[0].notes = Some("before the move\nand more".into());
    });
    let engine = listed(&lab).await;
    let fleet = look(&engine).await;
    let nextcloud = vmid_of(&fleet, "nextcloud");
    let sealed = on(&fleet, "pbs").iter().filter(|backup| backup.guest == nextcloud);
    assert!(sealed.clone().count() > 0 && sealed.clone().all(|backup| matches!(&backup.seal, Seal::With(_))));
    let of_others = on(&fleet, "pbs").iter().filter(|backup| backup.guest != nextcloud);
    assert!(of_others.clone().all(|backup| backup.seal == Seal::Open));
    let damaged: Vec<_> = on(&fleet, "pbs").iter().filter(|backup| backup.verified == Some(Verdict::Damaged)).collect();
    assert_eq!(damaged.len(), 1);
    assert!(damaged[0].is_protected() && damaged[0].note.as_deref() == Some("before the move"), "{damaged:?}");
    assert!(on(&fleet, "pbs").iter().any(|backup| backup.verified == Some(Verdict::Whole)));
    assert!(on(&fleet, "pbs").iter().any(|backup| backup.verified.is_none()), "nobody looked at the newest yet");
    engine.close().await;
}

#[tokio::test]
async fn a_backup_made_elsewhere_appears_and_one_removed_there_disappears() {
    let lab = Lab::open().await;
    let engine = listed(&lab).await;
    let before = look(&engine).await;
    let guest = before.apps[0].guest.clone();
    let node = before.guest(&guest).unwrap().node.clone();
    let had = before.backups.of(&guest).len();
    back_up(&lab.client(), node.as_str(), &BackupOrder::one(guest.vmid, StorageName::new("backup"))).await;
    let after = look(&engine).await;
    assert_eq!(after.backups.of(&guest).len(), had + 1);
    let newest = after.backups.of(&guest)[0].clone();
    let run = after.backups.last_run(&guest).unwrap();
    assert_eq!((&run.end, run.volume.as_ref()), (&RunEnd::Good, Some(&newest.key.volume)));

    lab.simulator.datacenter().with(|datacenter| {
        let path = newest.key.volume.split_once(':').unwrap().1.to_owned();
        datacenter.storages.iter_mut().for_each(|storage| storage.volumes.retain(|volume| volume.path != path));
    });
    let at_last = look(&engine).await;
    assert_eq!(at_last.backups.find(&newest.key), None);
    assert_eq!(at_last.backups.of(&guest), before.backups.of(&guest));
    engine.close().await;
}

#[tokio::test]
async fn how_several_guests_of_one_task_went_is_told_of_each() {
    let lab = Lab::open().await;
    let engine = listed(&lab).await;
    let fleet = look(&engine).await;
    let guest = fleet.guest(&fleet.apps[0].guest).unwrap().clone();
    let ids = vec![guest.vmid(), Vmid(9_999)];
    let order = BackupOrder { of: BackupOf::Guests(ids), ..BackupOrder::one(guest.vmid(), StorageName::new("backup")) };
    back_up(&lab.client(), guest.node.as_str(), &order).await;
    let fleet = look(&engine).await;
    let runs: Vec<_> = fleet.backups.runs.iter().filter(|run| run.task == fleet.backups.runs[0].task).collect();
    let ends: Vec<_> = runs.iter().map(|run| (run.guest.vmid, run.end == RunEnd::Good)).collect();
    assert!(ends.contains(&(guest.vmid(), true)) && ends.contains(&(Vmid(9_999), false)), "{runs:#?}");
    engine.close().await;
}

#[tokio::test]
async fn a_storage_that_is_away_keeps_what_it_showed_and_says_so() {
    let lab = Lab::open().await;
    let engine = listed(&lab).await;
    let before = look(&engine).await;
    assert!(!on(&before, "pbs").is_empty());
    let fault = lab.simulator.datacenter().throw(Fault::OfflineStorage("pbs".into()));
    let away = look(&engine).await;
    assert_eq!(on(&away, "pbs"), on(&before, "pbs"));
    let told = &shelf(&away, "pbs").content;
    assert_eq!(told.fault.as_ref().map(|fault| fault.code), Some(FaultCode::Unreachable));
    assert_eq!(told.as_of, shelf(&before, "pbs").content.as_of, "it is as old as it is");
    assert_eq!(shelf(&away, "backup").content.fault, None, "another one's trouble");
    engine.close().await;

    let next = lab.engine(Duty::OneErrand).await;
    let kept = next.fleet().borrow().clone();
    assert_eq!(on(&kept, "pbs"), on(&before, "pbs"), "also in the books");
    lab.simulator.datacenter().mend(fault);
    let back = look(&next).await;
    assert_eq!(shelf(&back, "pbs").content.fault, None);
    next.close().await;
}

#[tokio::test]
async fn a_reading_that_fails_empties_nothing() {
    let lab = Lab::open().await;
    let engine = listed(&lab).await;
    let before = look(&engine).await;
    for pattern in ["GET /nodes/*/storage/*/content", "GET /nodes/*/storage", "GET /cluster/backup*"] {
        let fault = lab.simulator.datacenter().throw(Fault::TimesOut(Deed::NotDone).on_calls(pattern));
        drop(engine.change(Change::LookAtBackups(None)).await);
        let after = engine.fleet().borrow().clone();
        let both = before.backups.shelves.iter().zip(&after.backups.shelves);
        assert_eq!(before.backups.shelves.len(), after.backups.shelves.len(), "{pattern}");
        for (was, is) in both {
            assert_eq!((&was.storage, &was.content.known), (&is.storage, &is.content.known), "{pattern}");
        }
        let known = |fleet: &Fleet| fleet.backups.host(&home()).unwrap().uncovered.known.clone();
        assert_eq!(known(&before), known(&after), "{pattern}");
        let faults = after.backups.shelves.iter().any(|shelf| shelf.content.fault.is_some())
            || after.backups.host(&home()).unwrap().jobs.fault.is_some();
        assert!(faults, "{pattern} is told");
        lab.simulator.datacenter().mend(fault);
        look(&engine).await;
    }
    engine.close().await;
}

#[tokio::test]
async fn a_storage_that_the_host_has_no_more_leaves_no_ghost() {
    let lab = Lab::open().await;
    let engine = listed(&lab).await;
    let before = look(&engine).await;
    let of_pbs: Vec<_> = on(&before, "pbs").to_vec();
    lab.simulator.datacenter().with(|datacenter| datacenter.storages.retain(|storage| storage.name != "pbs"));
    let after = look(&engine).await;
    assert!(!after.backups.shelves.iter().any(|shelf| shelf.storage.as_str() == "pbs"));
    assert!(of_pbs.iter().all(|backup| !after.backups.of(&backup.guest).contains(backup)));
    engine.close().await;
    let next = lab.engine(Duty::OneErrand).await;
    assert!(!next.fleet().borrow().backups.shelves.iter().any(|shelf| shelf.storage.as_str() == "pbs"));
    let_go(&next).await;
    next.change(Change::RemoveHost(home())).await.unwrap();
    assert_eq!(*next.fleet().borrow().backups, Default::default());
    next.close().await;
}

#[tokio::test]
async fn what_a_dead_node_had_is_kept_until_it_is_back() {
    let lab = Lab::open().await;
    let engine = listed(&lab).await;
    let before = look(&engine).await;
    lab.simulator.datacenter().throw(Fault::DeadNode("nas".into()));
    engine.change(Change::Refresh).await.unwrap();
    let after = look(&engine).await;
    assert_eq!(before.backups.shelves.len(), after.backups.shelves.len());
    let of_nas = after.backups.shelves.iter().find(|shelf| shelf.node.as_str() == "nas" && !shelf.is_shared).unwrap();
    assert!(of_nas.content.known.is_some() && of_nas.content.fault.is_some());
    assert_eq!(on(&before, "backup").len(), on(&after, "backup").len());
    assert_eq!(shelf(&after, "backup").content.fault, None, "another node reads what all share");
    engine.close().await;
}

#[tokio::test]
async fn jobs_are_as_the_host_tells_them_and_a_host_that_does_not_tell_is_unknown() {
    let lab = Lab::open().await;
    let engine = listed(&lab).await;
    let vmid = engine.fleet().borrow().apps[0].guest.vmid;
    let job = BackupJobOrder {
        compression: Some(Compression::Gzip),
        mode: BackupMode::Suspend,
        ..BackupJobOrder::nightly("nightly", BackupOf::Guests(vec![vmid]), StorageName::new("backup"))
    };
    lab.simulator.datacenter().grant("/", &lab.simulator.ready().token_id, "Administrator");
    lab.client().create_backup_job(&job).await.unwrap();
    let fleet = look(&engine).await;
    let told = fleet.backups.host(&home()).unwrap();
    let job = told.jobs.known.as_ref().unwrap().iter().find(|job| &*job.id.id == "nightly").expect("it was made");
    assert_eq!((job.mode, job.compression, job.schedule.as_str()), (BackupMode::Suspend, Compression::Gzip, "02:30"));
    assert!(job.next_run.is_some());
    assert!(!told.uncovered.known.as_ref().unwrap().contains(&vmid));
    engine.close().await;
}

#[tokio::test]
async fn a_host_that_does_not_tell_its_jobs_says_why_and_nothing_else_is_missing() {
    let lab = Lab::open().await;
    let engine = listed(&lab).await;
    let before = look(&engine).await;
    lab.simulator.datacenter().throw(Fault::Unreachable.on_calls("GET /cluster/backup"));
    let after = look(&engine).await;
    let (was, is) = (before.backups.host(&home()).unwrap(), after.backups.host(&home()).unwrap());
    assert_eq!(was.jobs.known, is.jobs.known);
    assert!(is.jobs.fault.is_some() && is.uncovered.fault.is_none(), "{is:?}");
    assert_eq!(after.backups.shelves.iter().filter(|shelf| shelf.content.fault.is_some()).count(), 0);
    engine.close().await;
}

#[tokio::test]
async fn whoever_watches_looks_by_himself() {
    let lab = Lab::open().await;
    let engine = lab.watching().await;
    let fleet = until(&engine, |fleet| fleet.backups.shelves.len() > 2 && !fleet.backups.hosts.is_empty()).await;
    assert!(fleet.backups.all().count() > 0);
    engine.close().await;
}

#[tokio::test]
async fn whoever_watches_looks_again_when_something_was_done_to_the_backups() {
    let lab = Lab::open().await;
    let fleet = Fleet { hosts: vec![Host::unseen(home(), Vec::new(), String::new())], ..Fleet::default() };
    let world = Arc::new(World::new(Store::in_memory().unwrap().0, Vault::open(Kind::Memory), fleet, HASTY));
    let line = world.connect(home(), lab.client());
    listing::list(&world, &home()).await.unwrap();
    let end = CancellationToken::new();
    let looking = tokio::spawn(backups::keep_looking(world.clone(), home(), line, end.clone()));
    let mut seen = world.watch();
    let first = seen.wait_for(|fleet| !fleet.backups.hosts.is_empty()).await.unwrap().clone();
    let gone = on(&first, "backup")[0].key.clone();
    lab.simulator.datacenter().with(|datacenter| {
        let path = gone.volume.split_once(':').unwrap().1.to_owned();
        datacenter.storages.iter_mut().for_each(|storage| storage.volumes.retain(|volume| volume.path != path));
    });
    world.backups_changed(&home());
    let again = seen.wait_for(|fleet| fleet.backups.find(&gone).is_none());
    tokio::time::timeout(Duration::from_secs(30), again).await.expect("it was looked again").unwrap();
    end.cancel();
    looking.await.unwrap();
}

#[tokio::test]
async fn nobody_is_handed_a_look_that_had_begun_to_read_before_he_asked() {
    let looks = Looks::default();
    let Turn::Ours(mut look) = looks.turn().await else { panic!("nobody looked yet") };
    let (mut early, mut late) = (Box::pin(looks.turn()), Box::pin(looks.turn()));
    assert!(poll_immediate(&mut early).await.is_none());
    look.begins();
    assert!(poll_immediate(&mut late).await.is_none());
    look.ends(Ok(()));
    assert!(matches!(early.await, Turn::Done(Ok(()))));
    assert!(matches!(late.await, Turn::Ours(_)));
}
