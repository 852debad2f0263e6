//! One guest's inside as others see it: bytes are typed in, bytes come out, moments pass.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    task::{Context, Poll, Waker},
};

use super::{
    files::Seeming,
    image::{self, Flavour, Host},
    inside::Inside,
    interactive,
    kernel::{Kernel, Pid, Program, signal},
    login,
    software::{ills::Ill, listening::Listener, services},
    streams::held,
    sys::{Place, Sys},
    tty::{CONSOLE, Key, LONGEST_LINE, TtyId},
};
use crate::{domain::moment::Moment, sim::world::password::Password};

/// What answers at the terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// A shell of root, at once.
    Shell,
    /// `login:`; with the password that is right, if any is.
    Login { password: Option<Password> },
}

/// Whether a line that somebody edits is drawn anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Redraw {
    No,
    Yes,
}

pub struct Machine {
    pub(super) kernel: Arc<Mutex<Kernel>>,
    programs: BTreeMap<Pid, Program>,
    /// The process at the terminal.
    front: Option<Pid>,
    /// Whether somebody has said how big the terminal is since it was opened.
    is_sized: bool,
    /// What was typed since a line of readline's was taken, while nothing of what follows it was seen.
    ahead: Option<usize>,
}

/// In one step of time, so that a program that never ends does not stop everything else.
const MOST_ROUNDS: usize = 2_000;

impl Machine {
    pub fn new(host: Host, now: Moment) -> Self {
        let files = image::files(&host, now);
        Self::with_files(host, files, now)
    }

    fn with_files(host: Host, files: super::files::Files, now: Moment) -> Self {
        let mut kernel = Kernel::new(host, files, now, 120);
        kernel.tty(CONSOLE);
        image::first_processes(&mut kernel);
        let boots = kernel.host.flavour == Flavour::Debian;
        let (kernel, programs) = (Arc::new(Mutex::new(kernel)), BTreeMap::new());
        let mut machine = Self { kernel, programs, front: None, is_sized: false, ahead: None };
        if boots {
            let first = Sys { kernel: machine.kernel.clone(), pid: 1 };
            first.spawn(Place::Session, "(systemd)".into(), services::boot);
            machine.run();
        }
        machine
    }

    /// The same disk in another machine, or in this one after it was started anew: no process lives on, and what lies
    /// in memory is gone.
    pub fn rebooted(&self, host: Host, now: Moment) -> Self {
        Self::with_disk(host, &self.inside(), now)
    }

    /// Its files as they are now.
    pub fn inside(&self) -> Inside {
        Inside::of(&held(&self.kernel).files)
    }

    /// A machine that begins with these files.
    pub fn with_disk(host: Host, inside: &Inside, now: Moment) -> Self {
        let mut files = match inside {
            Inside::Known(files) => files.copied(),
            Inside::Fresh => return Self::new(host, now),
            Inside::Seeded => return Self::seeming(host, Seeming::App, now),
            Inside::Carried(ports) => return Self::seeming(host, Seeming::Carried(ports.clone()), now),
        };
        for volatile in ["/run", "/tmp"] {
            for name in files.list(volatile) {
                files.remove(&format!("{volatile}/{name}"));
            }
        }
        image::name_host(&mut files, &host, now);
        Self::with_files(host, files, now)
    }

    fn seeming(host: Host, seeming: Seeming, now: Moment) -> Self {
        let mut files = image::files(&host, now);
        files.seeming = seeming;
        Self::with_files(host, files, now)
    }

    pub fn now(&self) -> Moment {
        held(&self.kernel).now
    }

    /// When something happens by itself; never now, so that time moves on even for who never rests.
    pub fn next_due(&self) -> Option<Moment> {
        let kernel = held(&self.kernel);
        kernel.next_due().map(|due| due.max(Moment(kernel.now.0 + 1)))
    }

    /// Lets everything happen that is due by then.
    pub fn advance(&mut self, to: Moment) {
        for _ in 0..MOST_ROUNDS {
            let due = held(&self.kernel).next_due().filter(|due| *due <= to);
            let Some(due) = due else { break };
            {
                let mut kernel = held(&self.kernel);
                kernel.now = kernel.now.max(due);
            }
            self.run();
        }
        let mut kernel = held(&self.kernel);
        kernel.now = kernel.now.max(to);
    }

    /// Polls whoever can go on until nobody can.
    pub(super) fn run(&mut self) {
        loop {
            let before = held(&self.kernel).changes;
            self.adopt();
            let pids: Vec<Pid> = self.programs.keys().copied().collect();
            for pid in pids {
                if held(&self.kernel).is_due(pid) {
                    self.poll(pid);
                }
            }
            self.adopt();
            let is_over =
                |pid: &Pid| held(&self.kernel).processes.get(pid).is_none_or(|process| process.exit.is_some());
            let over: Vec<Pid> = self.programs.keys().copied().filter(is_over).collect();
            // Dropped here and not under the lock: what they hold open is let go of.
            over.iter().for_each(|pid| drop(self.programs.remove(pid)));
            held(&self.kernel).bury();
            if held(&self.kernel).changes == before && over.is_empty() {
                return;
            }
        }
    }

    fn adopt(&mut self) {
        let newborn = std::mem::take(&mut held(&self.kernel).newborn);
        self.programs.extend(newborn);
    }

