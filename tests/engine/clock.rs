//! A host whose clock is two hours off: what goes by moments goes by our own clock.

use proximity::{
    domain::{
        care::Lead,
        fleet::Power,
        plan::{journal::Outcome, power::PowerWish},
    },
    engine::Change,
    sim::Fault,
};

use super::lab::{Lab, ended, power, some_container, until};

#[tokio::test]
async fn a_clock_that_is_two_hours_off_drifts_nothing_and_loses_nothing() {
    for seconds in [7_200, -7_200] {
        let lab = Lab::open().await;
        lab.simulator.datacenter().throw(Fault::ClockSkew(seconds));
        let engine = lab.watching().await;
        until(&engine, |fleet| fleet.care.lead == Lead::Ours).await;
        let apps = engine.fleet().borrow().apps.len();
        engine.change(Change::Reconcile(None)).await.unwrap();
        let guest = some_container(&engine, Power::Stopped);
        let id = power(&engine, &guest.key, PowerWish::Start).await.unwrap();
        let operation = ended(&engine, id).await;
        assert_eq!(operation.outcome(), Some(Outcome::Done), "{:?}", operation.journal);
        for _ in 0..2 {
            engine.change(Change::Refresh).await.unwrap();
            engine.change(Change::Reconcile(None)).await.unwrap();
        }
        let fleet = engine.fleet().borrow().clone();
        assert_eq!((fleet.apps.len(), fleet.care.findings.as_slice()), (apps, [].as_slice()), "{seconds} s");
        engine.close().await;
    }
}
