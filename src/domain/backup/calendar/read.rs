//! Reads a calendar event: weekdays, a date, a time, each of which may be left out. What must hold: what Proxmox takes is
//! read as Proxmox reads it, and what is refused says which part of it.

use super::{Calendar, Span, Values, Weekday};

/// The highest year that Proxmox takes is the one before.
const YEARS: u32 = 2_200;

pub fn read(text: &str) -> Result<Calendar, String> {
    let lower = text.trim().to_ascii_lowercase();
    let (event, is_utc) = match lower.strip_suffix("utc") {
        Some(event) => (event.trim_end(), true),
        None => (lower.as_str(), false),
    };
    let spelled = in_full(event).unwrap_or(event);
    let mut calendar = of_parts(spelled)?;
    (calendar.text, calendar.is_utc) = (text.trim().to_owned(), is_utc);
    Ok(calendar)
}

/// The words that stand for an event of their own.
fn in_full(word: &str) -> Option<&'static str> {
    Some(match word {
        "minutely" => "*:*",
        "hourly" => "*:00",
        "daily" => "00:00",
        "weekly" => "mon 00:00",
        "monthly" => "*-01 00:00",
        "quarterly" => "01,04,07,10-01 00:00",
        "semiannually" | "semi-annually" => "01,07-01 00:00",
        "yearly" | "annually" => "01-01 00:00",
        _ => return None,
    })
}

fn of_parts(event: &str) -> Result<Calendar, String> {
    let end_of_days = event.find(|letter: char| !letter.is_ascii_alphabetic() && !",.".contains(letter));
    let starts_with_days = event.starts_with(|first: char| first.is_ascii_alphabetic());
    let (days, rest) = if starts_with_days { event.split_at(end_of_days.unwrap_or(event.len())) } else { ("", event) };
    let mut words = rest.split_whitespace().peekable();
    let date = words.next_if(|word| word.contains('-'));
    let time = words.next();
    if let Some(word) = words.next() {
        return Err(format!("nothing was expected at {word:?}"));
    }
    if days.is_empty() && date.is_none() && time.is_none() {
        return Err("it is empty".to_owned());
    }
    let [years, months, month_days] = date.map_or_else(|| Ok(Default::default()), date_of)?;
    let [hours, minutes, seconds] = time.map_or_else(|| time_of("0:0:0"), time_of)?;
    let (weekdays, text, is_utc) = (weekdays_of(days)?, String::new(), false);
    Ok(Calendar { text, is_utc, weekdays, years, months, days: month_days, hours, minutes, seconds })
}

fn weekdays_of(list: &str) -> Result<Vec<Weekday>, String> {
    let mut found = Vec::new();
    for part in list.split(',').filter(|_| !list.is_empty()) {
        let (from, to) = part.split_once("..").unwrap_or((part, part));
        let (from, to) = (weekday(from)?, weekday(to)?);
        // `fri..mon` goes over the end of the week.
        let length = (to + 7 - from) % 7;
        found.extend((from..=from + length).map(|day| Weekday::ALL[day % 7]));
    }
    Ok(found)
}

fn weekday(text: &str) -> Result<usize, String> {
    const NAMES: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    let is_meant = |name: &&str| text.len() >= 3 && name.starts_with(text);
    NAMES.iter().position(is_meant).ok_or_else(|| format!("{text:?} is no day of the week"))
}

/// `YYYY-MM-DD`, or without the year.
fn date_of(word: &str) -> Result<[Values; 3], String> {
    let parts: Vec<&str> = word.split('-').collect();
    let (years, month, day) = match parts.as_slice() {
        [years, month, day] => (values(years, 0, YEARS)?, month, day),
        [month, day] => (Values::default(), month, day),
        _ => return Err(format!("{word:?} is no date")),
    };
    Ok([years, values(month, 1, 13)?, values(day, 1, 32)?])
}

/// `HH:MM:SS`, or without the seconds; a number alone is minutes of every hour.
fn time_of(word: &str) -> Result<[Values; 3], String> {
    let parts: Vec<&str> = word.split(':').collect();
    let (hours, minutes, seconds) = match parts.as_slice() {
        [minutes] => (Values::default(), minutes, Values::one(0)),
        [hours, minutes] => (values(hours, 0, 24)?, minutes, Values::one(0)),
        [hours, minutes, seconds] => (values(hours, 0, 24)?, minutes, values(seconds, 0, 60)?),
        _ => return Err(format!("{word:?} is no time")),
    };
    Ok([hours, values(minutes, 0, 60)?, seconds])
}

/// `*`, `*/6`, or a list such as `8..17/2,22,0/15`, of values below `bound`.
fn values(list: &str, least: u32, bound: u32) -> Result<Values, String> {
    let number = |text: &str| number(text, bound);
    match list.split_once('/') {
        _ if list == "*" => return Ok(Values::default()),
        Some(("*", step)) => {
            return Ok(Values(vec![Span { from: least, to: u32::MAX, step: at_least_one(number(step)?)? }]));
        }
        _ => {}
    }
    let span = |part: &str| {
        let (range, step) = part.split_once('/').map_or((part, None), |(range, step)| (range, Some(step)));
        let (from, to) = range.split_once("..").map_or((range, None), |(from, to)| (from, Some(to)));
        let from = number(from)?;
        let to = match (to, step) {
            (Some(to), _) => number(to)?,
            (None, Some(_)) => u32::MAX,
            (None, None) => from,
        };
        let step = step.map_or(Ok(1), |step| at_least_one(number(step)?))?;
        if from > to { Err(format!("{part:?} ends before it begins")) } else { Ok(Span { from, to, step }) }
    };
    list.split(',').map(span).collect::<Result<_, String>>().map(Values)
}

fn number(text: &str, bound: u32) -> Result<u32, String> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let value = text.parse().ok().filter(|value| is_number && *value < bound);
    value.ok_or_else(|| format!("{text:?} is no number below {bound}"))
}

fn at_least_one(step: u32) -> Result<u32, String> {
    if step == 0 { Err("a step of 0 leads nowhere".to_owned()) } else { Ok(step) }
}
