//! Consoles and roads from the deck: what the keys do, what is told, what goes inside.

use std::{sync::Arc, time::Duration};

use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use proximity::{
    domain::{
        fault::{Fault, FaultCode},
        ids::GuestKey,
        road::TerminalSize,
    },
    engine::{Answer, Query, Request, Shown},
    settings::Motion,
    tui::{
        canvas::Charset,
        console::{Deed, LINGERS, LineId, News},
        effect::Effect,
        event::{Event, Focus, Ticket},
        keymap::Place,
        run,
        term::Parting,
        theme::Depth,
    },
};

use ratatui::buffer::Buffer;

use super::{
    fleet::{homelab, key},
    snapshot::check,
    stage::{Stage, detail},
};

fn text(stage: &Stage) -> String {
    let picture = stage.picture();
    picture
        .content
        .chunks(usize::from(picture.area.width))
        .fold(String::new(), |text, row| text + &row.iter().map(|cell| cell.symbol()).collect::<String>() + "\n")
}

fn deeds(stage: &Stage) -> Vec<(LineId, Deed)> {
    let deed = |effect: &Effect| match effect {
        Effect::Console(line, deed) => Some((*line, deed.clone())),
        _ => None,
    };
    stage.effects.iter().filter_map(deed).collect()
}

fn opened(stage: &Stage) -> Vec<(LineId, GuestKey, TerminalSize)> {
    let open = |(line, deed)| match deed {
        Deed::Open(guest, size) => Some((line, guest, size)),
        _ => None,
    };
    deeds(stage).into_iter().filter_map(open).collect()
}

/// All that went inside.
fn typed(stage: &Stage) -> String {
    let keys = deeds(stage).into_iter().filter_map(|(_, deed)| match deed {
        Deed::Type(keys) => Some(keys.0),
        _ => None,
    });
    String::from_utf8(keys.flatten().collect()).expect("text")
}

fn last_line(stage: &Stage) -> LineId {
    opened(stage).last().expect("a line").0
}

fn write(stage: &mut Stage, bytes: &[u8]) {
    let line = last_line(stage);
    stage.send(Event::Console(line, News::Shown(Shown::Bytes(bytes.to_vec()))));
}

fn sit(stage: &mut Stage) {
    stage.keys("2 / jelly Enter !");
    let line = last_line(stage);
    stage.send(Event::Console(line, News::Open));
}

/// At the console of jellyfin, which shows this.
fn at_console(columns: u16, rows: u16, bytes: &[u8]) -> Stage {
    let mut stage = Stage::new(homelab(), columns, rows);
    sit(&mut stage);
    write(&mut stage, bytes);
    stage
}

fn shell() -> Vec<u8> {
    let lines: String = (1..=120).map(|at| format!("\x1b[32mline\x1b[0m {at} of the log\r\n")).collect();
    (lines + "root@jellyfin:~# ").into_bytes()
}

#[test]
fn an_exclamation_mark_opens_the_console_of_the_unit_under_the_hand() {
    for (keys, guest) in [("2 / jelly Enter !", 104), ("2 Left / postgres Enter !", 207)] {
        let mut stage = Stage::new(homelab(), 120, 36);
        stage.keys(keys);
        let [(_, opened, size)] = &opened(&stage)[..] else { panic!("{:?}", stage.effects) };
        assert_eq!(*opened, key(guest));
        assert_eq!((size.columns, size.rows), (116, 28));
        assert!(text(&stage).contains("opening the console of"), "{}", text(&stage));
    }
}

#[test]
fn the_footer_names_the_key() {
    let stage = Stage::new(homelab(), 120, 36);
    assert!(text(&stage).lines().last().expect("a footer").contains("! console"));
}

