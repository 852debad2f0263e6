//! Laws of placement: obstacles exclude, reasons explain, and the order of the question changes nothing.

use std::sync::Arc;

use proptest::prelude::*;
use proximity::domain::{
    app::Method,
    catalog::Architecture,
    ids::{HostId, NodeKey, NodeName, StorageName},
    placement::{Candidate, Footprint, Judged, Room, choose},
};

const GB: u64 = 1 << 30;

fn node(name: &str) -> NodeKey {
    NodeKey { host: HostId::new("home"), node: NodeName::new(name) }
}

fn candidate(name: &str, memory: u64) -> Candidate {
    Candidate {
        node: node(name),
        is_online: true,
        free_memory: Some(memory),
        cpu_load: Some(0.2),
        storages: vec![room("local-lvm", 100 * GB, Holds::Roots), room("nas", 900 * GB, Holds::Others)],
        has_template: false,
        bridges: vec!["vmbr0".into()],
        can_oci: true,
        guests: 3,
        architecture: Architecture::Amd64,
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Holds {
    Roots,
    Others,
}

fn room(name: &str, free: u64, holds: Holds) -> Room {
    Room { name: StorageName::new(name), free, holds_roots: holds == Holds::Roots }
}

fn wish() -> Footprint {
    Footprint {
        method: Method::Oci,
        memory: GB,
        disk: 8 * GB,
        bridge: "vmbr0".into(),
        storage: None,
        architectures: vec![Architecture::Amd64, Architecture::Arm64],
    }
}

fn judge(candidate: Candidate, wish: &Footprint) -> Judged {
    choose(&[candidate], wish).ranked.remove(0)
}

#[test]
fn each_obstacle_is_told_in_words() {
    let fine = candidate("a", 12 * GB);
    let obstacles = |candidate: Candidate| judge(candidate, &wish()).obstacles;
    assert_eq!(obstacles(fine.clone()), Vec::<String>::new());
    assert_eq!(obstacles(Candidate { is_online: false, ..fine.clone() }), ["it is offline"]);
    assert_eq!(
        obstacles(Candidate { can_oci: false, ..fine.clone() }),
        ["its version makes no containers of OCI images"]
    );
    let other = Candidate { architecture: Architecture::Riscv64, ..fine.clone() };
    assert_eq!(obstacles(other), ["the app does not run on riscv64"]);
    assert_eq!(obstacles(Candidate { bridges: vec!["vmbr1".into()], ..fine.clone() }), ["it has no bridge vmbr0"]);
    let poor = Candidate { free_memory: Some(GB / 2), ..fine.clone() };
    assert_eq!(obstacles(poor), ["only 512 MB memory free, 1 GB are needed"]);
    let full = Candidate { storages: vec![room("local-lvm", 3 * GB / 2, Holds::Roots)], ..fine.clone() };
    assert_eq!(obstacles(full), ["only 1.5 GB free on local-lvm, 8 GB are needed"]);
    let none = Candidate { storages: vec![room("nas", 900 * GB, Holds::Others)], ..fine };
    assert_eq!(obstacles(none), ["no storage holds container disks here"]);
}

#[test]
fn a_named_storage_is_the_only_one_that_counts() {
    let named = |name: &str| Footprint { storage: Some(StorageName::new(name)), ..wish() };
    assert_eq!(judge(candidate("a", GB), &named("local-lvm")).obstacles, Vec::<String>::new());
    assert_eq!(judge(candidate("a", GB), &named("nas")).obstacles, ["nas holds no container disks here"]);
    assert_eq!(judge(candidate("a", GB), &named("gone")).obstacles, ["gone holds no container disks here"]);
}

#[test]
fn a_compose_app_does_not_mind_what_oci_would() {
    let old = Candidate { can_oci: false, ..candidate("a", GB) };
    assert_eq!(judge(old, &Footprint { method: Method::Compose, ..wish() }).obstacles, Vec::<String>::new());
}

#[test]
fn reasons_say_how_a_node_stands_among_the_others() {
    let ranking = choose(&[candidate("a", 4 * GB), candidate("b", 12 * GB), candidate("c", 2 * GB)], &wish());
    let best = ranking.best().unwrap();
    assert_eq!(best.node, node("b"));
    assert_eq!(best.reasons[0], "12 GB memory free, best of 3");
    assert_eq!(best.reasons[1], "processor 20 % busy");
    assert_eq!(ranking.ranked[1].reasons[0], "4 GB memory free, number 2 of 3");
    assert_eq!(ranking.ranked[2].reasons[0], "2 GB memory free, least of 3");
}

#[test]
fn what_is_not_known_speaks_neither_for_nor_against_alone() {
    let unknown = Candidate { free_memory: None, cpu_load: None, ..candidate("a", 0) };
    let judged = judge(unknown.clone(), &wish());
    assert_eq!(judged.obstacles, Vec::<String>::new());
    assert_eq!(judged.reasons[..2], ["its free memory is not known", "its processor load is not known"]);
    assert_eq!(choose(&[unknown, candidate("b", GB)], &wish()).best().unwrap().node, node("b"));
}

#[test]
fn equals_stand_in_the_order_of_their_names() {
    let ranking = choose(&[candidate("b", GB), candidate("a", GB)], &wish());
    assert_eq!(ranking.ranked.iter().map(|judged| judged.node.node.as_str()).collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(choose(&[], &wish()).best(), None);
    let off = Candidate { is_online: false, ..candidate("a", GB) };
    assert_eq!(choose(&[off], &wish()).best(), None);
}

fn candidates() -> impl Strategy<Value = Vec<Candidate>> {
    let one = (
        "[a-d]",
        proptest::bool::weighted(0.8),
        proptest::option::of(0..16 * GB),
        proptest::option::of(prop_oneof![-1.0..2.0, Just(f64::NAN)]),
        proptest::collection::vec(("[xy]", 0..20 * GB, any::<bool>()), 0..3),
        any::<(bool, bool)>(),
        0..4_usize,
    );
    let made = one.prop_map(|(name, is_online, free_memory, cpu_load, rooms, (has_template, can_oci), guests)| {
        let holds = |roots| if roots { Holds::Roots } else { Holds::Others };
        let storages = rooms.iter().map(|(name, free, roots)| room(name, *free, holds(*roots))).collect();
        let bridges: Vec<Arc<str>> = if guests == 3 { Vec::new() } else { vec!["vmbr0".into()] };
        let known = candidate(&name, 0);
        Candidate { is_online, free_memory, cpu_load, storages, has_template, can_oci, guests, bridges, ..known }
    });
    proptest::collection::vec(made, 0..6)
}

proptest! {
    #[test]
    fn an_obstacle_never_ranks_above_none(candidates in candidates()) {
        let ranked = choose(&candidates, &wish()).ranked;
        prop_assert_eq!(ranked.len(), candidates.len());
        prop_assert!(ranked.is_sorted_by_key(|judged| !judged.obstacles.is_empty()));
        for judged in &ranked {
            prop_assert!(judged.score <= 100);
            prop_assert_eq!(judged.obstacles.is_empty(), !judged.reasons.is_empty());
        }
    }

    #[test]
    fn the_order_of_the_candidates_changes_nothing(
        (candidates, mixed) in candidates().prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle()))
    ) {
        prop_assert_eq!(choose(&candidates, &wish()), choose(&mixed, &wish()));
    }

    #[test]
    fn more_memory_never_lowers_a_node(candidates in candidates(), more in 0..GB) {
        let place = |all: &[Candidate]| {
            let ranked = choose(all, &wish()).ranked;
            ranked.iter().position(|judged| judged.node == node("me")).unwrap()
        };
        let with = |memory| [candidates.clone(), vec![candidate("me", memory)]].concat();
        prop_assert!(place(&with(2 * GB + more)) <= place(&with(2 * GB)));
    }
}
