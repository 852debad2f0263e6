//! Calendar events such as `mon..fri 02:30` or `*:0/15`: when the next one is. All times are UTC, as the simulated
//! nodes are.

use jiff::{Timestamp, civil::DateTime, tz::TimeZone};

/// One of the values that fit, or a run of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Item {
    One(i32),
    Range(i32, i32),
    /// From here on, so far apart.
    Step(i32, i32),
}

/// Nothing in it means any value.
type Values = Vec<Item>;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    /// Monday is 0.
    days_of_week: Values,
    years: Values,
    months: Values,
    days: Values,
    hours: Values,
    minutes: Values,
    seconds: Values,
}

const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
/// No event lies further ahead; one of a year that is over never comes.
const HORIZON_DAYS: u32 = 366 * 9;

fn fits(values: &Values, value: i32) -> bool {
    values.is_empty()
        || values.iter().any(|item| match *item {
            Item::One(one) => one == value,
            Item::Range(from, to) => (from..=to).contains(&value),
            Item::Step(from, step) => value >= from && (value - from) % step == 0,
        })
}

/// The first fitting value from `from` to `most`.
fn first(values: &Values, from: i32, most: i32) -> Option<i32> {
    (from..=most).find(|value| fits(values, *value))
}

impl Schedule {
    /// Reads an event; the error is what Proxmox says of a wrong one.
    pub fn read(text: &str) -> Result<Self, String> {
        let words: Vec<&str> = text.split_whitespace().collect();
        match words.as_slice() {
            [] => Err("unable to parse calendar event - event is empty".into()),
            [word] if named(word).is_some() => Self::of_words(named(word).unwrap_or(&[])),
            words => Self::of_words(words),
        }
        .map_err(|why| match why.is_empty() {
            true => "unable to parse calendar event - event is empty".into(),
            false => format!("invalid calendar event '{text}' - {why}"),
        })
    }

    fn of_words(words: &[&str]) -> Result<Self, String> {
        let zero = || vec![Item::One(0)];
        let (days_of_week, years, months, days) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let mut schedule = Self { days_of_week, years, months, days, hours: zero(), minutes: zero(), seconds: zero() };
        let mut rest = words;
        if let [word, after @ ..] = rest
            && word.starts_with(|c: char| c.is_ascii_alphabetic())
        {
            schedule.days_of_week = items(word, &weekday, 6).ok_or_else(|| wrong(word, "weekday"))?;
            rest = after;
        }
        if let [word, after @ ..] = rest
            && word.contains('-')
        {
            schedule.take_date(word).ok_or_else(|| wrong(word, "date"))?;
            rest = after;
        }
        if let [word, after @ ..] = rest {
            schedule.take_time(word).ok_or_else(|| wrong(word, "time"))?;
            rest = after;
        }
        match rest {
            [] => Ok(schedule),
            [word, ..] => Err(wrong(word, "unexpected")),
        }
    }

    fn take_date(&mut self, word: &str) -> Option<()> {
        let parts: Vec<&str> = word.split('-').collect();
        let (years, months, days) = match parts.as_slice() {
            [years, months, days] => (*years, *months, *days),
            [months, days] => ("*", *months, *days),
            _ => return None,
        };
        self.years = items(years, &number, 2_200)?;
        self.months = items(months, &number, 12)?;
        self.days = items(days, &number, 31)?;
        Some(())
    }

    fn take_time(&mut self, word: &str) -> Option<()> {
        let parts: Vec<&str> = word.split(':').collect();
        let (hours, minutes, seconds) = match parts.as_slice() {
            [minutes] => ("*", *minutes, "0"),
            [hours, minutes] => (*hours, *minutes, "0"),
            [hours, minutes, seconds] => (*hours, *minutes, *seconds),
            _ => return None,
        };
        self.hours = items(hours, &number, 23)?;
        self.minutes = items(minutes, &number, 59)?;
        self.seconds = items(seconds, &number, 59)?;
        Some(())
    }

    /// The first event after a time, both in seconds.
    pub fn next(&self, after: i64) -> Option<i64> {
        let start = Timestamp::from_second(after + 1).ok()?.to_zoned(TimeZone::UTC).datetime();
        let mut day = start.date();
        for ahead in 0..HORIZON_DAYS {
            let from = if ahead == 0 { start } else { day.at(0, 0, 0, 0) };
            if self.is_day(day)
                && let Some(found) = self.within(from)
            {
                return Some(found.to_zoned(TimeZone::UTC).ok()?.timestamp().as_second());
            }
            day = day.tomorrow().ok()?;
        }
        None
    }

    fn is_day(&self, day: jiff::civil::Date) -> bool {
        fits(&self.days_of_week, i32::from(day.weekday().to_monday_zero_offset()))
            && fits(&self.years, i32::from(day.year()))
            && fits(&self.months, i32::from(day.month()))
            && fits(&self.days, i32::from(day.day()))
    }

