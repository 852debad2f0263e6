//! Who runs an operation.

use proximity::{
    domain::{moment::Moment, plan::journal::Outcome},
    store::{Hold, LEASE, Store},
};

use super::{place, plan};

#[tokio::test]
async fn what_began_belongs_to_its_process_until_the_lease_runs_out() {
    let place = place();
    let store = place.open();
    let began = Moment(1_000);
    let id = store.begin_operation(plan(100), began, "deck").await.unwrap();
    let end = began + LEASE;
    let [held] = &store.unfinished().await.unwrap()[..] else { panic!() };
    assert_eq!((held.operation.id, held.holder.as_str(), held.lease), (id, "deck", Some(end)));

    let just_before = Moment(end.0 - 1);
    assert!(!store.claim(id, "watch", just_before, end + LEASE).await.unwrap());
    assert_eq!(store.renew(id, "deck", end + LEASE).await.unwrap(), Hold::Ours);
    assert!(!store.claim(id, "watch", end, end + LEASE).await.unwrap());
    assert!(store.claim(id, "watch", end + LEASE, end + LEASE * 2).await.unwrap());
    assert_eq!(store.renew(id, "deck", end + LEASE * 3).await.unwrap(), Hold::Lost, "the old holder must let go");
    assert!(store.claim(id, "watch", end, end + LEASE * 3).await.unwrap(), "a holder may claim its own");
}

#[tokio::test]
async fn what_was_given_back_is_free_at_once() {
    let place = place();
    let store = place.open();
    let id = store.begin_operation(plan(100), Moment(1), "deck").await.unwrap();
    assert!(!store.release(id, "watch").await.unwrap());
    assert!(store.release(id, "deck").await.unwrap());
    assert_eq!(store.unfinished().await.unwrap()[0].lease, None);
    assert!(store.claim(id, "watch", Moment(2), Moment(3)).await.unwrap());
}

#[tokio::test]
async fn nobody_holds_what_has_ended() {
    let place = place();
    let store = place.open();
    let id = store.begin_operation(plan(100), Moment(1), "deck").await.unwrap();
    store.finish(id, Outcome::Done, Moment(2)).await.unwrap();
    assert!(store.unfinished().await.unwrap().is_empty());
    let late = Moment(1) + LEASE * 2;
    assert!(!store.claim(id, "deck", late, late + LEASE).await.unwrap());
    assert_eq!(store.renew(id, "deck", late).await.unwrap(), Hold::Lost);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_that_claim_at_once_one_has_it() {
    let place = place();
    let stores: Vec<Store> = (0..4).map(|_| place.open()).collect();
    for round in 0..10 {
        let id = stores[0].begin_operation(plan(round), Moment(1), "dead").await.unwrap();
        let now = Moment(1) + LEASE;
        let names = ["a", "b", "c", "d"];
        let claims = stores.iter().zip(names).map(|(store, name)| store.claim(id, name, now, now + LEASE));
        let claims = futures_util::future::join_all(claims).await;
        assert_eq!(claims.iter().filter(|claim| *claim.as_ref().unwrap()).count(), 1, "{claims:?}");
    }
}
