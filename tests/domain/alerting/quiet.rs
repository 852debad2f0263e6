//! Quiet hours, by a clock that is stepped.

use proptest::prelude::*;
use proximity::domain::{
    alerting::{Limits, QuietHours, Tone},
    care::{AlertRules, Switch},
    moment::Moment,
};

use super::{Desk, rules, said};

/// A Monday at this time of day.
fn monday(hour: i64, minute: i64) -> Moment {
    Moment::from_secs(1_795_996_800 + (hour * 60 + minute) * 60)
}

fn hours(text: &str) -> QuietHours {
    QuietHours::read(text).unwrap()
}

#[test]
fn they_pass_midnight_and_begin_on_their_days() {
    let night = hours("22:00-07:00");
    let quiet = |at| night.cover(at, 0);
    assert!(!quiet(monday(21, 59)) && quiet(monday(22, 0)) && quiet(monday(0, 0)) && quiet(monday(6, 59)));
    assert!(!quiet(monday(7, 0)) && !quiet(monday(12, 0)));
    let weekend = hours("fri-sun 23:00-09:00");
    assert!(weekend.cover(monday(8, 0), 0), "what began on Sunday ends on Monday");
    assert!(!weekend.cover(monday(23, 30), 0));
    let noon = hours("mon 12:00-13:00");
    assert!(noon.cover(monday(12, 30), 0) && !noon.cover(monday(36, 30), 0));
    assert!(night.cover(monday(20, 30), 2 * 3_600), "by the clock on the wall");
    assert!(!hours("off").cover(monday(3, 0), 0) && hours("").is_off());
}

#[test]
fn what_are_no_hours_are_refused() {
    for text in ["22:00", "22-7", "25:00-07:00", "22:60-07:00", "foo 22:00-07:00", "22:00-22:00", "mon-foo 1:00-2:00"] {
        assert_eq!(QuietHours::read(text), None, "{text}");
    }
}

#[test]
fn what_is_held_back_is_delivered_as_one_summary() {
    let mut desk = Desk::new(AlertRules { quiet: hours("22:00-07:00"), ..rules() });
    desk.now = monday(23, 0);
    let turn = desk.sees(&[("web", 90), ("db", 97)]);
    assert_eq!(said(&turn), ["+db!", "+web"], "the deck shows it at any hour");
    let titles: Vec<_> = turn.messages.iter().map(|message| message.title.as_str()).collect();
    assert_eq!(titles, ["db: disk 97 %"], "danger is delivered all the same");
    assert!(desk.later(3_600).sees(&[("mail", 90), ("db", 97)]).messages.is_empty());
    let turn = desk.later(7 * 3_600).sees(&[("mail", 90), ("db", 97)]);
    let [summary] = turn.messages.as_slice() else { panic!("{:#?}", turn.messages) };
    assert_eq!(
        (summary.tone, summary.title.as_str()),
        (Tone::Summary, "2 alerts while it was quiet, 1 of them over by now")
    );
    assert_eq!(summary.body, "web: disk 90 % (over)\nmail: disk 90 %");
    assert!(desk.later(30).sees(&[("mail", 90), ("db", 97)]).messages.is_empty());
}

#[test]
fn danger_waits_too_where_the_operator_wants_to_sleep() {
    let mut desk = Desk::new(AlertRules { quiet: hours("22:00-07:00"), quiet_danger: Switch::Off, ..rules() });
    desk.now = monday(23, 0);
    assert!(desk.sees(&[("db", 97)]).messages.is_empty());
    let turn = desk.later(8 * 3_600).sees(&[("db", 97)]);
    assert_eq!(turn.messages[0].title, "1 alert while it was quiet");
}

#[test]
fn what_another_process_held_back_is_not_lost() {
    let mut desk = Desk::new(AlertRules { quiet: hours("22:00-07:00"), ..rules() });
    desk.now = monday(23, 0);
    let turn = desk.sees(&[("web", 90)]);
    let last = desk.only().id;
    desk.alarms = proximity::domain::alerting::Alarms::take_up(turn.changed, last);
    assert_eq!(desk.later(8 * 3_600).sees(&[("web", 90)]).messages[0].title, "1 alert while it was quiet");
}

proptest! {
    #[test]
    fn hours_that_are_written_are_read_back(from in 0_u32..1440, to in 0_u32..1440, days in prop::option::of((0_usize..7, 0_usize..7))) {
        prop_assume!(from != to);
        let names = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
        let days = days.map(|(first, last)| format!("{}-{} ", names[first], names[last])).unwrap_or_default();
        let text = format!("{days}{:02}:{:02}-{:02}:{:02}", from / 60, from % 60, to / 60, to % 60);
        let read = QuietHours::read(&text).unwrap();
        let again = QuietHours::read(&String::from(read.clone())).unwrap();
        prop_assert_eq!(read, again);
    }

    #[test]
    fn limits_that_are_written_are_read_back(warning in 1_u8..99, more in 0_u8..50) {
        let danger = warning.saturating_add(more).min(100);
        let limits = if danger > warning { Limits::new(warning, danger) } else { Limits::warning(warning) };
        let text = toml::Value::try_from(limits).unwrap();
        prop_assert_eq!(text.try_into::<Limits>().unwrap(), limits);
    }
}