    fn poll(&mut self, pid: Pid) {
        let Some(program) = self.programs.get_mut(&pid) else { return };
        if let Poll::Ready(exit) = program.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            self.programs.remove(&pid);
            held(&self.kernel).end(pid, exit);
        }
    }

    /// Begins what answers at the terminal.
    pub fn open(&mut self, entry: Entry) {
        let root = Sys { kernel: self.kernel.clone(), pid: 0 };
        held(&self.kernel).tty(CONSOLE).reset();
        let pid = root.spawn(Place::Session, "-".into(), |sys| match entry {
            Entry::Shell => interactive::shell(sys),
            Entry::Login { password } => login::login(sys, password),
        });
        held(&self.kernel).give_terminal(pid, CONSOLE);
        self.front = Some(pid);
        self.is_sized = false;
        self.ahead = None;
        self.run();
    }

    /// Whether what was opened still answers.
    pub fn is_open(&self) -> bool {
        self.front.is_some_and(|pid| held(&self.kernel).processes.get(&pid).is_some_and(|front| front.exit.is_none()))
    }

    /// What is typed at the terminal of the console.
    pub fn type_in(&mut self, bytes: &[u8]) {
        let kept = self.kept(bytes);
        self.type_at(CONSOLE, &kept);
    }

    pub fn type_at(&mut self, id: TtyId, bytes: &[u8]) {
        if !held(&self.kernel).tty(id).is_edited {
            self.cook(id, bytes);
            return;
        }
        held(&self.kernel).tty(id).typed.extend(bytes);
        self.run();
        // What is left belongs to the program that the line began.
        let left: Vec<u8> = {
            let mut kernel = held(&self.kernel);
            let tty = kernel.tty(id);
            if tty.is_edited { Vec::new() } else { tty.typed.drain(..).collect() }
        };
        if !left.is_empty() {
            self.cook(id, &left);
        }
    }

    /// Readline changes the terminal when a line is taken; of what comes before anybody could see that, only so much
    /// is kept, in however many pieces it comes.
    fn kept(&mut self, bytes: &[u8]) -> Vec<u8> {
        let is_readline = {
            let mut kernel = held(&self.kernel);
            let is_debian = kernel.host.flavour == Flavour::Debian;
            let tty = kernel.tty(CONSOLE);
            tty.is_edited && tty.is_redrawn && is_debian
        };
        let mut kept = Vec::with_capacity(bytes.len());
        for byte in bytes {
            match &mut self.ahead {
                Some(ahead) if *ahead >= LONGEST_LINE => continue,
                Some(ahead) => *ahead += 1,
                None if is_readline && matches!(byte, b'\n' | b'\r') => self.ahead = Some(0),
                None => {}
            }
            kept.push(*byte);
        }
        kept
    }

    /// Somebody has seen what was written until now: what he types from here on is not typed ahead.
    pub fn be_seen(&mut self) {
        self.ahead = None;
    }

    fn cook(&mut self, id: TtyId, bytes: &[u8]) {
        {
            let mut kernel = held(&self.kernel);
            let tty = kernel.tty(id);
            let (keys, front) = (tty.cook(bytes), tty.foreground);
            for key in keys {
                let signal = match key {
                    Key::Interrupt => signal::INT,
                    Key::Quit => signal::QUIT,
                    Key::Suspend => signal::TSTP,
                };
                kernel.signal_group(front, signal);
            }
            kernel.changes += 1;
        }
        self.run();
    }

    /// Says how big the terminal is; a shell that waits for a line draws it anew.
    pub fn resize(&mut self, columns: u16, rows: u16) {
        // A new shell learns its size before it shows anything.
        let is_first = !std::mem::replace(&mut self.is_sized, true);
        self.resize_at(CONSOLE, columns, rows, if is_first { Redraw::No } else { Redraw::Yes });
    }

    pub fn resize_at(&mut self, id: TtyId, columns: u16, rows: u16, redraws: Redraw) {
        let mut kernel = held(&self.kernel);
        let flavour = kernel.host.flavour;
        let tty = kernel.tty(id);
        let is_other = (tty.columns, tty.rows) != (columns, rows);
        (tty.columns, tty.rows) = (columns, rows);
        if is_other && redraws == Redraw::Yes && tty.is_redrawn && tty.is_edited && tty.echoes {
            let line = interactive::redraw(tty, flavour);
            tty.out.extend(line);
        }
    }

    /// What is on its way to the screen.
    pub fn take_output(&mut self) -> Vec<u8> {
        self.take_shown(CONSOLE)
    }

    pub fn take_shown(&mut self, id: TtyId) -> Vec<u8> {
        std::mem::take(&mut held(&self.kernel).tty(id).out)
    }

    /// Its app that only seems to be there, because it was so from the beginning.
    pub fn seeming_app(&self) -> Seeming {
        held(&self.kernel).files.seeming.clone()
    }

    /// What listens in it though no unit and no container of its own does, and the address that the network gives it;
    /// empty where it gives none.
    pub fn meet(&mut self, beside: Vec<Listener>, address: &str) {
        let mut kernel = held(&self.kernel);
        kernel.beside = beside;
        if kernel.host.address != address {
            kernel.host.address = address.to_owned();
        }
    }

    /// Where what runs in it listens.
    pub fn listeners(&self) -> Vec<Listener> {
        held(&self.kernel).listeners()
    }

    /// Another number whenever that may have changed.
    pub fn turn(&self) -> u64 {
        held(&self.kernel).services.turn
    }

    /// What goes wrong around it from now on; each with how often it may still hit.
    pub fn feel(&mut self, standing: Vec<(Ill, Option<u32>)>) {
        held(&self.kernel).ills.stand(standing);
    }

    /// What has hit since this was asked.
    pub fn take_hits(&mut self) -> Vec<Ill> {
        held(&self.kernel).ills.take_hits()
    }

    /// What a file holds, if it is there.
    pub fn file(&self, path: &str) -> Option<Vec<u8>> {
        match held(&self.kernel).files.get(path) {
            Ok(super::files::Node::File(file)) => Some(file.held().bytes.clone()),
            _ => None,
        }
    }
}
