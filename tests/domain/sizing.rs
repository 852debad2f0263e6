//! Laws of right-sizing: nothing is proposed that the week would not have fitted into, and who does as proposed is told
//! nothing more.

use std::time::Duration;

use proptest::prelude::*;
use proximity::domain::{
    moment::Moment,
    plan::change::Sizes,
    sizing::{Bounds, Given, Used, judge},
};

fn bounds(least: u64, cores: u32) -> Bounds {
    Bounds { least: Given { cores: 1, memory: least }, most_cores: Some(cores), room: None, now: 0 }
}

/// A week in half hours.
fn week(reading: impl Fn(u64) -> (f32, u64)) -> Vec<Used> {
    let at = |number: u64| Moment(0) + Duration::from_secs(number * 1_800);
    (0..336)
        .map(|number| {
            let (cpu, memory) = reading(number);
            Used { at: at(number), cpu: Some(cpu), memory: Some(memory) }
        })
        .collect()
}

#[test]
fn what_is_not_used_is_proposed_to_go_with_headroom() {
    let verdict = judge(Given { cores: 4, memory: 8_192 }, &week(|_| (0.1, 1_000)), &bounds(512, 16)).unwrap();
    assert_eq!(verdict.to, Sizes { cores: Some(1), memory: Some(1_280), ..Sizes::default() });
    assert_eq!((verdict.cpu, verdict.memory), (0.1, 1_000));
    let least = judge(Given { cores: 4, memory: 8_192 }, &week(|_| (0.1, 1_000)), &bounds(4_096, 16)).unwrap();
    assert_eq!(least.to.memory, Some(4_096), "its recipe needs that");
}

#[test]
fn one_hour_of_much_is_not_taken_away() {
    let verdict = judge(
        Given { cores: 4, memory: 8_192 },
        &week(|number| if number == 7 { (1.0, 8_000) } else { (0.05, 600) }),
        &bounds(512, 16),
    );
    assert_eq!(verdict.unwrap().to, Sizes::default());
}

#[test]
fn who_is_short_gets_more_as_far_as_the_node_goes() {
    let (given, busy) = (Given { cores: 2, memory: 1_024 }, week(|_| (0.97, 1_000)));
    let verdict = judge(given, &busy, &bounds(512, 16)).unwrap();
    assert_eq!(verdict.to, Sizes { cores: Some(3), memory: Some(1_280), ..Sizes::default() });
    let tight = Bounds { most_cores: Some(2), room: Some(100), ..bounds(512, 2) };
    assert_eq!(judge(given, &busy, &tight).unwrap().to, Sizes::default());
}

#[test]
fn less_than_a_week_tells_nothing() {
    let days = week(|_| (0.1, 600)).into_iter().take(200).collect::<Vec<_>>();
    assert_eq!(judge(Given { cores: 4, memory: 8_192 }, &days, &bounds(512, 16)), None);
    let gaps = week(|_| (0.1, 600)).into_iter().step_by(5).collect::<Vec<_>>();
    assert_eq!(judge(Given { cores: 4, memory: 8_192 }, &gaps, &bounds(512, 16)), None);
}

proptest! {
    #[test]
    fn what_is_proposed_fits_the_week_and_is_enough(
        cores in 1_u32..32,
        memory in 256_u64..65_536,
        load in prop::collection::vec((0.0_f32..1.0, 0.0_f64..1.0), 336),
        least in 128_u64..4_096,
        now in 0.0_f64..1.0,
    ) {
        let given = Given { cores, memory };
        let used = |share: f64| (share * memory as f64) as u64;
        let readings = week(|number| {
            let (cpu, share) = load[number as usize];
            (cpu, used(share))
        });
        let bounds = Bounds { now: used(now), ..bounds(least, 64) };
        let verdict = judge(given, &readings, &bounds).unwrap();
        let to = Given { cores: verdict.to.cores.unwrap_or(cores), memory: verdict.to.memory.unwrap_or(memory) };
        let peak = readings.iter().filter_map(|one| one.memory).max().unwrap().max(bounds.now);
        prop_assert!(to.memory >= memory || (to.memory >= peak && to.memory >= least && to.memory >= 512));
        let busiest = readings.iter().filter_map(|one| one.cpu).fold(0.0_f32, f32::max) * cores as f32;
        prop_assert!(to.cores >= 1 && (to.cores >= cores || to.cores as f32 >= busiest - 0.01));
        // The same work on what was proposed.
        let after: Vec<_> = readings
            .iter()
            .map(|one| Used { cpu: one.cpu.map(|cpu| (cpu * cores as f32 / to.cores as f32).min(1.0)), ..*one })
            .collect();
        let again = judge(to, &after, &bounds).unwrap();
        prop_assert_eq!(again.to, Sizes::default());
    }
}
