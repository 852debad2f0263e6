//! What our books say of the guests against what their hosts say. What must hold: only a host that saw everything can miss
//! something, nothing that an operation of ours works on is judged, and what was judged is said and never acted on.

mod ledger;
mod mends;
mod options;
mod put_back;
mod sight;
mod whose;
mod work;

pub use ledger::{Turn, Verdict, turn};
pub use options::{Options, SECRET};
pub use put_back::{PutBack, obstacle, put_back};
pub use sight::{Move, Sight, sight};
pub use whose::{Whose, whose};
pub use work::Work;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use serde::{Deserialize, Serialize};

use super::{
    care::{Drift, Finding},
    ids::{AppId, NodeName, Vmid},
    moment::Moment,
};

/// What is remembered of one host from the looks before.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Books {
    /// Nothing where nobody has looked yet.
    pub looked: Option<Looked>,
    pub baselines: BTreeMap<Vmid, Baseline>,
    pub suspicions: BTreeMap<Vmid, Suspicion>,
    /// Those that are not over.
    pub findings: Vec<Finding>,
}

impl Books {
    /// What is known already of that which a verdict is about.
    pub fn known(&self, verdict: &Verdict) -> Option<&Finding> {
        self.findings.iter().find(|one| one.guest == verdict.guest && one.drift.kind() == verdict.kind)
    }
}

/// Whom a host showed when it was looked at last, and with which rights.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Looked {
    pub rights: Option<Arc<str>>,
    pub guests: BTreeSet<Vmid>,
}

/// How an app's guest was left by us, or accepted by the operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Baseline {
    pub app: AppId,
    pub node: NodeName,
    pub state: Freshness,
    pub at: Moment,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Freshness {
    Fresh,
    /// An operation of ours has changed the guest since.
    Overtaken,
}

/// An app's guest that complete listings did not show, one after the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Suspicion {
    pub misses: u32,
    /// The listing that missed it last.
    pub listed: Moment,
}

/// So many listings in a row have to miss a guest before anybody asks whether it is there.
const MISSES: u32 = 2;

impl Suspicion {
    /// One more listing did not show it; the same listing counts once.
    pub fn missed(before: Option<Self>, listed: Moment) -> Self {
        match before {
            Some(known) if known.listed >= listed => known,
            Some(known) => Self { misses: known.misses.saturating_add(1), listed },
            None => Self { misses: 1, listed },
        }
    }

    pub fn is_enough(self) -> bool {
        self.misses >= MISSES
    }
}

/// The kinds of drift, by which a guest has one finding of each at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    Missing,
    New,
    Changed,
    Moved,
    Reused,
}

impl Kind {
    pub fn slug(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::New => "new",
            Self::Changed => "changed",
            Self::Moved => "moved",
            Self::Reused => "reused",
        }
    }
}

impl Drift {
    pub fn kind(&self) -> Kind {
        match self {
            Self::Missing => Kind::Missing,
            Self::New => Kind::New,
            Self::Changed(_) => Kind::Changed,
            Self::Moved { .. } => Kind::Moved,
            Self::Reused => Kind::Reused,
        }
    }

    /// What is so, in a few words: `its memory was changed outside`
    pub fn words(&self) -> String {
        match self {
            Self::Missing => "its host has it no more".into(),
            Self::New => "a container that nobody here made".into(),
            Self::Changed(differences) => match differences.as_slice() {
                [one] => format!("its {} was changed outside", one.option),
                several => format!("{} of its options were changed outside", several.len()),
            },
            Self::Moved { from, to } => format!("it moved from {from} to {to}"),
            Self::Reused => "its id is somebody else's guest now".into(),
        }
    }
}
