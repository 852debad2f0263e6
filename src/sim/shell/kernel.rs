//! The processes of one guest and what they share: time, files, the terminal. A process is a future that is polled by
//! the machine; it says here what it waits for.

use std::{
    collections::{BTreeMap, BTreeSet},
    future::Future,
    pin::Pin,
};

use super::{
    commands::errand::Errand,
    files::Files,
    image::Host,
    software::{ills::Ills, listening::Listener, services::Services},
    tty::{CONSOLE, Tty, TtyId},
};
use crate::domain::moment::Moment;

pub type Pid = u32;
pub type Program = Pin<Box<dyn Future<Output = i32> + Send>>;

/// What a process waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wait {
    Until(Moment),
    /// Something another one does.
    Turn,
    /// That, and a moment at the latest.
    TurnUntil(Moment),
}

#[derive(Debug)]
pub struct Process {
    pub parent: Pid,
    /// Signals from the terminal reach all of a group.
    pub group: Pid,
    pub session: Pid,
    /// The terminal that its session holds.
    pub terminal: Option<TtyId>,
    /// As `ps` shows it.
    pub name: String,
    pub began: Moment,
    pub wait: Wait,
    pub exit: Option<i32>,
    /// Signals that it and all its children do not heed.
    pub ignores: BTreeSet<i32>,
    /// Those that only itself does not heed.
    pub shrugs: BTreeSet<i32>,
    /// Signals it looks after itself, and those that came.
    pub traps: BTreeSet<i32>,
    pub came: Vec<i32>,
    pub umask: u32,
    pub work: u64,
    pub pauses: u32,
    pub rested: Moment,
}

pub struct Kernel {
    pub now: Moment,
    pub files: Files,
    /// Its terminals; the first is that of the console.
    pub ttys: BTreeMap<TtyId, Tty>,
    pub host: Host,
    pub processes: BTreeMap<Pid, Process>,
    pub newborn: Vec<(Pid, Program)>,
    /// What is to be done beyond this machine.
    pub errands: Vec<Errand>,
    /// What of its units runs.
    pub services: Services,
    /// What listens and is neither a unit nor a container of its own: the program of an image, an app that only seems
    /// to be there.
    pub beside: Vec<Listener>,
    /// What goes wrong around it.
    pub ills: Ills,
    /// Counts whatever one process does that another may wait for.
    pub changes: u64,
    last: Pid,
}

pub mod signal {
    pub const HUP: i32 = 1;
    pub const INT: i32 = 2;
    pub const QUIT: i32 = 3;
    pub const KILL: i32 = 9;
    pub const PIPE: i32 = 13;
    pub const TERM: i32 = 15;
    pub const STOP: i32 = 19;
    pub const TSTP: i32 = 20;
    const NAMES: [(&str, i32); 14] = [
        ("EXIT", 0),
        ("HUP", HUP),
        ("INT", INT),
        ("QUIT", QUIT),
        ("KILL", KILL),
        ("USR1", 10),
        ("USR2", 12),
        ("PIPE", PIPE),
        ("ALRM", 14),
        ("TERM", TERM),
        ("CHLD", 17),
        ("CONT", 18),
        ("STOP", STOP),
        ("TSTP", TSTP),
    ];

    /// `TERM`, `SIGTERM` or `15`.
    pub fn number(text: &str) -> Option<i32> {
        let name = text.strip_prefix("SIG").unwrap_or(text);
        let known = NAMES.iter().find(|(known, _)| *known == name).map(|(_, number)| *number);
        known.or_else(|| text.parse().ok().filter(|number| (0..65).contains(number)))
    }
}

impl Process {
    fn is_deaf_to(&self, signal: i32) -> bool {
        self.ignores.contains(&signal) || self.shrugs.contains(&signal)
    }

    /// It goes on as another program, which looks after no signals.
    pub fn become_other(&mut self, name: String) {
        (self.name, self.traps, self.shrugs) = (name, BTreeSet::new(), BTreeSet::new());
    }
}

impl Kernel {
    pub fn new(host: Host, files: Files, now: Moment, first: Pid) -> Self {
        Self {
            now,
            files,
            ttys: BTreeMap::new(),
            host,
            processes: BTreeMap::new(),
            newborn: Vec::new(),
            errands: Vec::new(),
            services: Services::default(),
            beside: Vec::new(),
            ills: Ills::default(),
            changes: 0,
            last: first,
        }
    }

    pub fn seconds(&self) -> i64 {
        self.now.as_secs()
    }

