//! Hours in which nothing is delivered. What must hold: a time that is written is read back the same, and what begins in
//! the evening ends on the next morning.

use serde::{Deserialize, Serialize};

use crate::domain::moment::Moment;

/// Written `"22:00-07:00"`, or `"mon-fri 22:00-07:00"` by the days on which they begin; nothing is never.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct QuietHours(Option<Hours>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Hours {
    /// The days on which they begin; the first and the last of a row that may pass the end of the week.
    days: Option<(usize, usize)>,
    /// Minutes of the day.
    from: u32,
    to: u32,
}

const DAY: i64 = 24 * 60;
const NAMES: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
/// 1970 began on one.
const THURSDAY: i64 = 3;

impl QuietHours {
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim().to_ascii_lowercase();
        if text.is_empty() || text == "off" {
            return Some(Self(None));
        }
        let (days, hours) = match text.split_once(' ') {
            Some((days, hours)) => (Some(row(days)?), hours.trim()),
            None => (None, text.as_str()),
        };
        let (from, to) = hours.split_once('-')?;
        let (from, to) = (minute(from)?, minute(to)?);
        (from != to).then_some(Self(Some(Hours { days, from, to })))
    }

    pub fn is_off(&self) -> bool {
        self.0.is_none()
    }

    /// Whether they are now; `offset` is what the clock on the wall is ahead of UTC, in seconds.
    pub fn cover(&self, now: Moment, offset: i64) -> bool {
        let Some(hours) = &self.0 else { return false };
        let minutes = (now.as_secs() + offset).div_euclid(60);
        let (day, minute) = (minutes.div_euclid(DAY), minutes.rem_euclid(DAY));
        let (from, to) = (i64::from(hours.from), i64::from(hours.to));
        if from < to {
            return hours.begin_on(day) && (from..to).contains(&minute);
        }
        (minute >= from && hours.begin_on(day)) || (minute < to && hours.begin_on(day - 1))
    }
}

impl Hours {
    fn begin_on(&self, day: i64) -> bool {
        let weekday = usize::try_from((day + THURSDAY).rem_euclid(7)).unwrap_or_default();
        match self.days {
            None => true,
            Some((first, last)) if first <= last => (first..=last).contains(&weekday),
            Some((first, last)) => weekday >= first || weekday <= last,
        }
    }
}

fn row(text: &str) -> Option<(usize, usize)> {
    let day = |text: &str| NAMES.iter().position(|name| *name == text);
    match text.split_once('-') {
        Some((first, last)) => Some((day(first)?, day(last)?)),
        None => day(text).map(|day| (day, day)),
    }
}

fn minute(text: &str) -> Option<u32> {
    let (hour, minute) = text.trim().split_once(':')?;
    let (hour, minute): (u32, u32) = (hour.parse().ok()?, minute.parse().ok()?);
    (hour < 24 && minute < 60).then_some(hour * 60 + minute)
}

impl TryFrom<String> for QuietHours {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let why = || format!("{text:?} are no hours: write \"22:00-07:00\", \"mon-fri 22:00-07:00\", or \"off\"");
        Self::read(&text).ok_or_else(why)
    }
}

impl From<QuietHours> for String {
    fn from(QuietHours(hours): QuietHours) -> Self {
        let Some(Hours { days, from, to }) = hours else { return "off".into() };
        let days = match days {
            Some((first, last)) if first == last => format!("{} ", NAMES[first]),
            Some((first, last)) => format!("{}-{} ", NAMES[first], NAMES[last]),
            None => Self::new(),
        };
        format!("{days}{:02}:{:02}-{:02}:{:02}", from / 60, from % 60, to / 60, to % 60)
    }
}
