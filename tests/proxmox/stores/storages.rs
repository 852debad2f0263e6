//! Storages and what lies in them.

use proximity::{
    domain::{
        fleet::{GuestKind, Usage},
        ids::{Upid, Vmid},
        moment::Moment,
    },
    proxmox::{
        Begun, Timeframe,
        storage::{
            ContentKind, Encryption, Guarding, Mark, PruneScope, Retention, StorageSelection, VolumeChange, VolumeId,
        },
    },
};

use super::{Lab, TASK, node, params, storage};

#[test]
fn the_name_of_a_volume_is_kept_letter_by_letter() {
    for text in [
        "local:vztmpl/debian-13-standard_13.6-1_amd64.tar.zst",
        "bak:backup/vzdump-lxc-100-2026_11_20-09_49_16.tar.gz",
        "pbs:backup/ct/100/2026-01-01T00:00:00Z",
        "local-lvm:vm-100-disk-0",
        "nas.1:iso/with blank ü#?.iso",
    ] {
        let id: VolumeId = text.parse().unwrap();
        assert_eq!(id.to_string(), text);
        assert!(text.ends_with(id.file_name()) && !id.file_name().contains('/'));
    }
    for text in ["", "local", "local:", ":x", "/mnt/x", "a/b:c", "9x:y", "https://x:1/y"] {
        assert!(text.parse::<VolumeId>().is_err(), "{text:?}");
    }
}

#[test]
fn a_backup_tells_by_its_name_whose_it_is() {
    let of = |text: &str| text.parse::<VolumeId>().unwrap().backup_of();
    assert_eq!(of("bak:backup/vzdump-lxc-100-2026_11_20-09_49_16.tar.gz"), Some((GuestKind::Container, Vmid(100))));
    assert_eq!(of("bak:backup/vzdump-qemu-7-2026.vma.zst"), Some((GuestKind::Machine, Vmid(7))));
    assert_eq!(of("pbs:backup/ct/100/2026-01-01T00:00:00Z"), Some((GuestKind::Container, Vmid(100))));
    assert_eq!(of("pbs:backup/vm/101/2026-01-01T00:00:00Z"), Some((GuestKind::Machine, Vmid(101))));
    for other in
        ["bak:backup/mine.tar", "local:vztmpl/vzdump-lxc-1-x.tar", "pbs:backup/host/a/b", "b:backup/vzdump-lxc-x-y"]
    {
        assert_eq!(of(other), None, "{other}");
    }
}

/// No name of a volume leads to another path: all of it is one part of the path.
#[tokio::test]
async fn a_volume_is_one_part_of_the_path() {
    let lab = Lab::saying("null").await;
    let id: VolumeId = "bak:backup/../../access/users?x#y&ü.tar".parse().unwrap();
    lab.client.volume(&node(), &id).await.unwrap();
    assert_eq!(
        lab.only().path,
        "/api2/json/nodes/pve1/storage/bak/content/bak%3Abackup%2F..%2F..%2Faccess%2Fusers%3Fx%23y%26%C3%BC.tar"
    );
}

#[tokio::test]
async fn storages_are_asked_for_by_what_they_hold() {
    for (selection, expected) in [
        (StorageSelection::All, vec![]),
        (StorageSelection::Holding(ContentKind::Templates), vec!["content=vztmpl"]),
        (StorageSelection::EnabledFor(ContentKind::Containers), vec!["content=rootdir", "enabled=1"]),
    ] {
        let lab = Lab::saying("null").await;
        assert_eq!(lab.client.storages(&node(), selection).await.unwrap(), []);
        assert_eq!(params(&lab.only()), expected);
    }
}

#[tokio::test]
async fn a_storage_that_does_not_answer_has_no_fill() {
    let rows = r#"[{"storage":"nas","type":"nfs","content":"backup,later,iso","active":0,"enabled":1,"shared":"1","total":0,"used":0,"avail":0},
        {"storage":"a","type":"dir","content":"rootdir","active":"1","total":"100","used":40,"avail":"55"}]"#;
    let lab = Lab::saying(rows).await;
    let found = lab.client.storages(&node(), StorageSelection::All).await.unwrap();
    let (dir, nas) = (&found[0], &found[1]);
    assert_eq!((nas.usage, nas.available, nas.is_shared), (None, None, true));
    assert!(!nas.takes(ContentKind::Backups), "it does not answer");
    assert_eq!(nas.content.iter().copied().collect::<Vec<_>>(), [ContentKind::Isos, ContentKind::Backups]);
    assert_eq!((dir.usage, dir.available), (Some(Usage { used: 40, total: 100 }), Some(55)));
    assert!(dir.takes(ContentKind::Containers) && dir.is_enabled, "where it is not told it is switched on");
}

