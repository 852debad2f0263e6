//! When an operation does not go on: by its task and its journal, and never by its age alone.

use std::time::Duration;

use proximity::domain::{
    fleet::GuestKind,
    ids::{OperationId, Upid},
    moment::Moment,
    operation::Operation,
    plan::{
        Aim, Plan, PlanKind, PowerAction, Step, Subject,
        journal::{Entry, Output},
    },
    stuck::{Facts, HostNow, TaskNow, Verdict, judge},
};

use super::world::key;

const NOW: Moment = Moment(1_800_000_000_000);

fn ago(minutes: u64) -> Moment {
    NOW - Duration::from_secs(minutes * 60)
}

fn awaiting() -> Operation {
    let begin = Step::BeginPower {
        guest: Aim::Known(key(100)),
        kind: GuestKind::Container,
        action: PowerAction::Start,
        undo: None,
    };
    let steps = vec![begin, Step::AwaitTask { host: key(100).host, begun_by: 0 }];
    let plan = Plan::new(PlanKind::Start, Subject::Guest(key(100)), "jellyfin", steps);
    let task = Output::Task(Upid::new("UPID:pve1:1:2:3:vzstart:100:root@pam:"));
    let journal = vec![Entry::Began(0), Entry::Did(0, task), Entry::Began(1)];
    Operation { journal, ..Operation::begin(OperationId(1), plan, ago(600)) }
}

fn facts(task: Option<TaskNow>) -> Facts {
    let held_until = Some(NOW + Duration::from_secs(5));
    Facts { last_word: ago(600), held_until, host: HostNow::Answers, task, left: None }
}

fn runs(quiet: u64) -> Option<TaskNow> {
    Some(TaskNow::Runs { grew: ago(quiet), last_line: Some("copying".into()) })
}

#[test]
fn a_task_that_still_writes_goes_on_however_long_it_takes() {
    assert_eq!(judge(&awaiting(), &facts(runs(2)), NOW), Verdict::Goes);
    let Verdict::Stuck(stuck) = judge(&awaiting(), &facts(runs(45)), NOW) else { panic!("it is stuck") };
    assert!(stuck.evidence[0].contains("45 min") && stuck.evidence[0].contains("copying"), "{:?}", stuck.evidence);
    assert!(stuck.evidence[1].contains("at step"), "{:?}", stuck.evidence);
}

#[test]
fn an_end_that_nobody_saw_is_told_with_how_it_ended() {
    let over = |minutes| Some(TaskNow::Over { seen: ago(minutes), how: "command failed".into() });
    assert_eq!(judge(&awaiting(), &facts(over(1)), NOW), Verdict::Goes);
    let Verdict::Stuck(stuck) = judge(&awaiting(), &facts(over(3)), NOW) else { panic!("it is stuck") };
    assert!(stuck.evidence[0].contains("command failed"), "{:?}", stuck.evidence);
}

#[test]
fn what_nobody_holds_is_taken_up_and_told_where_that_failed() {
    let free = Facts { held_until: Some(ago(1)), ..facts(runs(0)) };
    assert_eq!(judge(&awaiting(), &free, NOW), Verdict::TakeUp);
    let failed = Facts { left: Some("its node is away".into()), ..free };
    let Verdict::Stuck(stuck) = judge(&awaiting(), &failed, NOW) else { panic!("it is stuck") };
    assert!(stuck.evidence[0].contains("its node is away"), "{:?}", stuck.evidence);
}

#[test]
fn a_host_that_is_silent_is_waited_for() {
    for held_until in [None, Some(NOW + Duration::from_secs(5))] {
        let silent = Facts { host: HostNow::Silent, held_until, ..facts(None) };
        assert!(matches!(judge(&awaiting(), &silent, NOW), Verdict::Waits(_)));
    }
}

#[test]
fn one_that_asks_is_the_operators() {
    let mut asks = awaiting();
    asks.plan = Plan {
        on_failure: proximity::domain::plan::OnFailure::Ask,
        steps: vec![Step::BeginSnapshot { aim: Aim::Known(key(100)), snapshot: "a".into(), note: String::new() }],
        ..(*asks.plan).clone()
    }
    .into();
    let fault = proximity::domain::fault::Fault::lasting(
        proximity::domain::fault::FaultCode::Failed,
        "it failed",
        "for a test",
        "nothing",
    );
    asks.journal = vec![Entry::Began(0), Entry::Failed(0, fault)];
    assert!(asks.asks());
    assert_eq!(judge(&asks, &Facts { held_until: None, ..facts(None) }, NOW), Verdict::Goes);
}
