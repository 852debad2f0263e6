//! The trust of one host as its connections share it, and when it should be asked about its certificates again. What
//! must hold: a host with nothing to tell is not asked in a loop.

use std::{
    sync::{
        Arc, Mutex, PoisonError, RwLock,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use super::Trust;

/// How often a host is asked about its certificates.
const AFRESH: Duration = Duration::from_secs(3600);

/// The trust of one host, shared by all its connections.
#[derive(Debug, Clone)]
pub(super) struct Keys(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    trust: RwLock<Arc<Trust>>,
    /// A leaf was let in that is not written down yet.
    has_new_leaf: AtomicBool,
    learnt: Mutex<Learnt>,
}

/// When the host was asked about its certificates, or when we began.
#[derive(Debug)]
enum Learnt {
    NeverSince(Instant),
    At(Instant),
}

impl Keys {
    pub fn new(trust: Trust) -> Self {
        Self(Arc::new(Shared {
            trust: RwLock::new(Arc::new(trust)),
            has_new_leaf: AtomicBool::new(false),
            learnt: Mutex::new(Learnt::NeverSince(Instant::now())),
        }))
    }

    pub fn now(&self) -> Arc<Trust> {
        self.0.trust.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub fn change(&self, change: impl FnOnce(&mut Trust)) -> Arc<Trust> {
        let mut trust = self.0.trust.write().unwrap_or_else(PoisonError::into_inner);
        change(Arc::make_mut(&mut trust));
        trust.clone()
    }

    /// Whatever was let in is now told of, or never will be.
    pub fn end_learning(&self) {
        self.0.has_new_leaf.store(false, Ordering::Relaxed);
    }

    pub fn note_new_leaf(&self) {
        self.0.has_new_leaf.store(true, Ordering::Relaxed);
    }

    /// Nodes renew their certificates about once a year, and new nodes come.
    pub fn is_learning_due(&self) -> bool {
        if self.0.has_new_leaf.load(Ordering::Relaxed) {
            return true;
        }
        let has_authority = self.now().authority.is_some();
        match &*self.0.learnt.lock().unwrap_or_else(PoisonError::into_inner) {
            Learnt::NeverSince(began) => !has_authority || began.elapsed() > AFRESH,
            Learnt::At(at) => at.elapsed() > AFRESH,
        }
    }

    pub fn begin_learning(&self) {
        *self.0.learnt.lock().unwrap_or_else(PoisonError::into_inner) = Learnt::At(Instant::now());
    }
}
