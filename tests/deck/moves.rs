//! Where an app may go, and moves that are proposed: what is chosen is what the plan is of, and the bars tell of it.

use std::collections::BTreeMap;

use proximity::{
    domain::{
        evacuation,
        fault::{Fault, FaultCode},
        fleet::Usage,
        ids::{NodeKey, NodeName, StorageName},
        moves::{
            Against, Because, Board, Errand, Load, Manner, Movable, Offer, Pace, Proposal, Rack, Staying, Target, Whose,
        },
        plan::relocate::relocate,
    },
    engine::{Answer, Query, RelocateWish, Request, Which},
    tui::{event::Event, keymap::Place},
};

use super::{
    fleet::{homelab, host, key},
    shelf::{answer, preview_of, question, sees, text},
    snapshot::check,
    stage::Stage,
};

const GB: u64 = 1 << 30;

fn node(name: &str) -> NodeKey {
    NodeKey { host: host(), node: NodeName::new(name) }
}

fn target(name: &str, against: &[(&str, &str)]) -> Target {
    Target {
        node: node(name),
        manner: Manner::Restarted,
        cost: Pace::STATED.cost(Manner::Restarted, 8 * GB),
        needs: vec![(StorageName::new("local-lvm"), 8 * GB)],
        free_memory: Some(9 * GB),
        along: Vec::new(),
        obstacles: against
            .iter()
            .map(|(why, remedy)| Against { why: (*why).into(), remedy: (*remedy).into() })
            .collect(),
    }
}

fn board() -> Board {
    let rack = |name: &str, gib: u64, used: u64, cores: u64| Rack {
        node: NodeName::new(name),
        size: Load { cores: 16_000, memory: gib * GB },
        load: Load { cores, memory: used * GB },
        free_memory: Some((gib - used) * GB),
        room: BTreeMap::new(),
    };
    let fleet = homelab();
    let movable = |at: usize| {
        let app = &fleet.apps[at];
        let guest = fleet.guest(&app.guest).unwrap();
        let memory = guest.memory.map_or(GB, |memory: Usage| memory.total);
        let open = |copied| Offer::Open { cost: Pace::STATED.cost(Manner::Restarted, copied), needs: Vec::new() };
        Movable {
            guest: app.guest.clone(),
            app: Some(app.id.clone()),
            name: app.name.clone(),
            on: NodeName::new("pve2"),
            manner: Manner::Restarted,
            load: Load { cores: 900, memory: 3 * GB },
            memory,
            offers: BTreeMap::from([(NodeName::new("pve1"), open(8 * GB)), (NodeName::new("nas"), open(0))]),
        }
    };
    let racks = vec![rack("nas", 24, 8, 900), rack("pve1", 64, 31, 3_400), rack("pve2", 64, 52, 9_300)];
    Board::new(racks, (0..5).map(movable).collect())
}

fn proposal() -> Proposal {
    let board = board();
    let found = evacuation::empty(&board, &NodeName::new("pve2"));
    let staying = vec![
        Staying {
            guest: key(220),
            name: "frigate".into(),
            because: Because::CannotMove,
            why: "nas: mp0 is the folder /mnt/films of its node; pve1: mp0 is the folder /mnt/films of its node".into(),
        },
        Staying {
            guest: key(300),
            name: "win11".into(),
            because: Because::NotMeant,
            why: "it is a machine: move it in Proxmox, which can do that while it runs".into(),
        },
    ];
    Proposal {
        errand: Errand::Evacuate(node("pve2")),
        before: board.fills(),
        after: board.after(&found.legs).fills(),
        board,
        legs: found.legs,
        staying,
        words: "5 guests leave pve2, 2 stay".into(),
        of: None,
    }
}

/// On the node pve2 of deck 4, with this key pressed.
fn asked(columns: u16, rows: u16, key: &str) -> Stage {
    let mut stage = Stage::new(homelab(), columns, rows);
    stage.keys("4 jjj").keys(key);
    stage
}

fn emptied(columns: u16, rows: u16) -> Stage {
    let mut stage = asked(columns, rows, "E");
    let query = answer(&mut stage, Answer::Moves(Box::new(proposal())));
    assert!(matches!(query, Query::Moves(Errand::Evacuate(_), Whose::Ours)), "{query:?}");
    stage
}

