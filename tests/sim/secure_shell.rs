//! OpenSSH's own client, as a program beside the tests: it shares nothing with ours. Where it is missing a test says so
//! and passes, but not where every program is to be there.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    os::unix::fs::OpenOptionsExt,
    process::{Child, Command, Stdio},
    sync::mpsc::RecvTimeoutError,
    time::{Duration, Instant},
};

use portable_pty::{CommandBuilder, PtySize, native_pty_system};
use russh::keys::{
    PrivateKey,
    ssh_key::{LineEnding, private::Ed25519Keypair},
};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use super::house::House;

const PATIENCE: Duration = Duration::from_secs(30);

/// Somebody's pair of keys.
#[derive(Clone)]
pub struct Key {
    pub public: String,
    private: String,
}

impl Key {
    pub fn of(number: u8) -> Self {
        let pair = PrivateKey::from(Ed25519Keypair::from_seed(&[number; 32]));
        let private = pair.to_openssh(LineEnding::LF).unwrap().to_string();
        Self { public: pair.public_key().to_openssh().unwrap(), private }
    }
}

/// The client, with a home of its own.
pub struct Client {
    folder: TempDir,
    pub key: Key,
}

/// Nothing where there is no client.
pub fn client() -> Option<Client> {
    let is_there = Command::new("ssh").arg("-V").stderr(Stdio::null()).status().is_ok();
    if !is_there {
        assert!(std::env::var_os("PROXIMITY_CI").is_none(), "there is no ssh");
        let _ = writeln!(std::io::stderr(), "not run: there is no ssh");
        return None;
    }
    Some(Client::new(Key::of(1)))
}

impl Client {
    fn new(key: Key) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut file = std::fs::OpenOptions::new();
        let mut file = file.write(true).create_new(true).mode(0o600).open(folder.path().join("key")).unwrap();
        file.write_all(key.private.as_bytes()).unwrap();
        Self { folder, key }
    }

    pub fn with_key(&self, key: &Key) -> Self {
        Self::new(key.clone())
    }

    pub fn to(&self, house: &House, node: &str) -> Ssh {
        self.at(house.simulator().ssh_of(node).unwrap())
    }

    pub fn at(&self, at: SocketAddr) -> Ssh {
        let file = |name: &str| self.folder.path().join(name).display().to_string();
        let options = [
            "BatchMode=yes".to_owned(),
            "LogLevel=ERROR".to_owned(),
            "StrictHostKeyChecking=accept-new".to_owned(),
            "IdentitiesOnly=yes".to_owned(),
            "IdentityAgent=none".to_owned(),
            "ConnectTimeout=20".to_owned(),
            format!("IdentityFile={}", file("key")),
            format!("UserKnownHostsFile={}", file("known")),
            format!("Port={}", at.port()),
        ];
        let mut words = vec!["-F".to_owned(), "none".to_owned()];
        words.extend(options.into_iter().flat_map(|option| ["-o".to_owned(), option]));
        Ssh { words, user: "root".into(), at }
    }
}

/// One way to call the client.
#[derive(Clone)]
pub struct Ssh {
    words: Vec<String>,
    user: String,
    at: SocketAddr,
}

/// What a command wrote and how it ended.
#[derive(Debug)]
pub struct Ran {
    pub out: Vec<u8>,
    pub err: Vec<u8>,
    pub code: i32,
}

pub fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

impl Ssh {
    pub fn for_user(mut self, user: &str) -> Self {
        self.user = user.to_owned();
        self
    }

    fn target(&self) -> String {
        format!("{}@{}", self.user, self.at.ip())
    }

    pub fn begin(&self, line: &str) -> Running {
        let mut command = Command::new("ssh");
        command.args(&self.words).arg("-T").arg(self.target()).arg(line);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        Running { child: command.spawn().unwrap(), seen: Vec::new() }
    }

