//! Several guests of a host that move one after the other, as one operation. What must hold: nobody else works on any of
//! them meanwhile, and what has arrived stays where it is when a later one fails.

use super::{
    Aim, Plan, Step, Subject, deploy::ADDRESS_DEADLINE, lock_of, place::Footing, rights, step::Told, steps::Steps,
};
use crate::domain::{
    fault::{Fault, FaultCode},
    ids::{HostId, NodeKey},
    moves::{Errand, Leg, Manner},
};

/// Each leg with the pool its guest is in, which may stand in for the guest where rights are asked for.
pub fn relocate(errand: &Errand, legs: &[(Leg, Option<String>)]) -> Result<Plan, Fault> {
    if legs.is_empty() {
        return Err(Fault::lasting(
            FaultCode::Refused,
            format!("{} {}", errand.name(), errand.kind().undone()),
            "nothing is to be moved",
            "nothing is to be done",
        ));
    }
    let (host, mut steps, mut stays) = (errand.host(), Steps::default(), Vec::new());
    let first = Footing { rights: rights_of(host, legs), ..Footing::on(host.clone()) };
    steps.add(Step::Check(Box::new(first)));
    for (leg, _) in legs {
        stays.push(go(&mut steps, host, leg));
    }
    let subject = match errand {
        Errand::Balance(host) => Subject::Host(host.clone()),
        Errand::Evacuate(node) | Errand::Fill(node) => Subject::Node(node.clone()),
    };
    let also_locks = legs.iter().map(|(leg, _)| lock_of(&leg.guest)).collect();
    Ok(Plan { stays, also_locks, ..Plan::new(errand.kind(), subject, errand.name(), steps.done()) })
}

/// One of them goes; gives the step with which it has arrived.
fn go(steps: &mut Steps, host: &HostId, leg: &Leg) -> usize {
    let node = NodeKey { host: host.clone(), node: leg.to.clone() };
    steps.add(Step::Check(Box::new(Footing {
        node: Some(node),
        moves_to: Some(leg.to.clone()),
        of: Some(leg.name.clone()),
        ..Footing::of_guest(leg.guest.clone())
    })));
    let begun = steps.task(host, begin(leg));
    match (&leg.app, leg.manner) {
        (Some(_), Manner::Restarted) => {
            steps.add(Step::FindAddress { aim: Aim::Known(leg.guest.clone()), deadline: ADDRESS_DEADLINE })
        }
        _ => begun + 1,
    }
}

/// The step that sends it on its way.
pub(super) fn begin(leg: &Leg) -> Step {
    Step::BeginMove {
        guest: leg.guest.clone(),
        from: leg.from.clone(),
        target: leg.to.clone(),
        restarts: leg.manner == Manner::Restarted,
        told: Some(Box::new(Told { name: leg.name.clone(), manner: leg.manner, cost: leg.cost })),
    }
}

fn rights_of(host: &HostId, legs: &[(Leg, Option<String>)]) -> Vec<super::place::Right> {
    let all = legs.iter().flat_map(|(leg, pool)| {
        let mut steps = Steps::default();
        go(&mut steps, host, leg);
        rights::of(&steps.done(), pool.as_deref())
    });
    all.collect::<std::collections::BTreeSet<_>>().into_iter().collect()
}
