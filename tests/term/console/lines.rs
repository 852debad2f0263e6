//! The lines of consoles behind the deck, in the loop: what a guest writes comes in without keeping anybody waiting.

use proximity::{
    domain::ids::{GuestKey, HostId, Vmid},
    engine::{Shown, Typed, Visit},
    tui::{
        console::{Deed, Keystrokes, LineId, News},
        effect::Effect,
        event::Event,
    },
};
use tokio::sync::mpsc::{Receiver, Sender, channel};

use super::size;
use crate::term::script::{Plan, Session, is_key, until};

const LINE: LineId = LineId(1);

fn guest() -> GuestKey {
    GuestKey { host: HostId::new("home"), vmid: Vmid(104) }
}

/// `o` opens, `t` types, `s` sizes, `c` closes, `q` quits.
fn deck() -> Plan {
    Plan::answering(|event| {
        let deed = match event {
            _ if is_key(event, 'o') => Deed::Open(guest(), size(80, 24)),
            _ if is_key(event, 't') => Deed::Type(Keystrokes(b"ls\r".to_vec())),
            _ if is_key(event, 's') => Deed::Resize(size(100, 30)),
            _ if is_key(event, 'c') => Deed::Close,
            _ if is_key(event, 'q') => return vec![Effect::Quit],
            _ => return Vec::new(),
        };
        vec![Effect::Console(LINE, deed)]
    })
}

/// The guest's end.
struct Guest {
    show: Sender<Shown>,
    typed: Receiver<Typed>,
}

fn at(session: &Session) -> Guest {
    let ((show, shown), (type_in, typed)) = (channel(64), channel(64));
    session.world.visits.lock().expect("visits").push_back(Visit { shown, typed: type_in });
    Guest { show, typed }
}

/// All news so far, as words.
fn told(session: &Session) -> Vec<String> {
    let record = session.record.lock().expect("a record");
    let news = record.events.iter().filter_map(|event| match event {
        Event::Console(LINE, news) => Some(format!("{news:?}")),
        _ => None,
    });
    news.collect()
}

fn bytes_heard(session: &Session) -> usize {
    let record = session.record.lock().expect("a record");
    let weight = |event: &Event| if let Event::Console(_, news) = event { news.weight() } else { 0 };
    record.events.iter().map(weight).sum()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_typed_before_a_line_is_open_goes_in_when_it_is() {
    let session = deck().run();
    let mut guest = at(&session);
    "ots".chars().for_each(|letter| session.press(letter));
    let mut heard = vec![guest.typed.recv().await, guest.typed.recv().await];
    heard.sort_by_key(|typed| matches!(typed, Some(Typed::Keys(_))));
    assert_eq!(heard, [Some(Typed::Size(size(100, 30))), Some(Typed::Keys(b"ls\r".to_vec()))]);
    guest.show.send(Shown::Bytes(b"text".to_vec())).await.expect("a line");
    until(|| told(&session) == ["Open", "4 bytes"]).await;
    session.press('c');
    assert_eq!(guest.typed.recv().await, None);
    session.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_end_of_a_line_is_told() {
    let session = deck().run();
    let guest = at(&session);
    session.press('o');
    guest.show.send(Shown::Ended("it was stopped".into())).await.expect("a line");
    until(|| told(&session).len() == 2).await;
    assert!(told(&session)[1].contains("it was stopped"));
    session.press('o');
    until(|| told(&session).len() == 3).await;
    assert!(told(&session)[2].contains("no console"), "{:?}", told(&session));
    let guest = at(&session);
    session.press('o');
    drop(guest);
    until(|| told(&session).len() == 5).await;
    assert!(told(&session)[4].contains("what runs there goes on"), "{:?}", told(&session));
    session.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_guest_that_never_stops_writing_waits_itself_and_keeps_no_key_waiting() {
    let session = deck().run();
    let guest = at(&session);
    session.press('o');
    let flood = tokio::spawn(async move {
        let mut sent = 0_usize;
        while guest.show.send(Shown::Bytes(vec![b'y'; 32 << 10])).await.is_ok() {
            sent += 32 << 10;
        }
        sent
    });
    until(|| bytes_heard(&session) > 8 << 20).await;
    // Each key is answered by a picture although bytes never end.
    for letter in "abc".chars() {
        session.press(letter);
    }
    session.pty.wait_for("readyoabc");
    let heard = bytes_heard(&session);
    let draws = session.draws();
    session.press('c');
    let sent = flood.await.expect("an end");
    // What was taken from the guest is what the deck has seen, but for the few pieces that wait.
    let seen = bytes_heard(&session);
    assert!(sent - seen <= (64 + 16 + 2) * (32 << 10), "{sent} sent, {seen} seen");
    assert!(heard <= seen && draws >= 2);
    session.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_typed_stands_in_no_record() {
    let effect = Effect::Console(LINE, Deed::Type(Keystrokes(b"secret\r".to_vec())));
    assert!(!format!("{effect:?}").contains("115"), "{effect:?}");
    let news = News::Shown(Shown::Bytes(b"secret".to_vec()));
    assert_eq!(format!("{news:?}"), "6 bytes");
}
