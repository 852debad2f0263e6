//! Lines as the programs write them, read. What must hold: whatever stands in a line, it becomes one line of text that
//! cannot command a terminal.

use std::{collections::VecDeque, sync::Arc};

use super::{
    LogLine, LogSource, Stamp,
    script::{MOST, SIGN},
};

/// All that a script printed.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    pub source: LogSource,
    pub lines: Vec<LogLine>,
}

/// Nothing where the script did not come so far as to say where it looks.
pub fn read(printed: &str) -> Option<Told> {
    let mut source = None;
    let mut from: Arc<str> = "".into();
    let mut lines: Vec<LogLine> = Vec::new();
    let mut lengths = lengths(printed);
    let share = MOST / lengths.len().max(1);
    let mut is_cut = false;
    let mut is_first = true;
    for line in printed.lines() {
        if let Some(words) = line.strip_prefix(SIGN) {
            let (kind, rest) = words.split_once(' ').unwrap_or((words, ""));
            source = Some(of(kind, rest)?);
            (from, is_first) = (rest.into(), true);
            is_cut = lengths.pop_front().is_some_and(|length| length >= share);
            continue;
        }
        let Some(source) = &source else { continue };
        let is_torn = std::mem::take(&mut is_first) && is_cut;
        let before = lines.last().map(|line| (line.at, line.source.clone()));
        match one(source, line, &from, before) {
            Some(read) if !is_torn || read.at.is_some() => lines.push(read),
            _ => {}
        }
    }
    Some(Told { source: source?, lines })
}

/// How much stands under each line of the script's own.
fn lengths(printed: &str) -> VecDeque<usize> {
    let mut lengths = VecDeque::new();
    for line in printed.split_inclusive('\n') {
        if line.starts_with(SIGN) {
            lengths.push_back(0);
        } else if let Some(length) = lengths.back_mut() {
            *length += line.len();
        }
    }
    lengths
}

fn of(kind: &str, rest: &str) -> Option<LogSource> {
    Some(match kind {
        "compose" => LogSource::Compose,
        "container" => LogSource::Containers,
        "journal" => LogSource::Journal,
        "file" => LogSource::File(rest.into()),
        "console" => LogSource::Console,
        _ => return None,
    })
}

fn one(source: &LogSource, line: &str, from: &Arc<str>, before: Option<(Option<Stamp>, Arc<str>)>) -> Option<LogLine> {
    match source {
        LogSource::Compose => Some(match line.split_once("| ") {
            Some((name, rest)) if !name.trim().contains(' ') => stamped(rest, short(name.trim()).into()),
            _ => LogLine { at: None, source: "".into(), text: plain(line) },
        }),
        LogSource::Containers => Some(stamped(line, from.clone())),
        LogSource::Journal => of_journal(line, before),
        LogSource::File(_) => Some(LogLine { at: None, source: "".into(), text: plain(line) }),
        LogSource::Console => None,
    }
}

/// `db-1` is the first of a service, and nearly always the only one.
fn short(name: &str) -> &str {
    name.strip_suffix("-1").unwrap_or(name)
}

fn stamped(line: &str, source: Arc<str>) -> LogLine {
    let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
    match stamp(word) {
        Some(at) => LogLine { at: Some(at), source, text: plain(rest) },
        None => LogLine { at: None, source, text: plain(line) },
    }
}

/// `2026-11-30T15:00:00.123456+00:00 host unit[12]: text`; a line of a message that has several is set in.
fn of_journal(line: &str, before: Option<(Option<Stamp>, Arc<str>)>) -> Option<LogLine> {
    if line.starts_with("-- ") {
        return None;
    }
    let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
    let Some(at) = stamp(word) else {
        let (at, source) = before.unwrap_or((None, "".into()));
        return Some(LogLine { at, source, text: plain(line.trim_start()) });
    };
    let (_host, rest) = rest.split_once(' ').unwrap_or(("", rest));
    let (who, text) = rest.split_once(": ").unwrap_or(("", rest));
    let who = who.split_once('[').map_or(who, |(name, _)| name);
    Some(LogLine { at: Some(at), source: who.into(), text: plain(text) })
}

fn stamp(word: &str) -> Option<Stamp> {
    if word.len() < 19 || !word.as_bytes()[0].is_ascii_digit() {
        return None;
    }
    let time: jiff::Timestamp = word.parse().ok()?;
    i64::try_from(time.as_nanosecond()).ok().map(Stamp)
}

/// Without what would colour it or move the cursor.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\u{1b}' => skip(&mut letters),
            '\t' => plain.push_str("    "),
            letter if letter.is_control() => {}
            letter => plain.push(letter),
        }
    }
    plain.truncate(plain.trim_end().len());
    plain
}

/// The rest of an order to the terminal: `[31m`, or what begins with `]` up to its end.
fn skip(letters: &mut std::iter::Peekable<std::str::Chars>) {
    match letters.next() {
        Some('[') => while letters.next().is_some_and(|letter| !('@'..='~').contains(&letter)) {},
        Some(']') => while letters.next().is_some_and(|letter| letter != '\u{7}' && letter != '\u{1b}') {},
        _ => {}
    }
}
