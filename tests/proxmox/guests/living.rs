//! The life of a container after it was made: snapshots, disks, power, removal.

use std::time::Duration;

use proximity::{
    domain::{
        fleet::GuestKind,
        ids::{Upid, Vmid},
        moment::Moment,
    },
    proxmox::{
        Begun, ClientError,
        guest::{
            AfterRollback, Digest, DiskSize, Feature, Insistence, Original, Removal, Resize, Slot, SnapshotName,
            SnapshotRemoval, UnderWay, VolumeMove,
        },
    },
};

use super::{node, upid, word};
use crate::proxmox::host::{Asked, Host, Reply};

fn name(text: &str) -> SnapshotName {
    text.parse().unwrap()
}

/// A host that begins a task of whatever it is asked.
async fn willing() -> Host {
    let task = upid("vzsomething", "200", 0x6B00_1AA5);
    Host::start(move |asked| match asked.path.rsplit('/').next() {
        Some("version") => Reply::data(r#"{"version":"9.2.11"}"#),
        _ => Reply::data(&format!("\"{task}\"")),
    })
    .await
}

fn params(asked: &Asked) -> Vec<(&str, &str)> {
    asked.params.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

#[tokio::test]
async fn snapshots_are_a_tree_with_their_times() {
    let rows = r#"[{"name":"third","snaptime":30,"parent":"first","description":"after the update\n"},
        {"name":"current","parent":"third","running":1,"description":"You are here!","digest":"3c7f"},
        {"name":"second","snaptime":"20","parent":"first","description":""},{"name":"first","snaptime":10},
        {"name":"orphan","snaptime":5,"parent":"gone"},{"name":"fourth","snaptime":40,"parent":"second"},{}]"#;
    let host = Host::saying(Reply::data(rows)).await;
    let snapshots = host.client().snapshots(&node(), Vmid(200)).await.unwrap();
    assert_eq!(snapshots.current, Some(name("third")));
    let tree: Vec<_> = snapshots.tree().into_iter().map(|(depth, one)| (depth, one.name.to_string())).collect();
    let expected = [(0, "orphan"), (0, "first"), (1, "second"), (2, "fourth"), (1, "third")];
    assert_eq!(tree, expected.map(|(depth, name)| (depth, name.to_owned())));
    let third = snapshots.taken.iter().find(|one| one.name == name("third")).unwrap();
    assert_eq!((third.taken, third.description.as_deref()), (Some(Moment::from_secs(30)), Some("after the update")));
    assert_eq!(host.lines(), ["GET /nodes/pve1/lxc/200/snapshot"]);
}

/// A configuration that names itself as its own parent is broken, and still shown whole.
#[tokio::test]
async fn a_broken_tree_is_shown_whole() {
    let rows = r#"[{"name":"aa","parent":"bb"},{"name":"bb","parent":"aa"},{"name":"cc","parent":"cc"}]"#;
    let host = Host::saying(Reply::data(rows)).await;
    let snapshots = host.client().snapshots(&node(), Vmid(200)).await.unwrap();
    assert_eq!(snapshots.tree().len(), 3);
}

#[tokio::test]
async fn snapshots_are_made_used_and_removed() {
    let host = willing().await;
    let (client, node, vmid) = (host.client(), node(), Vmid(200));
    client.begin_snapshot(&node, vmid, &name("before"), Some("a note")).await.unwrap();
    client.begin_snapshot(&node, vmid, &name("before"), None).await.unwrap();
    client.begin_rollback(&node, vmid, &name("before"), AfterRollback::StaysOff).await.unwrap();
    client.begin_rollback(&node, vmid, &name("before"), AfterRollback::Starts).await.unwrap();
    client.begin_snapshot_removal(&node, vmid, &name("before"), SnapshotRemoval::Careful).await.unwrap();
    client.begin_snapshot_removal(&node, vmid, &name("before"), SnapshotRemoval::Forced).await.unwrap();
    client.describe_snapshot(&node, vmid, &name("before"), "another note").await.unwrap();
    let base = "/nodes/pve1/lxc/200/snapshot";
    let seen = host.seen();
    let sent: Vec<_> = seen.iter().map(|asked| (asked.line(), params(asked))).collect();
    let expected: [(String, Vec<(&str, &str)>); 7] = [
        (format!("POST {base}"), vec![("snapname", "before"), ("description", "a note")]),
        (format!("POST {base}"), vec![("snapname", "before")]),
        (format!("POST {base}/before/rollback"), vec![]),
        (format!("POST {base}/before/rollback"), vec![("start", "1")]),
        (format!("DELETE {base}/before"), vec![]),
        (format!("DELETE {base}/before"), vec![("force", "1")]),
        (format!("PUT {base}/before/config"), vec![("description", "another note")]),
    ];
    assert_eq!(sent, expected);
}

#[tokio::test]
async fn a_container_is_asked_what_its_disks_can_do() {
    for (said, can) in [(r#"{"hasFeature":1}"#, true), (r#"{"hasFeature":"0"}"#, false), ("null", false)] {
        let host = Host::saying(Reply::data(said)).await;
        let client = host.client();
        assert_eq!(client.has_feature(&node(), Vmid(200), Feature::Snapshot, None).await.unwrap(), can);
        client.has_feature(&node(), Vmid(200), Feature::Copy, Some(&name("before"))).await.unwrap();
        assert_eq!(params(&host.seen()[0]), [("feature", "snapshot")]);
        assert_eq!(params(&host.seen()[1]), [("feature", "copy"), ("snapname", "before")]);
    }
}

#[tokio::test]
async fn disks_grow_and_move() {
    let host = willing().await;
    let (client, node, vmid) = (host.client(), node(), Vmid(200));
    let digest = Digest("ab".into());
    client.begin_resize(&node, vmid, Slot::Root, Resize::By(DiskSize::mib(256)), None).await.unwrap();
    client.begin_resize(&node, vmid, Slot::Mount(3), Resize::To(DiskSize::gib(20)), Some(&digest)).await.unwrap();
    for original in [Original::Kept, Original::Removed] {
        let to = VolumeMove::ToStorage { storage: word("nas"), original };
        client.begin_volume_move(&node, vmid, Slot::Root, &to, None).await.unwrap();
    }
    let to = VolumeMove::ToGuest { vmid: Vmid(331), slot: Slot::Mount(0), digest: Some(Digest("cd".into())) };
    client.begin_volume_move(&node, vmid, Slot::Unused(0), &to, Some(&digest)).await.unwrap();
    let base = "/nodes/pve1/lxc/200";
    let seen = host.seen();
    let sent: Vec<_> = seen.iter().map(|asked| (asked.line(), params(asked))).collect();
    let expected: [(String, Vec<(&str, &str)>); 5] = [
        (format!("PUT {base}/resize"), vec![("disk", "rootfs"), ("size", "+256M")]),
        (format!("PUT {base}/resize"), vec![("disk", "mp3"), ("size", "20G"), ("digest", "ab")]),
        (format!("POST {base}/move_volume"), vec![("volume", "rootfs"), ("storage", "nas")]),
        (format!("POST {base}/move_volume"), vec![("volume", "rootfs"), ("storage", "nas"), ("delete", "1")]),
        (
            format!("POST {base}/move_volume"),
            vec![
                ("volume", "unused0"),
                ("target-vmid", "331"),
                ("target-volume", "mp0"),
                ("target-digest", "cd"),
                ("digest", "ab"),
            ],
        ),
    ];
    assert_eq!(sent, expected);
}

#[tokio::test]
async fn a_container_is_removed_as_thoroughly_as_was_said() {
    let host = willing().await;
    let client = host.client();
    client.begin_removal(&node(), Vmid(200), Removal::default()).await.unwrap();
    let all = Removal { stops_it: true, purges: true, takes_stray_disks: true };
    client.begin_removal(&node(), Vmid(200), all).await.unwrap();
    let seen = host.seen();
    assert_eq!(seen[0].line(), "DELETE /nodes/pve1/lxc/200");
    assert!(seen[0].params.is_empty());
    assert_eq!(params(&seen[1]), [("force", "1"), ("purge", "1"), ("destroy-unreferenced-disks", "1")]);
    host.now_does(|_| Reply::refusal(500, "can't remove CT 203 - protection mode enabled"));
    assert!(client.begin_removal(&node(), Vmid(203), all).await.is_err());
}

/// Proxmox answers nothing to the making of a template, whatever it does.
#[tokio::test]
async fn the_task_of_a_template_is_looked_for() {
    let now = jiff::Timestamp::now().as_second();
    let task = upid("vztemplate", "203", now);
    let listed = serde_json::json!([{ "upid": task, "status": "RUNNING" }]).to_string();
    for (tasks, config, expected) in [
        (listed.as_str(), "{}", Some(Begun::Task(Upid::new(task.clone())))),
        ("[]", r#"{"template":1}"#, Some(Begun::NothingToDo)),
        ("[]", r#"{"hostname":"x"}"#, None),
    ] {
        let (tasks, config) = (tasks.to_owned(), config.to_owned());
        let host = Host::start(move |asked| match asked.path.rsplit('/').next() {
            Some("template") => Reply::data("null"),
            Some("tasks") => Reply::data(&tasks),
            _ => Reply::data(&config),
        })
        .await;
        let begun = host.client().begin_template(&node(), Vmid(203)).await;
        match expected {
            Some(expected) => assert_eq!(begun.unwrap(), expected),
            None => assert!(begun.unwrap_err().may_have_acted()),
        }
    }
    let text = "unable to create template, because CT contains snapshots";
    let host = Host::saying(Reply::refusal(500, text)).await;
    assert_eq!(host.client().begin_template(&node(), Vmid(203)).await.unwrap_err().text(), Some(text));
    assert_eq!(host.seen().len(), 1);
}

#[tokio::test]
async fn power_is_cut_or_asked_for_as_was_said() {
    let host = willing().await;
    let (client, kind) = (host.client(), GuestKind::Container);
    let patience = Duration::from_secs(20);
    client.begin_shutdown(&node(), kind, Vmid(200), patience, Insistence::Asks).await.unwrap();
    client.begin_shutdown(&node(), GuestKind::Machine, Vmid(300), patience, Insistence::CutsPower).await.unwrap();
    client.begin_stop(&node(), kind, Vmid(200), UnderWay::IsAwaited).await.unwrap();
    client.begin_stop(&node(), kind, Vmid(200), UnderWay::IsOverruled).await.unwrap();
    let seen = host.seen();
    assert_eq!(params(&seen[0]), [("timeout", "20")]);
    assert_eq!(seen[1].line(), "POST /nodes/pve1/qemu/300/status/shutdown");
    assert_eq!(params(&seen[1]), [("timeout", "20"), ("forceStop", "1")]);
    assert_eq!(seen[2].params, []);
    assert_eq!(seen[3].line(), "GET /nodes/pve1/version");
    assert_eq!(params(&seen[4]), [("overrule-shutdown", "1")]);
    // An older node waits for the shutdown, or does not stop at all: that is told beforehand.
    host.now_does(|_| Reply::data(r#"{"version":"8.1.4"}"#));
    let refusal = host.client().begin_stop(&node(), kind, Vmid(200), UnderWay::IsOverruled).await.unwrap_err();
    assert!(matches!(refusal, ClientError::NotOnThisVersion { .. }));
}

#[tokio::test]
async fn a_machine_is_found_by_its_guest_agent() {
    let said = r#"{"result":[{"name":"lo","ip-addresses":[{"ip-address":"127.0.0.1","prefix":8}]},
        {"name":"Ethernet","hardware-address":"bc:24:11:00:00:01","ip-addresses":[{"ip-address":"fe80::1","prefix":64,"ip-address-type":"ipv6"},{"ip-address":"10.0.0.7","prefix":24,"ip-address-type":"ipv4"}]}]}"#;
    let host = Host::saying(Reply::data(said)).await;
    let found = host.client().machine_addresses(&node(), Vmid(300)).await.unwrap();
    assert_eq!(found.iter().map(|address| &**address).collect::<Vec<_>>(), ["10.0.0.7/24"]);
    assert_eq!(host.lines(), ["GET /nodes/pve1/qemu/300/agent/network-get-interfaces"]);
    host.now_does(|_| Reply::refusal(500, "QEMU guest agent is not running"));
    assert!(host.client().machine_addresses(&node(), Vmid(300)).await.is_err());
}
