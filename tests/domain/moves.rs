//! Laws of moves: a board is never overfilled, an obstacle is never crossed, who does as suggested is not told to do more,
//! and the order in which nodes and guests are named changes nothing.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proximity::domain::{
    balance, evacuation,
    ids::{GuestKey, HostId, NodeName, StorageName, Vmid},
    moves::{Against, Because, Board, Cost, Leg, Load, Manner, Movable, Offer, Pace, Rack},
};

const GB: u64 = 1 << 30;

fn key(vmid: u32) -> GuestKey {
    GuestKey { host: HostId::new("home"), vmid: Vmid(vmid) }
}

fn node(number: usize) -> NodeName {
    NodeName::new(format!("pve{number}"))
}

fn rack(number: usize, gib: u64, own: u64) -> Rack {
    Rack {
        node: node(number),
        size: Load { cores: 16_000, memory: gib * GB },
        load: Load { cores: 200, memory: own * GB },
        free_memory: Some((gib - own) * GB),
        room: BTreeMap::from([(StorageName::new("disk"), 200 * GB)]),
    }
}

fn open(copied: u64) -> Offer {
    let needs = vec![(StorageName::new("disk"), copied)];
    Offer::Open { cost: Pace::STATED.cost(Manner::Restarted, copied), needs }
}

fn closed() -> Offer {
    Offer::Closed(vec![Against { why: "it has no bridge vmbr9".into(), remedy: "make it".into() }])
}

/// On this node, using that much memory.
fn guest(vmid: u32, on: usize, gib: u64, nodes: usize) -> Movable {
    let offers = (1..=nodes).filter(|other| *other != on).map(|other| (node(other), open(8 * GB)));
    Movable {
        guest: key(vmid),
        app: None,
        name: format!("app{vmid}").into(),
        on: node(on),
        manner: Manner::Restarted,
        load: Load { cores: 300, memory: gib * GB },
        memory: gib * GB,
        offers: offers.collect(),
    }
}

/// The racks carry their guests.
fn board(mut racks: Vec<Rack>, guests: Vec<Movable>) -> Board {
    for guest in &guests {
        let rack = racks.iter_mut().find(|rack| rack.node == guest.on).unwrap();
        rack.load.cores += guest.load.cores;
        rack.load.memory += guest.load.memory;
        rack.free_memory = rack.free_memory.map(|free| free.saturating_sub(guest.load.memory));
    }
    Board::new(racks, guests)
}

fn names(legs: &[Leg]) -> Vec<String> {
    legs.iter().map(|leg| format!("{} {}>{}", leg.name, leg.from, leg.to)).collect()
}

#[test]
fn a_hot_node_is_relieved_by_few_moves_with_their_reasons() {
    let racks = vec![rack(1, 32, 2), rack(2, 32, 2), rack(3, 32, 2)];
    let guests = (0..6).map(|n| guest(100 + n, 1, 4, 3)).chain([guest(200, 2, 4, 3)]).collect();
    let board = board(racks, guests);
    let found = balance::suggest(&board);
    assert!((2..=4).contains(&found.legs.len()), "{:?}", names(&found.legs));
    assert!(found.legs.iter().all(|leg| leg.from == node(1)), "{:?}", names(&found.legs));
    let why = &found.legs[0].why;
    assert!(why.contains("pve1 is 81 % full (memory)"), "{why}");
    assert!(found.legs[0].cost.downtime > 0 && found.legs[0].cost.copied == 8 * GB);
    let worst = |fills: &[proximity::domain::moves::Fill]| fills.iter().map(|fill| fill.worst()).max().unwrap();
    assert!(worst(&found.after) + 150 <= worst(&found.before), "{:?} {:?}", found.before, found.after);
    assert!(found.words.contains("the fullest node gets from 81 %"), "{}", found.words);
}

#[test]
fn even_nodes_are_left_alone_and_that_is_said() {
    let racks = vec![rack(1, 32, 2), rack(2, 32, 2)];
    let guests = vec![guest(100, 1, 4, 2), guest(101, 2, 4, 2), guest(102, 1, 2, 2)];
    let found = balance::suggest(&board(racks, guests));
    assert_eq!(found.legs, []);
    assert!(found.words.contains("the nodes are even"), "{}", found.words);
    let alone = balance::suggest(&board(vec![rack(1, 32, 28)], vec![]));
    assert!(alone.legs.is_empty() && alone.words.contains("only one node"), "{}", alone.words);
    let stuck = balance::suggest(&board(vec![rack(1, 32, 28), rack(2, 32, 2)], vec![]));
    assert!(stuck.legs.is_empty() && stuck.words.contains("no move of an app"), "{}", stuck.words);
}

