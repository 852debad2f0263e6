//! One app in depth: each tab in each state, the keys, and that no secret is on the screen.

use std::{sync::Arc, time::Duration};

use proximity::{
    domain::{
        fault::{Fault, FaultCode},
        fleet::{Fleet, Power, Usage},
        history::{History, Reading, Span},
        log::{LogLine, LogSource, LogTail, Mark, Stamp, Whole},
        machine::Pressure,
        mask::DOTS,
        moment::Moment,
        papers::{Lies, Paper},
        plan::power::PowerWish,
    },
    engine::{Answer, Query, Request, door::SnapshotRow},
    settings::Motion,
    tui::{canvas::Charset, effect::Effect, event::Event, keymap::Place, theme::Depth},
};

use super::{
    fleet::{NOW, homelab, key},
    shelf::{booked, sees, text},
    snapshot::check,
    stage::{Stage, detail},
};

const JELLYFIN: &str = "2 / jellyfin Enter Enter";

fn open(columns: u16, rows: u16, keys: &str) -> Stage {
    let mut stage = Stage::new(booked(), columns, rows);
    stage.keys(JELLYFIN).keys(keys);
    answer_all(&mut stage);
    stage
}

/// As a host would answer whatever is asked.
fn answer_all(stage: &mut Stage) {
    for effect in std::mem::take(&mut stage.effects) {
        let Effect::Query(ticket, query) = &effect else {
            stage.effects.push(effect);
            continue;
        };
        let answer = match query {
            Query::Guest(guest) => Answer::Guest(Box::new(detail(guest))),
            Query::History { span, .. } => Answer::History(Box::new(history(*span))),
            Query::Log { ask, .. } => Answer::Log(Box::new(tail(ask.after.clone()))),
            Query::Papers(_) => Answer::Papers(papers()),
            Query::Snapshots(_) => Answer::Snapshots(snapshots()),
            Query::Operations { .. } => Answer::Operations(Vec::new()),
            _ => continue,
        };
        stage.send(Event::Answered(*ticket, Ok(answer)));
    }
}

/// Answers what is asked for next with this.
fn fail_all(stage: &mut Stage) {
    let fault = Fault::passing(
        FaultCode::Unreachable,
        "no road into homelab/104 is open",
        "its console asks for a password, and SSH is not set up",
        "`proximity host edit homelab --ssh-user root --ssh-key FILE`",
    );
    for effect in std::mem::take(&mut stage.effects) {
        if let Effect::Query(ticket, _) = effect {
            stage.send(Event::Answered(ticket, Err(fault.clone())));
        }
    }
}

/// Waves, with a gap where it was off.
pub fn history(span: Span) -> History {
    let (step, count) = match span {
        Span::Hour => (60, 60),
        Span::Day => (60, 1_440),
        Span::Week => (1_800, 336),
        Span::Month => (1_800, 1_440),
    };
    let row = |number: i64, by: f32| {
        let at = NOW - Duration::from_secs(((count - number) * step) as u64);
        let turn = |period: f32| ((number as f32 / period).sin() + 1.0) / 2.0;
        let is_off = number * 10 / count == 3;
        let of = |value: f32| (!is_off).then_some(value * by);
        let usage = |share: f32| (!is_off).then_some(Usage { used: (share * by * 2048.0) as u64, total: 2048 });
        Reading {
            at,
            cpu: of(0.1 + 0.5 * turn(7.0) * turn(2.3)),
            memory: usage(0.55 + 0.1 * turn(19.0)),
            disk: usage(0.22),
            net_in: of(1_200_000.0 * turn(5.0)),
            net_out: of(300_000.0 * turn(3.0)),
            disk_read: of(80_000.0 * turn(4.0)),
            disk_write: of(160_000.0 * turn(6.0)),
            pressure: (!is_off).then(|| Pressure {
                cpu_some: Some(3.0 * turn(3.0)),
                io_some: Some(turn(9.0)),
                ..Pressure::default()
            }),
        }
    };
    let rows = |by: f32| (0..count).map(|number| row(number, by)).collect();
    let peaks = if step > 60 { rows(1.4) } else { Vec::new() };
    History { guest: key(104), span, readings: rows(1.0), peaks }
}

