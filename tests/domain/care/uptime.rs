//! How much of the time: by looks that were made, and in plain words.

use proximity::domain::{
    care::{Counts, Hour, Tally, Uptime, percent},
    moment::Moment,
};

#[test]
fn what_nobody_looked_at_is_neither_up_nor_down() {
    let mut tally = Tally::default();
    tally.count(Counts::Neither);
    assert_eq!((tally, tally.share()), (Tally::default(), None));
    for counts in [Counts::Up, Counts::Up, Counts::Neither, Counts::Down] {
        tally.count(counts);
    }
    assert_eq!(tally, Tally { looks: 3, good: 2 });
    let uptime = Uptime::of([tally, tally.and(Tally { looks: 1, good: 1 }), Tally::default()]);
    assert_eq!((uptime.week, uptime.month), (Some(0.75), None));
}

#[test]
fn a_hundred_of_a_hundred_is_said_only_where_nothing_was_missed() {
    let said = [Some(1.0), Some(0.99999), Some(0.999), Some(0.0), None].map(percent);
    assert_eq!(said, ["100 %", "99.9 %", "99.9 %", "0.0 %", "--"]);
}

#[test]
fn hours_begin_at_full_hours_also_before_1970() {
    assert_eq!(Hour::of(Moment::from_secs(7_199)), Hour(1));
    assert_eq!(Hour::of(Moment::from_secs(-1)), Hour(-1));
    assert_eq!(Hour(100).first_of(24), Hour(77));
}
