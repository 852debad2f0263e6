//! The roads into a guest, looked for once. What must hold: what was found is forgotten when the guest is another one by
//! now (started anew, moved) or gets other visitors (another log-in, other SSH), and nobody waits long for a slow road.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::time::{Instant, timeout};

use super::{Engine, now};
use crate::{
    domain::{
        fleet::{Guest, Power, SshAccess},
        ids::{GuestKey, HostId, NodeName},
        moment::Moment,
        operation::Operation,
        road::Way,
    },
    services::{expiry, roads},
};

/// After that it is looked again; what is shut may have been opened by hand.
const REMEMBERED: Duration = Duration::from_secs(300);
/// Who looks at a guest waits for its roads no longer than this.
const PATIENCE: Duration = Duration::from_secs(3);
/// Uptimes are whole seconds, some of them ten seconds old: a start is the same one within this.
const SAME_START: Duration = Duration::from_secs(20);

/// What was found, by guest.
#[derive(Default)]
pub(super) struct Roads(Mutex<HashMap<GuestKey, Known>>);

struct Known {
    ground: Ground,
    at: Instant,
    ways: Vec<Way>,
}

/// On what the roads stand.
#[derive(Clone)]
struct Ground {
    node: NodeName,
    started: Moment,
    login: String,
    version: Option<Arc<str>>,
    ssh: Option<SshAccess>,
}

impl Ground {
    fn is_like(&self, other: &Self) -> bool {
        let apart = self.started.since(other.started).max(other.started.since(self.started));
        let same = |ground: &Self| (ground.node.clone(), ground.login.clone(), ground.version.clone());
        apart <= SAME_START && same(self) == same(other) && self.ssh == other.ssh
    }
}

impl Roads {
    fn known(&self, guest: &GuestKey, ground: &Ground) -> Option<Vec<Way>> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let found = known.get(guest).filter(|known| known.ground.is_like(ground) && known.at.elapsed() < REMEMBERED)?;
        Some(found.ways.clone())
    }

    fn remember(&self, guest: &GuestKey, ground: Ground, ways: &[Way]) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|_, known| known.at.elapsed() < REMEMBERED);
        known.insert(guest.clone(), Known { ground, at: Instant::now(), ways: ways.to_vec() });
    }

    pub fn forget(&self, guest: &GuestKey) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(guest);
    }
}

impl Engine {
    /// The roads into a guest that runs, as far as they can be found out in time; none into one that is off.
    pub(super) async fn roads_in_time(&self, guest: &Guest) -> Vec<Way> {
        let Some(ground) = self.ground(guest).filter(|_| guest.power == Power::Running) else { return Vec::new() };
        if let Some(ways) = self.0.roads.known(&guest.key, &ground) {
            return ways;
        }
        let Ok(Ok(ways)) = timeout(PATIENCE, self.roads(&guest.key)).await else { return Vec::new() };
        // In the middle of a restart it is not known to which start this belongs.
        if !self.0.world.fleet().last_operation_on(&guest.key).is_some_and(Operation::is_running) {
            self.0.roads.remember(&guest.key, ground, &ways);
        }
        ways
    }

    fn ground(&self, guest: &Guest) -> Option<Ground> {
        let fleet = self.0.world.fleet();
        let host = fleet.host(&guest.key.host)?;
        Some(Ground {
            node: guest.node.clone(),
            started: now() - Duration::from_secs(guest.uptime.unwrap_or(0)),
            login: host.login.clone(),
            version: host.version.clone(),
            ssh: host.ssh.clone(),
        })
    }

    /// Looks now which roads lead into the guests of a host that answers; the fleet tells what was found.
    pub async fn survey(&self, host: &HostId) {
        roads::survey(&self.0.world, host, &mut None).await;
    }

    /// Looks now what of a host runs out one day; the fleet tells what was found. One that does not answer tells nothing.
    pub async fn look_at_expiry(&self, host: &HostId) {
        drop(expiry::look(&self.0.world, host).await);
    }
}