fn said(number: i64, source: &str, text: &str) -> LogLine {
    LogLine {
        at: Some(Stamp::of(NOW - Duration::from_secs(600) + Duration::from_secs(number as u64))),
        source: source.into(),
        text: text.into(),
    }
}

pub fn tail(after: Option<Mark>) -> LogTail {
    let lines = match after {
        None => vec![
            said(0, "server", "INFO  GET /health 200 in 3 ms"),
            said(6, "server", "DEBUG cache of /web: 412 entries, 80 kB"),
            said(9, "db", "LOG:  checkpoint starting: time"),
            said(12, "server", "WARN  GET /Items took 1840 ms, longer than 1000 ms"),
            said(
                18,
                "server",
                "ERROR upstream closed the connection before it had answered; trying again, and again, until somebody looks at it or it comes back by itself",
            ),
            said(24, "server", "INFO  POST /Sessions 204 in 12 ms"),
            said(30, "server", "transcoding 'The Long Way Home' to 1080p"),
        ],
        Some(_) => vec![said(36, "server", "INFO  it goes on")],
    };
    let at = lines.last().and_then(|line| line.at).unwrap();
    LogTail {
        source: LogSource::Compose,
        lines,
        mark: Some(Mark { at: Some(at), ..Mark::default() }),
        whole: Whole::Yes,
    }
}

pub fn papers() -> Vec<Paper> {
    let paper = |name: &str, lies, text: &str| Paper { name: name.into(), lies, text: Ok(text.to_owned()) };
    vec![
        paper("jellyfin.json", Lies::OnTheShelf, "{\n  \"id\": \"jellyfin\",\n  \"name\": \"Jellyfin\"\n}"),
        paper("settings", Lies::InOurBooks, &format!("TZ = Europe/Rome\nADMIN_PASSWORD = {DOTS}")),
        paper("options", Lies::AtProxmox, "cores: 2\nmemory: 2048"),
        paper("/srv/app/compose.yaml", Lies::Inside, "services:\n  server:\n    image: jellyfin/jellyfin:10.9.11"),
    ]
}

fn snapshots() -> Vec<SnapshotRow> {
    let row = |name: &str, parent: Option<&str>, days: u64| SnapshotRow {
        name: name.into(),
        note: "before the update".into(),
        taken: Some(NOW - Duration::from_secs(days * 86_400)),
        parent: parent.map(Into::into),
    };
    vec![row("before-10-9", None, 20), row("before-10-10", Some("before-10-9"), 2)]
}

const TABS: [(&str, &str, Place); 7] = [
    ("1", "overview", Place::Detail),
    ("2", "charts", Place::Charts),
    ("3", "log", Place::AppLog),
    ("4", "backups", Place::DetailBackups),
    ("5", "snapshots", Place::DetailSnapshots),
    ("6", "operations", Place::DetailOps),
    ("7", "recipe", Place::Papers),
];

#[test]
fn each_tab_at_each_size() {
    for (columns, rows) in [(80, 24), (120, 36), (200, 60)] {
        for (keys, name, place) in TABS {
            let stage = open(columns, rows, keys);
            assert_eq!(stage.model.place(), place);
            check(&format!("detail-{name}-{columns}x{rows}"), &stage.picture(), &stage.model.canvas.theme);
        }
    }
}

#[test]
fn plain_letters_and_few_colours_say_the_same() {
    for (keys, name, _) in [TABS[0], TABS[1], TABS[2]] {
        let mut stage = open(120, 36, keys);
        stage.model.canvas.charset = Charset::Ascii;
        assert!(text(&stage).is_ascii());
        check(&format!("detail-{name}-ascii"), &stage.picture(), &stage.model.canvas.theme);
        let mut stage = Stage::with(booked(), 120, 36, "dark", Depth::Named, Motion::None);
        stage.keys(JELLYFIN).keys(keys);
        answer_all(&mut stage);
        check(&format!("detail-{name}-16"), &stage.picture(), &stage.model.canvas.theme);
    }
}

