//! What the operator says of how he wants apps to be watched.

use std::time::Duration;

use proximity::{
    domain::{
        care::{Gaze, HealthRules, Rules, Watch, read_probe},
        fault::FaultCode,
        ids::AppId,
        probe::ProbeKind,
    },
    engine::{Answer, Change, Engine, Query, Request, now},
    store::{SeatRole, Store},
};

use crate::engine::life::{done, lab, wish};

async fn deployed() -> (crate::engine::lab::Lab, Engine, AppId) {
    let (lab, engine) = lab().await;
    let deployed = done(&engine, Request::Deploy(Box::new(wish("uptime-kuma")))).await;
    let app = deployed.plan.subject.app().unwrap().clone();
    (lab, engine, app)
}

fn watch_of(engine: &Engine, app: &AppId) -> Option<Watch> {
    engine.fleet().borrow().app(app).unwrap().book.as_ref().unwrap().watch.clone()
}

#[tokio::test]
async fn how_one_app_is_watched_is_kept_whatever_is_done_to_the_app() {
    let (lab, engine, app) = deployed().await;
    let at = Gaze::At(read_probe("http://:3001/nowhere").unwrap());
    let watch = Watch { interval: Some(10), probe: Some(at), ..Watch::default() };
    engine.change(Change::SetWatch { app: app.clone(), watch: watch.clone() }).await.unwrap();
    let Answer::Probed(_, what) = engine.query(Query::Probe(app.clone())).await.unwrap() else { panic!() };
    assert_eq!(what.to_string(), "http port 3001 /nowhere");
    done(&engine, Request::Bin(app.clone())).await;
    done(&engine, Request::Unbin(app.clone())).await;
    assert_eq!(watch_of(&engine, &app), Some(watch.clone()));
    engine.close().await;
    let engine = lab.engine(proximity::engine::Duty::OneErrand).await;
    assert_eq!(watch_of(&engine, &app), Some(watch));
    engine.change(Change::SetWatch { app: app.clone(), watch: Watch::default() }).await.unwrap();
    assert_eq!(watch_of(&engine, &app), None);
    engine.close().await;
}

#[tokio::test]
async fn a_look_says_what_it_heard_and_what_makes_no_sense_is_refused() {
    let (_lab, engine, app) = deployed().await;
    let Answer::Probed(probed, _) = engine.query(Query::Probe(app.clone())).await.unwrap() else { panic!() };
    assert_eq!(probed.said, Ok("200".into()));
    let wrong = Watch { interval: Some(1), ..Watch::default() };
    let fault = engine.change(Change::SetWatch { app: app.clone(), watch: wrong }).await.unwrap_err();
    assert_eq!((fault.code, fault.remedy.as_str()), (FaultCode::Usage, "choose 5 to 3600 s"));
    let rules = Rules { health: HealthRules { restarts_a_day: 100, ..HealthRules::default() }, ..Rules::default() };
    assert_eq!(engine.change(Change::SetRules(rules)).await.unwrap_err().remedy, "choose 1 to 24");
    let off = Watch { probe: Some(Gaze::Off), ..Watch::default() };
    engine.change(Change::SetWatch { app: app.clone(), watch: off }).await.unwrap();
    let fault = engine.query(Query::Probe(app)).await.unwrap_err();
    assert!(fault.remedy.contains("--probe"), "{fault:?}");
    engine.close().await;
}

#[tokio::test]
async fn a_command_inside_is_asked_but_never_while_a_person_sits_at_its_console() {
    let (lab, engine, app) = deployed().await;
    let guest = engine.fleet().borrow().app(&app).unwrap().guest.clone();
    let look = async |run: &str| {
        let run = run.split(' ').map(str::to_owned).collect();
        let watch = Watch { probe: Some(Gaze::At(ProbeKind::Command { run })), ..Watch::default() };
        engine.change(Change::SetWatch { app: app.clone(), watch }).await.unwrap();
        engine.query(Query::Probe(app.clone())).await
    };
    let said = async |run: &str| match look(run).await.unwrap() {
        Answer::Probed(probed, _) => probed.said,
        other => panic!("{other:?}"),
    };
    assert_eq!(said("test -d /etc").await, Ok("done".into()));
    assert_eq!(said("test -d /nowhere").await, Err("its command ended with 1".into()));
    let (store, _) = Store::open(&lab.database()).unwrap();
    store.sit_at_console(&guest, "mara", SeatRole::Person, now(), now() + Duration::from_secs(60)).await.unwrap();
    let fault = look("test -d /etc").await.unwrap_err();
    assert!(fault.why.contains("somebody sits at its console"), "{fault:?}");
    store.leave_console(&guest, "mara").await.unwrap();
    assert_eq!(said("test -d /etc").await, Ok("done".into()));
    engine.close().await;
}
