//! Plans of all kinds of steps, put together by chance. What must hold: what begins a task is followed by the step that
//! awaits it, as in every plan.

use std::sync::Arc;

use proptest::prelude::*;
use proximity::domain::{
    app::{App, Marker, Method},
    backup::{
        BackupKey, BackupMode, Compression, Guarding, How, Job, JobState, Label, Retention, Runner, ScheduleId,
        Selection,
    },
    fleet::GuestKind,
    ids::{AppId, HostId, NodeKey, NodeName, OperationId, StorageName, Upid, Vmid},
    leftovers::Leftover,
    moment::Moment,
    plan::{
        Address, Aim, Card, NewGuest, OnFailure, Plan, PlanKind, PowerAction, Step, Subject,
        guest::Inside,
        place::Footing,
        step::{Cards, Comeback, Copy, Fetched, InnerFile, InnerScript, Meaning, Reserve, Restoration, Tweak, Values},
    },
    probe::{Probe, ProbeKind},
};

use super::super::world::key;

fn app() -> AppId {
    AppId::new("jellyfin-a1b2c3")
}

fn aim() -> Aim {
    Aim::Known(key(100))
}

fn node() -> NodeKey {
    NodeKey { host: HostId::new("home"), node: NodeName::new("pve1") }
}

fn new_guest() -> NewGuest {
    let card = Card { bridge: "vmbr0".into(), vlan: None, mac: "BC:24:11:00:00:01".into(), address: Address::Dhcp };
    NewGuest {
        template: "local:vztmpl/debian.tar.zst".into(),
        hostname: "jellyfin".into(),
        cores: 1,
        memory: 512,
        swap: 512,
        root: ("local-lvm".into(), 4),
        mounts: Vec::new(),
        card,
        nameserver: None,
        search_domain: None,
        pool: None,
        marker: Marker { method: Some(Method::Compose), ..Marker::of(app()) },
        notes: String::new(),
        tags: Vec::new(),
        inside: Inside::Shell,
        starts_on_boot: true,
        timezone: None,
        ostype: None,
    }
}

fn entry_in_books() -> App {
    App {
        id: app(),
        name: Arc::from("jellyfin"),
        guest: key(100),
        marker: Marker::of(app()),
        address: None,
        book: None,
    }
}

fn copy() -> Copy {
    let (hostname, marker) = ("jellyfin-2".into(), Marker::of(app()));
    Copy { from: key(100), to: aim(), snapshot: None, hostname, marker, pool: None }
}

fn backup() -> BackupKey {
    BackupKey { host: HostId::new("home"), volume: "backup:backup/vzdump-lxc-100-2026_11_29-02_30_00.tar.zst".into() }
}

fn restoration() -> Restoration {
    Restoration {
        aim: aim(),
        backup: backup(),
        of: key(100),
        storage: "local".into(),
        hostname: None,
        marker: Marker::of(app()),
        pool: None,
        cards: Cards::Unplugged,
        loses: Vec::new(),
    }
}

fn job() -> Job {
    Job {
        id: ScheduleId { host: HostId::new("home"), id: "nightly".into() },
        runner: Runner::Proxmox,
        schedule: "02:30".into(),
        state: JobState::Enabled,
        of: Some(Selection::Pool("proximity".into())),
        storage: Some(StorageName::new("backup")),
        mode: BackupMode::Snapshot,
        compression: Compression::Zstd,
        keeps: Some(Retention::last(3)),
        note: None,
        guarding: Guarding::Free,
        comment: None,
        repeats_missed: false,
        next_run: None,
    }
}

fn script() -> InnerScript {
    InnerScript { title: "run it".into(), text: "true\n".into(), deadline: 60, meaning: Meaning::Recipe }
}

fn file() -> InnerFile {
    let (path, text) = ("/srv/app/.env".into(), String::new());
    InnerFile { path, mode: 0o600, owner: None, text, values: Values::DotEnv, app: app() }
}

fn power(undo: Option<PowerAction>) -> Step {
    Step::BeginPower { guest: aim(), kind: GuestKind::Container, action: PowerAction::Start, undo }
}

