//! The time of a simulated datacenter: it follows the real one, or stands still until somebody moves it. It never runs
//! backwards.

use std::{
    sync::atomic::{AtomicI64, Ordering},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use crate::domain::moment::Moment;

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Pace {
    /// Begins now and runs `speed` times as fast as the real time.
    Live { speed: f64 },
    /// Stands still until it is advanced.
    Stepped { from: Moment },
    /// Moves by itself, by this much with every call: a client that polls sees tasks end without waiting.
    PerCall { from: Moment, step: Duration },
    /// The same, from now on; the clocks of the nodes show the right time all the same, so that who compares them with
    /// his own finds what he began.
    Hasty { step: Duration },
}

impl Pace {
    /// Noon of a November day, for tests.
    pub const NOON: Moment = Moment(1_795_176_000_000);

    pub fn live() -> Self {
        Self::Live { speed: 1.0 }
    }

    pub fn stepped() -> Self {
        Self::Stepped { from: Self::NOON }
    }
}

pub struct Clock {
    pace: Pace,
    began: Instant,
    from: Moment,
    /// What was added to it by hand or by calls.
    added_ms: AtomicI64,
}

impl Clock {
    pub fn new(pace: Pace) -> Self {
        let from = match pace {
            Pace::Live { .. } | Pace::Hasty { .. } => real_time(),
            Pace::Stepped { from } | Pace::PerCall { from, .. } => from,
        };
        Self { pace, began: Instant::now(), from, added_ms: AtomicI64::new(0) }
    }

    pub fn now(&self) -> Moment {
        let added = self.added_ms.load(Ordering::SeqCst);
        let passed = match self.pace {
            Pace::Live { speed } => (self.began.elapsed().as_secs_f64() * speed * 1000.0) as i64,
            Pace::Stepped { .. } | Pace::PerCall { .. } | Pace::Hasty { .. } => 0,
        };
        Moment(self.from.0 + passed + added)
    }

    /// How far the clocks of the nodes are ahead of this one.
    pub fn drift_ms(&self) -> i64 {
        match self.pace {
            Pace::Hasty { .. } => real_time().0 - self.now().0,
            Pace::Live { .. } | Pace::Stepped { .. } | Pace::PerCall { .. } => 0,
        }
    }

    /// Goes back to a moment with a datacenter that is put back to it.
    pub fn put_back(&self, then: Moment) {
        let passed = self.now().0 - self.added_ms.load(Ordering::SeqCst) - self.from.0;
        self.added_ms.store(then.0 - self.from.0 - passed, Ordering::SeqCst);
    }

    pub fn advance(&self, by: Duration) {
        self.added_ms.fetch_add(by.as_millis() as i64, Ordering::SeqCst);
    }

    /// Lets time run until then: how long that really takes, or nothing where time is moved by hand. Where it moves
    /// with every call it is moved, which who only waits for others must not do: see `wait_for`.
    pub fn run_to(&self, then: Moment) -> Option<Duration> {
        if let Pace::PerCall { .. } | Pace::Hasty { .. } = self.pace {
            self.advance(then.since(self.now()));
            return Some(Duration::ZERO);
        }
        self.wait_for(then)
    }

    /// How long to wait in real time until a moment has come; nothing when only somebody else can make it come.
    pub fn wait_for(&self, moment: Moment) -> Option<Duration> {
        match self.pace {
            Pace::Live { speed } => {
                let left = moment.since(self.now()).as_secs_f64() / speed.max(f64::MIN_POSITIVE);
                // Never by more than an hour, and a little later rather than too early.
                Some(Duration::from_secs_f64(left.min(3_600.0)) + Duration::from_millis(1))
            }
            Pace::Stepped { .. } => None,
            // Whoever waits for something counts as a call now and then.
            Pace::PerCall { .. } | Pace::Hasty { .. } => Some(Duration::from_millis(2)),
        }
    }

    /// The moment of a call that comes in.
    pub fn of_call(&self) -> Moment {
        if let Pace::PerCall { step, .. } | Pace::Hasty { step } = self.pace {
            self.advance(step);
        }
        self.now()
    }
}

pub fn real_time() -> Moment {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Moment(since.as_millis() as i64)
}
