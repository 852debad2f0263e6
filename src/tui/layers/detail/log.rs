//! The log of one app as it is looked at: what came, what of it is shown, and where the hand is. What must hold: whoever
//! follows sees the newest line, and whoever reads is not moved by what comes.

use std::time::Duration;

use crate::{
    domain::{
        fault::Fault,
        log::{LogAsk, LogSource, LogTail, Mark, Ring, Way, Whole},
    },
    tui::event::Ticket,
};

/// At first so many of the last lines.
pub const AT_FIRST: u32 = 1_000;
/// Between two looks at a log that is followed.
pub const BETWEEN: Duration = Duration::from_secs(2);
/// The same, while it cannot be had.
pub const IN_VAIN: Duration = Duration::from_secs(8);

#[derive(Debug, Clone)]
pub struct LogPane {
    pub ring: Ring,
    pub source: Option<LogSource>,
    mark: Option<Mark>,
    pub hearing: Hearing,
    pub flight: Option<Ticket>,
    /// When it is asked for next.
    pub due: Option<Duration>,
    /// The newest line is kept in sight.
    pub follows: bool,
    pub wraps: bool,
    pub tells_times: bool,
    /// The line under the hand, and the first one in sight, among those that are shown.
    pub at: usize,
    pub top: usize,
    /// So many cells to the left are out of sight.
    pub shift: usize,
    pub find: String,
    pub typing: Option<Typing>,
    /// Where the search began.
    from: usize,
    /// More was written than could be carried, so often.
    pub gaps: u32,
}

/// How it stands with what is asked for.
#[derive(Debug, Clone, Default)]
pub enum Hearing {
    #[default]
    NotYet,
    Well,
    Failed(Fault),
}

/// Which text the letters go into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Typing {
    Filter,
    Find,
}

impl Default for LogPane {
    fn default() -> Self {
        Self {
            ring: Ring::default(),
            source: None,
            mark: None,
            hearing: Hearing::NotYet,
            flight: None,
            due: None,
            follows: true,
            wraps: false,
            tells_times: true,
            at: 0,
            top: 0,
            shift: 0,
            find: String::new(),
            typing: None,
            from: 0,
            gaps: 0,
        }
    }
}

impl LogPane {
    pub fn ask(&self) -> LogAsk {
        LogAsk { after: self.mark.clone(), ..LogAsk::last(AT_FIRST) }
    }

    /// A piece came; those under the hand and on top stay where they are, unless the newest is followed.
    pub fn take(&mut self, result: Result<LogTail, Fault>, tick: Duration) {
        self.flight = None;
        match result {
            Ok(tail) => {
                let (held, top) = (self.ring.number(self.at), self.ring.number(self.top));
                self.source = Some(tail.source);
                self.mark = tail.mark;
                self.gaps += u32::from(tail.whole == Whole::LeftOut);
                tail.lines.into_iter().for_each(|line| self.ring.push(line));
                self.at = held.map_or(0, |number| self.ring.place(number));
                self.top = top.map_or(0, |number| self.ring.place(number));
                self.hearing = Hearing::Well;
                self.due = Some(tick + BETWEEN);
            }
            Err(fault) => {
                self.hearing = Hearing::Failed(fault);
                self.due = Some(tick + IN_VAIN);
            }
        }
        self.keep_up();
    }

    pub fn keep_up(&mut self) {
        let last = self.ring.len().saturating_sub(1);
        self.at = if self.follows { last } else { self.at.min(last) };
    }

    /// Whoever leaves the newest line reads; whoever comes to it follows.
    pub fn go(&mut self, at: usize) {
        let last = self.ring.len().saturating_sub(1);
        self.at = at.min(last);
        self.follows = self.at == last;
    }

    pub fn turn_follow(&mut self) {
        self.follows = !self.follows;
        self.keep_up();
    }

    pub fn typed(&self) -> &str {
        match self.typing {
            Some(Typing::Filter) => self.ring.filter(),
            _ => &self.find,
        }
    }

    /// The text changed by a letter: what is shown, or what is found, follows at once.
    pub fn edit(&mut self, change: impl FnOnce(&mut String)) {
        match self.typing {
            Some(Typing::Filter) => {
                let number = self.ring.number(self.at);
                let mut filter = self.ring.filter().to_owned();
                change(&mut filter);
                self.ring.set_filter(&filter);
                self.at = number.map_or(0, |number| self.ring.place(number));
                self.keep_up();
            }
            Some(Typing::Find) => {
                change(&mut self.find);
                if let Some(at) = self.ring.find(&self.find, self.from, Way::Up) {
                    self.go(at);
                }
            }
            None => {}
        }
    }

    pub fn begin(&mut self, typing: Typing) {
        self.from = self.at;
        self.typing = Some(typing);
        if typing == Typing::Find {
            self.find.clear();
        }
    }

    /// The next line with what is searched for; says whether there is one.
    pub fn find_on(&mut self, way: Way) -> bool {
        let count = self.ring.len().max(1);
        let from = match way {
            Way::Down => (self.at + 1) % count,
            Way::Up => (self.at + count - 1) % count,
        };
        let found = self.ring.find(&self.find, from, way);
        found.into_iter().for_each(|at| self.go(at));
        found.is_some()
    }

    /// What was narrowed or searched for is let go of, one after the other; says whether there was any.
    pub fn let_go(&mut self) -> bool {
        let typing = self.typing.take();
        if typing == Some(Typing::Find) || (typing.is_none() && !self.find.is_empty()) {
            self.find.clear();
            return true;
        }
        if self.ring.filter().is_empty() {
            return typing.is_some();
        }
        let number = self.ring.number(self.at);
        self.ring.set_filter("");
        self.at = number.map_or(0, |number| self.ring.place(number));
        self.keep_up();
        true
    }
}
