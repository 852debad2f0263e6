//! An engine of its own for a bench, and simulated hosts in processes of their own, so that only our own time is counted.

use std::{
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Child, Command, Stdio},
};

use proximity::{
    domain::{ids::HostId, moment::Moment, secret::Secret},
    engine::{Credential, HostDraft, Parts, Tempo},
    secrets::{Kind, Vault},
    sim::{Ready, Simulator},
    store::{HostRecord, KeptTrust, LoginName, Store},
};

/// What an engine is made of, with nothing but its books.
pub fn parts(file: &Path) -> Parts {
    let (store, kept) = Store::open(file).unwrap();
    Parts {
        store,
        kept,
        vault: Vault::open(Kind::Memory),
        passphrase: None,
        request_log: None,
        recipes: None,
        sources: None,
        tempo: Tempo::default(),
        rules: Default::default(),
    }
}

/// A host as the books have it.
pub fn record(id: HostId) -> HostRecord {
    HostRecord {
        id,
        addresses: vec!["https://127.0.0.1:8006".into()],
        login: LoginName::Token { id: "proximity@pve!deck".into() },
        pin: "AA:BB".into(),
        trust: KeptTrust::default(),
        ssh: None,
        defaults: Default::default(),
        asked: Default::default(),
        token_expires: None,
        added: Moment(1),
    }
}

/// What makes a bench one of its own hosts.
const SERVE: &str = "--serve";

/// Which host this process is to be, if it is to be one.
pub fn is_to_serve() -> Option<u64> {
    let said: Vec<String> = std::env::args().collect();
    match &said[..] {
        [_, serve, number] if serve == SERVE => Some(number.parse().unwrap()),
        _ => None,
    }
}

/// Says where it is, and stands until whoever began it ends.
pub async fn serve(simulator: &Simulator) {
    let Ready { url, fingerprint, token_id, token_secret, .. } = simulator.ready();
    let line = format!("{url} {fingerprint} {token_id} {token_secret}\n");
    std::io::stdout().lock().write_all(line.as_bytes()).unwrap();
    drop(tokio::task::spawn_blocking(|| std::io::stdin().read_line(&mut String::new())).await);
}

/// A simulated host in a process of its own; it goes with this.
pub struct Host {
    process: Child,
    pub address: String,
    pub fingerprint: String,
    pub token: String,
    pub secret: Secret,
}

impl Host {
    pub fn open(number: usize) -> Self {
        let mut process = Command::new(std::env::current_exe().unwrap())
            .args([SERVE, &number.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let [address, fingerprint, token, secret] = line.split_whitespace().collect::<Vec<_>>()[..] else {
            panic!("{line}")
        };
        let [address, fingerprint, token] = [address, fingerprint, token].map(str::to_owned);
        Self { process, address, fingerprint, token, secret: Secret::new(secret) }
    }

    pub fn draft(&self, number: usize) -> HostDraft {
        let credential = Credential::Token { id: self.token.clone(), secret: self.secret.clone() };
        HostDraft::of(&format!("host{number}"), &self.address, &self.fingerprint, credential)
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}
