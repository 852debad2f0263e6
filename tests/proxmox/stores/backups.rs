//! Making, finding and restoring backups.

use std::collections::BTreeMap;

use proximity::{
    domain::{fault::Fault, ids::Vmid},
    proxmox::{
        Begun, ClientError,
        backup::{
            BackupMode, BackupOf, BackupOrder, Compression, InArchive, NotesTemplate, Notify, OldBackups, Restore,
            RestoreOver,
        },
        storage::{Retention, VolumeId},
    },
};

use super::{Lab, TASK, everything::rich_order, node, params, storage, vmid};
use crate::proxmox::host::{Asked, Reply};

#[tokio::test]
async fn an_order_says_all_that_was_asked_for() {
    let lab = Lab::saying(TASK).await;
    let of = BackupOf::Guests(vec![Vmid(200), Vmid(110)]);
    let order = rich_order(of, Notify::Nobody, OldBackups::Prune(Retention::last(3)));
    let begun = lab.client.begin_backup(&node(), &order).await.unwrap();
    assert!(matches!(begun, Begun::Task(_)));
    assert_eq!(
        params(&lab.only()),
        [
            "storage=bak",
            "vmid=200,110",
            "mode=snapshot",
            "compress=zstd",
            "notes-template={{guestname}}\\nby hand",
            "protected=1",
            "bwlimit=2000",
            "prune-backups=keep-last=3",
            "notification-mode=legacy-sendmail"
        ]
    );
}

#[tokio::test]
async fn whoever_wants_no_mail_gets_none_in_any_version() {
    for (version, notify, expected) in [
        ("7.4-17", Notify::Nobody, vec!["mailnotification=failure"]),
        ("8.1.10", Notify::Nobody, vec!["mailnotification=failure"]),
        ("8.4.19", Notify::Nobody, vec!["notification-mode=legacy-sendmail"]),
        ("9.2.11", Notify::Nobody, vec!["notification-mode=legacy-sendmail"]),
        ("9.2.11", Notify::AsConfigured, vec![]),
        ("7.4-17", Notify::Mail("a@b.c".into()), vec!["mailto=a@b.c"]),
        ("9.2.11", Notify::Mail("a@b.c".into()), vec!["notification-mode=legacy-sendmail", "mailto=a@b.c"]),
    ] {
        let lab = Lab::new(version, Reply::data(TASK)).await;
        let order = BackupOrder { notify, ..BackupOrder::one(vmid(), storage("bak")) };
        lab.client.begin_backup(&node(), &order).await.unwrap();
        let sent = params(&lab.only());
        let about_mail: Vec<_> = sent.iter().filter(|param| param.contains("mail")).collect();
        assert_eq!(about_mail, expected.iter().collect::<Vec<_>>(), "{version}");
    }
}

#[tokio::test]
async fn a_bare_ok_means_that_there_is_nothing_to_do() {
    let lab = Lab::saying("\"OK\"").await;
    let order = BackupOrder::one(vmid(), storage("bak"));
    assert_eq!(lab.client.begin_backup(&node(), &order).await.unwrap(), Begun::NothingToDo);
}

#[tokio::test]
async fn a_backup_of_nobody_is_not_sent() {
    let lab = Lab::saying(TASK).await;
    let order = BackupOrder { of: BackupOf::Guests(Vec::new()), ..BackupOrder::one(vmid(), storage("bak")) };
    let error = lab.client.begin_backup(&node(), &order).await.unwrap_err();
    assert!(matches!(error, ClientError::NotSent { .. }) && lab.sent().is_empty());
}

#[test]
fn notes_travel_in_one_line_and_come_back_whole() {
    for text in ["plain", "two\nlines", "C:\\new\\table", "ends in \\", "ü {{vmid}}\n\n"] {
        let notes = NotesTemplate::new(text);
        assert!(!notes.line().contains('\n'));
        assert_eq!(notes.text(), text);
    }
    assert_eq!(NotesTemplate::new("a\r\nb").text(), "a\nb");
}

fn dir(asked: &Asked) -> Reply {
    match asked.line().as_str() {
        "GET /nodes/pve1/storage" => Reply::data(
            r#"[{"storage":"bak","active":1,"content":"backup"},{"storage":"nas","active":0,"content":"backup"}]"#,
        ),
        "GET /nodes/pve1/storage/bak/content" => Reply::data(
            r#"[{"volid":"bak:backup/vzdump-lxc-200-a.tar","content":"backup","ctime":10},{"volid":"bak:backup/vzdump-lxc-200-b.tar","content":"backup","ctime":20}]"#,
        ),
        _ => Reply::refusal(500, "storage 'nas' is not online"),
    }
}