    /// Runs a line with this as its input.
    pub fn run(&self, line: &str, input: &[u8]) -> Ran {
        let mut running = self.begin(line);
        let mut stdin = running.child.stdin.take().unwrap();
        let input = input.to_vec();
        // One that does not read its input, or is refused, is no reason to fail.
        let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
        let ran = running.end();
        writer.join().unwrap();
        ran
    }

    /// The same at a terminal of 91 columns and 37 rows.
    pub fn terminal(&self, line: &[&str]) -> Shell {
        let size = PtySize { rows: 37, cols: 91, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new("ssh");
        command.args(&self.words);
        command.arg("-tt");
        command.arg(self.target());
        command.args(line);
        command.env("TERM", "xterm-256color");
        let child = pair.slave.spawn_command(command).unwrap();
        let (reader, writer) = (pair.master.try_clone_reader().unwrap(), pair.master.take_writer().unwrap());
        Shell { child, reader, writer, _master: pair.master, seen: Vec::new() }
    }
}

pub struct Running {
    child: Child,
    seen: Vec<u8>,
}

impl Running {
    /// Waits for this among what it writes.
    pub fn until(&mut self, wanted: &str) {
        let out = self.child.stdout.as_mut().unwrap();
        read_until(out, &mut self.seen, wanted);
    }

    pub fn end(mut self) -> Ran {
        drop(self.child.stdin.take());
        let (done, waiting) = std::sync::mpsc::channel::<()>();
        let pid = Pid::from_child(&self.child);
        // One that never ends is a failure, and not for ever.
        let watch = std::thread::spawn(move || {
            if waiting.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
                let _ = kill_process(pid, Signal::KILL);
            }
        });
        let ended = self.child.wait_with_output().unwrap();
        drop(done);
        watch.join().unwrap();
        let code = ended.status.code().unwrap_or(-1);
        Ran { out: [self.seen, ended.stdout].concat(), err: ended.stderr, code }
    }
}

fn read_until(reader: &mut dyn Read, seen: &mut Vec<u8>, wanted: &str) {
    let mut buffer = [0; 4_096];
    while !seen.windows(wanted.len()).any(|part| part == wanted.as_bytes()) {
        match reader.read(&mut buffer) {
            Ok(count @ 1..) => seen.extend(&buffer[..count]),
            other => panic!("{other:?} before {wanted:?}: {:?}", String::from_utf8_lossy(seen)),
        }
    }
}

pub struct Shell {
    child: Box<dyn portable_pty::Child + Send + Sync>,
    reader: Box<dyn Read + Send>,
    writer: Box<dyn Write + Send>,
    _master: Box<dyn portable_pty::MasterPty + Send>,
    seen: Vec<u8>,
}

impl Shell {
    /// Everything up to this, which must come.
    pub fn until(&mut self, wanted: &str) {
        read_until(&mut self.reader, &mut self.seen, wanted);
        let at = self.seen.windows(wanted.len()).position(|part| part == wanted.as_bytes()).unwrap();
        self.seen.drain(..at + wanted.len());
    }

    pub fn type_in(&mut self, text: &str) {
        self.writer.write_all(text.as_bytes()).unwrap();
        self.writer.flush().unwrap();
    }

    /// How it ended.
    pub fn end(mut self) -> i32 {
        let mut rest = Vec::new();
        // A terminal whose program has gone may end with an error.
        let _ = self.reader.read_to_end(&mut rest);
        self.child.wait().unwrap().exit_code() as i32
    }
}

/// A door that is to be open, or closed: those who keep it follow at their own pace.
pub struct Wanted(pub SocketAddr);

impl Wanted {
    pub fn comes(&self) {
        self.wait("open", || TcpStream::connect(self.0).is_ok());
    }

    pub fn goes(&self) {
        self.wait("closed", || TcpStream::connect(self.0).is_err());
    }

    fn wait(&self, how: &str, is_so: impl Fn() -> bool) {
        let began = Instant::now();
        while !is_so() {
            assert!(began.elapsed() < PATIENCE, "{} is not {how}", self.0);
            std::thread::yield_now();
        }
    }
}
