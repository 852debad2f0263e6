//! The answers of a real Proxmox VE, played back over a real socket. What must hold: each recorded answer of an endpoint
//! we read becomes a value, each recorded refusal tells its own words.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use proximity::{
    domain::{
        fault::Fault,
        fleet::{GuestKind, Listing, Power},
        ids::{GuestKey, HostId, NodeName, Upid, Vmid},
        moment::Moment,
        plan::PowerAction,
    },
    proxmox::{
        Client, ClientError, Exit, HistoryOf, TaskStatus, Timeframe,
        guest::{
            AfterRollback, CloneKind, CloneOrder, ConfigChange, ConfigView, Description, DiskSize, Feature,
            NewContainer, Removal, Resize, RootDisk, Setting, Slot, SnapshotName, SnapshotRemoval, Tried, VolumeMove,
        },
    },
};
use serde_json::Value;

use super::host::{Asked, Host, Reply, password};

fn folder() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/pve/fixtures");
    if !folder.exists() {
        eprintln!("not run: there are no recorded answers beside the project");
        return None;
    }
    Some(folder)
}

pub struct Recorded {
    pub name: String,
    pub method: String,
    /// Below the API, without the query.
    pub path: String,
    pub status: u16,
    pub reason: String,
    pub body: String,
}

impl Recorded {
    fn read(path: &Path) -> Option<Self> {
        let json: Value = serde_json::from_str(&std::fs::read_to_string(path).ok()?).ok()?;
        let (asked, said) = (&json["request"], &json["response"]);
        let target = asked["path"].as_str()?.strip_prefix("/api2/json")?;
        Some(Self {
            name: json["name"].as_str()?.to_owned(),
            method: asked["method"].as_str()?.to_owned(),
            path: target.split('?').next()?.to_owned(),
            status: said["status"].as_u64()? as u16,
            reason: said["reason"].as_str()?.to_owned(),
            body: said["body_raw"].as_str()?.to_owned(),
        })
    }

    pub fn reply(&self) -> Reply {
        Reply::body(self.status, &self.reason, &self.body)
    }

    pub fn data(&self) -> Value {
        serde_json::from_str::<Value>(&self.body).map(|whole| whole["data"].clone()).unwrap_or_default()
    }
}

pub fn all() -> Vec<Recorded> {
    let Some(folder) = folder() else { return Vec::new() };
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
        .iter()
        .filter(|path| path.extension().is_some_and(|end| end == "json"))
        .filter_map(|path| Recorded::read(path))
        .collect()
}

pub fn named(name: &str) -> Option<Recorded> {
    all().into_iter().find(|recorded| recorded.name == name)
}

/// Asks for the recorded endpoint as the product does; nothing where the product never asks for it.
async fn ask(client: &Client, recorded: &Recorded) -> Option<Result<String, ClientError>> {
    let segments: Vec<_> = recorded.path.trim_matches('/').split('/').collect();
    let node = NodeName::new("pve1");
    let host = HostId::new("home");
    let told = |value: &dyn std::fmt::Debug| format!("{value:?}");
    Some(match (recorded.method.as_str(), segments.as_slice()) {
        ("GET", ["version"]) => client.version().await.map(|it| told(&it)),
        ("GET", ["cluster", "resources"]) => client.observe(Moment(0)).await.map(|it| told(&it)),
        ("GET", ["access", "permissions"]) => client.permissions().await.map(|it| told(&it)),
        ("GET", ["nodes", _, "lxc", vmid, "config"]) => {
            let key = GuestKey { host, vmid: Vmid(vmid.parse().ok()?) };
            if let Err(error) = client.container_config(&node, key.vmid, &ConfigView::Next).await {
                return Some(Err(error));
            }
            client.guest_detail(&key, &node, GuestKind::Container).await.map(|it| told(&it))
        }
        ("GET", ["nodes", _, "lxc", vmid, "interfaces"]) => {
            client.addresses(&node, Vmid(vmid.parse().ok()?)).await.map(|it| told(&it))
        }
        ("GET", ["nodes", _, "lxc", vmid, "status", "current"]) => {
            client.guest_now(&node, GuestKind::Container, Vmid(vmid.parse().ok()?)).await.map(|it| told(&it))
        }
        ("GET", ["nodes", _, .., "rrddata"]) => {
            client.history(&HistoryOf::Node(node), Timeframe::Hour).await.map(|it| told(&it))
        }
        ("GET", ["nodes", _, "tasks"]) => {
            client.find_tasks(&node, Vmid(100), "vzstart", Moment(0)).await.map(|it| told(&it))
        }
        ("GET", ["nodes", _, "tasks", upid, "status"]) => client.task_status(&upid_of(upid)).await.map(|it| told(&it)),
        ("GET", ["nodes", _, "tasks", upid, "log"]) => client.task_log(&upid_of(upid), 0).await.map(|it| told(&it)),
        ("DELETE", ["nodes", _, "tasks", upid]) => client.cancel_task(&upid_of(upid)).await.map(|it| told(&it)),
        ("POST", ["nodes", _, "lxc", vmid, "status", _]) => {
            let vmid = Vmid(vmid.parse().ok()?);
            client.begin_power(&node, GuestKind::Container, vmid, PowerAction::Start).await.map(|it| told(&it))
        }
        (method, segments) => return ask_of_container(client, method, segments).await,
    })
}