#[test]
fn every_key_goes_inside_but_the_one_that_holds_the_keys() {
    let mut stage = at_console(120, 36, b"");
    stage.keys("q ! 1 ? C-c C-z Esc Tab Up Enter");
    assert_eq!(typed(&stage), "q!1?\x03\x1a\x1b\t\x1b[A\r");
    assert_eq!(stage.model.place(), Place::Console);
    stage.keys("C-]");
    assert_eq!(stage.model.place(), Place::ConsoleKeys);
    // No key of the deck's: nothing is sent, and the next one goes inside.
    stage.keys("z x");
    assert_eq!(typed(&stage), "q!1?\x03\x1a\x1b\t\x1b[A\rx");
    stage.keys("C-] ]");
    assert!(typed(&stage).ends_with('\x1d'));
    assert!(!stage.effects.iter().any(|effect| matches!(effect, Effect::Quit | Effect::Suspend)));
}

#[test]
fn leaving_closes_nothing_and_coming_back_shows_what_was_written_meanwhile() {
    for out in ["C-] q", "C-] d", "C-] Esc", "C-] C-]"] {
        let mut stage = at_console(120, 36, b"first\r\n");
        stage.keys(out);
        assert_eq!(stage.model.place(), Place::Apps);
        write(&mut stage, b"meanwhile\r\n");
        stage.wait(LINGERS - Duration::from_secs(1));
        stage.keys("!");
        let shown = text(&stage);
        assert!(shown.contains("first") && shown.contains("meanwhile"), "{shown}");
        assert_eq!(opened(&stage).len(), 1);
        assert!(!deeds(&stage).iter().any(|(_, deed)| *deed == Deed::Close));
    }
}

#[test]
fn a_console_that_nobody_comes_back_to_is_closed_after_some_minutes() {
    let mut stage = at_console(120, 36, b"first");
    stage.keys("C-] q");
    assert!(stage.model.wakes_at().is_some_and(|at| at <= stage.now.tick + LINGERS));
    stage.wait(LINGERS);
    assert_eq!(deeds(&stage).last().expect("a deed").1, Deed::Close);
    stage.keys("!");
    assert_eq!(opened(&stage).len(), 2);
    assert!(!text(&stage).contains("first"));
}

#[test]
fn a_script_that_waits_is_told_to_who_sits_there_and_has_the_seat_once_he_left() {
    let mut stage = at_console(120, 36, b"$ ");
    let line = last_line(&stage);
    stage.send(Event::Console(line, News::Shown(Shown::ScriptWaits(true))));
    assert!(text(&stage).contains("a script waits until you leave"));
    assert!(!deeds(&stage).iter().any(|(_, deed)| *deed == Deed::Close));
    stage.keys("C-] q");
    assert_eq!(deeds(&stage).last().expect("a deed"), &(line, Deed::Close));
    // One that comes while nobody looks has it at once.
    let mut stage = at_console(120, 36, b"$ ");
    stage.keys("C-] q");
    let line = last_line(&stage);
    stage.send(Event::Console(line, News::Shown(Shown::ScriptWaits(true))));
    assert_eq!(deeds(&stage).last().expect("a deed"), &(line, Deed::Close));
}

#[test]
fn several_consoles_are_open_at_once_and_one_is_shown() {
    let mut stage = at_console(120, 36, b"of jellyfin");
    stage.keys("C-] q Esc / gitea Enter !");
    write(&mut stage, b"of gitea");
    assert!(text(&stage).contains("of gitea") && !text(&stage).contains("of jellyfin"));
    stage.keys("C-] Tab");
    assert!(text(&stage).contains("of jellyfin") && !text(&stage).contains("of gitea"));
    stage.keys("x");
    assert_eq!(deeds(&stage).last().expect("a deed").0, LineId(1));
}

#[test]
fn hanging_up_closes_the_line_at_once() {
    let mut stage = at_console(120, 36, b"text");
    stage.keys("C-] x");
    assert_eq!(deeds(&stage).last().expect("a deed").1, Deed::Close);
    assert_eq!(stage.model.place(), Place::Apps);
}

