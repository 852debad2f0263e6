//! `alert …`: what wants the operator is listed, known of and mended without a screen; secrets are read and not shown.

use std::{
    io::{BufRead, BufReader, Write},
    process::Stdio,
};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use super::{
    backups::{done, refused, text, yes},
    console::command,
    hosts::Errands,
};

/// A watch looks until it has raised something.
fn watched(errands: &Errands, rules: &str) {
    std::fs::write(errands.folder.path().join("settings.toml"), format!("[alerts]\n{rules}")).unwrap();
    let passphrase = errands.passphrase();
    let words = ["--passphrase-file", &passphrase, "watch"];
    let mut watching = command(errands.folder.path(), &words)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(watching.stdout.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap().contains("disk 9")), "it ended and raised nothing");
    kill_process(Pid::from_child(&watching), Signal::TERM).unwrap();
    assert!(watching.wait().unwrap().success());
}

const DISKS: &str =
    "disk = \"85/99\"\ndisk-for = 0\nstorm = 100\nbackup = \"off\"\nupdate = \"off\"\nprobe = \"off\"\n";

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_listed_acknowledged_and_mended() {
    let errands = Errands::lively().await;
    let apps = done(&errands.run(&["app", "list"]));
    let running = apps.as_array().unwrap().iter().find(|app| app["state"] == "running").unwrap().clone();
    let vmid: u32 = text(&running["guest"]).rsplit('/').next().unwrap().parse().unwrap();
    errands.simulator.datacenter().with(|datacenter| {
        for guest in datacenter.guests.values_mut() {
            guest.profile.disk = if guest.vmid == vmid { 0.9 } else { 0.2 };
        }
    });
    watched(&errands, DISKS);
    let listed = done(&errands.run(&["alert", "list"]));
    let [alert] = listed.as_array().unwrap().as_slice() else { panic!("{listed}") };
    assert_eq!((&alert["rule"], &alert["about"], &alert["level"]), (&"disk".into(), &"app".into(), &"warning".into()));
    assert!(text(&alert["mend"]).starts_with("grow its disk to"), "{alert}");
    let id = alert["alert"].to_string();
    let known = done(&errands.run(&["alert", "ack", &id]));
    assert!(known[0]["acknowledged"].is_string(), "{known}");
    assert!(done(&errands.run(&["alert", "show", &id]))["acknowledged"].is_string());
    assert!(done(&errands.run(&["alert", "snooze", &id, "--for", "2h"]))[0]["snoozed"].is_string());
    let plan = done(&errands.run(&["alert", "mend", &id, "--plan"]));
    assert_eq!(plan["kind"], "resize", "{plan}");
    assert_eq!(refused(&errands.run(&["alert", "mend", &id]), 4)["code"], "refused");
    assert_eq!(done(&yes(&errands, &["alert", "mend", &id]))["kind"], "resize");
    assert_eq!(refused(&errands.run(&["alert", "ack", "99"]), 3)["what"], "there is no alert 99");
    assert_eq!(refused(&errands.run(&["alert", "show", "99"]), 3)["what"], "there is no alert 99");
}

#[tokio::test(flavor = "multi_thread")]
async fn where_alerts_go_is_kept_and_what_is_secret_is_not_shown() {
    let errands = Errands::with_host().await;
    assert_eq!(refused(&errands.run(&["alert", "test"]), 3)["what"], "nothing was sent");
    let passphrase = errands.passphrase();
    let words = [
        "--json",
        "--passphrase-file",
        &passphrase,
        "alert",
        "deliver",
        "--ntfy",
        "https://ntfy.invalid/mine",
        "--token-stdin",
    ];
    let mut child = command(errands.folder.path(), &words)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(b"tk_very_secret\n").unwrap();
    let said = child.wait_with_output().unwrap();
    let told = format!("{}{}", String::from_utf8_lossy(&said.stdout), String::from_utf8_lossy(&said.stderr));
    assert!(said.status.success() && !told.contains("tk_very"), "{told}");
    let settings = std::fs::read_to_string(errands.folder.path().join("settings.toml")).unwrap();
    assert!(settings.contains("ntfy = \"https://ntfy.invalid/mine\"") && !settings.contains("tk_very"), "{settings}");
    let rules: Value = done(&errands.run(&["alert", "rules"]));
    assert_eq!((&rules["ntfy"], &rules["quiet"]), (&"https://ntfy.invalid/…".into(), &"off".into()), "{rules}");
    let disk = rules["rules"].as_array().unwrap().iter().find(|rule| rule["rule"] == "disk").unwrap();
    assert_eq!((&disk["on"], &disk["warning"], &disk["danger"]), (&true.into(), &85.into(), &95.into()));
    let unfit = errands.run(&["alert", "deliver", "--webhook", "https://me:pass@example.org/x"]);
    assert_eq!(refused(&unfit, 2)["what"], "nothing was changed");
    done(&errands.run(&["alert", "deliver", "--off"]));
    assert_eq!(refused(&errands.run(&["alert", "test"]), 3)["what"], "nothing was sent");
}
