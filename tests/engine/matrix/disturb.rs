//! What is done to an operation at one of its steps. Nothing is pretended: the program dies because its journal cannot be
//! written, and begins anew on the same books.

use std::fmt;

use proximity::{
    domain::{
        fault::{Fault as Failure, FaultCode},
        ids::OperationId,
        operation::Operation,
        plan::{Plan, Step, journal::Entry},
    },
    engine::{Engine, Request},
    sim::{Fault, Trouble},
};

use super::{
    super::lab::{ended, until},
    stage::{House, Stage},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// It dies before the step begins.
    CrashBefore,
    /// It dies when it is written that the step begins, and nothing else.
    CrashBegun,
    /// It dies when the step has acted, before that is written.
    CrashAfter,
    /// The same, twice in a row.
    Repeat,
    /// The step fails after all, although it has acted.
    Fails,
    /// The task that it begins fails on its way.
    TaskFails,
    /// Its host cannot be reached for one call.
    Refused,
    /// The order is carried out, and nobody hears of it.
    LostAnswer,
    /// It is cancelled when it is written that the step begins, and nothing else.
    CancelBegun,
    /// It is cancelled when the step has acted.
    CancelAfter,
    /// It is cancelled while the step is at work.
    CancelAmid,
    /// It dies when the step has acted, goes on, and all fails at the end.
    FailsLater,
    /// All fails at the end, and it dies while this step is taken back.
    CrashInUndo,
}

pub const ALL: [Kind; 13] = [
    Kind::CrashBefore,
    Kind::CrashBegun,
    Kind::CrashAfter,
    Kind::Repeat,
    Kind::Fails,
    Kind::TaskFails,
    Kind::Refused,
    Kind::LostAnswer,
    Kind::CancelBegun,
    Kind::CancelAfter,
    Kind::CancelAmid,
    Kind::FailsLater,
    Kind::CrashInUndo,
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Disturbance {
    pub kind: Kind,
    pub step: usize,
}

impl fmt::Display for Disturbance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{:?}", self.step, self.kind)
    }
}

impl Disturbance {
    /// All that can be done to this plan.
    pub fn of(plan: &Plan) -> Vec<Self> {
        let steps = 0..plan.steps.len();
        let all = steps.flat_map(|step| ALL.map(|kind| Self { kind, step }));
        all.filter(|one| one.makes_sense(plan)).collect()
    }

    fn makes_sense(self, plan: &Plan) -> bool {
        let step = &plan.steps[self.step];
        let is_awaited =
            plan.steps.iter().any(|other| matches!(other, Step::AwaitTask { begun_by, .. } if *begun_by == self.step));
        match self.kind {
            Kind::TaskFails => is_awaited,
            Kind::Refused | Kind::LostAnswer => call_of(step).is_some(),
            Kind::CancelAmid => matches!(
                step,
                Step::AwaitTask { .. }
                    | Step::Run { .. }
                    | Step::Probe { .. }
                    | Step::Try { .. }
                    | Step::FindAddress { .. }
                    | Step::PutFile { .. }
            ),
            Kind::CrashInUndo | Kind::FailsLater => step.owes_undo() && plan.no_return.is_none_or(|at| self.step < at),
            _ => true,
        }
    }

