//! A terminal that was taken, and how it is given back. What must hold: giving back puts everything as it was found, may
//! be asked for from any thread and any number of times, and does it once; no frame is written after it.

use std::{
    fs::File,
    os::fd::OwnedFd,
    panic,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};

use rustix::{
    io::Errno,
    termios::{OptionalActions, Termios, tcgetattr, tcgetwinsize, tcsetattr},
};

use super::output::{wait_until_writable, write_all};

/// What a deck needs of a terminal.
#[derive(Debug)]
pub struct Devices {
    pub input: OwnedFd,
    pub output: OwnedFd,
    /// Where the process's stderr goes meanwhile; nothing leaves it alone.
    pub log: Option<File>,
}

#[derive(Debug)]
pub struct Held {
    devices: Devices,
    state: Mutex<State>,
    written: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// Nothing while the terminal is not ours.
    found: Option<Found>,
    /// How often it was taken: what was meant for one time is not written in another.
    times: u64,
    is_writing: bool,
}

/// What is put back.
#[derive(Debug)]
struct Found {
    modes: Termios,
    stderr: Option<OwnedFd>,
    leave: &'static [u8],
}

/// What a terminal is told when it is taken, and what undoes it.
#[derive(Debug)]
pub struct Manners {
    enter: &'static [u8],
    leave: &'static [u8],
}

/// Alternate screen, no cursor, pastes in brackets, told of focus; the same backwards, after the end of a frame that may
/// be open.
pub const DECK: Manners = Manners {
    enter: b"\x1b[?1049h\x1b[?25l\x1b[?2004h\x1b[?1004h",
    leave: b"\x1b[?2026l\x1b[r\x1b[m\x1b[?1006l\x1b[?1002l\x1b[?1000l\x1b[?1004l\x1b[?2004l\x1b[?1049l\x1b[?25h",
};

/// Nothing is asked of it but to keep its title; what others may have asked of it meanwhile is undone. The cursor is saved first, because a
/// scroll region and an alternate screen that never was move it.
pub const CONSOLE: Manners = Manners {
    enter: b"\x1b[22;2t",
    leave: b"\x1b[23;2t\x1b[?2026l\x1b7\x1b[r\x1b[?6l\x1b8\x1b7\x1b[?1049l\
        \x1b[?1016l\x1b[?1015l\x1b[?1006l\x1b[?1005l\x1b[?1003l\x1b[?1002l\x1b[?1000l\x1b[?1004l\x1b[?2004l\
        \x1b[>4m\x1b[<9u\x1b[?1l\x1b>\x1b[4l\x1b[?7h\x1b(B\x0f\x1b[m\x1b[?25h",
};

pub const MOUSE_ON: &[u8] = b"\x1b[?1000h\x1b[?1002h\x1b[?1006h";
pub const MOUSE_OFF: &[u8] = b"\x1b[?1006l\x1b[?1002l\x1b[?1000l";

/// A terminal that takes nothing for so long is not waited for.
const PATIENCE: Duration = Duration::from_millis(500);

impl Devices {
    /// Columns and rows.
    pub fn size(&self) -> (u16, u16) {
        match tcgetwinsize(&self.output) {
            Ok(size) if size.ws_col > 0 && size.ws_row > 0 => (size.ws_col, size.ws_row),
            _ => (80, 24),
        }
    }
}

impl Held {
    pub fn new(devices: Devices) -> Self {
        Self { devices, state: Mutex::default(), written: Condvar::new() }
    }

    pub fn devices(&self) -> &Devices {
        &self.devices
    }

    /// Raw mode, and the bytes with which what is shown begins.
    pub fn take(&self, manners: &'static Manners) -> Result<&'static [u8], Errno> {
        let mut state = self.state();
        if state.found.is_none() {
            let modes = tcgetattr(&self.devices.input)?;
            let mut raw = modes.clone();
            raw.make_raw();
            tcsetattr(&self.devices.input, OptionalActions::Now, &raw)?;
            state.times += 1;
            state.found = Some(Found { modes, stderr: self.divert_stderr(), leave: manners.leave });
        }
        Ok(manners.enter)
    }

    /// Which time it is taken now.
    pub fn time(&self) -> u64 {
        self.state().times
    }

    /// Writes a frame of this time, unless the terminal was given back meanwhile: then it has nowhere to go.
    pub fn write(&self, bytes: &[u8], time: u64) -> Result<(), Errno> {
        let mut state = self.state();
        if state.found.is_none() || state.times != time {
            return Ok(());
        }
        state.is_writing = true;
        drop(state);
        let result = write_all(&self.devices.output, bytes);
        self.state().is_writing = false;
        self.written.notify_all();
        result
    }

    /// From now on a panic on this thread gives the terminal back before it is reported. One elsewhere is reported to
    /// the log, and the terminal stays taken.
    pub fn guard_panics(self: &Arc<Self>) {
        let held = Arc::downgrade(self);
        let here = thread::current().id();
        let report = panic::take_hook();
        panic::set_hook(Box::new(move |what| {
            if thread::current().id() == here
                && let Some(held) = held.upgrade()
            {
                held.give_back();
            }
            report(what);
        }));
    }

    pub fn is_writing(&self) -> bool {
        self.state().is_writing
    }

    /// Everything as it was found. A terminal that is gone is no failure: there is nothing to put back.
    pub fn give_back(&self) {
        let mut state = self.state();
        let Some(found) = state.found.take() else { return };
        let waited = self.written.wait_timeout_while(state, PATIENCE, |state| state.is_writing);
        drop(waited);
        if wait_until_writable(&self.devices.output, Some(PATIENCE)).is_ok() {
            let _ = rustix::io::write(&self.devices.output, found.leave);
        }
        let _ = tcsetattr(&self.devices.input, OptionalActions::Now, &found.modes);
        if let Some(stderr) = found.stderr {
            let _ = rustix::stdio::dup2_stderr(stderr);
        }
    }

    fn divert_stderr(&self) -> Option<OwnedFd> {
        let log = self.devices.log.as_ref()?;
        let stderr = rustix::io::fcntl_dupfd_cloexec(rustix::stdio::stderr(), 3).ok()?;
        rustix::stdio::dup2_stderr(log).ok()?;
        Some(stderr)
    }

    /// The lock is held for plain assignments only, so even a poisoned one guards a whole value.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.give_back();
    }
}