#[test]
fn a_console_that_cannot_be_opened_says_what_why_and_what_now_and_is_tried_again() {
    let mut stage = Stage::new(homelab(), 120, 36);
    stage.keys("2 / jelly Enter !");
    let fault = Fault::lasting(FaultCode::Refused, "homelab/104 is off", "nothing runs in it", "start it with [s]");
    let line = last_line(&stage);
    stage.send(Event::Console(line, News::Failed(fault)));
    let shown = text(&stage);
    for words in ["homelab/104 is off", "nothing runs in it", "start it with [s]", "r reconnect", "s start it"] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
    assert_eq!(stage.model.place(), Place::ConsoleOver);
    stage.keys("s");
    assert!(stage.effects.iter().any(|effect| matches!(effect, Effect::Ask(..))));
    stage.keys("r");
    assert_eq!(opened(&stage).len(), 2);
    assert_eq!(stage.model.place(), Place::Console);
    stage.send(Event::Console(line, News::Shown(Shown::Bytes(b"too late".to_vec()))));
    assert!(!text(&stage).contains("too late"));
}

#[test]
fn a_console_that_ended_by_itself_says_why_and_keeps_what_it_showed() {
    let mut stage = at_console(120, 36, b"last words");
    let line = last_line(&stage);
    stage.send(Event::Console(line, News::Shown(Shown::Ended("Proxmox closed the console".into()))));
    let shown = text(&stage);
    assert!(shown.contains("Proxmox closed the console") && shown.contains("last words"), "{shown}");
    stage.keys("a");
    assert_eq!(typed(&stage), "");
    stage.keys("r");
    write(&mut stage, b"\x1b[H\x1b[J# ");
    stage.keys("C-] k");
    assert!(text(&stage).contains("last words"), "{}", text(&stage));
    stage.keys("Esc C-] q");
    assert_eq!(stage.model.place(), Place::Apps);
}

#[test]
fn what_was_shown_is_scrolled_searched_marked_and_copied() {
    let mut stage = at_console(120, 36, &shell());
    let sent = typed(&stage);
    stage.keys("C-] PgUp");
    assert_eq!(stage.model.place(), Place::ScrollBack);
    assert!(text(&stage).contains("14 of 93 lines back"), "{}", text(&stage));
    stage.keys("g");
    assert!(text(&stage).contains("line 1 of"));
    stage.keys("G / L i n e Backspace Backspace Backspace Backspace line Space 4 2 Enter");
    assert!(text(&stage).contains("line 42 of"), "{}", text(&stage));
    stage.keys("v jj y");
    let copied = |stage: &Stage| {
        stage
            .effects
            .iter()
            .rev()
            .find_map(|effect| if let Effect::Copy(text) = effect { Some(text.clone()) } else { None })
    };
    assert_eq!(
        copied(&stage).expect("a copy").trim_end(),
        "line 42 of the log\nline 43 of the log\nline 44 of the log"
    );
    stage.keys("/ of Space the Enter n N Esc C-] y");
    let seen = copied(&stage).expect("a copy");
    assert!(seen.starts_with("line 94 of the log") && seen.ends_with("root@jellyfin:~#"), "{seen}");
    assert_eq!(typed(&stage), sent);
}

#[test]
fn what_is_looked_at_stays_in_sight_while_the_guest_writes_on() {
    let mut stage = at_console(120, 36, &shell());
    stage.keys("C-] k g");
    let before = text(&stage).lines().nth(6).map(str::to_owned);
    write(&mut stage, b"\r\nmore\r\nand more\r\n");
    assert_eq!(text(&stage).lines().nth(6).map(str::to_owned), before);
    stage.keys("q");
    assert!(text(&stage).contains("and more"));
}

fn mouse(stage: &mut Stage, kind: MouseEventKind, column: u16, row: u16) {
    stage.send(Event::Mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE }));
}

