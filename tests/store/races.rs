//! Several processes that want the same ids, names, ports and turns at once; here they are stores on one file, each with a
//! connection and a thread of its own.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use proximity::{
    domain::{
        ids::{AppId, HostId, NodeKey, NodeName, OperationId, Vmid},
        moment::Moment,
        plan::{
            journal::{Outcome, Reservation},
            step::{PortWish, Reserve},
        },
    },
    store::{Reserved, Store},
};

use super::{block_on, place, plan};

fn wish(app: &str, name: Option<&str>, range: (u16, u16)) -> Reserve {
    let node = NodeKey { host: HostId::new("lab"), node: NodeName::new("pve1") };
    let ports = ["web", "admin"].map(|name| PortWish { name: name.into(), range, wanted: None }).to_vec();
    Reserve { app: AppId::new(app), node, likely: Vmid(100), name: name.map(str::to_owned), ports }
}

async fn begin(store: &Store, guest: u32) -> OperationId {
    store.begin_operation(plan(guest), Moment(1), "a process").await.unwrap()
}

/// As an operation does it: where an id is taken, the next one is tried.
async fn take(store: &Store, id: OperationId, wish: &Reserve) -> Option<Reservation> {
    for vmid in 100.. {
        match store.reserve(id, wish.clone(), Vmid(vmid), BTreeSet::new()).await.unwrap() {
            Reserved::Yes(reservation) => return Some(reservation),
            Reserved::IdTaken => {}
            Reserved::NameTaken | Reserved::NoPort(_) => return None,
        }
    }
    None
}

