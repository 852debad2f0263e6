//! On which node an app goes, and why. What must hold: a node with an obstacle never stands above one without, and the
//! order of the candidates changes nothing.

use std::sync::Arc;

use super::{
    app::Method,
    catalog::Architecture,
    ids::{NodeKey, StorageName},
};

/// A node, as far as its fitness goes.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    pub node: NodeKey,
    pub is_online: bool,
    /// Bytes; nothing when it is not known.
    pub free_memory: Option<u64>,
    /// From 0 to 1; nothing when it is not known.
    pub cpu_load: Option<f64>,
    pub storages: Vec<Room>,
    /// The template or image is already there, so nothing is fetched.
    pub has_template: bool,
    pub bridges: Vec<Arc<str>>,
    /// Its version makes containers of OCI images.
    pub can_oci: bool,
    pub guests: usize,
    pub architecture: Architecture,
}

/// A storage, seen from one node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Room {
    pub name: StorageName,
    /// Bytes
    pub free: u64,
    pub holds_roots: bool,
}

/// What the app will take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Footprint {
    pub method: Method,
    /// Bytes
    pub memory: u64,
    /// Bytes, of root and volumes
    pub disk: u64,
    pub bridge: Arc<str>,
    /// Only this one will do, if it is named.
    pub storage: Option<StorageName>,
    pub architectures: Vec<Architecture>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ranking {
    pub ranked: Vec<Judged>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    pub node: NodeKey,
    /// Up to 100; nothing speaks for a node with obstacles, which has 0.
    pub score: u32,
    pub reasons: Vec<String>,
    pub obstacles: Vec<String>,
}

impl Ranking {
    /// The best node that has no obstacle.
    pub fn best(&self) -> Option<&Judged> {
        self.ranked.first().filter(|judged| judged.obstacles.is_empty())
    }
}

pub fn choose(_candidates: &[Candidate], _wish: &Footprint) -> Ranking {
    Ranking::default()
}