#[test]
fn ten_apps_do_not_all_go_to_the_same_node() {
    let racks = vec![rack(1, 64, 2), rack(2, 32, 2), rack(3, 32, 4)];
    let guests: Vec<_> = (0..10).map(|n| guest(100 + n, 1, 4, 3)).collect();
    let found = evacuation::empty(&board(racks, guests), &node(1));
    assert_eq!((found.legs.len(), found.staying.len()), (10, 0), "{:?}", found.staying);
    for other in [2, 3] {
        let count = found.legs.iter().filter(|leg| leg.to == node(other)).count();
        assert!((4..=6).contains(&count), "{count} go to pve{other}: {:?}", names(&found.legs));
    }
}

#[test]
fn who_cannot_go_is_named_with_what_stands_in_the_way_everywhere() {
    let racks = vec![rack(1, 64, 2), rack(2, 32, 26), rack(3, 32, 4)];
    let mut stuck = guest(101, 1, 4, 3);
    stuck.offers.insert(node(3), closed());
    let found = evacuation::empty(&board(racks, vec![guest(100, 1, 4, 3), stuck]), &node(1));
    assert_eq!(names(&found.legs), ["app100 pve1>pve3"]);
    let [left] = found.staying.as_slice() else { panic!("{:?}", found.staying) };
    assert_eq!((left.name.as_str(), left.because), ("app101", Because::CannotMove));
    assert!(left.why.contains("pve2: it would be") && left.why.contains("pve3: it has no bridge"), "{}", left.why);
}

#[test]
fn the_room_that_one_takes_is_not_there_for_the_next() {
    let mut small = rack(2, 64, 2);
    small.room.insert(StorageName::new("disk"), 12 * GB);
    let found = evacuation::empty(
        &board(vec![rack(1, 64, 2), small], vec![guest(100, 1, 2, 2), guest(101, 1, 2, 2)]),
        &node(1),
    );
    assert_eq!(names(&found.legs), ["app100 pve1>pve2"]);
    assert!(found.staying[0].why.contains("8 GB would not be free on disk"), "{}", found.staying[0].why);
}

#[test]
fn what_is_off_needs_no_memory_and_costs_no_time() {
    let full = Rack { free_memory: Some(0), ..rack(2, 32, 31) };
    let off = Movable {
        manner: Manner::Off,
        load: Load::default(),
        memory: 0,
        offers: BTreeMap::from([(
            node(2),
            Offer::Open { cost: Pace::STATED.cost(Manner::Off, GB), needs: Vec::new() },
        )]),
        ..guest(100, 1, 4, 2)
    };
    let found = evacuation::empty(&board(vec![rack(1, 32, 2), full], vec![off]), &node(1));
    assert_eq!((found.legs.len(), found.legs[0].cost.downtime), (1, 0));
}

#[test]
fn what_earlier_moves_took_is_believed_over_what_is_stated() {
    let stated = Pace::STATED.cost(Manner::Restarted, 100 << 30);
    assert_eq!(stated, Cost { downtime: 20 + 1024, copied: 100 << 30 });
    // Three that copied nothing took 8 s, and one that copied 10 GiB took 108 s.
    let learned = Pace::of(&[(0, 8), (0, 7), (0, 9), (10 << 30, 108)]);
    assert_eq!((learned.pause, learned.rate), (8, (10 << 30) / 100));
    assert_eq!(learned.cost(Manner::Restarted, 0).downtime, 8);
    assert_eq!(learned.cost(Manner::Off, 1 << 30).downtime, 0);
    assert_eq!(Pace::of(&[]), Pace::STATED);
}

#[test]
fn a_load_is_what_nearly_all_readings_do_not_exceed() {
    let spiky: Vec<u64> = (1..=100).collect();
    assert_eq!(Load::usual(spiky.clone(), spiky), Some(Load { cores: 95, memory: 95 }));
    assert_eq!(Load::usual(vec![7], vec![9]), Some(Load { cores: 7, memory: 9 }));
    assert_eq!(Load::usual(vec![], vec![9]), None);
}

/// Nodes of 16 to 64 GB, guests anywhere, some nodes closed to some guests, little room here and there.
fn boards() -> impl Strategy<Value = (Vec<Rack>, Vec<Movable>)> {
    let racks = proptest::collection::vec((16_u64..64, 1_u64..10, 0_u64..400), 2..6);
    racks.prop_flat_map(|racks| {
        let nodes = racks.len();
        let racks: Vec<_> = racks
            .into_iter()
            .enumerate()
            .map(|(at, (gib, own, room))| Rack {
                room: BTreeMap::from([(StorageName::new("disk"), room * GB)]),
                ..rack(at + 1, gib, own)
            })
            .collect();
        let one = (1..=nodes, 1_u64..9, 0_u64..4_000, 0_u64..40, proptest::collection::vec(any::<bool>(), nodes));
        proptest::collection::vec(one, 0..14).prop_map(move |guests| {
            let guests = guests.into_iter().enumerate().map(|(at, (on, gib, cores, disk, doors))| {
                let offers = (1..=nodes).filter(|other| *other != on).map(|other| {
                    (node(other), if doors[other - 1] || at % 3 > 0 { open(disk * GB) } else { closed() })
                });
                Movable {
                    load: Load { cores, memory: gib * GB },
                    offers: offers.collect(),
                    ..guest(100 + at as u32, on, gib, nodes)
                }
            });
            let board = board_of(racks.clone(), guests.collect());
            (board.racks().to_vec(), board.guests().to_vec())
        })
    })
}

