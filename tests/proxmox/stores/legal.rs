//! Every call held to the API of a real Proxmox VE 9.2, where its description is at hand.

use std::{path::Path, process::Command};

use proximity::proxmox::RequestLog;

use super::{TASK, everything::ask_everything};
use crate::proxmox::host::{Host, Reply, token};

#[tokio::test]
async fn every_call_is_legal() {
    let check = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/pve/pve-check");
    if !check.exists() {
        eprintln!("not run: there is no description of the API beside the project");
        return;
    }
    let host = Host::start(|asked| match (asked.method.as_str(), asked.path.ends_with("/version")) {
        (_, true) => Reply::data(r#"{"version":"9.2.11"}"#),
        ("GET", _) => Reply::data(r#"[{"storage":"bak","active":1,"enabled":1,"content":"backup"}]"#),
        _ => Reply::data(TASK),
    })
    .await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("calls.jsonl");
    // The file is whole once the client is gone.
    ask_everything(&host.logged_client(token(), RequestLog::to_file(&file).unwrap())).await;
    let verdict = Command::new("python3").arg(&check).arg("requests").arg(&file).output().unwrap();
    let said = String::from_utf8_lossy(&verdict.stdout);
    assert!(verdict.status.success(), "{said}{}", String::from_utf8_lossy(&verdict.stderr));
    let endpoints = said.lines().filter(|line| line.contains(" /")).count();
    assert!(endpoints >= 60, "only {endpoints} endpoints were asked:\n{said}");
}
