//! How SSH gets in: tried before it is kept, shown to whom it is meant for, and pinned from the first time on.

use proximity::{
    domain::{
        fault::{Fault, FaultCode},
        fleet::{Power, SshAccess, SshProof},
        ids::{GuestKey, NodeName},
        secret::Secret,
    },
    engine::{Answer, Change, Duty, Engine, HostDraft, Query, SshCredential, SshDraft, SshKeys},
    sim::{Entrance, Options, Pace, Seed},
    ssh::{Pins, Proof},
};

use super::lab::{Lab, home, some_container};
use crate::ssh::sshd::{Sshd, sshd, sshd_at, user};

async fn known() -> (Lab, Engine) {
    let lab = Lab::with(Seed::plain(1, 4)).await;
    let engine = lab.engine(Duty::OneErrand).await;
    engine.change(Change::AddHost(lab.draft())).await.unwrap();
    (lab, engine)
}

fn draft(sshd: &Sshd, credential: SshCredential) -> SshDraft {
    SshDraft {
        user: user(),
        port: sshd.port,
        credential,
        fingerprint: sshd.host_key("host").fingerprint(),
        guest_port: 22,
    }
}

fn key(sshd: &Sshd) -> SshCredential {
    SshCredential::KeyFile { path: sshd.path("user"), passphrase: None }
}

async fn set(engine: &Engine, draft: SshDraft) -> Result<(), Fault> {
    engine.change(Change::SetSsh { host: home(), ssh: Some(draft) }).await
}

