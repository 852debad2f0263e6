//! A datacenter, the books of a program that knows it, and that program started again and again. What must hold: each
//! world stands for itself, so that many may be played in at once.

use std::{
    process::{Child, Stdio},
    sync::atomic::{AtomicU32, Ordering},
};

use proximity::{
    domain::secret::Secret,
    secrets::{Cost, Kind, Vault},
    sim::{Apps, Options, Pace, Seed, Simulator},
};
use rustix::process::Pid;

use super::{
    super::console::{Said, command, proximity_told},
    picture,
    relay::{Aim, Relay},
};

pub struct World {
    pub simulator: Simulator,
    pub folder: tempfile::TempDir,
    pub relay: Relay,
}

/// How a start of the program ended.
pub enum End {
    Killed,
    /// It was left alone to its own end.
    Alone(Said),
}

/// A passphrase that costs nothing to try: the program is started very often.
const CHEAP: Cost = Cost { memory_kib: 8, passes: 1, lanes: 1 };
static WORLDS: AtomicU32 = AtomicU32::new(0);

impl World {
    pub async fn new() -> Self {
        let options = Options::local(Seed::demo(), Pace::live());
        let simulator = Simulator::start(Options { apps: Apps::Answer, ..options }).await.unwrap();
        simulator.datacenter().with(|datacenter| {
            datacenter.lan = WORLDS.fetch_add(1, Ordering::Relaxed) * 16 + std::process::id() % 64 * 500;
            // What others do there by themselves is nothing of ours.
            datacenter.routine = None;
            datacenter.jobs.clear();
        });
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("passphrase"), "correct horse\n").unwrap();
        let vault = Vault::open_at_cost(Kind::File(folder.path().join("secrets.vault")), CHEAP);
        vault.unlock(&Secret::new("correct horse")).await.unwrap();
        let relay = Relay::before(&simulator.ready().url).await;
        Self { simulator, folder, relay }
    }

    pub fn add_host(&self) {
        let ready = self.simulator.ready();
        let place =
            ["host", "add", "--name", "home", "--address", &self.relay.url, "--fingerprint", &ready.fingerprint];
        let who = ["--token", &ready.token_id, "--secret-file", "-"];
        let words = self.words(&[&place[..], &who].concat());
        let words: Vec<_> = words.iter().map(String::as_str).collect();
        let said = proximity_told(self.folder.path(), &words, &ready.token_secret);
        assert_eq!(said.code, 0, "{} {}", said.stdout, said.stderr);
    }

    fn words(&self, words: &[&str]) -> Vec<String> {
        let passphrase = self.folder.path().join("passphrase");
        let first = ["--json", "--yes", "--passphrase-file", passphrase.to_str().unwrap()];
        first.iter().chain(words).map(|word| (*word).to_owned()).collect()
    }

    /// Starts the program, and does not wait for it.
    pub fn begin(&self, words: &[&str]) -> Child {
        self.relay.rest();
        let words = self.words(words);
        let words: Vec<_> = words.iter().map(String::as_str).collect();
        let mut command = command(self.folder.path(), &words);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }

    /// Starts the program and lets it live to its end, or to the message that is aimed at.
    pub fn run(&self, words: &[&str], aim: Option<Aim>) -> End {
        let mut child = self.begin(words);
        self.relay.watch(Pid::from_child(&child), aim);
        let (stdout, stderr) = told(&mut child);
        // Before its number may become another's.
        self.relay.lower();
        ended(child, stdout, stderr)
    }

    /// To a good end.
    pub fn done(&self, words: &[&str]) {
        match self.run(words, None) {
            End::Alone(said) => assert_eq!(said.code, 0, "{words:?}: {}\n{}", said.stdout, said.stderr),
            End::Killed => panic!("{words:?}: nobody aimed at it"),
        }
    }

    pub fn picture(&self) -> String {
        picture::of(&self.simulator, self.folder.path())
    }

    fn books(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(self.folder.path().join("proximity.db")).unwrap()
    }

    /// The operation that has no end, if there is one.
    pub fn left(&self) -> Option<i64> {
        let select = "SELECT max(id) FROM operation WHERE ended IS NULL";
        self.books().query_row(select, [], |row| row.get(0)).unwrap()
    }

    /// The eight seconds are over for which a dead process still holds what it did.
    pub fn outlive_leases(&self) {
        self.books().execute("UPDATE operation SET lease = 1 WHERE ended IS NULL", []).unwrap();
    }

    pub fn journal(&self) -> Vec<String> {
        let books = self.books();
        let mut rows = books
            .prepare("SELECT operation || '.' || n || ' ' || substr(entry, 1, 200) FROM entry ORDER BY operation, n")
            .unwrap();
        rows.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    }
}

pub fn end(mut child: Child) -> End {
    let (stdout, stderr) = told(&mut child);
    ended(child, stdout, stderr)
}

/// All that it says until it is gone; its number is its own for as long as nobody waits for it.
fn told(child: &mut Child) -> (String, String) {
    let (mut stdout, mut stderr) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
    let complaining = std::thread::spawn(move || std::io::read_to_string(&mut stderr).unwrap());
    let said = std::io::read_to_string(&mut stdout).unwrap();
    (said, complaining.join().unwrap())
}

fn ended(mut child: Child, stdout: String, stderr: String) -> End {
    match child.wait().unwrap().code() {
        None => End::Killed,
        Some(code) => End::Alone(Said { code, stdout, stderr }),
    }
}
