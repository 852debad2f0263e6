//! Several apps of a host get other sizes, one after the other, as one operation. What must hold: nobody else works on any of
//! them meanwhile, and one that has its new size keeps it when a later one fails.

use std::collections::BTreeSet;

use super::{
    Plan, PlanKind, Step, Subject,
    app::Ours,
    change::Sizes,
    lock_of,
    place::{Footing, Right},
    rights,
    step::Tweak,
    steps::Steps,
};
use crate::domain::{
    fault::{Fault, FaultCode},
    ids::HostId,
};

const MIB: u64 = 1 << 20;

/// All of them live on this host.
pub fn reclaim(host: &HostId, all: &[(Ours<'_>, Sizes)]) -> Result<Plan, Fault> {
    let nothing = |(_, sizes): &&(Ours<'_>, Sizes)| sizes.cores.is_none() && sizes.memory.is_none();
    if all.is_empty() || all.iter().any(|one| nothing(&one)) {
        return Err(Fault::lasting(
            FaultCode::Refused,
            format!("{host} {}", PlanKind::Reclaim.undone()),
            "no other sizes were given",
            "nothing is to be done",
        ));
    }
    let (mut steps, mut stays) = (Steps::default(), Vec::new());
    steps.add(Step::Check(Box::new(Footing { rights: rights_of(all), ..Footing::on(host.clone()) })));
    for (ours, sizes) in all {
        let footing = Footing { of: Some(ours.app.name.to_string()), ..Footing::of_guest(ours.guest.key.clone()) };
        steps.add(Step::Check(Box::new(footing)));
        stays.push(resize(&mut steps, *ours, sizes));
    }
    let also_locks = all.iter().map(|(ours, _)| lock_of(&ours.guest.key)).collect();
    let plan = Plan::new(PlanKind::Reclaim, Subject::Host(host.clone()), name(host, all), steps.done());
    Ok(Plan { stays, also_locks, ..plan })
}

/// Gives the step with which it has its new size.
fn resize(steps: &mut Steps, ours: Ours<'_>, sizes: &Sizes) -> usize {
    let tweaks = [sizes.cores.map(Tweak::Cores), sizes.memory.map(Tweak::Memory)];
    steps.configure(&ours.aim(), tweaks.into_iter().flatten().collect())
}

fn rights_of(all: &[(Ours<'_>, Sizes)]) -> Vec<Right> {
    let rights = all.iter().flat_map(|(ours, sizes)| {
        let mut steps = Steps::default();
        resize(&mut steps, *ours, sizes);
        rights::of(&steps.done(), ours.guest.pool.as_deref())
    });
    rights.collect::<BTreeSet<_>>().into_iter().collect()
}

/// `6.2 GiB of home`, by what comes back.
fn name(host: &HostId, all: &[(Ours<'_>, Sizes)]) -> String {
    let memory: i64 = all
        .iter()
        .filter_map(|(ours, sizes)| Some((ours.guest.memory?.total / MIB) as i64 - sizes.memory? as i64))
        .sum();
    let cores: i64 =
        all.iter().filter_map(|(ours, sizes)| Some(ours.guest.cores? as i64 - i64::from(sizes.cores?))).sum();
    match (memory, cores) {
        (1.., _) => format!("{:.1} GiB of {host}", memory as f64 / 1_024.0),
        (_, 1) => format!("1 core of {host}"),
        (_, 2..) => format!("{cores} cores of {host}"),
        _ => format!("memory of {host}"),
    }
}