#[test]
fn an_app_is_shown_every_node_with_what_it_costs_or_what_stands_in_the_way() {
    for (columns, rows) in [(80, 24), (120, 36)] {
        let mut stage = Stage::new(homelab(), columns, rows);
        stage.keys("2 m");
        sees(&stage, "every other node is looked at");
        let closed = target("pve1", &[("mp0 is the folder /mnt/films of its node", "take mp0 out")]);
        let query = answer(&mut stage, Answer::Targets(vec![target("nas", &[]), closed]));
        let Query::MoveTargets(app) = query else { panic!("{query:?}") };
        for seen in ["stopped and started again, off for about 2 min", "mp0 is the folder /mnt/films"] {
            sees(&stage, seen);
        }
        check(&format!("targets-{columns}x{rows}"), &stage.picture(), &stage.model.canvas.theme);
        stage.keys("j Enter");
        assert_eq!(stage.model.place(), Place::Nodes, "one with an obstacle is not taken");
        stage.keys("k Enter");
        let (_, query) = question(&mut stage);
        let Query::Preview(request) = query else { panic!("{query:?}") };
        assert_eq!(request, Request::Move { app, to: NodeName::new("nas") });
    }
}

#[test]
fn why_no_node_could_be_judged_is_said() {
    let mut stage = Stage::new(homelab(), 80, 24);
    stage.keys("2 m");
    let (ticket, _) = question(&mut stage);
    let fault = Fault::passing(FaultCode::Unreachable, "it cannot move", "its node pve2 does not answer", "start it");
    stage.send(Event::Answered(ticket, Err(fault)));
    sees(&stage, "its node pve2 does not answer: start it");
}

#[test]
fn moves_off_a_node_are_chosen_and_their_plan_is_seen() {
    for (columns, rows) in [(80, 24), (120, 36)] {
        let mut stage = emptied(columns, rows);
        check(&format!("evacuate-{columns}x{rows}"), &stage.picture(), &stage.model.canvas.theme);
        let legs = proposal().legs;
        stage.keys("j Space");
        sees(&stage, "4 of 5 are chosen");
        stage.keys("Enter");
        let (ticket, query) = question(&mut stage);
        let Query::Preview(Request::Relocate(RelocateWish { errand, which: Which::Chosen(chosen) })) = query else {
            panic!("{query:?}")
        };
        let wanted: Vec<_> = [0, 2, 3, 4].map(|at: usize| (legs[at].guest.clone(), legs[at].to.clone())).to_vec();
        assert_eq!((&errand, &chosen), (&Errand::Evacuate(node("pve2")), &wanted));
        let plan = relocate(&errand, &legs.iter().map(|leg| (leg.clone(), None)).collect::<Vec<_>>()).unwrap();
        stage.send(Event::Answered(ticket, Ok(Answer::Preview(Box::new(preview_of(plan))))));
        sees(&stage, "4 moves: 4 of them are stopped and started again");
        sees(&stage, &format!("move {} to {}", legs[0].name, legs[0].to));
        stage.keys("Esc");
        assert_eq!(stage.model.place(), Place::Moves, "nothing was begun");
    }
}

#[test]
fn the_bars_tell_of_what_is_chosen() {
    let mut stage = emptied(120, 36);
    let before = text(&stage);
    stage.keys("C-a");
    sees(&stage, "0 of 5 are chosen");
    assert_ne!(text(&stage), before);
    stage.keys("Enter");
    assert_eq!(stage.model.place(), Place::Moves, "of nothing there is no plan");
    stage.keys("C-a");
    assert_eq!(text(&stage).lines().nth(5), before.lines().nth(5));
}

#[test]
fn others_go_too_where_a_node_is_emptied_and_nowhere_else() {
    let mut stage = emptied(80, 24);
    stage.keys("Tab");
    let (_, query) = question(&mut stage);
    assert!(matches!(query, Query::Moves(Errand::Evacuate(_), Whose::All)), "{query:?}");
    let mut stage = asked(80, 24, "F");
    let (_, query) = question(&mut stage);
    assert!(matches!(query, Query::Moves(Errand::Fill(ref at), _) if *at == node("pve2")), "{query:?}");
    let asks = stage.effects.len();
    stage.keys("Tab");
    assert_eq!(stage.effects.len(), asks, "nothing was asked");
}

#[test]
fn only_a_node_is_emptied() {
    let mut stage = Stage::new(homelab(), 80, 24);
    stage.keys("4 E");
    assert_eq!(stage.model.place(), Place::Hosts);
    sees(&stage, "that is for a node");
}

#[test]
fn a_host_is_balanced() {
    for (columns, rows) in [(80, 24), (120, 36)] {
        let mut stage = Stage::new(homelab(), columns, rows);
        stage.keys("4 b");
        let board = board();
        let found = proximity::domain::balance::suggest(&board);
        assert!(!found.legs.is_empty());
        let proposal = Proposal {
            errand: Errand::Balance(host()),
            legs: found.legs,
            staying: Vec::new(),
            board,
            before: found.before,
            after: found.after,
            words: found.words,
            of: None,
        };
        let query = answer(&mut stage, Answer::Moves(Box::new(proposal)));
        assert!(matches!(query, Query::Moves(Errand::Balance(_), _)), "{query:?}");
        check(&format!("balance-{columns}x{rows}"), &stage.picture(), &stage.model.canvas.theme);
    }
}