/// The same for what changes containers.
async fn ask_of_container(client: &Client, method: &str, segments: &[&str]) -> Option<Result<String, ClientError>> {
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

fn upid_of(escaped: &str) -> Upid {
    let upid = percent_encoding::percent_decode_str(escaped).decode_utf8().unwrap().into_owned();
    // A test of a malformed name is about the answer here.
    Upid::new(if upid.matches(':').count() < 8 { "UPID:pve1:1:1:6B000000:vzdump:200:a@pve:".to_owned() } else { upid })
}

#[tokio::test]
async fn every_recorded_answer_is_understood() {
    let mut read: BTreeMap<String, usize> = BTreeMap::new();
    let host = Host::saying(Reply::Cut).await;
    for recorded in all() {
        let (reply, path, method) = (recorded.reply(), recorded.path.clone(), recorded.method.clone());
        let is_interfaces = path.ends_with("/interfaces");
        host.now_does(move |asked| match asked.line().as_str() {
            line if is_interfaces && line.ends_with("/version") => Reply::data(r#"{"version":"9.2.11"}"#),
            // What is looked up after an order was not recorded with it.
            line if method == "POST" && line.ends_with("/tasks") => Reply::data("[]"),
            line if method == "POST" && line.ends_with("/config") => Reply::data(r#"{"template":1}"#),
            _ => reply.clone(),
        });
        let Some(outcome) = ask(&host.client(), &recorded).await else { continue };
        let name = &recorded.name;
        match outcome {
            Ok(_) => assert_eq!(recorded.status, 200, "{name}: a refusal was taken for an answer"),
            Err(error) => {
                assert_ne!(recorded.status, 200, "{name}: {error:?}");
                assert_is_told(&recorded, error);
            }
        }
        let end = recorded.path.rsplit('/').next().unwrap_or_default();
        *read.entry(format!("{} …/{end}", recorded.method)).or_default() += 1;
    }
    if folder().is_some() {
        let count: usize = read.values().sum();
        assert!(count > 290 && read.len() >= 24, "too few recordings were played back: {read:?}");
    }
}

/// A refusal keeps Proxmox's words, and gives the operator something to do.
fn assert_is_told(recorded: &Recorded, error: ClientError) {
    let name = &recorded.name;
    assert!(!matches!(error, ClientError::Rubbish { .. } | ClientError::NotProxmox { .. }), "{name}: {error:?}");
    let words = match &error {
        ClientError::TokenRefused { why, .. } => why.clone(),
        other => other.text().unwrap_or_else(|| panic!("{name}: {other:?}")).to_owned(),
    };
    assert_eq!(words, recorded.reason, "{name}");
    let fault = Fault::from(error);
    assert!(!fault.what.is_empty() && !fault.why.is_empty() && !fault.remedy.is_empty(), "{name}: {fault:?}");
}

#[tokio::test]
async fn the_recorded_listing_is_read_right() {
    let (Some(resources), Some(status)) = (named("cluster-resources"), named("cluster-status")) else { return };
    let rows = resources.data().as_array().unwrap().clone();
    let is_guest = |row: &&Value| row["type"] == "lxc" || row["type"] == "qemu";
    let guests = rows.iter().filter(is_guest).count();
    let host = Host::start(move |asked: &Asked| match asked.line().as_str() {
        "GET /cluster/resources" => resources.reply(),
        "GET /cluster/status" => status.reply(),
        "GET /version" => Reply::data(r#"{"version":"9.2.11"}"#),
        _ => Reply::data("{}"),
    })
    .await;
    let seen = host.client().observe(Moment(0)).await.unwrap();
    assert_eq!(seen.listing, Listing::Complete);
    assert_eq!((seen.guests.len(), seen.nodes.len()), (guests, 1));
    assert_eq!(seen.storages.len(), rows.iter().filter(|row| row["type"] == "storage").count());
    let alp1 = seen.guests.iter().find(|guest| guest.key.vmid == Vmid(100)).unwrap();
    assert_eq!((&*alp1.name, alp1.power, alp1.cores), ("alp1", Power::Running, Some(2.0)));
    assert_eq!(alp1.tags.iter().map(|tag| &**tag).collect::<Vec<_>>(), ["lab", "web"]);
    assert_eq!(alp1.memory.unwrap().total, 268_435_456);
    let template = seen.guests.iter().find(|guest| guest.key.vmid == Vmid(110)).unwrap();
    assert!(template.is_template);
    assert_eq!(seen.nodes[0].version.as_deref(), Some("9.2.11"));
}

#[tokio::test]
async fn the_recorded_details_are_read_right() {
    let (Some(config), Some(interfaces)) = (named("oci-config-after-env"), named("oci-interfaces")) else { return };
    let host = Host::start(move |asked: &Asked| match asked.path.rsplit('/').next() {
        Some("config") => config.reply(),
        Some("interfaces") => interfaces.reply(),
        _ => Reply::data(r#"{"version":"9.2.11"}"#),
    })
    .await;
    let key = GuestKey { host: HostId::new("home"), vmid: Vmid(330) };
    let detail = host.client().guest_detail(&key, &NodeName::new("pve2"), GuestKind::Container).await.unwrap();
    assert_eq!(detail.addresses.iter().map(|address| &**address).collect::<Vec<_>>(), ["10.99.2.114/24"]);
    assert_eq!(detail.environment.len(), 3);
    assert_eq!(&*detail.environment[2].1, "hello world = \"q\" 'x' $HOME");
    assert!(detail.volumes.iter().any(|volume| &*volume.path == "/data" && volume.is_backed_up));
    assert_eq!(detail.networks[0].mac.as_deref(), Some("BC:24:11:FC:FD:B0"));
}

#[tokio::test]
async fn the_recorded_log_ins_go_as_they_went() {
    for (name, expected) in [
        ("login-bad-password", "WrongLogin"),
        ("login-unknown-user", "WrongLogin"),
        ("login-unknown-realm", "WrongLogin"),
        ("login-disabled-user", "WrongLogin"),
        ("login-missing-password", "Refused"),
    ] {
        let Some(recorded) = named(name) else { return };
        let host = Host::saying(recorded.reply()).await;
        let error = host.client_as(password()).log_in().await.unwrap_err();
        assert!(format!("{error:?}").starts_with(expected), "{name}: {error:?}");
    }
}

/// Every task that was recorded at its end is judged, and every failure is explained.
#[tokio::test]
async fn every_recorded_failure_of_a_task_is_explained() {
    let host = Host::saying(Reply::Cut).await;
    for recorded in
        all().into_iter().filter(|it| it.path.ends_with("/status") && it.path.contains("/tasks/") && it.status == 200)
    {
        let reply = recorded.reply();
        host.now_does(move |_| reply.clone());
        let upid = upid_of(recorded.path.split('/').nth(4).unwrap());
        let exit = recorded.data()["exitstatus"].as_str().map(str::to_owned);
        match (host.client().task_status(&upid).await.unwrap(), exit.as_deref()) {
            (TaskStatus::Running, None) | (TaskStatus::Ended(Exit::Ok), Some("OK")) => {}
            (TaskStatus::Ended(Exit::Warnings(count)), Some(text)) => assert_eq!(text, format!("WARNINGS: {count}")),
            (TaskStatus::Ended(Exit::Failed(text)), Some(said)) => {
                assert_eq!(text, said);
                let fault = host.client().explain_task(&text, &[] as &[&str], "it");
                assert!(!fault.why.is_empty() && !fault.remedy.is_empty());
            }
            other => panic!("{}: {other:?}", recorded.name),
        }
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
