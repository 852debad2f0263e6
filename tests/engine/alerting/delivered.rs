//! Webhook and ntfy, over TLS.

use std::path::Path;

use proximity::{
    domain::{
        care::{AlertRules, Rules, Switch},
        secret::Secret,
    },
    engine::{Answer, Carrier, Change, Duty, Engine, Query, SourcesAt},
    secrets::{Cost, Kind, Vault},
    web::{Client, Limits, Roots},
};

use super::{
    disks, full_app,
    mailbox::{Letter, Mailbox},
    raised, silent,
};
use crate::engine::lab::{Lab, until};

const CHEAP: Cost = Cost { memory_kib: 8, passes: 1, lanes: 1 };

fn trusting(lab: &mut Lab, mailbox: &Mailbox) {
    let web = Client::new(Roots::Pem(mailbox.authority.as_str().into()), Limits::default());
    let at = |name: &str| lab.folder.path().join(name);
    lab.sources = Some(SourcesAt { settings: at("settings.toml"), folder: at("catalog"), web });
}

fn to(mailbox: &Mailbox, alerts: AlertRules) -> Rules {
    let alerts = AlertRules { webhook: mailbox.url("hook"), ntfy: mailbox.url("topic"), ..alerts };
    Rules { alerts, ..silent() }
}

/// A deck that trusts this mailbox, with an app whose disk is full.
async fn delivering(mailbox: &Mailbox, change: impl FnOnce(&mut AlertRules)) -> (Lab, Engine) {
    let (mut lab, engine, _) = full_app(silent()).await;
    engine.close().await;
    trusting(&mut lab, mailbox);
    lab.rules = to(mailbox, disks().alerts);
    change(&mut lab.rules.alerts);
    let engine = lab.engine(Duty::Watch).await;
    (lab, engine)
}

fn of<'a>(letters: &'a [Letter], path: &str) -> Vec<&'a Letter> {
    let line = format!("POST /{path} ");
    letters.iter().filter(|letter| letter.head.starts_with(&line)).collect()
}

#[tokio::test]
async fn an_alert_arrives_at_the_webhook_and_at_ntfy() {
    let mailbox = Mailbox::open().await;
    let (lab, engine) = delivering(&mailbox, |_| {}).await;
    lab.put_secret("alert/ntfy-token", "tk_secret").await;
    let alert = raised(&engine).await;
    let letters = mailbox.letters(2).await;
    let [hook] = of(&letters, "hook")[..] else { panic!("{letters:#?}") };
    let posted: serde_json::Value = serde_json::from_str(&hook.body).unwrap();
    assert_eq!(posted["kind"], "warning");
    assert_eq!(posted["alerts"][0]["id"], alert.id.0);
    assert_eq!(posted["alerts"][0]["rule"], "disk");
    assert_eq!(hook.header("content-type"), Some("application/json"));
    let [topic] = of(&letters, "topic")[..] else { panic!("{letters:#?}") };
    assert_eq!(topic.header("title"), Some(format!("{}: {}", alert.name, alert.what).as_str()));
    assert_eq!((topic.header("priority"), topic.header("tags")), (Some("4"), Some("warning")));
    assert!(topic.body.starts_with("grow its disk to"), "{}", topic.body);
    super::fill(&lab, |_| 0.3);
    let letters = mailbox.letters(4).await;
    assert_eq!(serde_json::from_str::<serde_json::Value>(&of(&letters, "hook")[1].body).unwrap()["kind"], "over");
    engine.close().await;
    assert_eq!(mailbox.so_far().len(), 4, "each once");
}

#[tokio::test]
async fn a_delivery_that_fails_is_tried_again_and_told_once() {
    let mailbox = Mailbox::open().await;
    mailbox.answers(&[503, 503, 200]);
    let (lab, engine) = delivering(&mailbox, |alerts| alerts.ntfy.clear()).await;
    raised(&engine).await;
    assert_eq!(mailbox.letters(3).await.len(), 3);
    let mut notices = engine.notices();
    mailbox.answers(&[403; 20]);
    super::fill(&lab, |_| 0.3);
    until(&engine, |fleet| fleet.care.alerts.is_empty()).await;
    let notice = loop {
        let notice = notices.recv().await.unwrap();
        if notice.text.contains("do not arrive") {
            break notice;
        }
    };
    assert_eq!(&*notice.text, "alerts do not arrive by webhook");
    let shown = format!("{notice:?}");
    assert!(shown.contains("403") && !shown.contains("/hook"), "{shown}");
    engine.close().await;
}

