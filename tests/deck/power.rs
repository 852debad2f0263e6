//! Switching on and off: what is asked, what is sent, what is said.

use std::sync::Arc;

use proximity::{
    domain::{
        fault::{Fault, FaultCode},
        ids::OperationId,
        plan::power::PowerWish,
    },
    engine::{Change, Request},
    tui::{effect::Effect, event::Event, keymap::Place},
};

use super::{
    fleet::{homelab, key},
    stage::Stage,
};

fn asked(stage: &Stage) -> Vec<(u32, PowerWish)> {
    let power = |effect: &Effect| match effect {
        Effect::Ask(_, Request::Power { guest, wish }) => Some((guest.vmid.0, *wish)),
        _ => None,
    };
    stage.effects.iter().filter_map(power).collect()
}

#[test]
fn one_unit_is_switched_at_once() {
    let mut stage = Stage::new(homelab(), 120, 36);
    stage.keys("2 / jellyfin Enter S");
    assert_eq!(asked(&stage), [(104, PowerWish::Stop)]);
    assert!(stage.model.layers.is_empty());
}

#[test]
fn the_display_says_what_was_understood_before_proxmox_has_answered() {
    let mut stage = Stage::new(homelab(), 120, 36);
    stage.keys("2 / jellyfin Enter r");
    let text: String = stage.picture().content.iter().map(|cell| cell.symbol()).collect();
    assert!(text.contains("RESTARTING JELLYFIN"), "{text}");
}

#[test]
fn a_bulk_stop_asks_and_the_harmless_button_is_lit() {
    let mut stage = Stage::new(homelab(), 120, 36);
    stage.keys("2 C-a S Enter");
    assert_eq!(asked(&stage), [], "the first Enter presses the harmless button");
    stage.keys("S y");
    // The one that is off already and the one that failed are left out.
    let stopped: Vec<u32> = asked(&stage).into_iter().map(|(vmid, _)| vmid).collect();
    assert_eq!(stopped, [101, 102, 103, 104, 105, 106, 107, 108, 110, 111]);
    assert!(stage.model.apps.marked.is_empty());
}

#[test]
fn a_bulk_start_starts_what_is_off_without_a_question() {
    let mut stage = Stage::new(homelab(), 120, 36);
    stage.keys("2 C-a s");
    assert_eq!(asked(&stage), [(109, PowerWish::Start), (112, PowerWish::Start)]);
}

#[test]
fn power_works_on_the_deck_and_on_guests_that_are_not_ours() {
    let mut stage = Stage::new(homelab(), 120, 36);
    stage.keys("s");
    assert_eq!(asked(&stage), [(109, PowerWish::Start)]);
    let mut stage = Stage::new(homelab(), 120, 36);
    stage.keys("2 Left / k3s-2 Enter r");
    assert_eq!(asked(&stage), [(205, PowerWish::Restart)]);
}

#[test]
fn a_refusal_becomes_a_toast_with_why_and_remedy() {
    let mut stage = Stage::new(homelab(), 120, 36);
    stage.keys("2 s");
    let Some(Effect::Ask(ticket, _)) = stage.effects.last().cloned() else { panic!("nothing was asked") };
    let fault = Fault::lasting(FaultCode::Busy, "mosquitto was not started", "a stop is running", "wait for it to end");
    stage.send(Event::Asked(ticket, Err(fault)));
    let toast = stage.model.toasts.shown(stage.now.tick).next().unwrap();
    assert_eq!(&*toast.text, "mosquitto was not started");
    assert_eq!(toast.detail.as_deref(), Some("a stop is running. Wait for it to end"));
    // The same answer again is nobody's.
    let before = stage.model.toasts.all.len();
    stage.send(Event::Asked(ticket, Ok(OperationId(7))));
    assert_eq!(stage.model.toasts.all.len(), before);
}

#[test]
fn a_failed_operation_is_explained_and_can_be_tried_again() {
    let mut stage = Stage::new(homelab(), 120, 36);
    stage.keys("2 / minecraft Enter Enter");
    assert_eq!(stage.model.place(), Place::Why);
    stage.keys("r");
    assert!(matches!(stage.effects.last(), Some(Effect::Ask(_, Request::Retry(OperationId(40))))));
    assert!(stage.model.layers.is_empty());
}

#[test]
fn a_running_operation_is_cancelled_only_after_a_question() {
    let mut stage = Stage::new(homelab(), 120, 36);
    stage.keys("2 / immich Enter l x");
    assert_eq!(stage.model.place(), Place::Question);
    stage.keys("y");
    assert!(matches!(stage.effects.last(), Some(Effect::Ask(_, Request::Cancel(OperationId(41))))));
}

#[test]
fn quitting_asks_only_while_something_runs() {
    let mut stage = Stage::new(homelab(), 80, 24);
    stage.keys("q n");
    assert!(stage.effects.is_empty());
    stage.keys("q y");
    assert!(matches!(stage.effects[..], [Effect::Quit]));
    let mut fleet = homelab();
    fleet.operations.remove(0);
    stage.effects.clear();
    stage.send(Event::Fleet(Arc::new(fleet))).keys("C-c");
    assert!(matches!(stage.effects[..], [Effect::Quit]));
}

#[test]
fn forgetting_a_host_asks_and_says_that_nothing_is_touched() {
    let mut stage = Stage::new(homelab(), 120, 36);
    stage.keys("4 d");
    let text: String = stage.picture().content.iter().map(|cell| cell.symbol()).collect();
    assert!(text.contains("nothing is touched."), "{text}");
    stage.keys("Esc d y");
    let changes = stage.effects.iter().filter(|effect| matches!(effect, Effect::Change(..)));
    assert!(matches!(changes.collect::<Vec<_>>()[..], [Effect::Change(_, Change::RemoveHost(_))]));
}

#[test]
fn the_copy_menu_gives_the_pvesh_line() {
    let mut stage = Stage::new(homelab(), 120, 36);
    stage.keys("2 / jellyfin Enter y c");
    let Some(Effect::Copy(text)) = stage.effects.last() else { panic!("nothing was copied") };
    assert_eq!(text, "pvesh get /nodes/pve2/lxc/104/status/current");
    stage.keys("y i");
    let Some(Effect::Copy(text)) = stage.effects.last() else { panic!("nothing was copied") };
    assert_eq!(*text, key(104).to_string());
}

#[test]
fn a_failure_that_was_read_is_out_of_the_way_once_the_unit_runs() {
    let mut fleet = homelab();
    fleet.operations.retain(|operation| operation.id == OperationId(40));
    let up = fleet.guests.iter_mut().find(|guest| guest.key == key(109)).unwrap();
    Arc::make_mut(up).power = proximity::domain::fleet::Power::Running;
    let mut stage = Stage::new(fleet, 120, 36);
    stage.keys("2 / minecraft Enter Enter");
    assert_eq!(stage.model.place(), Place::Why, "unread, Enter explains it");
    stage.keys("Esc Enter");
    assert_eq!(stage.model.place(), Place::Detail, "read, Enter opens the app");
    assert!(stage.effects.iter().any(|effect| matches!(effect, Effect::Query(..))));
}
