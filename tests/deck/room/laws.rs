//! Laws of where units hang.

use std::collections::BTreeSet;

use proptest::prelude::*;
use proximity::{
    domain::ids::{AppId, HostId, NodeKey, NodeName, Vmid},
    tui::model::room::racks::{BAY, Rack, Racks, Unit, Whose},
};

use super::super::fleet::host;

/// Who is there at one moment, by numbers: even ones are ours.
fn any_crowd() -> impl Strategy<Value = BTreeSet<u32>> {
    prop::collection::btree_set(100..160u32, 0..50)
}

#[derive(Debug, Clone)]
enum Turn {
    Crowd(BTreeSet<u32>),
    Shift(usize, usize),
}

fn any_turn() -> impl Strategy<Value = Turn> {
    prop_oneof![any_crowd().prop_map(Turn::Crowd), (0..BAY, 0..BAY).prop_map(|(from, to)| Turn::Shift(from, to)),]
}

fn unit(vmid: u32) -> Unit {
    let is_ours = vmid.is_multiple_of(2);
    Unit {
        vmid: Vmid(vmid),
        app: is_ours.then(|| AppId::new(format!("app-{vmid}"))),
        whose: if is_ours { Whose::Ours } else { Whose::Other },
    }
}

fn settle(rack: &mut Rack, crowd: &BTreeSet<u32>) -> Vec<(u32, usize)> {
    let units: Vec<Unit> = crowd.iter().copied().map(unit).collect();
    crowd.iter().copied().zip(rack.settle(&units)).collect()
}

fn rack() -> Rack {
    let mut racks = Racks::default();
    racks.rack(&NodeKey { host: host(), node: NodeName::new("pve1") }).clone()
}

proptest! {
    #[test]
    fn no_two_units_hang_at_one_height_and_everybody_hangs_somewhere(turns in prop::collection::vec(any_turn(), 1..12)) {
        let mut rack = rack();
        for turn in turns {
            match turn {
                Turn::Shift(from, to) => rack.shift(from, to),
                Turn::Crowd(crowd) => {
                    let hung = settle(&mut rack, &crowd);
                    let heights: BTreeSet<usize> = hung.iter().map(|(_, slot)| *slot).collect();
                    prop_assert_eq!(heights.len(), crowd.len());
                    prop_assert!(heights.iter().all(|slot| *slot < Rack::height(&hung.iter().map(|(_, slot)| *slot).collect::<Vec<_>>())));
                }
            }
        }
    }

    #[test]
    fn who_stays_hangs_where_he_hung(before in any_crowd(), after in any_crowd()) {
        let mut rack = rack();
        let hung = settle(&mut rack, &before);
        let then = settle(&mut rack, &after);
        for (vmid, slot) in hung.iter().filter(|(vmid, _)| after.contains(vmid)) {
            prop_assert!(then.contains(&(*vmid, *slot)), "{} jumped", vmid);
        }
    }

    #[test]
    fn a_new_app_takes_the_first_free_height_from_the_top(crowd in any_crowd(), new in 200..240u32) {
        let mut rack = rack();
        let hung = settle(&mut rack, &crowd);
        let free = (0..).find(|slot| hung.iter().all(|(_, taken)| taken != slot)).unwrap();
        let with: BTreeSet<u32> = crowd.iter().copied().chain([new * 2]).collect();
        let then = settle(&mut rack, &with);
        prop_assert_eq!(then.iter().find(|(vmid, _)| *vmid == new * 2).unwrap().1, free);
    }

    #[test]
    fn a_shift_moves_two_at_most_and_the_same_shift_takes_it_back(crowd in any_crowd(), from in 0..BAY, to in 0..BAY) {
        let mut rack = rack();
        let before = settle(&mut rack, &crowd);
        rack.shift(from, to);
        let moved = settle(&mut rack, &crowd);
        prop_assert!(before.iter().zip(&moved).filter(|(one, other)| one != other).count() <= 2);
        rack.shift(from, to);
        prop_assert_eq!(settle(&mut rack, &crowd), before);
    }
}

#[test]
fn who_comes_back_hangs_where_he_hung_unless_that_is_taken() {
    let mut rack = rack();
    settle(&mut rack, &[100, 102, 104].into());
    settle(&mut rack, &[100, 104].into());
    assert_eq!(settle(&mut rack, &[100, 102, 104].into())[1], (102, 1));
    settle(&mut rack, &[100, 104].into());
    assert_eq!(settle(&mut rack, &[100, 104, 106].into())[2], (106, 1), "a new one takes it");
    assert_eq!(settle(&mut rack, &[100, 102, 104, 106].into())[1], (102, 3));
}

#[test]
fn an_app_that_becomes_another_guest_stays_where_it_is() {
    let mut rack = rack();
    settle(&mut rack, &[100, 102, 104].into());
    let mut units: Vec<Unit> = [100, 102, 104].into_iter().map(unit).collect();
    units[1].vmid = Vmid(177);
    assert_eq!(rack.settle(&units), [0, 1, 2]);
}

#[test]
fn a_host_of_another_name_has_the_same_cabinets() {
    let at = |host: &str| NodeKey { host: HostId::new(host), node: NodeName::new("pve1") };
    let mut racks = Racks::default();
    racks.rack(&at("home")).name = "attic".into();
    racks.follow_name(&at("casa"), |host| host.as_str() == "home");
    assert!(racks.find(&at("casa")).is_none(), "the other one is still there");
    racks.follow_name(&at("casa"), |host| host.as_str() == "casa");
    assert_eq!(racks.find(&at("casa")).map(|rack| rack.name.as_str()), Some("attic"));
    assert_eq!(racks.cabinets.len(), 1);
}

#[test]
fn blanks_hang_below_our_own_with_room_between() {
    let mut rack = rack();
    let hung = settle(&mut rack, &[100, 101, 102, 103].into());
    assert_eq!(hung, [(100, 0), (101, 4), (102, 1), (103, 5)]);
}
