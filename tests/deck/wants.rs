//! What needs a person, and that the display says so.

use std::sync::Arc;

use proximity::{
    domain::fleet::{Fleet, Usage},
    engine::{Notice, Tone},
    tui::event::Event,
};

use super::{fleet::homelab, stage::Stage};

/// Nothing is wrong with it.
fn calm() -> Fleet {
    let mut fleet = homelab();
    fleet.operations.clear();
    fleet.storages.clear();
    for guest in &mut fleet.guests {
        let guest = Arc::make_mut(guest);
        let low = |usage: Option<Usage>| usage.map(|usage| Usage { used: usage.total / 3, ..usage });
        (guest.disk, guest.memory) = (low(guest.disk), low(guest.memory));
    }
    fleet
}

fn of_gitea(mut fleet: Fleet, change: impl Fn(&mut proximity::domain::fleet::Guest)) -> Fleet {
    let gitea = fleet.guests.iter_mut().find(|guest| &*guest.name == "gitea").unwrap();
    change(Arc::make_mut(gitea));
    fleet
}

fn text(stage: &Stage) -> String {
    stage.picture().content.iter().map(|cell| cell.symbol()).collect()
}

fn told(fleet: Fleet) -> Vec<String> {
    let stage = Stage::new(fleet, 120, 36);
    stage.model.health.wants.iter().map(|want| format!("{} {}", want.who, want.told())).collect()
}

const FULL: Option<Usage> = Some(Usage { used: 94, total: 100 });

#[test]
fn when_nothing_is_wrong_all_is_nominal() {
    assert_eq!(told(calm()), Vec::<String>::new());
    assert!(text(&Stage::new(calm(), 120, 36)).contains("ALL SYSTEMS NOMINAL"));
}

#[test]
fn a_nearly_full_disk_or_memory_of_an_app_needs_somebody() {
    assert_eq!(told(of_gitea(calm(), |guest| guest.disk = FULL)), ["gitea disk 94 %"]);
    assert_eq!(told(of_gitea(calm(), |guest| guest.memory = FULL)), ["gitea memory 94 %"]);
    assert_eq!(told(of_gitea(calm(), |guest| guest.disk = Some(Usage { used: 89, total: 100 }))), [""; 0]);
    let stage = Stage::new(of_gitea(calm(), |guest| guest.disk = FULL), 120, 36);
    assert!(text(&stage).contains("1 THING NEEDS YOU · GITEA DISK 94 %"));
}

#[test]
fn a_nearly_full_node_or_storage_needs_somebody() {
    let mut fleet = calm();
    fleet.nodes[0].memory = FULL;
    fleet.storages = homelab().storages;
    for storage in fleet.storages.iter_mut().filter(|storage| storage.shared) {
        storage.usage = FULL;
    }
    let name = fleet.nodes[0].key.node.to_string();
    assert_eq!(told(fleet), [format!("{name} memory 94 %"), "backup storage 94 %".into()]);
}

#[test]
fn a_stopped_app_needs_nobody_and_one_that_failed_does() {
    let mut fleet = calm();
    fleet.operations = homelab().operations;
    assert_eq!(told(fleet), ["minecraft did not start"]);
}

/// The failed start of minecraft is told while its unit is the lowest in sight.
fn failing(keys: &str) -> Stage {
    let mut stage = Stage::new(homelab(), 120, 21);
    stage.keys(keys);
    let failed = stage.model.world.fleet.operations.iter().find(|operation| operation.fault().is_some()).unwrap().id;
    stage.send(Event::Notice(Notice {
        tone: Tone::Danger,
        text: "minecraft was not started".into(),
        detail: Some("the long why of it ".repeat(9).into()),
        operation: Some(failed),
    }));
    stage
}

#[test]
fn a_toast_hides_neither_the_unit_it_tells_of_nor_the_keys() {
    let text = text(&failing("2 j j j"));
    for shown in ["minecraft was not started", "Proxmox ended the task", "[s] try again", "Ctrl-P palette"] {
        assert!(text.contains(shown), "{shown}: {text}");
    }
}

#[test]
fn who_reads_why_needs_no_toast() {
    let mut stage = failing("2 / mine Enter");
    assert!(text(&stage).contains("the long why of it"));
    stage.keys("Enter");
    assert!(!text(&stage).contains("the long why of it"));
}
