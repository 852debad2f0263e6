//! Looking at hosts and nodes: backs, a node's pane, and what runs out.

use proximity::{
    domain::{
        fault::{Fault, FaultCode},
        host::{Expiring, Expiry},
        ids::NodeName,
    },
    engine::{Answer, Query},
    tui::{command::Deck, effect::Effect, event::Event, keymap::Place, theme::Role},
};

use super::{
    super::{fleet::homelab, stage::Stage},
    answers::*,
};

#[test]
fn a_node_is_asked_when_it_is_looked_at_and_enter_opens_a_guest() {
    let mut stage = Stage::new(homelab(), 120, 36);
    stage.keys("4");
    stage.effects.clear();
    stage.keys("jj Enter");
    let asked = stage
        .effects
        .iter()
        .any(|effect| matches!(effect, Effect::Query(_, Query::Node(key)) if key.node == NodeName::new("pve1")));
    assert!(asked, "{:?}", stage.effects);
    sees(&stage, "asking it …");
    answer_looks(&mut stage);
    for said in ["kernel 6.8.12-9-pve", "1.42  1.10  0.97", "waits for disks", "74 %", "all wait 31 %", "guests, "] {
        sees(&stage, said);
    }
    stage.keys("G");
    for said in ["what its version can", "making containers of OCI images: needs Proxmox VE 9.1", "pve-ssl.pem"] {
        sees(&stage, said);
    }
    stage.keys("g");
    for _ in 0..60 {
        if text(&stage).lines().any(|line| line.contains("▸ ●")) {
            break;
        }
        stage.keys("j");
    }
    stage.keys("Enter");
    assert_eq!((stage.model.place(), stage.model.deck), (Place::Apps, Deck::Apps));
    let held = stage.model.under_hand().cloned().expect("a unit");
    assert_eq!(
        stage.model.world.entry(&held).and_then(|entry| entry.guest.as_ref()).map(|guest| guest.node.clone()),
        Some(NodeName::new("pve1"))
    );
}

#[test]
fn what_a_node_does_not_tell_says_why_and_leaves_the_rest() {
    let mut stage = Stage::new(homelab(), 120, 36);
    stage.keys("4 jj Enter");
    answer(&mut stage, Answer::Node(Box::new(silent_machine("pve1"))));
    for said in ["not told", "its state: Sys.Audit on /nodes/pve1 is missing", "kernel --", "Proxmox VE 8.4.1"] {
        sees(&stage, said);
    }
    let mut stage = Stage::new(homelab(), 120, 36);
    stage.keys("4 jj Enter");
    let Some(Effect::Query(ticket, _)) = stage.effects.pop() else { panic!("a look") };
    let fault = Fault::passing(FaultCode::Unreachable, "pve1 does not answer", "no route to it", "look at its network");
    stage.send(Event::Answered(ticket, Err(fault)));
    sees(&stage, "pve1 does not answer");
    sees(&stage, "guests, ");
}

#[test]
fn the_cabinet_of_the_deck_opens_its_node() {
    let mut stage = Stage::new(homelab(), 120, 36);
    stage.keys("Right i");
    assert_eq!(stage.model.place(), Place::Node);
    stage.keys("Esc");
    assert_eq!(stage.model.place(), Place::Overview);
}

#[test]
fn units_of_hosts_turn_as_apps_do() {
    let mut stage = Stage::new(settled(), 120, 36);
    stage.keys("4 Space");
    answer_looks(&mut stage);
    for said in ["proximity@pve!deck", "12 d left", "640 d left", "disks tank", "root by id_ed25519", "3 of 4 purposes"]
    {
        sees(&stage, said);
    }
    stage.keys("j Space");
    answer_looks(&mut stage);
    for said in ["6.8.12-9-pve", "i5-12500T", "waits cpu 2 %"] {
        sees(&stage, said);
    }
    stage.keys("Esc k Esc");
    assert!(!text(&stage).contains("6.8.12-9-pve") && !text(&stage).contains("disks tank"));
    assert_eq!(stage.model.deck, Deck::Hosts);
}

#[test]
fn what_runs_out_is_amber_from_three_weeks_and_red_from_three_days() {
    for (days, role) in [
        (22, None),
        (20, Some(Role::Warning)),
        (3, Some(Role::Warning)),
        (2, Some(Role::Danger)),
        (-1, Some(Role::Danger)),
    ] {
        let mut fleet = settled();
        fleet.hosts[0].expiring = vec![
            Expiry { what: Expiring::Token, at: in_days(days) },
            Expiry { what: Expiring::Certificate(NodeName::new("pve2")), at: in_days(days) },
        ];
        let stage = Stage::new(fleet, 120, 36);
        let of_it = |want: &&proximity::tui::model::wants::Want| {
            want.what.contains("token") || want.what.contains("certificate")
        };
        let roles: Vec<Role> = stage.model.health.wants.iter().filter(of_it).map(|want| want.role).collect();
        assert_eq!(roles, vec![role; 2].into_iter().flatten().collect::<Vec<_>>(), "{days} days");
    }
    // Of a host that is switched off nobody needs to be told.
    let stage = Stage::new(off(), 120, 36);
    assert!(stage.model.health.wants.iter().all(|want| !want.what.contains("token")));
}

#[test]
fn an_old_load_is_no_load_of_now() {
    let mut stage = Stage::new(homelab(), 120, 36);
    stage.keys("4");
    answer_looks(&mut stage);
    sees(&stage, "load 1.42");
    stage.wait(std::time::Duration::from_secs(90));
    assert!(!text(&stage).contains("load 1.42"));
    sees(&stage, "load --");
}
