//! The store, on real files.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod any;
mod backups;
mod bad_files;
mod consoles;
mod journal;
mod kept;
mod lease;
mod migration;
mod races;
mod renaming;
mod ssh;

use std::path::PathBuf;

use proximity::{
    domain::{
        ids::{GuestKey, HostId, Vmid},
        moment::Moment,
        plan::{Plan, PlanKind, Subject},
    },
    store::{HostRecord, KeptTrust, LoginName, Store},
};
use tempfile::TempDir;

/// A folder of the test's own, and the database that may come to be in it.
struct Place {
    folder: TempDir,
    file: PathBuf,
}

fn place() -> Place {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("data/proximity.db");
    Place { folder, file }
}

impl Place {
    fn open(&self) -> Store {
        Store::open(&self.file).unwrap().0
    }
}

pub fn host(name: &str) -> HostRecord {
    HostRecord {
        id: HostId::new(name),
        addresses: vec!["https://10.0.0.2:8006".into()],
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

fn plan(vmid: u32) -> Plan {
    let guest = GuestKey { host: HostId::new("lab"), vmid: Vmid(vmid) };
    Plan::new(PlanKind::Start, Subject::Guest(guest), "web", Vec::new())
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(future)
}
