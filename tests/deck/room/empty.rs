//! A room with little or nothing in it says so where it would stand.

use proximity::domain::{
    fault::{Fault, FaultCode},
    fleet::{Fleet, Reach},
};

use super::super::{fleet::homelab, snapshot::check, stage::Stage};

fn shown(name: &str, fleet: Fleet) -> String {
    for (columns, rows) in [(80, 24), (120, 36)] {
        let stage = Stage::new(fleet.clone(), columns, rows);
        check(&format!("{name}-{columns}x{rows}"), &stage.picture(), &stage.model.canvas.theme);
    }
    Stage::new(fleet, 120, 36).picture().content.iter().map(|cell| cell.symbol()).collect()
}

#[test]
fn without_apps_one_slot_leads_to_the_store() {
    let mut fleet = homelab();
    let apps: Vec<_> = std::mem::take(&mut fleet.apps).into_iter().map(|app| app.guest).collect();
    fleet.guests.retain(|guest| !apps.contains(&guest.key));
    fleet.operations.clear();
    assert!(shown("room-no-apps", fleet).contains("[3] open"));
}

#[test]
fn without_nodes_it_says_how_they_come() {
    let fleet = Fleet { hosts: homelab().hosts, as_of: homelab().as_of, ..Fleet::default() };
    assert!(shown("room-no-nodes", fleet).contains("no node is known yet"));
}

#[test]
fn a_lost_host_s_cabinets_say_how_old_they_are() {
    let mut fleet = homelab();
    let fault =
        Fault::lasting(FaultCode::Unreachable, "homelab does not answer", "no route to it", "look at the cable");
    fleet.hosts[0].reach = Reach::Lost(fault);
    fleet.hosts[0].as_of = fleet.hosts[0].as_of.map(|at| at - std::time::Duration::from_secs(720));
    assert!(shown("room-lost", fleet).contains("lost 12 m"));
}