#[tokio::test]
async fn a_storage_is_read_as_it_is_set_up() {
    let rows = r#"[{"storage":"pbs","type":"pbs","content":"backup","nodes":"pve2,pve1","server":"10.0.0.9","datastore":"d","prune-backups":"keep-daily=7,keep-last=3","disable":1,"max-protected-backups":"-1"},
        {"storage":"local","type":"dir","path":"/var/lib/vz","shared":"0","content":"iso","prune-backups":"keep-all=1"}]"#;
    let lab = Lab::saying(rows).await;
    let found = lab.client.storage_configs().await.unwrap();
    let (local, pbs) = (&found[0], &found[1]);
    assert!(local.is_on(&node()) && !local.is_shared && local.retention.unwrap().keeps_all());
    assert_eq!(local.particular["path"], "/var/lib/vz");
    assert!(pbs.is_shared && pbs.is_disabled && !pbs.is_on(&node()));
    assert_eq!(pbs.retention, Some(Retention { daily: Some(7), ..Retention::last(3) }));
    assert_eq!((pbs.max_protected, pbs.particular["datastore"].as_str()), (Some(-1), "d"));
    assert_eq!(pbs.nodes.as_ref().unwrap().len(), 2);
}

#[tokio::test]
async fn what_a_backup_server_tells_is_read() {
    let rows = r#"[{"volid":"pbs:backup/ct/100/2026-01-01T00:00:00Z","content":"backup","format":"pbs-ct","ctime":1767225600,"size":"5","vmid":"100","notes":"web","encrypted":"aa:bb","verification":{"state":"ok","upid":"UPID:pbs:1:2:3:verify:x:u@p:"},"protected":1},
        {"volid":"pbs:backup/ct/101/2026-01-01T00:00:00Z","content":"backup","format":"pbs-ct","ctime":1767225600,"encrypted":"1","verification":{"state":"failed"}},
        {"volid":"pbs:backup/vm/102/2026-01-01T00:00:00Z","content":"backup","format":"pbs-vm","subtype":"qemu","verification":null},
        {"volid":"odd"}, 5, null]"#;
    let lab = Lab::saying(rows).await;
    let found =
        lab.client.content(&node(), &storage("pbs"), Some(ContentKind::Backups), Some(Vmid(100))).await.unwrap();
    assert_eq!(params(&lab.only()), ["content=backup", "vmid=100"]);
    assert_eq!(found.len(), 3, "what is no volume is left out");
    let facts: Vec<_> = found.iter().map(|volume| volume.backup.clone().unwrap()).collect();
    assert_eq!(facts[0].encryption, Encryption::With("aa:bb".into()));
    let verified = facts[0].verified.as_ref().unwrap();
    assert!(verified.is_good && verified.by == Some(Upid::new("UPID:pbs:1:2:3:verify:x:u@p:")));
    assert_eq!((&facts[1].encryption, facts[1].verified.as_ref().unwrap().is_good), (&Encryption::Encrypted, false));
    assert_eq!(
        (&facts[2].encryption, &facts[2].verified, facts[2].of),
        (&Encryption::None, &None, Some(GuestKind::Machine))
    );
    assert_eq!(found[0].guarding, Guarding::Protected);
    assert_eq!((found[0].size, found[0].vmid, found[1].vmid), (Some(5), Some(Vmid(100)), Some(Vmid(101))));
    assert_eq!(found[0].made, Some(Moment::from_secs(1_767_225_600)));
}

