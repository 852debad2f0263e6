//! Everything that is asked of containers and tasks, held to what Proxmox VE takes. What must hold: no call has a
//! parameter that the API does not know, and none goes to a node whose version is younger than the parameter.

use std::time::Duration;

use super::{container, marker, node, upid, word};
use crate::proxmox::{
    host::{Asked, Host, Reply, token},
    request_log::judge_by_the_schema,
};
use proximity::{
    domain::{
        fleet::GuestKind,
        ids::{NodeName, Upid, Vmid},
        moment::Moment,
        secret::Secret,
    },
    proxmox::{
        Client, RequestLog,
        guest::{
            AfterRollback, CloneKind, CloneOrder, ConfigChange, ConfigView, ConsoleMode, Description, Digest, DiskSize,
            Environment, Feature, Insistence, Migration, Mount, Net, NewContainer, Original, Program, Removal, Resize,
            Setting, Slot, SnapshotRemoval, StorageMap, UnderWay, VolumeMove,
        },
    },
};

/// What came after 7.4: the end of the path, the parameter (none: the call itself), a property in it (none: the
/// parameter itself), and the first version that takes it.
const YOUNGER: [(&str, &str, &str, (u16, u16)); 13] = [
    ("/lxc", "env", "", (9, 1)),
    ("/lxc", "entrypoint", "", (9, 1)),
    ("/lxc", "net0", "host-managed", (9, 1)),
    ("/lxc", "mp0", "keepattrs", (9, 2)),
    ("/lxc", "ha-managed", "", (9, 2)),
    ("/config", "env", "", (9, 1)),
    ("/config", "entrypoint", "", (9, 1)),
    ("/config", "net0", "host-managed", (9, 1)),
    ("/config", "mp0", "keepattrs", (9, 2)),
    ("/stop", "overrule-shutdown", "", (8, 2)),
    ("/interfaces", "", "", (8, 1)),
    ("/log", "download", "", (8, 0)),
    ("/migrate", "", "", (9, 0)),
];

