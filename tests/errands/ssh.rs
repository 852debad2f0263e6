//! `host edit … --ssh-…` and `guest trust`.

use std::process::Command;

use super::{console::Said, hosts::Errands};
use crate::ssh::sshd::{Agent, Sshd, sshd, sshd_at, user};

fn edit(errands: &Errands, sshd: &Sshd, more: &[&str]) -> Said {
    let (port, user) = (sshd.port.to_string(), user());
    let mut arguments = vec!["host", "edit", "home", "--ssh-port", &port, "--ssh-user", &user];
    arguments.extend(more);
    errands.run(&arguments)
}

#[tokio::test(flavor = "multi_thread")]
async fn ssh_is_set_up_shown_tested_and_forgotten() {
    let Some(sshd) = sshd() else { return };
    let errands = Errands::with_host().await;
    assert!(errands.run(&["host", "list"]).data()[0]["ssh"].is_null());
    let key = sshd.path("user").to_string_lossy().into_owned();
    let fingerprint = sshd.host_key("host").fingerprint();
    let set = edit(&errands, &sshd, &["--ssh-key", &key, "--ssh-fingerprint", &fingerprint]);
    assert_eq!(set.code, 0, "{} {}", set.stdout, set.stderr);
    let row = errands.run(&["host", "list"]).data()[0]["ssh"].clone();
    assert_eq!((&row["proof"], &row["key_file"]), (&"key-file".into(), &key.as_str().into()), "{row}");
    assert_eq!((&row["fingerprint"], &row["guest_port"]), (&fingerprint.as_str().into(), &22.into()), "{row}");
    let tested = errands.run(&["host", "test", "home"]).data();
    assert!(tested["ssh"]["user"] == user() && tested["ssh_fault"].is_null(), "{tested}");

    // What is not said stays, and the key that is trusted is not asked for again.
    let moved = errands.run(&["host", "edit", "home", "--guest-ssh-port", "2222"]);
    assert_eq!(moved.data()["ssh"]["guest_port"], 2222, "{}", moved.stderr);
    std::fs::write(sshd.path("authorized"), "").unwrap();
    let tested = errands.run(&["host", "test", "home"]).data();
    assert_eq!(tested["ssh_fault"]["code"], "refused", "{tested}");
    assert_eq!(errands.run(&["host", "edit", "home", "--no-ssh"]).code, 0);
    assert!(errands.run(&["host", "list"]).data()[0]["ssh"].is_null());
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_there_to_trust_a_key_means_no() {
    let Some(sshd) = sshd() else { return };
    let errands = Errands::with_host().await;
    let key = sshd.path("user").to_string_lossy().into_owned();
    let said = edit(&errands, &sshd, &["--ssh-key", &key]);
    let fingerprint = sshd.host_key("host").fingerprint();
    assert_eq!(said.code, 4, "{}", said.stdout);
    assert!(said.stderr.contains(&fingerprint), "it shows what it saw: {}", said.stderr);
    assert_eq!(edit(&errands, &sshd, &["--yes", "--ssh-key", &key]).code, 0);
    sshd.new_key("host", "ed25519", "");
    let changed = errands.run(&["host", "edit", "home", "--ssh-user", &user()]);
    assert_eq!(changed.code, 4, "{}", changed.stdout);
    for print in [fingerprint, sshd.host_key("host").fingerprint()] {
        assert!(changed.stderr.contains(&print), "both are shown: {}", changed.stderr);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_ssh_is_told_by_its_code() {
    let Some(sshd) = sshd() else { return };
    let errands = Errands::with_host().await;
    let stranger = sshd.new_key("stranger", "ed25519", "").to_string_lossy().into_owned();
    assert_eq!(edit(&errands, &sshd, &["--yes", "--ssh-key", &stranger]).code, 4);
    let wrong = edit(&errands, &sshd, &["--ssh-key", &stranger, "--ssh-fingerprint", "SHA256:other"]);
    assert_eq!((wrong.code, wrong.fault()["code"].as_str()), (6, Some("trust")));
    assert_eq!(errands.run(&["host", "edit", "home"]).code, 2);
    assert_eq!(errands.run(&["host", "edit", "home", "--ssh-user", "root"]).code, 2);
    assert_eq!(errands.run(&["host", "edit", "nobody", "--ssh-agent"]).code, 3);
    assert_eq!(errands.run(&["host", "edit", "home", "--ssh-agent", "--ssh-key", &stranger]).code, 2);
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port().to_string();
    let unreached = errands.run(&["--yes", "host", "edit", "home", "--ssh-port", &closed, "--ssh-key", &stranger]);
    assert_eq!(unreached.code, 5, "{}", unreached.stdout);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_agent_of_the_shell_is_asked_and_a_passphrase_is_nowhere_in_clear() {
    let Some(sshd) = sshd() else { return };
    let errands = Errands::with_host().await;
    let agent = Agent::start(sshd.folder.path());
    agent.add(&sshd.path("user"));
    let passphrase = errands.passphrase();
    let said = Command::new(env!("CARGO_BIN_EXE_proximity"))
        .args(["--yes", "--json", "--passphrase-file", &passphrase, "--data"])
        .arg(errands.folder.path())
        .args(["host", "edit", "home", "--ssh-agent", "--ssh-port", &sshd.port.to_string(), "--ssh-user", &user()])
        .env("SSH_AUTH_SOCK", &agent.socket)
        .output()
        .unwrap();
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stdout));
    let locked = sshd.new_key("locked", "ed25519", "opensesame");
    sshd.authorise(&locked);
    let secret = sshd.path("secret");
    std::fs::write(&secret, "opensesame\n").unwrap();
    let (locked, secret) = (locked.to_string_lossy(), secret.to_string_lossy());
    let set = edit(&errands, &sshd, &["--ssh-key", &locked, "--ssh-passphrase-file", &secret]);
    assert_eq!(set.code, 0, "{} {}", set.stdout, set.stderr);
    for file in std::fs::read_dir(errands.folder.path()).unwrap() {
        let path = file.unwrap().path();
        let text = if path.is_file() { std::fs::read(&path).unwrap() } else { Vec::new() };
        assert!(!text.windows(10).any(|window| window == b"opensesame"), "{}", path.display());
    }
    let tested = errands.run(&["host", "test", "home"]).data();
    assert!(tested["ssh_fault"].is_null(), "{tested}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_s_key_is_shown_before_it_is_taken() {
    let Some(sshd) = sshd() else { return };
    let errands = Errands::with_host().await;
    let guests = errands.run(&["guest", "list"]).data();
    let runs = |row: &&serde_json::Value| row["power"] == "running" && row["kind"] == "container";
    let guest = guests.as_array().unwrap().iter().find(runs).unwrap()["guest"].as_str().unwrap().to_owned();
    let shown = errands.run(&["guest", "show", &guest]).data();
    let address = shown["addresses"][0].as_str().unwrap().split('/').next().unwrap().to_owned();
    let Some(inside) = sshd_at(&address) else { return };
    let key = sshd.path("user").to_string_lossy().into_owned();
    let port = inside.port.to_string();
    assert_eq!(edit(&errands, &sshd, &["--yes", "--ssh-key", &key, "--guest-ssh-port", &port]).code, 0);

    let unasked = errands.run(&["guest", "trust", &guest]);
    assert_eq!(unasked.code, 4, "{}", unasked.stdout);
    let first = inside.host_key("host").fingerprint();
    assert!(unasked.stderr.contains(&first), "{}", unasked.stderr);
    let taken = errands.run(&["--yes", "guest", "trust", &guest]).data();
    assert!(taken["before"].is_null() && taken["now"] == first.as_str(), "{taken}");
    assert_eq!(errands.run(&["guest", "trust", &guest]).code, 0, "it is known, so nothing is asked");
    inside.new_key("host", "ed25519", "");
    let changed = errands.run(&["guest", "trust", &guest]);
    assert_eq!(changed.code, 4);
    for print in [&first, &inside.host_key("host").fingerprint()] {
        assert!(changed.stderr.contains(print.as_str()), "both are shown: {}", changed.stderr);
    }
}