#[test]
fn the_wheel_looks_back_unless_the_program_asked_for_the_mouse() {
    let mut stage = at_console(120, 36, &shell());
    mouse(&mut stage, MouseEventKind::ScrollUp, 10, 10);
    assert_eq!(stage.model.place(), Place::ScrollBack);
    assert!(text(&stage).contains("3 of 93 lines back"));
    mouse(&mut stage, MouseEventKind::ScrollDown, 10, 10);
    assert_eq!((stage.model.place(), typed(&stage).as_str()), (Place::Console, ""));
    write(&mut stage, b"\x1b[?1000h\x1b[?1006h");
    mouse(&mut stage, MouseEventKind::ScrollUp, 10, 10);
    mouse(&mut stage, MouseEventKind::Down(MouseButton::Left), 2, 6);
    assert_eq!(typed(&stage), "\x1b[<64;9;5M\x1b[<0;1;1M");
    write(&mut stage, b"\x1b[?1000l\x1b[?1049h");
    mouse(&mut stage, MouseEventKind::ScrollDown, 10, 10);
    assert!(typed(&stage).ends_with("\x1b[B\x1b[B\x1b[B"));
}

#[test]
fn a_drag_marks_and_copies() {
    let mut stage = at_console(120, 36, b"some words here");
    mouse(&mut stage, MouseEventKind::Down(MouseButton::Left), 7, 6);
    mouse(&mut stage, MouseEventKind::Drag(MouseButton::Left), 11, 6);
    mouse(&mut stage, MouseEventKind::Up(MouseButton::Left), 11, 6);
    assert!(
        stage.effects.iter().any(|effect| matches!(effect, Effect::Copy(text) if text == "words")),
        "{:?}",
        stage.effects
    );
    // It may end outside of the glass.
    let mut stage = at_console(120, 36, b"some words here");
    mouse(&mut stage, MouseEventKind::Down(MouseButton::Left), 7, 6);
    mouse(&mut stage, MouseEventKind::Drag(MouseButton::Left), 7, 1);
    mouse(&mut stage, MouseEventKind::Up(MouseButton::Left), 0, 1);
    let copies = |stage: &Stage| stage.effects.iter().any(|effect| matches!(effect, Effect::Copy(_)));
    assert!(copies(&stage), "{:?}", stage.effects);
}

#[test]
fn a_console_that_had_no_room_connects_once_there_is_some() {
    let mut stage = Stage::new(homelab(), 120, 36);
    stage.keys("2 / jelly Enter");
    stage.send(Event::Resize { columns: 20, rows: 6 });
    stage.keys("!");
    assert_eq!(opened(&stage).len(), 0);
    stage.send(Event::Resize { columns: 120, rows: 36 });
    stage.keys("r");
    assert_eq!(opened(&stage)[0].1, key(104));
}

#[test]
fn the_room_does_not_go_dark_over_a_console_that_writes() {
    let mut stage = at_console(120, 36, b"");
    stage.model.settings.look.night_after = 1;
    for _ in 0..4 {
        stage.wait(Duration::from_secs(40));
        assert!(!stage.model.night.is_dark());
        write(&mut stage, b".");
    }
    stage.wait(Duration::from_secs(61));
    assert!(stage.model.night.is_dark());
}

#[test]
fn a_hint_of_the_footer_is_pressed_at_a_console_too() {
    let mut stage = at_console(120, 36, b"text");
    let line = last_line(&stage);
    stage.send(Event::Console(line, News::Shown(Shown::Ended("Proxmox closed the console".into()))));
    let shown = text(&stage);
    let footer = shown.lines().last().expect("a footer");
    let column = footer[..footer.find("reconnect").expect("a hint")].chars().count();
    mouse(&mut stage, MouseEventKind::Down(MouseButton::Left), column as u16, 35);
    assert_eq!(opened(&stage).len(), 2);
}

