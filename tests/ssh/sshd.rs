//! OpenSSH's server at a port of its own, with keys of its own, for the user who runs the tests. Each connection gets a
//! process, as inetd would start it, so no port is chosen twice and nothing is waited for.

use std::{
    io::Write,
    net::{TcpListener, TcpStream},
    os::{fd::OwnedFd, unix::process::CommandExt},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
};

use proximity::ssh::{HostKey, Limits, Pins, Proof, Session, Target};
use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use tempfile::TempDir;

const SERVER: &str = "/usr/sbin/sshd";

pub struct Sshd {
    pub folder: TempDir,
    address: String,
    pub port: u16,
    serving: Arc<Serving>,
    accepting: Option<JoinHandle<()>>,
}

struct Serving {
    folder: PathBuf,
    is_ending: AtomicBool,
    children: Mutex<Vec<Child>>,
}

/// Nothing where there is no sshd, which is told.
pub fn sshd() -> Option<Sshd> {
    sshd_at("127.0.0.1")
}

/// The same at another address of this machine.
pub fn sshd_at(address: &str) -> Option<Sshd> {
    if !Path::new(SERVER).exists() || Command::new("ssh-keygen").arg("-?").output().is_err() {
        assert!(std::env::var_os("PROXIMITY_CI").is_none(), "OpenSSH is missing");
        let _ = writeln!(std::io::stderr(), "not run: there is no OpenSSH on this machine");
        return None;
    }
    // What separates its privileges, where the tests run as root; its package makes it at boot.
    let _ = std::fs::create_dir_all("/run/sshd");
    Some(Sshd::start(address))
}

impl Sshd {
    fn start(address: &str) -> Self {
        Self::listening(address, TcpListener::bind((address, 0)).unwrap())
    }

    /// Another machine at another address, on the same port and for the same user's key; nothing where that is taken.
    pub fn twin(&self, address: &str) -> Option<Self> {
        let twin = Self::listening(address, TcpListener::bind((address, self.port)).ok()?);
        twin.authorise(&self.path("user"));
        Some(twin)
    }

    fn listening(address: &str, listener: TcpListener) -> Self {
        let folder = TempDir::new().unwrap();
        let port = listener.local_addr().unwrap().port();
        let serving = Arc::new(Serving {
            folder: folder.path().into(),
            is_ending: AtomicBool::new(false),
            children: Mutex::default(),
        });
        let accepting = std::thread::spawn({
            let serving = serving.clone();
            move || serving.accept(&listener)
        });
        let sshd = Self { folder, address: address.into(), port, serving, accepting: Some(accepting) };
        sshd.new_key("host", "ed25519", "");
        sshd.authorise(&sshd.new_key("user", "ed25519", ""));
        sshd.configure(&["host"], "");
        sshd
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Makes a pair of keys; one of this name that was there before is gone.
    pub fn new_key(&self, name: &str, kind: &str, passphrase: &str) -> PathBuf {
        let path = self.path(name);
        let _ = std::fs::remove_file(&path);
        let made = Command::new("ssh-keygen").args(["-q", "-t", kind, "-N", passphrase, "-f"]).arg(&path).status();
        assert!(made.unwrap().success());
        path
    }

    /// Lets this key in, besides those before.
    pub fn authorise(&self, key: &Path) {
        let public = std::fs::read_to_string(key.with_extension("pub")).unwrap();
        let before = std::fs::read_to_string(self.path("authorized")).unwrap_or_default();
        std::fs::write(self.path("authorized"), before + &public).unwrap();
    }

    /// From the next connection on it shows these keys.
    pub fn configure(&self, host_keys: &[&str], more: &str) {
        let mut text = String::from("UsePAM no\nStrictModes no\nPasswordAuthentication no\nPermitRootLogin yes\n");
        text += "KbdInteractiveAuthentication no\nPrintMotd no\nPrintLastLog no\nPidFile none\nLogLevel VERBOSE\n";
        text += &format!("AuthorizedKeysFile {}\n", self.path("authorized").display());
        for name in host_keys {
            text += &format!("HostKey {}\n", self.path(name).display());
        }
        std::fs::write(self.path("config"), text + more).unwrap();
    }

    pub fn host_key(&self, name: &str) -> HostKey {
        std::fs::read_to_string(self.path(name).with_extension("pub")).unwrap().parse().unwrap()
    }

    pub fn log(&self) -> String {
        std::fs::read_to_string(self.path("log")).unwrap_or_default()
    }

    pub fn user_key(&self) -> Proof {
        Proof::KeyFile { path: self.path("user"), passphrase: None }
    }

    /// With the user's key, and the host's key known.
    pub fn target(&self) -> Target {
        self.target_with(vec![self.user_key()])
    }

    pub fn target_with(&self, proofs: Vec<Proof>) -> Target {
        let keys = Pins::Pinned(vec![self.host_key("host")]);
        Target { address: self.address.clone(), port: self.port, user: user(), proofs, keys }
    }

    pub async fn session(&self) -> Session {
        Session::open(&self.target(), Limits::default()).await.unwrap().0
    }

    /// To all processes that serve connections.
    pub fn signal(&self, signal: Signal) {
        for child in self.serving.children.lock().unwrap().iter() {
            // One that has ended hears nothing.
            let _ = kill_process_group(Pid::from_child(child), signal);
        }
    }
}

impl Serving {
    fn accept(&self, listener: &TcpListener) {
        for stream in listener.incoming() {
            if self.is_ending.load(Ordering::SeqCst) {
                return;
            }
            self.serve(stream.unwrap());
        }
    }

