//! What goes wrong between a client and a console, now or after so many bytes. What must hold: it hits every socket that
//! is open at that moment and none that comes later.

use std::sync::{
    Mutex,
    atomic::{AtomicUsize, Ordering},
};

use tokio::sync::watch;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// All sockets are reset.
    Cut,
    /// Consoles stay open, and nothing passes any more.
    Silence,
}

/// Which bytes are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    Heard,
    Typed,
}

pub struct Weather {
    cuts: watch::Sender<usize>,
    silences: watch::Sender<usize>,
    waiting: Mutex<Option<(Way, usize, Trouble)>>,
    chance: Mutex<u64>,
    losses: AtomicUsize,
}

/// What always arrives after something was typed.
const SURE: usize = 16 * 1024;
/// So far and never further without a loss.
const ALWAYS_LOST: usize = 200 * 1024;

impl Weather {
    pub fn new(seed: u64) -> Self {
        Self {
            cuts: watch::Sender::new(0),
            silences: watch::Sender::new(0),
            waiting: Mutex::default(),
            chance: Mutex::new(seed),
            losses: AtomicUsize::new(0),
        }
    }

    pub fn strike(&self, trouble: Trouble) {
        let struck = match trouble {
            Trouble::Cut => &self.cuts,
            Trouble::Silence => &self.silences,
        };
        struck.send_modify(|times| *times += 1);
    }

    /// Strikes once, in the middle of what passes this way.
    pub fn strike_after(&self, way: Way, bytes: usize, trouble: Trouble) {
        *self.waiting.lock().unwrap() = Some((way, bytes, trouble));
    }

    /// What waits to strike is called off.
    pub fn calm(&self) {
        *self.waiting.lock().unwrap() = None;
    }

    pub fn is_waiting(&self) -> bool {
        self.waiting.lock().unwrap().is_some()
    }

    pub fn cuts(&self) -> watch::Receiver<usize> {
        self.cuts.subscribe()
    }

    pub fn silences(&self) -> watch::Receiver<usize> {
        self.silences.subscribe()
    }

    /// How much of these bytes still passes, and what strikes then.
    pub fn passes(&self, way: Way, bytes: usize) -> (usize, Option<Trouble>) {
        let mut waiting = self.waiting.lock().unwrap();
        match waiting.as_mut() {
            Some((counted, left, trouble)) if *counted == way => {
                let (passing, trouble) = ((*left).min(bytes), *trouble);
                *left -= passing;
                if *left > 0 {
                    return (passing, None);
                }
                *waiting = None;
                (passing, Some(trouble))
            }
            _ => (bytes, None),
        }
    }

    /// Whether a piece is lost that comes after so many bytes of one burst: output that is fast gets lost on the way.
    pub fn loses(&self, burst: usize, piece: usize) -> bool {
        let Some(beyond) = (burst + piece).checked_sub(SURE).filter(|beyond| *beyond > 0) else { return false };
        let is_sure_to_be = burst / ALWAYS_LOST < (burst + piece) / ALWAYS_LOST;
        let is_lost = self.rolls(piece.min(beyond)) || is_sure_to_be;
        self.losses.fetch_add(usize::from(is_lost), Ordering::SeqCst);
        is_lost
    }

    /// Whether chance hits so many bytes: about 1% for each KB.
    pub fn rolls(&self, bytes: usize) -> bool {
        next(&mut self.chance.lock().unwrap()) % 1_000 < 10 * (bytes as u64).div_ceil(1_024)
    }

    /// How many pieces were lost so far.
    pub fn losses(&self) -> usize {
        self.losses.load(Ordering::SeqCst)
    }
}

/// Chance that can be had again: the same seed, the same losses.
pub fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut mixed = *state;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}
