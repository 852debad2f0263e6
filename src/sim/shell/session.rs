//! Somebody runs something in a guest from outside: in a session of its own, at a terminal of its own or over streams.
//! What must hold: when the machine ends, so does every session in it, and that can be seen.

use std::sync::{Mutex, Weak};

use super::{
    commands::errand::Errand,
    files::Node,
    interactive,
    kernel::{Kernel, Pid, Program, signal},
    machine::Machine,
    streams::{Stream, Streams, held, pipe},
    sys::{Place, Sys},
    text::from_bytes,
    tty::{Tty, TtyId},
};
use crate::domain::moment::Moment;

/// What is to run, and in which surroundings.
#[derive(Debug, Clone)]
pub struct Start {
    pub what: What,
    pub environment: Vec<(String, String)>,
    /// Where it begins, if that is there.
    pub folder: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// Root's shell.
    Shell,
    /// A line for root's shell.
    Line(String),
    /// A command and its words, with no shell between.
    Words(Vec<String>),
}

/// Where its bytes come from and go to.
pub enum Ends {
    /// A new terminal of so many columns and rows.
    Terminal(u16, u16),
    Streams(Streams),
}

/// How far something that runs has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Runs,
    Ended(i32),
    /// The machine it ran in is no more.
    Lost,
}

pub struct Session {
    kernel: Weak<Mutex<Kernel>>,
    pid: Pid,
    pub terminal: Option<TtyId>,
}

impl Session {
    pub fn state(&self) -> State {
        let Some(kernel) = self.kernel.upgrade() else { return State::Lost };
        let kernel = held(&kernel);
        kernel.processes.get(&self.pid).and_then(|process| process.exit).map_or(State::Runs, State::Ended)
    }
}

impl Machine {
    /// Begins something in a session of its own.
    pub fn begin(&mut self, start: Start, ends: Ends) -> Session {
        let terminal = match &ends {
            Ends::Terminal(columns, rows) => Some(self.new_terminal(*columns, *rows)),
            Ends::Streams(_) => None,
        };
        let streams = match (ends, terminal) {
            (Ends::Streams(streams), _) => streams,
            (_, id) => (0..3).zip(id.map(Stream::Terminal).into_iter().cycle()).collect(),
        };
        let root = Sys { kernel: self.kernel.clone(), pid: 0 };
        let pid = root.spawn(Place::Session, name_of(&start.what), |sys| program(sys, start, streams));
        if let Some(id) = terminal {
            held(&self.kernel).give_terminal(pid, id);
        }
        self.run();
        Session { kernel: std::sync::Arc::downgrade(&self.kernel), pid, terminal }
    }

    fn new_terminal(&mut self, columns: u16, rows: u16) -> TtyId {
        let mut kernel = held(&self.kernel);
        let id = (0..).find(|id| !kernel.ttys.contains_key(id)).unwrap_or_default();
        kernel.ttys.insert(id, Tty::sized(columns, rows));
        id
    }

    /// Lets whoever waits for the other end of a pipe look again; says whether anybody did anything.
    pub fn stir(&mut self) -> bool {
        let before = held(&self.kernel).changes;
        self.run();
        held(&self.kernel).changes != before
    }

    /// The one outside has gone: whoever sits at the terminal is told, and its terminal is gone. What runs without one
    /// goes on.
    pub fn leave(&mut self, session: &Session) {
        {
            let mut kernel = held(&self.kernel);
            if let Some(id) = session.terminal {
                let members = kernel.processes.iter().filter(|(_, process)| process.session == session.pid);
                let members: Vec<Pid> = members.map(|(pid, _)| *pid).collect();
                for pid in members {
                    kernel.signal(pid, signal::HUP);
                }
                kernel.ttys.remove(&id);
            }
            if kernel.processes.get(&session.pid).is_some_and(|process| process.exit.is_some()) {
                kernel.processes.remove(&session.pid);
            } else if let Some(process) = kernel.processes.get_mut(&session.pid) {
                process.parent = 1;
            }
        }
        self.run();
    }

