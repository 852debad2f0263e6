//! A laboratory of real shells: one guest behind a real `dtach`, with Proxmox's console in front of it, over real TLS. It
//! behaves as a real Proxmox VE 9.2 was seen to behave, and goes wrong when it is told to. What must hold: nothing that
//! was started here outlives it.

mod ahead;
mod attach;
mod door;
mod guest;
pub mod https;
mod person;
mod processes;
mod tickets;
mod visit;
mod weather;
mod words;

use std::{
    path::PathBuf,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use proximity::{
    domain::ids::HostId,
    proxmox::{Client, Fingerprint, Limits, Target},
};
use tokio::{net::TcpListener, task::JoinHandle, time::sleep};

use self::{attach::Attach, guest::Guest, tickets::Tickets, weather::Weather};
pub use self::{
    guest::Shell,
    person::Person,
    weather::{Trouble, Way, next as roll},
};
use crate::proxmox::host::token;

pub const NODE: &str = "lab";
pub const VMID: u32 = 101;

/// A program that somebody left running at the console.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Foreign {
    /// Takes what is typed and ends at Ctrl-C, as `top` does.
    Heeds,
    /// Nothing that is typed ends it.
    Ignores,
}

pub struct Lab {
    shared: Arc<Shared>,
    address: String,
    pin: Fingerprint,
    task: JoinHandle<()>,
    second: Mutex<Option<Attach>>,
}

pub struct Shared {
    guest: Guest,
    weather: Weather,
    tickets: Tickets,
    complaints: Mutex<Vec<String>>,
    endings: AtomicUsize,
    boots: AtomicUsize,
    turns: AtomicUsize,
    since: Mutex<Instant>,
}

/// How long a guest is down while it reboots, and how long its shell cannot be had after that.
const DOWN: Duration = Duration::from_millis(300);
const ATTACHING: Duration = Duration::from_millis(700);
/// Far longer than anything here takes.
pub const PATIENCE: Duration = Duration::from_secs(20);

impl Shared {
    fn complain(&self, what: String) {
        self.complaints.lock().unwrap().push(what);
    }

    /// Whether those at a console that ends now are told; otherwise their sockets are closed without a word.
    fn tells_the_end(&self) -> bool {
        self.endings.load(Ordering::SeqCst).is_multiple_of(2)
    }

    fn end_next(&self) {
        self.endings.fetch_add(1, Ordering::SeqCst);
    }

    fn uptime(&self) -> u64 {
        if self.guest.is_up() { self.since.lock().unwrap().elapsed().as_secs() } else { 0 }
    }

    fn begin(&self) {
        *self.since.lock().unwrap() = Instant::now();
        self.guest.begin(self.boots.fetch_add(1, Ordering::SeqCst));
    }
}

impl Lab {
    /// A guest that runs, unless this machine has no such shell: then it is said, and nothing is to be tried.
    pub async fn start(shell: Shell) -> Option<Self> {
        Self::seeded(shell, 1).await
    }

    /// With losses of its own.
    pub async fn seeded(shell: Shell, seed: u64) -> Option<Self> {
        let missing = shell.missing();
        if !missing.is_empty() {
            assert!(std::env::var_os("PROXIMITY_CI").is_none(), "{missing:?} must be here");
            eprintln!("not run: {shell:?} needs {missing:?}");
            return None;
        }
        let shared = Arc::new(Shared {
            guest: Guest::make(shell),
            weather: Weather::new(seed),
            tickets: Tickets::default(),
            complaints: Mutex::default(),
            endings: AtomicUsize::new(0),
            boots: AtomicUsize::new(0),
            turns: AtomicUsize::new(0),
            since: Mutex::new(Instant::now()),
        });
        shared.begin();
        shared.guest.be_ready();
        let (address, pin, task) = open_door(&shared).await;
        Some(Self { shared, address, pin, task, second: Mutex::default() })
    }

    pub fn client(&self) -> Client {
        let addresses = vec![self.address.clone()];
        let target = Target { host: HostId::new("lab"), addresses, trust: self.pin.into(), login: token() };
        let limits = Limits { whole_call: Duration::from_secs(5), ..Limits::default() };
        Client::with_limits(target, crate::sent::log(), limits).unwrap()
    }

    /// The files of the guest. Its shell begins here, and there is room for a job folder.
    pub fn root(&self) -> PathBuf {
        self.shared.guest.root()
    }

    /// A command that tells one run of the guest from another.
    pub fn boot_mark(&self) -> String {
        format!("cat {}", self.shared.guest.boot_file().display())
    }

    /// A command that leaves a trace each time it is run.
    pub fn trace(&self, marker: &str) -> String {
        format!("echo {marker} >>{}", self.root().join("ran").display())
    }

    /// How often that was.
    pub fn runs(&self, marker: &str) -> usize {
        let ran = std::fs::read_to_string(self.root().join("ran")).unwrap_or_default();
        ran.lines().filter(|line| *line == marker).count()
    }

    /// How many processes the guest has.
    pub fn processes(&self) -> usize {
        self.shared.guest.processes()
    }

