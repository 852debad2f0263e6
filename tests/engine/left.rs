//! Operations that somebody else runs, or that nobody runs any more: they are seen to their end, and none stays busy
//! for ever.

use std::time::Duration;

use proximity::{
    domain::{
        fleet::{Power, Reach},
        plan::{journal::Outcome, power::PowerWish},
        secret::Secret,
    },
    engine::{Change, Credential, Duty, Engine, HostDraft},
    secrets::{Cost, Kind, Vault},
    sim::{Options, Pace, Seed, from_base32, totp},
};

use super::lab::{Lab, ended, home, orders, power, reach, some_container, until};

async fn errand(lab: &Lab) -> Engine {
    let engine = lab.engine(Duty::OneErrand).await;
    if engine.fleet().borrow().hosts.is_empty() {
        engine.change(Change::AddHost(lab.draft())).await.unwrap();
    }
    engine.change(Change::Refresh).await.unwrap();
    engine
}

#[tokio::test]
async fn an_operation_left_behind_waits_for_the_passphrase() {
    let lab = Lab::open().await;
    let cost = Cost { memory_kib: 8 * 1024, passes: 3, lanes: 1 };
    let vault = || Vault::open_at_cost(Kind::File(lab.folder.path().join("secrets.vault")), cost);
    let unlock = |passphrase: &str| Change::Unlock { passphrase: Secret::new(passphrase) };
    let engine = lab.engine_with(vault(), Duty::OneErrand).await;
    engine.change(unlock("right")).await.unwrap();
    engine.change(Change::AddHost(lab.draft())).await.unwrap();
    engine.change(Change::Refresh).await.unwrap();
    let guest = some_container(&engine, Power::Stopped);
    let id = power(&engine, &guest.key, PowerWish::Start).await.unwrap();
    until(&engine, |fleet| fleet.operation(id).is_some_and(|operation| operation.task.is_some())).await;
    engine.close().await;

    let next = lab.engine_with(vault(), Duty::Watch).await;
    next.change(unlock("wrong")).await.unwrap_err();
    next.change(unlock("right")).await.unwrap();
    let operation = ended(&next, id).await;
    assert_eq!(operation.outcome(), Some(Outcome::Done), "{:?}", operation.journal);
    assert_eq!(orders(&lab, &guest, "start"), 1);
    next.close().await;
}

/// That we are kept out says nothing about the task: it goes on at the host, and the operation when we are let in.
#[tokio::test]
async fn a_session_that_ends_while_a_task_is_awaited_fails_nothing() {
    let options = Options::local(Seed::demo(), Pace::live());
    let lab = Lab::of(Options { refusal_delay: Duration::ZERO, ..options }).await;
    let factor = lab.simulator.ready().totp.clone();
    let step = lab.simulator.datacenter().now().as_secs() as u64 / 30;
    let code = |step| Secret::new(totp(&from_base32(&factor.secret).unwrap(), step));
    let credential = Credential::Password {
        user: factor.user.clone(),
        password: Secret::new(factor.password.as_str()),
        totp: Some(code(step)),
    };
    let engine = lab.engine(Duty::Watch).await;
    engine.change(Change::AddHost(HostDraft { credential, ..lab.draft() })).await.unwrap();
    engine.change(Change::Refresh).await.unwrap();
    let guest = some_container(&engine, Power::Stopped);
    let id = power(&engine, &guest.key, PowerWish::Start).await.unwrap();
    until(&engine, |fleet| fleet.operation(id).is_some_and(|operation| operation.task.is_some())).await;
    lab.simulator.datacenter().expire_tickets();
    until(&engine, |_| engine.left(id).is_some()).await;
    let fleet = until(&engine, |fleet| matches!(reach(fleet), Some(Reach::Lost(_)))).await;
    assert!(fleet.operation(id).unwrap().is_running(), "it was given up");

    engine.change(Change::LogIn { host: home(), totp: code(step + 1) }).await.unwrap();
    let operation = ended(&engine, id).await;
    assert_eq!(operation.outcome(), Some(Outcome::Done), "{:?}", operation.journal);
    assert_eq!(orders(&lab, &guest, "start"), 1);
    engine.close().await;
}

#[tokio::test]
async fn what_another_proximity_does_is_seen_here_to_its_end() {
    let lab = Lab::open().await;
    let deck = lab.watching().await;
    let other = errand(&lab).await;
    let guest = some_container(&other, Power::Stopped);
    let id = power(&other, &guest.key, PowerWish::Start).await.unwrap();
    let next = lab.engine(Duty::Watch).await;
    assert!(next.fleet().borrow().operation(id).is_some_and(|operation| operation.is_running()));
    assert_eq!(ended(&next, id).await.outcome(), Some(Outcome::Done));
    assert_eq!(orders(&lab, &guest, "start"), 1, "nobody but its holder runs it");
    for engine in [other, next, deck] {
        engine.close().await;
    }
}

#[tokio::test]
async fn an_operation_whose_journal_could_not_be_written_goes_on_when_it_can() {
    let lab = Lab::at(Seed::demo(), Pace::live()).await;
    let engine = lab.watching().await;
    let mut notices = engine.notices();
    let guest = some_container(&engine, Power::Stopped);
    lab.meddle("CREATE TRIGGER full BEFORE INSERT ON entry WHEN NEW.n > 1 BEGIN SELECT raise(ABORT, 'no room'); END");
    let id = power(&engine, &guest.key, PowerWish::Start).await.unwrap();
    assert!(notices.recv().await.unwrap().detail.is_some_and(|detail| detail.contains("no room")));
    lab.meddle("DROP TRIGGER full");
    let operation = ended(&engine, id).await;
    assert_eq!(operation.outcome(), Some(Outcome::Done), "{:?}", operation.journal);
    assert_eq!(orders(&lab, &guest, "start"), 1);
    engine.close().await;
}

#[tokio::test]
async fn an_errand_goes_on_with_what_a_killed_one_left_on_its_guest() {
    let lab = Lab::open().await;
    let killed = errand(&lab).await;
    let guest = some_container(&killed, Power::Stopped);
    let id = power(&killed, &guest.key, PowerWish::Start).await.unwrap();
    until(&killed, |fleet| fleet.operation(id).is_some_and(|operation| operation.task.is_some())).await;
    killed.close().await;
    lab.simulator.datacenter().settle();

    let next = errand(&lab).await;
    let stop = power(&next, &guest.key, PowerWish::StopNow).await.unwrap();
    assert_eq!(ended(&next, stop).await.outcome(), Some(Outcome::Done));
    assert_eq!(ended(&next, id).await.outcome(), Some(Outcome::Done));
    next.close().await;
}
