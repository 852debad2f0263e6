//! One seed always makes the same datacenter.

use std::time::Duration;

use proximity::{
    domain::{app::Marker, moment::Moment},
    sim::{Answer, BROKEN_APP, Call, Credentials, Data, Datacenter, Pace, Params, Seed},
};
use serde_json::Value;

fn look(datacenter: &mut Datacenter, now: Moment, path: &str) -> String {
    let login = Seed::demo().login();
    let credentials = Credentials::Token(format!("{}={}", login.token_id, login.token_secret));
    let call = Call { method: "GET".into(), path: path.into(), params: Params::default(), credentials };
    match datacenter.answer(now, call) {
        Answer::Good(Data::Written(text)) => text,
        Answer::Good(Data::Json(value) | Data::Counted(value, _)) => value.to_string(),
        Answer::Refused(refusal) => panic!("{path}: {refusal:?}"),
    }
}

fn guests(datacenter: &mut Datacenter, now: Moment) -> Vec<Value> {
    let all: Vec<Value> = serde_json::from_str(&look(datacenter, now, "/cluster/resources")).unwrap();
    all.into_iter().filter(|row| row["type"] == "lxc" || row["type"] == "qemu").collect()
}

#[test]
fn the_same_seed_makes_the_same_world_and_the_same_future() {
    let later = Pace::NOON + Duration::from_secs(3_607);
    for seed in [Seed::demo(), Seed::plain(3, 40)] {
        let (mut one, mut other) = (seed.plant(Pace::NOON), seed.plant(Pace::NOON));
        // One of them is looked at on the way: that must change nothing.
        look(&mut one, Pace::NOON + Duration::from_secs(1_000), "/cluster/resources");
        for path in ["/cluster/resources", "/cluster/tasks", "/nodes/pve1/lxc", "/nodes/pve1/status", "/access/users"] {
            assert_eq!(look(&mut one, later, path), look(&mut other, later, path), "{path}");
        }
    }
}

#[test]
fn another_seed_makes_another_world() {
    let other = Seed { number: 7, ..Seed::plain(3, 40) };
    assert_ne!(guests(&mut Seed::plain(3, 40).plant(Pace::NOON), Pace::NOON).len(), 0);
    assert_ne!(other.login().password, Seed::plain(3, 40).login().password);
}

#[test]
fn the_demo_has_forty_guests_thirteen_apps_and_a_story_for_each_light() {
    let mut datacenter = Seed::demo().plant(Pace::NOON);
    let guests = guests(&mut datacenter, Pace::NOON);
    assert_eq!(guests.len(), 40);
    let apps: Vec<_> = guests.iter().filter(|row| row["tags"] == "proximity").collect();
    assert_eq!(apps.len(), 13);
    for app in &apps {
        let path = format!("/nodes/{}/lxc/{}/config", app["node"].as_str().unwrap(), app["vmid"]);
        let config: Value = serde_json::from_str(&look(&mut datacenter, Pace::NOON, &path)).unwrap();
        let marker = Marker::find(config["description"].as_str().unwrap()).unwrap();
        let name = app["name"].as_str().unwrap();
        assert_eq!(marker.recipe.as_deref(), Some(name));
        assert!(marker.app.as_str().starts_with(&format!("{name}-")) && !marker.ports.is_empty(), "{marker}");
        assert_eq!(config["net0"].as_str().unwrap().contains("bridge=vmbr7"), name == BROKEN_APP);
    }
    assert_eq!(apps.iter().filter(|app| app["status"] == "running").count(), 11);
    assert_eq!(guests.iter().filter(|row| row["template"] == 1).count(), 3);
    assert_eq!(guests.iter().filter(|row| row["lock"] == "backup").count(), 1);
    assert_eq!(guests.iter().filter(|row| row["type"] == "qemu").count(), 5);
}

#[test]
fn a_plain_seed_has_as_many_as_asked_and_only_containers() {
    for (nodes, count) in [(1, 0), (1, 1), (3, 40), (12, 1_000)] {
        let mut datacenter = Seed::plain(nodes, count).plant(Pace::NOON);
        let guests = guests(&mut datacenter, Pace::NOON);
        assert_eq!(guests.len(), count as usize);
        assert!(guests.iter().all(|row| row["type"] == "lxc"));
        let ids: std::collections::HashSet<_> = guests.iter().map(|row| row["vmid"].as_u64().unwrap()).collect();
        assert!(ids.len() == count as usize && !ids.iter().any(|vmid| (900..950).contains(vmid)));
        let nodes_seen: Vec<Value> = serde_json::from_str(&look(&mut datacenter, Pace::NOON, "/nodes")).unwrap();
        let names: std::collections::HashSet<_> = nodes_seen.iter().map(|row| row["node"].clone()).collect();
        assert_eq!(names.len(), nodes as usize);
    }
}