    /// Looks for its processes, also when it is gone, and for what carries its console.
    pub fn watcher(&self) -> impl Fn() -> usize + use<> {
        self.shared.guest.watcher()
    }

    /// What clients did that no client should do.
    pub fn complaints(&self) -> Vec<String> {
        self.shared.complaints.lock().unwrap().clone()
    }

    /// How often somebody typed who had waited for an answer before, or had just come.
    pub fn turns(&self) -> usize {
        self.shared.turns.load(Ordering::SeqCst)
    }

    /// How many pieces of output were lost because they came too fast.
    pub fn losses(&self) -> usize {
        self.shared.weather.losses()
    }

    pub fn strike(&self, trouble: Trouble) {
        self.shared.weather.strike(trouble);
    }

    /// Once, in the middle of what passes this way.
    pub fn strike_after(&self, way: Way, bytes: usize, trouble: Trouble) {
        self.shared.weather.strike_after(way, bytes, trouble);
    }

    pub fn is_trouble_ahead(&self) -> bool {
        self.shared.weather.is_waiting()
    }

    /// Resets all sockets.
    pub fn cut(&self) {
        self.strike(Trouble::Cut);
    }

    pub fn cut_after(&self, bytes: usize) {
        self.strike_after(Way::Heard, bytes, Trouble::Cut);
    }

    /// Sockets of consoles stay open, and nothing passes any more.
    pub fn go_silent(&self) {
        self.strike(Trouble::Silence);
    }

    /// Whether the next console that ends says so.
    pub fn tells_the_next_end(&self, ending: Ending) {
        self.shared.endings.store(usize::from(ending == Ending::Closed), Ordering::SeqCst);
    }

    pub async fn stop(&self) {
        let shared = self.shared.clone();
        tokio::task::spawn_blocking(move || shared.guest.end()).await.unwrap();
    }

    /// Its shell can be had a moment after it was started, not at once.
    pub async fn start_again(&self) {
        self.shared.begin();
        sleep(ATTACHING).await;
        self.shared.guest.be_ready();
    }

    pub async fn reboot(&self) {
        self.stop().await;
        sleep(DOWN).await;
        self.start_again().await;
    }

    /// A second person types at the same console.
    pub fn type_in(&self, bytes: &[u8]) {
        let mut second = self.second.lock().unwrap();
        second.take_if(|attach| attach.is_over());
        second.get_or_insert_with(|| Attach::unheard(&self.shared.guest)).type_in(bytes);
    }

    /// The second person starts a program and leaves it there. Whether it got hold of the terminal.
    pub async fn foreign(&self, foreign: Foreign) -> bool {
        let (script, flag) = (self.root().join("foreign.sh"), self.root().join("foreign"));
        let _ = std::fs::remove_file(&flag);
        let holds = match foreign {
            Foreign::Heeds => {
                "found=$(stty -g); trap 'stty \"$found\"; exit 130' INT; stty -icanon -echo; cat >/dev/null"
            }
            Foreign::Ignores => "trap '' INT QUIT TERM TSTP; while :; do sleep 1; done",
        };
        std::fs::write(&script, format!("echo $$ >{}\n{holds}\n", flag.display())).unwrap();
        self.type_in(format!("\nsh {}\n", script.display()).as_bytes());
        let since = Instant::now();
        while !flag.exists() && since.elapsed() < Duration::from_secs(3) {
            sleep(Duration::from_millis(5)).await;
        }
        flag.exists()
    }

    /// All that was planned to go wrong and did not yet is called off; the guest runs, and no program is left there.
    pub async fn calm(&self) {
        self.shared.weather.calm();
        self.foreign_leaves();
        if !self.shared.guest.is_ready() {
            self.reboot().await;
        }
    }

    /// The program that was left there ends, whatever it ignores.
    pub fn foreign_leaves(&self) {
        let _ = std::fs::remove_file(self.root().join("foreign"));
        self.shared.guest.kill("foreign.sh");
    }

    /// Waits until the guest has no more than so many processes.
    pub async fn is_down_to(&self, processes: usize) {
        self.until_processes(|count| count <= processes).await;
    }

    /// Waits until it is so with the number of processes of the guest.
    pub async fn until_processes(&self, is_so: impl Fn(usize) -> bool) {
        let since = Instant::now();
        while !is_so(self.processes()) {
            assert!(since.elapsed() < PATIENCE, "{} processes", self.processes());
            sleep(Duration::from_millis(10)).await;
        }
    }
}

/// How those at a console learn that it has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    Told,
    Closed,
}

async fn open_door(shared: &Arc<Shared>) -> (String, Fingerprint, JoinHandle<()>) {
    let (pin, acceptor) = https::acceptor();
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = format!("https://{}", listener.local_addr().unwrap());
    (address, pin, tokio::spawn(door::serve(listener, acceptor, shared.clone())))
}

impl Drop for Lab {
    fn drop(&mut self) {
        self.task.abort();
        // The tasks of visitors may hold the guest a moment longer than this.
        self.shared.guest.vanish();
    }
}
