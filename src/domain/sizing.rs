//! What apps were given against what they used in a week, and what would do. What must hold: nothing is proposed that the
//! week would not have fitted into, less than its recipe needs is never given, and who does as proposed is told nothing
//! more.

use std::time::Duration;

use super::{moment::Moment, plan::change::Sizes};

/// The averages around one moment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Used {
    pub at: Moment,
    /// Of its cores, 0 to 1.
    pub cpu: Option<f32>,
    /// MiB
    pub memory: Option<u64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Given {
    pub cores: u32,
    /// MiB
    pub memory: u64,
}

/// What is never gone below, and what there is at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    pub least: Given,
    /// Cores of its node.
    pub most_cores: Option<u32>,
    /// MiB that its node has left.
    pub room: Option<u64>,
    /// MiB that it uses this moment.
    pub now: u64,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// What it used in all but five hundredths of the week: of its cores 0 to 1, and MiB.
    pub cpu: f32,
    pub memory: u64,
    /// Nothing where what it has fits.
    pub to: Sizes,
}

/// No app gets less, in MiB.
const FLOOR: u64 = 512;
const WEEK: Duration = Duration::from_secs(6 * 86_400);
/// With fewer readings a week is not known.
const READINGS: usize = 100;

/// Nothing where less than a week is known.
pub fn judge(given: Given, week: &[Used], bounds: &Bounds) -> Option<Verdict> {
    let (first, last) = (week.iter().map(|one| one.at).min()?, week.iter().map(|one| one.at).max()?);
    let mut cpu: Vec<f32> = week.iter().filter_map(|one| one.cpu).filter(|cpu| cpu.is_finite()).collect();
    let mut memory: Vec<u64> = week.iter().filter_map(|one| one.memory).collect();
    if last.since(first) < WEEK || cpu.len().min(memory.len()) < READINGS || given.cores == 0 || given.memory == 0 {
        return None;
    }
    cpu.sort_by(f32::total_cmp);
    memory.sort_unstable();
    let (usual_cpu, peak_cpu) = (most_of(&cpu)?.max(0.0), cpu.last()?.max(0.0));
    let (usual_memory, peak_memory) = (most_of(&memory)?, (*memory.last()?).max(bounds.now));
    let to = Sizes {
        cores: cores(given.cores, usual_cpu, peak_cpu, bounds),
        memory: mib(given.memory, usual_memory, peak_memory, bounds),
        ..Sizes::default()
    };
    Some(Verdict { cpu: usual_cpu, memory: usual_memory, to })
}

/// What nineteen of twenty readings do not pass.
fn most_of<T: Copy>(sorted: &[T]) -> Option<T> {
    sorted.get((sorted.len() * 95).div_ceil(100).saturating_sub(1)).copied()
}

fn cores(given: u32, usual: f32, peak: f32, bounds: &Bounds) -> Option<u32> {
    let busy = usual * given as f32;
    let wanted = (busy * 1.3).ceil().max((peak * given as f32).ceil()) as u32;
    if usual >= 0.9 {
        let more = wanted.max(given + 1);
        return Some(bounds.most_cores.map_or(more, |most| more.min(most))).filter(|more| *more > given);
    }
    Some(wanted.max(bounds.least.cores).max(1)).filter(|less| *less < given)
}

/// What is saved is worth a change only where it is a fifth at least.
fn mib(given: u64, usual: u64, peak: u64, bounds: &Bounds) -> Option<u64> {
    let roomy = rounded((usual + usual / 4).max(peak + peak / 10));
    if usual * 10 >= given * 9 {
        let more = roomy.max(rounded(given + 1));
        let fits = bounds.room.is_none_or(|room| more.saturating_sub(given) <= room);
        return Some(more).filter(|more| fits && *more > given);
    }
    let less = roomy.max(rounded(bounds.least.memory)).max(FLOOR);
    Some(less).filter(|less| less * 5 <= given * 4)
}

/// Up, to pieces that are easy to read.
fn rounded(mib: u64) -> u64 {
    let piece = if mib > 4_096 { 512 } else { 128 };
    mib.div_ceil(piece) * piece
}
