//! Numbers that look random and are not: everything a simulated guest does follows from the seed, its id and the time,
//! so nothing has to be simulated second by second and two runs of one seed agree.

/// One step of splitmix64 over two numbers.
pub fn mix(seed: u64, salt: u64) -> u64 {
    let mut z = seed.wrapping_add(salt.wrapping_mul(0x9E37_79B9_7F4A_7C15)).wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// A number from 0 up to, not including, 1.
pub fn unit(seed: u64, salt: u64) -> f64 {
    (mix(seed, salt) >> 11) as f64 / (1u64 << 53) as f64
}

/// A whole number from `low` to `high`, both included.
pub fn between(seed: u64, salt: u64, low: u64, high: u64) -> u64 {
    low + mix(seed, salt) % (high - low + 1)
}

/// A number from 0 to 1 that wanders smoothly: a new value every `period` seconds, eased in between.
pub fn wander(seed: u64, seconds: f64, period: f64) -> f64 {
    let place = seconds / period;
    let (step, within) = (place.floor(), place - place.floor());
    let (from, to) = (unit(seed, step as i64 as u64), unit(seed, (step as i64).wrapping_add(1) as u64));
    let eased = within * within * (3.0 - 2.0 * within);
    from + (to - from) * eased
}

/// A rate of mean 1 that swings with the hours and minutes, and what it adds up to between two times: counters made of
/// it never run backwards.
pub struct Swing {
    waves: [Wave; 3],
}

struct Wave {
    /// How much of the rate swings with it.
    share: f64,
    /// Seconds
    period: f64,
    shift: f64,
}

impl Wave {
    /// Where in its turn it is, from 0 up to 1.
    fn place(&self, seconds: f64) -> f64 {
        let turns = seconds / self.period + self.shift;
        turns - (turns as i64) as f64
    }

    /// Two parabolas, one up and one down: nearly a sine, and far cheaper.
    fn height(&self, seconds: f64) -> f64 {
        let place = self.place(seconds);
        let arch = |place: f64| 16.0 * place * (0.5 - place);
        if place < 0.5 { arch(place) } else { -arch(place - 0.5) }
    }

    /// What its heights add up to since its turn began, in turns.
    fn area(&self, seconds: f64) -> f64 {
        let place = self.place(seconds);
        let arch = |place: f64| place * place * (4.0 - 16.0 / 3.0 * place);
        if place < 0.5 { arch(place) } else { 1.0 / 3.0 - arch(place - 0.5) }
    }
}

impl Swing {
    pub fn of(seed: u64) -> Self {
        let wave = |salt: u64, share: f64, period: f64| Wave {
            share,
            period: period * (0.8 + 0.4 * unit(seed, salt)),
            shift: unit(seed, salt + 1),
        };
        Self { waves: [wave(11, 0.45, 86_400.0), wave(13, 0.35, 900.0), wave(17, 0.18, 70.0)] }
    }

    pub fn rate(&self, seconds: f64) -> f64 {
        1.0 + self.waves.iter().map(|wave| wave.share * wave.height(seconds)).sum::<f64>()
    }

    pub fn total(&self, from: f64, to: f64) -> f64 {
        let swung = |wave: &Wave| wave.share * wave.period * (wave.area(to) - wave.area(from));
        (to - from + self.waves.iter().map(swung).sum::<f64>()).max(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_counter_never_runs_backwards() {
        for seed in 0..50 {
            let swing = Swing::of(seed);
            let mut before = 0.0;
            for step in 1..2_000 {
                let now = swing.total(0.0, f64::from(step) * 7.0);
                assert!(now >= before, "seed {seed} step {step}: {before} then {now}");
                assert!(swing.rate(f64::from(step)) > 0.0);
                before = now;
            }
        }
    }

    #[test]
    fn a_total_is_what_the_rate_adds_up_to() {
        let (swing, from) = (Swing::of(3), 1_795_176_000.0);
        let sum: f64 = (0..36_000).map(|tenth| swing.rate(from + f64::from(tenth) / 10.0) / 10.0).sum();
        let total = swing.total(from, from + 3_600.0);
        assert!((sum - total).abs() < 1.0, "{sum} {total}");
    }

    #[test]
    fn wandering_stays_between_nothing_and_all() {
        for step in 0..10_000 {
            let value = wander(7, f64::from(step) * 3.3, 60.0);
            assert!((0.0..=1.0).contains(&value));
        }
    }
}