    /// Takes up a new process; its program comes apart, once it knows who it is.
    pub fn add(&mut self, parent: Pid, group: Option<Pid>, session: Option<Pid>, name: String) -> Pid {
        self.last += 1 + self.last % 3;
        let pid = self.last;
        let of_parent = |pick: fn(&Process) -> Pid| self.processes.get(&parent).map_or(pid, pick);
        let process = Process {
            parent,
            group: group.map_or_else(|| of_parent(|p| p.group), |group| if group == 0 { pid } else { group }),
            session: session.map_or_else(|| of_parent(|p| p.session), |_| pid),
            terminal: self.processes.get(&parent).and_then(|p| p.terminal).filter(|_| session.is_none()),
            name,
            began: self.now,
            wait: Wait::Turn,
            exit: None,
            ignores: self.processes.get(&parent).map_or_else(BTreeSet::new, |p| p.ignores.clone()),
            shrugs: BTreeSet::new(),
            traps: BTreeSet::new(),
            came: Vec::new(),
            umask: self.umask_of(parent),
            work: 0,
            pauses: 0,
            rested: self.now,
        };
        self.processes.insert(pid, process);
        self.changes += 1;
        pid
    }

    pub fn tty(&mut self, id: TtyId) -> &mut Tty {
        self.ttys.entry(id).or_default()
    }

    /// The terminal of a process; that of the console for one that has none.
    pub fn tty_of(&mut self, pid: Pid) -> &mut Tty {
        let id = self.processes.get(&pid).and_then(|process| process.terminal);
        self.tty(id.unwrap_or(CONSOLE))
    }

    /// A process that leads a session gets a terminal, and has it to itself.
    pub fn give_terminal(&mut self, pid: Pid, id: TtyId) {
        if let Some(process) = self.processes.get_mut(&pid) {
            process.terminal = Some(id);
        }
        self.tty(id).foreground = pid;
    }

    /// Whether a process may read what is typed at a terminal.
    pub fn is_in_front(&self, pid: Pid, id: TtyId) -> bool {
        let group = self.processes.get(&pid).map(|process| process.group);
        group.is_some() && group == self.ttys.get(&id).map(|tty| tty.foreground)
    }

    /// What new files of a process are not to be.
    pub fn umask_of(&self, pid: Pid) -> u32 {
        self.processes.get(&pid).map_or(0o022, |process| process.umask)
    }

    pub fn block(&mut self, pid: Pid, wait: Wait) {
        if let Some(process) = self.processes.get_mut(&pid) {
            process.wait = wait;
        }
    }

    pub fn is_due(&self, pid: Pid) -> bool {
        // One that has ended does nothing more, whatever it waited for.
        let lives = self.processes.get(&pid).filter(|process| process.exit.is_none());
        match lives.map(|process| process.wait) {
            Some(Wait::Until(moment)) => moment <= self.now,
            Some(Wait::Turn | Wait::TurnUntil(_)) => true,
            None => false,
        }
    }

    pub fn next_due(&self) -> Option<Moment> {
        let waits = self.processes.values().filter(|process| process.exit.is_none());
        let moment = |process: &Process| match process.wait {
            Wait::Until(moment) | Wait::TurnUntil(moment) => Some(moment),
            Wait::Turn => None,
        };
        waits.filter_map(moment).min()
    }

    /// Ends a process; its parent will ask how.
    pub fn end(&mut self, pid: Pid, exit: i32) {
        if let Some(process) = self.processes.get_mut(&pid)
            && process.exit.is_none()
        {
            process.exit = Some(exit);
            self.changes += 1;
            self.look_after_unit(pid, exit);
        }
        // Whoever loses his parent is looked after by nobody.
        let orphans: Vec<Pid> =
            self.processes.iter().filter(|(_, process)| process.parent == pid).map(|(pid, _)| *pid).collect();
        for orphan in orphans {
            match self.processes.get_mut(&orphan) {
                Some(process) if process.exit.is_some() => drop(self.processes.remove(&orphan)),
                Some(process) => process.parent = 1,
                None => {}
            }
        }
    }

    /// Ended processes nobody will ask about.
    pub fn bury(&mut self) {
        self.processes.retain(|_, process| process.exit.is_none() || process.parent != 1);
    }

    pub fn signal(&mut self, pid: Pid, signal: i32) -> bool {
        let Some(process) = self.processes.get_mut(&pid).filter(|process| process.exit.is_none()) else { return false };
        self.changes += 1;
        let is_deadly = signal == signal::KILL;
        if signal == 0 || (process.is_deaf_to(signal) && !is_deadly) || matches!(signal, 17..=20) {
            return true;
        }
        if process.traps.contains(&signal) && !is_deadly {
            process.came.push(signal);
            process.wait = Wait::Turn;
            return true;
        }
        self.end(pid, 128 + signal);
        true
    }

    /// Says whether there was anybody.
    pub fn signal_group(&mut self, group: Pid, signal: i32) -> bool {
        let members: Vec<Pid> =
            self.processes.iter().filter(|(_, process)| process.group == group).map(|(pid, _)| *pid).collect();
        members.into_iter().filter(|pid| self.signal(*pid, signal)).count() > 0
    }
}