    fn serve(&self, stream: TcpStream) {
        let (input, output): (OwnedFd, OwnedFd) = (stream.try_clone().unwrap().into(), stream.into());
        let mut command = Command::new(SERVER);
        command.args(["-i", "-f"]).arg(self.folder.join("config")).arg("-E").arg(self.folder.join("log"));
        command.stdin(Stdio::from(input)).stdout(Stdio::from(output)).stderr(Stdio::null()).process_group(0);
        self.children.lock().unwrap().push(command.spawn().unwrap());
    }
}

impl Drop for Sshd {
    fn drop(&mut self) {
        self.serving.is_ending.store(true, Ordering::SeqCst);
        // Wakes the one who accepts.
        let _ = TcpStream::connect((self.address.as_str(), self.port));
        if let Some(accepting) = self.accepting.take() {
            let _ = accepting.join();
        }
        self.signal(Signal::KILL);
        for child in self.serving.children.lock().unwrap().iter_mut() {
            let _ = child.wait();
        }
    }
}

/// Who runs the tests.
pub fn user() -> String {
    let said = Command::new("id").arg("-un").output().unwrap();
    String::from_utf8(said.stdout).unwrap().trim().to_owned()
}

/// OpenSSH's agent, at a socket of its own.
pub struct Agent {
    pub socket: PathBuf,
    process: Pid,
}

impl Agent {
    pub fn start(folder: &Path) -> Self {
        let socket = folder.join("agent");
        // It returns when its socket is there.
        let said = Command::new("ssh-agent").arg("-a").arg(&socket).output().unwrap();
        let said = String::from_utf8(said.stdout).unwrap();
        let id = said.split("SSH_AGENT_PID=").nth(1).and_then(|rest| rest.split(';').next()).unwrap();
        Self { socket, process: Pid::from_raw(id.parse().unwrap()).unwrap() }
    }

    pub fn add(&self, key: &Path) {
        let added = Command::new("ssh-add").arg("-q").arg(key).env("SSH_AUTH_SOCK", &self.socket).status();
        assert!(added.unwrap().success());
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        let _ = kill_process(self.process, Signal::TERM);
    }
}
