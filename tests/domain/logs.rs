//! What apps say of themselves: read in the forms of the real programs, followed without a line lost or doubled, kept in
//! bounded memory.

use proptest::prelude::*;
use proximity::domain::{
    log::{CAPACITY, Level, LogAsk, LogLine, LogSource, Mark, Ring, Stamp, Told, Way, Whole, fresh, level, read},
    mask::{DOTS, Known, masked},
};

fn texts(told: &Told) -> Vec<(Option<i64>, &str, &str)> {
    told.lines.iter().map(|line| (line.at.map(|at| at.moment().0), &*line.source, line.text.as_str())).collect()
}

#[test]
fn lines_of_compose_have_their_service_their_time_and_no_colours() {
    let told = read(
        "#proximity-log compose\n\
         db-1      | 2026-11-30T10:00:00.000000001Z \u{1b}[32mLOG\u{1b}[0m:  ready\n\
         server-1  | 2026-11-30T10:00:00.500000000Z tab\there\n\
         Cannot connect to the Docker daemon\n",
    )
    .unwrap();
    assert_eq!(told.source, LogSource::Compose);
    let noon = 1_796_032_800_000;
    assert_eq!(
        texts(&told),
        [
            (Some(noon), "db", "LOG:  ready"),
            (Some(noon + 500), "server", "tab    here"),
            (None, "", "Cannot connect to the Docker daemon"),
        ]
    );
}

#[test]
fn lines_of_the_journal_are_read_with_and_without_a_colon_in_their_zone() {
    let told = read(
        "#proximity-log journal\n\
         2026-11-30T10:00:00.250000+00:00 tv mosquitto[214]: New connection\n\
         \x20                                 from 10.0.0.5\n\
         2026-11-30T11:00:01+0100 tv systemd[1]: Started mosquitto.service.\n\
         -- Boot 0a1b --\n",
    )
    .unwrap();
    let noon = 1_796_032_800_000;
    assert_eq!(
        texts(&told),
        [
            (Some(noon + 250), "mosquitto", "New connection"),
            (Some(noon + 250), "mosquitto", "from 10.0.0.5"),
            (Some(noon + 1_000), "systemd", "Started mosquitto.service."),
        ]
    );
}

#[test]
fn what_ended_before_it_began_says_nothing() {
    assert_eq!(read(""), None);
    assert_eq!(read("sh: 1: docker: not found\n"), None);
    assert_eq!(read("#proximity-log console\n").unwrap().source, LogSource::Console);
}

#[test]
fn a_mark_is_told_from_a_word_in_a_sentence() {
    for (text, expected) in [
        ("ERROR upstream closed", Some(Level::Error)),
        ("2026/11/30 10:00:00 [error] 31#31: open() failed", Some(Level::Error)),
        ("[10:00:00 WRN] slow query", Some(Level::Warn)),
        ("time=\"x\" level=warning msg=\"y\"", Some(Level::Warn)),
        ("{\"level\":\"info\",\"msg\":\"up\"}", Some(Level::Info)),
        ("level=debug cache", Some(Level::Debug)),
        ("LOG:  database system is ready", Some(Level::Info)),
        ("warn: retrying", Some(Level::Warn)),
        ("10.0.0.5 - - \"GET / HTTP/1.1\" 502 157", Some(Level::Error)),
        ("10.0.0.5 - - \"GET / HTTP/1.1\" 200 157", Some(Level::Info)),
        ("no error was found in the information", None),
        ("listening on port 8096", None),
        ("MIRROR_ERRORS=3", None),
    ] {
        assert_eq!(level(text), expected, "{text}");
    }
}

/// A program that writes so many lines at each of these moments.
fn written(moments: &[u8]) -> Vec<LogLine> {
    let mut at = 0;
    moments
        .iter()
        .enumerate()
        .map(|(number, pause)| {
            at += i64::from(*pause) * 1_000_000_000;
            LogLine { at: Some(Stamp(at)), source: "app".into(), text: number.to_string() }
        })
        .collect()
}