#[tokio::test]
async fn a_test_tells_of_each_delivery_and_a_secret_is_in_no_fault() {
    let mailbox = Mailbox::open().await;
    let mut lab = Lab::open().await;
    trusting(&mut lab, &mailbox);
    lab.rules = to(&mailbox, silent().alerts);
    lab.rules.alerts.webhook.clear();
    let engine = lab.engine(Duty::OneErrand).await;
    let secret = |text: String| Some(Secret::new(text));
    engine.change(Change::KeepDeliverySecret(Carrier::Webhook, secret(mailbox.url("s3cret")))).await.unwrap();
    engine.change(Change::KeepDeliverySecret(Carrier::Ntfy, secret("tk_1".into()))).await.unwrap();
    let test = async || match engine.query(Query::TestDeliveries).await.unwrap() {
        Answer::Deliveries(all) => all,
        other => panic!("{other:?}"),
    };
    assert!(test().await.iter().all(|one| one.fault.is_none()));
    let letters = mailbox.letters(2).await;
    assert_eq!(of(&letters, "s3cret").len(), 1);
    assert_eq!(of(&letters, "topic")[0].header("authorization"), Some("Bearer tk_1"));
    mailbox.answers(&[404, 403]);
    let failed = test().await;
    assert_eq!(failed.iter().filter(|one| one.fault.is_some()).count(), 2);
    let told = format!("{failed:?}");
    assert!(!told.contains("s3cret") && !told.contains("tk_1"), "{told}");
    drop(mailbox);
    let told = format!("{:?}", test().await);
    assert!(!told.contains("s3cret") && !told.contains("tk_1"), "{told}");
    engine.close().await;
    assert!(!holds(lab.folder.path(), "s3cret") && !holds(lab.folder.path(), "tk_1"));
}

/// Whether a file below has this text in it.
fn holds(folder: &Path, text: &str) -> bool {
    std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).any(|path| match path.is_dir() {
        true => holds(&path, text),
        false => std::fs::read(path).unwrap().windows(text.len()).any(|part| part == text.as_bytes()),
    })
}

#[tokio::test]
async fn plain_http_goes_only_where_the_operator_says_so_and_only_at_home() {
    let mailbox = Mailbox::plain().await;
    let mut lab = Lab::open().await;
    lab.rules.alerts.webhook = format!("http://{}/hook", mailbox.address);
    let test = async |lab: &Lab| {
        let engine = lab.engine(Duty::OneErrand).await;
        let answer = engine.query(Query::TestDeliveries).await.unwrap();
        engine.close().await;
        let Answer::Deliveries(all) = answer else { panic!("{answer:?}") };
        all.into_iter().next().unwrap().fault
    };
    assert_eq!(test(&lab).await.unwrap().why, "only https:// is spoken");
    lab.rules.alerts.plain_at_home = Switch::On;
    assert_eq!(test(&lab).await, None);
    assert_eq!(mailbox.so_far().len(), 1);
    for away in ["http://93.184.215.14/hook", "http://example.org/hook", "http://127.0.0.1.example.org/hook"] {
        lab.rules.alerts.webhook = away.into();
        assert_eq!(test(&lab).await.unwrap().why, "only https:// is spoken", "{away}");
    }
}

#[tokio::test]
async fn a_vault_that_cannot_be_read_is_told_and_one_that_was_never_made_keeps_nothing() {
    let lab = Lab::open().await;
    let vault = || Vault::open_at_cost(Kind::File(lab.folder.path().join("secrets.vault")), CHEAP);
    let test = async || {
        let engine = lab.engine_with(vault(), Duty::OneErrand).await;
        let answer = engine.query(Query::TestDeliveries).await.unwrap();
        engine.close().await;
        let Answer::Deliveries(all) = answer else { panic!("{answer:?}") };
        all
    };
    assert!(test().await.is_empty(), "nothing is set up");
    vault().unlock(&Secret::new("a passphrase")).await.unwrap();
    let [webhook] = &test().await[..] else { panic!("one of them cannot be known") };
    let fault = webhook.fault.as_ref().unwrap();
    assert!(fault.what.starts_with("alerts do not leave by webhook"), "{fault:?}");
    assert_eq!(fault.why, "the file of secrets is locked");
}
