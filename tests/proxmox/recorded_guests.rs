//! The recorded answers about containers and their changes, played back over a real socket.

use proximity::{
    domain::{
        ids::{NodeName, Vmid},
        moment::Moment,
    },
    proxmox::{
        Client, ClientError,
        guest::{
            AfterRollback, CloneKind, CloneOrder, ConfigChange, ConfigView, Description, DiskSize, Feature,
            NewContainer, Removal, Resize, RootDisk, Setting, Slot, SnapshotName, SnapshotRemoval, Tried, VolumeMove,
        },
    },
};

use super::{
    host::{Asked, Host, Reply},
    recorded::{all, folder, named},
};

/// Asks for the recorded endpoint as the product does; nothing where the product never asks for it.
pub async fn ask(client: &Client, method: &str, segments: &[&str]) -> Option<Result<String, ClientError>> {
    let (node, since) = (NodeName::new("pve1"), Moment(0));
    let name: SnapshotName = "before_update".parse().unwrap();
    let id = || segments.get(3)?.parse().ok().map(Vmid);
    let below = segments.get(4..).unwrap_or_default();
    let told = |value: &dyn std::fmt::Debug| format!("{value:?}");
    Some(match (method, segments.get(..3)?, below) {
        ("GET", ["cluster", "nextid"], _) => client.next_free_id().await.map(|it| told(&it)),
        ("POST", ["nodes", _, "lxc"], []) if segments.len() == 3 => {
            match client.try_create(&node, Vmid(201), &new_container(), since).await {
                Ok(Tried::Taken) => return None,
                outcome => outcome.map(|it| told(&it)),
            }
        }
        ("POST", ["nodes", _, "lxc"], ["clone"]) => {
            match client.try_clone(&node, id()?, Vmid(202), &copy(), since).await {
                Ok(Tried::Taken) => return None,
                outcome => outcome.map(|it| told(&it)),
            }
        }
        ("DELETE", ["nodes", _, "lxc"], []) => {
            client.begin_removal(&node, id()?, Removal::default()).await.map(|it| told(&it))
        }
        ("PUT", ["nodes", _, "lxc"], ["config"]) => {
            let change = ConfigChange::of(None).set(Setting::Cores(1));
            client.change_config(&node, id()?, &change).await.map(|it| told(&it))
        }
        ("GET", ["nodes", _, "lxc"], ["pending"]) => client.pending(&node, id()?).await.map(|it| told(&it)),
        ("GET", ["nodes", _, "lxc"], ["snapshot"]) => client.snapshots(&node, id()?).await.map(|it| told(&it)),
        ("GET", ["nodes", _, "lxc"], ["feature"]) => {
            client.has_feature(&node, id()?, Feature::Snapshot, None).await.map(|it| told(&it))
        }
        ("POST", ["nodes", _, "lxc"], ["snapshot"]) => {
            client.begin_snapshot(&node, id()?, &name, None).await.map(|it| told(&it))
        }
        ("POST", ["nodes", _, "lxc"], ["snapshot", _, "rollback"]) => {
            client.begin_rollback(&node, id()?, &name, AfterRollback::StaysOff).await.map(|it| told(&it))
        }
        ("DELETE", ["nodes", _, "lxc"], ["snapshot", _]) => {
            client.begin_snapshot_removal(&node, id()?, &name, SnapshotRemoval::Careful).await.map(|it| told(&it))
        }
        ("PUT", ["nodes", _, "lxc"], ["resize"]) => {
            let resize = Resize::By(DiskSize::gib(1));
            client.begin_resize(&node, id()?, Slot::Root, resize, None).await.map(|it| told(&it))
        }
        ("POST", ["nodes", _, "lxc"], ["move_volume"]) => {
            let to = VolumeMove::ToGuest { vmid: Vmid(331), slot: Slot::Mount(0), digest: None };
            client.begin_volume_move(&node, id()?, Slot::Mount(0), &to, None).await.map(|it| told(&it))
        }
        ("POST", ["nodes", _, "lxc"], ["template"]) => client.begin_template(&node, id()?).await.map(|it| told(&it)),
        _ => return None,
    })
}