fn board_of(racks: Vec<Rack>, guests: Vec<Movable>) -> Board {
    board(racks, guests)
}

/// Carries out one move after the other and looks at every moment.
fn sound(board: &Board, legs: &[Leg]) -> Result<(), String> {
    for (at, leg) in legs.iter().enumerate() {
        let before = board.after(&legs[..at]);
        let guest = board.guests().iter().find(|guest| guest.guest == leg.guest).ok_or("it is not on the board")?;
        let Some(Offer::Open { needs, .. }) = guest.offers.get(&leg.to) else {
            return Err(format!("{} goes where an obstacle is", leg.name));
        };
        let rack = before.racks().iter().find(|rack| rack.node == leg.to).ok_or("no such node")?;
        if rack.free_memory.is_some_and(|free| free < guest.memory) {
            return Err(format!("{} has no memory there", leg.name));
        }
        if needs.iter().any(|(name, bytes)| rack.room.get(name).is_some_and(|free| free < bytes)) {
            return Err(format!("{} has no room there", leg.name));
        }
        let after = board.after(&legs[..=at]).fills();
        let there = after.iter().find(|fill| fill.node == leg.to).unwrap();
        if there.worst() > 900 {
            return Err(format!("{} is {} full", leg.to, there.worst()));
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if std::env::var_os("PROXIMITY_FULL").is_some() { 20_000 } else { 400 }))]

    #[test]
    fn balancing_never_overfills_and_never_crosses_an_obstacle((racks, guests) in boards()) {
        let board = Board::new(racks, guests);
        let found = balance::suggest(&board);
        prop_assert_eq!(sound(&board, &found.legs), Ok(()));
        // No target gets as full as the node that it relieves was.
        for (at, leg) in found.legs.iter().enumerate() {
            let (before, after) = (board.after(&found.legs[..at]).fills(), board.after(&found.legs[..=at]).fills());
            let of = |fills: &[proximity::domain::moves::Fill], node: &NodeName| {
                fills.iter().find(|fill| fill.node == *node).unwrap().worst()
            };
            prop_assert!(of(&after, &leg.to) < of(&before, &leg.from), "{:?}", leg);
            for fill in before.iter().filter(|fill| fill.node != leg.to) {
                prop_assert!(of(&after, &fill.node) <= fill.worst(), "{} gets worse", fill.node);
            }
        }
        let worst = |fills: &[proximity::domain::moves::Fill]| fills.iter().map(|fill| fill.worst()).max();
        prop_assert!(worst(&found.after) <= worst(&found.before));
    }

    #[test]
    fn who_does_as_suggested_is_not_told_to_do_more((racks, guests) in boards()) {
        let board = Board::new(racks, guests);
        let first = balance::suggest(&board);
        let second = balance::suggest(&board.after(&first.legs));
        prop_assert!(
            second.legs.is_empty() || second.legs.len() < first.legs.len(),
            "{:?} and then {:?}", names(&first.legs), names(&second.legs)
        );
    }

    #[test]
    fn the_order_of_the_question_changes_nothing((racks, guests) in boards(), by in any::<prop::sample::Index>()) {
        let turned = |mut racks: Vec<Rack>, mut guests: Vec<Movable>| {
            racks.reverse();
            let at = if guests.is_empty() { 0 } else { by.index(guests.len()) };
            guests.rotate_left(at);
            Board::new(racks, guests)
        };
        let (one, other) = (Board::new(racks.clone(), guests.clone()), turned(racks, guests));
        prop_assert_eq!(balance::suggest(&one), balance::suggest(&other));
        prop_assert_eq!(evacuation::empty(&one, &node(1)), evacuation::empty(&other, &node(1)));
    }

    #[test]
    fn an_evacuation_leaves_nobody_without_a_word((racks, guests) in boards()) {
        let board = Board::new(racks, guests);
        let found = evacuation::empty(&board, &node(1));
        prop_assert_eq!(sound(&board, &found.legs), Ok(()));
        let here = board.guests().iter().filter(|guest| guest.on == node(1)).count();
        prop_assert_eq!(found.legs.len() + found.staying.len(), here);
        prop_assert!(found.legs.iter().all(|leg| leg.from == node(1) && leg.to != node(1)));
        prop_assert!(found.staying.iter().all(|one| !one.why.is_empty()));
    }
}
