//! What came of trying a backup is written down, good or bad. What must hold: only the backup itself is blamed; what kept
//! us from trying it says nothing about it.

use std::sync::Arc;

use crate::{
    domain::{
        backup::{Proof, ProofResult},
        fault::{Fault, FaultCode},
        plan::{
            Plan, Step,
            journal::{Entry, Outcome},
        },
    },
    operations::{clock, desk::Desk},
};

/// Written again it says the same: the operation's beginning is part of its name.
pub async fn write_down(desk: &mut Desk<'_>, outcome: Outcome) {
    let proved = desk.operation.plan.steps.iter().find_map(|step| match step {
        Step::Proved { app, backup, made } => Some((app.clone(), backup.clone(), *made)),
        _ => None,
    });
    let (Some((app, backup, made)), Some(result)) = (proved, result(desk, outcome)) else { return };
    let at = desk.operation.began;
    let proof = Proof { app, backup, made, at, took: clock::now().since(at), result };
    // A store that cannot be written has told so already.
    drop(desk.world.store.put_proof(proof.clone()).await);
    desk.world.change_backups(|backups| backups.add_proof(proof));
}

fn result(desk: &Desk<'_>, outcome: Outcome) -> Option<ProofResult> {
    let (plan, journal) = (&desk.operation.plan, &desk.operation.journal);
    let was_seen = plan.steps.iter().position(|step| matches!(step, Step::Proved { .. }));
    let was_seen = was_seen.is_some_and(|at| journal.iter().any(|entry| matches!(entry, Entry::Did(i, _) if *i == at)));
    if outcome.is_good() || was_seen {
        return Some(ProofResult::Good);
    }
    if journal.iter().any(|entry| matches!(entry, Entry::CancelAsked)) {
        return None;
    }
    let (i, fault) = journal.iter().find_map(|entry| match entry {
        Entry::Failed(i, fault) => Some((*i, fault)),
        _ => None,
    })?;
    is_the_backup_s(plan, i, fault).then(|| ProofResult::Bad(Arc::from(fault.why.as_str())))
}

/// It could not be unpacked, what came out of it did not start, or did not answer; and not for want of room, of rights, or
/// of a host that answers.
fn is_the_backup_s(plan: &Plan, i: usize, fault: &Fault) -> bool {
    use FaultCode::{Busy, Refused, Trust, Unreachable};
    if matches!(fault.code, Unreachable | Trust | Busy | Refused) {
        return false;
    }
    let says = |words: &[&str]| words.iter().any(|word| fault.why.contains(word));
    let began = match plan.steps.get(i) {
        Some(Step::AwaitTask { begun_by, .. }) => plan.steps.get(*begun_by),
        step => step,
    };
    match began {
        Some(Step::BeginRestore(_)) => says(&["archive", "tar "]),
        Some(Step::BeginPower { .. }) => !says(&["is full", "free space", "is not online", "is switched off"]),
        Some(Step::Try { .. }) => true,
        _ => false,
    }
}
