//! What can be typed: words that cannot be meant are refused before any host is asked, and what wants a yes waits for one.

use super::{console::proximity, hosts::Errands};

const NONSENSE: [&[&str]; 68] = [
    &["gateway"],
    &["gateway", "make", "--tls", "magic"],
    &["gateway", "make", "--ip", "10.0.0.5"],
    &["app", "probe"],
    &["app", "watch"],
    &["app", "watch", "jellyfin", "--interval", "often"],
    &["app", "watch", "jellyfin", "--self-restart", "maybe"],
    &["app", "publish"],
    &["app", "publish", "jellyfin", "--not", "--as", "films"],
    &["app", "publish", "jellyfin", "--port", "0"],
    &["port", "release", "home"],
    &["app", "deploy"],
    &["app", "deploy", "miniflux", "--method", "magic"],
    &["app", "deploy", "miniflux", "--vlan", "0"],
    &["app", "deploy", "miniflux", "--vlan", "4095"],
    &["app", "deploy", "miniflux", "--ip", "10.0.0.5"],
    &["app", "deploy", "miniflux", "--ip", "10.0.0.5/33"],
    &["app", "deploy", "miniflux", "--ip", "10.0.0.0.5/24"],
    &["app", "deploy", "miniflux", "--gateway", "10.0.0.1"],
    &["app", "deploy", "miniflux", "--ip", "10.0.0.5/24", "--gateway", "router"],
    &["app", "deploy", "miniflux", "--cores", "0"],
    &["app", "deploy", "miniflux", "--set", "NAME"],
    &["app", "deploy", "miniflux", "--set", "=value"],
    &["app", "deploy", "miniflux", "--secret", "A=b"],
    &["app", "deploy", "miniflux", "--on-failure", "cry"],
    &["app", "update"],
    &["app", "update", "--all", "jellyfin"],
    &["app", "resize", "jellyfin"],
    &["app", "edit", "jellyfin"],
    &["app", "migrate", "jellyfin"],
    &["app", "run", "jellyfin", "--"],
    &["app", "undo", "jellyfin", "--operation", "3"],
    &["app", "plan", "explode", "jellyfin"],
    &["app", "plan", "delete", "jellyfin", "--as", "perl"],
    &["op", "answer", "3", "maybe"],
    &["backup"],
    &["backup", "create"],
    &["backup", "create", "--all", "jellyfin"],
    &["backup", "create", "jellyfin", "--mode", "freeze"],
    &["backup", "create", "jellyfin", "--compress", "zip"],
    &["backup", "create", "jellyfin", "--calls"],
    &["backup", "create", "jellyfin", "--shell", "pvesh"],
    &["backup", "delete"],
    &["backup", "note", "vzdump-lxc-101"],
    &["backup", "prove"],
    &["backup", "prove", "jellyfin", "--all"],
    &["backup", "prove", "--all", "--backup", "vzdump-lxc-101"],
    &["restore"],
    &["restore", "jellyfin", "--in-place", "--as", "older"],
    &["restore", "jellyfin", "--destroy-old", "--as", "older"],
    &["restore", "jellyfin", "--in-place", "--ip", "10.0.0.5/24"],
    &["restore", "jellyfin", "--as", "older", "--gateway", "10.0.0.1"],
    &["schedule", "set"],
    &["schedule", "set", "--new"],
    &["schedule", "set", "--new", "--at", "02:30", "--storage", "backup"],
    &["schedule", "set", "--new", "--apps"],
    &["schedule", "set", "nightly", "--host", "home"],
    &["schedule", "set", "nightly", "--apps", "--all"],
    &["schedule", "set", "nightly", "--guests", "jellyfin"],
    &["schedule", "set", "nightly", "--keep", "lots"],
    &["schedule", "set", "nightly", "--keep", "dayly=7"],
    &["schedule", "set", "nightly", "--keep", "daily=many"],
    &["schedule", "set", "nightly", "--keep", "last=0"],
    &["schedule", "set", "nightly", "--enabled", "--disabled"],
    &["schedule", "set", "nightly", "--runner", "cron"],
    &["schedule", "runs"],
    &["snapshot", "tree"],
    &["watch", "jellyfin"],
];

