//! What was found is mended by plans like any other: previewed, undoable, and nothing is removed by any of them.

use proximity::{
    domain::{
        care::{Drift, Mend},
        fault::FaultCode,
        plan::PlanKind,
    },
    engine::{Answer, Change, Query, Request},
    sim::Seed,
};

use super::{
    super::life::{done, wish},
    Stage, differences, homely, only,
};

fn put_back(found: &proximity::domain::care::Finding) -> Request {
    Request::Mend(Mend::PutBack { app: found.app.clone().unwrap(), finding: found.id })
}

#[tokio::test]
async fn what_was_changed_outside_is_put_back_and_that_can_be_undone() {
    let mut stage = Stage::open(Seed::plain(2, 12)).await;
    let app = stage.app();
    let config = |stage: &Stage| stage.outside(|datacenter| datacenter.guests[&app.guest.vmid.0].config.clone());
    let before = config(&stage);
    stage.set_outside(&app.guest, "memory", 3072);
    stage.set_outside(&app.guest, "onboot", 1 - before.get("onboot").and_then(|on| on.as_i64()).unwrap_or(0));
    stage.set_outside(&app.guest, "tags", "proximity;mine");
    let outside = config(&stage);
    let found = only(&stage.look().await);
    stage.informed().await;
    let Answer::Preview(preview) = stage.engine.query(Query::Preview(put_back(&found))).await.unwrap() else {
        panic!()
    };
    assert_eq!(preview.plan.kind, PlanKind::PutBack);
    assert_eq!(config(&stage), outside, "a preview does nothing");
    let operation = done(&stage.engine, put_back(&found)).await;
    for option in ["memory", "hostname", "cores"] {
        assert_eq!(config(&stage).get(option), before.get(option), "{option}");
    }
    assert_eq!(stage.look().await.findings, []);
    done(&stage.engine, Request::Undo(operation.id)).await;
    assert_eq!(config(&stage).get("memory"), outside.get("memory"));
    assert_eq!(stage.look().await.findings, [], "what an operation of ours left is how it is to be");
    stage.engine.close().await;
}

#[tokio::test]
async fn what_only_root_may_set_is_refused_with_the_reason() {
    let mut stage = Stage::open(Seed::plain(2, 12)).await;
    let app = stage.app();
    stage.set_outside(&app.guest, "features", "keyctl=1,nesting=1,fuse=1");
    let found = only(&stage.look().await);
    stage.informed().await;
    let fault = stage.engine.query(Query::Preview(put_back(&found))).await.unwrap_err();
    assert_eq!(fault.code, FaultCode::Refused);
    assert!(fault.why.contains("root@pam"), "{fault}");
    stage.engine.close().await;
}

#[tokio::test]
async fn an_operation_of_ours_is_no_change_and_swallows_none() {
    let mut stage = Stage::open(Seed::plain(2, 12)).await;
    let app = stage.app();
    stage.set_outside(&app.guest, "swap", 777);
    let found = only(&stage.look().await);
    let sizes = proximity::domain::plan::change::Sizes { memory: Some(1536), ..Default::default() };
    done(&stage.engine, Request::Resize { app: app.id.clone(), sizes }).await;
    let still = only(&stage.look().await);
    assert_eq!((still.id, differences(&still)), (found.id, differences(&found)), "only what others did");
    assert_eq!(differences(&still)[0].2.as_deref(), Some("777"));
    stage.engine.close().await;
}

