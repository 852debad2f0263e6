//! What runs over a connection: nothing is lost, nothing is mixed, and every end is noticed.

use std::time::Duration;

use proximity::{
    domain::road::TerminalSize,
    ssh::{Exit, Limits, News, Running, Session, SshError},
};
use rustix::process::Signal;

use super::sshd::sshd;

const MEGA: usize = 1 << 20;

/// Bytes of every kind, in no order that repeats soon.
fn bytes(count: usize) -> Vec<u8> {
    let mut state = 1u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 56) as u8
    };
    (0..count).map(|_| next()).collect()
}

async fn read_until(running: &mut Running, wanted: &str) -> String {
    let mut text = String::new();
    while !text.contains(wanted) {
        match running.next().await.unwrap() {
            Some(News::Out(bytes) | News::Err(bytes)) => text += &String::from_utf8_lossy(&bytes),
            other => panic!("{other:?} after {text:?}"),
        }
    }
    text
}

#[tokio::test]
async fn the_code_and_both_kinds_of_output_arrive_apart() {
    let Some(sshd) = sshd() else { return };
    let session = sshd.session().await;
    let done = session.run_to_end(&["sh", "-c", "echo out; echo err >&2; exit 7"], b"", 100).await.unwrap();
    assert_eq!((done.code, &done.out[..], &done.err[..]), (7, &b"out\n"[..], &b"err\n"[..]));
    let done = session.run_to_end(&["sh", "-c", "exit 0"], b"", 100).await.unwrap();
    assert_eq!((done.code, done.out.len(), done.err.len()), (0, 0, 0));
}

#[tokio::test]
async fn a_signal_is_told_as_one() {
    let Some(sshd) = sshd() else { return };
    let session = sshd.session().await;
    let mut running = session.run(&["sh", "-c", "kill -TERM $$"]).await.unwrap();
    assert_eq!(running.next().await.unwrap(), Some(News::Ended(Exit::Signal("TERM".into()))));
    assert_eq!(running.next().await.unwrap(), None);
    assert_eq!(session.run_to_end(&["sh", "-c", "kill -9 $$"], b"", 0).await.unwrap().code, 137);
}