#[test]
fn while_nothing_came_and_when_it_could_not_be_had_the_key_that_helps_is_named() {
    for (keys, name, helps) in
        [("2", "charts", "[r]"), ("3", "log", "[!]"), ("5", "snapshots", ""), ("7", "recipe", "[r]")]
    {
        let mut stage = Stage::new(booked(), 100, 30);
        stage.keys(JELLYFIN).keys(keys);
        check(&format!("detail-{name}-asked"), &stage.picture(), &stage.model.canvas.theme);
        fail_all(&mut stage);
        sees(&stage, "no road into homelab/104 is open");
        sees(&stage, helps);
        check(&format!("detail-{name}-failed"), &stage.picture(), &stage.model.canvas.theme);
    }
}

#[test]
fn what_is_stopped_or_gone_says_so() {
    let mut fleet = booked();
    let at = fleet.guests.iter().position(|guest| guest.key == jellyfin(&fleet)).unwrap();
    Arc::make_mut(&mut fleet.guests[at]).power = Power::Stopped;
    let mut stage = Stage::new(fleet.clone(), 100, 30);
    stage.keys(JELLYFIN).keys("3");
    sees(&stage, "it is stopped");
    sees(&stage, "[s] starts it");
    let gone = fleet.guests.remove(at).key.clone();
    fleet.apps.retain(|app| app.guest != gone);
    stage.keys("1").send(Event::Fleet(Arc::new(fleet)));
    sees(&stage, "is not there any more: [Esc] closes");
    stage.keys("Esc");
    assert_eq!(stage.model.place(), Place::Apps);
}

fn jellyfin(fleet: &Fleet) -> proximity::domain::ids::GuestKey {
    fleet.apps.iter().find(|app| &*app.name == "jellyfin").unwrap().guest.clone()
}

#[test]
fn enter_opens_an_app_and_what_failed_opens_its_operation() {
    let mut stage = Stage::new(homelab(), 120, 36);
    stage.keys("2 / paperless Enter Enter");
    assert_eq!(stage.model.place(), Place::Detail);
    stage.keys("Esc f");
    assert_eq!(stage.model.place(), Place::Apps, "Space and f still flip");
    let mut stage = Stage::new(homelab(), 120, 36);
    stage.keys("L");
    assert_eq!(stage.model.place(), Place::AppLog, "from the overview as well");
    stage.keys("Esc Enter");
    assert!(matches!(stage.model.place(), Place::Detail | Place::Why));
}

#[test]
fn tabs_are_walked_through_and_what_is_done_is_done_to_this_app() {
    let mut stage = open(120, 36, "");
    for (_, _, place) in TABS.iter().skip(1).chain([&TABS[0]]) {
        stage.keys("Tab");
        assert_eq!(stage.model.place(), *place);
    }
    stage.keys("l");
    assert_eq!(stage.model.place(), Place::Charts);
    stage.keys("BackTab r");
    let guest = jellyfin(&stage.model.world.fleet.clone());
    let is_restart = |effect: &Effect| matches!(effect, Effect::Ask(_, Request::Power { guest: of, wish: PowerWish::Restart }) if *of == guest);
    assert!(stage.effects.iter().any(is_restart), "{:?}", stage.effects);
    stage.keys("b");
    assert_eq!(stage.model.place(), Place::Form, "back up");
    stage.keys("Esc 5 n");
    assert_eq!(stage.model.place(), Place::Form, "a snapshot is taken");
}

#[test]
fn the_cursor_tells_what_was_measured_at_a_moment() {
    let mut stage = open(120, 36, "2");
    sees(&stage, "[h] [l] tell one moment");
    stage.keys("h h h h");
    let shown = text(&stage);
    assert!(!shown.contains("tell one moment"), "{shown}");
    check("detail-charts-cursor-120x36", &stage.picture(), &stage.model.canvas.theme);
    stage.keys("Esc");
    sees(&stage, "tell one moment");
    stage.keys("- -");
    answer_all(&mut stage);
    sees(&stage, "▸week");
    check("detail-charts-week-120x36", &stage.picture(), &stage.model.canvas.theme);
}

