//! The terminal as a guest's own, with a console that a test plays.

use proximity::{
    domain::{
        ids::{GuestKey, HostId, Vmid},
        road::TerminalSize,
    },
    engine::{Shown, Typed, Visit},
    tui::{
        effect::Effect,
        event::{Event, Ticket},
        run::{Call, Ended},
        term::{Attached, Devices, Parting},
    },
};
use tokio::{
    sync::mpsc::{Receiver, Sender, channel},
    task::JoinHandle,
};

use super::{
    pty::{PATIENCE, Pty},
    script::{Plan, Session, is_key, until},
};

/// The console's side.
struct Console {
    show: Option<Sender<Shown>>,
    typed: Receiver<Typed>,
}

fn console() -> (Console, Visit) {
    let ((show, shown), (typed, hear)) = (channel(64), channel(64));
    (Console { show: Some(show), typed: hear }, Visit { shown, typed })
}

impl Console {
    async fn show(&self, bytes: &[u8]) {
        let show = self.show.as_ref().expect("a console that shows");
        show.send(Shown::Bytes(bytes.to_vec())).await.expect("somebody looks");
    }

    async fn end(&self, why: &str) {
        self.show.as_ref().expect("a console that shows").send(Shown::Ended(why.into())).await.expect("somebody looks");
    }

    /// What came next, or nothing once nobody types any more.
    async fn next(&mut self) -> Option<Typed> {
        tokio::time::timeout(PATIENCE, self.typed.recv()).await.expect("something, or an end")
    }

    /// So many bytes of what was typed.
    async fn hears(&mut self, bytes: usize) -> Vec<u8> {
        let mut heard = Vec::new();
        while heard.len() < bytes {
            match self.next().await.expect("somebody types") {
                Typed::Keys(keys) => heard.extend(keys),
                Typed::Size(size) => panic!("nobody changed the size to {size:?}"),
            }
        }
        heard
    }
}

