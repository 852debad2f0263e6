//! When a disk is full.

use std::time::Duration;

use proptest::prelude::*;
use proximity::domain::{alerting::Trend, fleet::Usage, moment::Moment};

const GIB: u64 = 1 << 30;
const HOUR: u64 = 3_600;

fn readings(hours: u64, a_day: u64) -> Vec<(Moment, u64)> {
    (0..hours).map(|hour| (Moment(0) + Duration::from_secs(hour * HOUR), GIB + hour * a_day / 24)).collect()
}

#[test]
fn a_day_tells_of_no_tendency_and_a_week_does() {
    assert_eq!(Trend::a_day(&readings(24, GIB)), None);
    let a_day = Trend::a_day(&readings(7 * 24, GIB)).unwrap();
    assert!(a_day.abs_diff(GIB) < GIB / 100, "{a_day}");
    let trend = Trend { a_day: Some(a_day), storage: None };
    assert_eq!(trend.days_left(Usage { used: 46 * GIB + GIB / 2, total: 50 * GIB }), Some(3));
    assert_eq!(trend.days_left(Usage { used: 0, total: 500 * GIB }), None, "nobody foresees that");
}

proptest! {
    #[test]
    fn what_does_not_grow_is_never_full(used in prop::collection::vec(0..GIB, 49..120)) {
        let mut used = used;
        used.sort_unstable_by(|a, b| b.cmp(a));
        let at = |hour: usize| Moment(0) + Duration::from_secs(hour as u64 * HOUR);
        let readings: Vec<_> = used.into_iter().enumerate().map(|(hour, used)| (at(hour), used)).collect();
        prop_assert_eq!(Trend::a_day(&readings), None);
    }
}
