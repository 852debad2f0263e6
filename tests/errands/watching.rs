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
    while !(line.contains("danger") && line.contains("home")) {
        line.clear();
        assert!(lines.read_line(&mut line).unwrap() > 0, "it ended");
    }
    assert!(line.contains("home"), "{line}");
    told_to_end(watching, Signal::TERM);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_does_not_stand_by_behind_a_locked_file_of_secrets() {
    let errands = Errands::with_host().await;
    let said = proximity(errands.folder.path(), &["--json", "watch"]);
    assert_eq!((said.code, said.fault()["code"].as_str()), (4, Some("refused")), "{}", said.stdout);
    assert!(said.fault()["remedy"].as_str().unwrap().contains("--passphrase-file"), "{}", said.stdout);
}

/// The next line that speaks of who looks after things.
fn lead(lines: &mut BufReader<std::process::ChildStdout>) -> String {
    loop {
        let mut line = String::new();
        assert!(lines.read_line(&mut line).unwrap() > 0, "it ended");
        if line.contains("looks after everything") {
            return line;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn when_one_that_leads_is_killed_another_takes_over() {
    let errands = Errands::with_host().await;
    let (mut first, mut heard) = begin(&errands, &[]);
    assert!(lead(&mut heard).contains("from now on"));
    let (second, mut follows) = begin(&errands, &[]);
    assert!(lead(&mut follows).contains("stands by"));
    first.kill().unwrap();
    first.wait().unwrap();
    assert!(lead(&mut follows).contains("from now on"));
    told_to_end(second, Signal::TERM);
}

#[test]
fn a_unit_of_systemd_is_written_and_removed_and_a_strangers_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("my 50% $home");
    let place = home.join("systemd/user/proximity-watch.service");
    let run = |words: &[&str]| {
        let mut program = command(&home.join("data"), words);
        let ended = program.env("XDG_CONFIG_HOME", &home).output().unwrap();
        (ended.status.code(), String::from_utf8(ended.stdout).unwrap())
    };
    let (code, said) = run(&["--passphrase-file", "/etc/my secret", "watch", "--prove", "never", "--install"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("systemctl --user enable --now proximity-watch.service"), "{said}");
    let unit = std::fs::read_to_string(&place).unwrap();
    let start = unit.lines().find(|line| line.starts_with("ExecStart=")).unwrap();
    assert!(
        start.contains("my 50%% $$home/data\" \"--passphrase-file\" %d/passphrase \"watch\" \"--prove=never\""),
        "{start}"
    );
    assert!(unit.contains("LoadCredential=passphrase:/etc/my secret\n"), "{unit}");
    assert_eq!(run(&["--demo", "watch", "--install"]).0, Some(2), "the demo is not looked after");
    // Once more is as good as once.
    assert_eq!(run(&["watch", "--install"]).0, Some(0));
    assert_eq!(run(&["watch", "--uninstall"]).0, Some(0));
    assert!(!place.exists());
    assert_eq!(run(&["watch", "--uninstall"]).0, Some(3));
    std::fs::write(&place, "[Unit]\nDescription=mine\n").unwrap();
    for words in [["watch", "--install"], ["watch", "--uninstall"]] {
        assert_eq!(run(&words).0, Some(4));
    }
    assert!(std::fs::read_to_string(&place).unwrap().contains("mine"));
}
