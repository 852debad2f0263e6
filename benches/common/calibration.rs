//! A loop that costs the same everywhere, so that two tables from two machines can be compared.

use std::{hint::black_box, time::Instant};

pub fn milliseconds() -> f64 {
    let run = || {
        let began = Instant::now();
        let mut state = 0x9E37_79B9_7F4A_7C15_u64;
        for _ in 0..20_000_000 {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
        }
        black_box(state);
        began.elapsed().as_secs_f64() * 1000.0
    };
    (0..5).map(|_| run()).fold(f64::INFINITY, f64::min)
}