#[test]
fn a_paste_goes_inside_and_focus_is_told_where_that_is_wished() {
    let mut stage = at_console(120, 36, b"\x1b[?2004h\x1b[?1004h");
    stage.send(Event::Paste("two\nlines".into()));
    stage.send(Event::Focus(Focus::Lost)).send(Event::Focus(Focus::Gained));
    assert_eq!(typed(&stage), "\x1b[200~two\rlines\x1b[201~\x1b[O\x1b[I");
}

#[test]
fn a_program_that_asks_is_answered_also_behind_the_deck() {
    let mut stage = at_console(120, 36, b"\x1b[3;4H\x1b[6n");
    assert_eq!(typed(&stage), "\x1b[3;4R");
    stage.keys("C-] q");
    write(&mut stage, b"\x1b[6n\x07");
    assert_eq!(typed(&stage), "\x1b[3;4R\x1b[3;4R");
    assert!(!stage.effects.iter().any(|effect| matches!(effect, Effect::Ring)));
}

#[test]
fn the_bell_of_the_console_that_is_shown_rings_once_a_second_at_most() {
    let mut stage = at_console(120, 36, b"");
    let rings = |stage: &Stage| stage.effects.iter().filter(|effect| matches!(effect, Effect::Ring)).count();
    write(&mut stage, b"\x07\x07");
    write(&mut stage, b"\x07");
    assert_eq!(rings(&stage), 1);
    stage.wait(Duration::from_secs(1));
    write(&mut stage, b"\x07");
    assert_eq!(rings(&stage), 2);
}

#[test]
fn the_program_inside_is_told_the_size_of_its_pane() {
    let mut stage = at_console(120, 36, b"text");
    stage.send(Event::Resize { columns: 80, rows: 24 });
    assert_eq!(deeds(&stage).last().expect("a deed").1, Deed::Resize(TerminalSize { columns: 78, rows: 20 }));
    stage.send(Event::Resize { columns: 80, rows: 24 });
    assert_eq!(deeds(&stage).iter().filter(|(_, deed)| matches!(deed, Deed::Resize(_))).count(), 1);
    // Behind the deck it keeps its size until it is looked at again.
    stage.keys("C-] q");
    stage.send(Event::Resize { columns: 200, rows: 60 });
    assert_eq!(deeds(&stage).iter().filter(|(_, deed)| matches!(deed, Deed::Resize(_))).count(), 1);
    stage.keys("!");
    assert_eq!(deeds(&stage).last().expect("a deed").1, Deed::Resize(TerminalSize { columns: 196, rows: 52 }));
}

#[test]
fn the_cursor_stands_where_the_program_has_it() {
    let mut stage = at_console(120, 36, b"\x1b[3;10H");
    assert_eq!(stage.model.caret().map(|at| (at.x, at.y)), Some((2 + 9, 6 + 2)));
    write(&mut stage, b"\x1b[?25l");
    assert_eq!(stage.model.caret(), None);
    write(&mut stage, b"\x1b[?25h");
    stage.keys("C-] k");
    assert_eq!(stage.model.caret(), None);
}

fn visit(stage: &Stage) -> Option<(Ticket, GuestKey)> {
    stage.effects.iter().rev().find_map(|effect| match effect {
        Effect::Visit(ticket, guest) => Some((*ticket, guest.clone())),
        _ => None,
    })
}

#[test]
fn the_whole_terminal_is_lent_and_what_it_showed_stands_in_the_pane_afterwards() {
    let mut stage = at_console(120, 36, b"before\r\n");
    stage.keys("C-] f");
    assert_eq!(deeds(&stage).last().expect("a deed").1, Deed::Close);
    let (ticket, guest) = visit(&stage).expect("a visit");
    assert_eq!(guest, key(104));
    stage.wait(LINGERS * 2);
    stage.send(Event::Lent(ticket, News::Shown(Shown::Bytes(b"meanwhile\r\n".to_vec()))));
    stage.send(Event::Visited(ticket, Ok(Parting::Left)));
    assert_eq!(opened(&stage).len(), 2);
    stage.keys("C-] k");
    let shown = text(&stage);
    assert!(shown.contains("before") && shown.contains("meanwhile"), "{shown}");
}

