//! Units as they lie in a guest's files: what they run, and whether that begins by itself.

use crate::sim::shell::files::{Files, Node};

pub const OF_PACKAGES: &str = "/usr/lib/systemd/system";
pub const OF_PEOPLE: &str = "/etc/systemd/system";

/// How a unit runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Stays,
    /// It does something and ends.
    Once,
    /// The same, and it counts as running then.
    OnceAndRemains,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// Without `.service`.
    pub name: String,
    pub about: String,
    pub path: String,
    pub kind: Kind,
    /// What it runs before, to start, and to stop, each line of it.
    pub before: Vec<String>,
    pub start: Vec<String>,
    pub stop: Vec<String>,
    pub folder: String,
    pub environment: Vec<(String, String)>,
    pub wanted_by: Option<String>,
}

impl Unit {
    pub fn whole_name(&self) -> String {
        format!("{}.service", self.name)
    }

    /// Whether a package brought it: then it is known what it does.
    pub fn is_of_package(&self) -> bool {
        self.path.starts_with(OF_PACKAGES)
    }

    fn link(&self) -> Option<String> {
        Some(format!("{OF_PEOPLE}/{}.wants/{}", self.wanted_by.as_ref()?, self.whole_name()))
    }
}

/// `x` of `x.service`.
pub fn short(name: &str) -> &str {
    name.strip_suffix(".service").unwrap_or(name)
}

pub fn find(files: &Files, name: &str) -> Option<Unit> {
    let name = short(name);
    let paths = [OF_PEOPLE, OF_PACKAGES].map(|folder| format!("{folder}/{name}.service"));
    let path = paths.into_iter().find(|path| files.has(path))?;
    Some(read(name, &path, &files.text(&path)?))
}

fn read(name: &str, path: &str, text: &str) -> Unit {
    let all = |key: &str| -> Vec<String> {
        let lines = text.lines().filter_map(|line| line.trim().split_once('='));
        lines.filter(|(one, _)| one.trim() == key).map(|(_, value)| value.trim().to_owned()).collect()
    };
    let one = |key: &str| all(key).pop();
    let remains = one("RemainAfterExit").is_some_and(|value| matches!(value.as_str(), "yes" | "true" | "1" | "on"));
    let kind = match one("Type").as_deref() {
        Some("oneshot") if remains => Kind::OnceAndRemains,
        Some("oneshot") => Kind::Once,
        _ => Kind::Stays,
    };
    let pair = |text: String| {
        let (name, value) = text.trim_matches('"').split_once('=')?;
        Some((name.to_owned(), value.to_owned()))
    };
    Unit {
        name: name.to_owned(),
        about: one("Description").unwrap_or_else(|| format!("{name}.service")),
        path: path.to_owned(),
        kind,
        before: all("ExecStartPre"),
        start: all("ExecStart"),
        stop: all("ExecStop"),
        folder: one("WorkingDirectory").unwrap_or_else(|| "/".into()),
        environment: all("Environment").into_iter().filter_map(pair).collect(),
        wanted_by: one("WantedBy"),
    }
}

pub fn is_enabled(files: &Files, unit: &Unit) -> bool {
    unit.link().is_some_and(|link| files.entry(&link).is_some())
}

/// Lays the link by which it begins by itself; tells which, if it is new.
pub fn enable(files: &mut Files, unit: &Unit) -> Option<String> {
    let link = unit.link().filter(|link| files.entry(link).is_none())?;
    files.plant(&link, Node::Link(unit.path.clone()));
    Some(link)
}

pub fn disable(files: &mut Files, unit: &Unit) -> Option<String> {
    let link = unit.link().filter(|link| files.entry(link).is_some())?;
    files.remove(&link);
    Some(link)
}

/// What begins by itself, in the order in which it does: what packages brought before what people wrote.
pub fn enabled(files: &Files) -> Vec<Unit> {
    let wanted = files.list(OF_PEOPLE).into_iter().filter(|name| name.ends_with(".wants"));
    let names = wanted.flat_map(|folder| files.list(&format!("{OF_PEOPLE}/{folder}")));
    let mut units: Vec<Unit> = names.filter_map(|name| find(files, &name)).collect();
    units.sort_by_key(|unit| (!unit.is_of_package(), unit.name.clone()));
    units.dedup();
    units
}
