//! How a listing becomes the next fleet: nothing is deleted because it was not seen, and no rate is invented.

use proptest::prelude::*;
use proximity::domain::{
    app::{App, Marker},
    fleet::{Fleet, Listing, Power},
    ids::AppId,
};

use super::world::{counting, fleet, guest, key, listing, partial, vmids};

fn after(listings: Vec<proximity::domain::observe::Observation>) -> Fleet {
    let mut fleet = fleet();
    listings.into_iter().for_each(|seen| fleet.observe(seen));
    fleet
}

fn running(vmids: &[u32]) -> Vec<proximity::domain::fleet::Guest> {
    vmids.iter().map(|vmid| guest(*vmid, Power::Running)).collect()
}

#[test]
fn a_partial_listing_deletes_nothing() {
    let fleet =
        after(vec![listing(1, running(&[100, 101]), Listing::Complete), listing(2, running(&[100]), partial())]);
    assert_eq!(vmids(&fleet), [100, 101]);
    assert_eq!(fleet.guest(&key(101)).unwrap().power, Power::Unknown);
}

#[test]
fn a_complete_listing_forgets_a_guest_that_is_gone_but_never_an_app() {
    let mut fleet = after(vec![listing(1, running(&[100, 101]), Listing::Complete)]);
    let marker = Marker::of(AppId::new("tv-1"));
    fleet.apps.push(App {
        id: marker.app.clone(),
        name: "tv".into(),
        guest: key(100),
        marker,
        address: None,
        book: None,
    });
    fleet.observe(listing(2, Vec::new(), Listing::Complete));
    assert_eq!(vmids(&fleet), [100]);
    assert_eq!(fleet.apps.len(), 1);
}

#[test]
fn a_rate_is_made_of_two_readings_that_differ() {
    let fleet = after(vec![
        listing(0, vec![counting(100, 0, 1000)], Listing::Complete),
        listing(2, vec![counting(100, 2, 1000)], Listing::Complete),
        listing(10, vec![counting(100, 10, 11_000)], Listing::Complete),
    ]);
    assert_eq!(fleet.guest(&key(100)).unwrap().traffic.rate_in, Some(1000.0));
}

#[test]
fn one_reading_makes_no_rate() {
    let fleet = after(vec![listing(0, vec![counting(100, 0, 1000)], Listing::Complete)]);
    assert_eq!(fleet.guest(&key(100)).unwrap().traffic.rate_in, None);
}

#[test]
fn counters_that_run_backwards_begin_anew() {
    let fleet = after(vec![
        listing(0, vec![counting(100, 0, 9000)], Listing::Complete),
        listing(10, vec![counting(100, 10, 50)], Listing::Complete),
    ]);
    assert_eq!(fleet.guest(&key(100)).unwrap().traffic.rate_in, None);
}

#[test]
fn another_hosts_guests_stay_where_they_are() {
    let mut fleet = after(vec![listing(1, running(&[100]), Listing::Complete)]);
    let mut foreign = listing(2, Vec::new(), Listing::Complete);
    foreign.host = proximity::domain::ids::HostId::new("elsewhere");
    fleet.observe(foreign);
    assert_eq!(vmids(&fleet), [100]);
}

proptest! {
    #[test]
    fn what_is_listed_is_in_the_fleet_and_sorted(seen in proptest::collection::btree_set(100..200_u32, 0..30)) {
        let seen: Vec<_> = seen.into_iter().collect();
        let fleet = after(vec![listing(1, running(&[300, 301]), Listing::Complete), listing(2, running(&seen), Listing::Complete)]);
        prop_assert_eq!(vmids(&fleet), seen);
    }

    #[test]
    fn no_reading_makes_a_rate_that_is_not_finite(bytes in proptest::collection::vec((0..100_i64, any::<u64>()), 1..8)) {
        let listings = bytes.iter().map(|(at, bytes)| listing(*at, vec![counting(100, *at, *bytes)], Listing::Complete));
        let fleet = after(listings.collect());
        let rate = fleet.guest(&key(100)).unwrap().traffic.rate_in;
        prop_assert!(rate.is_none_or(|rate| rate.is_finite() && rate >= 0.0));
    }
}
