//! The answers of a real Proxmox VE about storages, backups and the cluster. What must hold: each of them becomes values
//! that say what it says, and each refusal keeps its words.

use std::{collections::BTreeMap, fmt::Debug};

use percent_encoding::percent_decode_str;
use proximity::{
    domain::{
        fault::Fault,
        fleet::GuestKind,
        ids::{NodeName, Vmid},
        moment::Moment,
    },
    proxmox::{
        Begun, Client, ClientError, Timeframe, Version,
        backup::{
            BackupEnd, BackupMode, BackupOf, BackupOrder, BackupPhase, Compression, Notify, OldBackups, read_backup_log,
        },
        cluster::{BackupJobOrder, JobChange, JobState},
        storage::{
            Architecture, ContentKind, Download, Guarding, Mark, PruneScope, Retention, StorageSelection, Volume,
            VolumeChange, VolumeId, best_template,
        },
    },
};
use serde_json::Value;

use super::{storage, vmid};
use crate::proxmox::{
    host::{Asked, Host, Reply},
    recorded::{Recorded, all, named},
};

/// A host that says this one thing, and what version it is.
async fn playing(recorded: &Recorded) -> Host {
    let (reply, path) = (recorded.reply(), recorded.path.clone());
    Host::start(move |asked: &Asked| match asked.path.ends_with("/version") && path != asked.path {
        true => Reply::data(r#"{"version":"9.2.11"}"#),
        false => reply.clone(),
    })
    .await
}

/// What a good answer became, as text, and how many things it holds.
struct Read(String, usize);

fn one(value: impl Debug) -> Read {
    Read(format!("{value:?}"), 1)
}

fn many(values: Vec<impl Debug>) -> Read {
    Read(format!("{values:?}"), values.len())
}

fn volume(escaped: &str) -> VolumeId {
    percent_decode_str(escaped).decode_utf8().unwrap().parse().unwrap()
}

/// Asks for the recorded endpoint as the product does; nothing where it is none of these.
async fn ask(client: &Client, recorded: &Recorded) -> Option<Result<Read, ClientError>> {
    let segments: Vec<_> = recorded.path.trim_matches('/').split('/').collect();
    Some(match segments.as_slice() {
        ["nodes", node, rest @ ..] => return ask_node(client, &NodeName::new(*node), rest, &recorded.method).await,
        ["storage"] => client.storage_configs().await.map(many),
        ["storage", name] => client.storage_config(&storage(name)).await.map(one),
        ["pools"] => client.pools().await.map(many),
        ["cluster", rest @ ..] => return ask_cluster(client, rest, &recorded.method).await,
        _ => return None,
    })
}

async fn ask_node(client: &Client, node: &NodeName, rest: &[&str], method: &str) -> Option<Result<Read, ClientError>> {
    let one_guest = PruneScope::One(GuestKind::Container, vmid());
    Some(match (method, rest) {
        ("GET", ["storage"]) => client.storages(node, StorageSelection::All).await.map(many),
        ("GET", ["storage", name, "status"]) => client.storage_status(node, &storage(name)).await.map(one),
        ("GET", ["storage", name, "content"]) => client.content(node, &storage(name), None, None).await.map(many),
        ("GET", ["storage", _, "content", id]) => client.volume(node, &volume(id)).await.map(one),
        ("PUT", ["storage", _, "content", id]) => {
            let change = VolumeChange { notes: Some("x".into()), guarding: None };
            client.change_volume(node, &volume(id), &change).await.map(one)
        }
        ("DELETE", ["storage", _, "content", id]) => client.delete_volume(node, &volume(id)).await.map(one),
        ("GET", ["storage", name, "prunebackups"]) => {
            client.prune_preview(node, &storage(name), Some(&Retention::last(1)), one_guest).await.map(many)
        }
        ("GET", ["storage", name, "rrddata"]) => {
            client.storage_history(node, &storage(name), Timeframe::Hour).await.map(many)
        }
        ("POST", ["storage", name, "download-url"]) => {
            let download = Download {
                url: "http://127.0.0.1:1/x.tar.zst".into(),
                kind: ContentKind::Templates,
                file: "x.tar.zst".into(),
                checksum: None,
                takes_any_certificate: false,
            };
            client.begin_download(node, &storage(name), &download).await.map(one)
        }
        ("POST", ["storage", name, "oci-registry-pull"]) => {
            client.begin_pull(node, &storage(name), &"localhost:5443/web:1.0".parse().unwrap()).await.map(one)
        }
        ("GET", ["query-oci-repo-tags"]) => client.image_tags(node, &"a/b".parse().unwrap()).await.map(many),
        ("GET", ["aplinfo"]) => client.templates(node).await.map(many),
        ("GET", ["network"]) => client.interfaces(node).await.map(many),
        ("GET", ["status"]) => client.node_now(node).await.map(one),
        ("POST", ["vzdump"]) => client.begin_backup(node, &BackupOrder::one(vmid(), storage("bak"))).await.map(one),
        ("GET", ["vzdump", "defaults"]) => client.backup_defaults(node, None).await.map(one),
        ("GET", ["vzdump", "extractconfig"]) => {
            client.archived_config(node, &"bak:backup/x".parse().unwrap()).await.map(one)
        }
        ("GET", ["apt", "versions"]) => client.packages(node).await.map(many),
        _ => return None,
    })
}

async fn ask_cluster(client: &Client, rest: &[&str], method: &str) -> Option<Result<Read, ClientError>> {
    let change = JobChange { state: Some(JobState::Disabled), ..JobChange::default() };
    Some(match (method, rest) {
        ("GET", ["nextid"]) => client.next_vmid().await.map(one),
        ("GET", ["options"]) => client.cluster_options().await.map(one),
        ("GET", ["log"]) => client.cluster_log(5).await.map(many),
        ("GET", ["tasks"]) => client.cluster_tasks().await.map(many),
        ("GET", ["ha", "resources"]) => client.ha_resources().await.map(many),
        ("GET", ["ha", "status", "current"]) => client.ha_status().await.map(many),
        ("GET", ["backup"]) => client.backup_jobs().await.map(many),
        ("GET", ["backup", id]) => client.backup_job(id).await.map(one),
        ("POST", ["backup"]) => {
            let job = BackupJobOrder::nightly("nightly", BackupOf::Pool("p".into()), storage("bak"));
            client.create_backup_job(&job).await.map(one)
        }
        ("PUT", ["backup", id]) => client.change_backup_job(id, &change).await.map(one),
        ("DELETE", ["backup", id]) => client.delete_backup_job(id).await.map(one),
        ("GET", ["backup", id, "included_volumes"]) => client.job_coverage(id).await.map(many),
        ("GET", ["backup-info", "not-backed-up"]) => client.not_backed_up().await.map(many),
        ("GET", ["jobs", "schedule-analyze"]) => client.next_runs("02:30", 3).await.map(many),
        _ => return None,
    })
}

/// How many things an answer holds.
fn numbers_of_rows(data: &Value) -> usize {
    match data {
        Value::Array(rows) => rows.len(),
        Value::Object(map) => map.get("children").and_then(Value::as_array).map_or(1, Vec::len),
        _ => 1,
    }
}

#[tokio::test]
async fn every_recorded_answer_is_understood_in_full() {
    let mut read: BTreeMap<String, usize> = BTreeMap::new();
    let recordings = all();
    for recorded in &recordings {
        let host = playing(recorded).await;
        let Some(outcome) = ask(&host.client(), recorded).await else { continue };
        let name = &recorded.name;
        match outcome {
            Ok(Read(text, count)) => {
                assert_eq!(recorded.status, 200, "{name}: a refusal was taken for an answer: {text}");
                assert_eq!(count, numbers_of_rows(&recorded.data()), "{name}: a row was lost: {text}");
            }
            Err(error) => {
                assert_ne!(recorded.status, 200, "{name}: {error:?}");
                // The first line of an answer has but one line.
                assert!(error.text().unwrap().starts_with(&recorded.reason), "{name}: {error:?}");
                let fault = Fault::from(error);
                assert!(!fault.why.is_empty() && !fault.remedy.is_empty(), "{name}: {fault:?}");
            }
        }
        let template: Vec<_> = recorded.path.split('/').filter(|part| !part.contains('%')).collect();
        *read.entry(format!("{} {}", recorded.method, template.join("/"))).or_default() += 1;
    }
    if !recordings.is_empty() {
        let count: usize = read.values().sum();
        assert!(
            count >= 75 && read.len() >= 35,
            "too few recordings were played back: {count} of {}: {read:#?}",
            read.len()
        );
    }
}

macro_rules! played {
    ($name:expr) => {
        match named($name) {
            Some(recorded) => (playing(&recorded).await, recorded),
            None => return,
        }
    };
}

fn node() -> NodeName {
    NodeName::new("pve1")
}

#[tokio::test]
async fn recorded_storages_are_read_right() {
    let (host, recorded) = played!("node-storage");
    let found = host.client().storages(&node(), StorageSelection::All).await.unwrap();
    for row in recorded.data().as_array().unwrap() {
        let one = found.iter().find(|one| one.name.as_str() == row["storage"]).unwrap();
        let usage = one.usage.unwrap();
        assert_eq!((Some(usage.used), Some(usage.total)), (row["used"].as_u64(), row["total"].as_u64()));
        assert_eq!((one.available, &*one.kind), (row["avail"].as_u64(), row["type"].as_str().unwrap()));
        assert!(one.is_active && one.is_enabled && !one.is_shared);
        assert_eq!(one.content.len(), row["content"].as_str().unwrap().split(',').count(), "each kind is known");
    }
    let (host, _) = played!("storage-config");
    let configs = host.client().storage_configs().await.unwrap();
    let kinds: Vec<_> = configs.iter().map(|config| (config.name.as_str(), &*config.kind)).collect();
    assert_eq!(kinds, [("bak", "dir"), ("btr", "btrfs"), ("local", "dir")]);
    assert_eq!(configs[0].retention, Some(Retention::ALL));
    assert_eq!(configs[0].particular.keys().collect::<Vec<_>>(), ["path"], "all else has a place of its own");
    let (host, _) = played!("storage-rrddata");
    let fills = host.client().storage_history(&node(), &storage("local"), Timeframe::Hour).await.unwrap();
    assert!(
        fills[0].usage.is_none() && fills.iter().any(|fill| fill.usage.is_some_and(|it| it.total == 270_553_174_016))
    );
}

fn assert_volume(volume: &Volume, row: &Value) {
    assert_eq!(volume.id.to_string(), row["volid"]);
    assert_eq!(volume.kind.unwrap().slug(), row["content"]);
    assert_eq!(&*volume.format, row["format"].as_str().unwrap());
    assert_eq!((volume.size, volume.used), (row["size"].as_u64(), row["used"].as_u64()));
    assert_eq!(volume.made.map(|at| at.as_secs()), row["ctime"].as_i64());
    assert_eq!(volume.vmid.map(|vmid| u64::from(vmid.0)), row["vmid"].as_u64());
    assert_eq!(volume.notes.as_deref(), row["notes"].as_str());
    assert_eq!(volume.guarding == Guarding::Protected, row["protected"] == 1);
    let of = volume.backup.as_ref().and_then(|backup| backup.of);
    assert_eq!(of == Some(GuestKind::Container), row["subtype"] == "lxc");
}

#[tokio::test]
async fn recorded_contents_are_read_right() {
    let mut count = 0;
    for recorded in all().iter().filter(|it| it.path.ends_with("/content") && it.status == 200) {
        let host = playing(recorded).await;
        let found = host.client().content(&node(), &storage("bak"), None, None).await.unwrap();
        for row in recorded.data().as_array().unwrap() {
            let volume = found.iter().find(|volume| volume.id.to_string() == row["volid"]).unwrap();
            assert_volume(volume, row);
            count += 1;
        }
    }
    assert!(count == 0 || count > 20, "{count}");
    let (host, _) = played!("backup-volume-info");
    let detail = host.client().volume(&node(), &"bak:backup/x".parse().unwrap()).await.unwrap();
    assert_eq!((detail.size, detail.used), (Some(1_091_584), Some(1_093_632)));
    assert_eq!((detail.notes.as_deref(), detail.guarding), (Some("fix200"), Guarding::Protected));
    assert!(detail.path.ends_with("vzdump-lxc-200-2026_11_20-10_02_19.tar.zst"));
    let (host, _) = played!("prune-preview");
    let all = PruneScope::All(GuestKind::Container);
    let marked = host.client().prune_preview(&node(), &storage("bak"), None, all).await.unwrap();
    let protected: Vec<_> = marked.iter().filter(|one| one.mark == Mark::Protected).map(|one| one.vmid).collect();
    assert_eq!((marked.len(), protected), (6, vec![Some(Vmid(103))]));
}

#[tokio::test]
async fn the_best_of_the_recorded_templates_is_debian_13() {
    let (host, recorded) = played!("aplinfo");
    let list = host.client().templates(&node()).await.unwrap();
    let best = |version: &str| {
        let version = Version::read(version).unwrap();
        best_template(&list, &version, &Architecture::new("x86_64")).map(|template| template.file.to_string())
    };
    assert_eq!(best("9.2.11").as_deref(), Some("debian-13-standard_13.6-1_amd64.tar.zst"));
    assert_eq!(best("7.4-17").as_deref(), Some("debian-12-standard_12.12-1_amd64.tar.zst"));
    for row in recorded.data().as_array().unwrap() {
        let one = list.iter().find(|one| *one.file == *row["template"].as_str().unwrap()).unwrap();
        assert_eq!(
            (&*one.package, &*one.section, &*one.os),
            (row["package"].as_str().unwrap(), row["section"].as_str().unwrap(), row["os"].as_str().unwrap())
        );
        assert_eq!((one.architecture.as_str(), one.sha512.as_deref()), ("amd64", row["sha512sum"].as_str()));
    }
}

#[tokio::test]
async fn recorded_jobs_are_read_right() {
    let (host, _) = played!("backup-job-list");
    let jobs = host.client().backup_jobs().await.unwrap();
    let job = &jobs[0];
    assert_eq!((job.id.as_str(), job.schedule.as_str(), job.state), ("apps-every-minute", "*:0/1", JobState::Enabled));
    assert_eq!((&job.of, job.mode), (&Some(BackupOf::Pool("bkpool".into())), Some(BackupMode::Snapshot)));
    assert_eq!((job.compression, job.old), (Some(Compression::Gzip), OldBackups::Prune(Retention::last(1))));
    assert_eq!(job.notes.as_ref().unwrap().line(), "{{guestname}} {{node}} {{vmid}}");
    assert_eq!(
        (job.next_run, job.comment.as_deref()),
        (Some(Moment::from_secs(1_795_172_640)), Some("created by test"))
    );
    assert_eq!(job.notify, Notify::AsConfigured);
    let (host, _) = played!("backup-job-get");
    let alone = host.client().backup_job("x").await.unwrap();
    let expected = proximity::proxmox::cluster::BackupJob { next_run: None, ..job.clone() };
    assert_eq!(alone, expected, "only the list tells the next run");
    let (host, _) = played!("backup-job-included-volumes");
    let covered = host.client().job_coverage("x").await.unwrap();
    let told: Vec<_> = covered
        .iter()
        .flat_map(|guest| guest.volumes.iter().map(|one| (guest.vmid.0, one.slot.as_str(), one.is_included)))
        .collect();
    assert_eq!(told, [(340, "rootfs", true), (340, "mp0", false), (341, "rootfs", true), (341, "mp0", false)]);
    let (host, _) = played!("not-backed-up");
    let uncovered = host.client().not_backed_up().await.unwrap();
    assert_eq!((uncovered.len(), uncovered[0].name.as_deref()), (8, Some("alp1")));
    let (host, _) = played!("schedule-analyze");
    let runs = host.client().next_runs("mon..fri 02:30", 3).await.unwrap();
    assert_eq!(runs, [1_795_401_000, 1_795_487_400, 1_795_573_800].map(Moment::from_secs));
}

#[tokio::test]
async fn recorded_facts_of_a_node_and_a_cluster_are_read_right() {
    let (host, recorded) = played!("node-status");
    let now = host.client().node_now(&node()).await.unwrap();
    let data = recorded.data();
    assert_eq!((now.memory.unwrap().total, now.memory_available), (25_276_510_208, Some(23_099_273_216)));
    assert_eq!((now.architecture, now.totals.cpus), (Some(Architecture::new("amd64")), Some(2)));
    assert_eq!(now.kernel.as_deref(), data["current-kernel"]["release"].as_str());
    assert_eq!(now.version.unwrap().major, 9);
    assert_eq!(now.load, [1.48, 2.41, 2.65]);
    assert_eq!((now.uptime.unwrap().as_secs(), now.swap), (3540, None));
    assert_eq!(now.root.unwrap().total, data["rootfs"]["total"].as_u64().unwrap());
    let (host, _) = played!("cluster-nextid");
    assert_eq!(host.client().next_vmid().await.unwrap(), Vmid(104));
    let (host, _) = played!("cluster-nextid-taken");
    assert!(!host.client().is_free(Vmid(100)).await.unwrap());
    let (host, _) = played!("cluster-options");
    let options = host.client().cluster_options().await.unwrap();
    assert_eq!(
        (options.allowed_tags, options.mac_prefix.as_deref()),
        (vec!["lab".into(), "web".into()], Some("BC:24:11"))
    );
    let (host, _) = played!("cluster-log");
    let lines = host.client().cluster_log(5).await.unwrap();
    assert_eq!((lines[0].text.as_str(), lines[0].priority), ("successful auth for user 'auditor@pve'", 6));
    let (host, _) = played!("node-network");
    let bridges = host.client().bridges_of(&node()).await.unwrap();
    let bridge = &bridges[0].interface;
    assert_eq!((&*bridge.name, bridge.address.as_deref(), bridge.ports.len()), ("vmbr0", Some("10.99.1.1/24"), 0));
    assert!(bridge.is_active && bridge.starts_on_boot && !bridge.is_vlan_aware);
}

#[tokio::test]
async fn recorded_backups_begin_and_tell_their_configuration() {
    let (host, recorded) = played!("vzdump-submit");
    let begun = host.client().begin_backup(&node(), &BackupOrder::one(vmid(), storage("bak"))).await.unwrap();
    assert!(matches!(begun, Begun::Task(upid) if recorded.data() == upid.as_str()));
    let (host, _) = played!("vzdump-extractconfig");
    let config = host.client().archived_config(&node(), &"bak:backup/x".parse().unwrap()).await.unwrap();
    assert_eq!((config.get("hostname"), config.get("tags")), (Some("alp1"), Some("lab;web")));
    assert_eq!((config.keys().count(), config.description.as_str()), (10, ""));
    let (host, _) = played!("vzdump-defaults");
    let defaults = host.client().backup_defaults(&node(), None).await.unwrap();
    assert_eq!((defaults.mode, defaults.compression), (Some(BackupMode::Snapshot), Some(Compression::None)));
    assert_eq!((defaults.retention, defaults.lock_wait), (Some(Retention::ALL), Some(180)));
    assert_eq!(defaults.notification.as_deref(), Some("auto"));
}

fn lines(recorded: &Recorded) -> Vec<String> {
    let rows = recorded.data();
    rows.as_array().unwrap().iter().map(|row| row["t"].as_str().unwrap().to_owned()).collect()
}

/// Every recorded log of a backup: what its last line says is what we say of it.
#[test]
fn every_recorded_log_of_a_backup_is_read() {
    let mut count = 0;
    for recorded in all().iter().filter(|it| it.path.ends_with("/log") && it.path.contains("%3Avzdump%3A")) {
        let (name, log) = (&recorded.name, lines(recorded));
        let progress = read_backup_log(&log);
        let told = |start: &str| log.iter().filter(|line| line.starts_with(start)).count();
        let phases = |wanted: fn(&BackupPhase) -> bool| progress.guests.iter().filter(|one| wanted(&one.phase)).count();
        let failed = told("ERROR: Backup of VM");
        assert_eq!(phases(|phase| matches!(phase, BackupPhase::Failed(_))), failed, "{name}");
        assert_eq!(phases(|phase| *phase == BackupPhase::Done), told("INFO: Finished Backup of VM"), "{name}");
        let archives = progress.guests.iter().filter(|one| one.volume.is_some()).count();
        assert_eq!(archives, told("INFO: creating vzdump archive"), "{name}");
        assert!(progress.guests.iter().filter(|one| one.phase == BackupPhase::Done).all(|one| one.mode.is_some()
            && one.size.is_some()
            && one.written.is_some()
            && one.took.is_some()
            && one.name.is_some()));
        match (&progress.end, log.last().map(String::as_str)) {
            (Some(BackupEnd::Good), Some("TASK OK"))
            | (Some(BackupEnd::WithErrors), Some("TASK ERROR: job errors")) => {}
            (Some(BackupEnd::Failed(why)), Some(last)) => assert_eq!(last, format!("TASK ERROR: {why}"), "{name}"),
            (None, Some(_)) => assert!(progress.is_waiting, "{name}"),
            other => panic!("{name}: {other:?}"),
        }
        count += 1;
    }
    assert!(count == 0 || count >= 11, "{count}");
}

#[test]
fn the_recorded_fall_back_is_told() {
    let Some(recorded) = named("backup-job-run-task-log") else { return };
    let progress = read_backup_log(&lines(&recorded));
    let [snapped, suspended] = progress.guests.as_slice() else { panic!("{progress:?}") };
    assert_eq!((snapped.vmid, snapped.mode, &snapped.weakened), (Vmid(340), Some(BackupMode::Snapshot), &None));
    let weakened = suspended.weakened.as_ref().unwrap();
    assert_eq!((suspended.mode, weakened.to), (Some(BackupMode::Suspend), Some(BackupMode::Suspend)));
    assert_eq!(&*weakened.why, "some volumes do not support snapshots");
    assert_eq!(suspended.left_out.iter().map(|path| &**path).collect::<Vec<_>>(), ["/nobackup"]);
    let volume = suspended.volume.as_ref().unwrap();
    assert_eq!(volume.to_string(), "bak:backup/vzdump-lxc-341-2026_11_20-11_04_02.tar.gz");
    assert_eq!(volume.backup_of(), Some((GuestKind::Container, Vmid(341))));
}