#[test]
fn a_log_is_filtered_searched_wrapped_and_followed() {
    let mut stage = open(120, 36, "3");
    sees(&stage, "● follows");
    stage.keys("/ GET");
    sees(&stage, "2 lines");
    stage.keys("Enter");
    assert_eq!(stage.model.place(), Place::AppLog);
    check("detail-log-filtered-120x36", &stage.picture(), &stage.model.canvas.theme);
    stage.keys("Esc s server Enter");
    stage.keys("n N");
    check("detail-log-searched-120x36", &stage.picture(), &stage.model.canvas.theme);
    stage.keys("Esc w t");
    assert!(text(&stage).contains("or it comes back by itself"), "a broken line is whole");
    check("detail-log-wrapped-120x36", &stage.picture(), &stage.model.canvas.theme);
    stage.keys("g");
    sees(&stage, "stands still: [f] follows");
    let due = stage.model.wakes_at().unwrap();
    assert!(due > stage.now.tick);
    stage.keys("f").wait(Duration::from_secs(3));
    answer_all(&mut stage);
    sees(&stage, "it goes on");
    stage.keys("y");
    assert_eq!(stage.model.place(), Place::CopyMenu);
    stage.keys("l");
    assert!(stage.effects.iter().any(|effect| matches!(effect, Effect::Copy(line) if line.contains("it goes on"))));
}

#[test]
fn a_log_is_written_where_the_operator_says() {
    let mut stage = open(120, 36, "3");
    stage.keys("x");
    assert_eq!(stage.model.place(), Place::Form);
    check("detail-export-120x36", &stage.picture(), &stage.model.canvas.theme);
    stage.keys("Enter");
    let written = stage.effects.iter().find_map(|effect| match effect {
        Effect::Write(ticket, path, text) => Some((*ticket, path.clone(), text.clone())),
        _ => None,
    });
    let (ticket, path, written) = written.unwrap();
    assert!(path.starts_with("jellyfin-") && path.ends_with(".log"), "{path}");
    assert_eq!(written.lines().count(), 7);
    stage.send(Event::Written(ticket, Ok("/data/jellyfin.log".into())));
    sees(&stage, "/data/jellyfin.log");
    assert_eq!(stage.model.place(), Place::AppLog);
}

#[test]
fn a_hundred_thousand_lines_cost_what_those_in_sight_cost() {
    let mut stage = open(120, 36, "3");
    let lines = (0..100_000).map(|number| said(number, "server", &format!("INFO  GET /items/{number} 200"))).collect();
    stage.wait(Duration::from_secs(3));
    let ticket = stage.effects.iter().find_map(|effect| match effect {
        Effect::Query(ticket, Query::Log { .. }) => Some(*ticket),
        _ => None,
    });
    let tail = LogTail { source: LogSource::Compose, lines, mark: None, whole: Whole::LeftOut };
    stage.send(Event::Answered(ticket.unwrap(), Ok(Answer::Log(Box::new(tail)))));
    sees(&stage, "100 000 lines");
    let picture = stage.picture();
    let begun = std::time::Instant::now();
    (0..50).for_each(|_| assert_eq!(stage.picture(), picture));
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?} for fifty pictures", begun.elapsed());
    stage.keys("g / 99999");
    sees(&stage, "/items/99999");
}

#[test]
fn what_did_not_change_costs_no_picture_and_no_waking() {
    let stage = open(120, 36, "1");
    assert_eq!(stage.picture(), stage.picture());
    let mut stage = open(120, 36, "3 g k");
    let tick = stage.now.tick;
    stage.keys("f f");
    let due = stage.model.wakes_at();
    assert!(due.is_none_or(|due| due > tick));
}

#[test]
fn what_is_masked_stays_masked() {
    for keys in ["1", "7"] {
        let stage = open(120, 36, keys);
        assert!(!text(&stage).contains("3b1f0c"), "the key of the stage's guest is shown");
    }
    let mut stage = open(120, 36, "7");
    stage.keys("j");
    sees(&stage, DOTS);
}

#[test]
fn moments_are_those_of_the_operator() {
    assert!(Moment(0) < NOW);
    let stage = open(120, 36, "2 h");
    sees(&stage, &stage.model.time_of_day(NOW - Duration::from_secs(60)));
}
