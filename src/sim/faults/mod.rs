//! What can go wrong, as data: what it is, whom it hits, and when. Scripts, tests and the demo's keys all throw these
//! same faults. What a fault means is decided in the datacenter; what concerns the wire is only carried out by the
//! server.

mod hits;
mod insides;
mod keys;
mod passage;
mod roads;
mod script;
mod standing;
mod turn;
mod values;

use std::time::Duration;

pub use hits::Only;
pub use passage::{Delivery, Passage};
pub use roads::Fate;
pub use script::{ScriptError, read};
pub use standing::{FaultId, Faults};

use super::{
    shell::{Denial, Sickness},
    world::storage::Damage,
};

#[derive(Debug, Clone, PartialEq)]
pub enum Fault {
    /// The connection drops in the middle of the answer.
    Cut,
    /// The call is carried out, and the connection is cut before a byte of the answer.
    LostAnswer,
    /// 595: the node that should answer cannot be reached. Nothing is carried out.
    Unreachable,
    /// 596: the daemon behind did not answer in thirty seconds.
    TimesOut(Deed),
    /// The answer takes this much longer.
    Slow(Duration),
    /// Requests are read and never answered.
    Hang,
    /// Every answer is a page that makes no sense.
    Rubbish,
    /// Connections are taken, and then nothing comes, not even a TLS handshake.
    Mute,
    /// Another certificate is shown, and what was open under the old one is closed.
    Certificate(Shown),
    /// A task that begins fails at this percent of its span, with this text.
    TaskFails { percent: u8, text: String },
    /// The cluster has no majority, though its nodes are up.
    NoQuorum,
    /// A node loses its power; what ran on it starts again when it comes back.
    DeadNode(String),
    /// A guest holds a lock that nobody gives back.
    LockedGuest { vmid: u32, lock: String },
    /// Not a byte more fits on a storage.
    FullStorage(String),
    /// Nobody answers where a storage should be.
    OfflineStorage(String),
    /// Backups are damaged: those of one guest, or all.
    DamagedArchive { vmid: Option<u32>, damage: Damage },
    /// The clocks of the nodes go ahead of the right time by so many seconds, or behind it.
    ClockSkew(i64),
    /// Every ticket that was given out is worth nothing from this moment on.
    ExpiredTickets,
    /// Nobody is known any more: log-ins, tickets and tokens are refused.
    RefusedLogIns,
    /// Nobody listens where SSH was, and who was there is thrown out.
    SshRefused,
    /// Connections of SSH are taken, and then nothing comes.
    SshHangs,
    /// A connection of SSH is cut after so many bytes of output; at the command itself for 0.
    SshCut { bytes: u64 },
    /// Another host key is shown.
    HostKey,
    /// A console's line goes dead after so many bytes: it stays open, and nothing passes any more.
    ConsoleDies { bytes: u64 },
    /// A console's line is cut after so many bytes.
    ConsoleCut { bytes: u64 },
    /// Of a console's output so many percent are lost on top of what always is.
    ConsoleLoses { percent: u8 },
    /// The ticket is taken, and `OK` never comes.
    ConsoleMute,
    /// Tokens may open consoles and are thrown out before `OK`, as before pve-container 6.1.3.
    ConsoleRefused,
    /// Somebody left a program running at the terminal of a guest.
    ForeignProgram { vmid: u32, heeds: Heeds },
    /// A guest reboots.
    Reboots(u32),
    /// Inside guests no mirror of packages can be reached.
    AptFails,
    /// Inside guests a registry gives no image.
    PullFails(Denial),
    /// What runs inside a guest does not answer as it should.
    SickApp(Sickness),
}

/// Whether a call was carried out although its answer does not say so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    Done,
    NotDone,
}

/// Whether a program ends when it is interrupted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heeds {
    Interrupts,
    Nothing,
}

/// Which certificate a client sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Shown {
    #[default]
    First,
    /// Another one of the same authority, as once in a year or two.
    Renewed,
    /// One of an authority nobody knows.
    Foreign,
}

/// When a fault stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct When {
    /// How long after it was thrown it begins.
    pub after: Duration,
    /// How long it stands; until it is mended, if nothing is said.
    pub lasts: Option<Duration>,
    /// How many calls or tasks it hits.
    pub times: Option<u32>,
}

/// A fault with whom it hits and when.
#[derive(Debug, Clone, PartialEq)]
pub struct Trouble {
    pub fault: Fault,
    pub only: Only,
    pub when: When,
}

impl From<Fault> for Trouble {
    fn from(fault: Fault) -> Self {
        Self { fault, only: Only::default(), when: When::default() }
    }
}

impl Fault {
    /// Hits only calls like this one: `GET /cluster/*`, or a path for every method.
    pub fn on_calls(self, pattern: &str) -> Trouble {
        Trouble::from(self).on_calls(pattern)
    }

    /// Hits only tasks of this type.
    pub fn on_tasks(self, kind: &str) -> Trouble {
        let mut trouble = Trouble::from(self);
        trouble.only.task = Some(kind.to_owned());
        trouble
    }

    /// Hits only calls to this node, and tasks on it.
    pub fn on_node(self, node: &str) -> Trouble {
        let mut trouble = Trouble::from(self);
        trouble.only.node = Some(node.to_owned());
        trouble
    }

    /// Hits only calls about this guest, and its tasks.
    pub fn on_guest(self, vmid: u32) -> Trouble {
        let mut trouble = Trouble::from(self);
        trouble.only.vmid = Some(vmid);
        trouble
    }

    /// Hits so many calls or tasks.
    pub fn times(self, times: u32) -> Trouble {
        Trouble::from(self).times(times)
    }

    pub fn lasting(self, time: Duration) -> Trouble {
        Trouble::from(self).lasting(time)
    }

    pub fn after(self, time: Duration) -> Trouble {
        Trouble::from(self).after(time)
    }

    /// Whether it changes answers of single calls.
    fn is_of_calls(&self) -> bool {
        use Fault::{Cut, Hang, LostAnswer, Rubbish, Slow, TimesOut, Unreachable};
        matches!(self, Cut | LostAnswer | Unreachable | TimesOut(_) | Slow(_) | Hang | Rubbish)
    }
}

impl Trouble {
    pub fn on_calls(mut self, pattern: &str) -> Self {
        self.only.call = Some(hits::CallPattern::of(pattern));
        self
    }

    pub fn times(mut self, times: u32) -> Self {
        self.when.times = Some(times);
        self
    }

    pub fn lasting(mut self, time: Duration) -> Self {
        self.when.lasts = Some(time);
        self
    }

    pub fn after(mut self, time: Duration) -> Self {
        self.when.after = time;
        self
    }
}
