//! Seeing a task to its end. What must hold: each line of its log is told once, a silent host loses us nothing, and who
//! stops listening stops only the listening.

use std::time::Duration;

use proximity::{
    domain::ids::Upid,
    proxmox::{ClientError, Exit, Rhythm, TaskNews},
};

use super::upid;
use crate::proxmox::host::{Asked, Host, Reply};

fn task() -> Upid {
    Upid::new(upid("vzcreate", "200", 0x6B00_1AA5))
}

/// As fast as it goes.
fn quick() -> Rhythm {
    Rhythm { at_first: Duration::ZERO, later: Duration::ZERO, ..Rhythm::default() }
}

fn status(said: &str) -> Reply {
    Reply::data(said)
}

const RUNS: &str = r#"{"status":"running"}"#;
const OK: &str = r#"{"status":"stopped","exitstatus":"OK"}"#;

/// A host where the log grows by the piece with each look, and the task ends after the last.
fn growing(pieces: &'static [&'static [&'static str]], end: &'static str) -> impl FnMut(&Asked) -> Reply {
    let mut looks = 0;
    move |asked| {
        if asked.path.ends_with("/status") {
            looks += 1;
            return status(if looks >= pieces.len() { end } else { RUNS });
        }
        let lines = pieces[..looks.min(pieces.len())].concat();
        let from: usize = asked.param("start").unwrap().parse().unwrap();
        let rows = lines.iter().enumerate().skip(from).map(|(at, line)| serde_json::json!({ "n": at + 1, "t": line }));
        Reply::data(&serde_json::Value::from(rows.collect::<Vec<_>>()).to_string())
    }
}

#[test]
fn proxmox_s_own_rhythm_is_kept() {
    let rhythm = Rhythm::default();
    let (one, two) = (Duration::from_secs(1), Duration::from_secs(2));
    for (since, rest) in [(0, one), (14_999, one), (15_000, two), (3_600_000, two)] {
        assert_eq!(rhythm.rest(Duration::from_millis(since)), rest, "{since}");
    }
    assert!(rhythm.lost_after >= Duration::from_secs(300));
}

#[tokio::test]
async fn each_line_is_told_once_and_the_end_last() {
    let pieces: &[&[&str]] = &[&["one", "two"], &[], &["three"], &["", "TASK OK"]];
    let host = Host::start(growing(pieces, OK)).await;
    let mut watch = host.client().watch_task(&task(), quick());
    let (mut lines, mut end) = (Vec::new(), None);
    while let Some(news) = watch.next().await {
        match news.unwrap() {
            TaskNews::Lines(more) => lines.extend(more),
            TaskNews::Ended(exit) => end = Some(exit),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(lines, ["one", "two", "three", "", "TASK OK"]);
    assert_eq!(end, Some(Exit::Ok));
    assert!(watch.next().await.is_none());
}

#[tokio::test]
async fn a_log_is_read_on_from_where_it_was_left() {
    let host = Host::start(growing(&[&["one", "two", "three"]], OK)).await;
    let mut watch = host.client().watch_task(&task(), quick()).from_line(2);
    assert_eq!(watch.next().await, Some(Ok(TaskNews::Lines(vec!["three".into()]))));
}

#[tokio::test]
async fn every_end_is_told_as_it_is() {
    let many = r#"{"status":"stopped","exitstatus":"command 'tar' failed\nand so did the rest: exit code 2"}"#;
    for (end, exit) in [
        (OK, Exit::Ok),
        (r#"{"status":"stopped","exitstatus":"WARNINGS: 3"}"#, Exit::Warnings(3)),
        (many, Exit::Failed("command 'tar' failed\nand so did the rest: exit code 2".into())),
        (r#"{"status":"stopped"}"#, Exit::Failed("unexpected status".into())),
    ] {
        let host = Host::start(growing(&[&[], &[]], end)).await;
        assert_eq!(host.client().await_task(&task(), quick()).await.unwrap(), exit);
        assert!(host.lines().iter().all(|line| line.ends_with("/status")), "{:?}", host.lines());
    }
}

/// The daemon restarts, the node restarts, the cable is out for a moment.
#[tokio::test]
async fn a_host_that_is_silent_for_a_while_loses_us_no_task() {
    let mut answers = vec![
        status(RUNS),
        Reply::bare(595, "Connection refused"),
        Reply::bare(596, "Connection timed out"),
        Reply::Cut,
        Reply::Cut,
        status(RUNS),
        Reply::bare(595, "No route to host"),
        status(r#"{"status":"stopped","exitstatus":"OK"}"#),
    ]
    .into_iter();
    let host = Host::start(move |asked| match asked.path.ends_with("/status") {
        true => answers.next().unwrap(),
        false => Reply::data("[]"),
    })
    .await;
    let mut watch = host.client().watch_task(&task(), quick());
    let mut told = Vec::new();
    while let Some(news) = watch.next().await {
        told.push(match news.unwrap() {
            TaskNews::OutOfSight(_) => "out of sight",
            TaskNews::InSight => "in sight",
            TaskNews::Ended(Exit::Ok) => "ended",
            other => panic!("{other:?}"),
        });
    }
    assert_eq!(told, ["out of sight", "in sight", "out of sight", "ended"]);
}

#[tokio::test]
async fn a_host_that_stays_silent_is_given_up() {
    let host = Host::saying(Reply::bare(595, "Connection refused")).await;
    let rhythm = Rhythm { lost_after: Duration::ZERO, ..quick() };
    let error = host.client().await_task(&task(), rhythm).await.unwrap_err();
    assert!(matches!(error, ClientError::Behind { status: 595, .. }));
    assert_eq!(host.seen().len(), 1);
}

#[tokio::test]
async fn a_refusal_is_an_answer() {
    let body = r#"{"errors":{"upid":"no such task"},"message":"Parameter verification failed.\n","data":null}"#;
    let host = Host::saying(Reply::body(400, "Parameter verification failed.", body)).await;
    let mut watch = host.client().watch_task(&task(), quick());
    assert!(matches!(watch.next().await, Some(Err(ClientError::Refused { .. }))));
    assert!(watch.next().await.is_none());
    assert_eq!(host.seen().len(), 1);
}

#[tokio::test]
async fn who_stops_listening_stops_only_the_listening() {
    let host = Host::start(growing(&[&["one"], &["two"], &["three"]], OK)).await;
    let client = host.client();
    let slow = Rhythm { at_first: Duration::from_secs(3600), ..Rhythm::default() };
    let mut watch = client.watch_task(&task(), slow);
    assert!(matches!(watch.next().await, Some(Ok(TaskNews::Lines(_)))));
    // The next look is an hour away; whoever waits for something else as well need not wait for it.
    tokio::select! {
        biased;
        _ = watch.next() => panic!("it looked at once"),
        () = std::future::ready(()) => {}
    }
    drop(watch);
    assert!(host.lines().iter().all(|line| line.starts_with("GET")), "{:?}", host.lines());
}
