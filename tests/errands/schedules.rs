//! `schedule …`: what makes backups by itself is made, looked at, changed and removed.

use serde_json::Value;

use super::{
    backups::{done, refused, text, yes},
    hosts::Errands,
};

fn schedule(errands: &Errands, id: &str) -> Value {
    let all = done(&errands.run(&["schedule", "list"]));
    all.as_array().unwrap().iter().find(|row| row["id"] == id).cloned().unwrap_or(Value::Null)
}

const NIGHTLY: [&str; 12] = [
    "schedule",
    "set",
    "nightly",
    "--new",
    "--at",
    "02:30",
    "--guests",
    "101,102",
    "--storage",
    "backup",
    "--keep",
    "last=1",
];

#[tokio::test(flavor = "multi_thread")]
async fn a_schedule_lives_its_whole_life() {
    let errands = Errands::lively().await;
    let saved = done(&errands.run(&NIGHTLY));
    assert_eq!((&saved["kind"], &saved["outcome"]), (&"save-job".into(), &"done".into()), "{saved}");
    let made = schedule(&errands, "nightly");
    assert_eq!((&made["schedule"], &made["runner"]), (&"home/nightly".into(), &"proxmox".into()), "{made}");
    assert_eq!((&made["of"]["guests"], &made["when"]), (&serde_json::json!([101, 102]), &"02:30".into()), "{made}");
    assert_eq!((&made["keeps"]["last"], &made["enabled"]), (&1.into(), &true.into()), "{made}");
    let again = refused(&errands.run(&NIGHTLY), 2);
    assert!(text(&again["remedy"]).contains("--new"), "{again}");
    let shown = done(&errands.run(&["schedule", "show", "nightly"]));
    assert_eq!(shown["runs"].as_array().map(Vec::len), Some(5), "{shown}");
    let taken: Vec<_> = shown["takes"].as_array().unwrap().iter().map(|row| text(&row["guest"])).collect();
    assert_eq!(taken, ["home/101", "home/102"], "{shown}");
    assert!(shown["takes"][0]["volumes"][0]["included"].is_boolean(), "{shown}");
    assert!(!shown["uncovered"].as_array().unwrap().iter().any(|row| row["guest"] == "home/101"), "{shown}");
    let more = ["--at", "mon..fri 03:00", "--disabled", "--mode", "stop", "--keep", "daily=7,weekly=4", "--protected"];
    done(&errands.run(&[&["schedule", "set", "home/nightly"], &more[..]].concat()));
    let changed = schedule(&errands, "nightly");
    assert_eq!((&changed["when"], &changed["enabled"]), (&"mon..fri 03:00".into(), &false.into()), "{changed}");
    assert_eq!((&changed["keeps"]["daily"], &changed["keeps"]["last"]), (&7.into(), &Value::Null), "{changed}");
    assert_eq!((&changed["mode"], &changed["protected"]), (&"stop".into(), &true.into()), "{changed}");
    assert_eq!((&changed["of"], &changed["storage"]), (&made["of"], &made["storage"]), "what was not said stays");
    let unasked = refused(&errands.run(&["schedule", "remove", "nightly"]), 4);
    assert!(text(&unasked["remedy"]).contains("--yes"), "{unasked}");
    done(&yes(&errands, &["schedule", "remove", "nightly"]));
    assert_eq!(schedule(&errands, "nightly"), Value::Null);
    assert_eq!(yes(&errands, &["schedule", "remove", "nightly"]).code, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_preview_tells_times_and_what_would_go_and_changes_nothing() {
    let errands = Errands::with_host().await;
    let before = done(&errands.run(&["schedule", "list"]));
    let preview = done(&errands.run(&[&NIGHTLY[..], &["--preview"]].concat()));
    assert_eq!((&preview["schedule"]["id"], &preview["schedule"]["keeps"]["last"]), (&"nightly".into(), &1.into()));
    assert_eq!(preview["runs"].as_array().map(Vec::len), Some(5), "{preview}");
    let fates = preview["backups"].as_array().unwrap();
    let count = |fate: &str| fates.iter().filter(|row| row["fate"] == fate).count();
    assert!(count("keep") == 2 && count("remove") + 2 == fates.len(), "of each guest the newest stays: {preview}");
    assert_eq!(done(&errands.run(&["schedule", "list"])), before);
    assert_eq!(done(&errands.run(&["op", "list"])), serde_json::json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_schedule_of_all_apps_is_run_by_watch() {
    let errands = Errands::with_host().await;
    let words = ["schedule", "set", "--new", "--at", "02:30", "--apps", "--storage", "backup"];
    let saved = done(&errands.run(&words));
    assert_eq!((&saved["saved"]["runner"], &saved["saved"]["of"]), (&"watch".into(), &"apps".into()), "{saved}");
    let id = text(&saved["saved"]["id"]).to_owned();
    assert_eq!(schedule(&errands, &id)["runner"], "watch");
    let shown = done(&errands.run(&["schedule", "show", &id]));
    assert_eq!(shown["takes"].as_array().map(Vec::len), done(&errands.run(&["app", "list"])).as_array().map(Vec::len));
    let by_proxmox = refused(&errands.run(&[&words[..], &["--runner", "proxmox"]].concat()), 2);
    assert!(text(&by_proxmox["why"]).contains("watch"), "{by_proxmox}");
    assert_eq!(errands.run(&["schedule", "set", &id, "--runner", "proxmox"]).code, 2, "it stays with who runs it");
    done(&yes(&errands, &["schedule", "remove", &id]));
}

#[tokio::test(flavor = "multi_thread")]
async fn times_gaps_and_rights_are_told() {
    let errands = Errands::with_host().await;
    let runs = done(&errands.run(&["schedule", "runs", "mon..fri 02:30"]));
    assert_eq!((&runs["host"], runs["runs"].as_array().map(Vec::len)), (&"home".into(), Some(5)), "{runs}");
    assert_eq!(errands.run(&["schedule", "runs", "02:30", "--host", "nowhere"]).code, 3);
    let senseless = errands.run(&["schedule", "runs", "whenever"]);
    assert!(senseless.code != 0, "{}", senseless.stdout);
    let uncovered = done(&errands.run(&["schedule", "uncovered"]));
    assert!(uncovered.as_array().unwrap().iter().all(|row| text(&row["guest"]).starts_with("home/")), "{uncovered}");
    let rights = done(&errands.run(&["schedule", "rights"]));
    assert_eq!(rights[0]["host"], "home", "{rights}");
    let (may, grants) = (rights[0]["may"] == true, rights[0]["grants"].as_array().unwrap());
    assert_eq!(may, grants.is_empty(), "{rights}");
    assert!(grants.iter().all(|line| text(line).starts_with("pveum ")), "{rights}");
    assert_eq!(errands.run(&["schedule", "show", "nobody"]).code, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_app_is_covered_unless_it_was_said_that_it_is_not() {
    let errands = Errands::with_host().await;
    let titles = |more: &[&str]| {
        let plan = done(&errands.run(&[&["app", "plan", "deploy", "miniflux"], more].concat()));
        let steps = plan["steps"].as_array().unwrap().iter();
        steps.map(|step| text(&step["title"]).to_owned()).collect::<Vec<_>>()
    };
    assert!(!titles(&[]).iter().any(|title| title.contains("backup job")), "the job that is there covers it");
    errands.simulator.datacenter().with(|datacenter| datacenter.jobs.clear());
    let (covered, left) = (titles(&[]), titles(&["--no-backup"]));
    assert!(covered.iter().any(|title| title.contains("backup job")), "{covered:?}");
    assert!(!left.iter().any(|title| title.contains("backup job")), "{left:?}");
}