/// What a guest's listing or configuration says, of all guests.
fn configs(datacenter: &mut Datacenter) -> Vec<Value> {
    let rows = guests(datacenter, Pace::NOON);
    let path = |row: &Value| format!("/nodes/{}/lxc/{}/config", row["node"].as_str().unwrap(), row["vmid"]);
    rows.iter().map(|row| serde_json::from_str(&look(datacenter, Pace::NOON, &path(row))).unwrap()).collect()
}

#[test]
fn a_plain_seed_is_lived_in() {
    let mut datacenter = Seed::plain(3, 40).plant(Pace::NOON);
    let configs = configs(&mut datacenter);
    let kinds: Vec<Value> = serde_json::from_str(&look(&mut datacenter, Pace::NOON, "/storage")).unwrap();
    let kinds: std::collections::BTreeSet<_> = kinds.iter().map(|row| row["type"].as_str().unwrap()).collect();
    assert_eq!(kinds.into_iter().collect::<Vec<_>>(), ["btrfs", "dir", "lvmthin", "nfs", "pbs", "zfspool"]);
    for storage in ["fast:", "tank:subvol-", "local-lvm:vm-", "base"] {
        assert!(configs.iter().any(|config| config["rootfs"].as_str().unwrap().contains(storage)), "{storage}");
    }
    assert!(configs.iter().filter(|config| config.get("mp0").is_some()).count() >= 3);
    assert!(configs.iter().filter(|config| config["template"] == 1).count() >= 2);
    assert!(configs.iter().filter(|config| config["parent"] == "settled").count() >= 3);
    let rows = guests(&mut datacenter, Pace::NOON);
    assert!(rows.iter().filter(|row| row["pool"] == "apps").count() >= 5);
    assert!(rows.iter().filter(|row| row["template"] == 1).all(|row| row["status"] == "stopped"));
}

#[test]
fn a_guest_lies_on_a_storage_that_its_node_has() {
    for nodes in [1, 2, 3, 7] {
        let mut datacenter = Seed::plain(nodes, 60).plant(Pace::NOON);
        for row in guests(&mut datacenter, Pace::NOON) {
            let node = row["node"].as_str().unwrap();
            let config = look(&mut datacenter, Pace::NOON, &format!("/nodes/{node}/lxc/{}/config", row["vmid"]));
            let config: Value = serde_json::from_str(&config).unwrap();
            let storage = config["rootfs"].as_str().unwrap().split(':').next().unwrap().to_owned();
            assert!(datacenter.storage(&storage).unwrap().is_on(node), "{storage} on {node}");
        }
    }
}

#[test]
fn a_single_machine_is_no_cluster() {
    let mut datacenter = Seed::plain(1, 5).plant(Pace::NOON);
    let status: Vec<Value> = serde_json::from_str(&look(&mut datacenter, Pace::NOON, "/cluster/status")).unwrap();
    assert_eq!(status.len(), 1, "{status:?}");
    assert_eq!((status[0]["type"].as_str(), status[0]["local"].as_u64()), (Some("node"), Some(1)));
}

#[test]
fn the_deployer_sees_his_pool_and_may_work_there_only() {
    let seed = Seed::plain(3, 40);
    let mut datacenter = seed.plant(Pace::NOON);
    let (id, secret) = seed.deployer();
    let mut call = |method: &str, path: &str| {
        let credentials = Credentials::Token(format!("{id}={secret}"));
        datacenter.answer(
            Pace::NOON,
            Call { method: method.into(), path: path.into(), params: Params::default(), credentials },
        )
    };
    let Answer::Good(Data::Written(text)) = call("GET", "/cluster/resources") else { panic!("he may not look") };
    let rows: Vec<Value> = serde_json::from_str(&text).unwrap();
    let seen: Vec<_> = rows.iter().filter(|row| row["type"] == "lxc").collect();
    assert!(!seen.is_empty() && seen.iter().all(|row| row["pool"] == "apps"), "{seen:?}");
    let place = |row: &Value| format!("/nodes/{}/lxc/{}/status/reboot", row["node"].as_str().unwrap(), row["vmid"]);
    let running = seen.iter().find(|row| row["status"] == "running").unwrap();
    assert!(matches!(call("POST", &place(running)), Answer::Good(_)));
    let Answer::Refused(refusal) = call("POST", "/nodes/pve2/lxc/101/status/reboot") else { panic!("he may too much") };
    assert_eq!(refusal.status, 403);
}
