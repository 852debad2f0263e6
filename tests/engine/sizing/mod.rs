//! What apps do not need is taken back, as one operation that can be taken back itself.

use std::sync::Arc;

use proximity::{
    domain::{
        care::RightSize,
        fleet::Guest,
        ids::AppId,
        operation::Operation,
        plan::{PlanKind, change::Sizes, journal::Outcome},
    },
    engine::{Answer, Engine, Query, Request},
};

use super::lab::{Lab, ended, home, until};

async fn proposals(engine: &Engine) -> Vec<RightSize> {
    match engine.query(Query::RightSizes(Some(home()))).await.unwrap() {
        Answer::RightSizes(sizes) => sizes,
        other => panic!("{other:?}"),
    }
}

/// Cores and MiB.
fn size(engine: &Engine, app: &AppId) -> (u32, u64) {
    let fleet = engine.fleet().borrow().clone();
    let guest: &Arc<Guest> = fleet.guest(&fleet.app(app).unwrap().guest).unwrap();
    (guest.cores.unwrap() as u32, guest.memory.unwrap().total >> 20)
}

async fn done(engine: &Engine, request: Request) -> Operation {
    let id = engine.ask(request).await.unwrap();
    ended(engine, id).await
}

/// Those of which less is proposed.
async fn to_reclaim(engine: &Engine) -> Vec<(AppId, Sizes)> {
    let all = proposals(engine).await;
    let less = all.into_iter().filter(|one| one.to.memory.is_some_and(|mib| mib < one.memory));
    less.map(|one| (one.app, Sizes { memory: one.to.memory, ..Sizes::default() })).take(3).collect()
}

async fn becomes(engine: &Engine, sizes: &[(AppId, u64)]) {
    drop(engine.change(proximity::engine::Change::Refresh).await);
    until(engine, |_| sizes.iter().all(|(app, mib)| size(engine, app).1 == *mib)).await;
}

#[tokio::test]
async fn what_is_not_needed_comes_back_and_can_be_given_again() {
    let lab = Lab::open().await;
    let engine = lab.watching().await;
    let wanted = to_reclaim(&engine).await;
    assert!(wanted.len() > 1, "the seed has apps that use little: {wanted:?}");
    let before: Vec<_> = wanted.iter().map(|(app, _)| (app.clone(), size(&engine, app).1)).collect();
    let after: Vec<_> = wanted.iter().map(|(app, sizes)| (app.clone(), sizes.memory.unwrap())).collect();
    let operation = done(&engine, Request::Reclaim(wanted)).await;
    assert_eq!((operation.plan.kind, operation.outcome()), (PlanKind::Reclaim, Some(Outcome::Done)));
    assert!(operation.plan.name.ends_with(" GiB of home"), "{}", operation.plan.name);
    becomes(&engine, &after).await;
    assert_eq!(done(&engine, Request::Undo(operation.id)).await.outcome(), Some(Outcome::Done));
    becomes(&engine, &before).await;
    engine.close().await;
}

#[tokio::test]
async fn one_that_has_its_new_size_keeps_it_when_a_later_one_fails() {
    let lab = Lab::open().await;
    let engine = lab.watching().await;
    let wanted = to_reclaim(&engine).await;
    let (first, last) = (wanted[0].clone(), wanted[1].0.clone());
    let old = size(&engine, &last).1;
    let locked = engine.fleet().borrow().app(&last).unwrap().guest.vmid.0;
    lab.simulator.datacenter().with(|datacenter| {
        datacenter.guests.get_mut(&locked).unwrap().config.insert("lock".into(), "backup".into());
    });
    let operation = done(&engine, Request::Reclaim(wanted[..2].to_vec())).await;
    assert_eq!((operation.outcome(), operation.parts()), (Some(Outcome::Partly), (1, 2)));
    becomes(&engine, &[(first.0, first.1.memory.unwrap()), (last, old)]).await;
    engine.close().await;
}
