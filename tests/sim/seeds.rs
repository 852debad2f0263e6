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
