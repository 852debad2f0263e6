//! Whether a guest is still the app that our books say it is. What must hold: one that says it is somebody else's is
//! nobody's app here, and one that lost nothing but its line stays what it was.

use super::Options;
use crate::domain::ids::AppId;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    Ours,
    Somebody,
}

/// Another app's line, or none where there was one and a host name, a disk or a network card of somebody else.
pub fn whose(app: &AppId, before: Option<&Options>, now: &Options) -> Whose {
    match now.app() {
        Some(named) if named == *app => return Whose::Ours,
        Some(_) => return Whose::Somebody,
        None => {}
    }
    let Some(before) = before.filter(|before| before.app().is_some()) else { return Whose::Ours };
    let differ = |of: fn(&Options) -> Option<&str>| of(before) != of(now);
    let is_other = differ(|options| options.get("hostname")) || differ(Options::root) || differ(Options::mac);
    if is_other { Whose::Somebody } else { Whose::Ours }
}
