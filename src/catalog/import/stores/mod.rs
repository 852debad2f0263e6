//! The stores, one file for each format. What must hold: one app is held at a time, and each app of a store is told once,
//! taken or refused.

mod bigbear;
mod casaos;
mod compose;
mod portainer;
mod recipes;
mod runtipi;
mod umbrel;
mod walk;

pub use compose::compose;

use self::walk::Walk;
use super::{Format, Outcome, StoreFault, detect};
use crate::catalog::files::Files;

pub fn read(
    files: &mut impl Files,
    format: Option<Format>,
    mut each: impl FnMut(Outcome),
) -> Result<Format, StoreFault> {
    let mut walk = Walk::of(files, &mut each);
    let format = match format.or_else(|| detect(walk.files.entries())) {
        Some(format) => format,
        None => alone(&mut walk)?,
    };
    match format {
        Format::Recipes => recipes::read(&mut walk),
        Format::BigBear => bigbear::read(&mut walk),
        Format::CasaOs => casaos::read(&mut walk),
        Format::Runtipi => runtipi::read(&mut walk),
        Format::Umbrel => umbrel::read(&mut walk),
        Format::Portainer => portainer::read(&mut walk)?,
        Format::Compose => compose::read(&mut walk),
    }
    Ok(format)
}

pub fn one(files: &mut impl Files, file: &str, name: &str, each: &mut impl FnMut(Outcome)) {
    compose::one(&mut Walk::of(files, each), file, name);
}

/// A single file tells by its words what it is.
fn alone(walk: &mut Walk<'_>) -> Result<Format, StoreFault> {
    let [entry] = walk.files.entries() else { return Err(StoreFault::Unknown) };
    let path = entry.path.clone();
    let text =
        walk.text(&path).map_err(|stop| StoreFault::Bad { file: super::words::line(&path, 200), why: stop.why })?;
    let begin = text.trim_start_matches('\u{feff}').trim_start();
    Ok(match begin.starts_with(['{', '[']) {
        true if begin.contains("\"templates\"") || begin.starts_with('[') => Format::Portainer,
        true if begin.contains("\"services\"") => Format::Compose,
        true => Format::Recipes,
        false => Format::Compose,
    })
}
