//! A pseudo-terminal with somebody who looks at it: waits for what it should show, and fails when that does not come.

use std::{
    fs::File,
    io::{Read, Write},
    os::fd::OwnedFd,
    path::PathBuf,
    sync::{Arc, Condvar, Mutex},
    time::Duration,
};

use portable_pty::{PtyPair, PtySize, native_pty_system};
use rustix::fs::{Mode, OFlags};

/// A test that waits longer has failed.
pub const PATIENCE: Duration = Duration::from_secs(20);

pub struct Pty {
    pub pair: PtyPair,
    writer: Box<dyn Write + Send>,
    seen: Arc<(Mutex<Seen>, Condvar)>,
}

pub struct Seen {
    pub bytes: Vec<u8>,
    pub terminal: vt100::Parser,
    pub is_over: bool,
}

impl Seen {
    pub fn text(&self) -> String {
        self.terminal.screen().contents()
    }

    /// How often a byte sequence was written.
    pub fn count(&self, what: &[u8]) -> usize {
        self.bytes.windows(what.len()).filter(|window| *window == what).count()
    }
}

impl Pty {
    pub fn new(columns: u16, rows: u16) -> Self {
        let mut pty = Self::unread(columns, rows);
        pty.look();
        pty
    }

    /// One whose output nobody takes.
    pub fn unread(columns: u16, rows: u16) -> Self {
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).expect("a pseudo-terminal");
        let writer = pair.master.take_writer().expect("its writing end");
        let terminal = vt100::Parser::new(rows, columns, 0);
        let seen = Arc::new((Mutex::new(Seen { bytes: Vec::new(), terminal, is_over: false }), Condvar::new()));
        Self { pair, writer, seen }
    }

    /// Begins to take the output.
    pub fn look(&mut self) {
        let mut reader = self.pair.master.try_clone_reader().expect("its reading end");
        let seen = self.seen.clone();
        std::thread::spawn(move || {
            let mut chunk = [0; 65536];
            loop {
                let read = reader.read(&mut chunk).unwrap_or(0);
                let mut now = seen.0.lock().expect("nobody failed in here");
                now.bytes.extend(&chunk[..read]);
                now.terminal.process(&chunk[..read]);
                now.is_over = read == 0;
                seen.1.notify_all();
                if read == 0 {
                    return;
                }
            }
        });
    }

    pub fn name(&self) -> PathBuf {
        self.pair.master.tty_name().expect("a pseudo-terminal has a name")
    }

    /// The program's end of it.
    pub fn open(&self) -> OwnedFd {
        rustix::fs::open(self.name(), OFlags::RDWR | OFlags::NOCTTY, Mode::empty()).expect("the program's end")
    }

    pub fn modes(&self) -> rustix::termios::Termios {
        rustix::termios::tcgetattr(File::from(self.open())).expect("modes")
    }

    pub fn send(&mut self, bytes: &[u8]) {
        self.writer.write_all(bytes).expect("keys");
    }

    pub fn press(&mut self, keys: &str) {
        self.writer.write_all(keys.as_bytes()).expect("keys");
    }

    /// Waits until this holds, and says what it gives.
    pub fn wait<T>(&self, what: &str, mut holds: impl FnMut(&Seen) -> Option<T>) -> T {
        let mut seen = self.seen.0.lock().expect("nobody failed in here");
        let deadline = std::time::Instant::now() + PATIENCE;
        loop {
            if let Some(found) = holds(&seen) {
                return found;
            }
            let left = deadline.saturating_duration_since(std::time::Instant::now());
            assert!(!left.is_zero(), "waited for {what}; the screen shows:\n{}", seen.text());
            (seen, _) = self.seen.1.wait_timeout(seen, left).expect("nobody failed in here");
        }
    }

    pub fn wait_for(&self, text: &str) {
        self.wait(text, |seen| seen.text().contains(text).then_some(()));
    }

    pub fn resize(&self, columns: u16, rows: u16) {
        self.seen.0.lock().expect("nobody failed in here").terminal.screen_mut().set_size(rows, columns);
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        self.pair.master.resize(size).expect("another size");
    }
}
