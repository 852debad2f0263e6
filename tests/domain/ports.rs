//! Laws of choosing a port.

use std::collections::BTreeSet;

use proptest::prelude::*;
use proximity::domain::{
    fault::FaultCode,
    port::{PortRange, Ranges, pick},
};

fn ports() -> impl Strategy<Value = BTreeSet<u16>> {
    proptest::collection::btree_set(100..120_u16, 0..20)
}

proptest! {
    #[test]
    fn a_port_is_never_taken_busy_or_outside(
        first in 100..120_u16, more in 0..10_u16, taken in ports(), busy in ports(), wanted in proptest::option::of(95..125_u16)
    ) {
        let range = PortRange::new(first, first + more).unwrap();
        let is_free = |port: u16| range.contains(port) && !taken.contains(&port) && !busy.contains(&port);
        match pick(range, &taken, |port| busy.contains(&port), wanted) {
            Ok(port) => {
                prop_assert!(is_free(port));
                prop_assert!(!wanted.is_some_and(is_free) || wanted == Some(port), "a wanted port that is free is given");
            }
            Err(fault) => {
                prop_assert!(!(first..=first + more).any(is_free), "there was one");
                prop_assert_eq!(fault.code, FaultCode::Refused);
                prop_assert!(!fault.remedy.is_empty());
            }
        }
    }
}

#[test]
fn the_lowest_free_port_is_taken_and_others_are_not_even_looked_at() {
    let looked = std::cell::RefCell::new(Vec::new());
    let busy = |port| {
        looked.borrow_mut().push(port);
        port == 8001
    };
    assert_eq!(pick(Ranges::default().public, &BTreeSet::from([8000]), busy, None), Ok(8002));
    assert_eq!(looked.into_inner(), [8001, 8002]);
}

#[test]
fn a_full_range_is_told_with_its_bounds() {
    let fault = pick(PortRange::new(5, 6).unwrap(), &BTreeSet::from([5]), |port| port == 6, Some(6)).unwrap_err();
    assert_eq!(
        fault.to_string(),
        "No port is free for the app: All ports of 5-6 are taken by apps or busy. Remove an app that is no longer needed, or widen the range of ports in the settings"
    );
}

#[test]
fn a_range_has_a_port_and_port_0_is_none() {
    assert_eq!(PortRange::new(0, 5), None);
    assert_eq!(PortRange::new(6, 5), None);
    assert_eq!(PortRange::new(65_535, 65_535).unwrap().to_string(), "65535-65535");
    assert_eq!(Ranges::default().internal, PortRange::new(20_000, 29_999).unwrap());
}
