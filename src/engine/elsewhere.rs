//! Hosts that another process added, changed, renamed or removed. What must hold: what the books say of a host is what this
//! process does, a moment later and without being started anew; what this process is about to write is its own.

use std::collections::HashMap;

use super::{Asked, Engine};
use crate::{
    domain::{fault::Fault, ids::HostId},
    store::HostRecord,
};

/// What of the books was taken in so far.
#[derive(Default)]
pub(super) struct TakenIn(Option<i64>);

/// What another process did with a host.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Done {
    Added(HostRecord),
    Changed(HostRecord),
    Renamed { old: HostId, record: HostRecord },
    Removed(HostId),
}

impl Engine {
    /// Costs one look at a number as long as nobody else writes.
    pub(super) async fn take_in_hosts(&self, taken: &mut TakenIn) -> Result<(), Fault> {
        // Who changes hosts here writes books and memory one after the other.
        let Ok(_turn) = self.0.changing.try_lock() else { return Ok(()) };
        let version = self.0.world.store.foreign_version().await?;
        if taken.0 == Some(version) {
            return Ok(());
        }
        let kept = self.0.world.store.hosts().await?;
        let known = self.0.records.lock().await.clone();
        let mut all = true;
        for done in compare(&known, kept) {
            all &= self.take_in(done).await;
        }
        // What could not be taken in is looked at once more.
        taken.0 = all.then_some(version);
        Ok(())
    }

    /// Whether nothing of it is left to do.
    async fn take_in(&self, done: Done) -> bool {
        let record = match done {
            Done::Removed(id) => {
                self.drop_from_sight(&id).await;
                return true;
            }
            Done::Added(record) => {
                // Its credential comes right after it.
                if record.asked == Asked::Yes && self.target_of(&record).await.is_err() {
                    return false;
                }
                self.0.world.change(|fleet| fleet.hosts.push(record.unseen()));
                record
            }
            Done::Renamed { old, record } => {
                if self.go_by(&old, &record).await.is_err() {
                    return false;
                }
                record
            }
            Done::Changed(record) => record,
        };
        let before = self.0.records.lock().await.insert(record.id.clone(), record.clone());
        self.show_change(&record, None).await;
        let is_new_way = self.0.world.client(&record.id).is_err() || !before.is_some_and(|old| same_way(&old, &record));
        // Who works there goes on with the old client until the new one has its place.
        if record.asked == Asked::Yes
            && is_new_way
            && let Err(fault) = self.connect_by_books(&record).await
        {
            self.0.world.lose(&record.id, fault);
        }
        true
    }
}

fn same_way(before: &HostRecord, now: &HostRecord) -> bool {
    before.addresses == now.addresses && before.login == now.login
}

fn compare(known: &HashMap<HostId, HostRecord>, kept: Vec<HostRecord>) -> Vec<Done> {
    let mut gone: Vec<&HostRecord> =
        known.values().filter(|one| kept.iter().all(|record| record.id != one.id)).collect();
    let mut done = Vec::new();
    for record in kept {
        match known.get(&record.id) {
            Some(before) if is_same(before, &record) => {}
            Some(_) => done.push(Done::Changed(record)),
            None => match gone.iter().position(|old| old.added == record.added && old.addresses == record.addresses) {
                Some(at) => done.push(Done::Renamed { old: gone.swap_remove(at).id.clone(), record }),
                None => done.push(Done::Added(record)),
            },
        }
    }
    done.extend(gone.into_iter().map(|old| Done::Removed(old.id.clone())));
    done
}

/// Certificates are learnt and times told by every process by itself.
fn is_same(before: &HostRecord, now: &HostRecord) -> bool {
    let of = |record: &HostRecord| {
        (record.addresses.clone(), record.login.clone(), record.asked, record.defaults.clone(), record.ssh.clone())
    };
    of(before) == of(now)
}
