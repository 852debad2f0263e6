//! Calendar events as Proxmox writes them, such as `mon..fri 02:30` or `*/6:00`, and when they come round. Pure: the
//! clock on the wall is handed in. What must hold: the next time lies ahead, and a time of day that a day does not have
//! is passed over.

mod day;
mod read;

use std::time::Duration;

use self::day::Day;
use super::super::moment::Moment;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Weekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

impl Weekday {
    pub const ALL: [Self; 7] =
        [Self::Monday, Self::Tuesday, Self::Wednesday, Self::Thursday, Self::Friday, Self::Saturday, Self::Sunday];
}

/// Tells the time of day at some place, which the pure rules do not know.
pub trait Clock {
    /// Seconds to be added to UTC at this moment.
    fn offset(&self, at: Moment) -> i64;
}

/// Where nobody moves the hands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Utc;

impl Clock for Utc {
    fn offset(&self, _: Moment) -> i64 {
        0
    }
}

/// Values so far apart from one to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Span {
    from: u32,
    to: u32,
    step: u32,
}

/// Nothing in it means any value.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Values(Vec<Span>);

impl Values {
    fn one(value: u32) -> Self {
        Self(vec![Span { from: value, to: value, step: 1 }])
    }

    fn fits(&self, value: u32) -> bool {
        let within =
            |span: &Span| (span.from..=span.to).contains(&value) && (value - span.from).is_multiple_of(span.step);
        self.0.is_empty() || self.0.iter().any(within)
    }

    fn is_over(&self, value: u32) -> bool {
        !self.0.is_empty() && self.0.iter().all(|span| span.to < value)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    text: String,
    is_utc: bool,
    weekdays: Vec<Weekday>,
    years: Values,
    months: Values,
    days: Values,
    hours: Values,
    minutes: Values,
    seconds: Values,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is no schedule: {why}")]
pub struct NotACalendar {
    pub text: String,
    pub why: String,
}

const DAY: i64 = 86_400;
/// Days that are looked at before it is said that none comes: every weekday meets every date within 28 years, and within
/// 40 around a year 2100.
const DAYS_LOOKED_AT: usize = 366 * 40;
/// So many times of a week tell how far apart they are.
const TIMES_OF_A_WEEK: usize = 400;
/// Of one that comes once a month.
const TIMES_OF_A_YEAR: usize = 13;
const WEEK: Duration = Duration::from_secs(7 * 86_400);

impl Calendar {
    pub fn read(text: &str) -> Result<Self, NotACalendar> {
        read::read(text).map_err(|why| NotACalendar { text: text.to_owned(), why })
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    /// The next time after `after`. A time that the clock shows twice comes the first time only.
    pub fn next(&self, after: Moment, clock: &impl Clock) -> Option<Moment> {
        let after = after.as_secs();
        let local = after + self.offset(after, clock);
        let mut day = Day::of(local.div_euclid(DAY));
        let mut from = local.rem_euclid(DAY) as u32 + 1;
        for _ in 0..DAYS_LOOKED_AT {
            if self.years.is_over(day.year) {
                return None;
            }
            let times = self.is_day(&day).then(|| self.times(from)).into_iter().flatten();
            let moments = times.filter_map(|time| self.moment(day.number * DAY + i64::from(time), clock));
            if let Some(found) = moments.into_iter().find(|found| *found > after) {
                return Some(Moment::from_secs(found));
            }
            day = self.next_day(&day);
            from = 0;
        }
        None
    }

    /// How far apart its times are at most: in the week after `from`, and in a year where it comes once a month.
    pub fn longest_gap(&self, from: Moment) -> Option<Duration> {
        let mut at = self.next(from, &Utc)?;
        let mut longest = Duration::ZERO;
        for times in 0..TIMES_OF_A_WEEK {
            if times >= TIMES_OF_A_YEAR && at.since(from) > WEEK {
                break;
            }
            let next = self.next(at, &Utc)?;
            (longest, at) = (longest.max(next.since(at)), next);
        }
        Some(longest)
    }

    fn offset(&self, at: i64, clock: &impl Clock) -> i64 {
        if self.is_utc { 0 } else { clock.offset(Moment::from_secs(at)) }
    }

    /// When the clock shows this; nothing where it never does, because the hands were moved over it.
    fn moment(&self, local: i64, clock: &impl Clock) -> Option<i64> {
        let (before, after) = (self.offset(local - DAY, clock), self.offset(local + DAY, clock));
        let shows = |offset: &i64| self.offset(local - offset, clock) == *offset;
        [before.max(after), before.min(after)].into_iter().find(shows).map(|offset| local - offset)
    }

    fn is_day(&self, day: &Day) -> bool {
        (self.weekdays.is_empty() || self.weekdays.contains(&day.weekday()))
            && self.years.fits(day.year)
            && self.months.fits(day.month)
            && self.days.fits(day.day)
    }

    /// Years and months with nothing in them are not gone through day by day.
    fn next_day(&self, day: &Day) -> Day {
        if !self.years.fits(day.year) {
            Day::at(day.year + 1, 1, 1)
        } else if !self.months.fits(day.month) {
            let (year, month) = if day.month == 12 { (day.year + 1, 1) } else { (day.year, day.month + 1) };
            Day::at(year, month, 1)
        } else {
            Day::of(day.number + 1)
        }
    }

    /// Its times of a day from a second of it on, in their order.
    fn times(&self, from: u32) -> impl Iterator<Item = u32> {
        let hours = (from / 3_600..24).filter(|hour| self.hours.fits(*hour));
        let minutes = hours.flat_map(move |hour| {
            let fits = move |minute: &u32| hour * 3_600 + minute * 60 + 59 >= from && self.minutes.fits(*minute);
            (0..60).filter(fits).map(move |minute| hour * 3_600 + minute * 60)
        });
        let seconds = minutes
            .flat_map(|minute| (0..60).filter(|second| self.seconds.fits(*second)).map(move |second| minute + second));
        seconds.filter(move |time| *time >= from)
    }
}