proptest! {
    #[test]
    fn whoever_follows_takes_each_line_once(
        pauses in prop::collection::vec(0u8..3, 1..80),
        looks in prop::collection::vec(1usize..20, 1..20),
    ) {
        let all = written(&pauses);
        let (mut mark, mut taken, mut there): (Option<Mark>, Vec<String>, usize) = (None, Vec::new(), 0);
        for more in looks.into_iter().chain([all.len()]) {
            there = (there + more).min(all.len());
            // As the programs tell it: all since that second.
            let last = mark.as_ref().and_then(|mark| mark.at);
            let since = last.map_or(i64::MIN, |at| at.0.div_euclid(1_000_000_000) * 1_000_000_000);
            let lines = all[..there].iter().filter(|line| line.at.unwrap().0 >= since).cloned().collect();
            let ask = LogAsk { after: mark.clone(), ..LogAsk::last(1_000) };
            let tail = fresh(Told { source: LogSource::Journal, lines }, &ask);
            prop_assert_eq!(tail.whole, Whole::Yes);
            mark = tail.mark;
            taken.extend(tail.lines.into_iter().map(|line| line.text));
        }
        prop_assert_eq!(taken, all.into_iter().map(|line| line.text).collect::<Vec<_>>());
    }

    #[test]
    fn a_filter_that_grows_shows_what_a_new_one_would(
        words in prop::collection::vec("[abAB]{0,5}", 0..60), filter in "[ab]{1,3}",
    ) {
        let mut grown = Ring::default();
        words.iter().for_each(|word| grown.push(line(word)));
        let mut anew = grown.clone();
        for end in 1..=filter.len() {
            grown.set_filter(&filter[..end]);
        }
        anew.set_filter(&filter);
        let shown = |ring: &Ring| ring.shown().map(|line| line.text.clone()).collect::<Vec<_>>();
        prop_assert_eq!(shown(&grown), shown(&anew));
        prop_assert!(shown(&anew).iter().all(|text| text.to_lowercase().contains(&filter)));
    }
}

fn line(text: &str) -> LogLine {
    LogLine { at: None, source: "".into(), text: text.into() }
}

#[test]
fn of_lines_that_bear_one_stamp_those_before_the_last_ones_are_not_told_later() {
    let all = written(&[1, 0, 0]);
    let told = |lines: &[LogLine]| Told { source: LogSource::Journal, lines: lines.to_vec() };
    let first = fresh(told(&all), &LogAsk::last(2));
    assert_eq!(first.lines, all[1..]);
    let ask = LogAsk { after: first.mark, ..LogAsk::last(2) };
    assert_eq!(fresh(told(&all), &ask).lines, []);
    let more = [&all[..], &[LogLine { text: "more".into(), ..all[0].clone() }]].concat();
    assert_eq!(fresh(told(&more), &ask).lines, more[3..]);
}

/// What a follow takes of pieces that follow each other.
fn followed(pieces: &[Vec<LogLine>]) -> Vec<Vec<String>> {
    let mut mark = None;
    let mut taken = Vec::new();
    for lines in pieces {
        let ask = LogAsk { after: mark.clone(), ..LogAsk::last(4) };
        let tail = fresh(Told { source: LogSource::File("/x".into()), lines: lines.clone() }, &ask);
        mark = tail.mark;
        taken.push(tail.lines.into_iter().map(|line| line.text).collect());
    }
    taken
}

#[test]
fn lines_that_do_not_say_when_are_taken_once_as_well() {
    let piece = |texts: &[&str]| texts.iter().map(|text| line(text)).collect::<Vec<_>>();
    let pieces = [
        piece(&["a", "b", "b", "c"]),
        piece(&["a", "b", "b", "c"]),
        piece(&["b", "c", "d", "b"]),
        piece(&["x", "y", "z", "x"]),
    ];
    let expected: [&[&str]; 4] = [&["a", "b", "b", "c"], &[], &["d", "b"], &["x", "y", "z", "x"]];
    assert_eq!(followed(&pieces), expected);
}

#[test]
fn an_error_that_does_not_say_when_is_told_also_later_and_not_again() {
    let stamped = written(&[1])[0].clone();
    let warned = |time: &str| line(&format!("time=\"{time}\" level=warning msg=\"obsolete\""));
    let down = line("Cannot connect to the Docker daemon");
    let pieces = [
        vec![warned("10:00:00"), stamped.clone()],
        vec![warned("10:00:02"), stamped.clone()],
        vec![down.clone()],
        vec![down],
        vec![stamped],
    ];
    let lengths: Vec<usize> = followed(&pieces).iter().map(Vec::len).collect();
    assert_eq!(lengths, [2, 0, 1, 0, 0]);
}

