//! With what we are let in, and why not.

use std::{os::unix::fs::PermissionsExt, path::PathBuf};

use proximity::{
    domain::{
        fault::{Fault, FaultCode},
        secret::Secret,
    },
    ssh::{Limits, Proof, Refusal, Session, SshError},
};

use super::sshd::{Agent, Sshd, sshd};

fn key(path: PathBuf, passphrase: Option<&str>) -> Proof {
    Proof::KeyFile { path, passphrase: passphrase.map(Secret::new) }
}

async fn open(sshd: &Sshd, proofs: Vec<Proof>) -> Result<Session, SshError> {
    Session::open(&sshd.target_with(proofs), Limits::default()).await.map(|(session, _)| session)
}

async fn refusals(sshd: &Sshd, proofs: Vec<Proof>) -> Vec<Refusal> {
    let error = open(sshd, proofs).await.unwrap_err();
    let fault = Fault::from(error.clone());
    assert_eq!(fault.code, FaultCode::Refused);
    assert!(!fault.remedy.is_empty() && !fault.why.contains("opensesame"), "{fault}");
    match error {
        SshError::NotLetIn { refusals, .. } => refusals,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_key_that_is_not_known_there_is_refused_by_name() {
    let Some(sshd) = sshd() else { return };
    let path = sshd.new_key("stranger", "ed25519", "");
    let fingerprint = sshd.host_key("stranger").fingerprint();
    let refused = refusals(&sshd, vec![key(path.clone(), None)]).await;
    assert_eq!(refused, [Refusal::KeyRefused { path, fingerprint }]);
}

#[tokio::test]
async fn an_encrypted_key_wants_its_passphrase() {
    let Some(sshd) = sshd() else { return };
    let path = sshd.new_key("locked", "ed25519", "opensesame");
    sshd.authorise(&path);
    assert!(open(&sshd, vec![key(path.clone(), Some("opensesame"))]).await.is_ok());
    let wrong = refusals(&sshd, vec![key(path.clone(), Some("opensesame "))]).await;
    assert_eq!(wrong, [Refusal::WrongPassphrase { path: path.clone() }]);
    let missing = refusals(&sshd, vec![key(path.clone(), None)]).await;
    assert_eq!(missing, [Refusal::NoPassphrase { path }]);
}

#[tokio::test]
async fn a_passphrase_that_is_not_needed_does_no_harm() {
    let Some(sshd) = sshd() else { return };
    assert!(open(&sshd, vec![key(sshd.path("user"), Some("opensesame"))]).await.is_ok());
}

#[tokio::test]
async fn a_key_file_that_is_missing_or_no_key_is_told() {
    let Some(sshd) = sshd() else { return };
    let path = sshd.path("nothing");
    assert_eq!(refusals(&sshd, vec![key(path.clone(), None)]).await, [Refusal::NoKeyFile { path }]);
    for not_a_key in [sshd.path("user.pub"), sshd.folder.path().to_owned()] {
        let refused = refusals(&sshd, vec![key(not_a_key, None)]).await;
        assert!(matches!(refused[..], [Refusal::UnreadableKey { .. }]), "{refused:?}");
    }
    let path = sshd.new_key("closed", "ed25519", "");
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o000)).unwrap();
    // Root may read everything; the key is not known there either way.
    let refused = refusals(&sshd, vec![key(path, None)]).await;
    assert!(matches!(refused[..], [Refusal::UnreadableKey { .. } | Refusal::KeyRefused { .. }]), "{refused:?}");
}

#[tokio::test]
async fn rsa_and_ecdsa_keys_let_in_too() {
    let Some(sshd) = sshd() else { return };
    // Never with SHA-1, which this server would not take.
    for kind in ["rsa", "ecdsa"] {
        let path = sshd.new_key(kind, kind, "");
        sshd.authorise(&path);
        assert!(open(&sshd, vec![key(path, None)]).await.is_ok(), "{kind}");
    }
}

#[tokio::test]
async fn an_agent_lets_in_with_the_key_that_fits() {
    let Some(sshd) = sshd() else { return };
    let agent = Agent::start(sshd.folder.path());
    let by_agent = || vec![Proof::AgentAt(agent.socket.clone())];
    assert_eq!(refusals(&sshd, by_agent()).await, [Refusal::AgentEmpty]);
    agent.add(&sshd.new_key("stranger", "rsa", ""));
    assert_eq!(refusals(&sshd, by_agent()).await, [Refusal::AgentKeysRefused { keys: 1 }]);
    let path = sshd.new_key("known", "rsa", "");
    sshd.authorise(&path);
    agent.add(&path);
    let session = open(&sshd, by_agent()).await.unwrap();
    assert_eq!(session.run_to_end(&["echo", "in"], b"", 10).await.unwrap().out, b"in\n");
}

#[tokio::test]
async fn no_agent_is_told_and_the_next_proof_is_tried() {
    let Some(sshd) = sshd() else { return };
    let nobody = Proof::AgentAt(sshd.path("nobody"));
    let refused = refusals(&sshd, vec![nobody.clone()]).await;
    assert!(matches!(refused[..], [Refusal::NoAgent { .. }]), "{refused:?}");
    assert!(open(&sshd, vec![nobody, sshd.user_key()]).await.is_ok());
}

#[tokio::test]
async fn every_proof_that_failed_is_told_and_after_a_success_nothing_is_tried() {
    let Some(sshd) = sshd() else { return };
    let stranger = key(sshd.new_key("stranger", "ed25519", ""), None);
    let refused = refusals(&sshd, vec![stranger.clone(), Proof::Password(Secret::new("opensesame"))]).await;
    assert!(matches!(refused[..], [Refusal::KeyRefused { .. }, Refusal::NoPasswords]), "{refused:?}");
    let proofs = vec![sshd.user_key(), stranger, key(sshd.path("nothing"), None)];
    assert!(open(&sshd, proofs).await.is_ok());
    assert_eq!(refusals(&sshd, Vec::new()).await, []);
}

#[test]
fn no_secret_shows_in_what_is_written_for_people() {
    let proofs = vec![key("/k".into(), Some("opensesame")), Proof::Password(Secret::new("opensesame"))];
    assert!(!format!("{proofs:?}").contains("opensesame"));
}
