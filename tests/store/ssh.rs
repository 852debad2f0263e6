//! How SSH gets in, and by which keys machines are known.

use proximity::{
    domain::{
        fleet::SshProof,
        ids::{HostId, NodeName, Vmid},
        moment::Moment,
    },
    store::{KeptSsh, KeyOwner, Store},
};

use super::{host, place};

const NOW: Moment = Moment(5);

fn lab() -> HostId {
    HostId::new("lab")
}

fn ssh() -> KeptSsh {
    let proof = SshProof::KeyFile("/home/me/.ssh/id".into());
    KeptSsh { user: "root".into(), port: 22, proof, pin: "SHA256:abc".into(), guest_port: 2222 }
}

async fn key(store: &Store, owner: &KeyOwner) -> Option<String> {
    store.ssh_key(&lab(), owner).await.unwrap()
}

#[tokio::test]
async fn how_ssh_gets_in_is_kept_with_its_host_and_can_be_forgotten() {
    let place = place();
    let store = place.open();
    assert!(!store.put_ssh(lab(), Some((ssh(), "k".into())), NOW).await.unwrap(), "no such host");
    store.put_host(host("lab")).await.unwrap();
    assert!(store.put_ssh(lab(), Some((ssh(), "k".into())), NOW).await.unwrap());
    let kept = store.load().await.unwrap();
    assert_eq!(kept.hosts[0].ssh, Some(ssh()));
    assert_eq!(kept.fleet.hosts[0].ssh, Some(ssh().access()));
    assert_eq!(key(&store, &KeyOwner::Host).await.as_deref(), Some("k"));
    assert!(store.put_ssh(lab(), None, NOW).await.unwrap());
    assert_eq!(store.load().await.unwrap().hosts[0].ssh, None);
    assert_eq!(key(&store, &KeyOwner::Host).await, None);
}

#[tokio::test]
async fn a_key_that_is_known_is_only_replaced_where_that_was_asked_for() {
    let place = place();
    let store = place.open();
    store.put_host(host("lab")).await.unwrap();
    for owner in [KeyOwner::Node(NodeName::new("pve")), KeyOwner::Guest(Vmid(100))] {
        assert_eq!(key(&store, &owner).await, None);
        assert_eq!(store.learn_ssh_key(&lab(), &owner, "first", NOW).await.unwrap(), "first");
        assert_eq!(store.learn_ssh_key(&lab(), &owner, "second", NOW).await.unwrap(), "first");
        store.replace_ssh_key(&lab(), &owner, "third", NOW).await.unwrap();
        assert_eq!(key(&store, &owner).await.as_deref(), Some("third"));
    }
    assert_eq!(key(&store, &KeyOwner::Guest(Vmid(101))).await, None);
}

#[tokio::test]
async fn a_host_that_was_removed_takes_its_keys_with_it() {
    let place = place();
    let store = place.open();
    let owner = KeyOwner::Guest(Vmid(100));
    store.put_host(host("lab")).await.unwrap();
    store.put_ssh(lab(), Some((ssh(), "k".into())), NOW).await.unwrap();
    store.learn_ssh_key(&lab(), &owner, "first", NOW).await.unwrap();
    // What changes of the host besides does not touch them.
    store.put_host(store.hosts().await.unwrap().remove(0)).await.unwrap();
    assert_eq!(key(&store, &owner).await.as_deref(), Some("first"));
    store.remove_host(lab()).await.unwrap();
    assert_eq!(store.learn_ssh_key(&lab(), &owner, "late", NOW).await.unwrap(), "late", "and keeps none");
    store.put_host(host("lab")).await.unwrap();
    assert_eq!((key(&store, &owner).await, key(&store, &KeyOwner::Host).await), (None, None));
}
