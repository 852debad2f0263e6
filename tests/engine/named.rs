//! Whose app a guest is: a copy of an app's container carries the same marker, and is not the app.

use proximity::engine::{Change, Duty};

use super::lab::Lab;

#[tokio::test]
async fn a_copy_of_an_app_does_not_take_its_place() {
    let lab = Lab::open().await;
    let datacenter = lab.simulator.datacenter();
    datacenter.with(|datacenter| {
        let config = datacenter.guests[&101].config.clone();
        let copy = datacenter.guests.get_mut(&200).unwrap();
        for name in ["description", "tags", "hostname"] {
            copy.config.insert(name.into(), config[name].clone());
        }
    });
    let engine = lab.engine(Duty::OneErrand).await;
    engine.change(Change::AddHost(lab.draft())).await.unwrap();
    for _ in 0..4 {
        engine.change(Change::Refresh).await.unwrap();
        let fleet = engine.fleet().borrow().clone();
        let called: Vec<_> = fleet.apps.iter().filter(|app| app.name.starts_with("jellyfin")).collect();
        assert_eq!(called.len(), 1, "{called:?}");
        assert_eq!(called[0].guest.vmid.0, 101);
    }
    engine.close().await;
}

#[tokio::test]
async fn no_two_apps_have_one_name() {
    let lab = Lab::open().await;
    lab.simulator.datacenter().with(|datacenter| {
        let tags = datacenter.guests[&101].config["tags"].clone();
        for vmid in [200, 201] {
            let copy = datacenter.guests.get_mut(&vmid).unwrap();
            copy.config.insert("hostname".into(), "jellyfin".into());
            copy.config.insert("tags".into(), tags.clone());
            copy.config.insert("description".into(), format!("proximity app=tv-{vmid}\n").into());
        }
    });
    let engine = lab.engine(Duty::OneErrand).await;
    engine.change(Change::AddHost(lab.draft())).await.unwrap();
    engine.change(Change::Refresh).await.unwrap();
    let fleet = engine.fleet().borrow().clone();
    let mut names: Vec<_> = fleet.apps.iter().map(|app| app.name.clone()).collect();
    let count = names.len();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), count);
    assert!(fleet.apps.iter().any(|app| &*app.name == "tv-201"), "{names:?}");
    engine.close().await;
}