fn new_container() -> NewContainer {
    let root = RootDisk::new("local".parse().unwrap(), DiskSize::gib(1));
    NewContainer::new("local:vztmpl/debian.tar.zst".parse().unwrap(), "a", root)
}

fn copy() -> CloneOrder {
    CloneOrder {
        kind: CloneKind::Full { storage: None },
        snapshot: None,
        hostname: None,
        description: Description::default(),
        pool: None,
        target: None,
    }
}

/// The words by which Proxmox says that an id has gone to somebody else.
#[tokio::test]
async fn a_recorded_collision_is_one() {
    for name in [
        "create-duplicate-vmid-submit",
        "create-repeat-after-lost-answer",
        "create-repeat-after-lost-answer-later",
        "clone-existing-id-submit",
    ] {
        let Some(recorded) = named(name) else { continue };
        let reply = recorded.reply();
        let host = Host::start(move |asked: &Asked| match asked.path.rsplit('/').next() {
            Some("config") => Reply::data(r#"{"description":"somebody's own\n"}"#),
            Some("tasks") => Reply::data("[]"),
            _ => reply.clone(),
        })
        .await;
        let (client, node) = (host.client(), NodeName::new("pve1"));
        let tried = match name.starts_with("clone") {
            true => client.try_clone(&node, Vmid(200), Vmid(100), &copy(), Moment(0)).await,
            false => client.try_create(&node, Vmid(363), &new_container(), Moment(0)).await,
        };
        assert_eq!(tried.unwrap(), Tried::Taken, "{name}");
    }
}

#[tokio::test]
async fn the_recorded_changes_that_wait_are_read_right() {
    for (name, expected) in [
        ("lxc-pending", vec![]),
        ("pending-after-failed-hotplug", vec![("net0", None, Some("name=eth0,bridge=vmbr0,ip=10.99.1.61/24,rate=10"))]),
    ] {
        let Some(recorded) = named(name) else { return };
        let host = Host::saying(recorded.reply()).await;
        let pending = host.client().pending(&NodeName::new("pve1"), Vmid(200)).await.unwrap();
        let read: Vec<_> =
            pending.iter().map(|one| (one.option.as_str(), one.now.as_deref(), one.next.as_deref())).collect();
        assert_eq!(read, expected, "{name}");
    }
}

/// Every value that was recorded is read as what it is, and says the same when it is written again.
#[tokio::test]
async fn every_recorded_value_survives() {
    let parts = |text: &str| {
        let mut parts: Vec<_> = text.split(',').map(str::to_owned).collect();
        parts.sort();
        parts
    };
    let mut values = 0;
    for recorded in
        all().into_iter().filter(|it| it.method == "GET" && it.status == 200 && it.path.ends_with("/config"))
    {
        if !recorded.path.contains("/lxc/") {
            continue;
        }
        let host = Host::saying(recorded.reply()).await;
        let config =
            host.client().container_config(&NodeName::new("pve1"), Vmid(200), &ConfigView::Next).await.unwrap();
        let written = config.nets.iter().map(|(at, net)| (format!("net{at}"), net.to_string()));
        let written = written.chain(config.mounts.iter().map(|(at, mount)| (format!("mp{at}"), mount.to_string())));
        let written = written.chain(config.root.iter().map(|root| ("rootfs".to_owned(), root.to_string())));
        let said = recorded.data();
        for (option, text) in written {
            assert_eq!(parts(&text), parts(said[&option].as_str().unwrap()), "{}: {option}", recorded.name);
            values += 1;
        }
        let raw = said["lxc"].as_array().map_or(0, Vec::len);
        assert_eq!(config.raw.len(), raw, "{}", recorded.name);
        let known: Vec<_> = config.others.keys().collect();
        assert!(known.iter().all(|key| *key == "snaptime" || *key == "parent"), "{}: {known:?}", recorded.name);
    }
    assert!(folder().is_none() || values > 20, "{values}");
}
