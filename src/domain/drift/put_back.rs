//! From differences to what sets them back. What must hold: what cannot be set back is named with its reason, and what can
//! is set to exactly what it was.

use super::options::{MARKER, SECRET, is_numbered};
use crate::domain::{
    app::{App, TAG},
    care::Difference,
    plan::step::Tweak,
};

#[derive(Debug, Clone, PartialEq, Default)]
pub struct PutBack {
    pub tweaks: Vec<Tweak>,
    /// Options that stay as they are, and why.
    pub refused: Vec<(String, &'static str)>,
}

/// Who wants to set it back: root itself may set what nobody else may, not even a token of his.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Who {
    Root,
    Other,
}

fn who(login: &str) -> Who {
    if login == "root@pam" { Who::Root } else { Who::Other }
}

const ONLY_ROOT: &str = "only root@pam may set it: log in as root, or set it on the node";
const DISK: &str = "a disk never gets smaller, and another disk is another content: restore a backup";

pub fn put_back(app: &App, differences: &[Difference], login: &str) -> PutBack {
    let mut all = PutBack::default();
    for one in differences {
        match obstacle(one, login) {
            Some(why) => all.refused.push((one.option.clone(), why)),
            None => all.tweaks.push(tweak(app, one)),
        }
    }
    all
}

/// Why an option cannot be put back by this login.
pub fn obstacle(one: &Difference, login: &str) -> Option<&'static str> {
    let (who, is_root) = (who(login), who(login) == Who::Root);
    let name = one.option.as_str();
    match name {
        SECRET => Some("its values are not kept here: set them with `proximity app edit`"),
        "unprivileged" | "template" | "arch" | "ostype" => Some("Proxmox sets it once, when a container is made"),
        "rootfs" => Some(DISK),
        "features" => (!is_root && !is_nesting(one)).then_some(ONLY_ROOT),
        "hookscript" => (!is_root).then_some(ONLY_ROOT),
        _ if name.starts_with("lxc.") => Some("it is written by hand, in the file of the container on its node"),
        _ if is_numbered(name, "dev") => (!is_root).then_some(ONLY_ROOT),
        _ if is_numbered(name, "mp") => of_mount(one, who),
        _ => None,
    }
}

fn is_nesting(one: &Difference) -> bool {
    let others = |value: &Option<String>| {
        let parts = value.as_deref().unwrap_or_default().split(',');
        parts.filter(|part| !part.starts_with("nesting=") && !part.is_empty()).map(str::to_owned).collect::<Vec<_>>()
    };
    others(&one.before) == others(&one.now)
}

fn of_mount(one: &Difference, who: Who) -> Option<&'static str> {
    let source = |value: &Option<String>| value.as_deref().and_then(|text| text.split(',').next()).map(str::to_owned);
    let is_of_host = |value: &Option<String>| source(value).is_some_and(|source| source.starts_with('/'));
    if who == Who::Other && (is_of_host(&one.before) || is_of_host(&one.now)) {
        return Some(ONLY_ROOT);
    }
    let size = |value: &Option<String>| {
        value.as_deref().and_then(|text| text.split(',').find(|part| part.starts_with("size=")).map(str::to_owned))
    };
    let same_volume = source(&one.before) == source(&one.now);
    (one.before.is_some() && same_volume && size(&one.before) != size(&one.now)).then_some(DISK)
}

fn tweak(app: &App, one: &Difference) -> Tweak {
    match one.option.as_str() {
        MARKER => Tweak::Marker(Some(app.marker.clone())),
        "tags" => {
            let (before, now) = (tags(&one.before), tags(&one.now));
            let remove = now.into_iter().filter(|tag| !before.contains(tag)).collect();
            Tweak::Tagged { add: before.into_iter().chain([TAG.to_owned()]).collect(), remove }
        }
        name => Tweak::Option { name: name.to_owned(), value: one.before.clone() },
    }
}

fn tags(value: &Option<String>) -> Vec<String> {
    value.as_deref().unwrap_or_default().split(';').filter(|tag| !tag.is_empty()).map(str::to_owned).collect()
}