    /// The first event of a day from a time of it on.
    fn within(&self, from: DateTime) -> Option<DateTime> {
        let (hour, minute, second) = (i32::from(from.hour()), i32::from(from.minute()), i32::from(from.second()));
        for own in hour..=23 {
            if !fits(&self.hours, own) {
                continue;
            }
            let is_now = own == hour;
            let mut at = first(&self.minutes, if is_now { minute } else { 0 }, 59);
            while let Some(found) = at {
                let least = if is_now && found == minute { second } else { 0 };
                if let Some(second) = first(&self.seconds, least, 59) {
                    return Some(from.date().at(own as i8, found as i8, second as i8, 0));
                }
                at = first(&self.minutes, found + 1, 59);
            }
        }
        None
    }
}

fn wrong(word: &str, what: &str) -> String {
    format!("unable to parse calendar event at '{word}' - Context(\"{what}\")\n")
}

fn named(word: &str) -> Option<&'static [&'static str]> {
    Some(match word {
        "minutely" => &["*:*"],
        "hourly" => &["*:00"],
        "daily" => &["00:00"],
        "weekly" => &["mon", "00:00"],
        "monthly" => &["*-01", "00:00"],
        "quarterly" => &["01,04,07,10-01", "00:00"],
        "semiannually" | "semi-annually" => &["01,07-01", "00:00"],
        "yearly" | "annually" => &["01-01", "00:00"],
        _ => return None,
    })
}

fn number(text: &str) -> Option<i32> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

fn weekday(text: &str) -> Option<i32> {
    let text = text.to_ascii_lowercase();
    let at = DAYS.iter().position(|day| *day == text || day[..3] == text)?;
    i32::try_from(at).ok()
}

/// `8..17,22`, `0/15`, `*` or `*/6`, with values up to `most`.
fn items(text: &str, value: &impl Fn(&str) -> Option<i32>, most: i32) -> Option<Values> {
    if text == "*" {
        return Some(Vec::new());
    }
    let within = |text: &str| value(text).filter(|value| *value <= most);
    text.split(',')
        .map(|part| match (part.split_once(".."), part.split_once('/')) {
            (Some((from, to)), _) => {
                let (from, to) = (within(from)?, within(to)?);
                (from <= to).then_some(Item::Range(from, to))
            }
            (None, Some((from, step))) => {
                let from = if from == "*" { 0 } else { within(from)? };
                number(step).filter(|step| (1..=most.max(1)).contains(step)).map(|step| Item::Step(from, step))
            }
            (None, None) if part == "*" => Some(Item::Step(0, 1)),
            (None, None) => within(part).map(Item::One),
        })
        .collect()
}

/// Whether a text is a calendar event, for the table of formats.
pub fn calendar_event(text: &str) -> Result<(), String> {
    Schedule::read(text).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Friday the 20th of November 2026, 10:02:19.
    const FRIDAY: i64 = 1_795_168_939;

    fn next(text: &str) -> String {
        let at = Schedule::read(text).unwrap().next(FRIDAY).unwrap();
        Timestamp::from_second(at).unwrap().strftime("%a %m-%d %H:%M:%S").to_string()
    }

    #[test]
    fn events_are_found_where_a_calendar_has_them() {
        for (text, expected) in [
            ("mon..fri 02:30", "Mon 11-23 02:30:00"),
            ("*:0/1", "Fri 11-20 10:03:00"),
            ("*/6:00", "Fri 11-20 12:00:00"),
            ("8..17,22:0/15", "Fri 11-20 10:15:00"),
            ("sat 18:15", "Sat 11-21 18:15:00"),
            ("sat", "Sat 11-21 00:00:00"),
            ("0/5", "Fri 11-20 10:05:00"),
            ("*-05", "Sat 12-05 00:00:00"),
            ("Sat *-1..7 15:00", "Sat 12-05 15:00:00"),
            ("10:02:20", "Fri 11-20 10:02:20"),
            ("10:02:19", "Sat 11-21 10:02:19"),
            ("hourly", "Fri 11-20 11:00:00"),
            ("weekly", "Mon 11-23 00:00:00"),
            ("yearly", "Fri 01-01 00:00:00"),
        ] {
            assert_eq!(next(text), expected, "{text}");
        }
    }

    #[test]
    fn a_year_that_is_over_never_comes() {
        assert_eq!(Schedule::read("2015-10-21").unwrap().next(FRIDAY), None);
    }

    #[test]
    fn what_is_no_event_is_refused_in_its_words() {
        let why =
            "invalid calendar event 'every day' - unable to parse calendar event at 'every' - Context(\"weekday\")\n";
        assert_eq!(Schedule::read("every day"), Err(why.into()));
        for text in ["", "25:00", "mon..", "1:2:3:4", "mon 1:00 x", "*/0"] {
            assert!(Schedule::read(text).is_err(), "{text:?}");
        }
    }
}