#[test]
fn whoever_leaves_while_the_whole_terminal_opens_is_not_given_it() {
    for out in ["C-] q", "C-] x"] {
        let mut stage = at_console(120, 36, b"before\r\n");
        stage.keys("C-] f");
        let (ticket, _) = visit(&stage).expect("a visit");
        assert!(run::Deck::wants(&stage.model, ticket));
        stage.keys(out);
        assert!(!run::Deck::wants(&stage.model, ticket), "{out}");
        stage.send(Event::Visited(ticket, Ok(Parting::Left)));
        assert_eq!(opened(&stage).len(), 1, "{out}");
        stage.keys("!");
        assert_eq!(opened(&stage).len(), 2, "{out}");
    }
}

#[test]
fn a_guest_is_started_from_its_console_whatever_is_marked_on_the_deck() {
    let mut stage = at_console(120, 36, b"text");
    stage.keys("C-] q Esc / gitea Enter !");
    let line = last_line(&stage);
    stage.send(Event::Console(line, News::Open));
    stage.keys("C-] Tab");
    stage.send(Event::Console(LineId(1), News::Shown(Shown::Ended("Proxmox closed the console".into()))));
    assert_eq!(stage.model.place(), Place::ConsoleOver);
    stage.keys("s");
    let asked: Vec<GuestKey> = stage
        .effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Ask(_, Request::Power { guest, .. }) => Some(guest.clone()),
            _ => None,
        })
        .collect();
    assert_eq!(asked, [key(104)]);
}

#[test]
fn the_end_of_a_lent_terminal_is_told_in_the_pane() {
    let mut stage = at_console(120, 36, b"before\r\n");
    stage.keys("C-] f");
    let (ticket, _) = visit(&stage).expect("a visit");
    stage.send(Event::Visited(ticket, Ok(Parting::Ended("Proxmox closed the console".into()))));
    assert!(text(&stage).contains("Proxmox closed the console"));
    assert_eq!(stage.model.place(), Place::ConsoleOver);
}

/// Something of everything: colours, marks, boxes, wide letters, a title.
const PICTURE: &[u8] = "\x1b]2;htop\x07\x1b[1mCPU\x1b[0m[\x1b[32m|||||\x1b[31m|||\x1b[90m      38%\x1b[0m]\r\n\
    \x1b[30;42m  PID USER      PRI  NI  VIRT   RES \x1b[0m\r\n\x1b[7m    1 root       20   0 18.2M  9.1M \x1b[0m\r\n\
    \x1b[38;2;255;128;0mtrue\x1b[0m \x1b[38;5;39mindexed\x1b[0m \x1b[4munder\x1b[0m \x1b[2mdim\x1b[0m \x1b[3mslanted\x1b[0m\r\n\
    ┌─────┬──╖\r\n│ 世界 │é ║\r\n└─────┴──╜ größer\r\n\x1b(0lqk\x1b(B\r\nroot@jellyfin:~# "
    .as_bytes();

#[test]
fn a_console_looks_like_this() {
    for (columns, rows) in [(80, 24), (120, 36), (200, 60)] {
        let stage = at_console(columns, rows, PICTURE);
        check(&format!("console-{columns}x{rows}"), &stage.picture(), &stage.model.canvas.theme);
    }
    for (name, theme, depth) in
        [("16", "dark", Depth::Named), ("light", "light", Depth::True), ("none", "dark", Depth::None)]
    {
        let mut stage = Stage::with(homelab(), 80, 24, theme, depth, Motion::None);
        sit(&mut stage);
        write(&mut stage, PICTURE);
        check(&format!("console-80x24-{name}"), &stage.picture(), &stage.model.canvas.theme);
    }
    let mut stage = at_console(80, 24, PICTURE);
    stage.model.canvas.charset = Charset::Ascii;
    check("console-80x24-ascii", &stage.picture(), &stage.model.canvas.theme);
}

