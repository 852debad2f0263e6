//! Moving to another node. What must hold: everything that is known to stand in the way is told beforehand, and what
//! cannot be seen is never called an obstacle.

use std::collections::BTreeSet;

use proximity::{
    domain::ids::{NodeName, Vmid},
    proxmox::guest::{
        ConfigView, ContainerConfig, Journey, Migration, Obstacle, Place, Preconditions, Slot, StorageMap,
        StoragePlace, obstacles,
    },
};

use super::{node, upid, word};
use crate::proxmox::host::{Host, Reply};

const CONFIG: &str = r#"{"arch":"amd64","memory":512,"rootfs":"local-zfs:subvol-100-disk-0,size=8G",
    "mp0":"nas:100/vm-100-disk-0.raw,mp=/data,size=4G","net0":"name=eth0,bridge=vmbr0,ip=dhcp"}"#;

async fn config(json: &str) -> ContainerConfig {
    let host = Host::saying(Reply::data(json)).await;
    host.client().container_config(&node(), Vmid(100), &ConfigView::Next).await.unwrap()
}

fn storage(name: &str, kind: &str) -> StoragePlace {
    StoragePlace {
        name: name.into(),
        kind: kind.into(),
        takes_containers: true,
        is_active: true,
        is_shared: kind == "nfs",
        free: Some(100 << 30),
    }
}

fn place(node: &str) -> Place {
    Place {
        node: NodeName::new(node),
        storages: vec![storage("local-zfs", "zfspool"), storage("nas", "nfs"), storage("pool", "lvmthin")],
        bridges: BTreeSet::from(["vmbr0".to_owned()]),
        arch: Some("amd64".into()),
        free_memory: Some(8 << 30),
    }
}

/// Of a stopped guest from one place to another, on storages of the same names, with nothing in the way.
fn journey<'a>(config: &'a ContainerConfig, from: &'a Place, to: &'a Place) -> Journey<'a> {
    Journey {
        config,
        is_running: false,
        restarts: false,
        has_snapshots: false,
        from,
        to,
        storages: &StorageMap::Same,
        preconditions: None,
    }
}

/// What stands in the way once `change` has been made to an otherwise free road.
fn in_the_way(config: &ContainerConfig, change: impl FnOnce(&mut Journey<'_>, &mut Place)) -> Vec<Obstacle> {
    let (from, mut to) = (place("pve1"), place("pve2"));
    let untouched = to.clone();
    let mut road = Journey { is_running: true, restarts: true, ..journey(config, &from, &untouched) };
    change(&mut road, &mut to);
    let changed = Journey { to: &to, ..road };
    obstacles(&changed)
}

#[tokio::test]
async fn a_free_road_has_no_obstacle() {
    let config = config(CONFIG).await;
    assert_eq!(in_the_way(&config, |_, _| {}), []);
    // Neither has one of which little can be seen.
    let blind = |_: &mut Journey<'_>, to: &mut Place| {
        to.arch = None;
        to.free_memory = None;
        to.storages.iter_mut().for_each(|storage| storage.free = None);
    };
    assert_eq!(in_the_way(&config, blind), []);
}

