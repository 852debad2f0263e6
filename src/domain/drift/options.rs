//! The options of a container as they are compared: each in one way of writing, and without what Proxmox changes itself.
//! What must hold: no value that may be secret is among them, and two ways to write the same are no difference.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::domain::{
    app::{Marker, TAG},
    care::Difference,
    ids::AppId,
    plan::app::BIN_TAG,
};

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Options(BTreeMap<String, String>);

/// What is said of our line in the description: whose it is.
pub const MARKER: &str = "marker";
/// Its values may be secret, so only their names are compared.
pub const SECRET: &str = "env";
/// The same by hand, in the raw keys of LXC.
const RAW_SECRET: &str = "lxc.environment";
/// Proxmox's own, and notes of the operator.
const NOT_COMPARED: [&str; 9] =
    ["digest", "lock", "parent", "snaptime", "snapstate", "vmstate", "snapshots", "lxc", "description"];
/// What an option is that is not set.
const DEFAULTS: [(&str, &str); 8] = [
    ("onboot", "0"),
    ("protection", "0"),
    ("template", "0"),
    ("unprivileged", "0"),
    ("debug", "0"),
    ("console", "1"),
    ("tty", "2"),
    ("cmode", "tty"),
];
/// The same within a list of properties.
const PLAIN: [&str; 4] = ["type=veth", "firewall=0", "link_down=0", "backup=0"];

impl Options {
    /// As Proxmox tells them.
    pub fn of(pairs: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut options: BTreeMap<String, String> = BTreeMap::new();
        for (name, value) in pairs {
            if name == "description"
                && let Some(marker) = Marker::find(&value)
            {
                options.insert(MARKER.into(), marker.app.to_string());
            }
            let Some(value) = compared(&name, &value) else { continue };
            match options.get_mut(&name) {
                // A raw key of LXC may stand there several times.
                Some(known) => *known = format!("{known}; {value}"),
                None => drop(options.insert(name, value)),
            }
        }
        Self(options)
    }

    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// Whose it says that it is.
    pub fn app(&self) -> Option<AppId> {
        self.get(MARKER).map(AppId::new)
    }

    /// The same, carrying our line for this app: what our books have seen there once.
    pub fn marked(mut self, app: &AppId) -> Self {
        self.0.insert(MARKER.into(), app.to_string());
        self
    }

    /// What differs, by name.
    pub fn differences(&self, now: &Self) -> Vec<Difference> {
        let names: BTreeSet<&String> = self.0.keys().chain(now.0.keys()).collect();
        let of = |options: &Self, name: &str| options.get(name).map(str::to_owned);
        let all = names.into_iter().map(|name| Difference {
            option: name.clone(),
            before: of(self, name),
            now: of(now, name),
        });
        all.filter(|one| one.before != one.now).collect()
    }

    /// These are what is to be from now on, but for what was found to be changed outside and still is: that stays a
    /// difference, whatever an operation of ours did beside it.
    pub fn overtaking(mut self, known: &[Difference]) -> Self {
        for one in known.iter().filter(|one| one.now.as_deref() == self.get(&one.option)).cloned().collect::<Vec<_>>() {
            match one.before {
                Some(before) => drop(self.0.insert(one.option, before)),
                None => drop(self.0.remove(&one.option)),
            }
        }
        self
    }

    /// The volume of its root disk.
    pub(super) fn root(&self) -> Option<&str> {
        self.get("rootfs")?.split(',').next()
    }

    /// The hardware address of its first card.
    pub(super) fn mac(&self) -> Option<&str> {
        self.get("net0")?.split(',').find_map(|part| part.strip_prefix("hwaddr="))
    }
}

/// Nothing where it is not compared, or is what it would be without being set.
fn compared(name: &str, value: &str) -> Option<String> {
    if NOT_COMPARED.contains(&name) || is_numbered(name, "unused") || DEFAULTS.contains(&(name, value.trim())) {
        return None;
    }
    let value = match name {
        "tags" => sorted(value.split([';', ',', ' ']).filter(|tag| *tag != TAG && *tag != BIN_TAG), ";"),
        SECRET => sorted(value.split('\0').map(name_of), ", "),
        _ if name.starts_with(RAW_SECRET) => name_of(value.trim()).to_owned(),
        "rootfs" | "features" | "startup" => properties(value),
        _ if ["mp", "net", "dev"].iter().any(|prefix| is_numbered(name, prefix)) => properties(value),
        _ => value.trim_end_matches('\n').to_owned(),
    };
    (!value.is_empty()).then_some(value)
}

fn name_of(variable: &str) -> &str {
    variable.split('=').next().unwrap_or_default()
}

fn sorted<'a>(words: impl Iterator<Item = &'a str>, between: &str) -> String {
    let words: BTreeSet<&str> = words.filter(|word| !word.is_empty()).collect();
    words.into_iter().collect::<Vec<_>>().join(between)
}

/// The first one may stand for itself; the order of the others means nothing.
fn properties(value: &str) -> String {
    let parts = value.trim().split(',').filter(|part| !part.is_empty() && !PLAIN.contains(part));
    let (own, mut others): (Vec<String>, Vec<String>) = parts.map(one_case).partition(|part| !part.contains('='));
    others.sort_unstable();
    own.into_iter().chain(others).collect::<Vec<_>>().join(",")
}

fn one_case(part: &str) -> String {
    match part.split_once('=') {
        Some(("hwaddr", address)) => format!("hwaddr={}", address.to_ascii_uppercase()),
        _ => part.to_owned(),
    }
}

pub(super) fn is_numbered(name: &str, prefix: &str) -> bool {
    let number = name.strip_prefix(prefix);
    number.is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
}
