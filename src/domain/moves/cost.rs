//! What a move costs: bytes over the network and seconds that an app is off. What must hold: what earlier moves took is
//! believed over what we state, and nothing is promised of what is only a guess.

use serde::{Deserialize, Serialize};

use super::Manner;
use crate::domain::placement::size;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Cost {
    /// Seconds that it is off; nothing of one that is off anyway.
    pub downtime: u64,
    /// Bytes of volumes that only its node has.
    pub copied: u64,
}

impl Cost {
    /// `off for about 40 s, 8 GB copied`
    pub fn words(self, manner: Manner) -> String {
        let off = match manner {
            Manner::Off => "it is off and stays off".to_owned(),
            Manner::Restarted => format!("stopped and started again, off for about {}", lasting(self.downtime)),
        };
        format!("{off}, {}", self.copied_words())
    }

    /// The same in a few words: `off about 40 s, 8 GB copied`
    pub fn brief(self, manner: Manner) -> String {
        let off = match manner {
            Manner::Off => "stays off".to_owned(),
            Manner::Restarted => format!("off about {}", lasting(self.downtime)),
        };
        format!("{off}, {}", self.copied_words())
    }

    pub fn copied_words(self) -> String {
        match self.copied {
            0 => "nothing copied".into(),
            bytes => format!("{} copied", size(bytes)),
        }
    }
}

/// `40 s`, `3 min`, `2 h`
pub fn lasting(seconds: u64) -> String {
    match seconds {
        0..=90 => format!("{seconds} s"),
        91..=5_400 => format!("{} min", seconds.div_ceil(60)),
        _ => format!("{} h", seconds.div_ceil(3_600)),
    }
}

/// How quickly containers of a host move.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// Bytes a second.
    pub rate: u64,
    /// Seconds for stopping and starting, whatever is copied.
    pub pause: u64,
}

/// Moves that copied less say nothing of the network.
const TELLING: u64 = 256 << 20;

impl Pace {
    /// A line of a gigabit, and a container of the usual kind.
    pub const STATED: Self = Self { rate: 100 << 20, pause: 20 };

    /// As earlier moves had it: bytes that each copied, and seconds that it took.
    pub fn of(past: &[(u64, u64)]) -> Self {
        let pauses = past.iter().filter(|(bytes, _)| *bytes < TELLING).map(|(_, seconds)| *seconds);
        let pause = median(pauses.collect()).unwrap_or(Self::STATED.pause).max(1);
        let rate = |(bytes, seconds): &(u64, u64)| bytes / seconds.saturating_sub(pause).max(1);
        let rates = past.iter().filter(|(bytes, _)| *bytes >= TELLING).map(rate);
        Self { rate: median(rates.collect()).unwrap_or(Self::STATED.rate).max(1), pause }
    }

    pub fn cost(self, manner: Manner, copied: u64) -> Cost {
        let downtime = match manner {
            Manner::Off => 0,
            Manner::Restarted => self.pause.saturating_add(copied.div_ceil(self.rate.max(1))),
        };
        Cost { downtime, copied }
    }
}

fn median(mut all: Vec<u64>) -> Option<u64> {
    all.sort_unstable();
    all.get(all.len() / 2).copied()
}
