//! Clears away what operations left over on a host. What must hold: each is looked at again before it goes, and what went
//! stays gone when a later one cannot be cleared away.

use std::collections::BTreeSet;

use super::{Aim, Plan, PlanKind, Step, Subject, lock_of, place::Footing, rights, steps::Steps};
use crate::domain::{
    fault::{Fault, FaultCode},
    ids::HostId,
    leftovers::Leftover,
};

/// Each with the pool its guest is in.
pub fn tidy(host: &HostId, leftovers: &[(Leftover, Option<String>)]) -> Result<Plan, Fault> {
    if leftovers.is_empty() {
        return Err(Fault::lasting(
            FaultCode::NotFound,
            format!("nothing was cleared away on {host}"),
            "no operation left anything over there",
            "nothing is to be done",
        ));
    }
    let (mut steps, mut stays, mut needed) = (Steps::default(), Vec::new(), BTreeSet::new());
    steps.add(Step::Check(Box::new(Footing::on(host.clone()))));
    for (leftover, pool) in leftovers {
        let step = clear(leftover);
        needed.extend(rights::of_step(&step, pool.as_deref()));
        stays.push(match leftover {
            Leftover::Snapshot { .. } => steps.task(host, step) + 1,
            Leftover::Guest { .. } | Leftover::Fetch { .. } => steps.add(step),
        });
    }
    let mut steps = steps.done();
    if let Some(first) = steps.first_mut() {
        let rights = needed.into_iter().collect();
        *first = Step::Check(Box::new(Footing { rights, ..Footing::on(host.clone()) }));
    }
    let also_locks =
        leftovers.iter().filter_map(|(leftover, _)| leftover.guest()).map(lock_of).collect::<BTreeSet<_>>();
    let plan = Plan::new(PlanKind::Tidy, Subject::Host(host.clone()), host.to_string(), steps);
    Ok(Plan { stays, also_locks: also_locks.into_iter().collect(), ..plan })
}

fn clear(leftover: &Leftover) -> Step {
    match leftover {
        Leftover::Guest { .. } | Leftover::Fetch { .. } => Step::ClearAway(Box::new(leftover.clone())),
        Leftover::Snapshot { guest, snapshot, .. } => {
            Step::BeginSnapshotRemoval { aim: Aim::Known(guest.clone()), snapshot: snapshot.clone() }
        }
    }
}