#[tokio::test]
async fn each_obstacle_is_seen() {
    let config = config(CONFIG).await;
    let slot = Slot::Root;
    type Change = Box<dyn FnOnce(&mut Journey<'_>, &mut Place)>;
    let cases: Vec<(Change, Obstacle)> = vec![
        (Box::new(|_, to| to.node = NodeName::new("pve1")), Obstacle::SameNode),
        (Box::new(|road, _| road.restarts = false), Obstacle::Runs),
        (
            Box::new(|_, to| to.arch = Some("aarch64".into())),
            Obstacle::OtherArch { own: "amd64".into(), theirs: "aarch64".into() },
        ),
        (Box::new(|_, to| drop(to.storages.remove(0))), Obstacle::NoStorage { slot, storage: "local-zfs".into() }),
        (
            Box::new(|_, to| to.storages[0].is_active = false),
            Obstacle::StorageOff { slot, storage: "local-zfs".into() },
        ),
        (
            Box::new(|_, to| to.storages[0].takes_containers = false),
            Obstacle::NoContainers { slot, storage: "local-zfs".into() },
        ),
        (Box::new(|_, to| to.bridges.clear()), Obstacle::NoBridge { net: 0, bridge: "vmbr0".into() }),
        (
            Box::new(|_, to| to.free_memory = Some(256 << 20)),
            Obstacle::LittleMemory { needed: "512M".parse().unwrap(), free: "256M".parse().unwrap() },
        ),
        (
            Box::new(|_, to| to.storages[0].free = Some(1 << 30)),
            Obstacle::LittleSpace {
                storage: "local-zfs".into(),
                needed: "8G".parse().unwrap(),
                free: "1G".parse().unwrap(),
            },
        ),
    ];
    for (change, expected) in cases {
        let found = in_the_way(&config, change);
        assert_eq!(found, [expected]);
        let fault = found[0].clone().into_fault("jellyfin", &NodeName::new("pve2"));
        assert!(fault.what.contains("jellyfin") && !fault.why.is_empty() && !fault.remedy.is_empty(), "{fault}");
    }
}

/// Memory counts only for what runs, space only for what is copied.
#[tokio::test]
async fn what_does_not_matter_does_not_count() {
    let config = config(CONFIG).await;
    let off = |road: &mut Journey<'_>, to: &mut Place| {
        (road.is_running, road.restarts, to.free_memory) = (false, false, Some(1));
        to.storages[1].free = Some(1);
    };
    assert_eq!(in_the_way(&config, off), []);
}