#[tokio::test]
async fn who_is_missing_comes_back_from_its_backup_as_the_same_app_in_a_new_container() {
    let mut stage = Stage::unlooked(homely().await).await;
    done(&stage.engine, Request::Deploy(Box::new(wish("miniflux")))).await;
    stage.engine.change(Change::Refresh).await.unwrap();
    let fleet = stage.engine.fleet().borrow().clone();
    let app = fleet.apps.iter().find(|app| app.id.as_str().starts_with("miniflux")).unwrap().clone();
    done(&stage.engine, Request::Mend(Mend::BackUp(app.id.clone()))).await;
    stage.look().await;
    stage.destroy_outside(&app.guest);
    stage.look().await;
    let found = only(&stage.look().await);
    assert_eq!(found.drift, Drift::Missing);
    stage.informed().await;
    stage.engine.change(Change::LookAtBackups(None)).await.unwrap();
    let refused = stage.engine.ask(Request::Bin(app.id.clone())).await.unwrap_err();
    assert!(refused.why.contains("no guest"), "{refused}");
    let fleet = stage.engine.fleet().borrow().clone();
    assert_eq!(found.mends(&fleet), [Mend::Restore(app.id.clone()), Mend::Forget(app.id.clone())]);
    done(&stage.engine, Request::Mend(Mend::Restore(app.id.clone()))).await;
    let fleet = stage.engine.fleet().borrow().clone();
    let back = fleet.app(&app.id).unwrap();
    assert_eq!((&back.name, &back.book.as_ref().unwrap().card), (&app.name, &app.book.as_ref().unwrap().card));
    assert_eq!(back.book.as_ref().unwrap().settings, app.book.as_ref().unwrap().settings);
    assert_eq!(stage.look().await.findings, [], "and nothing is missing any more");
    let set = stage.outside(|datacenter| datacenter.guests[&back.guest.vmid.0].config["description"].clone());
    assert!(set.as_str().unwrap().contains(app.id.as_str()), "{set}");
    stage.informed().await;
    done(&stage.engine, Request::Bin(app.id.clone())).await;
    stage.engine.close().await;
}

#[tokio::test]
async fn who_is_new_is_adopted_as_a_look_inside_proposes_and_not_restarted() {
    let mut stage = Stage::open(Seed::plain(2, 12)).await;
    let like = stage.world.fleet();
    let app = stage.apps().into_iter().find(|app| like.guest(&app.guest).is_some()).unwrap();
    stage.outside(|datacenter| {
        let mut guest = datacenter.guests[&app.guest.vmid.0].clone();
        guest.vmid = 4001;
        guest.config.remove("description");
        guest.config.remove("tags");
        guest.config.insert("hostname".into(), "stranger".into());
        datacenter.guests.insert(4001, guest);
    });
    let found = only(&stage.look().await);
    stage.informed().await;
    let runs = |stage: &Stage| stage.outside(|datacenter| datacenter.guests[&4001].runs.clone());
    let before = runs(&stage);
    done(&stage.engine, Request::Mend(Mend::Adopt(found.guest.clone()))).await;
    assert_eq!(runs(&stage), before);
    let care = stage.look().await;
    assert_eq!(care.findings, []);
    assert!(stage.apps().iter().any(|app| app.guest == found.guest && app.is_adopted()));
    stage.engine.close().await;
}

#[tokio::test]
async fn one_whose_line_our_books_have_lost_is_taken_in_as_what_it_was() {
    let mut stage = Stage::open(Seed::plain(2, 12)).await;
    let app = stage.app();
    stage.outside(|datacenter| {
        let mut guest = datacenter.guests[&app.guest.vmid.0].clone();
        guest.vmid = 4001;
        guest.config.insert(
            "description".into(),
            "proximity app=lost-abcdef recipe=miniflux@2 method=compose ports=8080".into(),
        );
        guest.config.remove("tags");
        guest.config.insert("hostname".into(), "lost".into());
        datacenter.guests.insert(4001, guest);
    });
    let found = only(&stage.look().await);
    assert_eq!(found.app.as_ref().map(|app| app.as_str()), Some("lost-abcdef"));
    let mends = found.mends(&stage.world.fleet());
    assert_eq!(mends, [Mend::TakeIn(found.guest.clone())]);
    stage.informed().await;
    done(&stage.engine, Request::Mend(mends[0].clone())).await;
    assert_eq!(stage.look().await.findings, []);
    let apps = stage.apps();
    let back = apps.iter().find(|app| app.id.as_str() == "lost-abcdef").unwrap();
    assert_eq!((back.marker.recipe.as_deref(), back.marker.ports.as_slice()), (Some("miniflux"), [8080].as_slice()));
    let tags = stage.outside(|datacenter| datacenter.guests[&4001].config["tags"].clone());
    assert_eq!(tags, "proximity");
    stage.engine.close().await;
}
