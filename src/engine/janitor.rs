//! Clears away what operations left over. What must hold: it is an operation like any other, of the one process that leads,
//! and where it failed it is not tried again in a loop.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use super::{Engine, Request};
use crate::{
    domain::{
        care::Looked,
        fault::{Fault, FaultCode},
        fleet::Reach,
        ids::{HostId, OperationId},
        plan::{Plan, journal::Outcome, tidy},
        stuck::Verdict,
    },
    operations::clock::now,
    services::{
        janitor,
        stuck::{self, Seen},
    },
};

/// Left-overs take room and nothing else: nobody is in a hurry.
const EVERY: Duration = Duration::from_secs(3_600);
/// A host that was just begun to be watched has other things to do first.
const FIRST: Duration = Duration::from_secs(90);
/// What could not be cleared away is left alone for so long.
const AGAIN: Duration = Duration::from_secs(86_400);

/// Operations that run are looked at so often.
const LOOK_EVERY: Duration = Duration::from_secs(60);

/// So long, and so many, operations that have ended are kept.
const YEAR: Duration = Duration::from_secs(366 * 86_400);
const OPERATIONS_KEPT: u32 = 20_000;

/// What was begun last time, and where it went wrong.
#[derive(Default)]
struct Tidying {
    begun: HashMap<HostId, OperationId>,
    failed: HashMap<HostId, Instant>,
}

impl Engine {
    pub(super) async fn keep_tidy(&self) {
        let (mut tidying, mut seen) = (Tidying::default(), Seen::default());
        let (mut tidied, mut rest) = (Instant::now(), FIRST);
        while self.leads().await {
            self.look_after_the_stuck(&mut seen).await;
            if tidied.elapsed() >= rest {
                self.tidy_up(&mut tidying).await;
                self.drop_the_old().await;
                (tidied, rest) = (Instant::now(), EVERY);
            }
            tokio::select! {
                () = tokio::time::sleep(LOOK_EVERY) => {}
                () = self.0.end.cancelled() => return,
            }
        }
    }

    /// Whoever holds nothing is taken up; what is stuck is shown with what is known of it.
    async fn look_after_the_stuck(&self, seen: &mut Seen) {
        let left = |id| self.left(id).map(|fault| fault.why);
        let judged = stuck::look(&self.0.world, seen, left, now()).await;
        if judged.iter().any(|(_, verdict)| *verdict == Verdict::TakeUp) {
            drop(self.take_up().await);
        }
        let found: Vec<_> = { judged.into_iter() }
            .filter_map(|(_, verdict)| match verdict {
                Verdict::Stuck(stuck) => Some(stuck),
                _ => None,
            })
            .collect();
        let care = self.0.world.fleet().care.clone();
        if care.stuck != found || care.stuck_looked == Looked::NotYet {
            self.0.world.change_care(|care| (care.stuck, care.stuck_looked) = (found, Looked::Once));
        }
    }

    /// The journal of a year is enough to look back, reckoned from its own last word: a clock that is wrong drops nothing.
    async fn drop_the_old(&self) {
        let store = &self.0.world.store;
        let dropped = async {
            let newest = store.operations(1).await?.first().map(|newest| newest.began);
            let from = newest.map_or_else(now, |newest| newest.min(now()));
            store.drop_old_operations(from - YEAR, OPERATIONS_KEPT).await
        };
        if let Err(error) = dropped.await {
            self.tell(&error.into());
        }
    }

    /// Nobody waits for what is begun: how it ended is seen the next time.
    async fn tidy_up(&self, tidying: &mut Tidying) {
        let fleet = self.0.world.fleet();
        let well = |id| fleet.operation(id).is_some_and(|operation| operation.outcome() == Some(Outcome::Done));
        let ended: Vec<_> = tidying.begun.drain().filter(|(_, id)| !well(*id)).collect();
        tidying.failed.extend(ended.into_iter().map(|(host, _)| (host, Instant::now())));
        tidying.failed.retain(|_, at| at.elapsed() < AGAIN);
        let online = fleet.hosts.iter().filter(|host| host.reach == Reach::Online).map(|host| host.id.clone());
        for host in online.filter(|host| !tidying.failed.contains_key(host)).collect::<Vec<_>>() {
            match self.begin(&Request::Tidy(host.clone())).await {
                Ok(id) => drop(tidying.begun.insert(host, id)),
                // There is nothing, or another one is at it.
                Err(fault) if matches!(fault.code, FaultCode::NotFound | FaultCode::Busy) => {}
                Err(fault) => {
                    self.tell(&fault);
                    tidying.failed.insert(host, Instant::now());
                }
            }
        }
    }

    pub(super) async fn plan_tidying(&self, host: &HostId) -> Result<Plan, Fault> {
        self.0.world.line(host)?;
        tidy::tidy(host, &janitor::leftovers(&self.0.world, host, now()).await?)
    }
}
