//! Anything that may be kept.

use std::sync::Arc;

use proptest::{collection::vec, option, prelude::*};
use proximity::{
    domain::{
        app::{App, Marker, Method},
        book::Origin,
        fault::{Fault, FaultCode, FaultKind},
        fleet::{
            Fleet, Guest, GuestKind, Host, HostTrust, Listing, Node, NodeStatus, Power, PublicCa, Reach, SshProof,
            Storage, Usage,
        },
        host::{Asked, HostDefaults},
        ids::{AppId, GuestKey, HostId, NodeKey, NodeName, Upid, Vmid},
        moment::Moment,
        plan::{
            Plan, PlanKind, PowerAction, Step, Subject,
            journal::{Entry, Outcome, Output},
        },
    },
    store::{HostRecord, KeptAuthority, KeptNode, KeptSsh, KeptTrust, LoginName},
};

fn text() -> impl Strategy<Value = String> {
    prop_oneof![4 => "[a-z]{1,8}", 1 => "\\PC{0,12}", 1 => Just("it's \"quoted\"\0\n; DROP TABLE host".to_owned())]
}

fn name() -> impl Strategy<Value = Arc<str>> {
    text().prop_map(Into::into)
}

fn moment() -> impl Strategy<Value = Moment> {
    any::<i64>().prop_map(Moment)
}

fn guest_key() -> impl Strategy<Value = GuestKey> {
    (text(), any::<u32>()).prop_map(|(host, vmid)| GuestKey { host: HostId::new(host), vmid: Vmid(vmid) })
}

fn kind() -> impl Strategy<Value = GuestKind> {
    prop_oneof![Just(GuestKind::Container), Just(GuestKind::Machine)]
}

