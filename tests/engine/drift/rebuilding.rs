//! Books that are lost are built again from what the guests say of themselves.

use proximity::{
    domain::book::Origin,
    engine::{Change, Duty, Request},
};

use super::{
    super::{
        lab::home,
        life::{done, wish},
    },
    Stage, homely,
};

#[tokio::test]
async fn lost_books_are_built_again_and_what_nobody_knows_is_said() {
    let mut stage = Stage::unlooked(homely().await).await;
    done(&stage.engine, Request::Deploy(Box::new(wish("miniflux")))).await;
    stage.look().await;
    let before = stage.apps();
    stage.engine.close().await;
    stage.lab.meddle("DELETE FROM app; DELETE FROM port_lease");
    stage.engine = stage.lab.engine(Duty::OneErrand).await;
    assert!(stage.engine.fleet().borrow().apps.is_empty());
    let taken = stage.engine.rebuild_books(Some(&home())).await.unwrap();
    let fleet = stage.engine.fleet().borrow().clone();
    let ids = |apps: &[proximity::domain::app::App]| {
        apps.iter().map(|app| (app.id.clone(), app.guest.clone())).collect::<std::collections::BTreeSet<_>>()
    };
    assert_eq!((ids(&fleet.apps), taken.len()), (ids(&before), before.len()));
    let was = before.iter().find(|app| app.id.as_str().starts_with("miniflux")).unwrap();
    let is = fleet.app(&was.id).unwrap();
    let (was, is) = (was.book.as_ref().unwrap(), is.book.as_ref().unwrap());
    assert_eq!((&is.recipe, &is.version, &is.probe, &is.page), (&was.recipe, &was.version, &was.probe, &was.page));
    assert_eq!((&is.card, &is.ports, is.origin), (&was.card, &was.ports, Origin::Deployed));
    let told = taken.iter().find(|taken| taken.app.as_str().starts_with("miniflux")).unwrap();
    assert!(told.unknown.iter().any(|what| what.contains("settings")) && told.unknown.len() == 2, "{told:?}");
    stage.engine.close().await;
}

#[tokio::test]
async fn what_the_books_still_know_is_never_written_over() {
    let stage = Stage::unlooked(homely().await).await;
    done(&stage.engine, Request::Deploy(Box::new(wish("miniflux")))).await;
    let before =
        stage.engine.fleet().borrow().apps.iter().filter(|app| app.book.is_some()).cloned().collect::<Vec<_>>();
    assert_eq!(before.len(), 1);
    stage.engine.change(Change::Rebuild(None)).await.unwrap();
    let after = stage.engine.fleet().borrow().app(&before[0].id).cloned();
    assert_eq!(after.as_ref().and_then(|app| app.book.clone()), before[0].book);
    stage.engine.close().await;
}
