//! Who types into a guest's console.

use proximity::{
    domain::{ids::GuestKey, moment::Moment},
    store::{ConsoleClaim, ConsoleHold, Store},
};

use super::place;

fn guest() -> GuestKey {
    "lab/100".parse().unwrap()
}

async fn claim(store: &Store, holder: &str, now: i64, until: i64) -> ConsoleClaim {
    store.claim_console(&guest(), holder, &format!("{holder}'s work"), Moment(now), Moment(until)).await.unwrap()
}

fn taken(holder: &str, until: i64) -> ConsoleClaim {
    let purpose = format!("{holder}'s work");
    ConsoleClaim::Taken(ConsoleHold { holder: holder.into(), purpose, until: Moment(until) })
}

#[tokio::test]
async fn a_console_has_one_holder_until_his_time_runs_out_and_others_learn_what_for() {
    let place = place();
    let store = place.open();
    assert_eq!(claim(&store, "exec", 0, 10).await, ConsoleClaim::Yours);
    assert_eq!(claim(&store, "pane", 9, 20).await, taken("exec", 10));
    assert!(store.renew_console(&guest(), "exec", Moment(15)).await.unwrap());
    assert_eq!(claim(&store, "pane", 14, 20).await, taken("exec", 15));
    assert_eq!(claim(&store, "exec", 14, 16).await, ConsoleClaim::Yours, "one's own again");
    assert_eq!(claim(&store, "pane", 16, 30).await, ConsoleClaim::Yours);
    assert!(!store.renew_console(&guest(), "exec", Moment(40)).await.unwrap(), "the old holder must let go");
    assert!(!store.release_console(&guest(), "exec").await.unwrap());
}

#[tokio::test]
async fn a_console_that_was_given_back_is_free_and_others_are_not_concerned() {
    let place = place();
    let store = place.open();
    assert_eq!(claim(&store, "exec", 0, 10).await, ConsoleClaim::Yours);
    let other: GuestKey = "lab/101".parse().unwrap();
    let there = store.claim_console(&other, "pane", "looking", Moment(1), Moment(10)).await.unwrap();
    assert_eq!(there, ConsoleClaim::Yours);
    assert!(store.release_console(&guest(), "exec").await.unwrap());
    assert_eq!(claim(&store, "pane", 2, 10).await, ConsoleClaim::Yours);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_that_claim_at_once_one_has_it() {
    let place = place();
    let stores: Vec<Store> = (0..4).map(|_| place.open()).collect();
    for round in 0..10 {
        let (now, until) = (round * 10, round * 10 + 10);
        let claims = stores.iter().zip(["a", "b", "c", "d"]).map(|(store, name)| claim(store, name, now, until));
        let claims = futures_util::future::join_all(claims).await;
        assert_eq!(claims.iter().filter(|claim| **claim == ConsoleClaim::Yours).count(), 1, "{claims:?}");
    }
}
