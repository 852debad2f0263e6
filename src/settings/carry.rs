//! Settings that go from one place to another as a file. What must hold: no secret leaves with them, nothing is taken of a
//! file in which anything is broken, and what was there before is kept beside it.

use std::{
    fs,
    path::{Path, PathBuf},
};

use toml::{Table, Value};

use super::{
    Settings, atomic,
    file::{self, entries, understand},
};
use crate::domain::fault::{Fault, FaultCode};

/// Whoever knows these may read along, or write there.
const SECRET: [(&str, &str); 2] = [("alerts", "webhook"), ("alerts", "ntfy")];

pub(super) fn is_secret(section: &str, key: &str) -> bool {
    SECRET.contains(&(section, key))
}

/// As much of an address as anybody may see.
pub(super) fn host_alone(address: &str) -> String {
    let Some((scheme, rest)) = address.split_once("://") else { return "…".into() };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    format!("{scheme}://{}/…", host.rsplit('@').next().unwrap_or_default())
}

/// One setting that would be another one.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    pub section: String,
    pub key: String,
    pub before: Option<Value>,
    pub after: Option<Value>,
}

impl Difference {
    /// `look.theme: "dark" → "light"`
    pub fn words(&self) -> String {
        let word = |value: &Option<Value>| match value {
            None => "—".into(),
            Some(Value::String(text)) if !text.is_empty() && is_secret(&self.section, &self.key) => {
                format!("\"{}\"", host_alone(text))
            }
            Some(value) => value.to_string(),
        };
        format!("{}.{}: {} → {}", self.section, self.key, word(&self.before), word(&self.after))
    }
}

/// All of them as a file would have them, without what is a secret.
pub fn exported(settings: &Settings) -> String {
    let mut table = Table::try_from(settings).unwrap_or_default();
    for (section, key) in SECRET {
        if let Some(part) = table.get_mut(section).and_then(Value::as_table_mut) {
            part.remove(key);
        }
    }
    round(&mut table);
    let text = toml::to_string(&table).unwrap_or_default();
    format!("# Settings of Proximity; take them over with `proximity settings import FILE`.\n\n{text}")
}

/// Ours are 32 bits wide: 0.3 is to stand there as 0.3.
fn round(table: &mut Table) {
    for (_, value) in table.iter_mut() {
        match value {
            Value::Table(part) => round(part),
            Value::Float(float) => *float = (*float as f32).to_string().parse().unwrap_or(*float),
            _ => {}
        }
    }
}

/// What the settings would be with those of a file: what it does not name stays.
pub fn imported(now: &Settings, path: &Path) -> Result<Settings, Fault> {
    let broken = |why: String, remedy: &str| {
        let what = format!("the settings in {} were not taken", path.display());
        Fault::lasting(FaultCode::Usage, what, why, remedy)
    };
    let text = match file::read(path) {
        Ok(Some(text)) => text,
        Ok(None) => return Err(broken("there is no such file".into(), "name a file that was exported before")),
        Err(why) => return Err(broken(why, "check the file and its rights")),
    };
    let (theirs, notes) = understand(&text).map_err(|why| broken(why, "mend the file; nothing was changed"))?;
    if !notes.is_empty() {
        return Err(broken(notes.join("; "), "mend those lines; nothing was changed"));
    }
    let named: Table = toml::from_str(&text).unwrap_or_default();
    let strange = strange(&named);
    if !strange.is_empty() {
        let why = format!("nobody knows {}", strange.join(", "));
        return Err(broken(why, "take those lines out, or look whether the file is of a newer Proximity"));
    }
    merged(now, &theirs, &named).map_err(|why| broken(why, "mend those lines; nothing was changed"))
}

/// What stands in a file and is no setting. Sources of recipes stand beside them.
fn strange(named: &Table) -> Vec<String> {
    let known = Table::try_from(Settings::default()).unwrap_or_default();
    let mut strange = Vec::new();
    for (section, part) in named.iter().filter(|(section, _)| *section != "sources" && *section != "keys") {
        match (known.get(section).and_then(Value::as_table), part.as_table()) {
            (Some(ours), Some(part)) => {
                strange
                    .extend(part.keys().filter(|key| !ours.contains_key(*key)).map(|key| format!("{section}.{key}")));
            }
            _ => strange.push(section.clone()),
        }
    }
    strange
}

fn merged(now: &Settings, theirs: &Settings, named: &Table) -> Result<Settings, String> {
    let mut table = Table::try_from(now).map_err(|error| error.to_string())?;
    for (section, key, value) in entries(theirs) {
        let Some(part) = named.get(&section).and_then(Value::as_table) else { continue };
        let Some(ours) = table.get_mut(&section).and_then(Value::as_table_mut) else { continue };
        if part.contains_key(&key) {
            ours.insert(key, value);
        }
    }
    if let Some(Value::Table(keys)) = table.get_mut("keys").filter(|_| named.contains_key("keys")) {
        keys.retain(|key, _| theirs.keys.0.contains_key(key));
    }
    let all: Settings = table.try_into().map_err(|error: toml::de::Error| error.message().to_owned())?;
    all.check().map(|()| all)
}

pub fn difference(before: &Settings, after: &Settings) -> Vec<Difference> {
    let (before, after) = (entries(before), entries(after));
    let of = |all: &[(String, String, Value)], section: &str, key: &str| {
        all.iter().find(|entry| entry.0 == section && entry.1 == key).map(|entry| entry.2.clone())
    };
    let mut names: Vec<_> = before.iter().chain(&after).map(|(section, key, _)| (section, key)).collect();
    names.sort();
    names.dedup();
    let differences = names.into_iter().map(|(section, key)| Difference {
        before: of(&before, section, key),
        after: of(&after, section, key),
        section: section.clone(),
        key: key.clone(),
    });
    differences.filter(|difference| difference.before != difference.after).collect()
}

/// Writes an export; what lies there already is not overwritten.
pub fn export(path: &Path, settings: &Settings) -> Result<PathBuf, Fault> {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    if path.exists() {
        return Err(file::unwritten(&path, "there is a file of that name".into(), "choose another name"));
    }
    atomic::write(&path, exported(settings).as_bytes()).map_err(|error| {
        file::unwritten(&path, error.to_string(), "check the rights of its folder and the room on its disk")
    })?;
    Ok(path)
}

/// Writes what was taken over; the file as it was lies beside it, under the name that is given back.
pub fn replace(path: &Path, before: &Settings, after: &Settings) -> Result<Option<PathBuf>, Fault> {
    let kept = keep_copy(path)?;
    file::save_changes(path, before, after)?;
    Ok(kept)
}

/// Every copy stays: the next one has a number of its own.
pub fn keep_copy(path: &Path) -> Result<Option<PathBuf>, Fault> {
    let Ok(bytes) = fs::read(path) else { return Ok(None) };
    let name = |n: u32| path.with_extension(if n == 1 { "before.toml".into() } else { format!("before-{n}.toml") });
    let free = (1..).map(name).find(|path| !path.exists()).unwrap_or_else(|| name(1));
    // A copy says all that the original says, and is seen by no more people.
    let rights = fs::metadata(path).ok().map(|original| original.permissions());
    atomic::write_with(&free, &bytes, rights).map_err(|error| {
        file::unwritten(&free, error.to_string(), "check the rights of its folder and the room on its disk")
    })?;
    Ok(Some(free))
}
