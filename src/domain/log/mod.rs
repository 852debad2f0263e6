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

/// The last stamp that was taken: what comes after it is new. Several lines may bear one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    pub at: Stamp,
    /// Those with this stamp that were taken, in their order; earlier ones may have been cut.
    pub taken: Vec<LogLine>,
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
    // Several services are told one after the other; what has no time of its own stays behind what it follows.
    lines.sort_by_key(|line| line.at);
    let Some(after) = &ask.after else {
        let from = lines.len().saturating_sub(ask.lines as usize);
        lines.drain(..from);
        return LogTail { mark: mark(&lines, None), source, lines, whole: Whole::Yes };
    };
    let whole = match lines.iter().find_map(|line| line.at) {
        Some(first) if first > after.at && lines.len() >= ask.lines as usize => Whole::LeftOut,
        _ => Whole::Yes,
    };
    // What has no time was told with the first piece.
    lines.retain(|line| line.at.is_some_and(|at| at >= after.at));
    let same = lines.iter().take_while(|line| line.at == Some(after.at)).count();
    lines.drain(..known(&lines[..same], &after.taken));
    LogTail { mark: mark(&lines, Some(after)), source, lines, whole }
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

fn mark(lines: &[LogLine], before: Option<&Mark>) -> Option<Mark> {
    let Some(at) = lines.iter().rev().find_map(|line| line.at) else { return before.cloned() };
    let of_before = before.filter(|before| before.at == at).map_or(&[][..], |before| &before.taken);
    let with_it = lines.iter().filter(|line| line.at == Some(at));
    Some(Mark { at, taken: of_before.iter().chain(with_it).cloned().collect() })
}