#[tokio::test]
async fn backups_are_found_wherever_they_lie_and_a_silent_storage_is_named() {
    let lab = Lab::answering("9.2.11", dir).await;
    let found = lab.client.backups(&node(), Some(vmid())).await.unwrap();
    let files: Vec<_> = found.backups.iter().map(|volume| volume.id.file_name()).collect();
    assert_eq!(files, ["vzdump-lxc-200-b.tar", "vzdump-lxc-200-a.tar"], "newest first");
    let (name, error) = &found.unread[0];
    assert_eq!((name.as_str(), error.text()), ("nas", Some("storage 'nas' is not online")));
    assert_eq!(params(&lab.sent()[0]), ["content=backup", "enabled=1"]);
    assert!(lab.sent()[1..].iter().all(|asked| params(asked) == ["content=backup", "vmid=200"]));
}

#[tokio::test]
async fn the_configuration_in_a_backup_is_read_up_to_its_snapshots() {
    let text = r##""#proximity%3A app=web-1\n#two\narch: amd64\nnet0: name=eth0,hwaddr=BC:24:11:5B:66:94\nlxc.init.cwd: /\n[before]\narch: arm64\n""##;
    let lab = Lab::saying(text).await;
    let config = lab.client.archived_config(&node(), &"b:backup/x".parse().unwrap()).await.unwrap();
    assert_eq!(config.description, "proximity: app=web-1\ntwo\n");
    assert_eq!(config.get("arch"), Some("amd64"));
    assert_eq!(config.get("net0"), Some("name=eth0,hwaddr=BC:24:11:5B:66:94"));
    assert_eq!(config.keys().count(), 3);
    assert!(config.text.contains("[before]"));
}

#[tokio::test]
async fn defaults_are_read_in_either_spelling() {
    for prune in [r#""keep-last=3,keep-daily=7""#, r#"{"keep-last":"3","keep-daily":7}"#] {
        let lab =
            Lab::saying(&format!(r#"{{"mode":"suspend","compress":"zstd","prune-backups":{prune},"bwlimit":"0"}}"#))
                .await;
        let defaults = lab.client.backup_defaults(&node(), None).await.unwrap();
        assert_eq!(defaults.retention, Some(Retention { daily: Some(7), ..Retention::last(3) }), "{prune}");
        assert_eq!((defaults.mode, defaults.compression), (Some(BackupMode::Suspend), Some(Compression::Zstd)));
        assert_eq!((defaults.bandwidth, defaults.storage), (None, None));
    }
}

#[tokio::test]
async fn files_in_a_backup_are_asked_for_by_their_place() {
    let rows = r#"[{"filepath":"L3Jvb3QucHhhci9hLnR4dA==","text":"a.txt","type":"f","leaf":1,"size":"12","mtime":5},
        {"filepath":"L3Jvb3QucHhhci9ldGM=","text":"etc","type":"d","leaf":0},{"filepath":"%","text":"x"}]"#;
    let lab = Lab::saying(rows).await;
    let backup: VolumeId = "pbs:backup/ct/100/2026-01-01T00:00:00Z".parse().unwrap();
    let files = lab.client.archived_files(&node(), &backup, &InArchive::Top).await.unwrap();
    assert_eq!(files.iter().map(|file| file.name.as_str()).collect::<Vec<_>>(), ["etc", "a.txt"], "directories first");
    assert_eq!(files[1].size, Some(12));
    lab.client.archived_files(&node(), &backup, &files[0].at).await.unwrap();
    let sent = lab.sent();
    assert_eq!(params(&sent[0]), ["volume=pbs:backup/ct/100/2026-01-01T00:00:00Z", "filepath=/"]);
    assert_eq!(sent[1].param("filepath"), Some("L3Jvb3QucHhhci9ldGM="));
}

#[tokio::test]
async fn a_restore_overwrites_only_when_told_to() {
    let backup: VolumeId = "bak:backup/vzdump-lxc-200-a.tar".parse().unwrap();
    let plain = Restore::to_new(backup, Vmid(203));
    let over = Restore { over: RestoreOver::TheContainer, ..plain.clone() };
    let lab = Lab::saying(TASK).await;
    lab.client.begin_restore(&node(), &plain).await.unwrap();
    assert_eq!(lab.only().line(), "POST /nodes/pve1/lxc");
    assert_eq!(params(&lab.only()), ["vmid=203", "ostemplate=bak:backup/vzdump-lxc-200-a.tar", "restore=1"]);
    lab.client.begin_restore(&node(), &over).await.unwrap();
    assert_eq!(lab.sent()[1].param("force"), Some("1"));
}

#[tokio::test]
async fn mounts_without_a_root_are_not_sent() {
    let mounts = BTreeMap::from([(0, "local:2,mp=/data,backup=1".parse().unwrap())]);
    let without = Restore { mounts, ..Restore::to_new("b:backup/x".parse().unwrap(), Vmid(203)) };
    let lab = Lab::saying(TASK).await;
    let fault = Fault::from(lab.client.begin_restore(&node(), &without).await.unwrap_err());
    assert!(fault.why.contains("no root") && lab.host.seen().is_empty(), "{fault}");
    let with = Restore { root: Some("local:4".parse().unwrap()), ..without };
    lab.client.begin_restore(&node(), &with).await.unwrap();
    assert_eq!(params(&lab.only())[3..], ["rootfs=local:4", "mp0=local:2,mp=/data,backup=1"]);
}