#[tokio::test]
async fn disks_that_cannot_travel_are_named() {
    for (json, has_snapshots, expected) in [
        (
            r#"{"rootfs":"local-zfs:basevol-9-disk-0/subvol-100-disk-0,size=8G"}"#,
            false,
            Some(Obstacle::LinkedClone { slot: Slot::Root, volume: "basevol-9-disk-0/subvol-100-disk-0".into() }),
        ),
        (r#"{"rootfs":"local-zfs:basevol-9-disk-0","template":1}"#, false, None),
        (
            r#"{"mp1":"/mnt/host,mp=/x"}"#,
            false,
            Some(Obstacle::BindMount { slot: Slot::Mount(1), path: "/mnt/host".into() }),
        ),
        (r#"{"mp1":"/mnt/host,mp=/x,shared=1"}"#, false, None),
        (r#"{"rootfs":"local-zfs:subvol-100-disk-0"}"#, true, None),
        (r#"{"rootfs":"nas:100/vm.raw"}"#, true, None),
        (
            r#"{"rootfs":"pool:vm-100-disk-0"}"#,
            true,
            Some(Obstacle::Snapshots { slot: Slot::Root, kind: "lvmthin".into() }),
        ),
        (r#"{"lock":"backup"}"#, false, Some(Obstacle::Locked("backup".into()))),
    ] {
        let config = config(json).await;
        let found = in_the_way(&config, |road, _| road.has_snapshots = has_snapshots);
        assert_eq!(found, expected.into_iter().collect::<Vec<_>>(), "{json}");
    }
    // From a share to a disk of its own it would have to be copied, which a share does not do.
    let config = config(r#"{"rootfs":"nas:100/vm.raw"}"#).await;
    let map = StorageMap::All(word("pool"));
    let (from, to) = (place("pve1"), place("pve2"));
    let road = Journey { storages: &map, ..journey(&config, &from, &to) };
    assert_eq!(obstacles(&road), [Obstacle::Immovable { slot: Slot::Root, kind: "nfs".into() }]);
}

#[tokio::test]
async fn what_proxmox_itself_forbids_is_an_obstacle() {
    let config = config(CONFIG).await;
    let (there, elsewhere) = (NodeName::new("pve2"), NodeName::new("pve3"));
    for (said, by) in [
        (Preconditions::default(), None),
        (Preconditions { allowed: Some([there.clone()].into()), ..Preconditions::default() }, None),
        (Preconditions { allowed: Some([elsewhere.clone()].into()), ..Preconditions::default() }, Some(vec![])),
        (
            Preconditions { refused: vec![(there, vec!["ct:101".to_owned()])], ..Preconditions::default() },
            Some(vec!["ct:101".to_owned()]),
        ),
        (Preconditions { refused: vec![(elsewhere, vec![])], ..Preconditions::default() }, None),
    ] {
        let (from, to) = (place("pve1"), place("pve2"));
        let road = Journey { preconditions: Some(&said), ..journey(&config, &from, &to) };
        let expected: Vec<_> = by.map(|by| Obstacle::HaForbids { by }).into_iter().collect();
        assert_eq!(obstacles(&road), expected, "{said:?}");
    }
}

#[tokio::test]
async fn a_migration_is_asked_for_as_proxmox_wants_it() {
    let task = upid("vzmigrate", "100", 0x6B00_1AA5);
    let host = Host::saying(Reply::data(&format!("\"{task}\""))).await;
    let target = NodeName::new("pve2");
    for (restarts, storages) in [
        (true, StorageMap::Each(vec![(word("tank"), word("fast")), (word("local"), word("bak"))])),
        (false, StorageMap::All(word("nas"))),
        (false, StorageMap::Same),
    ] {
        let migration = Migration { target: target.clone(), restarts, timeout: Some(60), storages };
        host.client().begin_migration(&node(), Vmid(100), &migration).await.unwrap();
    }
    let sent: Vec<Vec<_>> = host.seen().into_iter().map(|asked| asked.params).collect();
    let pairs = |list: &[(&str, &str)]| list.iter().map(|(a, b)| (a.to_string(), b.to_string())).collect::<Vec<_>>();
    assert_eq!(
        sent[0],
        pairs(&[("target", "pve2"), ("restart", "1"), ("timeout", "60"), ("target-storage", "tank:fast,local:bak")])
    );
    assert_eq!(sent[1], pairs(&[("target", "pve2"), ("target-storage", "nas")]));
    assert_eq!(sent[2], pairs(&[("target", "pve2")]));
}

#[tokio::test]
async fn preconditions_are_asked_only_of_who_knows_them() {
    let said = r#"{"running":1,"allowed-nodes":["pve2"],"not-allowed-nodes":{"pve3":{"blocking-ha-resources":[{"sid":"ct:101","cause":"node-affinity"}]}},"dependent-ha-resources":["ct:102"]}"#;
    for (version, asks) in [("8.4.19", false), ("7.4-17", false), ("9.0.3", true)] {
        let host = Host::start(move |asked| match asked.path.rsplit('/').next() {
            Some("version") => Reply::data(&format!(r#"{{"version":"{version}"}}"#)),
            _ => Reply::data(said),
        })
        .await;
        let target = NodeName::new("pve2");
        let found = host.client().migration_preconditions(&node(), Vmid(100), &target).await.unwrap();
        assert_eq!(found.is_some(), asks, "{version}");
        let Some(found) = found else { continue };
        assert_eq!((found.is_running, found.allowed), (true, Some([target].into())));
        assert_eq!(found.refused, [(NodeName::new("pve3"), vec!["ct:101".to_owned()])]);
        assert_eq!(found.dependent, ["ct:102"]);
        assert_eq!(host.seen()[1].param("target"), Some("pve2"));
    }
}

#[tokio::test]
async fn a_place_is_seen_as_far_as_it_may_be() {
    let answers = |may_audit: bool| {
        move |asked: &crate::proxmox::host::Asked| match asked.path.rsplit('/').next() {
            Some("storage") => Reply::data(
                r#"[{"storage":"local","type":"dir","content":"iso,rootdir","active":1,"enabled":1,"shared":0,"avail":"5"},{"storage":"bak","type":"pbs","content":"backup","active":0,"shared":1},{}]"#,
            ),
            Some("network") => Reply::data(r#"[{"iface":"vmbr0","type":"bridge"},{"iface":"vnet1"}]"#),
            _ if may_audit => Reply::data(
                r#"{"current-kernel":{"machine":"x86_64","sysname":"Linux"},"memory":{"free":5,"available":7,"total":9}}"#,
            ),
            _ => Reply::refusal(403, "Permission check failed (/nodes/pve2, Sys.Audit)"),
        }
    };
    for may_audit in [true, false] {
        let host = Host::start(answers(may_audit)).await;
        let place = host.client().place(&NodeName::new("pve2")).await.unwrap();
        assert_eq!(place.storages.len(), 2);
        assert!(place.storages[0].takes_containers && !place.storages[1].takes_containers);
        assert_eq!((place.storages[0].free, place.storages[1].free), (Some(5), None));
        assert_eq!(place.bridges.iter().collect::<Vec<_>>(), ["vmbr0", "vnet1"]);
        assert_eq!(place.arch.as_deref(), may_audit.then_some("amd64"));
        assert_eq!(place.free_memory, may_audit.then_some(7));
    }
}
