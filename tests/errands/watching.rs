//! `proximity watch`: it says that it watches, and ends well when it is told to.

use std::{
    io::{BufRead, BufReader, Read},
    process::{Child, Stdio},
};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use super::{
    console::{command, proximity},
    hosts::Errands,
};

fn begin(errands: &Errands, words: &[&str]) -> (Child, BufReader<std::process::ChildStdout>) {
    let passphrase = errands.passphrase();
    let all = [words, &["--passphrase-file", &passphrase, "watch"]].concat();
    let mut watching = command(errands.folder.path(), &all)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(watching.stdout.take().unwrap());
    (watching, lines)
}

fn told_to_end(mut watching: Child, signal: Signal) -> String {
    kill_process(Pid::from_child(&watching), signal).unwrap();
    let mut stderr = String::new();
    watching.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
    assert!(watching.wait().unwrap().success(), "{stderr}");
    stderr
}

#[tokio::test(flavor = "multi_thread")]
async fn it_says_what_it_watches_and_ends_well_when_told() {
    let errands = Errands::with_host().await;
    for signal in [Signal::TERM, Signal::INT] {
        let (watching, mut lines) = begin(&errands, &["--json"]);
        let mut line = String::new();
        lines.read_line(&mut line).unwrap();
        let told: Value = serde_json::from_str(&line).unwrap();
        assert_eq!((&told["v"], &told["data"]["watching"]), (&1.into(), &serde_json::json!(["home"])), "{told}");
        assert!(told["data"]["schedules"].is_number(), "{told}");
        let stderr = told_to_end(watching, signal);
        assert!(stderr.contains("no longer watching"), "{stderr}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn people_read_a_line_and_what_happens_is_told() {
    let errands = Errands::with_host().await;
    let (watching, mut lines) = begin(&errands, &[]);
    let mut line = String::new();
    lines.read_line(&mut line).unwrap();
    assert!(line.contains("watching home"), "{line}");
    let Errands { simulator, folder: _folder } = errands;
    simulator.shutdown().await;
    line.clear();
    lines.read_line(&mut line).unwrap();
    assert!(line.contains("danger") && line.contains("home"), "{line}");
    told_to_end(watching, Signal::TERM);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_does_not_stand_by_behind_a_locked_file_of_secrets() {
    let errands = Errands::with_host().await;
    let said = proximity(errands.folder.path(), &["--json", "watch"]);
    assert_eq!((said.code, said.fault()["code"].as_str()), (4, Some("refused")), "{}", said.stdout);
    assert!(said.fault()["remedy"].as_str().unwrap().contains("--passphrase-file"), "{}", said.stdout);
}