#[test]
fn a_console_that_is_scrolled_back_or_over_looks_like_this() {
    let mut stage = at_console(120, 36, &shell());
    let line = last_line(&stage);
    stage.send(Event::Console(line, News::Shown(Shown::ScriptWaits(true))));
    stage.keys("C-] / line Space 9 Enter");
    check("console-back-120x36", &stage.picture(), &stage.model.canvas.theme);
    stage.keys("v k k");
    check("console-marked-120x36", &stage.picture(), &stage.model.canvas.theme);
    stage.keys("/ wo");
    check("console-find-120x36", &stage.picture(), &stage.model.canvas.theme);
    stage.keys("Esc Esc C-]");
    check("console-keys-120x36", &stage.picture(), &stage.model.canvas.theme);
    stage.keys("?");
    check("console-help-120x36", &stage.picture(), &stage.model.canvas.theme);
    let mut stage = at_console(80, 24, &shell());
    let fault = Fault::lasting(FaultCode::Refused, "homelab/104 is off", "nothing runs in it", "start it with [s]");
    let line = last_line(&stage);
    stage.send(Event::Console(line, News::Failed(fault)));
    check("console-failed-80x24", &stage.picture(), &stage.model.canvas.theme);
}

#[test]
fn an_idle_console_costs_no_byte_and_wakes_nobody() {
    let mut stage = at_console(120, 36, &shell());
    let before = stage.picture();
    let wakes_at = stage.model.wakes_at();
    stage.wait(Duration::from_secs(3));
    // The ages of the hosts' data are shown over it.
    let pane = |picture: &Buffer| picture.content[120 * 6..120 * 35].to_vec();
    assert_eq!(pane(&stage.picture()), pane(&before));
    assert!(wakes_at.is_none_or(|at| at > stage.now.tick - Duration::from_secs(3)), "{wakes_at:?}");
}

#[test]
fn a_guest_that_went_away_leaves_its_console_readable() {
    let mut stage = at_console(120, 36, b"text");
    stage.send(Event::Fleet(Arc::default()));
    assert!(text(&stage).contains("text"));
    stage.keys("C-] q");
}

#[test]
fn the_roads_into_a_guest_say_what_opens_them() {
    for (columns, rows) in [(80, 24), (120, 36)] {
        let mut stage = Stage::new(homelab(), columns, rows);
        stage.keys("2 / jelly Enter w").answer_backs();
        check(&format!("roads-{columns}x{rows}"), &stage.picture(), &stage.model.canvas.theme);
    }
}

#[test]
fn the_roads_into_the_guests_of_a_host_say_what_opens_them() {
    let mut stage = Stage::new(homelab(), 120, 36);
    stage.keys("4 w");
    check("roads-host-120x36", &stage.picture(), &stage.model.canvas.theme);
}

#[test]
fn a_guest_that_is_off_has_no_roads_and_says_so() {
    let mut stage = Stage::new(homelab(), 120, 36);
    stage.keys("2 / mine Enter w");
    let question = stage.effects.iter().find_map(|effect| match effect {
        Effect::Query(ticket, Query::Guest(guest)) => Some((*ticket, guest.clone())),
        _ => None,
    });
    let (ticket, guest) = question.expect("a question");
    let answer = proximity::domain::detail::GuestDetail { roads: Vec::new(), ..detail(&guest) };
    stage.send(Event::Answered(ticket, Ok(Answer::Guest(Box::new(answer)))));
    assert!(text(&stage).contains("it is off"), "{}", text(&stage));
}