#[tokio::test]
async fn a_volume_is_changed_in_what_was_asked_for_alone() {
    let id: VolumeId = "bak:backup/x.tar".parse().unwrap();
    for (notes, guarding, expected) in [
        (Some("a\nü"), None, vec!["notes=a\nü"]),
        (Some(""), None, vec!["notes="]),
        (None, Some(Guarding::Protected), vec!["protected=1"]),
        (None, Some(Guarding::Free), vec!["protected=0"]),
    ] {
        let lab = Lab::saying("null").await;
        let change = VolumeChange { notes: notes.map(str::to_owned), guarding };
        lab.client.change_volume(&node(), &id, &change).await.unwrap();
        assert_eq!(params(&lab.only()), expected);
    }
    let lab = Lab::saying("null").await;
    lab.client.change_volume(&node(), &id, &VolumeChange::default()).await.unwrap();
    assert!(lab.sent().is_empty(), "a change of nothing is not sent");
}

#[tokio::test]
async fn a_removal_may_need_no_task() {
    let id: VolumeId = "bak:backup/x.tar".parse().unwrap();
    for (data, expected) in [
        (TASK, Some(Begun::Task(Upid::new(TASK.trim_matches('"'))))),
        ("null", Some(Begun::NothingToDo)),
        ("\"\"", Some(Begun::NothingToDo)),
        ("\"OK\"", Some(Begun::NothingToDo)),
        ("\"gone\"", None),
    ] {
        let lab = Lab::saying(data).await;
        assert_eq!(lab.client.delete_volume(&node(), &id).await.ok(), expected, "{data}");
        assert_eq!(lab.only().body, b"", "a DELETE has no body");
    }
}

#[test]
fn a_retention_never_keeps_less_than_it_says() {
    for (retention, text) in [
        (Retention::ALL, "keep-all=1"),
        (Retention::last(0), "keep-all=1"),
        (Retention::last(3), "keep-last=3"),
        (Retention { daily: Some(7), yearly: Some(0), ..Retention::last(3) }, "keep-last=3,keep-daily=7,keep-yearly=0"),
    ] {
        assert_eq!(retention.to_string(), text);
    }
}

#[tokio::test]
async fn a_prune_is_previewed_and_given_for_those_it_is_meant_for() {
    let rows = r#"[{"volid":"bak:backup/vzdump-lxc-200-b.tar","mark":"keep","type":"lxc","vmid":200,"ctime":20},
        {"volid":"bak:backup/vzdump-lxc-200-a.tar","mark":"remove","type":"lxc","vmid":"200","ctime":"10"},
        {"volid":"bak:backup/mine.tar","mark":"renamed","type":"unknown","ctime":30},
        {"volid":"bak:backup/vzdump-lxc-200-p.tar","mark":"protected","type":"lxc","vmid":200,"ctime":5}]"#;
    let lab = Lab::saying(rows).await;
    let one = PruneScope::One(GuestKind::Container, Vmid(200));
    let marked = lab.client.prune_preview(&node(), &storage("bak"), Some(&Retention::last(1)), one).await.unwrap();
    let marks: Vec<_> = marked.iter().map(|marked| marked.mark).collect();
    assert_eq!(marks, [Mark::Protected, Mark::Remove, Mark::Keep, Mark::Renamed], "oldest first");
    assert_eq!(lab.only().line(), "GET /nodes/pve1/storage/bak/prunebackups");
    assert_eq!(params(&lab.only()), ["prune-backups=keep-last=1", "type=lxc", "vmid=200"]);
    let lab = Lab::saying(TASK).await;
    let all = PruneScope::All(GuestKind::Container);
    let begun = lab.client.begin_prune(&node(), &storage("bak"), &Retention::last(2), all).await.unwrap();
    assert!(begun.task().is_some());
    assert_eq!(lab.only().line(), "DELETE /nodes/pve1/storage/bak/prunebackups");
    assert_eq!(params(&lab.only()), ["prune-backups=keep-last=2", "type=lxc"]);
}

#[tokio::test]
async fn a_gap_in_the_history_stays_a_gap() {
    let lab = Lab::saying(r#"[{"time":120,"used":"5.5","total":10},{"time":60},{"used":1,"total":2}]"#).await;
    let fills = lab.client.storage_history(&node(), &storage("bak"), Timeframe::Day).await.unwrap();
    assert_eq!(params(&lab.only()), ["timeframe=day", "cf=AVERAGE"]);
    assert_eq!(fills.iter().map(|fill| fill.usage).collect::<Vec<_>>(), [None, Some(Usage { used: 5, total: 10 })]);
}
