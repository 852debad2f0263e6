//! The life of containers against the simulated datacenter, over a real socket: what is asked for comes true.

use std::time::Duration;

use proximity::{
    domain::{
        fleet::{GuestKind, Power},
        ids::{HostId, NodeName, Upid, Vmid},
        plan::PowerAction,
        secret::Secret,
    },
    proxmox::{
        Client, Exit, Fingerprint, Login, Rhythm, Target, TaskNews,
        guest::{
            AfterRollback, Changed, CloneKind, CloneOrder, ConfigChange, ConfigView, ConsoleMode, Description,
            DiskSize, Feature, Insistence, Journey, Migration, Mount, Net, NewContainer, Newcomer, Original, Removal,
            Resize, RootDisk, Setting, Slot, SnapshotName, SnapshotRemoval, StorageMap, Tried, VolumeMove, obstacles,
        },
    },
    sim::{Options, Pace, Seed, Simulator},
};

use super::{marker, node, word};

/// Each call moves the simulated time by this much, so nobody waits for a task.
const STEP: Duration = Duration::from_millis(400);

async fn datacenter() -> (Simulator, Client) {
    let pace = Pace::PerCall { from: Pace::NOON, step: STEP };
    let simulator = Simulator::start(Options::local(Seed::plain(2, 6), pace)).await.unwrap();
    let ready = simulator.ready();
    let target = Target {
        host: HostId::new("home"),
        addresses: vec![ready.url.clone()],
        trust: ready.fingerprint.parse::<Fingerprint>().unwrap().into(),
        login: Login::Token { id: ready.token_id.clone(), secret: Secret::new(ready.token_secret.as_str()) },
    };
    let client = Client::new(target, crate::sent::log()).unwrap();
    (simulator, client)
}

fn at_once() -> Rhythm {
    Rhythm { at_first: Duration::ZERO, later: Duration::ZERO, ..Rhythm::default() }
}

async fn ends_well(client: &Client, task: &Upid) {
    let exit = client.await_task(task, at_once()).await.unwrap();
    assert_eq!(exit, Exit::Ok, "{task}: {:?}", client.task_log(task, 0).await);
}

fn new_container(simulator: &Simulator) -> NewContainer {
    let root = RootDisk::new(word("local-lvm"), DiskSize::gib(4));
    NewContainer {
        mounts: vec![Mount::new(word("local-lvm"), DiskSize::gib(2), word("/data"))],
        nets: vec![Net::new(word("eth0"), word("vmbr0"))],
        console: Some(ConsoleMode::Shell),
        tags: vec!["proximity".into(), "media".into()],
        password: Some(Secret::new("hunter22")),
        description: Description { marker: Some(marker(17)), notes: "for the living room".into() },
        ..NewContainer::new(simulator.ready().template.parse().unwrap(), "jellyfin", root)
    }
}

async fn made(client: &Client, simulator: &Simulator) -> Vmid {
    let new = new_container(simulator);
    let Newcomer { vmid, task } = client.create_container(&node(), &new).await.unwrap();
    ends_well(client, &task.unwrap()).await;
    assert_eq!(client.finish_container(&node(), vmid, &new).await.unwrap(), Changed::Accepted);
    vmid
}

#[tokio::test]
async fn a_container_is_made_as_it_was_asked_for() {
    let (simulator, client) = datacenter().await;
    let vmid = made(&client, &simulator).await;
    let config = client.container_config(&node(), vmid, &ConfigView::Next).await.unwrap();
    assert_eq!((config.hostname.as_deref(), config.marker()), (Some("jellyfin"), Some(marker(17))));
    assert!(config.is_unprivileged && config.features.nesting);
    assert_eq!((config.memory, config.console), (Some(512), ConsoleMode::Shell));
    assert_eq!(config.tags, ["media", "proximity"]);
    let root = config.root.unwrap();
    assert_eq!((root.size, root.source.storage()), (Some(DiskSize::gib(4)), Some(&word("local-lvm"))));
    assert_eq!((config.mounts[&0].size, config.mounts[&0].is_backed_up), (Some(DiskSize::gib(2)), true));
    assert!(config.nets[&0].mac.is_some());
    // The same order again finds it, another one does not.
    let again = client.try_create(&node(), vmid, &new_container(&simulator), Pace::NOON).await.unwrap();
    assert!(matches!(again, Tried::Ours(Newcomer { vmid: found, task: Some(_) }) if found == vmid), "{again:?}");
    let description = Description { marker: Some(marker(18)), notes: String::new() };
    let other = NewContainer { description, ..new_container(&simulator) };
    assert_eq!(client.try_create(&node(), vmid, &other, Pace::NOON).await.unwrap(), Tried::Taken);
}

