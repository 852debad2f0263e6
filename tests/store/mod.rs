//! The store, on real files.

use std::{path::PathBuf, sync::Arc};

use proximity::{
    domain::{
        ids::{GuestKey, HostId, Vmid},
        moment::Moment,
        plan::{
            Plan, PlanKind, Subject,
            journal::{Entry, Outcome, Output},
        },
    },
    store::{BeginError, HostRecord, LoginName, Store},
};
use tempfile::TempDir;

pub struct Place {
    _folder: TempDir,
    pub file: PathBuf,
}

pub fn place() -> Place {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("data/proximity.db");
    Place { _folder: folder, file }
}

pub fn host(name: &str) -> HostRecord {
    HostRecord {
        id: HostId::new(name),
        addresses: vec!["https://10.0.0.2:8006".into()],
        login: LoginName::Token { id: "proximity@pve!deck".into() },
        pin: "AA:BB".into(),
        added: Moment(1),
    }
}

pub fn plan(vmid: u32) -> Plan {
    let guest = GuestKey { host: HostId::new("lab"), vmid: Vmid(vmid) };
    Plan { kind: PlanKind::Start, subject: Subject::Guest(guest), name: "web".into(), steps: Vec::new() }
}

#[tokio::test]
async fn what_was_kept_is_there_after_a_restart() {
    let place = place();
    let (store, kept) = Store::open(&place.file).unwrap();
    assert!(kept.hosts.is_empty());
    store.put_host(host("lab")).await.unwrap();
    let id = store.begin_operation(plan(100), Moment(5), "deck").await.unwrap();
    store.append(id, Entry::Began(0), Moment(6)).await.unwrap();
    store.append(id, Entry::Did(0, Output::Nothing), Moment(7)).await.unwrap();
    store.finish(id, Outcome::Done, Moment(8)).await.unwrap();
    drop(store);

    let (_, kept) = Store::open(&place.file).unwrap();
    assert_eq!(kept.hosts, [host("lab")]);
    let [operation] = &kept.fleet.operations[..] else { panic!("{kept:?}") };
    assert_eq!(operation.plan, Arc::new(plan(100)));
    assert_eq!(operation.journal, [Entry::Began(0), Entry::Did(0, Output::Nothing)]);
    assert_eq!(operation.outcome(), Some(Outcome::Done));
}

#[tokio::test]
async fn one_operation_runs_on_a_guest_whichever_process_asks() {
    let place = place();
    let (one, _) = Store::open(&place.file).unwrap();
    let (other, _) = Store::open(&place.file).unwrap();
    let id = one.begin_operation(plan(100), Moment(5), "one").await.unwrap();
    let refused = other.begin_operation(plan(100), Moment(6), "other").await;
    assert!(matches!(refused, Err(BeginError::Busy(running)) if running == id), "{refused:?}");
    other.begin_operation(plan(101), Moment(6), "other").await.unwrap();
    one.finish(id, Outcome::Failed, Moment(7)).await.unwrap();
    other.begin_operation(plan(100), Moment(8), "other").await.unwrap();
}
