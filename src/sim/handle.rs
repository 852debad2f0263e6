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
};
use crate::domain::moment::Moment;

/// What is wrong with the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    None,
    /// Requests are read and never answered.
    Hang,
    /// Connections are taken, and then nothing comes, not even a TLS handshake.
    Mute,
    /// Every answer is a page that makes no sense.
    Rubbish,
    /// Connections are cut in the middle of the answer.
    Cut,
}

/// More different paths than this are counted as one.
const COUNTED_PATHS: usize = 20_000;

pub(super) struct Shared {
    datacenter: Mutex<Datacenter>,
    clock: Clock,
    counts: Mutex<BTreeMap<String, u64>>,
    /// Stirs whenever something may have changed.
    turned: watch::Sender<()>,
    pub(super) trouble: watch::Sender<Trouble>,
}

#[derive(Clone)]
pub struct Handle(pub(super) Arc<Shared>);

fn held<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Handle {
    pub(super) fn new(datacenter: Datacenter, clock: Clock) -> Self {
        let (datacenter, counts) = (Mutex::new(datacenter), Mutex::default());
        let (trouble, turned) = (watch::Sender::new(Trouble::None), watch::Sender::new(()));
        Self(Arc::new(Shared { datacenter, clock, counts, turned, trouble }))
    }

    pub fn now(&self) -> Moment {
        self.0.clock.now()
    }

    /// Lets virtual time pass.
    pub fn advance(&self, by: Duration) {
        self.0.clock.advance(by);
        let now = self.now();
        held(&self.0.datacenter).advance(now);
        self.0.turned.send_replace(());
    }

    /// Lets virtual time pass until no task runs any more.
    pub fn settle(&self) {
        let (now, quiet) = (self.now(), self.with(|datacenter| datacenter.quiet_at()));
        self.advance(quiet.since(now) + Duration::from_millis(1));
    }

    /// Looks at the datacenter, or changes it, as it is now.
    pub fn with<R>(&self, act: impl FnOnce(&mut Datacenter) -> R) -> R {
        let now = self.now();
        let mut datacenter = held(&self.0.datacenter);
        datacenter.advance(now);
        let result = act(&mut datacenter);
        drop(datacenter);
        self.0.turned.send_replace(());
        result
    }

    /// Something comes in at a console, which counts as a call does.
    pub(super) fn console(&self, act: impl FnOnce(&mut Datacenter)) {
        let now = self.0.clock.of_call();
        let mut datacenter = held(&self.0.datacenter);
        datacenter.advance(now);
        act(&mut datacenter);
        drop(datacenter);
        self.0.turned.send_replace(());
    }

    /// What a console has to say. Nobody is stirred by that.
    pub(super) fn speak(&self, door: u64) -> (Vec<u8>, bool) {
        let now = self.now();
        let mut datacenter = held(&self.0.datacenter);
        datacenter.advance(now);
        datacenter.speak(door)
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
        self.count(&call);
        let now = self.0.clock.of_call();
        let answer = held(&self.0.datacenter).answer(now, call);
        self.0.turned.send_replace(());
        answer
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

    pub fn make_trouble(&self, trouble: Trouble) {
        self.0.trouble.send_replace(trouble);
    }

    /// Every ticket and CSRF token that was given out is worth nothing from now on.
    pub fn expire_tickets(&self) {
        self.with(|datacenter| datacenter.tickets.expire_all());
    }

    /// Lets the list of all resources notice starts and stops only this often, as the real one does every ten seconds.
    pub fn let_listing_lag(&self, by: Duration) {
        self.with(|datacenter| datacenter.listing_lag_ms = by.as_millis() as i64);
    }

    /// The node loses its power.
    pub fn kill_node(&self, name: &str) {
        self.with(|datacenter| {
            let now = datacenter.now();
            if let Some(node) = datacenter.nodes.iter_mut().find(|node| node.name == name) {
                node.down_since.get_or_insert(now);
            }
        });
    }

    pub fn revive_node(&self, name: &str) {
        self.with(|datacenter| {
            if let Some(node) = datacenter.nodes.iter_mut().find(|node| node.name == name) {
                node.down_since = None;
            }
        });
    }

    /// Puts a lock such as `backup` on a guest, or takes it away.
    pub fn lock_guest(&self, vmid: u32, lock: Option<&str>) {
        self.with(|datacenter| {
            let Some(guest) = datacenter.guests.get_mut(&vmid) else { return };
            match lock {
                Some(lock) => drop(guest.config.insert("lock".into(), lock.into())),
                None => drop(guest.config.remove("lock")),
            }
        });
    }

    /// A guest is gone, as if somebody had destroyed it elsewhere.
    pub fn remove_guest(&self, vmid: u32) {
        self.with(|datacenter| datacenter.guests.remove(&vmid));
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
