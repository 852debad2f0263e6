//! Reads and writes `settings.toml`. What must hold: only what the operator changed is written, in its place; comments,
//! keys we do not know and values we do not understand stay as they are.

use std::{fs, io, ops::Range, path::Path};

use toml::{Table, Value};
use toml_edit::{Decor, Document, DocumentMut, Item, TableLike};

use super::{Settings, atomic};
use crate::domain::fault::{Fault, FaultCode};

/// Sections whose keys are the operator's own.
const MAPS: [&str; 1] = ["keys"];

/// The settings of a file. Where it is broken, or one of its values is, the defaults stand in and the fault says so.
pub fn load(path: &Path) -> (Settings, Option<Fault>) {
    match read(path) {
        Ok(None) => (Settings::default(), None),
        Ok(Some(text)) => match understand(&text) {
            Ok((settings, notes)) => (settings, told_of_values(path, &notes)),
            Err(fault) => (Settings::default(), Some(unread(path, fault))),
        },
        Err(why) => (Settings::default(), Some(unread(path, why))),
    }
}

/// Writes what differs from what the file says now. A file that cannot be read is not overwritten.
pub fn save(path: &Path, settings: &Settings) -> Result<(), Fault> {
    change(path, |there| changes(there, settings))
}

/// Writes what one who knew the settings as they were before has changed; what others changed meanwhile stays.
pub fn save_changes(path: &Path, before: &Settings, after: &Settings) -> Result<(), Fault> {
    change(path, |_| changes(before, after))
}

/// What the file says now, and on top of it what was changed. Of a file that cannot be read nothing is taken.
pub fn with_changes(path: &Path, before: &Settings, after: &Settings) -> Settings {
    let text = read(path).map(Option::unwrap_or_default);
    let Ok((there, _)) = text.and_then(|text| understand(&text)) else { return after.clone() };
    let changes = changes(before, after);
    let wanted: Vec<Wanted> =
        changes.iter().map(|(section, key, value)| (section.as_str(), key.as_str(), value.as_ref())).collect();
    take_all(there, &wanted).0
}

/// The same, borrowed.
type Wanted<'a> = (&'a str, &'a str, Option<&'a Value>);

/// Takes every change that makes sense; what was refused in the end is given back by its place, with the reason. One may
/// only make sense beside another that comes later: what is refused is tried again until none more is taken.
fn take_all(mut settings: Settings, wanted: &[Wanted]) -> (Settings, Vec<(usize, String)>) {
    let mut left: Vec<usize> = (0..wanted.len()).collect();
    loop {
        let mut refused = Vec::new();
        for at in &left {
            let (section, key, value) = wanted[*at];
            match with(&settings, section, key, value) {
                Ok(better) => settings = better,
                Err(why) => refused.push((*at, why)),
            }
        }
        if refused.len() == left.len() {
            return (settings, refused);
        }
        left = refused.iter().map(|(at, _)| *at).collect();
    }
}

/// A setting that is to be another one, or that is no more: section, key, value.
type Entry<V = Value> = (String, String, V);

fn change(path: &Path, what: impl FnOnce(&Settings) -> Vec<Entry<Option<Value>>>) -> Result<(), Fault> {
    let refused = |why: String| unwritten(path, why, "mend the file, or move it aside and save again");
    let text = read(path).map_err(refused)?.unwrap_or_default();
    let (before, _) = understand(&text).map_err(refused)?;
    let mut document: DocumentMut = text.parse().map_err(|error| refused(place(&text, &error)))?;
    let there = entries(&before);
    let is_there = |(section, key, value): &Entry<Option<Value>>| {
        let known = there.iter().find(|entry| (&entry.0, &entry.1) == (section, key));
        known.map(|entry| &entry.2) == value.as_ref()
    };
    for (section, key, value) in what(&before).into_iter().filter(|change| !is_there(change)) {
        match value {
            Some(value) => write(&mut document, &section, &key, &value),
            None => erase(&mut document, &section, &key),
        }
    }
    let after = document.to_string();
    if after == text {
        return Ok(());
    }
    let failed = |error: io::Error| {
        unwritten(path, error.to_string(), "check the rights of its folder and the room on its disk")
    };
    atomic::write(path, after.as_bytes()).map_err(failed)
}

