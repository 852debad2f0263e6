//! Numbers as people read them, in a fixed width where they stand in columns. What must hold: a number without a source
//! is `--`.

use std::time::Duration;

pub const UNKNOWN: &str = "--";

/// `38`, without its sign.
pub fn percent(fraction: Option<f32>) -> String {
    fraction.map_or_else(|| UNKNOWN.into(), |fraction| format!("{:.0}", (fraction * 100.0).clamp(0.0, 999.0)))
}

/// A number and its unit apart, so that the unit can be dim: `("12.4", "MB")`.
pub fn scaled(bytes: f64) -> (String, &'static str) {
    const UNITS: [&str; 6] = ["B", "kB", "MB", "GB", "TB", "PB"];
    let mut value = bytes.max(0.0);
    let mut unit = 0;
    while value >= 999.5 && unit + 1 < UNITS.len() {
        value /= 1024.0;
        unit += 1;
    }
    let text = if unit == 0 || value >= 99.95 { format!("{value:.0}") } else { format!("{value:.1}") };
    (text, UNITS[unit])
}

/// `12.4 GB`
pub fn size(bytes: u64) -> String {
    let (value, unit) = scaled(bytes as f64);
    format!("{value} {unit}")
}

/// `41/64 GB`: both in the unit of the larger.
pub fn share(used: u64, total: u64) -> (String, &'static str) {
    let (total_text, unit) = scaled(total as f64);
    let factor = if total > 0 { total_text.parse::<f64>().unwrap_or(0.0) / total as f64 } else { 0.0 };
    let used = used as f64 * factor;
    let used = if used >= 9.95 || used == 0.0 { format!("{used:.0}") } else { format!("{used:.1}") };
    let total_text = total_text
        .split_once('.')
        .filter(|(whole, _)| whole.len() > 1)
        .map_or(total_text.clone(), |(whole, _)| whole.into());
    (format!("{used}/{total_text}"), unit)
}

/// How long something has been up: `2 d 04 h`, `4 h 12 m`, `38 s`.
pub fn uptime(seconds: Option<u64>) -> String {
    let Some(seconds) = seconds else { return UNKNOWN.into() };
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{seconds} s"),
        (0, 0, minutes) => format!("{minutes} m"),
        (0, hours, minutes) => format!("{hours} h {minutes:02} m"),
        (days, hours, _) => format!("{days} d {hours:02} h"),
    }
}

/// How long something takes so far: `00:41`, `1:02:07`.
pub fn clock(time: Duration) -> String {
    let seconds = time.as_secs();
    match seconds / 3600 {
        0 => format!("{:02}:{:02}", seconds / 60, seconds % 60),
        hours => format!("{hours}:{:02}:{:02}", seconds / 60 % 60, seconds % 60),
    }
}

/// How old something is, in steps that do not make a screen restless.
pub fn age(time: Duration) -> String {
    match time.as_secs() {
        0..60 => "< 1 m".into(),
        seconds @ 60..3600 => format!("{} m", seconds / 60),
        seconds @ 3600..172_800 => format!("{} h", seconds / 3600),
        seconds => format!("{} d", seconds / 86_400),
    }
}

/// How long something took or will take: `38 s`, `12 m`, `1 h 20 m`.
pub fn span(time: Duration) -> String {
    match time.as_secs() {
        seconds @ 0..100 => format!("{seconds} s"),
        seconds @ 100..6000 => format!("{} m", seconds.div_ceil(60)),
        seconds => format!("{} h {:02} m", seconds / 3600, seconds / 60 % 60),
    }
}

/// A moment that is to come: `Tue 1 Dec 02:30`.
pub fn weekday(zone: &jiff::tz::TimeZone, at: crate::domain::moment::Moment) -> String {
    match jiff::Timestamp::from_millisecond(at.0) {
        Ok(time) => time.to_zoned(zone.clone()).strftime("%a %-d %b %H:%M").to_string(),
        Err(_) => UNKNOWN.into(),
    }
}
