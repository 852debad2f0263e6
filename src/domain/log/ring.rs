//! The lines that are kept of a log, and which of them are shown. What must hold: memory is bounded whatever an app
//! writes, and to show a few lines of many costs what those few cost.

use std::collections::VecDeque;

use super::{Level, LogLine, level};

/// More than anybody reads; older ones go.
pub const CAPACITY: usize = 100_000;
/// So many bytes their texts have together.
const MOST_BYTES: usize = 64_000_000;
/// A line is cut there.
const LONGEST: usize = 8_000;

#[derive(Debug, Clone, Default)]
pub struct Ring {
    lines: VecDeque<LogLine>,
    /// Of their texts.
    bytes: usize,
    /// How many have gone already: a line's number never changes.
    gone: u64,
    filter: String,
    /// The numbers of those that fit the filter, where there is one.
    fitting: VecDeque<u64>,
}

impl Ring {
    pub fn push(&mut self, mut line: LogLine) {
        if line.text.len() > LONGEST {
            line.text.truncate(line.text.floor_char_boundary(LONGEST));
            line.text.push('…');
            line.text.shrink_to_fit();
        }
        while self.lines.len() >= CAPACITY || (self.bytes + line.text.len() > MOST_BYTES && !self.lines.is_empty()) {
            self.drop_oldest();
        }
        self.bytes += line.text.len();
        if !self.filter.is_empty() && fits(&line, &self.filter) {
            self.fitting.push_back(self.gone + self.lines.len() as u64);
        }
        self.lines.push_back(line);
    }

    fn drop_oldest(&mut self) {
        let Some(oldest) = self.lines.pop_front() else { return };
        self.bytes -= oldest.text.len();
        self.gone += 1;
        while self.fitting.front().is_some_and(|number| *number < self.gone) {
            self.fitting.pop_front();
        }
    }

    /// How many are kept.
    pub fn kept(&self) -> usize {
        self.lines.len()
    }

    /// How many are shown.
    pub fn len(&self) -> usize {
        if self.filter.is_empty() { self.lines.len() } else { self.fitting.len() }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The one that stands at this place of those that are shown.
    pub fn get(&self, at: usize) -> Option<&LogLine> {
        if self.filter.is_empty() {
            return self.lines.get(at);
        }
        let number = *self.fitting.get(at)?;
        self.lines.get(usize::try_from(number - self.gone).ok()?)
    }

    /// By its number a line is found again after others went.
    pub fn number(&self, at: usize) -> Option<u64> {
        if self.filter.is_empty() {
            return (at < self.lines.len()).then(|| self.gone + at as u64);
        }
        self.fitting.get(at).copied()
    }

    /// Where that line stands now, or the next one that is shown.
    pub fn place(&self, number: u64) -> usize {
        if self.filter.is_empty() {
            return usize::try_from(number.saturating_sub(self.gone))
                .unwrap_or(0)
                .min(self.lines.len().saturating_sub(1));
        }
        self.fitting.partition_point(|fitting| *fitting < number).min(self.fitting.len().saturating_sub(1))
    }

    pub fn filter(&self) -> &str {
        &self.filter
    }

    /// A filter that only grew is looked for among those that fit already.
    pub fn set_filter(&mut self, filter: &str) {
        let filter = filter.to_lowercase();
        let narrows = !self.filter.is_empty() && filter.starts_with(&self.filter);
        let (lines, gone) = (&self.lines, self.gone);
        if narrows {
            self.fitting.retain(|number| fits(&lines[(number - gone) as usize], &filter));
        } else if filter.is_empty() {
            self.fitting.clear();
        } else {
            let all = lines.iter().enumerate().filter(|(_, line)| fits(line, &filter));
            self.fitting = all.map(|(at, _)| gone + at as u64).collect();
        }
        self.filter = filter;
    }

    /// The next shown line with this text, from this place on, this way; once around.
    pub fn find(&self, text: &str, from: usize, way: Way) -> Option<usize> {
        let (text, count) = (text.to_lowercase(), self.len());
        if text.is_empty() || count == 0 {
            return None;
        }
        let place = |step: usize| match way {
            Way::Down => (from + step) % count,
            Way::Up => (from + count - step % count) % count,
        };
        (0..count).map(place).find(|at| self.get(*at).is_some_and(|line| fits(line, &text)))
    }

    pub fn shown(&self) -> impl Iterator<Item = &LogLine> {
        (0..self.len()).filter_map(|at| self.get(at))
    }

    /// How many of the last lines are as grave as that.
    pub fn grave(&self, last: usize, at_least: Level) -> usize {
        let grave = |line: &&LogLine| level(&line.text).is_some_and(|level| level >= at_least);
        self.lines.iter().rev().take(last).filter(grave).count()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    Down,
    Up,
}

/// `needle` is in small letters. Capitals beyond ASCII are told apart, which costs nothing.
pub fn has(text: &str, needle: &str) -> bool {
    position(text, needle).is_some()
}

/// Where in the text it begins.
pub fn position(text: &str, needle: &str) -> Option<usize> {
    let (text, needle) = (text.as_bytes(), needle.as_bytes());
    if needle.is_empty() || text.len() < needle.len() {
        return None;
    }
    (0..=text.len() - needle.len()).find(|at| text[*at..*at + needle.len()].eq_ignore_ascii_case(needle))
}

fn fits(line: &LogLine, needle: &str) -> bool {
    has(&line.text, needle) || has(&line.source, needle)
}
