//! What an app says of itself: where it is to be had inside, how it is read, and how it is followed. What must hold: a
//! line is taken once, however often it is asked for, and none is made up.

mod level;
mod read;
mod ring;
mod script;

use std::sync::Arc;

pub use level::{Level, level};
pub use read::{Told, read};
pub use ring::{CAPACITY, Ring, Way, has, position};
pub use script::{Folder, script};

use super::moment::Moment;

/// Nanoseconds since 1970 in UTC: some write no coarser than that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Stamp(pub i64);

impl Stamp {
    pub fn moment(self) -> Moment {
        Moment(self.0.div_euclid(1_000_000))
    }

    pub fn of(moment: Moment) -> Self {
        Self(moment.0.saturating_mul(1_000_000))
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLine {
    /// Nothing where the program does not say when.
    pub at: Option<Stamp>,
    /// The service, container or unit that wrote it.
    pub source: Arc<str>,
    /// Without colours and other orders to a terminal.
    pub text: String,
}

/// Where it was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LogSource {
    /// Of the services of its compose file.
    Compose,
    /// Of the containers of its Docker.
    Containers,
    /// Of its units, or of the whole container where it names none.
    Journal,
    /// Its first process writes into it.
    File(Arc<str>),
    /// Its first process writes to the console, which keeps nothing.
    Console,
}

impl LogSource {
    pub fn slug(&self) -> &'static str {
        match self {
            Self::Compose => "compose",
            Self::Containers => "docker",
            Self::Journal => "journal",
            Self::File(_) => "file",
            Self::Console => "console",
        }
    }
}

/// The last stamp that was taken: what comes after it is new. Several lines may bear one, and some bear none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mark {
    /// Nothing as long as no line says when.
    pub at: Option<Stamp>,
    /// Those with this stamp that were taken, in their order; earlier ones may have been cut.
    pub taken: Vec<LogLine>,
    /// Those without a stamp that the last piece told, in their order: they are known again by what they say.
    pub unstamped: Vec<LogLine>,
}

/// What is asked for: the last lines, those since a moment, or those after a mark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogAsk {
    pub lines: u32,
    pub since: Option<Moment>,
    pub after: Option<Mark>,
}

impl LogAsk {
    pub fn last(lines: u32) -> Self {
        Self { lines, since: None, after: None }
    }
}

/// A piece of a log.
#[derive(Debug, Clone, PartialEq)]
pub struct LogTail {
    pub source: LogSource,
    /// Oldest first.
    pub lines: Vec<LogLine>,
    /// Where the next piece begins; what it was before, where nothing new came.
    pub mark: Option<Mark>,
    pub whole: Whole,
}

/// Whether a piece follows the one before without a gap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whole {
    Yes,
    /// More was written meanwhile than is carried at a time.
    LeftOut,
}

/// What of the lines that were told is new.
pub fn fresh(told: Told, ask: &LogAsk) -> LogTail {
    let Told { source, mut lines } = told;
    // Several services are told one after the other; what has no time of its own keeps its order.
    lines.sort_by_key(|line| line.at);
    let is_full = lines.len() >= ask.lines as usize;
    // They stand first, as nothing is before every moment.
    let stamped = lines.split_off(lines.partition_point(|line| line.at.is_none()));
    let unstamped = lines;
    let Some(after) = &ask.after else {
        let from = stamped.len().saturating_sub(ask.lines as usize);
        let mark = mark(&stamped[from..], &unstamped, None);
        let mut lines = [unstamped, stamped].concat();
        lines.drain(..lines.len().saturating_sub(ask.lines as usize));
        return LogTail { mark, source, lines, whole: Whole::Yes };
    };
    let known_loose = overlap(&unstamped, &after.unstamped);
    let is_gap = match (after.at, stamped.first().and_then(|line| line.at)) {
        (Some(last), Some(first)) => first > last,
        _ => stamped.is_empty() && known_loose == 0 && !after.unstamped.is_empty(),
    };
    let new = match after.at {
        Some(last) => since(stamped, last, &after.taken),
        None => stamped,
    };
    let mark = mark(&new, &unstamped, Some(after));
    let lines = [&unstamped[known_loose..], &new[..]].concat();
    let whole = if is_gap && is_full { Whole::LeftOut } else { Whole::Yes };
    LogTail { mark, source, lines, whole }
}

/// Those after the ones that were taken.
fn since(mut lines: Vec<LogLine>, last: Stamp, taken: &[LogLine]) -> Vec<LogLine> {
    lines.retain(|line| line.at >= Some(last));
    let same = lines.iter().take_while(|line| line.at == Some(last)).count();
    lines.drain(..known(&lines[..same], taken));
    lines
}

/// How many of the lines without a stamp were told before: up to where those that were told last end.
fn overlap(told: &[LogLine], before: &[LogLine]) -> usize {
    let ends_there = |end: &usize| {
        let mut pairs = told[..*end].iter().rev().zip(before.iter().rev());
        !before.is_empty() && pairs.all(|(one, other)| says_the_same(one, other))
    };
    (1..=told.len()).rev().find(ends_there).unwrap_or(0)
}

/// Docker's own words begin with the moment at which they are said, and are said anew each time.
fn says_the_same(one: &LogLine, other: &LogLine) -> bool {
    fn words(text: &str) -> &str {
        let timed = text.strip_prefix("time=\"").and_then(|rest| rest.split_once('"'));
        timed.map_or(text, |(_, rest)| rest)
    }
    one.source == other.source && words(&one.text) == words(&other.text)
}

/// How many of the lines of one stamp were told already: up to the end of those that were taken.
fn known(same: &[LogLine], taken: &[LogLine]) -> usize {
    let count = taken.len();
    if count == 0 {
        return 0;
    }
    let found = same.windows(count).position(|window| window == taken);
    found.map_or(count.min(same.len()), |at| at + count)
}

fn mark(stamped: &[LogLine], unstamped: &[LogLine], before: Option<&Mark>) -> Option<Mark> {
    let unstamped = unstamped.to_vec();
    let Some(at) = stamped.last().and_then(|line| line.at) else {
        return match before {
            Some(before) => Some(Mark { unstamped, ..before.clone() }),
            None => (!unstamped.is_empty()).then(|| Mark { unstamped, ..Mark::default() }),
        };
    };
    let of_before = before.filter(|before| before.at == Some(at)).map_or(&[][..], |before| &before.taken);
    let with_it = stamped.iter().filter(|line| line.at == Some(at));
    Some(Mark { at: Some(at), taken: of_before.iter().chain(with_it).cloned().collect(), unstamped })
}