#[test]
fn what_was_left_out_is_said() {
    let lines = written(&[10; 20]);
    let ask = LogAsk { lines: 5, since: None, after: Some(Mark { at: Some(Stamp(1)), ..Mark::default() }) };
    let told = Told { source: LogSource::Journal, lines: lines[15..].to_vec() };
    assert_eq!(fresh(told, &ask).whole, Whole::LeftOut);
}

#[test]
fn memory_is_bounded_and_a_line_is_found_again_by_its_number() {
    let mut ring = Ring::default();
    for number in 0..CAPACITY + 500 {
        ring.push(line(&format!("line {number}")));
    }
    assert_eq!((ring.kept(), ring.len()), (CAPACITY, CAPACITY));
    assert_eq!(ring.get(0).unwrap().text, "line 500");
    let number = ring.number(1_000).unwrap();
    ring.push(line("one more"));
    assert_eq!(ring.get(ring.place(number)).unwrap().text, "line 1500");
    ring.set_filter("line 77");
    let at = ring.find("line 7777", 0, Way::Down).unwrap();
    assert_eq!(ring.get(at).unwrap().text, "line 7777");
    assert_eq!(ring.find("nowhere", 0, Way::Down), None);
    (0..CAPACITY).for_each(|_| ring.push(line("other")));
    assert!(ring.is_empty(), "those that fitted went with the others");
}

#[test]
fn secrets_in_maps_and_over_several_lines_are_dots_as_well() {
    for (text, expected) in [
        ("environment: {DB_PASSWORD: hunter2}", "environment: {DB_PASSWORD: ••••••••}"),
        ("{\"user\":\"a\",\"password\":\"b\"}", "{\"user\":\"a\",\"password\":\"••••••••\"}"),
        ("{user: a, 'token': 'it''s', tz: x}", "{user: a, 'token': '••••••••', tz: x}"),
        ("run: --password=hunter2 --user=a", "run: --password=•••••••• --user=a"),
        ("- \"API_KEY=a b\"", "- \"API_KEY=••••••••\""),
        ("db: [\"postgres://a:b@c\"]", "db: [••••••••]"),
        ("password: |\n  hunter2\n\n  too\nuser: a", "password: |\n  ••••••••\n\n  ••••••••\nuser: a"),
        ("- secret: >-\n    hunter2\n  user: a", "- secret: >-\n    ••••••••\n  user: a"),
        (
            "x\n-----BEGIN PRIVATE KEY-----\nMIIE\nabc=\n-----END PRIVATE KEY-----\ny: z",
            "x\n-----BEGIN PRIVATE KEY-----\n••••••••\n••••••••\n-----END PRIVATE KEY-----\ny: z",
        ),
        ("image: postgres:16", "image: postgres:16"),
        ("PASSWORD: ${PASSWORD}", "PASSWORD: ${PASSWORD}"),
    ] {
        assert_eq!(masked(text, &Known::default()), expected);
    }
}

#[test]
fn long_lines_are_cut_and_many_of_them_let_older_ones_go() {
    let mut ring = Ring::default();
    let long = "é".repeat(10_000);
    (0..10_000).for_each(|_| ring.push(line(&long)));
    assert!(ring.get(0).unwrap().text.len() < 8_010);
    assert!(ring.kept() < 8_001 && ring.kept() > 7_000, "{}", ring.kept());
}

#[test]
fn secrets_are_dots_wherever_they_stand() {
    let known = Known { names: vec!["PIN".into()], values: vec!["tr0ub4dor".into()] };
    let text = "PIN=1234\nURL=http://a:tr0ub4dor@db/\n- ADMIN_PASSWORD=hunter2\n\"api_key\": \"k-77\",\nTZ=Europe/Rome\nKEY: ${KEY}";
    let shown = masked(text, &known);
    for secret in ["1234", "tr0ub4dor", "hunter2", "k-77"] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
    assert!(shown.contains("TZ=Europe/Rome") && shown.contains("KEY: ${KEY}"), "{shown}");
    assert!(shown.contains(&format!("\"api_key\": \"{DOTS}\",")), "{shown}");
}
