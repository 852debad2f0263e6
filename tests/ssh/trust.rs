//! By which key a machine is known.

use std::process::Command;

use proximity::{
    domain::fault::{Fault, FaultCode},
    ssh::{HostKey, Limits, Pins, Session, SshError, look},
};

use super::sshd::{Sshd, sshd, user};

async fn refused(sshd: &Sshd, pinned: &HostKey) -> (Vec<HostKey>, HostKey) {
    let mut target = sshd.target();
    target.keys = Pins::Pinned(vec![pinned.clone()]);
    let error = Session::open(&target, Limits::default()).await.map(drop).unwrap_err();
    let fault = Fault::from(error.clone());
    assert_eq!(fault.code, FaultCode::Trust);
    let SshError::KeyChanged { pinned, seen, .. } = error else { panic!("{error:?}") };
    assert!(fault.why.contains(&pinned[0].fingerprint()) && fault.why.contains(&seen.fingerprint()), "{fault}");
    // Whom it would have been is not said to a stranger.
    assert!(!sshd.log().contains(&user()) && !sshd.log().contains("user "), "{}", sshd.log());
    (pinned, seen)
}

#[tokio::test]
async fn another_key_of_the_same_type_stops_hard_and_shows_both() {
    let Some(sshd) = sshd() else { return };
    let pinned = sshd.host_key("host");
    sshd.new_key("host", "ed25519", "");
    assert_eq!(refused(&sshd, &pinned).await, (vec![pinned], sshd.host_key("host")));
}

#[tokio::test]
async fn a_key_of_another_type_in_place_of_the_pinned_one_stops_hard_too() {
    let Some(sshd) = sshd() else { return };
    let pinned = sshd.host_key("host");
    for kind in ["rsa", "ecdsa"] {
        sshd.new_key("other", kind, "");
        sshd.configure(&["other"], "");
        assert_eq!(refused(&sshd, &pinned).await, (vec![pinned.clone()], sshd.host_key("other")));
    }
}

#[tokio::test]
async fn a_machine_with_several_keys_is_asked_for_the_pinned_one() {
    let Some(sshd) = sshd() else { return };
    for kind in ["rsa", "ecdsa"] {
        sshd.new_key(kind, kind, "");
    }
    sshd.configure(&["host", "rsa", "ecdsa"], "");
    for name in ["rsa", "ecdsa", "host"] {
        let mut target = sshd.target();
        target.keys = Pins::Pinned(vec![sshd.host_key(name)]);
        let (_, seen) = Session::open(&target, Limits::default()).await.unwrap();
        assert_eq!(seen, sshd.host_key(name));
    }
}

#[tokio::test]
async fn the_first_use_tells_which_key_it_was() {
    let Some(sshd) = sshd() else { return };
    let mut target = sshd.target();
    target.keys = Pins::FirstUse;
    let (session, seen) = Session::open(&target, Limits::default()).await.unwrap();
    assert_eq!(seen, sshd.host_key("host"));
    assert_eq!(session.run_to_end(&["echo", "in"], b"", 10).await.unwrap().out, b"in\n");
}

#[tokio::test]
async fn a_look_tells_the_key_and_sends_nothing() {
    let Some(sshd) = sshd() else { return };
    let seen = look("127.0.0.1", sshd.port, Limits::default()).await.unwrap();
    assert_eq!(seen, sshd.host_key("host"));
    assert!(!sshd.log().contains("user "), "{}", sshd.log());
}

#[test]
fn fingerprints_are_those_of_ssh_keygen() {
    let Some(sshd) = sshd() else { return };
    for kind in ["ed25519", "rsa", "ecdsa"] {
        let path = sshd.new_key("some", kind, "");
        let said = Command::new("ssh-keygen").arg("-lf").arg(&path).output().unwrap();
        let key = sshd.host_key("some");
        assert!(String::from_utf8_lossy(&said.stdout).contains(&format!(" {} ", key.fingerprint())));
        assert_eq!(key.to_string().parse::<HostKey>().as_ref(), Ok(&key));
        assert!(key.to_string().starts_with(&key.algorithm()));
    }
}

#[test]
fn what_is_no_key_is_none() {
    for line in ["", "ssh-ed25519", "ssh-ed25519 AAAA", "AAAAC3NzaC1lZDI1NTE5AAAA x", "ssh-rsa not-base-64!"] {
        assert!(line.parse::<HostKey>().is_err(), "{line}");
    }
    let ed25519 = "AAAAC3NzaC1lZDI1NTE5AAAAIJdD7y3aLq454yWBdwLWbieU1ebz9/cu7/QEXn9OIeZJ";
    assert!(format!("ssh-ed25519 {ed25519} root@pve").parse::<HostKey>().is_ok());
    assert!(format!("ssh-rsa {ed25519}").parse::<HostKey>().is_err(), "its name lies");
}