async fn host(version: &'static str) -> Host {
    let task = upid("vzsomething", "200", 0x6B00_1AA5);
    Host::start(move |asked| match (asked.method.as_str(), asked.path.rsplit('/').next().unwrap_or_default()) {
        (_, "version") => Reply::data(&format!(r#"{{"version":"{version}"}}"#)),
        (_, "nextid") => Reply::data("\"104\""),
        ("GET", "status") => Reply::data(r#"{"status":"stopped","exitstatus":"OK"}"#),
        ("GET", "config") => Reply::data(r#"{"digest":"ab","template":1}"#),
        ("GET", _) | ("PUT", "config") => Reply::data("null"),
        (_, "template") => Reply::data("null"),
        _ => Reply::data(&format!("\"{task}\"")),
    })
    .await
}

async fn make_everything(client: &Client) {
    let (node, vmid) = (node(), Vmid(200));
    let mut environment = Environment::default();
    environment.set("A", "SWORDFISH").unwrap();
    let program = Program { environment: environment.clone(), entrypoint: Some("/init".into()) };
    let everything = NewContainer {
        cores: Some(2),
        mounts: vec![Mount::new(word("nas"), DiskSize::gib(1), word("/data"))],
        nets: vec![Net::new(word("eth0"), word("vmbr0"))],
        nameserver: Some("1.1.1.1".into()),
        search_domain: Some("lan".into()),
        password: Some(Secret::new("SWORDFISH")),
        ssh_keys: Some(Secret::new("ssh-ed25519 SWORDFISH")),
        tags: vec!["proximity".into()],
        pool: Some("apps".into()),
        console: Some(ConsoleMode::Shell),
        starts_on_boot: true,
        startup: Some("order=1".parse().unwrap()),
        timezone: Some("host".into()),
        ostype: Some("unmanaged".into()),
        is_protected: true,
        ..container()
    };
    let _ = client.create_container(&node, &everything).await;
    let _ = client.finish_container(&node, vmid, &NewContainer { program: Some(program), ..everything.clone() }).await;
    let mut managed = Net::new(word("eth0"), word("vmbr0"));
    managed.is_host_managed = Some(true);
    let _ = client.create_container(&node, &NewContainer { nets: vec![managed.clone()], ..everything.clone() }).await;
    let order = CloneOrder {
        kind: CloneKind::Full { storage: Some(word("nas")) },
        snapshot: Some("before".parse().unwrap()),
        hostname: Some("copy".into()),
        description: Description { marker: Some(marker(17)), notes: String::new() },
        pool: Some("apps".into()),
        target: Some(NodeName::new("pve2")),
    };
    let _ = client.clone_container(&node, vmid, &order).await;
    let _ = client.clone_container(&node, vmid, &CloneOrder { kind: CloneKind::Linked, ..order }).await;
    let kept = "a:1/d.raw,mp=/x,keepattrs=1".parse().unwrap();
    for setting in [
        Setting::Hostname("a".into()),
        Setting::Description("b".into()),
        Setting::Tags(vec!["c".into()]),
        Setting::Cores(1),
        Setting::Memory(512),
        Setting::Swap(0),
        Setting::Root("a:1/d.raw,size=1G".parse().unwrap()),
        Setting::Mount(255, Mount::new(word("a"), DiskSize::gib(1), word("/b"))),
        Setting::Mount(0, kept),
        Setting::Net(0, managed),
        Setting::Net(31, Net::new(word("eth0"), word("vmbr0"))),
        Setting::Features("nesting=1".parse().unwrap()),
        Setting::StartsOnBoot(true),
        Setting::Startup("order=2".parse().unwrap()),
        Setting::Protected(false),
        Setting::Console(ConsoleMode::Tty),
        Setting::Environment(environment),
        Setting::EntryPoint("/init".into()),
        Setting::NameServer("1.1.1.1".into()),
        Setting::SearchDomain("lan".into()),
        Setting::TimeZone("Europe/Berlin".into()),
    ] {
        let change = ConfigChange::of(Some(Digest("ab".into()))).set(setting).remove("tags");
        let _ = client.change_config(&node, vmid, &change).await;
    }
}

async fn live_through_everything(client: &Client) {
    let (node, vmid, there) = (node(), Vmid(200), NodeName::new("pve2"));
    let name = "before".parse().unwrap();
    let _ = client.revert(&node, vmid, &["net0"]).await;
    let _ = client.pending(&node, vmid).await;
    for view in [ConfigView::Next, ConfigView::Current, ConfigView::Snapshot("before".parse().unwrap())] {
        let _ = client.container_config(&node, vmid, &view).await;
    }
    let _ = client.snapshots(&node, vmid).await;
    let _ = client.begin_snapshot(&node, vmid, &name, Some("a note")).await;
    let _ = client.begin_rollback(&node, vmid, &name, AfterRollback::Starts).await;
    let _ = client.begin_snapshot_removal(&node, vmid, &name, SnapshotRemoval::Forced).await;
    let _ = client.describe_snapshot(&node, vmid, &name, "a note").await;
    let _ = client.has_feature(&node, vmid, Feature::Clone, Some(&name)).await;
    let _ = client.begin_template(&node, vmid).await;
    let _ =
        client.begin_resize(&node, vmid, Slot::Root, Resize::By(DiskSize::gib(1)), Some(&Digest("ab".into()))).await;
    let to = VolumeMove::ToStorage { storage: word("nas"), original: Original::Removed };
    let _ = client.begin_volume_move(&node, vmid, Slot::Root, &to, None).await;
    let to = VolumeMove::ToGuest { vmid: Vmid(201), slot: Slot::Mount(1), digest: Some(Digest("cd".into())) };
    let _ = client.begin_volume_move(&node, vmid, Slot::Unused(0), &to, Some(&Digest("ab".into()))).await;
    let storages = StorageMap::Each(vec![(word("aa"), word("bb"))]);
    let migration = Migration { target: there.clone(), restarts: true, timeout: Some(60), storages };
    let _ = client.begin_migration(&node, vmid, &migration).await;
    let _ = client.migration_preconditions(&node, vmid, &there).await;
    let _ = client.place(&there).await;
    let _ = client.begin_removal(&node, vmid, Removal { stops_it: true, purges: true, takes_stray_disks: true }).await;
    for kind in [GuestKind::Container, GuestKind::Machine] {
        let _ = client.begin_stop(&node, kind, vmid, UnderWay::IsOverruled).await;
        let _ = client.begin_shutdown(&node, kind, vmid, Duration::from_secs(5), Insistence::CutsPower).await;
    }
    let _ = client.addresses(&node, vmid).await;
    let _ = client.machine_addresses(&node, vmid).await;
    let _ = client.is_free_id(Vmid(104)).await;
    let task = Upid::new(upid("vzcreate", "200", 0x6B00_1AA5));
    let _ = client.await_task(&task, proximity::proxmox::Rhythm::default()).await;
    let _ = client.find_tasks_of_kind(&node, "download", Moment(0)).await;
    let _ = client.find_backups_of(&node, vmid, Moment(0)).await;
    let _ = client.follow_up(&task).await;
    let _ = client.task_log(&task, 0).await;
    let _ = client.cancel_task(&task).await;
}

async fn ask_everything(client: &Client) {
    make_everything(client).await;
    live_through_everything(client).await;
}

fn says(asked: &Asked, parameter: &str, property: &str) -> bool {
    let value = match parameter {
        "" => return asked.method == "GET",
        _ => asked.param(parameter),
    };
    value.is_some_and(|value| property.is_empty() || value.contains(&format!("{property}=")))
}

#[tokio::test]
async fn no_node_is_sent_what_it_does_not_know() {
    let all = [("7.4-17", (7, 4)), ("8.0.4", (8, 0)), ("8.4.19", (8, 4)), ("9.0.3", (9, 0)), ("9.2.11", (9, 2))];
    let mut sent_to_the_youngest = 0;
    for (version, own) in all {
        let host = host(version).await;
        ask_everything(&host.client()).await;
        for asked in host.seen() {
            for (end, parameter, property, since) in YOUNGER {
                if !(asked.path.ends_with(end) && says(&asked, parameter, property)) {
                    continue;
                }
                assert!(own >= since, "{version}: {} with {parameter} {property}", asked.line());
                sent_to_the_youngest += usize::from(own == (9, 2));
            }
        }
        // What is old goes everywhere.
        assert!(host.seen().len() > 50, "{version}: {}", host.seen().len());
    }
    assert!(sent_to_the_youngest >= 8, "{sent_to_the_youngest}");
}

#[tokio::test]
async fn every_call_is_one_of_the_api() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("requests.jsonl");
    let host = host("9.2.11").await;
    let client = host.logged_client(token(), RequestLog::to_file(&path).unwrap());
    ask_everything(&client).await;
    drop(client);
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.lines().count() > 60 && text.contains("A=***") && !text.contains("SWORDFISH"));
    judge_by_the_schema(&path);
}
