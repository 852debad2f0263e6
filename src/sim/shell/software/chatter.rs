//! What a program that is only simulated writes of its work. What must hold: it follows from its name and the time alone,
//! so that whoever asks twice reads the same.

use crate::{domain::moment::Moment, sim::hash::mix};

/// When it was there to write anything.
#[derive(Debug, Clone, Copy)]
pub struct Life {
    pub from: Moment,
    pub until: Moment,
    /// It was down from here to there.
    pub pause: Option<(Moment, Moment)>,
}

/// One line in so many milliseconds.
const EVERY: i64 = 6_000;
/// Nothing is said while it begins.
const AT_FIRST: i64 = 30_000;
/// What is older was turned over.
const MOST: i64 = 2_000;

pub fn lines(who: &str, life: &Life) -> Vec<(Moment, String)> {
    let seed = who.bytes().fold(7, |sum, byte| mix(sum, u64::from(byte)));
    let last = life.until.0.div_euclid(EVERY);
    let first = (life.from.0 + AT_FIRST).div_euclid(EVERY).max(last - MOST);
    (first..=last)
        .filter_map(|slot| {
            let dice = mix(seed, slot as u64);
            let at = Moment(slot * EVERY + (dice % EVERY as u64) as i64);
            let is_down = life.pause.is_some_and(|(from, until)| at >= from && at < until);
            let is_there = at.0 >= life.from.0 + AT_FIRST && at <= life.until && !is_down;
            is_there.then(|| (at, text(dice / 6_007)))
        })
        .collect()
}

fn text(dice: u64) -> String {
    const PATHS: [&str; 6] = ["/", "/health", "/api/v1/items", "/api/v1/users/me", "/assets/app.js", "/login"];
    let path = PATHS[(dice / 97) as usize % PATHS.len()];
    let took = dice / 131 % 180;
    match dice % 100 {
        0..64 => format!("INFO  GET {path} 200 in {took} ms"),
        64..74 => format!("INFO  POST {path} 204 in {took} ms"),
        74..84 => format!("DEBUG cache of {path}: {} entries, {took} kB", dice / 17 % 900),
        84..90 => format!("WARN  GET {path} took {} ms, longer than 1000 ms", 1_000 + took * 9),
        90..93 => format!("WARN  GET /favicon.ico 404 in {took} ms"),
        93..94 => "ERROR upstream closed the connection before it had answered; trying again".to_owned(),
        _ => format!(
            "INFO  job {} done in {} s",
            ["index", "cleanup", "sync", "thumbnails"][(dice / 7) as usize % 4],
            took
        ),
    }
}