fn access(engine: &Engine) -> Option<SshAccess> {
    engine.fleet().borrow().hosts[0].ssh.clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_is_added_with_ssh_or_not_at_all() {
    let Some(sshd) = sshd() else { return };
    let lab = Lab::with(Seed::plain(1, 4)).await;
    let engine = lab.engine(Duty::OneErrand).await;
    let tested = |ssh| Query::TestSshDraft { address: lab.simulator.ready().url.clone(), ssh };
    let with = |ssh| HostDraft { ssh: Some(ssh), ..lab.draft() };
    let stranger = SshDraft { fingerprint: "SHA256:nobody".into(), ..draft(&sshd, key(&sshd)) };
    assert_eq!(engine.query(tested(stranger.clone())).await.unwrap_err().code, FaultCode::Trust);
    engine.change(Change::AddHost(with(stranger.into()))).await.unwrap_err();
    assert!(engine.fleet().borrow().hosts.is_empty());
    assert_eq!(lab.secret("host/home").await, None);
    let Answer::Ssh(Some(seen)) = engine.query(tested(draft(&sshd, key(&sshd)))).await.unwrap() else { panic!() };
    engine.change(Change::AddHost(with(draft(&sshd, key(&sshd)).into()))).await.unwrap();
    assert_eq!(access(&engine), Some(seen));
    engine.query(Query::TestSsh(home())).await.unwrap();
    engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn how_ssh_gets_in_is_tried_kept_and_there_after_a_restart() {
    let Some(sshd) = sshd() else { return };
    let (lab, engine) = known().await;
    set(&engine, draft(&sshd, key(&sshd))).await.unwrap();
    let kept = access(&engine).unwrap();
    assert_eq!(kept.proof, SshProof::KeyFile(sshd.path("user").to_string_lossy().into()));
    assert_eq!(&*kept.pin, sshd.host_key("host").fingerprint());
    engine.close().await;

    let engine = lab.engine(Duty::OneErrand).await;
    assert_eq!(access(&engine), Some(kept.clone()));
    let Answer::Ssh(tested) = engine.query(Query::TestSsh(home())).await.unwrap() else { panic!() };
    assert_eq!(tested, Some(kept));
    engine.change(Change::Refresh).await.unwrap();
    let node = engine.fleet().borrow().nodes[0].key.node.clone();
    let session = engine.session_to_node(&home(), &node).await.unwrap();
    assert_eq!(session.run_to_end(&["echo", "in"], b"", 10).await.unwrap().out, b"in\n");
    engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_does_not_let_ssh_in_is_not_remembered_as_one_that_does() {
    let Some(sshd) = sshd() else { return };
    let (lab, engine) = known().await;
    let stranger = SshCredential::KeyFile { path: sshd.new_key("stranger", "ed25519", ""), passphrase: None };
    assert_eq!(set(&engine, draft(&sshd, stranger)).await.unwrap_err().code, FaultCode::Refused);
    let password = SshCredential::Password(Secret::new("opensesame"));
    assert_eq!(set(&engine, draft(&sshd, password)).await.unwrap_err().code, FaultCode::Refused);
    let other = SshDraft { fingerprint: "SHA256:other".into(), ..draft(&sshd, key(&sshd)) };
    let fault = set(&engine, other).await.unwrap_err();
    assert_eq!(fault.code, FaultCode::Trust);
    assert!(fault.why.contains("SHA256:other") && fault.why.contains(&sshd.host_key("host").fingerprint()), "{fault}");
    let nothing = draft(&sshd, SshCredential::AsBefore);
    assert_eq!(set(&engine, nothing).await.unwrap_err().code, FaultCode::Usage);
    assert_eq!(access(&engine), None);
    assert_eq!(lab.secret("ssh/home").await, None);
    engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_passphrase_of_a_key_is_in_the_vault_and_goes_with_the_host() {
    let Some(sshd) = sshd() else { return };
    let (lab, engine) = known().await;
    let path = sshd.new_key("locked", "ed25519", "opensesame");
    sshd.authorise(&path);
    let locked = SshCredential::KeyFile { path, passphrase: Some(Secret::new("opensesame")) };
    set(&engine, draft(&sshd, locked)).await.unwrap();
    assert_eq!(lab.secret("ssh/home").await, Some(Secret::new("opensesame")));
    let moved = SshDraft { guest_port: 2222, ..draft(&sshd, SshCredential::AsBefore) };
    set(&engine, moved).await.unwrap();
    assert_eq!(access(&engine).unwrap().guest_port, 2222);
    assert_eq!(lab.secret("ssh/home").await, Some(Secret::new("opensesame")), "what was not said stays");
    set(&engine, draft(&sshd, key(&sshd))).await.unwrap();
    assert_eq!(lab.secret("ssh/home").await, None, "this key has none");
    let locked = SshCredential::KeyFile { path: sshd.path("locked"), passphrase: Some(Secret::new("opensesame")) };
    set(&engine, draft(&sshd, locked)).await.unwrap();
    engine.change(Change::RemoveHost(home())).await.unwrap();
    assert_eq!(lab.secret("ssh/home").await, None);
    engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_ssh_the_way_to_set_it_up_is_told() {
    let Some(sshd) = sshd() else { return };
    let (_lab, engine) = known().await;
    let guest: GuestKey = "home/100".parse().unwrap();
    let is_told = |fault: Fault| fault.remedy.contains("proximity host edit home --ssh-user root --ssh-key FILE");
    assert!(is_told(engine.ssh_to_guest(&guest, "127.0.0.1").await.unwrap_err()));
    assert!(is_told(engine.ssh_to_node(&home(), &NodeName::new("pve")).await.unwrap_err()));
    set(&engine, draft(&sshd, key(&sshd))).await.unwrap();
    assert!(engine.ssh_to_guest(&guest, "127.0.0.1").await.is_ok());
    engine.change(Change::SetSsh { host: home(), ssh: None }).await.unwrap();
    assert!(is_told(engine.ssh_to_guest(&guest, "127.0.0.1").await.unwrap_err()));
    assert_eq!(access(&engine), None);
    engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_is_shown_to_the_host_and_never_to_a_guest() {
    let (lab, engine) = known().await;
    engine.close().await;
    let ssh = r#"{"user":"root","port":22,"proof":"password","pin":"SHA256:x"}"#;
    lab.meddle(&format!("UPDATE host SET ssh = '{ssh}'"));
    lab.meddle(&format!("INSERT INTO ssh_key VALUES ('home', '', '{KEY}', 1)"));
    lab.put_secret("ssh/home", "opensesame").await;
    let engine = lab.engine(Duty::OneErrand).await;
    let guest: GuestKey = "home/100".parse().unwrap();
    let fault = engine.ssh_to_guest(&guest, "127.0.0.1").await.unwrap_err();
    assert!(fault.code == FaultCode::Refused && fault.remedy.contains("--ssh-key"), "{fault}");
    engine.change(Change::Refresh).await.unwrap();
    let node = engine.fleet().borrow().nodes[0].key.node.clone();
    let target = engine.ssh_to_node(&home(), &node).await.unwrap();
    let [Proof::Password(password)] = &target.proofs[..] else { panic!("{target:?}") };
    assert_eq!(password.reveal(), "opensesame");
    assert_eq!(target.keys, Pins::Pinned(vec![KEY.parse().unwrap()]));
    engine.close().await;
}

const KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJdD7y3aLq454yWBdwLWbieU1ebz9/cu7/QEXn9OIeZJ";

#[tokio::test(flavor = "multi_thread")]
async fn the_accepted_key_counts_for_the_node_in_front_and_others_are_pinned_at_first_use() {
    let options = Options::local(Seed::plain(3, 4), Pace::Live { speed: 10.0 });
    let lab = Lab::of(Options { entrance: Entrance::EveryNode, ..options }).await;
    let front = lab.simulator.ready().url.trim_start_matches("https://").split(':').next().unwrap().to_owned();
    let Some(sshd) = sshd_at(&front) else { return };
    let engine = lab.engine(Duty::OneErrand).await;
    engine.change(Change::AddHost(lab.draft())).await.unwrap();
    set(&engine, draft(&sshd, key(&sshd))).await.unwrap();
    engine.change(Change::Refresh).await.unwrap();
    let nodes: Vec<_> = engine.fleet().borrow().nodes.iter().map(|node| node.key.node.clone()).collect();
    let mut targets = Vec::new();
    for node in &nodes {
        targets.push(engine.ssh_to_node(&home(), node).await.unwrap());
    }
    let accepted = Pins::Pinned(vec![sshd.host_key("host")]);
    let pinned: Vec<_> = targets.iter().map(|target| target.keys == accepted).collect();
    assert_eq!(pinned.iter().filter(|pinned| **pinned).count(), 1, "{targets:?}");
    let behind = pinned.iter().position(|pinned| !pinned).unwrap();
    assert_eq!(targets[behind].keys, Pins::FirstUse);
    assert_ne!(targets[behind].address, front);

    // The others listen at the same port: the first time counts, and another key is a hard stop.
    let Some(there) = sshd.twin(&targets[behind].address) else { return };
    there.new_key("host", "ed25519", "");
    engine.session_to_node(&home(), &nodes[behind]).await.unwrap();
    assert_eq!(
        engine.ssh_to_node(&home(), &nodes[behind]).await.unwrap().keys,
        Pins::Pinned(vec![there.host_key("host")])
    );
    there.new_key("host", "ed25519", "");
    let fault = engine.session_to_node(&home(), &nodes[behind]).await.unwrap_err();
    assert!(fault.code == FaultCode::Trust && fault.remedy.contains("--no-ssh"), "{fault}");
    engine.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_that_was_set_up_anew_is_trusted_when_the_operator_says_so() {
    let Some(front) = sshd() else { return };
    let lab = Lab::open().await;
    let engine = lab.watching().await;
    let guest = some_container(&engine, Power::Running).key.clone();
    let Answer::Guest(detail) = engine.query(Query::Guest(guest.clone())).await.unwrap() else { panic!() };
    let address = detail.addresses[0].split('/').next().unwrap().to_owned();
    let Some(inside) = sshd_at(&address) else { return };
    inside.authorise(&front.path("user"));
    set(&engine, SshDraft { guest_port: inside.port, ..draft(&front, key(&front)) }).await.unwrap();

    let first = engine.ssh_to_guest(&guest, &address).await.unwrap();
    assert_eq!((first.keys, first.user.as_str()), (Pins::FirstUse, "root"));
    let keys = asked(&engine, &guest).await;
    assert_eq!((keys.known, keys.seen.line), (None, inside.host_key("host").to_string()));
    engine
        .remember_key(&home(), &proximity::store::KeyOwner::Guest(guest.vmid), &inside.host_key("host"))
        .await
        .unwrap();

    let old = inside.host_key("host");
    inside.new_key("host", "ed25519", "");
    let fault = engine.session_to_guest(&guest, &address).await.map(drop).unwrap_err();
    assert_eq!(fault.code, FaultCode::Trust);
    assert!(fault.remedy.contains(&format!("proximity guest trust {guest}")), "{fault}");
    let keys = asked(&engine, &guest).await;
    assert_eq!(keys.known.map(|key| key.fingerprint), Some(old.fingerprint()));
    engine.change(Change::TrustGuestKey { guest: guest.clone(), key: keys.seen.line }).await.unwrap();
    let now = engine.ssh_to_guest(&guest, &address).await.unwrap();
    assert_eq!(now.keys, Pins::Pinned(vec![inside.host_key("host")]));
    engine.close().await;
}

async fn asked(engine: &Engine, guest: &GuestKey) -> SshKeys {
    match engine.query(Query::GuestKey(guest.clone())).await.unwrap() {
        Answer::GuestKey(keys) => keys,
        other => panic!("{other:?}"),
    }
}
