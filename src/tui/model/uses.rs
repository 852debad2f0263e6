//! How often things were chosen in the palette. What must hold: what was used lately weighs more than what was used often
//! long ago.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::memory::Remembered;
use crate::domain::moment::Moment;

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Uses(BTreeMap<String, Use>);

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Use {
    weight: f32,
    at: i64,
}

/// After so long a use weighs half.
const HALF: f32 = 7.0 * 86_400_000.0;
/// So many things are kept, the lightest go first.
const KEPT: usize = 300;

impl Remembered for Uses {
    const NAME: &'static str = "palette";
}

impl Uses {
    pub fn note(&mut self, thing: &str, now: Moment) {
        let weight = self.weight(thing, now) + 1.0;
        self.0.insert(thing.to_owned(), Use { weight, at: now.0 });
        while self.0.len() > KEPT {
            let weigh = |thing: &String| self.weight(thing, now);
            let lightest = self.0.keys().min_by(|a, b| weigh(a).total_cmp(&weigh(b))).cloned();
            self.0.remove(&lightest.unwrap_or_default());
        }
    }

    /// 0 for what was never used.
    pub fn weight(&self, thing: &str, now: Moment) -> f32 {
        self.0.get(thing).map_or(0.0, |used| {
            let age = (now.0 - used.at).max(0) as f32;
            used.weight * 0.5_f32.powf(age / HALF)
        })
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_used_lately_weighs_more_than_what_was_used_often_long_ago() {
        let (mut uses, day) = (Uses::default(), 86_400_000);
        for n in 0..5 {
            uses.note("old", Moment(n));
        }
        uses.note("new", Moment(30 * day));
        let now = Moment(31 * day);
        assert!(uses.weight("new", now) > uses.weight("old", now));
        assert!(uses.weight("old", Moment(5)) > uses.weight("new", Moment(5)) - 1.0);
        for n in 0..500 {
            uses.note(&n.to_string(), now);
        }
        assert!(uses.weight("old", now) == 0.0 && uses.weight("499", now) > 0.9);
    }
}