fn subject() -> impl Strategy<Value = Subject> {
    prop_oneof![
        text().prop_map(|host| Subject::Host(HostId::new(host))),
        (text(), text())
            .prop_map(|(host, node)| Subject::Node(NodeKey { host: HostId::new(host), node: NodeName::new(node) })),
        guest_key().prop_map(Subject::Guest),
        (text(), guest_key()).prop_map(|(app, guest)| Subject::App { app: AppId::new(app), guest }),
        Just(Subject::Fleet),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let action = prop_oneof![
        Just(PowerAction::Start),
        Just(PowerAction::Shutdown),
        Just(PowerAction::Stop),
        Just(PowerAction::Reboot)
    ];
    prop_oneof![
        (guest_key(), kind(), action)
            .prop_map(|(guest, kind, action)| { Step::BeginPower { guest: guest.into(), kind, action, undo: None } }),
        (text(), any::<usize>()).prop_map(|(host, begun_by)| Step::AwaitTask { host: HostId::new(host), begun_by }),
    ]
}

pub fn plan() -> impl Strategy<Value = Plan> {
    let kind = prop_oneof![Just(PlanKind::Start), Just(PlanKind::Stop), Just(PlanKind::Restart)];
    (kind, subject(), text(), vec(step(), 0..4))
        .prop_map(|(kind, subject, name, steps)| Plan::new(kind, subject, name, steps))
}

fn fault() -> impl Strategy<Value = Fault> {
    let kind = prop_oneof![Just(FaultKind::Passing), Just(FaultKind::Lasting), Just(FaultKind::NeedsPerson)];
    (kind, text(), text(), text())
        .prop_map(|(kind, what, why, remedy)| Fault::new(FaultCode::Unreachable, kind, what, why, remedy))
}

fn output() -> impl Strategy<Value = Output> {
    prop_oneof![
        Just(Output::Nothing),
        text().prop_map(|upid| Output::Task(Upid::new(upid))),
        Just(Output::AlreadySo),
        any::<u32>().prop_map(Output::Warned),
    ]
}

pub fn entry() -> impl Strategy<Value = Entry> {
    let at = || any::<usize>();
    prop_oneof![
        at().prop_map(Entry::Began),
        (at(), output()).prop_map(|(at, output)| Entry::Did(at, output)),
        (at(), fault()).prop_map(|(at, fault)| Entry::Failed(at, fault)),
        (at(), output()).prop_map(|(at, output)| Entry::UndoBegan(at, output)),
        at().prop_map(Entry::Undid),
        (at(), fault()).prop_map(|(at, fault)| Entry::UndoFailed(at, fault)),
        Just(Entry::CancelAsked),
        Just(Entry::Retried),
    ]
}

pub fn outcome() -> impl Strategy<Value = Outcome> {
    prop_oneof![
        Just(Outcome::Done),
        Just(Outcome::Failed),
        Just(Outcome::Undone),
        Just(Outcome::Partly),
        any::<usize>().prop_map(|at| Outcome::Stuck { at })
    ]
}

fn record(id: HostId) -> impl Strategy<Value = HostRecord> {
    let login = prop_oneof![
        text().prop_map(|id| LoginName::Token { id }),
        (text(), any::<bool>()).prop_map(|(user, needs_code)| LoginName::Password { user, needs_code })
    ];
    let more = (defaults(), any::<bool>(), option::of(moment()));
    (vec(text(), 0..3), login, text(), trust(), option::of(ssh()), moment(), more).prop_map(
        move |(addresses, login, pin, trust, ssh, added, (defaults, is_asked, token_expires))| HostRecord {
            id: id.clone(),
            addresses,
            login,
            pin,
            trust,
            ssh,
            defaults,
            asked: if is_asked { Asked::Yes } else { Asked::No },
            token_expires,
            added,
        },
    )
}

fn defaults() -> impl Strategy<Value = HostDefaults> {
    let name = || option::of(text());
    (name(), name(), name(), name(), name()).prop_map(|(storage, backups, templates, bridge, pool)| HostDefaults {
        storage,
        backups,
        templates,
        bridge,
        pool,
    })
}

fn ssh() -> impl Strategy<Value = KeptSsh> {
    let proof = prop_oneof![Just(SshProof::Agent), text().prop_map(SshProof::KeyFile), Just(SshProof::Password)];
    (text(), any::<u16>(), proof, text(), any::<u16>()).prop_map(|(user, port, proof, pin, guest_port)| KeptSsh {
        user,
        port,
        proof,
        pin,
        guest_port,
    })
}

fn trust() -> impl Strategy<Value = KeptTrust> {
    let authority = (text(), text()).prop_map(|(fingerprint, pem)| KeptAuthority { fingerprint, pem });
    let node = (option::of(text()), option::of(text())).prop_map(|(leaf, ip)| KeptNode { leaf, ip });
    let nodes = proptest::collection::btree_map(text().prop_map(NodeName::new), node, 0..3);
    let public_ca = prop_oneof![Just(PublicCa::Refused), Just(PublicCa::Accepted)];
    (option::of(authority), nodes, public_ca).prop_map(|(authority, nodes, public_ca)| KeptTrust {
        authority,
        nodes,
        public_ca,
    })
}

fn usage() -> impl Strategy<Value = Option<Usage>> {
    option::of((any::<u64>(), any::<u64>()).prop_map(|(used, total)| Usage { used, total }))
}

fn number() -> impl Strategy<Value = Option<f32>> {
    option::of(any::<f32>().prop_filter("a reading is a number", |number| number.is_finite()))
}

fn nodes(host: HostId) -> impl Strategy<Value = Vec<Node>> {
    let status = prop_oneof![Just(NodeStatus::Online), Just(NodeStatus::Offline), Just(NodeStatus::Unknown)];
    let node =
        (status, number(), option::of(any::<u32>()), usage(), usage(), option::of(any::<u64>()), option::of(name()));
    proptest::collection::btree_map(text(), node, 0..3).prop_map(move |nodes| {
        let of = |(name, (status, cpu, cores, memory, disk, uptime, version))| Node {
            key: NodeKey { host: host.clone(), node: NodeName::new(String::as_str(&name)) },
            status,
            cpu,
            cores,
            memory,
            disk,
            uptime,
            version,
            cpu_trail: Default::default(),
        };
        nodes.into_iter().map(of).collect()
    })
}

fn guests(host: HostId) -> impl Strategy<Value = Vec<Arc<Guest>>> {
    let power = prop_oneof![Just(Power::Running), Just(Power::Stopped), Just(Power::Paused), Just(Power::Unknown)];
    let words = (name(), text(), option::of(name()), vec(name(), 0..3), option::of(name()));
    let numbers = (number(), number(), usage(), usage(), option::of(any::<u64>()));
    let guest = (kind(), power, any::<bool>(), words, numbers);
    proptest::collection::btree_map(any::<u32>(), guest, 0..4).prop_map(move |guests| {
        let of = |(vmid, (kind, power, is_template, words, numbers))| {
            let (name, node, lock, tags, pool) = words;
            let (cpu, cores, memory, disk, uptime) = numbers;
            Arc::new(Guest {
                key: GuestKey { host: host.clone(), vmid: Vmid(vmid) },
                node: NodeName::new(String::as_str(&node)),
                traffic: Default::default(),
                cpu_trail: Default::default(),
                kind,
                name,
                power,
                is_template,
                lock,
                tags,
                pool,
                cpu,
                cores,
                memory,
                disk,
                uptime,
            })
        };
        guests.into_iter().map(of).collect()
    })
}

fn storages(host: HostId) -> impl Strategy<Value = Vec<Storage>> {
    let storage = (name(), any::<bool>(), any::<bool>(), usage(), name());
    proptest::collection::btree_map((text(), text()), storage, 0..3).prop_map(move |storages| {
        let of = |((node, name), (kind, shared, available, usage, content)): ((String, String), _)| Storage {
            host: host.clone(),
            node: NodeName::new(node),
            name: name.into(),
            kind,
            shared,
            available,
            usage,
            content,
        };
        storages.into_iter().map(of).collect()
    })
}

/// One host, with all that it showed.
fn part(id: HostId) -> impl Strategy<Value = (HostRecord, Fleet)> {
    let listing = prop_oneof![Just(Listing::Unknown), Just(Listing::Complete), text().prop_map(Listing::Partial)];
    let facts = (option::of(name()), option::of(name()), listing, moment());
    (record(id.clone()), facts, nodes(id.clone()), guests(id.clone()), storages(id)).prop_map(
        |(record, (cluster, version, listing, as_of), nodes, guests, storages)| {
            let host = Host {
                id: record.id.clone(),
                addresses: record.addresses.clone(),
                login: record.login.to_string(),
                trust: HostTrust {
                    pin: record.pin.as_str().into(),
                    authority: record.trust.authority.as_ref().map(|ca| ca.fingerprint.as_str().into()),
                    public: record.trust.public_ca,
                },
                cluster,
                version,
                reach: if record.asked == Asked::No { Reach::Off } else { Reach::Waiting },
                as_of: Some(as_of),
                listing,
                unlisted: Default::default(),
                ssh: record.ssh.as_ref().map(KeptSsh::access),
                roads: Default::default(),
                defaults: record.defaults.clone(),
                denied: Default::default(),
                expiring: record.unseen().expiring,
            };
            let fleet = Fleet { hosts: vec![host], nodes, guests, storages, as_of, ..Fleet::default() };
            (record, fleet)
        },
    )
}

/// Hosts and the fleet that they make, as it looks after a start: nothing was asked yet.
pub fn fleet() -> impl Strategy<Value = (Vec<HostRecord>, Fleet)> {
    proptest::collection::btree_set(text(), 0..4)
        .prop_flat_map(|ids| ids.into_iter().map(|id| part(HostId::new(id))).collect::<Vec<_>>())
        .prop_map(|mut parts| {
            parts.sort_by(|(a, _), (b, _)| (a.added, &a.id).cmp(&(b.added, &b.id)));
            let (mut records, mut whole) = (Vec::new(), Fleet::default());
            for (record, part) in parts {
                records.push(record);
                whole.hosts.extend(part.hosts);
                whole.nodes.extend(part.nodes);
                whole.guests.extend(part.guests);
                whole.storages.extend(part.storages);
                whole.as_of = whole.as_of.max(part.as_of);
            }
            whole.nodes.sort_by(|a, b| a.key.cmp(&b.key));
            whole.guests.sort_by(|a, b| a.key.cmp(&b.key));
            whole.storages.sort_by(|a, b| (&a.host, &a.node, &a.name).cmp(&(&b.host, &b.node, &b.name)));
            (records, whole)
        })
}

pub fn apps() -> impl Strategy<Value = Vec<App>> {
    let method = option::of(prop_oneof![Just(Method::Compose), Just(Method::Oci), Just(Method::Script)]);
    let marker = (option::of(any::<i64>()), option::of(name()), option::of(name()), method, vec(any::<u16>(), 0..3));
    let app = (name(), guest_key(), marker, option::of(name()));
    proptest::collection::btree_map(text(), app, 0..4).prop_map(|apps| {
        let of = |(id, (name, guest, (operation, recipe, version, method, ports), address)): (String, _)| {
            let id = AppId::new(id);
            let origin = Origin::default();
            let marker = Marker { app: id.clone(), operation, recipe, version, method, ports, origin };
            App { id, name, guest, marker, address, book: None }
        };
        let mut apps: Vec<App> = apps.into_iter().map(of).collect();
        apps.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
        apps
    })
}

/// Apps of hosts that are in the books; others are not written down.
pub fn living_on(records: &[HostRecord], mut apps: Vec<App>) -> Vec<App> {
    let Some(first) = records.first() else { return Vec::new() };
    apps.iter_mut().for_each(|app| app.guest.host = first.id.clone());
    apps
}
