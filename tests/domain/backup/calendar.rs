//! Schedules: as Proxmox reads them, on any clock.

use proptest::prelude::*;
use proximity::{
    domain::{
        backup::{Calendar, Clock, Utc},
        moment::Moment,
    },
    sim::{Answer, Call, Credentials, Data, Pace, Params, Seed},
};

use crate::proxmox::recorded::named;

/// Friday the 20th of November 2026, 10:02:19.
const FRIDAY: i64 = 1_795_168_939;

fn next_of(text: &str, after: i64, count: usize) -> Vec<i64> {
    let calendar = Calendar::read(text).unwrap();
    let mut times = vec![after];
    for _ in 0..count {
        let last = Moment::from_secs(times[times.len() - 1]);
        times.extend(calendar.next(last, &Utc).map(Moment::as_secs));
    }
    times.dedup();
    times.split_off(1)
}

#[test]
fn a_schedule_comes_round_when_the_recorded_host_says() {
    let Some(recorded) = named("schedule-analyze") else { return };
    let told: Vec<i64> =
        recorded.data().as_array().unwrap().iter().map(|row| row["timestamp"].as_i64().unwrap()).collect();
    assert_eq!(next_of("mon..fri 02:30", FRIDAY, 3), told);
}

#[test]
fn what_proxmox_takes_is_read_as_proxmox_reads_it() {
    const DAY: i64 = 86_400;
    let midnight = FRIDAY - FRIDAY.rem_euclid(DAY);
    let clock = |day: i64, hour: i64, minute: i64| midnight + day * DAY + hour * 3_600 + minute * 60;
    for (text, expected) in [
        ("8..17/2:0/30", vec![clock(0, 10, 30), clock(0, 12, 0), clock(0, 12, 30)]),
        ("*/6:00", vec![clock(0, 12, 0), clock(0, 18, 0), clock(1, 0, 0)]),
        ("fri..mon 2:30", vec![clock(1, 2, 30), clock(2, 2, 30), clock(3, 2, 30), clock(7, 2, 30)]),
        ("Monday,thu..fri 02:30", vec![clock(3, 2, 30), clock(6, 2, 30), clock(7, 2, 30)]),
        ("SAT,sun", vec![clock(1, 0, 0), clock(2, 0, 0), clock(8, 0, 0)]),
        ("45", vec![clock(0, 10, 45), clock(0, 11, 45)]),
        ("*-*/2 1:00", vec![clock(1, 1, 0), clock(3, 1, 0), clock(5, 1, 0)]),
        ("mon *-1..7 01:00", vec![clock(17, 1, 0)]),
        ("02:30 UTC", vec![clock(1, 2, 30)]),
        ("hourly", vec![clock(0, 11, 0)]),
        ("weekly", vec![clock(3, 0, 0), clock(10, 0, 0)]),
        ("monthly", vec![clock(11, 0, 0)]),
        ("quarterly", vec![clock(42, 0, 0)]),
        ("annually", vec![clock(42, 0, 0)]),
        ("2015-10-21", vec![]),
    ] {
        assert_eq!(next_of(text, FRIDAY, expected.len().max(1))[..], expected[..], "{text}");
    }
}

#[test]
fn a_rare_day_is_found_and_one_that_never_comes_is_not_looked_for_without_end() {
    assert_eq!(next_of("*-02-29", FRIDAY, 1), [1_835_395_200], "2028");
    for never in ["*-02-30", "*-00-01", "2026-01-01", "*-13..12"] {
        assert!(Calendar::read(never).map_or(true, |it| it.next(Moment::from_secs(FRIDAY), &Utc).is_none()), "{never}");
    }
}

#[test]
fn what_is_no_schedule_is_refused_with_the_part_that_is_wrong() {
    for text in
        ["", "  ", "every day", "25:00", "mon..", "1:2:3:4", "mon 1:00 x", "*/0", "mo", "5..3:00", "1-2-3-4", "+1:00"]
    {
        let refused = Calendar::read(text).unwrap_err();
        assert!(refused.to_string().starts_with(&format!("{text:?} is no schedule: ")), "{refused}");
        assert!(!refused.why.is_empty());
    }
}

#[test]
fn how_far_apart_its_times_are_is_the_longest_night_of_a_week() {
    for (text, hours) in [
        ("02:30", 24),
        ("mon..fri 02:30", 72),
        ("mon..fri 8..17:0/15", 62),
        ("*/6:00", 6),
        ("sat", 7 * 24),
        ("monthly", 31 * 24),
    ] {
        let gap = Calendar::read(text).unwrap().longest_gap(Moment::default()).unwrap();
        assert_eq!(gap.as_secs() / 3_600, hours, "{text}");
    }
}

/// An hour ahead, and two from the last Sunday of March 2026 to the last of October, as in the middle of Europe.
struct Summer;

const MARCH: i64 = 1_774_746_000;
const OCTOBER: i64 = 1_792_890_000;

impl Clock for Summer {
    fn offset(&self, at: Moment) -> i64 {
        if (MARCH..OCTOBER).contains(&at.as_secs()) { 7_200 } else { 3_600 }
    }
}