/// One of every kind that begins a task, and of those that are undone in some cases only one of each case.
fn beginnings() -> Vec<Step> {
    let (snapshot, storage, slot) = ("first".to_owned(), "backup".to_owned(), "mp0".to_owned());
    let (from, target) = (NodeName::new("pve1"), NodeName::new("pve2"));
    vec![
        Step::BeginFetch { node: node(), storage: "local".into(), what: Fetched::Image("docker.io/a:1".into()) },
        Step::BeginCreate { aim: aim(), new: Box::new(new_guest()) },
        Step::BeginClone(Box::new(copy())),
        power(None),
        power(Some(PowerAction::Stop)),
        Step::BeginSnapshot { aim: aim(), snapshot: snapshot.clone(), note: String::new() },
        Step::BeginSnapshotRemoval { aim: aim(), snapshot: snapshot.clone() },
        Step::BeginRollback { aim: aim(), snapshot },
        Step::BeginBackup { aim: aim(), storage, note: String::new(), how: How::default() },
        Step::BeginRestore(Box::new(restoration())),
        Step::BeginBackupRemoval { backup: backup(), of: key(100), node: NodeName::new("pve1") },
        Step::BeginPrune {
            guest: key(100),
            node: NodeName::new("pve1"),
            storage: StorageName::new("backup"),
            keeps: Retention::last(3),
        },
        Step::BeginResize { aim: aim(), slot: "rootfs".into(), gib: 8 },
        Step::BeginVolumeMove { from: aim(), to: aim(), slot },
        Step::BeginMove { guest: key(100), from, target, restarts: true, told: None },
        Step::BeginRemoval { aim: aim() },
    ]
}

fn others() -> Vec<Step> {
    let tweaks = vec![Tweak::Cores(2), Tweak::Option { name: "nameserver".into(), value: None }];
    let reserve = Reserve { app: app(), node: node(), likely: Vmid(100), name: None, ports: Vec::new() };
    let probe = Probe { what: ProbeKind::Tcp { port: 80 }, deadline: 5, interval: 5 };
    vec![
        Step::Check(Box::new(Footing::on(HostId::new("home")))),
        Step::Reserve(Box::new(reserve)),
        Step::MakeSecrets { app: app(), secrets: Vec::new() },
        Step::TakeSecrets { app: app(), names: Vec::new() },
        Step::CopySecrets { from: app(), to: app(), names: Vec::new() },
        Step::Remember { aim: aim(), tweaks: tweaks.clone() },
        Step::Configure { aim: aim(), tweaks, remembered_by: None },
        Step::Comeback { aim: aim(), way: Comeback::Script(script()) },
        Step::FindAddress { aim: aim(), deadline: 5 },
        Step::PutFile { aim: aim(), file: file() },
        Step::Run { aim: aim(), script: script() },
        Step::Probe { aim: aim(), probe: probe.clone() },
        Step::Try { aim: aim(), probe: Some(probe) },
        Step::TakeAfter { from: aim(), to: aim() },
        Step::Proved { app: app(), backup: backup(), made: Moment(0) },
        Step::EditBackup {
            backup: backup(),
            of: key(100),
            node: NodeName::new("pve1"),
            to: Label::default(),
            before: Label::default(),
        },
        Step::SaveJob { job: Box::new(job()), before: None },
        Step::RemoveJob(Box::new(job())),
        Step::JoinPool { host: HostId::new("home"), pool: "proximity".into(), guests: vec![Vmid(100)], is_new: true },
        Step::After { operations: vec![OperationId(1)] },
        Step::Record { app: Box::new(entry_in_books()), before: None, aim: aim() },
        Step::Forget { app: app() },
        Step::ClearAway(Box::new(Leftover::Fetch { host: HostId::new("home"), task: Upid::new("UPID:pve1:x") })),
    ]
}

/// A few steps of any kind, each task with its wait.
fn steps() -> impl Strategy<Value = Vec<Step>> {
    let kinds = beginnings().len() + others().len();
    proptest::collection::vec(0..kinds, 1..7).prop_map(|chosen| {
        let (beginnings, others, mut steps) = (beginnings(), others(), Vec::new());
        for kind in chosen {
            match beginnings.get(kind) {
                Some(begin) => {
                    let await_it = Step::AwaitTask { host: HostId::new("home"), begun_by: steps.len() };
                    steps.extend([begin.clone(), await_it]);
                }
                None => steps.push(others[kind - beginnings.len()].clone()),
            }
        }
        steps
    })
}

pub fn plans() -> impl Strategy<Value = Plan> {
    let on_failure = prop_oneof![Just(OnFailure::Undo), Just(OnFailure::Ask), Just(OnFailure::Keep)];
    let at = || any::<prop::sample::Index>();
    let (no_return, stays) = (proptest::option::of(at()), proptest::collection::vec(at(), 0..3));
    (steps(), on_failure, no_return, stays).prop_map(|(steps, on_failure, at, stays)| {
        let no_return = at.map(|at| at.index(steps.len()));
        // What begins a task and the wait for it are not taken apart.
        let last_of = |at: usize| at + usize::from(matches!(steps.get(at + 1), Some(Step::AwaitTask { .. })));
        let stays = stays.iter().map(|at| last_of(at.index(steps.len())));
        let stays: std::collections::BTreeSet<_> = stays.collect();
        let subject = Subject::App { app: app(), guest: key(100) };
        let stays = stays.into_iter().collect();
        Plan { on_failure, no_return, stays, ..Plan::new(PlanKind::Update, subject, "jellyfin", steps) }
    })
}
