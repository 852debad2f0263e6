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
    proxmox::{Client, ClientError, Exit, HistoryOf, TaskStatus, Timeframe, guest::ConfigView},
};
use serde_json::Value;

use super::{
    host::{Asked, Host, Reply, password},
    recorded_guests,
};

pub fn folder() -> Option<PathBuf> {
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
        (method, segments) => return recorded_guests::ask(client, method, segments).await,
    })
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

/// What ends every remedy of a failure that the book does not know.
const GENERIC: &str = "mend what it names, and try again";

/// The recorded failures, each as the operator is told of it.
async fn recorded_failures() -> Vec<(String, String, Fault)> {
    let mut failures = Vec::new();
    let host = Host::saying(Reply::Cut).await;
    let (node, vmid) = (NodeName::new("pve1"), Vmid(100));
    for recorded in all() {
        let name = recorded.name.clone();
        if recorded.status >= 400 {
            let reply = recorded.reply();
            host.now_does(move |_| reply.clone());
            let error =
                host.client().begin_power(&node, GuestKind::Container, vmid, PowerAction::Start).await.unwrap_err();
            failures.push((name, recorded.reason.clone(), error.into()));
            continue;
        }
        let data = recorded.data();
        if recorded.path.contains("/tasks/") && recorded.path.ends_with("/log") {
            let rows = data.as_array().cloned().unwrap_or_default();
            let lines: Vec<String> = rows.iter().filter_map(|row| Some(row["t"].as_str()?.to_owned())).collect();
            if let Some(exit) = lines.last().and_then(|last| last.strip_prefix("TASK ERROR: ")) {
                failures.push((name, exit.to_owned(), host.client().explain_task(exit, &lines, "it")));
            }
            continue;
        }
        let exits = data.as_array().cloned().unwrap_or(vec![data]);
        for exit in exits.iter().filter(|task| task["upid"].is_string()) {
            let exit = exit["exitstatus"].as_str().or(exit["status"].as_str()).unwrap_or_default();
            // A failed vzdump says no more than this; the reason is in its log.
            let is_failure = !["running", "RUNNING", "stopped", "OK", "job errors", ""].contains(&exit);
            if is_failure && !exit.starts_with("WARNINGS") {
                failures.push((name.clone(), exit.to_owned(), host.client().explain_task(exit, &[] as &[&str], "it")));
            }
        }
    }
    failures
}

#[tokio::test]
async fn no_recorded_failure_is_unknown_to_the_book() {
    let failures = recorded_failures().await;
    let unknown: std::collections::BTreeSet<_> = failures
        .iter()
        .filter(|(_, _, fault)| fault.remedy.ends_with(GENERIC))
        .map(|(name, text, fault)| format!("{name}: {text} => {}", fault.why))
        .collect();
    assert!(unknown.is_empty(), "{} unknown:\n{}", unknown.len(), unknown.into_iter().collect::<Vec<_>>().join("\n"));
    if folder().is_some() {
        assert!(failures.len() > 140, "too few failures were recorded: {}", failures.len());
    }
}
