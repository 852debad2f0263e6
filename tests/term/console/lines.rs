//! The lines of consoles behind the deck, in the loop: what a guest writes comes in without keeping anybody waiting.

use proximity::{
    domain::ids::{GuestKey, HostId, Vmid},
    engine::{Shown, Typed, Visit},
    tui::{
        console::{Deed, Keystrokes, LineId, News},
        effect::Effect,
        event::Event,
        run::{Call, Clock, Ended, Listeners, Seat, serve},
    },
};
use tokio::sync::mpsc::{Receiver, Sender, channel};

use super::size;
use crate::{
    deck::{fleet::homelab, stage::Stage},
    term::{
        pty::Pty,
        script::{Keys, Plan, Scripted, Session, is_key, key, take, until},
    },
};

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

/// The deck itself in the loop, at the console of a guest.
struct Deck {
    pty: Pty,
    world: Scripted,
    input: Keys,
    calls: Sender<Call>,
    running: tokio::task::JoinHandle<Ended>,
    guest: Guest,
}

async fn at_the_pane() -> Deck {
    let stage = Stage::new(homelab(), 120, 36);
    let (pty, world, input) = (Pty::new(120, 36), Scripted::default(), Keys::default());
    world.fleet.send_replace(homelab().into());
    let (calls, heard) = channel(8);
    let seat = Seat {
        terminal: take(&pty, "xterm-direct"),
        input: input.stream(),
        calls: heard,
        listeners: Listeners::default(),
    };
    let ((show, shown), (type_in, typed)) = (channel(64), channel(64));
    world.visits.lock().expect("visits").push_back(Visit { shown, typed: type_in });
    let there = world.clone();
    let running = tokio::spawn(async move { serve(stage.model, there, seat, Clock::start()).await });
    "2!".chars().for_each(|letter| input.send(Ok(key(letter))));
    let guest = Guest { show, typed };
    guest.show.send(Shown::Bytes(b"in the pane".to_vec())).await.expect("a line");
    pty.wait_for("in the pane");
    Deck { pty, world, input, calls, running, guest }
}

impl Deck {
    fn frames(&self) -> (usize, usize) {
        self.pty.wait("frames", |seen| Some((seen.count(b"\x1b[?2026h"), seen.bytes.len())))
    }
}

/// What htop writes in a second, again and again: each line with new figures and colours.
fn busy(round: usize) -> Vec<u8> {
    let line = |at: usize| {
        let (figure, colour) = ((round * 7919 + at * 104_729) % 1000, 31 + (round + at) % 7);
        format!("\x1b[{};1H\x1b[{colour}m{figure:>6}\x1b[m root  {:>5} \x1b[1mprocess {at}\x1b[K", at + 1, figure * 3)
    };
    (0..28).map(line).collect::<String>().into_bytes()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_program_that_draws_without_end_is_seen_thirty_times_a_second_at_most() {
    let deck = at_the_pane().await;
    let (frames, bytes) = deck.frames();
    let began = std::time::Instant::now();
    for round in 0..2000 {
        deck.guest.show.send(Shown::Bytes(busy(round))).await.expect("a line");
    }
    deck.guest.show.send(Shown::Bytes(b"\x1b[H\x1b[2Jall of it".to_vec())).await.expect("a line");
    deck.pty.wait_for("all of it");
    let time = began.elapsed();
    let (now, sent) = deck.frames();
    let (frames, sent) = (now - frames, sent - bytes);
    let given: usize = (0..2000).map(|round| busy(round).len()).sum();
    eprintln!("{given} bytes of a guest were {frames} frames and {sent} bytes in {time:?}");
    let most = time.as_secs_f64() * 30.4 + 3.0;
    assert!((frames as f64) <= most, "{frames} frames in {time:?}");
    deck.calls.send(Call::Leave).await.expect("an open channel");
    assert_eq!(deck.running.await.expect("an end"), Ended::Called);
    drop((deck.world, deck.input));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_is_echoed_at_once_and_costs_few_bytes() {
    let Deck { pty, world, input, calls, running, guest } = at_the_pane().await;
    let Guest { show, mut typed } = guest;
    let echo = tokio::spawn(async move {
        while let Some(word) = typed.recv().await {
            if let Typed::Keys(keys) = word {
                show.send(Shown::Bytes(keys)).await.expect("a line");
            }
        }
    });
    let (mut slowest, mut dearest, mut text) = (std::time::Duration::ZERO, 0, "in the pane".to_owned());
    for letter in "echoed letters".chars() {
        text.push(letter);
        let before = pty.wait("bytes", |seen| Some(seen.bytes.len()));
        let pressed = std::time::Instant::now();
        input.send(Ok(key(letter)));
        let wanted = text.trim_end().to_owned();
        let is_there = |seen: &crate::term::pty::Seen| {
            let place = seen.terminal.screen().cursor_position();
            (seen.text().contains(&wanted) && usize::from(place.1) == 2 + text.len()).then_some(seen.bytes.len())
        };
        let after = pty.wait("the echo", is_there);
        slowest = slowest.max(pressed.elapsed());
        dearest = dearest.max(after - before);
    }
    eprintln!("the slowest echo took {slowest:?}, the dearest {dearest} bytes");
    // A second of the display above may pass in the same frame.
    assert!(dearest <= 128, "{dearest} bytes for one letter");
    calls.send(Call::Leave).await.expect("an open channel");
    assert_eq!(running.await.expect("an end"), Ended::Called);
    echo.await.expect("an end");
    drop((pty, world));
}