    /// Sends a signal to all of a session.
    pub fn signal(&mut self, session: &Session, number: i32) {
        held(&self.kernel).signal_group(session.pid, number);
        self.run();
    }

    /// Runs a script with no terminal, as `sh -c` would, and lets time pass until it is over or `patience` is.
    pub fn script(&mut self, text: &str, patience: i64) -> (Vec<u8>, Option<i32>) {
        let (source, sink) = pipe();
        let streams: Streams =
            [(0, Stream::fixed(Vec::new())), (1, sink), (2, Stream::fixed(Vec::new()))].into_iter().collect();
        let words = ["sh", "-c", &from_bytes(text.as_bytes())].map(str::to_owned).to_vec();
        let start = Start { what: What::Words(words), environment: Vec::new(), folder: "/".into() };
        let session = self.begin(start, Ends::Streams(streams));
        let (until, mut out) = (Moment(self.now().0 + patience), Vec::new());
        loop {
            out.extend(source.drain());
            if self.stir() {
                continue;
            }
            let State::Runs = session.state() else { break };
            let Some(due) = self.next_due().filter(|due| *due <= until) else { break };
            self.advance(due);
        }
        let code = if let State::Ended(code) = session.state() { Some(code) } else { None };
        (out, code)
    }

    pub fn take_errands(&mut self) -> Vec<Errand> {
        std::mem::take(&mut held(&self.kernel).errands)
    }

    /// Takes a terminal for somebody else: what is typed there is passed on as it is.
    pub fn lend_terminal(&mut self, id: TtyId) -> (u16, u16) {
        let mut kernel = held(&self.kernel);
        let tty = kernel.tty(id);
        (tty.makes_lines, tty.sends_signals, tty.cooks_output, tty.echoes) = (false, false, false, false);
        (tty.columns, tty.rows)
    }

    pub fn take_back_terminal(&mut self, id: TtyId) {
        let mut kernel = held(&self.kernel);
        let tty = kernel.tty(id);
        (tty.makes_lines, tty.sends_signals, tty.cooks_output, tty.echoes) = (true, true, true, true);
    }

    /// What was typed at a terminal that was lent.
    pub fn take_typed(&mut self, id: TtyId) -> Vec<u8> {
        held(&self.kernel).tty(id).lines.drain(..).flatten().collect()
    }

    /// What somebody else writes to a terminal.
    pub fn show(&mut self, id: TtyId, bytes: &[u8]) {
        held(&self.kernel).tty(id).out.extend(bytes);
    }

    /// Writes a file as root would from outside.
    pub fn write_file(&mut self, path: &str, bytes: &[u8], mode: Option<u32>) -> Result<(), &'static str> {
        let mut kernel = held(&self.kernel);
        let now = kernel.seconds();
        kernel.changes += 1;
        match kernel.files.make(path, now, 0o644).map_err(|why| why.words())? {
            Node::File(file) => {
                let mut content = file.held();
                (content.bytes, content.changed) = (bytes.to_vec(), now);
                content.mode = mode.unwrap_or(content.mode);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    pub fn make_folders(&mut self, path: &str, mode: u32) {
        let mut kernel = held(&self.kernel);
        if !kernel.files.is_folder(path) {
            kernel.files.plant(path, Node::Folder { mode });
        }
    }

    /// Puts a command of the table where a shell finds it.
    pub fn install(&mut self, name: &str) {
        let mut kernel = held(&self.kernel);
        let now = kernel.seconds();
        let text = format!("\u{7f}ELF {name}\n");
        let file = super::files::File::new(text.into_bytes(), 0o755, now);
        kernel.files.plant(&format!("/usr/sbin/{name}"), Node::File(file));
    }
}

fn name_of(what: &What) -> String {
    match what {
        What::Shell => "-bash".into(),
        What::Line(line) => format!("bash -c {line}"),
        What::Words(words) => words.join(" "),
    }
}

fn program(sys: Sys, start: Start, streams: Streams) -> Program {
    interactive::outsider(sys, start, streams)
}