pub(super) fn read(path: &Path) -> Result<Option<String>, String> {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error.to_string()),
    };
    String::from_utf8(bytes).map(Some).map_err(|error| {
        let good = error.utf8_error().valid_up_to();
        let line = error.as_bytes()[..good].iter().filter(|byte| **byte == b'\n').count() + 1;
        format!("line {line} is not UTF-8 text")
    })
}

/// What the file says, each value by itself: one that makes no sense is noted, and its default holds.
pub(super) fn understand(text: &str) -> Result<(Settings, Vec<String>), String> {
    let document = Document::parse(text).map_err(|error| place(text, &error))?;
    let found: Table = toml::from_str(text).map_err(|error| error.message().to_owned())?;
    let (mut named_here, mut notes) = (Vec::new(), Vec::new());
    let known = entries(&Settings::default()).into_iter().map(|(section, key, _)| (section, key));
    let line =
        |section: &str, key: &str| line_of(text, document.get(section).and_then(|part| part.get(key).or(Some(part))));
    for (section, key) in known.chain(named(&found)) {
        let Some(part) = found.get(&section) else { continue };
        match part.as_table().map(|part| part.get(&key)) {
            Some(Some(value)) => named_here.push((section, key, value)),
            Some(None) => {}
            None => notes.push(format!("{}{section} is not a table", line(&section, &key))),
        }
    }
    notes.dedup();
    let wanted: Vec<Wanted> =
        named_here.iter().map(|(section, key, value)| (section.as_str(), key.as_str(), Some(*value))).collect();
    let (settings, refused) = take_all(Settings::default(), &wanted);
    notes.extend(refused.into_iter().map(|(at, why)| {
        let (section, key, _) = wanted[at];
        format!("{}{section}.{key}: {why}", line(section, key))
    }));
    Ok((settings, notes))
}

/// The same settings with one value changed, if that makes sense.
fn with(settings: &Settings, section: &str, key: &str, value: Option<&Value>) -> Result<Settings, String> {
    let mut table = Table::try_from(settings).map_err(|error| error.to_string())?;
    if let Some(Value::Table(part)) = table.get_mut(section) {
        match value {
            Some(value) => drop(part.insert(key.to_owned(), value.clone())),
            None => drop(part.remove(key)),
        }
    }
    let better: Settings = table.try_into().map_err(|error: toml::de::Error| error.message().to_owned())?;
    better.check().map(|()| better)
}

/// The keys of a section that has any, as the file has them.
fn named(found: &Table) -> Vec<(String, String)> {
    let parts = MAPS.into_iter().filter_map(|name| Some((name, found.get(name)?)));
    parts
        .flat_map(|(name, part)| match part.as_table() {
            Some(part) => part.keys().map(|key| (name.to_owned(), key.clone())).collect(),
            None => vec![(name.to_owned(), String::new())],
        })
        .collect()
}

/// One setting, as the file would have it.
pub fn get(settings: &Settings, section: &str, key: &str) -> Option<Value> {
    let mut table = Table::try_from(settings).ok()?;
    table.get_mut(section)?.as_table_mut()?.remove(key)
}

/// The same settings with one of them changed, if that makes sense.
pub fn put(settings: &Settings, section: &str, key: &str, value: &Value) -> Result<Settings, String> {
    with(settings, section, key, Some(value))
}

/// Every setting: section, key, value.
pub(super) fn entries(settings: &Settings) -> Vec<Entry> {
    let sections = Table::try_from(settings).unwrap_or_default();
    let parts = sections.into_iter().filter_map(|(section, part)| Some((section, part.as_table()?.clone())));
    parts.flat_map(|(section, part)| part.into_iter().map(move |(key, value)| (section.clone(), key, value))).collect()
}

fn changes(before: &Settings, after: &Settings) -> Vec<Entry<Option<Value>>> {
    let (before, after) = (entries(before), entries(after));
    let is_gone = |entry: &&Entry| !after.iter().any(|kept| (&kept.0, &kept.1) == (&entry.0, &entry.1));
    let gone: Vec<_> =
        before.iter().filter(is_gone).map(|(section, key, _)| (section.clone(), key.clone(), None)).collect();
    let changed = after.into_iter().filter(|entry| !before.contains(entry));
    changed.map(|(section, key, value)| (section, key, Some(value))).chain(gone).collect()
}