#[tokio::test]
async fn its_log_is_followed_and_its_start_is_found() {
    let (simulator, client) = datacenter().await;
    let new = NewContainer { after: proximity::proxmox::guest::AfterCreation::Starts, ..new_container(&simulator) };
    let Newcomer { vmid, task } = client.create_container(&node(), &new).await.unwrap();
    let task = task.unwrap();
    let mut watch = client.watch_task(&task, at_once());
    let mut lines = Vec::new();
    while let Some(news) = watch.next().await {
        match news.unwrap() {
            TaskNews::Lines(more) => lines.extend(more),
            TaskNews::Ended(exit) => assert_eq!(exit, Exit::Ok),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(lines, client.task_log(&task, 0).await.unwrap());
    assert_eq!(lines.last().map(String::as_str), Some("TASK OK"));
    let start = client.follow_up(&task).await.unwrap().unwrap();
    ends_well(&client, &start.upid).await;
    let now = client.guest_now(&node(), GuestKind::Container, vmid).await.unwrap();
    assert_eq!(now.power, Power::Running);
    assert!(!client.addresses(&node(), vmid).await.unwrap().is_empty());
    // What a running container cannot take at once waits, and can be taken back.
    let config = client.container_config(&node(), vmid, &ConfigView::Next).await.unwrap();
    let stale = config.digest.clone();
    let change = ConfigChange::of(config.digest).set(Setting::Console(ConsoleMode::Tty)).set(Setting::Cores(2));
    assert_eq!(client.change_config(&node(), vmid, &change).await.unwrap(), Changed::Accepted);
    let pending = client.pending(&node(), vmid).await.unwrap();
    assert_eq!(
        pending.iter().map(|one| (one.option.as_str(), one.next.as_deref())).collect::<Vec<_>>(),
        [("cmode", Some("tty"))]
    );
    client.revert(&node(), vmid, &["cmode"]).await.unwrap();
    assert!(client.pending(&node(), vmid).await.unwrap().is_empty());
    let late = ConfigChange::of(stale).set(Setting::Memory(1024));
    let error = client.change_config(&node(), vmid, &late).await.unwrap_err();
    assert!(error.text().unwrap().contains("detected modified configuration"), "{error:?}");
    let off = client
        .begin_shutdown(&node(), GuestKind::Container, vmid, Duration::from_secs(20), Insistence::CutsPower)
        .await
        .unwrap();
    ends_well(&client, &off).await;
}

#[tokio::test]
async fn snapshots_come_and_go() {
    let (simulator, client) = datacenter().await;
    let vmid = made(&client, &simulator).await;
    let (first, second): (SnapshotName, SnapshotName) = ("first".parse().unwrap(), "second".parse().unwrap());
    assert!(client.has_feature(&node(), vmid, Feature::Snapshot, None).await.unwrap());
    for (name, note) in [(&first, Some("as new")), (&second, None)] {
        let task = client.begin_snapshot(&node(), vmid, name, note).await.unwrap();
        ends_well(&client, &task).await;
    }
    client.describe_snapshot(&node(), vmid, &second, "after the update").await.unwrap();
    let snapshots = client.snapshots(&node(), vmid).await.unwrap();
    let told: Vec<_> = snapshots
        .tree()
        .into_iter()
        .map(|(depth, one)| (depth, one.name.to_string(), one.description.clone().unwrap_or_default()))
        .collect();
    assert_eq!(told, [(0, "first".into(), "as new".into()), (1, "second".into(), "after the update".into())]);
    assert_eq!(snapshots.current, Some(second.clone()));
    let view = ConfigView::Snapshot(first.clone());
    assert_eq!(client.container_config(&node(), vmid, &view).await.unwrap().hostname.as_deref(), Some("jellyfin"));
    let back = client.begin_rollback(&node(), vmid, &second, AfterRollback::Starts).await.unwrap();
    ends_well(&client, &back).await;
    let start = client.follow_up(&back).await.unwrap().unwrap();
    ends_well(&client, &start.upid).await;
    for (name, how) in [(&first, SnapshotRemoval::Careful), (&second, SnapshotRemoval::Forced)] {
        let task = client.begin_snapshot_removal(&node(), vmid, name, how).await.unwrap();
        ends_well(&client, &task).await;
    }
    assert!(client.snapshots(&node(), vmid).await.unwrap().taken.is_empty());
}

#[tokio::test]
async fn copies_are_made_and_removed() {
    let (simulator, client) = datacenter().await;
    let vmid = made(&client, &simulator).await;
    let order = CloneOrder {
        kind: CloneKind::Full { storage: None },
        snapshot: None,
        hostname: Some("copy".into()),
        description: Description { marker: Some(marker(20)), notes: String::new() },
        pool: None,
        target: None,
    };
    let Newcomer { vmid: copy, task } = client.clone_container(&node(), vmid, &order).await.unwrap();
    ends_well(&client, &task.unwrap()).await;
    let config = client.container_config(&node(), copy, &ConfigView::Next).await.unwrap();
    assert_eq!((config.hostname.as_deref(), config.marker()), (Some("copy"), Some(marker(20))));
    let again = client.try_clone(&node(), vmid, copy, &order, Pace::NOON).await.unwrap();
    assert!(matches!(again, Tried::Ours(_)), "{again:?}");
    // A copy becomes the mould of others.
    match client.begin_template(&node(), copy).await.unwrap() {
        proximity::proxmox::Begun::Task(task) => ends_well(&client, &task).await,
        proximity::proxmox::Begun::NothingToDo => {}
    }
    let linked = CloneOrder { kind: CloneKind::Linked, ..order };
    let Newcomer { vmid: child, task } = client.clone_container(&node(), copy, &linked).await.unwrap();
    ends_well(&client, &task.unwrap()).await;
    let how = Removal { purges: true, takes_stray_disks: true, ..Removal::default() };
    for gone in [child, copy, vmid] {
        let task = client.begin_removal(&node(), gone, how).await.unwrap();
        ends_well(&client, &task).await;
        let error = client.container_config(&node(), gone, &ConfigView::Next).await.unwrap_err();
        assert!(error.says_guest_is_elsewhere(), "{error:?}");
    }
}

#[tokio::test]
async fn disks_grow_and_change_hands() {
    let (simulator, client) = datacenter().await;
    let (giver, taker) = (made(&client, &simulator).await, made(&client, &simulator).await);
    let task = client.begin_resize(&node(), giver, Slot::Root, Resize::By(DiskSize::gib(1)), None).await.unwrap();
    ends_well(&client, &task).await;
    let config = client.container_config(&node(), giver, &ConfigView::Next).await.unwrap();
    assert_eq!(config.root.as_ref().unwrap().size, Some(DiskSize::gib(5)));
    let to = VolumeMove::ToGuest { vmid: taker, slot: Slot::Mount(1), digest: None };
    let task = client.begin_volume_move(&node(), giver, Slot::Mount(0), &to, config.digest.as_ref()).await.unwrap();
    ends_well(&client, &task).await;
    let given = client.container_config(&node(), giver, &ConfigView::Next).await.unwrap();
    let taken = client.container_config(&node(), taker, &ConfigView::Next).await.unwrap();
    assert!(given.mounts.is_empty() && taken.mounts[&1].path == word("/data"));
    let to = VolumeMove::ToStorage { storage: word("local"), original: Original::Removed };
    let refused = client.begin_volume_move(&node(), giver, Slot::Root, &to, None).await;
    // `local` holds no containers, and Proxmox says so at once or in the task.
    if let Ok(task) = refused {
        assert!(matches!(client.await_task(&task, at_once()).await.unwrap(), Exit::Failed(_)));
    }
}

#[tokio::test]
async fn a_container_moves_where_nothing_stands_in_its_way() {
    let (simulator, client) = datacenter().await;
    let vmid = made(&client, &simulator).await;
    let start = client.begin_power(&node(), GuestKind::Container, vmid, PowerAction::Start).await.unwrap();
    ends_well(&client, &start).await;
    let there = NodeName::new("pve2");
    let (from, to) = (client.place(&node()).await.unwrap(), client.place(&there).await.unwrap());
    let config = client.container_config(&node(), vmid, &ConfigView::Next).await.unwrap();
    let said = client.migration_preconditions(&node(), vmid, &there).await.unwrap().unwrap();
    assert!(said.is_running);
    let road = Journey {
        config: &config,
        is_running: true,
        restarts: true,
        has_snapshots: false,
        from: &from,
        to: &to,
        storages: &StorageMap::Same,
        preconditions: Some(&said),
    };
    assert_eq!(obstacles(&road), []);
    let migration = Migration { target: there.clone(), restarts: true, timeout: Some(30), storages: StorageMap::Same };
    let task = client.begin_migration(&node(), vmid, &migration).await.unwrap();
    ends_well(&client, &task).await;
    let error = client.container_config(&node(), vmid, &ConfigView::Next).await.unwrap_err();
    assert!(error.says_guest_is_elsewhere());
    let now = client.guest_now(&there, GuestKind::Container, vmid).await.unwrap();
    assert_eq!(now.power, Power::Running);
}
