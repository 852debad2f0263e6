//! On whom operations of ours work, or did a moment ago. What must hold: who is named here is not judged, because a listing
//! may be older than what was done.

use std::{
    collections::{BTreeSet, HashSet},
    time::Duration,
};

use crate::domain::{
    app::App,
    fleet::Fleet,
    ids::{AppId, GuestKey, HostId},
    moment::Moment,
    operation::Operation,
    plan::{Step, lock_of},
};

/// Proxmox's listing is up to ten seconds old; so long after its end an operation may show in none.
const LAG: Duration = Duration::from_secs(15);

#[derive(Debug, Default)]
pub struct Work {
    locks: HashSet<String>,
    guests: HashSet<GuestKey>,
    apps: HashSet<AppId>,
    makes_on: BTreeSet<HostId>,
}

impl Work {
    pub fn at(fleet: &Fleet, at: Moment) -> Self {
        Self::of(&fleet.operations, at)
    }

    pub fn of(operations: &[Operation], at: Moment) -> Self {
        let mut work = Self::default();
        let counts = |operation: &&Operation| {
            operation.ended.as_ref().is_none_or(|ended| at.since(ended.at) <= LAG || ended.at > at)
        };
        for operation in operations.iter().filter(counts) {
            work.locks.extend(operation.plan.locks());
            work.apps.extend(operation.plan.subject.app().cloned());
            work.guests.extend(operation.plan.legs().map(|(_, guest)| guest.clone()));
            for step in &operation.plan.steps {
                match step {
                    Step::Reserve(reserve) => drop(work.makes_on.insert(reserve.node.host.clone())),
                    Step::Record { app, .. } => drop(work.apps.insert(app.id.clone())),
                    _ => {}
                }
            }
        }
        work
    }

    pub fn is_on_app(&self, app: &AppId) -> bool {
        self.apps.contains(app)
    }

    pub fn is_on(&self, app: &App) -> bool {
        self.is_on_app(&app.id) || self.is_on_guest(&app.guest)
    }

    pub fn is_on_guest(&self, guest: &GuestKey) -> bool {
        self.guests.contains(guest) || self.locks.contains(&lock_of(guest))
    }

    /// Whether some operation makes guests there, or did a moment ago: a new one may be its own.
    pub fn makes_on(&self, host: &HostId) -> bool {
        self.makes_on.contains(host)
    }
}