    /// The plan in these books is carried out with this disturbance.
    pub async fn perform(self, stage: &Stage, house: &House, id: OperationId, plan: &Plan) -> Operation {
        if self.kind == Kind::CancelAmid {
            return self.cancel_amid(house, id).await;
        }
        let (kind, step) = (self.kind, self.step);
        let last = plan.no_return.unwrap_or(plan.steps.len()) - 1;
        let trap = match kind {
            Kind::CrashAfter | Kind::Repeat | Kind::Fails | Kind::CancelAfter | Kind::FailsLater => {
                format!(r#"{{"Did":[{step},"#)
            }
            Kind::CrashInUndo => format!(r#"{{"Did":[{last},"#),
            _ => format!(r#"{{"Began":{step}}}"#),
        };
        die(house, id, &trap).await;
        if kind == Kind::Repeat {
            house.write(id, &[]).await;
            die(house, id, &trap).await;
        }
        if kind == Kind::FailsLater {
            house.write(id, &[]).await;
            die(house, id, &format!(r#"{{"Did":[{last},"#)).await;
        }
        let entries = match kind {
            Kind::CrashBegun => vec![Entry::Began(step)],
            Kind::Fails => vec![Entry::Failed(step, failure_of(&plan.steps[step]))],
            Kind::CancelBegun => vec![Entry::Began(step), Entry::CancelAsked],
            Kind::CancelAfter => vec![Entry::CancelAsked],
            Kind::CrashInUndo | Kind::FailsLater => vec![Entry::Failed(last, failure())],
            _ => Vec::new(),
        };
        house.write(id, &entries).await;
        if kind == Kind::CrashInUndo {
            die(house, id, &format!(r#"{{"Undid":{step}}}"#)).await;
            house.write(id, &[]).await;
        }
        if let Some(trouble) = trouble(kind, &plan.steps[step]) {
            stage.simulator.datacenter().throw(trouble);
        }
        finish(house, id).await
    }

    async fn cancel_amid(self, house: &House, id: OperationId) -> Operation {
        let engine = house.engine().await;
        let began = Entry::Began(self.step);
        until(&engine, |fleet| {
            fleet.operation(id).is_some_and(|known| known.ended.is_some() || known.journal.contains(&began))
        })
        .await;
        // It may have ended meanwhile.
        drop(engine.ask(Request::Cancel(id)).await);
        close(engine, id).await
    }
}

/// Runs it until it dies, or until its end where that comes first.
async fn die(house: &House, id: OperationId, trap: &str) {
    house.trap(trap);
    let engine = house.engine().await;
    until(&engine, |fleet| engine.left(id).is_some() || fleet.operation(id).is_some_and(|known| known.ended.is_some()))
        .await;
    engine.close().await;
}

/// Another start of the program brings it to its end.
pub async fn finish(house: &House, id: OperationId) -> Operation {
    let engine = house.engine().await;
    close(engine, id).await
}

async fn close(engine: Engine, id: OperationId) -> Operation {
    let operation = ended(&engine, id).await;
    engine.close().await;
    operation
}

fn failure() -> Failure {
    Failure::lasting(FaultCode::Failed, "it failed", "this is a test", "look at the test")
}

/// An order that was carried out fails only where nobody could be asked what came of it.
fn failure_of(step: &Step) -> Failure {
    match call_of(step) {
        Some(_) if !step.owes_undo() => Failure { code: FaultCode::Unreachable, ..failure() },
        _ => failure(),
    }
}

/// The call by which a step changes the world, or gets into a guest.
fn call_of(step: &Step) -> Option<&'static str> {
    match step {
        Step::BeginRemoval { .. }
        | Step::BeginSnapshotRemoval { .. }
        | Step::BeginBackupRemoval { .. }
        | Step::BeginPrune { .. }
        | Step::RemoveJob(_) => Some("DELETE *"),
        Step::SaveJob { before: None, .. } => Some("POST *"),
        Step::Configure { .. }
        | Step::BeginResize { .. }
        | Step::EditBackup { .. }
        | Step::SaveJob { .. }
        | Step::TakeAfter { .. }
        | Step::JoinPool { .. } => Some("PUT *"),
        Step::BeginFetch { .. }
        | Step::BeginCreate { .. }
        | Step::BeginClone(_)
        | Step::BeginPower { .. }
        | Step::BeginSnapshot { .. }
        | Step::BeginRollback { .. }
        | Step::BeginBackup { .. }
        | Step::BeginRestore(_)
        | Step::BeginVolumeMove { .. }
        | Step::BeginMove { .. }
        | Step::Try { .. }
        | Step::PutFile { .. }
        | Step::Run { .. } => Some("POST *"),
        Step::AwaitTask { .. } => Some("GET *"),
        _ => None,
    }
}

fn trouble(kind: Kind, step: &Step) -> Option<Trouble> {
    let call = call_of(step);
    match kind {
        Kind::LostAnswer => Some(Fault::LostAnswer.on_calls(call?).times(1)),
        Kind::Refused => Some(Fault::Unreachable.on_calls(call?).times(1)),
        Kind::TaskFails => {
            let fails = Fault::TaskFails { percent: 60, text: "something broke".into() };
            Some(fails.on_tasks(task_of(step)?).times(1))
        }
        _ => None,
    }
}

fn task_of(step: &Step) -> Option<&'static str> {
    use proximity::domain::plan::{PowerAction, step::Fetched};
    Some(match step {
        Step::BeginFetch { what: Fetched::Template(_), .. } => "download",
        Step::BeginFetch { what: Fetched::Image(_), .. } => "ociregistrypull",
        Step::BeginCreate { .. } => "vzcreate",
        Step::BeginClone(_) => "vzclone",
        Step::BeginPower { action: PowerAction::Start, .. } => "vzstart",
        Step::BeginPower { action: PowerAction::Stop, .. } => "vzstop",
        Step::BeginPower { action: PowerAction::Shutdown, .. } => "vzshutdown",
        Step::BeginPower { action: PowerAction::Reboot, .. } => "vzreboot",
        Step::BeginSnapshot { .. } => "vzsnapshot",
        Step::BeginSnapshotRemoval { .. } => "vzdelsnapshot",
        Step::BeginRollback { .. } => "vzrollback",
        Step::BeginBackup { .. } => "vzdump",
        Step::BeginRestore(_) => "vzrestore",
        Step::BeginBackupRemoval { .. } => "imgdel",
        Step::BeginPrune { .. } => "prunebackups",
        Step::BeginResize { .. } => "resize",
        Step::BeginVolumeMove { .. } => "move_volume",
        Step::BeginMove { .. } => "vzmigrate",
        Step::BeginRemoval { .. } => "vzdestroy",
        _ => return None,
    })
}