/// Each of these does its work at the same time as the others, on a store of its own.
fn at_once<T: Send>(file: &super::Place, many: u32, work: impl Fn(&Store, u32) -> T + Sync) -> Vec<T> {
    let stores: Vec<Store> = (0..many).map(|_| file.open()).collect();
    let barrier = std::sync::Barrier::new(many as usize);
    std::thread::scope(|scope| {
        let (work, barrier) = (&work, &barrier);
        let begun: Vec<_> = (0..many)
            .zip(&stores)
            .map(|(number, store)| {
                scope.spawn(move || {
                    barrier.wait();
                    work(store, number)
                })
            })
            .collect();
        begun.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

#[test]
fn who_reserves_at_once_never_gets_the_same_id_or_port() {
    let file = place();
    let reservations = at_once(&file, 4, |store, number| {
        block_on(async {
            let mut got = Vec::new();
            for round in 0..6 {
                let id = begin(store, number * 100 + round).await;
                got.extend(take(store, id, &wish(&format!("app-{number}-{round}"), None, (8_000, 8_999))).await);
            }
            got
        })
    });
    let all: Vec<Reservation> = reservations.into_iter().flatten().collect();
    let ids: BTreeSet<u32> = all.iter().map(|one| one.vmid.0).collect();
    let ports: BTreeSet<u16> = all.iter().flat_map(|one| one.ports.values().copied()).collect();
    assert_eq!((all.len(), ids.len(), ports.len()), (24, 24, 48), "{all:#?}");
}

#[test]
fn of_many_that_want_one_name_at_once_one_gets_it() {
    let file = place();
    for round in 0..8 {
        let name = format!("jellyfin-{round}");
        let got = at_once(&file, 4, |store, number| {
            block_on(async {
                let id = begin(store, round * 10 + number).await;
                take(store, id, &wish(&format!("app-{round}-{number}"), Some(&name), (8_000, 8_999))).await
            })
        });
        assert_eq!(got.iter().flatten().count(), 1, "{got:?}");
    }
}

#[test]
fn never_more_than_the_limit_have_a_turn_at_once() {
    const LIMIT: u32 = 2;
    let file = place();
    let (working, most) = (std::sync::atomic::AtomicU32::new(0), std::sync::atomic::AtomicU32::new(0));
    let order = std::sync::atomic::Ordering::SeqCst;
    at_once(&file, 4, |store, number| {
        block_on(async {
            for round in 0..5 {
                let id = begin(store, number * 10 + round).await;
                while !store.take_turn(id, "lab/pve1", 1, LIMIT).await.unwrap() {
                    tokio::task::yield_now().await;
                }
                most.fetch_max(working.fetch_add(1, order) + 1, order);
                for _ in 0..5 {
                    store.operation(id).await.unwrap();
                }
                working.fetch_sub(1, order);
                store.finish(id, Outcome::Done, Moment(2)).await.unwrap();
            }
        })
    });
    assert!((1..=LIMIT).contains(&most.load(order)), "{most:?}");
}

#[derive(Debug, Clone, Copy)]
enum Deed {
    /// The operation of this number reserves.
    Reserve(usize),
    Release(usize),
    /// It ends: its id and its name are free, its ports stay with its app.
    Finish(usize),
}

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let one = prop_oneof![
        3 => (0..6_usize).prop_map(Deed::Reserve),
        2 => (0..6_usize).prop_map(Deed::Release),
        1 => (0..6_usize).prop_map(Deed::Finish),
    ];
    proptest::collection::vec(one, 1..30)
}

/// Four ports for six apps that want two each: they run short, and what is given back is given out again.
const FEW: (u16, u16) = (8_000, 8_003);

fn play_reservations(deeds: Vec<Deed>) -> Result<(), TestCaseError> {
    let file = place();
    let stores = [file.open(), file.open()];
    block_on(async {
        let mut ids = Vec::new();
        for guest in 0..6 {
            ids.push(begin(&stores[0], guest).await);
        }
        let (mut held, mut kept) = (BTreeMap::<usize, Reservation>::new(), BTreeSet::new());
        let mut ended = BTreeSet::new();
        for (turn, deed) in deeds.into_iter().enumerate() {
            let store = &stores[turn % 2];
            match deed {
                Deed::Reserve(one) if !held.contains_key(&one) && !ended.contains(&one) => {
                    let got = take(store, ids[one], &wish(&format!("app-{one}"), None, FEW)).await;
                    let used = held.values().flat_map(|one| one.ports.values()).chain(&kept).count();
                    prop_assert_eq!(got.is_some(), used + 2 <= 4, "{} of 4 ports are in use", used);
                    if let Some(got) = got {
                        let lowest = (100..).find(|vmid| held.values().all(|one| one.vmid.0 != *vmid));
                        prop_assert_eq!(Some(got.vmid.0), lowest, "the lowest free id");
                        held.insert(one, got);
                    }
                }
                Deed::Release(one) if held.remove(&one).is_some() => store.release_leases(ids[one]).await.unwrap(),
                Deed::Finish(one) if ended.insert(one) => {
                    store.finish(ids[one], Outcome::Done, Moment(2)).await.unwrap();
                    kept.extend(held.remove(&one).into_iter().flat_map(|one| one.ports.into_values()));
                }
                _ => {}
            }
        }
        Ok(())
    })
}

#[derive(Debug, Clone, Copy)]
enum Step {
    Asks(usize),
    Leaves(usize),
}

fn queue() -> impl Strategy<Value = (Vec<u8>, u32, Vec<Step>)> {
    let step = prop_oneof![4 => (0..6_usize).prop_map(Step::Asks), 1 => (0..6_usize).prop_map(Step::Leaves)];
    (proptest::collection::vec(0..4_u8, 6), 1..4_u32, proptest::collection::vec(step, 1..50))
}

/// A turn is given exactly when there is room for all who stand before: the more urgent ones, then the older ones.
fn play_turns(urgencies: &[u8], limit: u32, steps: Vec<Step>) -> Result<(), TestCaseError> {
    let file = place();
    let stores = [file.open(), file.open()];
    block_on(async {
        let mut ids = Vec::new();
        for guest in 0..6 {
            ids.push(begin(&stores[0], guest).await);
        }
        let (mut waiting, mut working) = (BTreeSet::new(), BTreeSet::new());
        for (turn, step) in steps.into_iter().enumerate() {
            let store = &stores[turn % 2];
            match step {
                Step::Asks(one) => {
                    let got = store.take_turn(ids[one], "lab/pve1", urgencies[one], limit).await.unwrap();
                    if !working.contains(&one) {
                        waiting.insert(one);
                    }
                    let stands_before = |other: &&usize| {
                        let (theirs, mine) = (urgencies[**other], urgencies[one]);
                        theirs > mine || (theirs == mine && **other < one)
                    };
                    let before = waiting.iter().filter(stands_before).count();
                    let expected = working.contains(&one) || working.len() + before < limit as usize;
                    prop_assert_eq!(got, expected, "{} work, {} stand before", working.len(), before);
                    if got {
                        waiting.remove(&one);
                        working.insert(one);
                    }
                    prop_assert!(working.len() <= limit as usize);
                }
                Step::Leaves(one) => {
                    store.leave_turn(ids[one]).await.unwrap();
                    waiting.remove(&one);
                    working.remove(&one);
                }
            }
        }
        Ok(())
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if std::env::var_os("PROXIMITY_FULL").is_some() { 500 } else { 12 }))]

    #[test]
    fn what_is_given_back_is_given_out_again_and_nothing_else(deeds in deeds()) {
        play_reservations(deeds)?;
    }

    #[test]
    fn a_turn_is_given_by_urgency_and_then_by_age((urgencies, limit, steps) in queue()) {
        play_turns(&urgencies, limit, steps)?;
    }
}
