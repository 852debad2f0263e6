//! The list of apps: what is shown of it, in which order, and where the hand rests. What must hold: the hand stays on
//! the same unit whatever the fleet does, and nothing is sorted anew under it by a number that merely changed.

use std::collections::{HashMap, HashSet};

use super::{
    hand::Hand,
    sieve::Sieve,
    world::{Entry, World},
};
use crate::domain::{fleet::Usage, ids::GuestKey, state::State};

#[derive(Debug, Clone, Default)]
pub struct Apps {
    pub chip: Chip,
    pub sort: Sort,
    pub filter: String,
    /// The keys that are shown, in order.
    pub shown: Vec<GuestKey>,
    pub hand: Hand,
    pub marked: HashSet<GuestKey>,
    /// The one that was marked last.
    pub anchor: Option<GuestKey>,
    pub counts: [usize; Chip::ALL.len()],
}

/// The state chips over the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Chip {
    #[default]
    All,
    Running,
    Stopped,
    Working,
    Attention,
    /// The recycle bin.
    Bin,
    Unmanaged,
}

impl Chip {
    pub const ALL: [Self; 7] =
        [Self::All, Self::Running, Self::Stopped, Self::Working, Self::Attention, Self::Bin, Self::Unmanaged];

    pub fn words(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Running => "running",
            Self::Stopped => "stopped",
            Self::Working => "working",
            Self::Attention => "attention",
            Self::Bin => "bin",
            Self::Unmanaged => "unmanaged",
        }
    }

    fn takes(self, entry: &Entry) -> bool {
        match self {
            Self::Unmanaged => return !entry.is_app(),
            Self::Bin => return entry.is_binned(),
            _ => {}
        }
        entry.is_app()
            && !entry.is_binned()
            && match self {
                Self::All | Self::Bin | Self::Unmanaged => true,
                Self::Running => entry.is_up(),
                Self::Stopped => entry.state == State::Stopped,
                Self::Working => entry.is_working(),
                Self::Attention => entry.wants_attention(),
            }
    }

    fn step(self, by: isize) -> Self {
        let at = Self::ALL.iter().position(|chip| *chip == self).unwrap_or(0) as isize + by;
        Self::ALL[at.rem_euclid(Self::ALL.len() as isize) as usize]
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sort {
    #[default]
    Newest,
    Name,
    Cpu,
    Memory,
}

impl Sort {
    pub fn words(self) -> &'static str {
        match self {
            Self::Newest => "newest",
            Self::Name => "name",
            Self::Cpu => "CPU",
            Self::Memory => "memory",
        }
    }

    pub fn next(self) -> Self {
        match self {
            Self::Newest => Self::Name,
            Self::Name => Self::Cpu,
            Self::Cpu => Self::Memory,
            Self::Memory => Self::Newest,
        }
    }

    /// Whether a new reading alone could change the order.
    fn is_restless(self) -> bool {
        matches!(self, Self::Cpu | Self::Memory)
    }
}

impl Apps {
    pub fn count(&self, chip: Chip) -> usize {
        Chip::ALL.iter().position(|other| *other == chip).map_or(0, |at| self.counts[at])
    }

    /// An empty recycle bin has no chip.
    pub fn has(&self, chip: Chip) -> bool {
        chip != Chip::Bin || self.chip == chip || self.count(chip) > 0
    }

    /// The next chip that is there.
    pub fn step_chip(&mut self, by: isize) {
        self.chip = self.chip.step(by);
        if self.chip == Chip::Bin && self.count(Chip::Bin) == 0 {
            self.chip = self.chip.step(by);
        }
    }

    /// The operator chose another order, chip or filter.
    pub fn arrange(&mut self, world: &World) {
        self.fill(world, &HashMap::new());
    }

    /// The operator typed: the best answer is under the hand.
    pub fn search(&mut self, world: &World) {
        self.arrange(world);
        self.hand.go(0, &self.shown);
    }

    /// The world changed: what stands, stays where it stands.
    pub fn follow(&mut self, world: &World) {
        let places = if self.sort.is_restless() {
            std::mem::take(&mut self.shown).into_iter().enumerate().map(|(i, key)| (key, i)).collect()
        } else {
            HashMap::new()
        };
        self.fill(world, &places);
        self.marked.retain(|key| world.entry(key).is_some());
    }

