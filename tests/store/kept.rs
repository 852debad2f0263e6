//! What is kept is what comes back.

use std::sync::Arc;

use proptest::prelude::*;
use proximity::{
    domain::{
        fleet::{Fleet, Host, HostTrust, Listing, Reach},
        ids::HostId,
        moment::Moment,
    },
    store::{Audit, Removed, Store},
};
use rusqlite::Connection;

use super::{any, block_on, host, place, plan};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn hosts_apps_and_the_last_fleet_come_back_as_they_were((records, fleet) in any::fleet(), apps in any::apps()) {
        let apps = any::living_on(&records, apps);
        let place = place();
        let store = place.open();
        block_on(async {
            for record in &records {
                store.put_host(record.clone()).await.unwrap();
            }
            store.put_apps(apps.clone()).await.unwrap();
            store.save_fleet(Arc::new(fleet.clone())).await.unwrap();
        });
        drop(store);
        let (_, kept) = Store::open(&place.file).unwrap();
        prop_assert_eq!(kept.unread, Vec::<String>::new());
        prop_assert_eq!(kept.hosts, records);
        prop_assert_eq!(kept.fleet, Fleet { apps, ..fleet });
    }
}

fn picture(name: &str, as_of: Option<i64>, version: &str) -> Arc<Fleet> {
    let host = Host {
        id: HostId::new(name),
        addresses: Vec::new(),
        login: String::new(),
        trust: HostTrust::default(),
        cluster: None,
        version: Some(version.into()),
        reach: Reach::Online,
        as_of: as_of.map(Moment),
        listing: Listing::Complete,
        unlisted: Default::default(),
        ssh: None,
        roads: Default::default(),
        defaults: Default::default(),
        denied: Default::default(),
        expiring: Vec::new(),
    };
    Arc::new(Fleet { hosts: vec![host], ..Fleet::default() })
}

async fn version_kept(store: &Store) -> Option<String> {
    store.load().await.unwrap().fleet.hosts[0].version.as_deref().map(str::to_owned)
}

#[tokio::test]
async fn a_picture_is_only_replaced_by_a_newer_one() {
    let place = place();
    let store = place.open();
    store.put_host(host("lab")).await.unwrap();
    store.save_fleet(picture("lab", Some(20), "new")).await.unwrap();
    store.save_fleet(picture("lab", Some(10), "old")).await.unwrap();
    assert_eq!(version_kept(&store).await.as_deref(), Some("new"));
    store.save_fleet(picture("lab", None, "never reached")).await.unwrap();
    assert_eq!(version_kept(&store).await.as_deref(), Some("new"));
    store.save_fleet(picture("lab", Some(21), "newest")).await.unwrap();
    assert_eq!(version_kept(&store).await.as_deref(), Some("newest"));
}

#[tokio::test]
async fn a_host_that_was_removed_leaves_no_picture_but_its_journal_stays() {
    let place = place();
    let store = place.open();
    store.put_host(host("lab")).await.unwrap();
    store.save_fleet(picture("lab", Some(20), "9.2")).await.unwrap();
    let id = store.begin_operation(plan(100), Moment(5), "deck").await.unwrap();
    assert_eq!(store.remove_host(HostId::new("lab")).await.unwrap(), Removed::Yes);
    assert_eq!(store.remove_host(HostId::new("lab")).await.unwrap(), Removed::Unknown);
    // A poll that was under way brings the host's picture once more.
    store.save_fleet(picture("lab", Some(30), "9.2")).await.unwrap();
    store.put_host(host("lab")).await.unwrap();
    assert_eq!(version_kept(&store).await, None);
    assert!(store.operation(id).await.unwrap().is_some());
}

#[tokio::test]
async fn a_host_with_apps_is_not_removed_and_an_app_of_no_host_is_not_written_down() {
    let place = place();
    let store = place.open();
    store.put_host(host("lab")).await.unwrap();
    store.put_apps(vec![app("web", "lab/100"), app("lost", "attic/100")]).await.unwrap();
    assert_eq!(store.apps().await.unwrap(), [app("web", "lab/100")]);
    let removed = store.remove_host(HostId::new("lab")).await.unwrap();
    assert_eq!(removed, Removed::HasApps(vec!["web".into()]));
    assert_eq!(store.hosts().await.unwrap().len(), 1);
    store.forget_app(proximity::domain::ids::AppId::new("web-1")).await.unwrap();
    assert_eq!(store.remove_host(HostId::new("lab")).await.unwrap(), Removed::Yes);
}

#[tokio::test]
async fn a_host_is_added_once_and_another_process_is_told_that_somebody_wrote() {
    let place = place();
    let (store, other) = (place.open(), place.open());
    let before = store.foreign_version().await.unwrap();
    assert!(store.add_host(host("lab")).await.unwrap());
    assert_eq!(store.foreign_version().await.unwrap(), before, "what we write ourselves is nothing new");
    assert!(!other.add_host(host("lab")).await.unwrap());
    assert!(other.add_host(host("attic")).await.unwrap());
    assert_ne!(store.foreign_version().await.unwrap(), before);
}

