//! `backup …`: what lies on the storages is listed, made, noted, protected, proved and removed.

use proximity::sim;
use serde_json::Value;

use super::{console::Said, hosts::Errands};

/// Done, or the test says what was told.
pub fn done(said: &Said) -> Value {
    assert_eq!(said.code, 0, "{}\n{}", said.stdout, said.stderr);
    said.data()
}

pub fn refused(said: &Said, code: i32) -> Value {
    assert_eq!(said.code, code, "{}\n{}", said.stdout, said.stderr);
    said.fault()
}

pub fn yes(errands: &Errands, words: &[&str]) -> Said {
    errands.run(&[&["--yes"], words].concat())
}

pub fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}"))
}

pub fn backups_of(errands: &Errands, app: &str) -> Vec<Value> {
    done(&errands.run(&["backup", "list", app])).as_array().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_storages_have_is_listed_the_newest_first() {
    let errands = Errands::with_host().await;
    let all = done(&errands.run(&["backup", "list"]));
    let all = all.as_array().unwrap();
    assert!(all.len() >= 24, "{}", all.len());
    let made: Vec<_> = all.iter().map(|row| text(&row["made"]).to_owned()).collect();
    assert!(made.is_sorted_by(|one, other| one >= other), "{made:?}");
    for row in all {
        let name = format!("{}/{}:", text(&row["host"]), text(&row["storage"]));
        assert!(text(&row["backup"]).starts_with(&name), "{row}");
        assert!(text(&row["backup"]).ends_with(text(&row["file"])), "{row}");
        assert!(row["size"].is_u64() && row["protected"].is_boolean() && row["encrypted"].is_boolean(), "{row}");
    }
    let of_app = backups_of(&errands, "nextcloud");
    assert!(!of_app.is_empty() && of_app.iter().all(|row| row["app_name"] == "nextcloud"), "{of_app:?}");
    assert!(of_app.iter().any(|row| row["encrypted"] == true && row["key"].is_string()), "{of_app:?}");
    assert!(of_app.iter().any(|row| row["verified"] == "whole"), "{of_app:?}");
    assert_eq!(backups_of(&errands, text(&of_app[0]["guest"])), of_app, "by its guest as well");
    let there = done(&errands.run(&["backup", "list", "nextcloud", "--storage", "pbs"]));
    let there = there.as_array().unwrap();
    assert!(!there.is_empty() && there.len() < of_app.len(), "{there:?}");
    assert!(there.iter().all(|row| row["storage"] == "pbs"), "{there:?}");
    assert_eq!(errands.run(&["backup", "list", "nobody"]).code, 3);
    assert_eq!(errands.run(&["backup", "list", "home/9999"]).code, 3);
    assert_eq!(errands.run(&["backup", "list", "home/lots"]).code, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_seen_last_is_shown_without_asking_anybody() {
    let errands = Errands::with_host().await;
    let seen = done(&errands.run(&["backup", "list"]));
    let (passphrase, Errands { simulator, folder }) = (errands.passphrase(), errands);
    simulator.shutdown().await;
    let run = |words: &[&str]| {
        let all = [&["--json", "--passphrase-file", &passphrase], words].concat();
        super::console::proximity(folder.path(), &all)
    };
    assert_eq!(done(&run(&["backup", "list", "--cached"])), seen);
    assert_eq!(done(&run(&["backup", "list"])), seen, "also where it was tried to ask");
    assert!(!run(&["backup", "list"]).stderr.is_empty(), "which is told");
    let first = text(&seen[0]["backup"]).to_owned();
    assert_eq!(run(&["--yes", "backup", "delete", &first]).code, 5, "what is acted on must answer");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_is_named_by_any_beginning_that_is_its_alone() {
    let errands = Errands::with_host().await;
    let all = backups_of(&errands, "jellyfin");
    let (name, file) = (text(&all[0]["backup"]).to_owned(), text(&all[0]["file"]).to_owned());
    for typed in [&name[..], &file, &file[..file.len() - 8], &name[..name.len() - 8]] {
        let shown = done(&errands.run(&["backup", "show", typed]));
        assert_eq!(shown["backup"], name.as_str(), "{typed}");
        assert!(shown["notes"].is_string(), "{shown}");
    }
    let beginning = file.rsplit_once('-').unwrap().0.rsplit_once('-').unwrap().0;
    let ambiguous = refused(&errands.run(&["backup", "show", beginning]), 2);
    for row in &all {
        assert!(text(&ambiguous["why"]).contains(text(&row["backup"])), "{ambiguous}");
    }
    let unknown = refused(&errands.run(&["backup", "show", "vzdump-lxc-9999"]), 3);
    assert!(text(&unknown["remedy"]).contains("backup list"), "{unknown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_lives_its_whole_life() {
    let errands = Errands::lively().await;
    let before = backups_of(&errands, "jellyfin").len();
    let said = errands.run(&["backup", "create", "jellyfin", "--storage", "backup", "--note", "by hand"]);
    let made = done(&said);
    assert!(said.stdout.lines().count() > 1, "long work tells its steps: {}", said.stdout);
    assert_eq!(
        (&made["kind"], &made["outcome"], &made["asked"]),
        (&"backup".into(), &"done".into(), &"snapshot".into())
    );
    let name = text(&made["backup"]).to_owned();
    assert!(made["size"].is_u64() && made["mode"].is_string(), "{made}");
    let listed = backups_of(&errands, "jellyfin");
    assert_eq!((listed.len(), &listed[0]["backup"]), (before + 1, &made["backup"]), "{listed:?}");
    assert_eq!((&listed[0]["note"], &listed[0]["protected"]), (&"by hand".into(), &false.into()), "{listed:?}");
    done(&errands.run(&["backup", "note", &name, "worth keeping\nvery much"]));
    done(&errands.run(&["backup", "protect", &name]));
    let shown = done(&errands.run(&["backup", "show", &name]));
    assert_eq!((&shown["note"], &shown["protected"]), (&"worth keeping".into(), &true.into()), "{shown}");
    assert_eq!(text(&shown["notes"]).lines().count(), 2, "{shown}");
    let fault = refused(&yes(&errands, &["backup", "delete", &name]), 4);
    assert!(text(&fault["remedy"]).contains(&format!("backup unprotect {name}")), "{fault}");
    done(&errands.run(&["backup", "unprotect", &name]));
    let unasked = refused(&errands.run(&["backup", "delete", &name]), 4);
    assert!(text(&unasked["remedy"]).contains("--yes"), "{unasked}");
    assert_eq!(backups_of(&errands, "jellyfin").len(), before + 1, "nothing was removed yet");
    done(&yes(&errands, &["backup", "delete", &name]));
    assert_eq!(backups_of(&errands, "jellyfin").len(), before);
    assert_eq!(yes(&errands, &["backup", "delete", &name]).code, 3, "it is gone");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_mode_and_every_compression_can_be_chosen() {
    let errands = Errands::lively().await;
    let choices = [
        ("snapshot", "zstd", ".tar.zst"),
        ("suspend", "gzip", ".tar.gz"),
        ("stop", "lzo", ".tar.lzo"),
        ("stop", "none", ".tar"),
    ];
    for (mode, compress, ending) in choices {
        let words = ["backup", "create", "jellyfin", "--storage", "backup", "--mode", mode, "--compress", compress];
        let made = done(&errands.run(&words));
        assert_eq!(made["asked"], mode, "{made}");
        let as_asked = made["mode"] == mode || (mode == "snapshot" && made["weakened"].is_string());
        assert!(as_asked, "{made}");
        assert!(text(&made["backup"]).ends_with(ending), "{made}");
    }
    let guarded = done(&errands.run(&["backup", "create", "home/101", "--storage", "backup", "--protected", "--mail"]));
    assert_eq!(done(&errands.run(&["backup", "show", text(&guarded["backup"])]))["protected"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn several_are_backed_up_one_after_another_and_one_that_fails_stops_none() {
    let errands = Errands::lively().await;
    let made = done(&errands.run(&["backup", "create", "jellyfin", "vaultwarden", "--storage", "backup"]));
    let made = made.as_array().unwrap();
    assert_eq!(made.iter().map(|row| text(&row["name"])).collect::<Vec<_>>(), ["jellyfin", "vaultwarden"]);
    assert!(made.iter().all(|row| row["backup"].is_string() && row["size"].is_u64()), "{made:?}");
    errands.simulator.datacenter().with(|datacenter| {
        datacenter.guests.get_mut(&101).unwrap().config.insert("lock".into(), serde_json::json!("backup"));
    });
    let before = backups_of(&errands, "vaultwarden").len();
    let said = errands.run(&["backup", "create", "home/101", "vaultwarden", "--storage", "backup"]);
    assert!(said.code != 0 && text(&said.fault()["what"]).contains("was not backed up"), "{}", said.stdout);
    assert_eq!(backups_of(&errands, "vaultwarden").len(), before + 1, "the other one was");
    assert_eq!(errands.run(&["backup", "create", "vaultwarden", "nobody"]).code, 3);
    assert_eq!(backups_of(&errands, "vaultwarden").len(), before + 1, "nothing is begun where one is not known");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_board_has_every_app_and_the_statistics_every_storage() {
    let errands = Errands::with_host().await;
    let apps = done(&errands.run(&["app", "list"]));
    let board = done(&errands.run(&["backup", "board"]));
    assert_eq!(board.as_array().unwrap().len(), apps.as_array().unwrap().len());
    for row in board.as_array().unwrap() {
        assert!(["fresh", "due", "stale", "never"].contains(&text(&row["age"])), "{row}");
        assert!(["by", "none", "unknown"].contains(&text(&row["coverage"]["state"])), "{row}");
        assert!(["all", "without", "unknown"].contains(&text(&row["inside"]["state"])), "{row}");
    }
    let jellyfin = board.as_array().unwrap().iter().find(|row| row["name"] == "jellyfin").unwrap();
    assert_eq!(jellyfin["newest"], backups_of(&errands, "jellyfin")[0], "{jellyfin}");
    let passphrase = errands.passphrase();
    let words = ["--passphrase-file", &passphrase, "backup", "board"];
    let said = super::console::proximity(errands.folder.path(), &words);
    assert!(said.stdout.starts_with("APP ") && said.stdout.contains("jellyfin"), "{}", said.stdout);
    let stats = done(&errands.run(&["backup", "stats"]));
    let listed = done(&errands.run(&["backup", "list"]));
    assert_eq!(stats["backups"], listed.as_array().unwrap().len(), "{stats}");
    assert!(stats["storages"].as_array().unwrap().iter().any(|row| row["storage"] == "pbs"), "{stats}");
}

#[tokio::test(flavor = "multi_thread")]
async fn storages_that_take_backups_are_listed_the_roomiest_first() {
    let errands = Errands::with_host().await;
    for of in ["jellyfin", "home/101"] {
        let places = done(&errands.run(&["backup", "places", of]));
        let free: Vec<_> = places.as_array().unwrap().iter().map(|row| row["free"].as_u64()).collect();
        assert!(free.len() > 1 && free.is_sorted_by(|one, other| one >= other), "{places}");
        assert!(places.as_array().unwrap().iter().any(|row| row["storage"] == "pbs" && row["shared"] == true));
    }
    assert_eq!(errands.run(&["backup", "places", "nobody"]).code, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_is_planned_without_making_one() {
    let errands = Errands::with_host().await;
    let plan = done(&errands.run(&["backup", "create", "jellyfin", "--plan"]));
    let steps = plan["steps"].as_array().unwrap();
    let mut calls = steps.iter().flat_map(|step| step["calls"].as_array().unwrap());
    assert!(calls.any(|call| text(&call["path"]).ends_with("/vzdump")), "{plan}");
    assert_eq!(done(&errands.run(&["op", "list"])), serde_json::json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_is_proved_and_the_board_tells() {
    let errands = Errands::lively().await;
    let made = done(&yes(&errands, &["app", "deploy", "miniflux", "--method", "compose", "--name", "news"]));
    let none = refused(&errands.run(&["backup", "prove", "news"]), 3);
    assert!(text(&none["remedy"]).contains("backup create news"), "{none}");
    let backup = done(&errands.run(&["backup", "create", "news", "--storage", "backup"]))["backup"].take();
    let before = done(&errands.run(&["app", "list"])).as_array().map(Vec::len);
    let proof = done(&errands.run(&["backup", "prove", "news"]));
    assert_eq!((&proof["app"], &proof["backup"], &proof["result"]), (&made["app"], &backup, &"good".into()), "{proof}");
    assert!(proof["at"].is_string() && proof["seconds"].is_u64(), "{proof}");
    let board = done(&errands.run(&["backup", "board"]));
    let row = board.as_array().unwrap().iter().find(|row| row["name"] == "news").unwrap();
    assert_eq!(row["proof"]["result"], "good", "{row}");
    assert_eq!(done(&errands.run(&["app", "list"])).as_array().map(Vec::len), before, "nothing is left of it");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_that_is_damaged_is_proved_bad() {
    let errands = Errands::lively().await;
    let damaged = sim::Fault::DamagedArchive { vmid: Some(103), damage: sim::Damage::Truncated };
    errands.simulator.datacenter().throw(damaged);
    let count = || done(&errands.run(&["guest", "list"])).as_array().map(Vec::len);
    let before = count();
    let said = errands.run(&["backup", "prove", "vaultwarden"]);
    assert_eq!((said.code, said.fault()["code"].as_str()), (8, Some("undone")), "{}", said.stdout);
    let told: Vec<Value> = said.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(told.iter().any(|word| word["data"]["result"] == "bad" && word["data"]["why"].is_string()), "{told:?}");
    assert_eq!(count(), before, "nothing is left of it");
}

#[tokio::test(flavor = "multi_thread")]
async fn old_backups_are_pruned_once_they_were_told() {
    let errands = Errands::lively().await;
    let keep = ["backup", "prune", "jellyfin", "--storage", "backup", "--keep", "last=1"];
    let fates = done(&errands.run(&[&keep[..], &["--preview"]].concat()));
    let fates: Vec<_> = fates.as_array().unwrap().iter().map(|row| text(&row["fate"]).to_owned()).collect();
    assert_eq!(fates.iter().filter(|fate| *fate == "keep").count(), 1, "{fates:?}");
    let unasked = errands.run(&keep);
    assert!(text(&refused(&unasked, 4)["remedy"]).contains("--preview"), "{}", unasked.stdout);
    assert!(unasked.stderr.contains("vzdump-lxc-101"), "what goes is told: {}", unasked.stderr);
    assert_eq!(backups_of(&errands, "jellyfin").len(), fates.len());
    done(&yes(&errands, &keep));
    assert_eq!(backups_of(&errands, "jellyfin").len(), 1);
    let all = ["backup", "prune", "jellyfin", "--storage", "backup", "--keep", "all"];
    assert_eq!(yes(&errands, &all).code, 2, "to keep all is nothing to be done");
}
