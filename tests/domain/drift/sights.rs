//! Who may be missed, and by whom.

use std::sync::Arc;

use proximity::domain::{
    app::{App, Marker},
    drift::{Baseline, Books, Freshness, Looked, Work, sight},
    fleet::{Fleet, GuestKind, Listing, Power, Reach},
    ids::{AppId, HostId, NodeName, OperationId, Vmid},
    moment::Moment,
    operation::{Ended, Operation},
    plan::{Plan, PlanKind, Subject, journal::Outcome},
};

use super::super::world::{fault, fleet, guest, key, listing, partial};

pub fn app(vmid: u32) -> App {
    let id = AppId::new(format!("app-{vmid}"));
    App {
        id: id.clone(),
        name: id.as_str().into(),
        guest: key(vmid),
        marker: Marker::of(id),
        address: None,
        book: None,
    }
}

fn home() -> HostId {
    HostId::new("home")
}

/// Two apps, of which the second is not listed any more.
fn missing(seen: Listing) -> Fleet {
    let mut fleet = fleet();
    fleet.apps = vec![app(100), app(101)];
    let both = vec![guest(100, Power::Running), guest(101, Power::Running)];
    fleet.observe(listing(10, both, Listing::Complete));
    fleet.observe(listing(20, vec![guest(100, Power::Running)], seen));
    fleet
}

fn absent(fleet: &Fleet) -> Option<Vec<AppId>> {
    let sight = sight(fleet, &home(), &Books::default(), Moment::from_secs(1000))?;
    Some(sight.absent.into_iter().map(|app| app.id).collect())
}

#[test]
fn only_a_complete_listing_of_a_host_that_answers_misses_anybody() {
    assert_eq!(absent(&missing(Listing::Complete)), Some(vec![AppId::new("app-101")]));
    assert_eq!(absent(&missing(partial())), None);
    assert_eq!(absent(&missing(Listing::Unknown)), None);
    for reach in [Reach::Off, Reach::Waiting, Reach::Lost(fault())] {
        let mut fleet = missing(Listing::Complete);
        fleet.hosts[0].reach = reach;
        assert_eq!(absent(&fleet), None, "what it showed last is old");
    }
}

#[test]
fn one_that_is_listed_again_is_not_missed() {
    let mut fleet = missing(Listing::Complete);
    fleet.observe(listing(30, vec![guest(100, Power::Running), guest(101, Power::Unknown)], Listing::Complete));
    assert_eq!(absent(&fleet), Some(vec![]));
}

fn operation(subject: Subject, ended: Option<Moment>) -> Operation {
    let plan = Plan::new(PlanKind::Update, subject, "it", Vec::new());
    let ended = ended.map(|at| Ended { at, outcome: Outcome::Done });
    Operation { ended, ..Operation::begin(OperationId(1), plan, Moment(0)) }
}

#[test]
fn nobody_is_judged_while_an_operation_works_on_him_nor_just_after() {
    let at = Moment::from_secs(1000);
    let on_app = || Subject::App { app: AppId::new("app-101"), guest: key(102) };
    for subject in [Subject::Guest(key(101)), on_app()] {
        let judged = |ended: Option<i64>| {
            let mut fleet = missing(Listing::Complete);
            fleet.operations = vec![operation(subject.clone(), ended.map(Moment::from_secs))];
            sight(&fleet, &home(), &Books::default(), at).unwrap().absent.len()
        };
        assert_eq!(judged(None), 0);
        assert_eq!(judged(Some(995)), 0, "a listing may be older than its end");
        assert_eq!(judged(Some(900)), 1);
    }
    let mut fleet = missing(Listing::Complete);
    fleet.operations = vec![operation(Subject::Guest(key(100)), None)];
    assert_eq!(absent(&fleet).unwrap().len(), 1, "others are judged");
    assert!(Work::at(&fleet, at).is_on(&app(100)));
}

#[test]
fn the_first_look_makes_nobody_new_and_machines_and_apps_never_are() {
    let mut fleet = fleet();
    fleet.apps = vec![app(100)];
    let machine = proximity::domain::fleet::Guest { kind: GuestKind::Machine, ..guest(103, Power::Running) };
    let all = vec![guest(100, Power::Running), guest(101, Power::Running), guest(102, Power::Stopped), machine];
    fleet.observe(listing(10, all, Listing::Complete));
    let appeared = |books: &Books| {
        let sight = sight(&fleet, &home(), books, Moment::from_secs(1000)).unwrap();
        (sight.is_first, sight.appeared.iter().map(|guest| guest.key.vmid.0).collect::<Vec<_>>())
    };
    assert_eq!(appeared(&Books::default()), (true, vec![]));
    let looked = Looked { rights: None, guests: [Vmid(101)].into() };
    let books = Books { looked: Some(looked), ..Books::default() };
    assert_eq!(appeared(&books), (false, vec![102]));
}

#[test]
fn who_is_elsewhere_than_he_was_left_has_moved_unless_we_moved_him() {
    let mut fleet = fleet();
    fleet.apps = vec![app(100)];
    let there = proximity::domain::fleet::Guest { node: NodeName::new("pve2"), ..guest(100, Power::Running) };
    fleet.observe(listing(10, vec![there], Listing::Complete));
    fleet.guests = fleet.guests.iter().map(|guest| Arc::new((**guest).clone())).collect();
    let moved = |state, of: &str| {
        let node = NodeName::new("pve1");
        let base = Baseline { app: AppId::new(of), node, state, at: Moment(0) };
        let books = Books { baselines: [(Vmid(100), base)].into(), ..Books::default() };
        let sight = sight(&fleet, &home(), &books, Moment::from_secs(1000)).unwrap();
        sight.moved.into_iter().map(|one| (one.from.to_string(), one.to.to_string())).collect::<Vec<_>>()
    };
    assert_eq!(moved(Freshness::Fresh, "app-100"), [("pve1".to_owned(), "pve2".to_owned())]);
    assert_eq!(moved(Freshness::Overtaken, "app-100"), []);
    assert_eq!(moved(Freshness::Fresh, "another"), [], "that was how another app was left");
}