#[tokio::test(flavor = "multi_thread")]
async fn five_megabytes_go_in_and_come_back_unchanged() {
    let Some(sshd) = sshd() else { return };
    let session = sshd.session().await;
    let sent = bytes(5 * MEGA);
    let done = session.run_to_end(&["cat"], &sent, 5 * MEGA).await.unwrap();
    assert!(done.code == 0 && done.out == sent, "{} bytes of {}", done.out.len(), sent.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn input_that_is_sent_before_anything_is_read_does_not_get_stuck() {
    let Some(sshd) = sshd() else { return };
    let session = sshd.session().await;
    let sent = bytes(5 * MEGA);
    let mut running = session.run(&["cat"]).await.unwrap();
    running.send(&sent).await.unwrap();
    running.end_input().await.unwrap();
    let mut got = Vec::new();
    loop {
        match running.next().await.unwrap() {
            Some(News::Out(bytes)) => got.extend(bytes),
            Some(News::Ended(exit)) => break assert_eq!(exit, Exit::Code(0)),
            other => panic!("{other:?}"),
        }
    }
    assert!(got == sent);
}

#[tokio::test]
async fn a_command_that_reads_nothing_still_ends() {
    let Some(sshd) = sshd() else { return };
    let session = sshd.session().await;
    let done = session.run_to_end(&["sh", "-c", "exec 0<&-; exit 3"], &bytes(5 * MEGA), 0).await.unwrap();
    assert_eq!(done.code, 3);
    let mut running = session.run(&["true"]).await.unwrap();
    running.send(&bytes(5 * MEGA)).await.unwrap();
    assert_eq!(running.next().await.unwrap(), Some(News::Ended(Exit::Code(0))));
}

#[tokio::test]
async fn output_beyond_its_limit_is_an_error_and_the_connection_lives_on() {
    let Some(sshd) = sshd() else { return };
    let session = sshd.session().await;
    let flood = session.run_to_end(&["sh", "-c", "while :; do echo more; done"], b"", 1000).await;
    assert_eq!(flood, Err(SshError::TooMuch { limit: 1000 }));
    assert_eq!(session.run_to_end(&["echo", "still"], b"", 6).await.unwrap().out, b"still\n");
    assert!(!session.is_closed());
}

#[tokio::test]
async fn a_terminal_has_its_size_and_follows_a_change() {
    let Some(sshd) = sshd() else { return };
    let session = sshd.session().await;
    let size = TerminalSize { columns: 91, rows: 33 };
    let mut running = session
        .terminal(&["sh", "-c", "stty size; read line; stty size; tty >/dev/null; exit $?"], size)
        .await
        .unwrap();
    read_until(&mut running, "33 91\r\n").await;
    running.resize(TerminalSize { columns: 120, rows: 40 }).await.unwrap();
    running.send(b"\n").await.unwrap();
    read_until(&mut running, "40 120\r\n").await;
    assert_eq!(running.next().await.unwrap(), Some(News::Ended(Exit::Code(0))));
}

#[tokio::test]
async fn without_a_word_a_terminal_has_the_users_shell() {
    let Some(sshd) = sshd() else { return };
    let session = sshd.session().await;
    let no_words: [&str; 0] = [];
    let mut running = session.terminal(&no_words, TerminalSize { columns: 80, rows: 24 }).await.unwrap();
    running.send(b"echo 'a''b'; exit 5\n").await.unwrap();
    let mut last = None;
    let mut text = String::new();
    while let Some(news) = running.next().await.unwrap() {
        match news {
            News::Out(bytes) | News::Err(bytes) => text += &String::from_utf8_lossy(&bytes),
            News::Ended(exit) => last = Some(exit),
        }
    }
    assert!(last == Some(Exit::Code(5)) && text.contains("ab\r\n"), "{last:?} {text:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn eight_commands_run_at_once_on_one_connection() {
    let Some(sshd) = sshd() else { return };
    let session = sshd.session().await;
    // Each waits for the next one's sign, so none ends unless all run.
    let folder = sshd.folder.path().display();
    let run = |n: usize| {
        let (session, next) = (session.clone(), (n + 1) % 8);
        let script = format!(
            "mkfifo {folder}/{n}; until [ -p {folder}/{next} ]; do :; done; echo {n} > {folder}/{next} & cat {folder}/{n}"
        );
        async move { session.run_to_end(&["sh", "-c", &script], b"", 100).await.unwrap().out }
    };
    let said = futures_util::future::join_all((0..8).map(run)).await;
    let told: Vec<_> = (0..8).map(|n| format!("{}\n", (n + 7) % 8).into_bytes()).collect();
    assert_eq!(said, told);
}

#[tokio::test]
async fn one_more_than_the_server_allows_is_told_as_busy() {
    let Some(sshd) = sshd() else { return };
    sshd.configure(&["host"], "MaxSessions 1\n");
    let session = sshd.session().await;
    let first = session.run(&["cat"]).await.unwrap();
    let refused = session.run(&["true"]).await.unwrap_err();
    assert!(matches!(refused, SshError::NoChannel { .. }), "{refused:?}");
    drop(first);
}

#[tokio::test]
async fn a_command_that_is_dropped_sees_the_end_of_its_input_and_makes_room() {
    let Some(sshd) = sshd() else { return };
    sshd.configure(&["host"], "MaxSessions 1\n");
    let session = sshd.session().await;
    let mark = sshd.path("mark");
    let script = format!("echo ready; cat; touch {}", mark.display());
    let mut running = session.run(&["sh", "-c", &script]).await.unwrap();
    read_until(&mut running, "ready").await;
    drop(running);
    let ended = async {
        while !mark.exists() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), ended).await.expect("it saw the end");
    // The server makes room a moment after the command has ended.
    let room = async {
        loop {
            match session.run_to_end(&["true"], b"", 0).await {
                Err(SshError::NoChannel { .. }) => tokio::task::yield_now().await,
                finished => break finished,
            }
        }
    };
    let finished = tokio::time::timeout(Duration::from_secs(20), room).await.expect("it makes room");
    assert_eq!(finished.unwrap().code, 0);
}

#[tokio::test]
async fn a_server_that_dies_under_a_command_is_noticed_and_no_code_is_invented() {
    let Some(sshd) = sshd() else { return };
    let session = sshd.session().await;
    let mut running = session.run(&["sh", "-c", "echo ready; exec cat"]).await.unwrap();
    read_until(&mut running, "ready").await;
    sshd.signal(Signal::KILL);
    let lost = running.next().await.unwrap_err();
    assert!(matches!(lost, SshError::Lost { .. }), "{lost:?}");
    assert_eq!(running.next().await.unwrap(), None);
    assert!(matches!(session.run(&["true"]).await.unwrap_err(), SshError::Lost { .. }));
    assert!(session.is_closed());
}

#[tokio::test]
async fn a_machine_that_falls_silent_is_noticed() {
    let Some(sshd) = sshd() else { return };
    let limits = Limits { keep_alive: Duration::from_millis(200), missed: 2, ..Limits::default() };
    let (session, _) = Session::open(&sshd.target(), limits).await.unwrap();
    let mut running = session.run(&["sh", "-c", "echo ready; exec cat"]).await.unwrap();
    read_until(&mut running, "ready").await;
    sshd.signal(Signal::STOP);
    let noticed = tokio::time::timeout(Duration::from_secs(20), running.next()).await;
    match noticed.expect("it is noticed").unwrap_err() {
        SshError::Lost { why, .. } => assert!(why.contains("silent"), "{why}"),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_quiet_command_is_not_taken_for_a_silent_machine() {
    let Some(sshd) = sshd() else { return };
    let limits = Limits { keep_alive: Duration::from_millis(50), missed: 2, ..Limits::default() };
    let (session, _) = Session::open(&sshd.target(), limits).await.unwrap();
    let done = session.run_to_end(&["sh", "-c", "sleep 1; echo late"], b"", 10).await.unwrap();
    assert_eq!(done.out, b"late\n");
}

#[tokio::test]
async fn a_terminal_that_is_not_allowed_is_told_so() {
    let Some(sshd) = sshd() else { return };
    sshd.configure(&["host"], "PermitTTY no\n");
    let session = sshd.session().await;
    let refused = session.terminal(&["true"], TerminalSize { columns: 80, rows: 24 }).await.unwrap_err();
    assert!(matches!(refused, SshError::NotBegun { what: "a terminal", .. }), "{refused:?}");
}
