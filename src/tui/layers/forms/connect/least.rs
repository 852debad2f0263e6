//! What a token of our own is to be good for. What must hold: what is asked for here is exactly what the next page shows,
//! command by command.

use std::time::Duration;

use super::super::{Field, Fields, Wrong};
use crate::{
    domain::moment::Moment,
    engine::{Fetching, LeastReach, LeastWish, Nights, TestReport},
};

const USER: usize = 0;
const REACH: usize = 1;
const POOL: usize = 2;
const STORAGES: usize = 3;
const BRIDGES: usize = 4;
const FETCHES: usize = 5;
const GOOD_FOR: usize = 6;
const NIGHTS: usize = 7;

const ALL: &str = "all guests";
const ONLY: &str = "only its pool";
const FETCH: &str = "fetch them";
const LEAVE: &str = "do not";
const NIGHTLY: &str = "a nightly job";
const NO_JOB: &str = "none";
/// How long a token may be good, with its days.
const SPANS: [(&str, Option<u64>); 4] =
    [("ever", None), ("a year", Some(365)), ("90 days", Some(90)), ("30 days", Some(30))];

/// What was found is offered; what is proposed is chosen.
pub fn fields(report: &TestReport) -> Fields {
    let proposed = &report.proposed;
    let mut storages: Vec<String> = report.storages.iter().map(|storage| storage.name.clone()).collect();
    let wanted = [&proposed.storage, &proposed.backups, &proposed.templates];
    let chosen: Vec<String> = wanted.into_iter().flatten().cloned().collect();
    // What is taken must be in sight, however many there are.
    storages.sort_by_key(|name| !chosen.contains(name));
    let bridges: Vec<String> = report.bridges.iter().map(|bridge| bridge.name.clone()).collect();
    let bridge: Vec<String> = proposed.bridge.iter().cloned().collect();
    Fields::of(vec![
        Field::plain("user", "name@realm").filled("proximity@pve"),
        Field::choice("it reaches", [ALL, ONLY]),
        Field::plain("pool", "of our apps; it is made where there is none")
            .filled(proposed.pool.as_deref().unwrap_or("proximity")),
        Field::many("storages", storages, &chosen),
        Field::many("bridges", bridges, &bridge),
        Field::choice("templates", [FETCH, LEAVE]),
        Field::choice("good for", SPANS.map(|(words, _)| words)),
        Field::choice("backups", [NIGHTLY, NO_JOB]),
    ])
}

pub fn pool(fields: &Fields) -> Option<&str> {
    fields.all.get(POOL).map(Field::value)
}

pub fn wish(fields: &Fields, today: Moment) -> Result<LeastWish, Wrong> {
    let value = |at: usize| fields.all[at].value();
    fit(fields)?;
    let pool = value(POOL).to_owned();
    let days = SPANS.iter().find(|(words, _)| *words == value(GOOD_FOR)).and_then(|(_, days)| *days);
    Ok(LeastWish {
        user: value(USER).into(),
        reach: if value(REACH) == ALL { LeastReach::All { pool } } else { LeastReach::Pool(pool) },
        storages: fields.all[STORAGES].chosen(),
        bridges: fields.all[BRIDGES].chosen(),
        fetches: if value(FETCHES) == FETCH { Fetching::Allowed } else { Fetching::Left },
        expires: days.map(|days| today + Duration::from_secs(days * 86_400)),
        nights: if value(NIGHTS) == NIGHTLY { Nights::Covered } else { Nights::Left },
    })
}

fn fit(fields: &Fields) -> Result<(), Wrong> {
    let value = |at: usize| fields.all[at].value();
    if value(USER).split_once('@').is_none_or(|(name, realm)| name.is_empty() || realm.is_empty()) {
        let why = "Proxmox knows users by name and realm";
        return Err(Wrong::at(USER, "this is no user", why, "write name@realm, such as proximity@pve"));
    }
    let fits = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.' | '/');
    if value(POOL).is_empty() || !value(POOL).chars().all(fits) {
        let why = "new apps come into a pool, so that rights can be given on all of them at once";
        return Err(Wrong::at(POOL, "this is no name of a pool", why, "use letters, digits, dots and dashes"));
    }
    if fields.all[STORAGES].chosen().is_empty() {
        let why = "an app needs a place for its disk";
        return Err(Wrong::at(STORAGES, "no storage is chosen", why, "choose one at least: Space takes it"));
    }
    Ok(())
}
