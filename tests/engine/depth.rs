//! One app in depth, through the door: what Proxmox remembers of it, what it says of itself, what it is written down in.

use std::time::Duration;

use proximity::{
    domain::{
        app::Method,
        fault::FaultCode,
        history::{History, Metric, Span},
        ids::{AppId, GuestKey},
        log::{LogAsk, LogSource, LogTail},
        mask::DOTS,
        papers::{Lies, Paper},
        plan::power::PowerWish,
    },
    engine::{Answer, DeployWish, Engine, Query, Request},
};

use super::{
    lab::{Lab, ended, power},
    life::{done, lab, wish},
};

async fn deploy(engine: &Engine, wish: DeployWish) -> AppId {
    let operation = done(engine, Request::Deploy(Box::new(wish))).await;
    operation.plan.subject.app().cloned().unwrap()
}

async fn history(engine: &Engine, guest: &GuestKey, span: Span) -> History {
    match engine.query(Query::History { guest: guest.clone(), span }).await.unwrap() {
        Answer::History(history) => *history,
        other => panic!("{other:?}"),
    }
}

async fn log(engine: &Engine, app: &AppId, ask: LogAsk) -> LogTail {
    match engine.query(Query::Log { app: app.clone(), ask }).await.unwrap() {
        Answer::Log(tail) => *tail,
        other => panic!("{other:?}"),
    }
}

async fn papers(engine: &Engine, app: &AppId) -> Vec<Paper> {
    match engine.query(Query::Papers(app.clone())).await.unwrap() {
        Answer::Papers(papers) => papers,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_span_has_its_rows_and_its_step_and_long_steps_have_their_peaks() {
    let lab = Lab::open().await;
    let engine = lab.watching().await;
    let guest: GuestKey = "home/101".parse().unwrap();
    for (span, rows, step) in
        [(Span::Hour, 60, 60), (Span::Day, 1_440, 60), (Span::Week, 336, 1_800), (Span::Month, 1_440, 1_800)]
    {
        let history = history(&engine, &guest, span).await;
        assert_eq!((history.readings.len(), history.step()), (rows, Duration::from_secs(step)), "{span:?}");
        assert_eq!(history.peaks.is_empty(), step == 60, "{span:?}");
        let summary = history.summary(Metric::Cpu).unwrap();
        assert!(summary.most >= summary.mean, "{span:?}: {summary:?}");
        let over = |(mean, peak): (&proximity::domain::history::Reading, &proximity::domain::history::Reading)| {
            peak.of(Metric::Cpu).zip(mean.of(Metric::Cpu)).is_none_or(|(peak, mean)| peak >= mean - 1e-6)
        };
        assert!(history.readings.iter().zip(&history.peaks).all(over), "a peak is never below its average: {span:?}");
        assert!(history.tells(Metric::WaitsForCpu), "version 9 measures it");
    }
    engine.close().await;
}

#[tokio::test]
async fn an_app_of_services_says_what_its_services_say_and_is_followed_over_a_restart() {
    let (lab, engine) = lab().await;
    let app = deploy(&engine, wish("miniflux")).await;
    let guest = engine.fleet().borrow().app(&app).unwrap().guest.clone();
    let first = log(&engine, &app, LogAsk::last(500)).await;
    assert_eq!(first.source, LogSource::Compose);
    assert!(first.lines.iter().any(|line| line.text.contains("is starting")), "{first:?}");
    assert!(first.lines.windows(2).all(|pair| pair[0].at <= pair[1].at), "oldest first");
    let operation = power(&engine, &guest, PowerWish::Restart).await.unwrap();
    ended(&engine, operation).await;
    let ask = LogAsk { after: first.mark.clone(), ..LogAsk::last(500) };
    let second = log(&engine, &app, ask.clone()).await;
    assert!(second.lines.iter().any(|line| line.text.contains("is starting")), "it was started anew: {second:?}");
    let is_known = |line| first.lines.contains(line);
    assert!(!second.lines.iter().any(is_known), "no line is told twice");
    let third = log(&engine, &app, LogAsk { after: second.mark.clone(), ..ask }).await;
    assert!(third.lines.iter().all(|line| !second.lines.contains(line)), "{third:?}");
    engine.close().await;
    drop(lab);
}

#[tokio::test]
async fn an_app_of_packages_says_what_its_units_say() {
    let (lab, engine) = lab().await;
    let app = deploy(&engine, wish("mosquitto")).await;
    let tail = log(&engine, &app, LogAsk::last(50)).await;
    assert_eq!(tail.source, LogSource::Journal);
    assert!(tail.lines.iter().any(|line| line.text.contains("Started mosquitto.service")), "{tail:?}");
    engine.close().await;
    drop(lab);
}

#[tokio::test]
async fn where_nothing_is_kept_or_nobody_gets_in_the_remedy_is_named() {
    let (lab, engine) = lab().await;
    let app = deploy(&engine, DeployWish { method: Some(Method::Oci), ..wish("vaultwarden") }).await;
    let fault = engine.query(Query::Log { app: app.clone(), ask: LogAsk::last(10) }).await.unwrap_err();
    assert_eq!(fault.code, FaultCode::Refused, "{fault:?}");
    assert!(fault.remedy.contains("[!]"), "{fault:?}");
    let guest = engine.fleet().borrow().app(&app).unwrap().guest.clone();
    let operation = power(&engine, &guest, PowerWish::Stop).await.unwrap();
    ended(&engine, operation).await;
    let fault = engine.query(Query::Log { app, ask: LogAsk::last(10) }).await.unwrap_err();
    assert!(fault.remedy.contains("start"), "{fault:?}");
    engine.close().await;
    drop(lab);
}

#[tokio::test]
async fn the_papers_of_an_app_are_all_there_and_no_secret_stands_in_them() {
    let (lab, engine) = lab().await;
    let app = deploy(&engine, wish("miniflux")).await;
    let secrets = engine.fleet().borrow().app(&app).unwrap().book.as_ref().unwrap().secrets.clone();
    assert!(!secrets.is_empty());
    let papers = papers(&engine, &app).await;
    let find =
        |end: &str| papers.iter().find(|paper| paper.name.ends_with(end)).unwrap_or_else(|| panic!("{papers:#?}"));
    for (name, lies) in [
        ("miniflux.json", Lies::OnTheShelf),
        ("settings", Lies::InOurBooks),
        ("options", Lies::AtProxmox),
        ("/srv/app/compose.yaml", Lies::Inside),
        ("/srv/app/.env", Lies::Inside),
    ] {
        assert_eq!(find(name).lies, lies);
        assert!(find(name).text.as_ref().is_ok_and(|text| !text.is_empty()), "{:?}", find(name));
    }
    assert!(find(".env").text.as_ref().unwrap().contains(DOTS));
    for name in &secrets {
        let secret = lab.secret(&format!("app/{app}/{name}")).await;
        let value = secret.unwrap_or_else(|| panic!("{name} is in the vault")).reveal().to_owned();
        for paper in &papers {
            assert!(!paper.text.as_ref().unwrap().contains(&value), "{name} stands in {}", paper.name);
        }
    }
    engine.close().await;
}
