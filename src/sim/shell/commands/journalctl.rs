//! `journalctl`: what units have written down, in the forms of the real one.

use super::{Call, Command, Running};
use crate::{
    domain::moment::Moment,
    sim::shell::software::{
        journal::{self, Form},
        units,
    },
};

pub const TABLE: &[Command] = &[("journalctl", journalctl)];

/// What is asked for.
struct Wanted {
    most: usize,
    units: Vec<String>,
    since: Option<Moment>,
    until: Option<Moment>,
    form: Form,
    is_quiet: bool,
}

fn journalctl(call: Call) -> Running {
    Box::pin(async move {
        let wanted = match read(&call) {
            Ok(wanted) => wanted,
            Err(why) => {
                call.write(2, format!("{why}\n").as_bytes()).await?;
                return Ok(1);
            }
        };
        let is_meant =
            |at: Moment| wanted.since.is_none_or(|since| at >= since) && wanted.until.is_none_or(|until| at <= until);
        let mut entries = call.sys.with(|kernel| journal::entries(kernel, &wanted.units));
        entries.retain(|entry| is_meant(entry.at));
        if entries.is_empty() && !wanted.is_quiet {
            call.out("-- No entries --\n").await?;
        }
        for entry in entries.iter().skip(entries.len().saturating_sub(wanted.most)) {
            call.write(1, format!("{}\n", entry.shown(wanted.form)).as_bytes()).await?;
        }
        Ok(0)
    })
}

/// Options that take a value, by their long names.
const VALUED: [(&str, &str); 6] =
    [("-n", "lines"), ("-u", "unit"), ("-S", "since"), ("-U", "until"), ("-o", "output"), ("-p", "priority")];

fn read(call: &Call) -> Result<Wanted, String> {
    let mut wanted =
        Wanted { most: usize::MAX, units: Vec::new(), since: None, until: None, form: Form::Short, is_quiet: false };
    let mut given = call.words[1..].iter();
    while let Some(word) = given.next() {
        if word == "-q" || word == "--quiet" {
            wanted.is_quiet = true;
            continue;
        }
        let long = word.strip_prefix("--").map(|long| long.split_once('=').map_or((long, None), |(n, v)| (n, Some(v))));
        let named = match long {
            Some((name, value)) => VALUED.iter().find(|(_, known)| *known == name).map(|(_, name)| (*name, value)),
            // Letters may stand together, and the last one's value behind it: `-xeu NAME`, `-n5`.
            None => VALUED.iter().find_map(|(short, name)| {
                let letter = short.chars().nth(1)?;
                let rest = word.strip_prefix('-')?;
                let at = rest.find(letter)?;
                let is_last = rest[..at].chars().all(|other| VALUED.iter().all(|(short, _)| !short.ends_with(other)));
                is_last.then(|| (*name, Some(&rest[at + 1..]).filter(|value| !value.is_empty())))
            }),
        };
        let Some((name, value)) = named else { continue };
        let value = match value {
            Some(value) => value.to_owned(),
            None => given.next().cloned().unwrap_or_default(),
        };
        take(&mut wanted, name, &value)?;
    }
    Ok(wanted)
}

fn take(wanted: &mut Wanted, name: &str, value: &str) -> Result<(), String> {
    match name {
        "lines" if value == "all" => {}
        "lines" => wanted.most = value.parse().map_err(|_| format!("Failed to parse lines '{value}'"))?,
        "unit" => wanted.units.push(units::short(value).to_owned()),
        "since" => wanted.since = Some(moment(value)?),
        "until" => wanted.until = Some(moment(value)?),
        "output" => wanted.form = Form::named(value).ok_or_else(|| format!("Unknown output format '{value}'."))?,
        _ => {}
    }
    Ok(())
}

/// `@1764514800`, `2026-11-30 15:00:00`, or with a `T` and a zone.
fn moment(text: &str) -> Result<Moment, String> {
    let wrong = || format!("Failed to parse timestamp: {text}");
    if let Some(seconds) = text.strip_prefix('@') {
        let seconds: f64 = seconds.parse().map_err(|_| wrong())?;
        return Ok(Moment((seconds * 1000.0) as i64));
    }
    if let Ok(time) = text.parse::<jiff::Timestamp>() {
        return Ok(Moment(time.as_millisecond()));
    }
    let time: jiff::civil::DateTime = text.parse().map_err(|_| wrong())?;
    let time = time.to_zoned(jiff::tz::TimeZone::UTC).map_err(|_| wrong())?;
    Ok(Moment(time.timestamp().as_millisecond()))
}
