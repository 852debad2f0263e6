//! The loop on a real pseudo-terminal: at once for a key, silent for nothing, gone without a trace.

use std::time::Duration;

use crossterm::event::{Event as Raw, KeyCode, KeyEvent, KeyModifiers};
use proximity::{
    domain::{ids::OperationId, moment::Moment},
    engine::{Change, Query, Request},
    settings::Settings,
    sound::Cue,
    tui::{
        effect::{Effect, Pointer},
        event::{Event, Ticket},
        run::{Call, Ended},
        theme::{Depth, Themes},
    },
};

use super::{
    pty::Pty,
    script::{Plan, is_key, key, take, until},
};

const FRAME_BEGINS: &[u8] = b"\x1b[?2026h";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_first_picture_waits_for_nobody_and_comes_in_one_write_with_the_screen_it_needs() {
    let session = Plan::default().run();
    session.pty.wait_for("ready");
    let (pty, ended, events) = session.quit().await;
    assert_eq!(ended, Ended::Quit);
    assert_eq!(events.len(), 1);
    pty.wait("the first frame", |seen| seen.bytes.starts_with(b"\x1b[?1049h\x1b[?25l").then_some(()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_terminal_is_left_as_it_was_found() {
    let plan = Plan::default();
    let found = plan.pty.modes();
    let session = plan.run();
    session.pty.wait_for("ready");
    let taken = session.pty.modes();
    assert_ne!(format!("{:?}", taken.local_modes), format!("{:?}", found.local_modes));
    let (pty, _, _) = session.quit().await;
    assert_eq!(format!("{:?}", pty.modes()), format!("{found:?}"));
    pty.wait("the old screen", |seen| {
        let screen = seen.terminal.screen();
        let is_back = !screen.alternate_screen() && !screen.hide_cursor() && !screen.bracketed_paste();
        (is_back && screen.mouse_protocol_mode() == vt100::MouseProtocolMode::None).then_some(())
    });
    pty.wait("focus reports to end", |seen| (seen.count(b"\x1b[?1004l") == 1).then_some(()));
    pty.wait("nothing on the old screen", |seen| seen.text().trim().is_empty().then_some(()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_burst_of_keys_is_one_picture() {
    let queued = (0..100).map(|_| key('x')).chain([key('.')]).collect();
    let session = Plan { queued, ..Plan::default() }.run();
    let all_keys = |seen: &super::pty::Seen| seen.text().replace('\n', "").contains(&"x".repeat(70)).then_some(());
    session.pty.wait("the last key", all_keys);
    assert_eq!(session.pty.wait("two frames", |seen| Some(seen.count(FRAME_BEGINS))), 2);
    session.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn news_that_change_nothing_to_see_cost_no_byte() {
    let session = Plan::default().run();
    session.pty.wait_for("ready");
    let first = session.pty.wait("the first frame", |seen| Some(seen.bytes.len()));
    for at in 1..20 {
        let draws = session.draws();
        session.world.fleet.send_modify(|fleet| std::sync::Arc::make_mut(fleet).as_of = Moment(at));
        until(|| session.draws() > draws).await;
    }
    session.press('!');
    session.pty.wait_for("ready!");
    let (after, frames) = session.pty.wait("one more frame", |seen| Some((seen.bytes.len(), seen.count(FRAME_BEGINS))));
    assert_eq!(frames, 2);
    assert!(after - first <= 64, "{} bytes for one letter", after - first);
    session.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_reason_the_deck_is_not_woken() {
    let session = Plan::default().run();
    session.pty.wait_for("ready");
    session.press('a');
    session.pty.wait_for("readya");
    let (_, _, events) = session.quit().await;
    assert_eq!(events.len(), 2, "{events:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_frame_timer_comes_when_the_deck_said() {
    let session = Plan { wakes_at: Some(Duration::from_millis(40)), ..Plan::default() }.run();
    session.pty.wait_for("ready#");
    let (_, _, events) = session.quit().await;
    assert!(matches!(events[..], [Event::Frame, Event::Key(_)]), "{events:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_storm_of_sizes_is_one_resize() {
    let queued = (1..50).map(|at| Raw::Resize(80 + at, 24)).collect();
    let session = Plan { queued, ..Plan::default() }.run();
    session.press('!');
    session.pty.wait_for("ready!");
    let (_, _, events) = session.quit().await;
    let resizes: Vec<_> = events.iter().filter(|event| matches!(event, Event::Resize { .. })).collect();
    assert!(matches!(resizes[..], [Event::Resize { columns: 129, rows: 24 }]), "{resizes:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_asked_is_answered_with_its_ticket_while_keys_go_on() {
    let session = Plan::answering(|event| match event {
        _ if is_key(event, 'a') => vec![Effect::Ask(Ticket(7), Request::Cancel(OperationId(1)))],
        Event::Asked(Ticket(7), Ok(OperationId(17))) => vec![Effect::Quit],
        _ => Vec::new(),
    })
    .run();
    session.press('a');
    session.press('b');
    session.pty.wait_for("readyab");
    session.world.gate.notify_one();
    assert_eq!(session.ended().await.1, Ended::Quit);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mistake_in_a_task_becomes_a_fault_and_the_deck_stays() {
    let query = || Query::Fingerprint { address: "pve".into() };
    let session = Plan::answering(move |event| match event {
        _ if is_key(event, 'a') => vec![Effect::Query(Ticket(1), query()), Effect::Change(Ticket(2), Change::Refresh)],
        _ if is_key(event, 'q') => vec![Effect::Quit],
        _ => Vec::new(),
    })
    .run();
    session.press('a');
    until(|| session.record.lock().expect("a record").events.len() == 3).await;
    let (_, _, events) = session.quit().await;
    assert!(events.iter().any(|event| matches!(event, Event::Answered(Ticket(1), Err(_)))), "{events:?}");
    assert!(events.iter().any(|event| matches!(event, Event::Changed(Ticket(2), Ok(())))), "{events:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_last_settings_are_the_ones_that_stay_and_a_failure_is_told() {
    let settings = |volume, mute| {
        let mut settings = Settings::default();
        (settings.sound.volume, settings.sound.mute) = (volume, mute);
        settings
    };
    let session = Plan::answering(move |event| match event {
        _ if is_key(event, 'a') => (1..=9).map(|at| Effect::Save(settings(at as f32 / 10.0, at == 9))).collect(),
        Event::Notice(notice) if &*notice.text == "the settings were not kept" => vec![Effect::Quit],
        _ => Vec::new(),
    })
    .run();
    session.press('a');
    let saved = session.world.saved.clone();
    assert_eq!(session.ended().await.1, Ended::Quit);
    let saved = saved.lock().expect("a record");
    assert_eq!(saved.last().map(|settings| settings.sound.volume), Some(0.9));
    assert!(saved.len() <= 3, "{} writes", saved.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bell_a_copy_and_a_released_mouse_go_out_with_the_frame() {
    let session = Plan::answering(|event| match event {
        _ if is_key(event, 'e') => vec![Effect::Play(Cue::Error), Effect::Copy("pve1/104".into())],
        _ if is_key(event, 'm') => vec![Effect::Point(Pointer::Terminal)],
        _ if is_key(event, 'q') => vec![Effect::Quit],
        _ => vec![Effect::Play(Cue::Flip)],
    })
    .run();
    session.press('e');
    let sent = b"\x07\x1b]52;c;cHZlMS8xMDQ=\x07";
    session.pty.wait("bell and clipboard", |seen| (seen.count(sent) == 1).then_some(()));
    session.press('m');
    session.pty.wait("no mouse", |seen| {
        (seen.terminal.screen().mouse_protocol_mode() == vt100::MouseProtocolMode::None).then_some(())
    });
    session.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_terminal_s_word_on_colours_deepens_the_themes_and_is_no_key() {
    let alt = |letter| Raw::Key(KeyEvent::new(KeyCode::Char(letter), KeyModifiers::ALT));
    let answer = [Raw::Key(KeyEvent::new(KeyCode::Char('P'), KeyModifiers::ALT | KeyModifiers::SHIFT))]
        .into_iter()
        .chain("1$r0;48:2::1:2:3m".chars().map(key))
        .chain([alt('\\')]);
    let session = Plan { term: "xterm-256color", queued: answer.collect(), ..Plan::default() }.run();
    session.pty.wait("the question", |seen| (seen.count(b"\x1bP$qm\x1b\\") == 1).then_some(()));
    until(|| session.draws() >= 2).await;
    let (_, _, events) = session.quit().await;
    let [Event::Themes(themes), Event::Key(_)] = &events[..] else { panic!("{events:?}") };
    assert_eq!(*themes, Themes::shipped().resolve_all(Depth::True));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_that_the_line_cut_up_is_no_key_either() {
    let escape = || Raw::Key(KeyEvent::from(KeyCode::Esc));
    let cut = [escape()].into_iter().chain("P0$r?rSd".chars().map(key)).chain([escape(), key('\\'), key('!')]);
    // One that never ends is swallowed as well; the key that shows it is handed on.
    let endless = [escape()].into_iter().chain("P1$rSSS".chars().map(key)).chain([Raw::Key(KeyCode::Down.into())]);
    let session = Plan { term: "xterm-256color", queued: cut.chain(endless).collect(), ..Plan::default() }.run();
    session.pty.wait_for("ready!");
    let (_, _, events) = session.quit().await;
    let [Event::Key(mark), Event::Key(down), Event::Key(_)] = &events[..] else { panic!("{events:?}") };
    assert_eq!((mark.code, down.code), (KeyCode::Char('!'), KeyCode::Down));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn keys_that_only_begin_like_an_answer_reach_the_deck() {
    let alt_p = Raw::Key(KeyEvent::new(KeyCode::Char('P'), KeyModifiers::ALT));
    let queued = vec![alt_p, key('1'), key('x')];
    let session = Plan { term: "xterm-256color", queued, ..Plan::default() }.run();
    session.pty.wait_for("readyP1x");
    session.quit().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_to_leave_is_obeyed_even_while_the_terminal_takes_nothing() {
    // More than a pseudo-terminal holds, and nobody reads: the writer hangs.
    let flood = |_: &Event| vec![Effect::Copy("x".repeat(200_000))];
    let session = Plan { pty: Pty::unread(80, 24), ..Plan::answering(flood) }.run();
    session.press('a');
    until(|| session.draws() >= 2).await;
    session.calls.send(Call::Leave).await.expect("an open channel");
    assert_eq!(session.ended().await.1, Ended::Called);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_terminal_that_fails_or_hangs_up_ends_the_deck_quietly() {
    let session = Plan::default().run();
    session.calls.send(Call::Gone).await.expect("an open channel");
    assert_eq!(session.ended().await.1, Ended::TerminalGone);
    let session = Plan::default().run();
    session.input.send(Err(std::io::Error::from_raw_os_error(5)));
    assert_eq!(session.ended().await.1, Ended::TerminalGone);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hang_up_is_noticed_without_a_byte() {
    let pty = Pty::unread(80, 24);
    let (calls, mut heard) = tokio::sync::mpsc::channel(1);
    let watch = proximity::tui::run::HangUp::watch(pty.open(), calls, || ()).expect("a watch");
    drop(pty);
    assert_eq!(heard.recv().await, Some(Call::Gone));
    drop(watch);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_stop_the_terminal_is_taken_again_and_painted_whole() {
    let session = Plan::default().run();
    session.pty.wait_for("ready");
    session.calls.send(Call::Continued).await.expect("an open channel");
    session.pty.wait("a second taking", |seen| (seen.count(b"\x1b[?1049h") == 2).then_some(()));
    session.pty.wait_for("ready");
    session.quit().await;
}

#[test]
fn a_panic_gives_the_terminal_back_before_it_is_reported() {
    use std::sync::{Arc, Mutex};
    let pty = Pty::new(80, 24);
    let found = format!("{:?}", pty.modes());
    let here = std::thread::current().id();
    let reported = Arc::new(Mutex::new(None));
    let (report, name) = (reported.clone(), pty.name());
    let others = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |what| {
        if std::thread::current().id() != here {
            return others(what);
        }
        let tty =
            rustix::fs::open(&name, rustix::fs::OFlags::RDWR | rustix::fs::OFlags::NOCTTY, rustix::fs::Mode::empty());
        let modes = rustix::termios::tcgetattr(tty.expect("the terminal")).expect("modes");
        *report.lock().expect("a report") = Some(format!("{modes:?}"));
    }));
    let mut terminal = take(&pty, "xterm-direct");
    terminal.guard_panics();
    terminal.show(&mut ratatui::buffer::Buffer::empty(ratatui::layout::Rect::new(0, 0, 80, 24)), None);
    pty.wait("the taken screen", |seen| seen.terminal.screen().alternate_screen().then_some(()));
    let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| panic!("a mistake of ours")));
    assert!(outcome.is_err());
    assert_eq!(reported.lock().expect("a report").as_deref(), Some(found.as_str()));
    pty.wait("the old screen", |seen| (!seen.terminal.screen().alternate_screen()).then_some(()));
    drop(terminal);
}

#[test]
fn no_frame_is_written_after_the_terminal_was_given_back() {
    let pty = Pty::new(80, 24);
    let mut terminal = take(&pty, "xterm-direct");
    terminal.give_back();
    terminal.show(&mut ratatui::buffer::Buffer::empty(ratatui::layout::Rect::new(0, 0, 80, 24)), None);
    drop(terminal);
    // What comes after it in the same terminal shows that nothing came between.
    rustix::io::write(pty.open(), b"prompt>").expect("a write");
    pty.wait_for("prompt>");
    assert_eq!(pty.wait("the output", |seen| Some(seen.count(FRAME_BEGINS))), 0);
}
