//! On which node an app goes, and why. What must hold: a node with an obstacle never stands above one without, and the
//! order of the candidates changes nothing.

use std::{cmp::Reverse, sync::Arc};

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

/// Every candidate, the best first; those with an obstacle come last and say what it is.
pub fn choose(candidates: &[Candidate], wish: &Footprint) -> Ranking {
    let obstacles: Vec<_> = candidates.iter().map(|candidate| obstacles(candidate, wish)).collect();
    let free = candidates.iter().zip(&obstacles).filter(|(_, obstacles)| obstacles.is_empty());
    let field = Field::of(free.map(|(candidate, _)| candidate), wish);
    let judged = candidates.iter().zip(obstacles).map(|(candidate, obstacles)| field.judge(candidate, wish, obstacles));
    let mut ranked: Vec<_> = judged.collect();
    // The last two words matter only for twins: then they stand in an order, too.
    ranked.sort_by(|a, b| {
        let rank = |judged: &Judged| (!judged.obstacles.is_empty(), Reverse(judged.score));
        let words = |judged: &Judged| (judged.node.clone(), judged.reasons.clone(), judged.obstacles.clone());
        rank(a).cmp(&rank(b)).then_with(|| words(a).cmp(&words(b)))
    });
    Ranking { ranked }
}

fn obstacles(candidate: &Candidate, wish: &Footprint) -> Vec<String> {
    if !candidate.is_online {
        return vec!["it is offline".to_owned()];
    }
    let mut found = Vec::new();
    if wish.method == Method::Oci && !candidate.can_oci {
        found.push("its version makes no containers of OCI images".to_owned());
    }
    if !wish.architectures.contains(&candidate.architecture) {
        found.push(format!("the app does not run on {}", candidate.architecture.slug()));
    }
    if !candidate.bridges.contains(&wish.bridge) {
        found.push(format!("it has no bridge {}", wish.bridge));
    }
    if let Some(free) = candidate.free_memory.filter(|free| *free < wish.memory) {
        found.push(format!("only {} memory free, {} are needed", size(free), size(wish.memory)));
    }
    found.extend(no_room(candidate, wish));
    found
}

fn no_room(candidate: &Candidate, wish: &Footprint) -> Option<String> {
    if roomiest(candidate, wish).is_some_and(|room| room.free >= wish.disk) {
        return None;
    }
    Some(match (roomiest(candidate, wish), &wish.storage) {
        (Some(room), _) => format!("only {} free on {}, {} are needed", size(room.free), room.name, size(wish.disk)),
        (None, Some(name)) => format!("{name} holds no container disks here"),
        (None, None) => "no storage holds container disks here".to_owned(),
    })
}

/// Where the app's disks would go.
fn roomiest<'a>(candidate: &'a Candidate, wish: &Footprint) -> Option<&'a Room> {
    let wanted = |room: &&Room| wish.storage.as_ref().is_none_or(|name| *name == room.name);
    let rooms = candidate.storages.iter().filter(|room| room.holds_roots).filter(wanted);
    rooms.max_by(|a, b| a.free.cmp(&b.free).then_with(|| b.name.cmp(&a.name)))
}

/// The candidates that are possible, as far as one is measured by the others.
struct Field {
    memory: Vec<u64>,
    disk: Vec<u64>,
    fewest_guests: usize,
}

const MEMORY: u32 = 45;
const CPU: u32 = 25;
const DISK: u32 = 15;
const TEMPLATE: u32 = 10;
const FEW_GUESTS: u32 = 5;

impl Field {
    fn of<'a>(possible: impl Iterator<Item = &'a Candidate> + Clone, wish: &Footprint) -> Self {
        let disk = possible.clone().filter_map(|candidate| roomiest(candidate, wish));
        Self {
            memory: possible.clone().filter_map(|candidate| candidate.free_memory).collect(),
            disk: disk.map(|room| room.free).collect(),
            fewest_guests: possible.map(|candidate| candidate.guests).min().unwrap_or_default(),
        }
    }

    fn judge(&self, candidate: &Candidate, wish: &Footprint, obstacles: Vec<String>) -> Judged {
        let mut judged = Judged { node: candidate.node.clone(), score: 0, reasons: Vec::new(), obstacles };
        if judged.obstacles.is_empty() {
            for (score, reason) in self.marks(candidate, wish) {
                judged.score += score;
                judged.reasons.push(reason);
            }
        }
        judged
    }

    fn marks(&self, candidate: &Candidate, wish: &Footprint) -> Vec<(u32, String)> {
        let mut marks = vec![self.memory(candidate), cpu(candidate)];
        marks.extend(roomiest(candidate, wish).map(|room| self.disk(room)));
        if candidate.has_template {
            marks.push((TEMPLATE, "what it is made of is already there".to_owned()));
        }
        if candidate.guests == self.fewest_guests {
            marks.push((FEW_GUESTS, guests(candidate.guests, self.memory.len().max(self.disk.len()))));
        }
        marks
    }

    fn memory(&self, candidate: &Candidate) -> (u32, String) {
        let Some(free) = candidate.free_memory else {
            return (0, "its free memory is not known".to_owned());
        };
        (share(MEMORY, free, &self.memory), format!("{} memory free{}", size(free), place(free, &self.memory)))
    }

    fn disk(&self, room: &Room) -> (u32, String) {
        let reason = format!("{} free on {}{}", size(room.free), room.name, place(room.free, &self.disk));
        (share(DISK, room.free, &self.disk), reason)
    }
}

fn cpu(candidate: &Candidate) -> (u32, String) {
    match candidate.cpu_load.filter(|load| load.is_finite()).map(|load| load.clamp(0.0, 1.0)) {
        None => (0, "its processor load is not known".to_owned()),
        Some(load) => {
            let idle = f64::from(CPU) * (1.0 - load);
            (idle.round() as u32, format!("processor {:.0} % busy", load * 100.0))
        }
    }
}

fn guests(count: usize, rivals: usize) -> String {
    let count = match count {
        0 => "no guests yet".to_owned(),
        1 => "1 guest".to_owned(),
        more => format!("{more} guests"),
    };
    if rivals > 1 { format!("{count}, fewest of {rivals}") } else { count }
}

/// As much of `most` as `value` is of the best.
fn share(most: u32, value: u64, all: &[u64]) -> u32 {
    let best = u128::from(all.iter().copied().max().unwrap_or_default().max(1));
    u32::try_from(u128::from(most) * u128::from(value) / best).unwrap_or(most).min(most)
}

/// `, best of 3`, or `, 2nd of 3`.
fn place(value: u64, all: &[u64]) -> String {
    let better = all.iter().filter(|other| **other > value).count();
    match (better, all.len()) {
        (_, 0 | 1) => String::new(),
        (0, all) => format!(", best of {all}"),
        (better, all) if better + 1 == all => format!(", least of {all}"),
        (better, all) => format!(", number {} of {all}", better + 1),
    }
}

/// `12 GB`, `1.5 GB`, `512 MB`
pub fn size(bytes: u64) -> String {
    const MB: u64 = 1 << 20;
    const GB: u64 = 1 << 30;
    match bytes {
        0..GB => format!("{} MB", bytes / MB),
        _ if bytes < 10 * GB && bytes % GB * 10 / GB > 0 => format!("{}.{} GB", bytes / GB, bytes % GB * 10 / GB),
        _ => format!("{} GB", bytes / GB),
    }
}
