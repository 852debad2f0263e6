//! `exec`, `put` and `get` for guests and apps.

use serde_json::{Value, json};

use super::{
    console::{Said, proximity},
    hosts::Errands,
};

const OPEN: &str = "home/101";

/// A host whose guest 101 gives a shell to whoever opens its console.
async fn house() -> Errands {
    let errands = Errands::with_host().await;
    errands.simulator.datacenter().with(|datacenter| {
        datacenter.guests.get_mut(&101).unwrap().config.insert("cmode".into(), json!("shell"));
    });
    errands
}

fn people(errands: &Errands, arguments: &[&str]) -> Said {
    let passphrase = errands.passphrase();
    proximity(errands.folder.path(), &[&["--passphrase-file", &passphrase], arguments].concat())
}

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_brings_its_output_and_its_exit_code() {
    let errands = house().await;
    let said = people(&errands, &["guest", "exec", OPEN, "--", "sh", "-c", "echo out; echo err >&2; exit 3"]);
    assert_eq!((said.code, said.stdout.as_str(), said.stderr.as_str()), (3, "out\n", "err\n"));
    let words = people(&errands, &["app", "exec", "jellyfin", "--", "printf", "<%s>", "it's", "", "$HOME *"]);
    assert_eq!((words.code, words.stdout.as_str()), (0, "<it's><><$HOME *>"));
}

#[tokio::test(flavor = "multi_thread")]
async fn scripts_read_pieces_and_at_last_the_exit_code() {
    let errands = house().await;
    let said = errands.run(&["guest", "exec", OPEN, "--", "sh", "-c", "echo one; exit 4"]);
    assert_eq!(said.code, 4, "{}", said.stderr);
    let told = lines(&said.stdout);
    assert_eq!(told[0], json!({ "v": 1, "data": { "out": "one\n" } }));
    assert_eq!(told.last().unwrap()["data"]["exit"], 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_goes_in_and_comes_out_again() {
    let errands = house().await;
    let bytes: Vec<u8> = (0..70_000_u32).map(|place| (place.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    let (from, to) = (errands.folder.path().join("from"), errands.folder.path().join("to"));
    std::fs::write(&from, &bytes).unwrap();
    let path = |path: &std::path::Path| path.display().to_string();
    let put = errands.run(&["app", "put", "jellyfin", &path(&from), "/root/", "--mode", "600"]);
    assert_eq!((put.code, &put.data()["bytes"]), (0, &70_000.into()), "{}{}", put.stdout, put.stderr);
    let mode = people(&errands, &["guest", "exec", OPEN, "--", "stat", "-c", "%a %s", "/root/from"]);
    assert_eq!(mode.stdout, "600 70000\n");
    let got = errands.run(&["app", "get", "jellyfin", "/root/from", &path(&to)]);
    assert_eq!(got.code, 0, "{}", got.stdout);
    assert!(std::fs::read(&to).unwrap() == bytes);
    let missing = errands.run(&["guest", "get", OPEN, "/nowhere", &path(&to)]);
    assert_eq!(missing.fault()["what"], format!("/nowhere cannot be read on {OPEN}"));
    assert!(std::fs::read(&to).unwrap() == bytes, "what was there stays");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_run_is_told_with_what_would_help() {
    let errands = house().await;
    let usage = errands.run(&["guest", "exec", OPEN]);
    assert_eq!(usage.code, 2, "{}", usage.stdout);
    let nothing = errands.run(&["guest", "exec", OPEN, "--job", "no-such-job"]);
    assert_eq!((nothing.code, nothing.fault()["code"].as_str()), (3, Some("not-found")), "{}", nothing.stdout);
    let (guests, fits) = (errands.run(&["guest", "list"]).data(), |row: &&Value| row["state"] == "stopped");
    let stopped = guests.as_array().unwrap().iter().filter(fits).find(|row| row["kind"] == "container").unwrap();
    let off = errands.run(&["guest", "exec", stopped["guest"].as_str().unwrap(), "--", "true"]);
    assert_eq!(off.code, 4, "{}", off.stdout);
    assert!(off.fault()["remedy"].as_str().unwrap().starts_with("start "), "{}", off.stdout);
}