fn attach(pty: &Pty, visit: Visit) -> JoinHandle<Parting> {
    let devices = Devices { input: pty.open(), output: pty.open(), log: None };
    let mut attached = Attached::take(devices, visit, "home/104").expect("a terminal");
    tokio::spawn(async move { attached.serve().await })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_byte_goes_through_unchanged_both_ways_and_nothing_is_sent_unasked() {
    let (mut pty, (mut console, visit)) = (Pty::new(80, 24), console());
    let found = format!("{:?}", pty.modes());
    let attached = attach(&pty, visit);
    let all: Vec<u8> = (0..=255).filter(|byte| *byte != 0x1d).collect();
    console.show(&all).await;
    pty.wait("every byte", |seen| seen.bytes.ends_with(&all).then_some(()));
    pty.send(&all);
    assert_eq!(console.hears(all.len()).await, all);
    pty.send(b"last\x1dafter");
    assert_eq!(ended(attached).await, Parting::Left);
    assert_eq!(console.hears(4).await, b"last");
    assert_eq!(console.next().await, None, "what was typed after it went in as well");
    assert_eq!(format!("{:?}", pty.modes()), found);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_undoes_modes_is_written_once_and_moves_no_cursor() {
    let (mut pty, (console, visit)) = (Pty::new(80, 24), console());
    let attached = attach(&pty, visit);
    console.show(b"one\r\ntwo").await;
    pty.wait_for("two");
    pty.send(b"\x1d");
    assert_eq!(ended(attached).await, Parting::Left);
    rustix::io::write(pty.open(), b"three").expect("a write");
    pty.wait_for("one\ntwothree");
    assert_eq!(pty.wait("the output", |seen| Some(seen.count(b"\x1b[?1049l"))), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everything_is_shown_before_the_end_is_told() {
    let (pty, (console, visit)) = (Pty::new(80, 24), console());
    let attached = attach(&pty, visit);
    for _ in 0..500 {
        console.show(&[b'x'; 1000]).await;
    }
    console.show(b"the last word").await;
    console.end("it was switched off").await;
    assert_eq!(ended(attached).await, Parting::Ended("it was switched off".into()));
    assert_eq!(pty.wait("all of it", |seen| (seen.count(b"the last word") == 1).then_some(seen.count(b"x"))), 500_000);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_console_that_has_ended_takes_no_keys_and_costs_no_rest() {
    let (mut pty, (mut console, visit)) = (Pty::new(80, 24), console());
    let attached = attach(&pty, visit);
    console.typed.close();
    pty.send(b"keys for nobody");
    console.show(b"still shown").await;
    pty.wait_for("still shown");
    console.show = None;
    assert!(matches!(ended(attached).await, Parting::Ended(_)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_terminal_that_takes_nothing_can_still_be_left() {
    let (mut pty, (console, visit)) = (Pty::unread(80, 24), console());
    let attached = attach(&pty, visit);
    // More than a pseudo-terminal holds, and nobody reads: the writer hangs.
    for _ in 0..100 {
        console.show(&[b'x'; 10_000]).await;
    }
    pty.send(b"\x1d");
    assert_eq!(ended(attached).await, Parting::Left);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_terminal_that_hangs_up_ends_it() {
    let (pty, (_console, visit)) = (Pty::unread(80, 24), console());
    let attached = attach(&pty, visit);
    drop(pty);
    assert_eq!(ended(attached).await, Parting::TerminalGone);
}

async fn ended(attached: JoinHandle<Parting>) -> Parting {
    tokio::time::timeout(PATIENCE, attached).await.expect("an end").expect("no mistake of ours")
}

fn guest() -> GuestKey {
    GuestKey { host: HostId::new("home"), vmid: Vmid(104) }
}

/// A deck on whose `v` a console is visited, and that console.
fn visiting() -> (Session, Console) {
    let (console, visit) = console();
    let session = Plan::answering(|event| match event {
        _ if is_key(event, 'v') => vec![Effect::Visit(Ticket(3), guest())],
        _ if is_key(event, 'q') => vec![Effect::Quit],
        _ => Vec::new(),
    })
    .run();
    session.world.visits.lock().expect("visits").push_back(visit);
    (session, console)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_deck_lives_on_unseen_while_a_console_has_the_terminal_and_comes_back_whole() {
    let (mut session, console) = visiting();
    session.pty.wait_for("ready");
    session.press('v');
    session.pty.wait_for("console of home/104 · Ctrl-] leaves");
    let draws = session.draws();
    // The second one is heard in a turn of its own, after the first one's picture would have gone out.
    for letter in ['a', 'b'] {
        session.press(letter);
        let heard = |event: &Event| is_key(event, letter);
        until(|| session.record.lock().expect("a record").events.iter().any(heard)).await;
    }
    console.show(b"inside").await;
    session.pty.wait_for("inside");
    assert_eq!(session.draws(), draws, "it drew over the console");
    session.pty.send(b"\x1d");
    session.pty.wait("the deck", |seen| {
        (seen.terminal.screen().alternate_screen() && seen.text().contains("readyvab")).then_some(())
    });
    let (_, _, events) = session.quit().await;
    let came_back = |event: &Event| matches!(event, Event::Visited(Ticket(3), Ok(Parting::Left)));
    assert_eq!(events.iter().filter(|event| came_back(event)).count(), 1, "{events:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_console_that_cannot_be_opened_leaves_the_deck_where_it_is() {
    let (session, _console) = visiting();
    session.world.visits.lock().expect("visits").clear();
    session.pty.wait_for("ready");
    session.press('v');
    until(|| {
        let record = session.record.lock().expect("a record");
        record.events.iter().any(|event| matches!(event, Event::Visited(Ticket(3), Err(_))))
    })
    .await;
    assert_eq!(session.pty.wait("the output", |seen| Some(seen.count(b"\x1b[?1049l"))), 0);
    session.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_to_leave_ends_the_deck_and_the_visit() {
    let (session, mut console) = visiting();
    let found = format!("{:?}", Pty::new(80, 24).modes());
    session.pty.wait_for("ready");
    session.press('v');
    session.pty.wait_for("console of home/104");
    session.calls.send(Call::Leave).await.expect("an open channel");
    let (pty, ended, _) = session.ended().await;
    assert_eq!(ended, Ended::Called);
    assert_eq!(format!("{:?}", pty.modes()), found);
    assert_eq!(console.next().await, None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_stop_the_console_has_the_terminal_again_and_is_told_its_size() {
    let (session, mut console) = visiting();
    session.pty.wait_for("ready");
    session.press('v');
    session.pty.wait_for("console of home/104");
    session.calls.send(Call::Continued).await.expect("an open channel");
    assert_eq!(console.next().await, Some(Typed::Size(TerminalSize { columns: 80, rows: 24 })));
    assert!(!session.pty.wait("the screen", |seen| Some(seen.terminal.screen().alternate_screen())));
    drop(console);
    session.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_picture_that_was_on_its_way_is_not_painted_over_the_console() {
    for _ in 0..30 {
        let (mut session, console) = visiting();
        session.pty.wait_for("ready");
        session.press('v');
        session.pty.wait("the console", |seen| (seen.count(b"\x1b]2;console of") == 1).then_some(()));
        console.show(b"\x1b[10;1Hinside").await;
        session.pty.wait_for("inside");
        let painted = |seen: &super::pty::Seen| {
            let taken = seen.bytes.windows(11).rposition(|bytes| bytes == b"\x1b]2;console").expect("it was taken");
            seen.bytes[taken..].windows(8).any(|bytes| bytes == b"\x1b[?2026h")
        };
        assert!(!session.pty.wait("the output", |seen| Some(painted(seen))));
        session.pty.send(b"\x1d");
        session.pty.wait_for("readyv");
        session.quit().await;
    }
}
