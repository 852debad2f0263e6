//! What units have written down, and what programs say that only seem to be there. It lies in the guest's files.

use super::chatter::{self, Life};
use crate::{
    domain::moment::Moment,
    sim::shell::{files::Files, kernel::Kernel},
};

const KEPT_LINES: usize = 400;
const FOLDER: &str = "/var/log/journal";

fn path(unit: &str) -> String {
    format!("{FOLDER}/{unit}.log")
}

/// One entry, as the journal keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub at: Moment,
    /// The host, who wrote it, and what.
    pub text: String,
}

/// How `journalctl -o` shows an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    Short,
    ShortIso,
    ShortIsoPrecise,
    Cat,
}

impl Form {
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "short" => Some(Self::Short),
            "short-iso" => Some(Self::ShortIso),
            "short-iso-precise" => Some(Self::ShortIsoPrecise),
            "cat" => Some(Self::Cat),
            _ => None,
        }
    }
}

impl Entry {
    pub fn shown(&self, form: Form) -> String {
        let time = jiff::Timestamp::from_millisecond(self.at.0).unwrap_or_default();
        let (_, said) = self.text.split_once(' ').unwrap_or(("", &self.text));
        match form {
            Form::Short => format!("{} {}", time.strftime("%b %d %H:%M:%S"), self.text),
            Form::ShortIso => format!("{} {}", time.strftime("%Y-%m-%dT%H:%M:%S+00:00"), self.text),
            Form::ShortIsoPrecise => format!("{} {}", time.strftime("%Y-%m-%dT%H:%M:%S.%6f+00:00"), self.text),
            Form::Cat => said.split_once(": ").map_or(said, |(_, text)| text).to_owned(),
        }
    }
}

/// A line of a unit.
pub fn note(files: &mut Files, unit: &str, host: &str, text: &str, now: Moment) {
    let known = files.text(&path(unit)).unwrap_or_default();
    let over = (known.lines().count() + 1).saturating_sub(KEPT_LINES);
    let kept: String = known.lines().skip(over).map(|line| format!("{line}\n")).collect();
    files.write(&path(unit), &format!("{kept}{} {host} {text}\n", now.0), 0o640, now.as_secs());
}

fn of_file(files: &Files, unit: &str) -> Vec<Entry> {
    let text = files.text(&path(unit)).unwrap_or_default();
    let entry = |line: &str| {
        let (at, text) = line.split_once(' ')?;
        Some(Entry { at: Moment(at.parse().ok()?), text: text.to_owned() })
    };
    text.lines().filter_map(entry).collect()
}

/// Those of these units, or of all of them, oldest first.
pub fn entries(kernel: &Kernel, units: &[String]) -> Vec<Entry> {
    let files = &kernel.files;
    let all = || files.list(FOLDER).into_iter().filter_map(|name| name.strip_suffix(".log").map(str::to_owned));
    let names: Vec<String> = if units.is_empty() { all().collect() } else { units.to_vec() };
    let mut found: Vec<Entry> = names.iter().flat_map(|unit| of_file(files, unit)).collect();
    found.extend(said(kernel, units));
    found.sort_by_key(|entry| entry.at);
    found
}

/// What runs says something now and then; of an app that only seems to be there nobody else could tell.
fn said(kernel: &Kernel, units: &[String]) -> Vec<Entry> {
    let host = &kernel.host.name;
    let until = kernel.now;
    let booted = kernel.processes.get(&1).map_or(until, |first| first.began);
    let mut names: Vec<&str> = kernel.beside.iter().map(|listener| listener.name.as_str()).collect();
    names.dedup();
    let is_meant = |name: &&str| units.is_empty() || units.iter().any(|unit| unit == name);
    let of = |name: &str| {
        let life = Life { from: booted, until, pause: None };
        let entry = |(at, text)| Entry { at, text: format!("{host} {name}[214]: {text}") };
        chatter::lines(name, &life).into_iter().map(entry).collect::<Vec<_>>()
    };
    names.into_iter().filter(is_meant).flat_map(of).collect()
}
