//! Who does not see everything says nothing: a host that is off or lost, half a cluster, a login whose rights shrank.

use std::time::Duration;

use proximity::{
    domain::fleet::{Listing, Reach},
    engine::Change,
    sim::{Fault, Seed, Trouble},
};

use super::{super::lab::home, Stage, config_calls, kinds, lost, only};

#[tokio::test]
async fn a_host_that_is_off_for_a_day_loses_nothing() {
    let mut stage = Stage::open(Seed::plain(2, 12)).await;
    let (apps, guests) = (stage.apps().len(), stage.world.fleet().guests.len());
    assert!(apps > 0);
    stage.lab.simulator.datacenter().throw(Fault::Cut);
    for _ in 0..3 {
        stage.at = stage.at + Duration::from_secs(8 * 3600);
        assert_eq!(stage.look().await.findings, []);
        assert!(matches!(stage.world.fleet().host(&home()).unwrap().reach, Reach::Lost(_)));
    }
    stage.lab.simulator.datacenter().mend_all();
    assert_eq!(stage.look().await.findings, []);
    assert_eq!((stage.apps().len(), stage.world.fleet().guests.len()), (apps, guests));
    stage.engine.close().await;
}

#[tokio::test]
async fn half_a_cluster_misses_nobody_and_interrupts_the_row() {
    let mut stage = Stage::open(Seed::plain(3, 12)).await;
    let app = stage.app();
    stage.destroy_outside(&app.guest);
    assert_eq!(stage.look().await.findings, [], "once is not enough");
    let dark = stage.world.guest(&stage.apps()[1].guest).unwrap().node.to_string();
    let id = stage.lab.simulator.datacenter().throw(Fault::DeadNode(dark));
    for _ in 0..3 {
        assert_eq!(stage.look().await.findings, []);
        assert!(matches!(stage.world.fleet().host(&home()).unwrap().listing, Listing::Partial(_)));
    }
    stage.lab.simulator.datacenter().mend(id);
    let mut looks = 0;
    while stage.look().await.findings.is_empty() {
        looks += 1;
        assert!(looks < 4, "it is missed in the end");
    }
    assert!(looks >= 1, "a listing that saw less began the row anew");
    stage.engine.close().await;
}

#[tokio::test]
async fn rights_that_shrink_in_silence_make_nobody_missing_and_when_they_grow_nobody_new() {
    let mut stage = Stage::open(Seed::plain(2, 12)).await;
    let apps = stage.apps();
    let hidden: Vec<u32> = stage.world.fleet().guests.iter().map(|guest| guest.key.vmid.0).take(6).collect();
    assert!(apps.iter().any(|app| hidden.contains(&app.guest.vmid.0)));
    let token = stage.lab.simulator.ready().token_id.clone();
    let user = token.split('!').next().unwrap().to_owned();
    stage.outside(|datacenter| {
        for vmid in &hidden {
            for who in [&user, &token] {
                datacenter.access.grant(&format!("/vms/{vmid}"), who, "NoAccess");
            }
        }
    });
    for _ in 0..4 {
        stage.at = stage.at + Duration::from_secs(3600);
        assert_eq!(stage.look().await.findings, [], "whom we may not see is not missing");
    }
    assert_eq!(stage.apps().len(), apps.len());
    stage.outside(|datacenter| datacenter.access.grants.retain(|grant| grant.role != "NoAccess"));
    for _ in 0..3 {
        assert_eq!(stage.look().await.findings, [], "whom we see again is not new");
    }
    stage.engine.close().await;
}

#[tokio::test]
async fn a_node_that_cannot_be_asked_does_not_say_that_nobody_is_there() {
    for fault in [Fault::Unreachable, Fault::Rubbish] {
        let mut stage = Stage::open(Seed::plain(2, 12)).await;
        let app = stage.app();
        stage.destroy_outside(&app.guest);
        stage.look().await;
        let call = format!("GET /nodes/*/lxc/{}/config", app.guest.vmid);
        let id = stage.lab.simulator.datacenter().throw(Trouble::from(fault).on_calls(&call));
        for _ in 0..3 {
            assert_eq!(stage.look().await.findings, []);
        }
        stage.lab.simulator.datacenter().mend(id);
        stage.at = stage.at + Duration::from_secs(3600);
        assert!(lost(&app.id, &stage.look().await), "then it does");
        stage.engine.close().await;
    }
}

#[tokio::test]
async fn what_was_missed_once_is_remembered_over_a_restart() {
    let mut stage = Stage::open(Seed::plain(2, 12)).await;
    let app = stage.app();
    stage.destroy_outside(&app.guest);
    assert_eq!(stage.look().await.findings, []);
    let mut stage = stage.again().await;
    let found = only(&stage.look().await);
    assert_eq!((found.app, found.guest), (Some(app.id), app.guest));
    let before = stage.store.findings().await.unwrap().0;
    let mut stage = stage.again().await;
    assert_eq!(stage.look().await.findings, before, "it is the same finding after a restart");
    stage.engine.close().await;
}

#[tokio::test]
async fn a_steady_fleet_is_asked_for_nothing_between_two_whole_looks() {
    let mut stage = Stage::open(Seed::plain(2, 12)).await;
    let apps = stage.apps().len() as u64;
    stage.lab.simulator.datacenter().forget_calls();
    for _ in 0..5 {
        stage.glance().await;
    }
    let asked: Vec<_> = stage.lab.simulator.datacenter().all_calls().into_iter().collect();
    assert_eq!(asked, [("GET /cluster/resources".to_owned(), 5)]);
    stage.look().await;
    assert_eq!(config_calls(&stage), apps, "a whole look asks each app once, and nobody else");
    stage.engine.close().await;
}

#[tokio::test]
async fn a_watching_engine_finds_it_by_itself() {
    let lab = super::Lab::with(Seed::plain(2, 12)).await;
    let engine = lab.watching().await;
    let app = engine.fleet().borrow().apps[0].clone();
    engine.change(Change::Reconcile(Some(home()))).await.unwrap();
    let vmid = app.guest.vmid.0;
    lab.simulator
        .datacenter()
        .with(|datacenter| datacenter.guests.get_mut(&vmid).unwrap().config.insert("memory".into(), 3333.into()));
    engine.change(Change::Refresh).await.unwrap();
    let fleet = super::super::lab::until(&engine, |fleet| !fleet.care.findings.is_empty()).await;
    assert_eq!(kinds(&fleet.care), [proximity::domain::drift::Kind::Changed]);
    engine.close().await;
}