fn erase(document: &mut DocumentMut, section: &str, key: &str) {
    let Some(part) = document.get_mut(section).and_then(Item::as_table_like_mut) else { return };
    let said = comments(part, key);
    let next = part.iter().skip_while(|(name, _)| *name != key).nth(1).map(|(name, _)| name.to_owned());
    part.remove(key);
    if said.is_empty() {
        return;
    }
    // What was written around it stays, before what comes next.
    match next.and_then(|next| part.key_mut(&next).map(|mut key| put_before(&said, key.leaf_decor_mut()))) {
        Some(()) => {}
        None => {
            let trailing = document.trailing().as_str().unwrap_or_default().to_owned();
            document.set_trailing(format!("{said}{trailing}"));
        }
    }
}

fn put_before(said: &str, decor: &mut Decor) {
    let before = decor.prefix().and_then(|prefix| prefix.as_str()).unwrap_or_default().to_owned();
    decor.set_prefix(format!("{said}{before}"));
}

/// The comments before a key and behind its value, each on a line of its own.
fn comments(part: &dyn TableLike, key: &str) -> String {
    let before = part.key(key).and_then(|key| key.leaf_decor().prefix()).and_then(|prefix| prefix.as_str());
    let value = part.get(key).and_then(Item::as_value);
    let behind = value.and_then(|value| value.decor().suffix()).and_then(|suffix| suffix.as_str());
    let lines = [before, behind].into_iter().flatten().flat_map(str::lines).map(str::trim);
    lines.filter(|line| line.starts_with('#')).map(|line| format!("{line}\n")).collect()
}

fn write(document: &mut DocumentMut, section: &str, key: &str, value: &Value) {
    let value = edited(value);
    let part = document.entry(section).or_insert_with(toml_edit::table);
    if !part.is_table_like() {
        *part = toml_edit::table();
    }
    let Some(part) = part.as_table_like_mut() else { return };
    match part.get_mut(key).and_then(Item::as_value_mut) {
        Some(old) => {
            let decor = old.decor().clone();
            *old = value;
            *old.decor_mut() = decor;
        }
        None => {
            part.insert(key, Item::Value(value));
        }
    }
}

fn edited(value: &Value) -> toml_edit::Value {
    match value {
        Value::Boolean(value) => (*value).into(),
        Value::Integer(value) => (*value).into(),
        // Ours are 32 bits wide: 0.3 is to stand there as 0.3, not as the nearest 64 bits.
        Value::Float(value) => (*value as f32).to_string().parse().unwrap_or(*value).into(),
        Value::String(value) => value.as_str().into(),
        Value::Array(values) => toml_edit::Value::Array(values.iter().map(edited).collect()),
        other => other.to_string().into(),
    }
}

fn line_of(text: &str, item: Option<&Item>) -> String {
    match item.and_then(Item::span) {
        Some(Range { start, .. }) => format!("line {}: ", line_and_column(text, start).0),
        None => String::new(),
    }
}

fn line_and_column(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    (line, column)
}

pub(super) fn place(text: &str, error: &toml_edit::TomlError) -> String {
    let (line, column) = line_and_column(text, error.span().map_or(0, |span| span.start));
    format!("line {line}, column {column}: {}", error.message())
}

pub(super) fn unread(path: &Path, why: String) -> Fault {
    Fault::lasting(
        FaultCode::Usage,
        format!("the settings in {} were not read, the defaults are used", path.display()),
        why,
        "mend the file, or move it aside to begin with a new one; it was not changed",
    )
}

pub(super) fn told_of_values(path: &Path, notes: &[String]) -> Option<Fault> {
    (!notes.is_empty()).then(|| {
        Fault::lasting(
            FaultCode::Usage,
            format!("some settings in {} were not taken, their defaults are used", path.display()),
            notes.join("; "),
            "mend those lines; the file was not changed",
        )
    })
}

pub(super) fn unwritten(path: &Path, why: String, remedy: &str) -> Fault {
    Fault::lasting(FaultCode::Failed, format!("the settings were not saved to {}", path.display()), why, remedy)
}
