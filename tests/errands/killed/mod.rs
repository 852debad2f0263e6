//! The program killed at any message and started again. What must hold: whatever was asked for is whole in the end, or
//! nothing of it is there. A sample in `cargo test`; `PROXIMITY_FULL=1` plays 200 rounds, `PROXIMITY_SEED=n` what one seed
//! decides.

mod chance;
mod picture;
pub mod relay;
mod round;
pub mod world;

use std::{collections::BTreeMap, sync::Arc};

use futures_util::{StreamExt, stream};
use tokio::{runtime::Handle, sync::OnceCell};

use self::round::{Came, Patience, SCENES, Told, Whole};
use self::world::World;

const ALL: u64 = 200;
/// Of the scenes that take little time, one each.
const SAMPLE: std::ops::RangeInclusive<u64> = 7..=10;

fn is_full() -> bool {
    std::env::var_os("PROXIMITY_FULL").is_some()
}

fn seeds() -> Vec<u64> {
    match std::env::var("PROXIMITY_SEED").ok().and_then(|seed| seed.parse().ok()) {
        Some(seed) => vec![seed],
        None if is_full() => (1..=ALL).collect(),
        None => SAMPLE.collect(),
    }
}

/// Rounds wait more than they work.
fn at_once() -> usize {
    std::thread::available_parallelism().map_or(2, |cores| cores.get() * 10)
}

/// Starting a program blocks, so each world has a thread for that.
pub async fn in_a_world<R: Send + 'static>(play: impl FnOnce(&World) -> R + Send + 'static) -> R {
    let runtime = Handle::current();
    let played = tokio::task::spawn_blocking(move || {
        let world = runtime.block_on(World::new());
        let result = play(&world);
        runtime.block_on(world.simulator.shutdown());
        result
    });
    played.await.unwrap()
}

type Undisturbed = Arc<[OnceCell<Whole>; SCENES.len()]>;

async fn one(seed: u64, wholes: Undisturbed) -> (u64, &'static str, Result<Told, String>) {
    let at = (seed % SCENES.len() as u64) as usize;
    let scene = &SCENES[at];
    let whole = wholes[at].get_or_init(|| in_a_world(|world| scene.undisturbed(world))).await.clone();
    println!("{}: {} of {} messages are planning", scene.name, whole.planning, whole.messages);
    let patience = if is_full() { Patience::NowAndThen } else { Patience::Never };
    (seed, scene.name, in_a_world(move |world| round::play(seed, scene, world, &whole, patience)).await)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_killed_at_any_moment_is_whole_in_the_end_or_nothing_of_it_is_there() {
    let wholes = Undisturbed::default();
    let rounds = stream::iter(seeds()).map(|seed| one(seed, wholes.clone()));
    let mut played: Vec<_> = rounds.buffer_unordered(at_once()).inspect(tell).collect().await;
    played.sort_by_key(|(seed, ..)| *seed);
    let mut numbers = BTreeMap::<(&str, Came), (usize, usize)>::new();
    for (_, scene, told) in &played {
        if let Ok(told) = told {
            let number = numbers.entry((scene, told.came)).or_default();
            *number = (number.0 + 1, number.1 + told.kills);
        }
    }
    println!("rounds and kills: {numbers:#?}");
    let wrong: Vec<_> =
        played.iter().filter_map(|(seed, scene, told)| Some((seed, scene, told.as_ref().err()?))).collect();
    let wrong: Vec<_> = wrong.iter().map(|(seed, scene, why)| format!("seed {seed}, {scene}: {why}")).collect();
    assert!(wrong.is_empty(), "{} rounds; one can be repeated by PROXIMITY_SEED:\n{}", wrong.len(), wrong.join("\n"));
}

/// The seeds of a long run, while it lasts.
fn tell((seed, scene, told): &(u64, &str, Result<Told, String>)) {
    match told {
        Ok(Told { came, kills }) => println!("seed {seed}: {scene}, killed {kills} times: {came:?}"),
        Err(why) => println!("seed {seed}: {scene}: {why}"),
    }
}