    fn fill(&mut self, world: &World, places: &HashMap<GuestKey, usize>) {
        self.counts = Chip::ALL.map(|chip| world.entries.iter().filter(|entry| chip.takes(entry)).count());
        let mut sieve = Sieve::new(&self.filter);
        let mut found: Vec<(&Entry, u32)> = world
            .entries
            .iter()
            .filter(|entry| self.chip.takes(entry))
            .filter_map(|entry| Some((entry, sieve.score(world, entry)?)))
            .collect();
        found.sort_by(|(a, a_score), (b, b_score)| {
            let place = |entry: &Entry| places.get(&entry.key).copied().unwrap_or(usize::MAX);
            (b_score, place(a)).cmp(&(a_score, place(b))).then_with(|| self.sort.compare(world, a, b))
        });
        self.shown = found.into_iter().map(|(entry, _)| entry.key.clone()).collect();
        self.hand.settle(&self.shown);
    }

    pub fn mark(&mut self) {
        let Some(key) = self.hand.key.clone() else { return };
        if !self.marked.remove(&key) {
            self.marked.insert(key.clone());
        }
        self.anchor = Some(key);
        let next = self.hand.at + 1;
        self.hand.go(next, &self.shown);
    }

    /// All from the one that was marked last to the hand.
    pub fn mark_range(&mut self) {
        let last = self.anchor.as_ref().and_then(|key| self.shown.iter().position(|other| other == key));
        let (from, to) = (last.unwrap_or(self.hand.at), self.hand.at);
        let range = from.min(to)..=from.max(to);
        self.marked.extend(self.shown.get(range).into_iter().flatten().cloned());
        self.anchor = self.hand.key.clone();
    }

    /// The hand goes there; what it was on is where a range begins, if nothing was marked.
    pub fn hold_for_range(&mut self, row: usize) {
        if self.marked.is_empty() {
            self.anchor = self.hand.key.clone();
        }
        self.hand.go(row, &self.shown);
    }

    /// Nothing is selected, and no range has begun.
    pub fn unmark(&mut self) {
        self.marked.clear();
        self.anchor = None;
    }

    /// All that are shown, or none when they all were.
    pub fn mark_all(&mut self) {
        if self.shown.iter().all(|key| self.marked.contains(key)) {
            self.unmark();
        } else {
            self.marked.extend(self.shown.iter().cloned());
        }
    }

    /// Puts the hand on this unit, and drops what would hide it.
    pub fn show(&mut self, key: &GuestKey, world: &World) {
        if !self.shown.contains(key) {
            self.filter.clear();
            self.chip = match world.entry(key) {
                Some(entry) if entry.is_binned() => Chip::Bin,
                Some(entry) if entry.is_app() => Chip::All,
                _ => Chip::Unmanaged,
            };
        }
        self.hand.key = Some(key.clone());
        self.arrange(world);
    }

    pub fn selected(&self) -> Option<&GuestKey> {
        self.hand.key.as_ref()
    }

    /// What a power key acts on: what is marked, else what is under the hand.
    pub fn targets(&self) -> Vec<GuestKey> {
        if self.marked.is_empty() {
            return self.selected().cloned().into_iter().collect();
        }
        let mut marked: Vec<_> = self.marked.iter().cloned().collect();
        marked.sort();
        marked
    }
}

impl Sort {
    fn compare(self, world: &World, a: &Entry, b: &Entry) -> std::cmp::Ordering {
        let by_name = || {
            let lower = a.name.chars().flat_map(char::to_lowercase);
            lower.cmp(b.name.chars().flat_map(char::to_lowercase)).then_with(|| a.key.cmp(&b.key))
        };
        let cpu = |entry: &Entry| entry.guest.as_ref().and_then(|guest| guest.cpu).unwrap_or(-1.0);
        let memory = |entry: &Entry| entry.guest.as_ref().and_then(|guest| guest.memory).map_or(0, |m: Usage| m.used);
        // What is being made is newer than everything that is there.
        let born = |entry: &Entry| {
            let app = world.app(entry);
            let created = app.and_then(|app| app.book.as_ref()).map(|book| book.created);
            (entry.is_coming, created, app.and_then(|app| app.marker.operation), entry.key.vmid)
        };
        match self {
            Self::Newest => born(b).cmp(&born(a)).then_with(by_name),
            Self::Name => by_name(),
            Self::Cpu => cpu(b).total_cmp(&cpu(a)).then_with(by_name),
            Self::Memory => memory(b).cmp(&memory(a)).then_with(by_name),
        }
    }
}
