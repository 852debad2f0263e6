//! Small worlds for the laws.

use std::sync::Arc;

use proximity::domain::{
    fault::{Fault, FaultCode},
    fleet::{Counted, Fleet, Guest, GuestKind, Host, HostTrust, Listing, Power, Reach, Traffic},
    ids::{GuestKey, HostId, NodeName, Vmid},
    moment::Moment,
    observe::Observation,
    trail::Trail,
};

pub fn key(vmid: u32) -> GuestKey {
    GuestKey { host: HostId::new("home"), vmid: Vmid(vmid) }
}

pub fn guest(vmid: u32, power: Power) -> Guest {
    Guest {
        key: key(vmid),
        kind: GuestKind::Container,
        name: format!("guest-{vmid}").into(),
        node: NodeName::new("pve1"),
        power,
        is_template: false,
        lock: None,
        tags: Vec::new(),
        pool: None,
        cpu: None,
        cores: None,
        memory: None,
        disk: None,
        uptime: None,
        traffic: Traffic::default(),
        cpu_trail: Trail::default(),
    }
}

pub fn counting(vmid: u32, at: i64, bytes: u64) -> Guest {
    let counted = Some(Counted { at: Moment::from_secs(at), bytes_in: bytes, bytes_out: 0 });
    Guest { traffic: Traffic { counted, ..Traffic::default() }, ..guest(vmid, Power::Running) }
}

pub fn fleet() -> Fleet {
    let host = Host {
        id: HostId::new("home"),
        addresses: vec!["https://127.0.0.1:8006".into()],
        login: "root@pam".into(),
        trust: HostTrust::default(),
        cluster: None,
        version: None,
        reach: Reach::Online,
        as_of: None,
        listing: Listing::Unknown,
        unlisted: Default::default(),
        ssh: None,
        roads: Default::default(),
        defaults: Default::default(),
        denied: Default::default(),
        expiring: Vec::new(),
    };
    Fleet { hosts: vec![host], ..Fleet::default() }
}

pub fn listing(at: i64, guests: Vec<Guest>, listing: Listing) -> Observation {
    Observation {
        denied: None,
        host: HostId::new("home"),
        at: Moment::from_secs(at),
        cluster: None,
        version: None,
        nodes: Vec::new(),
        guests,
        storages: Vec::new(),
        listing,
    }
}

pub fn partial() -> Listing {
    Listing::Partial("pve2 is offline".into())
}

pub fn vmids(fleet: &Fleet) -> Vec<u32> {
    fleet.guests.iter().map(|guest: &Arc<Guest>| guest.key.vmid.0).collect()
}

pub fn fault() -> Fault {
    Fault::lasting(FaultCode::Failed, "it failed", "for the test", "do nothing")
}