fn app(name: &str, guest: &str) -> proximity::domain::app::App {
    let id = proximity::domain::ids::AppId::new(format!("{name}-1"));
    proximity::domain::app::App {
        id: id.clone(),
        name: name.into(),
        guest: guest.parse().unwrap(),
        marker: proximity::domain::app::Marker::of(id),
        address: None,
        book: None,
    }
}

#[tokio::test]
async fn an_app_that_is_not_named_again_stays() {
    let place = place();
    let store = place.open();
    store.put_host(host("lab")).await.unwrap();
    let app = |name: &str| app(name, "lab/100");
    store.put_apps(vec![app("web"), app("mail")]).await.unwrap();
    store.put_apps(vec![app("web")]).await.unwrap();
    assert_eq!(store.apps().await.unwrap(), [app("mail"), app("web")]);
}

#[tokio::test]
async fn a_row_that_makes_no_sense_is_told_and_the_rest_is_there() {
    let place = place();
    let store = place.open();
    for name in ["lab", "attic", "cellar"] {
        store.put_host(host(name)).await.unwrap();
    }
    store.save_fleet(picture("attic", Some(20), "9.2")).await.unwrap();
    store.begin_operation(plan(100), Moment(5), "deck").await.unwrap();
    store.begin_operation(plan(101), Moment(5), "deck").await.unwrap();
    drop(store);
    Connection::open(&place.file)
        .unwrap()
        .execute_batch(
            "UPDATE host SET login = '{' WHERE id = 'lab';
             UPDATE snapshot SET guests = '[{\"vmid\":\"no number\"}]' WHERE host = 'attic';
             UPDATE operation SET plan = CAST(x'ff00' AS TEXT) WHERE lock = 'guest lab/100';",
        )
        .unwrap();

    let (store, kept) = Store::open(&place.file).unwrap();
    let names: Vec<_> = kept.hosts.iter().map(|host| host.id.as_str()).collect();
    assert_eq!(names, ["attic", "cellar"]);
    assert_eq!(kept.fleet.hosts.len(), 2);
    assert_eq!(kept.fleet.operations.len(), 1);
    assert_eq!(kept.unread.len(), 3, "{:?}", kept.unread);
    assert!(kept.fault().unwrap().why.contains("the last picture of a host"));
    assert_eq!(store.unfinished().await.unwrap().len(), 1);
}

#[tokio::test]
async fn all_that_run_and_the_last_fifty_that_ended_are_kept_newest_first() {
    let place = place();
    let store = place.open();
    let oldest = store.begin_operation(plan(1), Moment(1), "deck").await.unwrap();
    for n in 2..60 {
        let id = store.begin_operation(plan(n), Moment(n.into()), "deck").await.unwrap();
        store.finish(id, proximity::domain::plan::journal::Outcome::Done, Moment(n.into())).await.unwrap();
    }
    let operations = store.load().await.unwrap().fleet.operations;
    assert_eq!(operations.len(), 51);
    assert!(operations.is_sorted_by(|a, b| a.id > b.id));
    assert_eq!(operations.last().map(|operation| operation.id), Some(oldest));
}

#[tokio::test]
async fn the_audit_is_only_added_to() {
    let place = place();
    let store = place.open();
    let entry = |n| Audit { at: Moment(n), who: "root".into(), what: format!("start {n}"), result: "done".into() };
    for n in 0..3 {
        store.audit(entry(n)).await.unwrap();
    }
    assert_eq!(store.audit_trail(2).await.unwrap(), [entry(2), entry(1)]);
    let connection = Connection::open(&place.file).unwrap();
    for change in ["UPDATE audit SET who = 'nobody'", "DELETE FROM audit"] {
        let refused = connection.execute(change, []).unwrap_err();
        assert!(refused.to_string().contains("only added to"), "{refused}");
    }
    assert_eq!(store.audit_trail(9).await.unwrap().len(), 3);
}

#[tokio::test]
async fn a_store_in_memory_works_and_leaves_no_file() {
    let (store, kept) = Store::in_memory().unwrap();
    assert_eq!(kept.hosts, []);
    store.put_host(host("lab")).await.unwrap();
    assert_eq!(store.clone().hosts().await.unwrap(), [host("lab")]);
    assert!(!std::path::Path::new(":memory:").exists());
}

#[test]
fn what_the_deck_remembers_is_kept_by_its_name() {
    let place = place();
    let store = place.open();
    block_on(async {
        store.remember("marks".into(), "[1]".into()).await.unwrap();
        store.remember("uses".into(), "{}".into()).await.unwrap();
        store.remember("marks".into(), "[2]".into()).await.unwrap();
    });
    drop(store);
    let memory = block_on(place.open().memory()).unwrap();
    let expected = [("marks", "[2]"), ("uses", "{}")].map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(memory, expected.into());
}