#[test]
fn what_cannot_be_meant_is_told_with_exit_code_2() {
    let folder = tempfile::tempdir().unwrap();
    for words in NONSENSE {
        let said = proximity(folder.path(), &[&["--json"], words].concat());
        assert_eq!((said.code, said.fault()["code"].as_str()), (2, Some("usage")), "{words:?}: {}", said.stdout);
    }
}

/// What wants a yes.
const WANT_A_YES: [&[&str]; 8] = [
    &["app", "delete", "jellyfin"],
    &["app", "delete", "jellyfin", "--for-good"],
    &["app", "forget", "jellyfin"],
    &["app", "update", "jellyfin"],
    &["app", "resize", "jellyfin", "--disk", "64"],
    &["app", "migrate", "jellyfin", "--to", "pve2"],
    &["snapshot", "remove", "jellyfin", "before"],
    &["snapshot", "rollback", "jellyfin", "before"],
];

#[tokio::test(flavor = "multi_thread")]
async fn without_a_terminal_and_without_yes_nothing_is_done() {
    let errands = Errands::with_host().await;
    for words in WANT_A_YES {
        let said = errands.run(words);
        assert_eq!((said.code, said.fault()["code"].as_str()), (4, Some("refused")), "{words:?}: {}", said.stdout);
        assert!(said.fault()["remedy"].as_str().unwrap().contains("--yes"), "{}", said.stdout);
        assert!(said.fault()["what"].as_str().unwrap().starts_with("jellyfin "), "{}", said.stdout);
    }
    assert_eq!(errands.run(&["op", "list"]).data(), serde_json::json!([]), "nothing was begun");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_is_not_found() {
    let errands = Errands::with_host().await;
    let nobody: [&[&str]; 9] = [
        &["--yes", "app", "delete", "nobody"],
        &["--yes", "app", "deploy", "no-such-recipe"],
        &["app", "plan", "rollback", "nobody", "before"],
        &["app", "log", "nobody"],
        &["app", "undo", "nobody"],
        &["snapshot", "list", "nobody"],
        &["catalog", "show", "no-such-recipe"],
        &["op", "show", "4711"],
        &["op", "retry", "4711"],
    ];
    for words in nobody {
        let said = errands.run(words);
        assert_eq!((said.code, said.fault()["code"].as_str()), (3, Some("not-found")), "{words:?}: {}", said.stdout);
    }
    let no_guest = errands.run(&["app", "adopt", "101"]);
    assert_eq!(no_guest.code, 2, "a vmid alone names no guest: {}", no_guest.stdout);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_is_taken_from_a_file_and_never_from_an_argument() {
    let errands = Errands::with_host().await;
    let spoken = errands.run(&["--yes", "app", "deploy", "mosquitto", "--set", "MQTT_PASSWORD=hush"]);
    assert_eq!(spoken.code, 2, "{}", spoken.stdout);
    assert_eq!(spoken.fault()["remedy"], "say it with --secret-file MQTT_PASSWORD=FILE");
    let plain = errands.run(&["--yes", "app", "deploy", "mosquitto", "--secret-file", "MQTT_USER=/dev/null"]);
    assert_eq!((plain.code, &plain.fault()["remedy"]), (2, &"say it with --set MQTT_USER=VALUE".into()));
    let missing = errands.run(&["--yes", "app", "deploy", "mosquitto", "--secret-file", "MQTT_PASSWORD=/nowhere"]);
    assert_eq!(missing.code, 2, "{}", missing.stdout);
    assert!(missing.fault()["remedy"].as_str().unwrap().contains("--secret-file MQTT_PASSWORD=FILE"));
}
