//! What an operation that has ended should not have left: by its own journal, and never what was meant to stay.

use std::collections::BTreeMap;

use proximity::domain::{
    ids::{AppId, GuestKey, HostId, NodeKey, NodeName, OperationId, Upid, Vmid},
    leftovers::{Leftover, left_by},
    moment::Moment,
    operation::{Ended, Operation},
    plan::{
        Aim, Plan, PlanKind, Step, Subject,
        journal::{Entry, Outcome, Output, Reservation},
        step::{Cards, Fetched, Reserve, Restoration},
    },
};

use super::world::key;

fn host() -> HostId {
    HostId::new("home")
}

fn node() -> NodeKey {
    NodeKey { host: host(), node: NodeName::new("pve1") }
}

fn app() -> AppId {
    AppId::new("jellyfin-a1b2c3")
}

fn new() -> Aim {
    Aim::New { host: host(), node: node().node, reserved_by: 0 }
}

fn reserved(vmid: u32) -> Entry {
    Entry::Did(0, Output::Reserved(Reservation { vmid: Vmid(vmid), ports: BTreeMap::new() }))
}

fn reserve() -> Step {
    Step::Reserve(Box::new(Reserve { app: app(), node: node(), likely: Vmid(100), name: None, ports: Vec::new() }))
}

fn restore() -> Step {
    Step::BeginRestore(Box::new(Restoration {
        aim: new(),
        backup: proximity::domain::backup::BackupKey { host: host(), volume: "backup:backup/a.tar.zst".into() },
        of: key(100),
        storage: "local".into(),
        hostname: None,
        marker: proximity::domain::app::Marker::of(app()),
        pool: None,
        cards: Cards::Unplugged,
        loses: Vec::new(),
    }))
}

fn ended(kind: PlanKind, steps: Vec<Step>, journal: Vec<Entry>, outcome: Outcome) -> Operation {
    let plan = Plan::new(kind, Subject::NewApp { app: app(), host: host() }, "jellyfin", steps);
    Operation {
        journal,
        ended: Some(Ended { at: Moment(9_000), outcome }),
        ..Operation::begin(OperationId(7), plan, Moment(1_000))
    }
}

fn guests(left: &[Leftover]) -> Vec<u32> {
    let ids = left.iter().filter_map(|one| match one {
        Leftover::Guest { guest: GuestKey { vmid, .. }, app: of, operation, .. } => {
            assert_eq!((of, *operation), (&app(), OperationId(7)));
            Some(vmid.0)
        }
        _ => None,
    });
    ids.collect()
}

fn deploy(outcome: Outcome) -> Vec<u32> {
    let journal = vec![Entry::Began(0), reserved(101), Entry::Began(1)];
    guests(&left_by(&ended(PlanKind::RestoreBeside, vec![reserve(), restore()], journal, outcome)))
}

#[test]
fn what_was_meant_to_stay_is_no_leftover() {
    for outcome in [Outcome::Done, Outcome::Kept, Outcome::Stuck { at: 1 }, Outcome::Partly] {
        assert_eq!(deploy(outcome), [0; 0], "{outcome:?}");
    }
    assert_eq!(deploy(Outcome::Undone), [101]);
}

#[test]
fn of_several_tries_the_last_one_stays() {
    let journal = vec![Entry::Began(0), reserved(101), Entry::Began(1), Entry::Retried, reserved(102), Entry::Began(1)];
    let operation = ended(PlanKind::RestoreBeside, vec![reserve(), restore()], journal, Outcome::Done);
    assert_eq!(guests(&left_by(&operation)), [101]);
}

#[test]
fn an_id_that_was_given_out_twice_is_no_leftover_of_the_one_that_stayed() {
    let journal = vec![Entry::Began(0), reserved(101), Entry::Began(1), Entry::Retried, reserved(101), Entry::Began(1)];
    let operation = ended(PlanKind::RestoreBeside, vec![reserve(), restore()], journal, Outcome::Done);
    assert_eq!(guests(&left_by(&operation)), [0; 0]);
}

#[test]
fn a_copy_that_was_only_to_be_tried_never_stays() {
    let steps = || vec![reserve(), restore(), Step::BeginRemoval { aim: new() }];
    let journal = || vec![Entry::Began(0), reserved(101), Entry::Began(1)];
    for outcome in [Outcome::Done, Outcome::Undone, Outcome::Failed, Outcome::Stuck { at: 1 }] {
        assert_eq!(guests(&left_by(&ended(PlanKind::Prove, steps(), journal(), outcome))), [101], "{outcome:?}");
    }
}

#[test]
fn one_that_runs_or_began_nothing_leaves_nothing() {
    let journal = vec![Entry::Began(0), reserved(101), Entry::Began(1)];
    let running = Operation {
        ended: None,
        ..ended(PlanKind::Prove, vec![reserve(), restore()], journal.clone(), Outcome::Undone)
    };
    assert_eq!(left_by(&running), []);
    let unbegun = ended(PlanKind::Prove, vec![reserve(), restore()], journal[..2].to_vec(), Outcome::Undone);
    assert_eq!(left_by(&unbegun), []);
}

#[test]
fn the_operators_own_snapshot_is_his() {
    let snapshot = || "first".to_owned();
    let take = || Step::BeginSnapshot { aim: Aim::Known(key(100)), snapshot: snapshot(), note: String::new() };
    let left = |kind, steps, outcome| left_by(&ended(kind, steps, vec![Entry::Began(0)], outcome)).len();
    for outcome in [Outcome::Done, Outcome::Undone, Outcome::Failed] {
        assert_eq!(left(PlanKind::Snapshot, vec![take()], outcome), 0, "{outcome:?}");
    }
    let remove = || Step::BeginSnapshotRemoval { aim: Aim::Known(key(100)), snapshot: snapshot() };
    assert_eq!(left(PlanKind::Clone, vec![take(), remove()], Outcome::Done), 1);
    // The way back of an update stays as long as the update does.
    assert_eq!(left(PlanKind::Update, vec![take()], Outcome::Done), 0);
    assert_eq!(left(PlanKind::Update, vec![take()], Outcome::Undone), 1);
}

#[test]
fn a_download_that_nobody_waits_for_is_ended() {
    let fetch =
        Step::BeginFetch { node: node(), storage: "local".into(), what: Fetched::Image("docker.io/a:1".into()) };
    let task = Upid::new("UPID:pve1:1:2:3:imgcopy::root@pam:");
    let journal = vec![Entry::Began(0), Entry::Did(0, Output::Task(task.clone()))];
    let of = |outcome| left_by(&ended(PlanKind::Deploy, vec![fetch.clone()], journal.clone(), outcome));
    assert_eq!(of(Outcome::Undone), [Leftover::Fetch { host: host(), task }]);
    assert_eq!(of(Outcome::Done), []);
}
