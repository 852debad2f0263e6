//! What a test or the demo may do to a running datacenter from outside: move time, make trouble, count the calls.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::sync::watch;

use super::{
    api::{Answer, Call},
    clock::Clock,
    datacenter::Datacenter,
    faults::{Delivery, FaultId, Trouble},
    ssh::Home,
    world::privileges::Privileges,
};
use crate::domain::moment::Moment;

/// More different paths than this are counted as one.
const COUNTED_PATHS: usize = 20_000;

pub(super) struct Shared {
    datacenter: Mutex<Datacenter>,
    clock: Clock,
    counts: Mutex<BTreeMap<String, u64>>,
    /// Stirs whenever something may have changed: a call, time, a fault.
    turned: watch::Sender<()>,
    /// Stirs only when other faults stand: every connection listens to this, and a call shall not wake them all.
    troubled: watch::Sender<u64>,
}

#[derive(Clone)]
pub struct Handle(pub(super) Arc<Shared>);

fn held<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Handle {
    pub(super) fn new(datacenter: Datacenter, clock: Clock) -> Self {
        let (datacenter, counts) = (Mutex::new(datacenter), Mutex::default());
        let (turned, troubled) = (watch::Sender::new(()), watch::Sender::new(0));
        Self(Arc::new(Shared { datacenter, clock, counts, turned, troubled }))
    }

    pub fn now(&self) -> Moment {
        self.0.clock.now()
    }

    /// Lets virtual time pass.
    pub fn advance(&self, by: Duration) {
        self.0.clock.advance(by);
        self.with(|_| ());
    }

    /// Lets virtual time pass until no task runs any more.
    pub fn settle(&self) {
        let (now, quiet) = (self.now(), self.look(|datacenter| datacenter.quiet_at()));
        self.advance(quiet.since(now) + Duration::from_millis(1));
    }

    /// Looks at the datacenter, or changes it, as it is now. Whoever waits for anything looks again.
    pub fn with<R>(&self, act: impl FnOnce(&mut Datacenter) -> R) -> R {
        let result = self.look(act);
        self.0.turned.send_replace(());
        self.0.troubled.send_modify(|_| ());
        result
    }

    /// Looks at the datacenter as it is now. Nobody is stirred by that, unless time has brought or ended a fault.
    pub(super) fn look<R>(&self, act: impl FnOnce(&mut Datacenter) -> R) -> R {
        self.at(self.now(), act)
    }

    fn at<R>(&self, now: Moment, act: impl FnOnce(&mut Datacenter) -> R) -> R {
        let mut datacenter = held(&self.0.datacenter);
        datacenter.drift_ms = self.0.clock.drift_ms();
        datacenter.advance(now);
        let result = act(&mut datacenter);
        let turns = datacenter.faults.turns();
        drop(datacenter);
        self.0.troubled.send_if_modified(|known| std::mem::replace(known, turns) != turns);
        result
    }

    /// Something comes in at a console, which counts as a call does.
    pub(super) fn console(&self, act: impl FnOnce(&mut Datacenter)) {
        self.at(self.0.clock.of_call(), act);
        self.0.turned.send_replace(());
    }

    /// What a console has to say. Nobody is stirred by that.
    pub(super) fn speak(&self, door: u64) -> (Vec<u8>, bool) {
        self.look(|datacenter| datacenter.speak(door))
    }

    pub(super) fn turned(&self) -> watch::Receiver<()> {
        self.0.turned.subscribe()
    }

    /// Waits until something happens by itself, if time passes by itself.
    pub(super) async fn something_due(&self) {
        let due = held(&self.0.datacenter).next_due();
        match due.and_then(|due| self.0.clock.wait_for(due)) {
            Some(wait) => {
                tokio::time::sleep(wait).await;
                self.console(|_| ());
            }
            None => std::future::pending().await,
        }
    }

    /// Answers a call without a network in between.
    pub fn answer(&self, call: Call) -> Answer {
        self.deliver(call).answer
    }

    /// Answers a call, and says how the answer is to travel.
    pub(super) fn deliver(&self, call: Call) -> Delivery {
        self.count(&call);
        let now = self.0.clock.of_call();
        let delivery = self.at(now, |datacenter| datacenter.deliver(now, call));
        self.0.turned.send_replace(());
        delivery
    }

    /// Waits until the datacenter is like that, however it comes about: by a fault, by time, or by somebody's hand.
    pub(super) async fn until(&self, is_so: impl Fn(&mut Datacenter) -> bool) {
        let mut troubled = self.0.troubled.subscribe();
        loop {
            troubled.mark_unchanged();
            let (is_there, due) = self.look(|datacenter| (is_so(datacenter), datacenter.faults.next_due()));
            if is_there {
                return;
            }
            let soon = due.and_then(|due| self.0.clock.run_to(due));
            // The sender lives as long as this handle.
            match soon {
                Some(time) => drop(tokio::time::timeout(time, troubled.changed()).await),
                None => drop(troubled.changed().await),
            }
        }
    }

    /// What the clocks of its nodes show.
    pub(super) fn clock(&self) -> Moment {
        self.look(|datacenter| datacenter.clock())
    }

    /// Lets a refusal wait as long as the real one does, where time runs by itself.
    pub(super) async fn pause(&self, time: Duration) {
        if !time.is_zero()
            && let Some(time) = self.0.clock.run_to(self.now() + time)
        {
            tokio::time::sleep(time).await;
        }
    }

    /// Waits for a moment of the datacenter's time, which comes by itself where time runs, and by hand where it is
    /// stepped.
    pub(super) async fn wait_for(&self, due: Moment) {
        if due <= self.now() {
            return;
        }
        match self.0.clock.run_to(due) {
            Some(time) => tokio::time::sleep(time).await,
            None => self.until(|datacenter| datacenter.now() >= due).await,
        }
    }

    fn count(&self, call: &Call) {
        let mut counts = held(&self.0.counts);
        let key = format!("{} {}", call.method, call.path);
        let key = if counts.len() < COUNTED_PATHS || counts.contains_key(&key) { key } else { "others".into() };
        *counts.entry(key).or_default() += 1;
    }

    /// How often this was called: `GET /cluster/resources`, or a beginning such as `POST /nodes/pve1/`.
    pub fn calls(&self, beginning: &str) -> u64 {
        held(&self.0.counts).iter().filter(|(key, _)| key.starts_with(beginning)).map(|(_, count)| count).sum()
    }

    /// All calls so far, by method and path.
    pub fn all_calls(&self) -> BTreeMap<String, u64> {
        held(&self.0.counts).clone()
    }

    pub fn forget_calls(&self) {
        held(&self.0.counts).clear();
    }

    /// Lets something go wrong, now or when its time comes.
    pub fn throw(&self, trouble: impl Into<Trouble>) -> FaultId {
        self.with(|datacenter| datacenter.throw(trouble))
    }

    /// Ends a fault before its time. One that is over already is nothing to be mended.
    pub fn mend(&self, id: FaultId) {
        self.with(|datacenter| datacenter.mend(id));
    }

    pub fn mend_all(&self) {
        self.with(|datacenter| datacenter.faults.ids().into_iter().for_each(|id| datacenter.mend(id)));
    }

    /// Lets the list of all resources notice starts and stops only this often, as the real one does every ten seconds.
    pub fn let_listing_lag(&self, by: Duration) {
        self.with(|datacenter| datacenter.listing_lag_ms = by.as_millis() as i64);
    }

    /// The fingerprint of the certificate that is shown now.
    pub fn fingerprint(&self) -> String {
        self.with(|datacenter| datacenter.certificates().leaf.fingerprint.clone())
    }

    /// The public host key that a node or a guest shows now, as in a file of known hosts.
    pub fn host_key(&self, home: &Home) -> String {
        let key = self.with(|datacenter| datacenter.host_key(home));
        // A key that was just made can always be written.
        key.public_key().to_openssh().unwrap_or_default()
    }

    /// Another datacenter, or this one as it was once, takes the place of the one that is there: its time, its tasks and
    /// its guests with what they have inside. What is counted begins anew.
    pub fn put_back(&self, kept: &Datacenter) {
        let mut datacenter = held(&self.0.datacenter);
        let mut twin = kept.twin();
        twin.consoles.go_on_after(&datacenter.consoles);
        self.0.clock.put_back(kept.now());
        *datacenter = twin;
        drop(datacenter);
        self.forget_calls();
        self.with(|_| ());
    }

    /// A guest is gone, as if somebody had destroyed it elsewhere.
    pub fn remove_guest(&self, vmid: u32) {
        self.with(|datacenter| datacenter.forget(vmid));
    }

    /// Makes a role, or adds to it, as `pveum role add` does. Nothing is made of a name that no privilege has.
    pub fn add_role(&self, name: &str, privileges: &[&str]) -> bool {
        let set = Privileges::named(privileges);
        if set.names().count() != privileges.len() {
            return false;
        }
        self.with(|datacenter| {
            let role = datacenter.access.roles.entry(name.to_owned()).or_default();
            *role = role.or(set);
        });
        true
    }

    /// Gives a role to a user or a token, as `pveum acl modify` does.
    pub fn grant(&self, path: &str, to: &str, role: &str) {
        self.with(|datacenter| datacenter.access.grant(path, to, role));
    }

    /// Takes a token away.
    pub fn revoke_token(&self, user: &str, token: &str) {
        self.with(|datacenter| {
            if let Some(user) = datacenter.access.users.get_mut(user) {
                user.tokens.remove(token);
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::sim::{Credentials, Fault, Pace, Params, Seed};

    #[tokio::test]
    async fn calls_do_not_wake_who_waits_for_a_fault() {
        let handle = Handle::new(Seed::demo().plant(Pace::NOON), Clock::new(Pace::stepped()));
        let (looks, waiting) = (Arc::new(AtomicUsize::new(0)), handle.clone());
        let counted = looks.clone();
        let stands = tokio::spawn(async move {
            let is_so = |datacenter: &mut Datacenter| {
                counted.fetch_add(1, Ordering::SeqCst);
                datacenter.faults.stands(&Fault::Mute)
            };
            waiting.until(is_so).await;
        });
        for _ in 0..50 {
            tokio::task::yield_now().await;
            let (method, path) = ("GET".into(), "/version".into());
            handle.answer(Call { method, path, params: Params::default(), credentials: Credentials::None });
            handle.clock();
        }
        assert_eq!(looks.load(Ordering::SeqCst), 1);
        handle.throw(Fault::Mute);
        stands.await.unwrap();
    }
}
