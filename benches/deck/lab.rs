//! A simulated datacenter in a process of its own, a data folder that knows it, and decks in pseudo-terminals.

use std::{
    io::{BufRead, BufReader, Read, Write},
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::mpsc::{Receiver, channel},
    time::{Duration, Instant},
};

use portable_pty::{Child as PtyChild, CommandBuilder, MasterPty, PtySize, native_pty_system};
use serde_json::Value;

const PROGRAM: &str = env!("CARGO_BIN_EXE_proximity");
/// After this long without a byte a screen has settled.
const SILENCE: Duration = Duration::from_millis(300);

pub struct Lab {
    simulator: Child,
    folder: tempfile::TempDir,
}

impl Lab {
    /// Its time nearly stands still, so that an unchanged world is unchanged.
    pub fn open(guests: u32) -> Self {
        let guests = guests.to_string();
        let mut simulator = Command::new(PROGRAM)
            .args(["sim", "--nodes", "3", "--guests", &guests, "--pace", "x0.01"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(simulator.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let lab = Self { simulator, folder: tempfile::tempdir().unwrap() };
        std::fs::write(lab.passphrase(), "correct horse").unwrap();
        lab.add_host(&serde_json::from_str(&line).unwrap());
        lab
    }

    fn add_host(&self, ready: &Value) {
        let text = |name: &str| ready[name].as_str().unwrap().to_owned();
        let mut add = Command::new(PROGRAM)
            .args(self.arguments())
            .args(["host", "add", "--name", "lab", "--address", &text("url"), "--fingerprint", &text("fingerprint")])
            .args(["--token", &text("token_id"), "--secret-file", "-"])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        add.stdin.take().unwrap().write_all(text("token_secret").as_bytes()).unwrap();
        assert!(add.wait().unwrap().success());
    }

    fn passphrase(&self) -> PathBuf {
        self.folder.path().join("passphrase")
    }

    pub fn arguments(&self) -> Vec<String> {
        let text = |path: &std::path::Path| path.to_string_lossy().into_owned();
        vec!["--data".into(), text(self.folder.path()), "--passphrase-file".into(), text(&self.passphrase())]
    }

    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    pub fn deck(&self, arguments: &[&str]) -> Deck {
        Deck::open(self, arguments)
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        drop(self.simulator.kill());
        drop(self.simulator.wait());
    }
}

pub struct Deck {
    child: Box<dyn PtyChild + Send + Sync>,
    _master: Box<dyn MasterPty + Send>,
    writer: Box<dyn Write + Send>,
    bytes: Receiver<(Instant, usize)>,
    pub first_frame_ms: f64,
}

impl Deck {
    fn open(lab: &Lab, arguments: &[&str]) -> Self {
        let size = PtySize { rows: 40, cols: 120, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(PROGRAM);
        command.args(lab.arguments());
        command.args(arguments);
        command.env("TERM", "xterm-256color");
        command.env("COLORTERM", "truecolor");
        command.env("LANG", "C.UTF-8");
        let began = Instant::now();
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let bytes = listen(pair.master.try_clone_reader().unwrap());
        let (writer, master) = (pair.master.take_writer().unwrap(), pair.master);
        let mut deck = Self { child, _master: master, writer, bytes, first_frame_ms: 0.0 };
        // The first frame is the first write of thousands of bytes; what is shorter is the terminal being taken.
        let mut sum = 0;
        while sum < 2_000 {
            let (at, count) = deck.bytes.recv_timeout(Duration::from_secs(20)).expect("a first frame");
            sum += count;
            deck.first_frame_ms = (at - began).as_secs_f64() * 1000.0;
        }
        deck.settle();
        deck
    }

    pub fn id(&self) -> u32 {
        self.child.process_id().unwrap()
    }

    /// Reads until nothing comes any more; how many bytes that were.
    pub fn settle(&mut self) -> usize {
        let mut sum = 0;
        while let Ok((_, count)) = self.bytes.recv_timeout(SILENCE) {
            sum += count;
        }
        sum
    }

    /// All bytes of the next while.
    pub fn listen_for(&mut self, time: Duration) -> usize {
        let end = Instant::now() + time;
        let mut sum = 0;
        while let Ok((_, count)) = self.bytes.recv_timeout(end.saturating_duration_since(Instant::now())) {
            sum += count;
        }
        sum
    }

    /// Presses a key: milliseconds to the first byte, and all bytes until it settled.
    pub fn press(&mut self, key: &[u8]) -> (f64, usize) {
        let began = Instant::now();
        self.writer.write_all(key).unwrap();
        let (at, first) = self.bytes.recv_timeout(Duration::from_secs(5)).expect("an answer to the key");
        let mut sum = first;
        while let Ok((_, count)) = self.bytes.recv_timeout(Duration::from_millis(30)) {
            sum += count;
        }
        ((at - began).as_secs_f64() * 1000.0, sum)
    }

    pub fn write(&mut self, keys: &[u8]) {
        self.writer.write_all(keys).unwrap();
    }

    pub fn quit(mut self) {
        self.write(b"q");
        drop(self.child.wait());
    }
}

fn listen(mut reader: Box<dyn Read + Send>) -> Receiver<(Instant, usize)> {
    let (sender, bytes) = channel();
    std::thread::spawn(move || {
        let mut buffer = [0; 65_536];
        while let Ok(count) = reader.read(&mut buffer) {
            if count == 0 || sender.send((Instant::now(), count)).is_err() {
                return;
            }
        }
    });
    bytes
}