#[test]
fn a_time_that_a_day_does_not_have_is_passed_over_and_one_that_comes_twice_comes_once() {
    let nightly = Calendar::read("02:30").unwrap();
    let next = |after: i64| nightly.next(Moment::from_secs(after), &Summer).unwrap().as_secs();
    // On that Sunday the clock goes from 2 to 3.
    let saturday = next(MARCH - 86_400);
    assert_eq!(saturday, MARCH - 86_400 + 1_800);
    assert_eq!(next(saturday), saturday + 2 * 86_400 - 3_600);
    // In October it goes from 3 back to 2.
    let sunday = next(OCTOBER - 7_200);
    assert_eq!(sunday, OCTOBER - 1_800);
    assert_eq!(next(sunday), sunday + 86_400 + 3_600);
}

fn number(bound: u32) -> impl Strategy<Value = String> {
    (0..bound).prop_map(|value| value.to_string())
}

/// Such as both of them read.
fn list(least: u32, bound: u32) -> impl Strategy<Value = String> {
    let one = (least..bound).prop_map(|value| value.to_string());
    let range = (least..bound, least..bound).prop_map(|(a, b)| format!("{}..{}", a.min(b), a.max(b)));
    let step = (least..bound, 1..bound).prop_map(|(from, step)| format!("{from}/{step}"));
    let items = prop_oneof![3 => one, 1 => range, 1 => step];
    prop_oneof![2 => Just("*".to_owned()), 5 => proptest::collection::vec(items, 1..4).prop_map(|items| items.join(","))]
}

fn event() -> impl Strategy<Value = String> {
    let day = prop_oneof!["mon|tue|wed|thu|fri|sat|sun", Just("Mon..fri".to_owned()), Just("sunday".to_owned())];
    let days = proptest::collection::vec(day, 1..3).prop_map(|days| days.join(","));
    let date = prop_oneof![
        (list(1, 13), list(1, 32)).prop_map(|(month, day)| format!("{month}-{day}")),
        (2_025..2_031_u32, list(1, 13), list(1, 32)).prop_map(|(year, month, day)| format!("{year}-{month}-{day}")),
    ];
    let time = prop_oneof![
        (list(0, 24), list(0, 60)).prop_map(|(hour, minute)| format!("{hour}:{minute}")),
        (list(0, 24), list(0, 60), list(0, 60)).prop_map(|(hour, minute, second)| format!("{hour}:{minute}:{second}")),
        (1..24_u32, number(60)).prop_map(|(step, minute)| format!("*/{step}:{minute}")),
        number(60),
    ];
    let words = "minutely|hourly|daily|weekly|monthly|quarterly|semiannually|semi-annually|yearly|annually";
    let parts = (proptest::option::of(days), proptest::option::weighted(0.3, date), time)
        .prop_map(|(days, date, time)| [days, date, Some(time)].into_iter().flatten().collect::<Vec<_>>().join(" "));
    prop_oneof![1 => words, 9 => parts]
}

/// As the simulated host has it, which shares nothing with ours.
fn told_by_host(text: &str, after: i64, count: usize) -> Vec<i64> {
    let mut datacenter = Seed::plain(1, 1).plant(Pace::NOON);
    let login = Seed::plain(1, 1).login();
    let credentials = Credentials::Token(format!("{}={}", login.token_id, login.token_secret));
    let (after, count) = (after.to_string(), count.to_string());
    let params = Params::from([("schedule", text), ("iterations", count.as_str()), ("starttime", after.as_str())]);
    let path = "/cluster/jobs/schedule-analyze";
    match datacenter.answer(Pace::NOON, Call { method: "GET".into(), path: path.into(), params, credentials }) {
        Answer::Good(Data::Json(rows)) => {
            rows.as_array().unwrap().iter().map(|row| row["timestamp"].as_i64().unwrap()).collect()
        }
        _ => panic!("{text} was not answered"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn the_next_times_are_those_of_the_simulated_host(text in event(), after in 1_700_000_000..1_900_000_000_i64) {
        // The host looks nine years ahead, we somewhat further.
        let near = |times: Vec<i64>| -> Vec<i64> { times.into_iter().filter(|at| *at < after + 8 * 31_536_000).collect() };
        prop_assert_eq!(near(next_of(&text, after, 4)), near(told_by_host(&text, after, 4)), "{}", text);
    }

    #[test]
    fn the_next_time_lies_ahead_whatever_the_clock_does(text in event(), after in MARCH - 400_000..OCTOBER + 400_000) {
        let calendar = Calendar::read(&text).unwrap();
        if let Some(next) = calendar.next(Moment::from_secs(after), &Summer) {
            prop_assert!(next.as_secs() > after);
        }
    }

    #[test]
    fn no_text_is_fatal(text in "[a-z0-9*/.,: -]{0,24}") {
        if let Ok(calendar) = Calendar::read(&text) {
            calendar.next(Moment::from_secs(FRIDAY), &Utc);
        }
    }
}
