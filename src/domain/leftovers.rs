//! What an operation that has ended made on its way and should not be there any more. What must hold: nothing is named that
//! an operation of ours did not make itself, and whether it is still there only its host can say.

use serde::{Deserialize, Serialize};

use super::{
    ids::{AppId, GuestKey, HostId, OperationId, Upid},
    moment::Moment,
    operation::Operation,
    plan::{
        Aim, PlanKind, Step,
        journal::{Entry, Outcome, Output},
    },
};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Leftover {
    /// A container; its description names the app and the operation, or it is somebody else's.
    Guest { guest: GuestKey, app: AppId, operation: OperationId, began: Moment },
    /// A snapshot that was taken while the operation ran.
    Snapshot { guest: GuestKey, snapshot: String, between: (Moment, Moment) },
    /// A template or an image that is still being fetched for nobody.
    Fetch { host: HostId, task: Upid },
}

impl Leftover {
    pub fn guest(&self) -> Option<&GuestKey> {
        match self {
            Self::Guest { guest, .. } | Self::Snapshot { guest, .. } => Some(guest),
            Self::Fetch { .. } => None,
        }
    }

    pub fn host(&self) -> &HostId {
        match self {
            Self::Guest { guest, .. } | Self::Snapshot { guest, .. } => &guest.host,
            Self::Fetch { host, .. } => host,
        }
    }
}

/// All that this operation may have left; of one that runs nothing is known yet.
pub fn left_by(operation: &Operation) -> Vec<Leftover> {
    let Some(ended) = &operation.ended else { return Vec::new() };
    let steps = &operation.plan.steps;
    let began = |i: usize| operation.journal.iter().any(|entry| matches!(entry, Entry::Began(step) if *step == i));
    let made = steps.iter().enumerate().filter(|(i, _)| began(*i));
    let left: Vec<Leftover> = made
        .flat_map(|(i, step)| match step {
            Step::BeginCreate { aim, new } => guests(operation, ended.outcome, aim, &new.marker.app),
            Step::BeginClone(copy) => guests(operation, ended.outcome, &copy.to, &copy.marker.app),
            Step::BeginRestore(back) => guests(operation, ended.outcome, &back.aim, &back.marker.app),
            Step::BeginSnapshot { aim: Aim::Known(guest), snapshot, .. }
                if is_in_passing(operation, ended.outcome, guest, snapshot) =>
            {
                let between = (operation.began, ended.at);
                vec![Leftover::Snapshot { guest: guest.clone(), snapshot: snapshot.clone(), between }]
            }
            Step::BeginFetch { node, .. } if ended.outcome != Outcome::Done => {
                let begun = operation.journal.iter().filter_map(|entry| match entry {
                    Entry::Did(step, Output::Task(task)) if *step == i => Some(task.clone()),
                    _ => None,
                });
                begun.map(|task| Leftover::Fetch { host: node.host.clone(), task }).collect()
            }
            _ => Vec::new(),
        })
        .collect();
    // What stays of one aim may have had its id before as another one's copy.
    let stays = staying(operation, ended.outcome);
    left.into_iter().filter(|one| !matches!(one, Leftover::Guest { guest, .. } if stays.contains(guest))).collect()
}

/// The guests that were to stay, each by the last id that was reserved for it.
fn staying(operation: &Operation, outcome: Outcome) -> Vec<GuestKey> {
    if outcome != Outcome::Done {
        return Vec::new();
    }
    let reserved = |i: usize| {
        let entries = operation.journal.iter().rev();
        { entries }.find_map(|entry| match entry {
            Entry::Did(step, Output::Reserved(reservation)) if *step == i => Some(reservation.vmid),
            _ => None,
        })
    };
    let removed = |aim: &Aim| {
        let removes = |step: &Step| matches!(step, Step::BeginRemoval { aim: gone } if gone == aim);
        operation.plan.steps.iter().any(removes)
    };
    let aims = operation.plan.steps.iter().filter_map(|step| match step {
        Step::BeginCreate { aim, .. } => Some(aim),
        Step::BeginClone(copy) => Some(&copy.to),
        Step::BeginRestore(back) => Some(&back.aim),
        _ => None,
    });
    let kept = aims.filter(|aim| !removed(aim)).filter_map(|aim| match aim {
        Aim::New { host, reserved_by, .. } => Some(GuestKey { host: host.clone(), vmid: reserved(*reserved_by)? }),
        Aim::Known(_) => None,
    });
    kept.collect()
}

/// The containers that were made for this aim; also the one that was to stay.
fn guests(operation: &Operation, outcome: Outcome, aim: &Aim, app: &AppId) -> Vec<Leftover> {
    let Aim::New { host, reserved_by, .. } = aim else { return Vec::new() };
    let reserved = operation.journal.iter().filter_map(|entry| match entry {
        Entry::Did(step, Output::Reserved(reservation)) if step == reserved_by => Some(reservation.vmid),
        _ => None,
    });
    match outcome {
        // What the operator kept, and what a person is asked to look at, is his.
        Outcome::Kept | Outcome::Partly => return Vec::new(),
        Outcome::Stuck { .. } if operation.plan.kind != PlanKind::Prove => return Vec::new(),
        _ => {}
    }
    let left = reserved.map(|vmid| Leftover::Guest {
        guest: GuestKey { host: host.clone(), vmid },
        app: app.clone(),
        operation: operation.id,
        began: operation.began,
    });
    left.collect()
}

/// Taken by the plan for itself: the operator never named it, and it was to go with the end.
fn is_in_passing(operation: &Operation, outcome: Outcome, guest: &GuestKey, snapshot: &str) -> bool {
    let removes = |step: &Step| {
        matches!(step, Step::BeginSnapshotRemoval { aim: Aim::Known(of), snapshot: removed }
            if of == guest && removed == snapshot)
    };
    let goes_again = operation.plan.steps.iter().any(removes);
    match outcome {
        Outcome::Done => goes_again,
        Outcome::Undone => operation.plan.kind != PlanKind::Snapshot,
        Outcome::Stuck { .. } => goes_again,
        Outcome::Failed | Outcome::Kept | Outcome::Partly => false,
    }
}
