//! Who listens inside a guest, in simulated ones over the console and by real shells of this machine.

use std::{net::TcpListener, process::Command};

use proximity::{
    domain::{
        fault::FaultCode,
        ids::GuestKey,
        listening::{Protocol, SCRIPT, read},
    },
    engine::Engine,
};
use serde_json::json;

use super::lab::Lab;

fn key(vmid: u32) -> GuestKey {
    format!("home/{vmid}").parse().unwrap()
}

async fn heard(engine: &Engine, vmid: u32) -> Vec<String> {
    let found = engine.listening(&key(vmid)).await.unwrap();
    found.iter().map(|one| format!("{} {}", one.protocol, one)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_seen_who_listens_in_a_guest_whatever_its_system() {
    let lab = Lab::open().await;
    let engine = lab.watching().await;
    assert_eq!(heard(&engine, 101).await, ["tcp 8096 jellyfin"]);
    lab.simulator.datacenter().with(|datacenter| {
        datacenter.guests.get_mut(&112).unwrap().config.insert("ostype".into(), json!("alpine"));
    });
    assert_eq!(heard(&engine, 112).await, ["tcp 3001"], "without ss");
    engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nobody_can_look_it_is_said_why() {
    let lab = Lab::open().await;
    let engine = lab.watching().await;
    let shut = engine.listening(&key(203)).await.unwrap_err();
    let (off, machine) = (engine.listening(&key(108)).await, engine.listening(&key(300)).await);
    assert_eq!(shut.code, FaultCode::Refused);
    assert!(shut.why.contains("log-in prompt") && shut.remedy.contains("cmode"), "{shut:?}");
    assert!(off.unwrap_err().remedy.starts_with("start "));
    assert_eq!(machine.unwrap_err().code, FaultCode::Refused);
    engine.close().await;
}

/// The words that begin a shell of this machine, and where it finds programs.
fn printed(shell: &[&str], path: &str) -> String {
    let ran = Command::new(shell[0]).args(&shell[1..]).arg("-c").arg(SCRIPT).env("PATH", path).output().unwrap();
    assert!(ran.status.success() && ran.stderr.is_empty(), "{ran:?}");
    String::from_utf8(ran.stdout).unwrap()
}

#[test]
fn real_shells_tell_who_listens_with_programs_and_without() {
    let own = std::env::current_exe().unwrap().display().to_string();
    let four = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = four.local_addr().unwrap().port();
    let folder = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink("/bin/ls", folder.path().join("ls")).unwrap();
    let (bare, only_ls) = ("/nowhere".to_owned(), folder.path().display().to_string());
    let whole = std::env::var("PATH").unwrap();
    let mut shells = vec![vec!["/bin/sh"]];
    shells.extend(std::fs::exists("/bin/bash").unwrap().then(|| vec!["/bin/bash", "--posix"]));
    shells.extend(std::fs::exists("/usr/bin/busybox").unwrap().then(|| vec!["/usr/bin/busybox", "sh"]));
    for shell in shells {
        for path in [&bare, &only_ls, &whole] {
            let found = read(&printed(&shell, path));
            let ours = found.iter().find(|one| one.port == port && one.protocol == Protocol::Tcp);
            let ours = ours.unwrap_or_else(|| panic!("{shell:?} with {path}: {found:?}"));
            assert!(!ours.is_open());
            if path != &bare {
                let program = ours.program.as_deref().unwrap_or_default();
                assert!(program.len() > 3 && own.contains(program), "{shell:?} {path}: {ours:?}");
            }
        }
    }
}
