//! The sources of recipes in `settings.toml`: `[[sources]]`, each with name, url, ref and commit. What must hold: a source
//! that makes no sense hides no other, and what else stands in the file stays as it is.

use std::path::Path;

use toml_edit::{ArrayOfTables, DocumentMut, Item, Table, value};

use super::{
    atomic,
    file::{self, told_of_values},
};
use crate::domain::{
    catalog::{Branch, Pin, Source, SourceName, SourceUrl},
    fault::Fault,
};

/// Those that make sense, in the order of the file, and what is to be said of the others.
pub fn sources(path: &Path) -> (Vec<Source>, Option<Fault>) {
    let document = match open(path) {
        Ok(document) => document,
        Err(why) => return (Vec::new(), Some(file::unread(path, why))),
    };
    let (mut sources, mut notes) = (Vec::<Source>::new(), Vec::new());
    let tables = match document.get("sources") {
        None => return (sources, None),
        Some(item) => tables(item),
    };
    let Some(tables) = tables else {
        notes.push("sources: write each source under [[sources]]".to_owned());
        return (sources, told_of_values(path, &notes));
    };
    for (at, table) in tables.iter().enumerate() {
        match understood(table) {
            Ok(source) if sources.iter().any(|other| other.name == source.name) => {
                notes.push(format!("source {}: `{}` is there twice", at + 1, source.name));
            }
            Ok(source) => sources.push(source),
            Err(why) => notes.push(format!("source {}: {why}", at + 1)),
        }
    }
    (sources, told_of_values(path, &notes))
}

/// Also `sources = [{ name = … }]`.
fn tables(item: &Item) -> Option<Vec<Table>> {
    if let Some(tables) = item.as_array_of_tables() {
        return Some(tables.iter().cloned().collect());
    }
    let array = item.as_array()?;
    array.iter().map(|value| Some(value.as_inline_table()?.clone().into_table())).collect()
}

fn understood(table: &Table) -> Result<Source, String> {
    let text = |key: &str| match table.get(key) {
        None => Ok(None),
        Some(item) => item.as_str().map(Some).ok_or_else(|| format!("{key}: it is no text")),
    };
    let needed = |key: &str| text(key)?.ok_or_else(|| format!("{key} is missing"));
    let told = |key: &'static str| move |why: String| format!("{key}: {why}");
    Ok(Source {
        name: SourceName::new(needed("name")?).map_err(told("name"))?,
        url: SourceUrl::new(needed("url")?).map_err(told("url"))?,
        branch: text("ref")?.map(Branch::new).transpose().map_err(told("ref"))?,
        pin: text("commit")?.map(Pin::new).transpose().map_err(told("commit"))?,
    })
}

/// At the end of the file, or in the place of the one of its name.
pub fn put_source(path: &Path, source: &Source) -> Result<(), Fault> {
    change(path, |tables| {
        let found = tables.iter_mut().find(|table| is_called(table, &source.name));
        match found {
            Some(table) => fill(table, source),
            None => {
                let mut table = Table::new();
                fill(&mut table, source);
                tables.push(table);
            }
        }
    })
}

pub fn remove_source(path: &Path, name: &SourceName) -> Result<(), Fault> {
    change(path, |tables| tables.retain(|table| !is_called(table, name)))
}

fn is_called(table: &Table, name: &SourceName) -> bool {
    table.get("name").and_then(Item::as_str) == Some(name.as_str())
}

fn fill(table: &mut Table, source: &Source) {
    set(table, "name", Some(source.name.as_str()));
    set(table, "url", Some(source.url.as_str()));
    set(table, "ref", source.branch.as_ref().map(Branch::as_str));
    set(table, "commit", source.pin.as_ref().map(Pin::as_str));
}

/// What is right already is left with the comment behind it.
fn set(table: &mut Table, key: &str, text: Option<&str>) {
    if table.get(key).and_then(Item::as_str) == text {
        return;
    }
    let Some(text) = text else {
        table.remove(key);
        return;
    };
    match table.get_mut(key).and_then(Item::as_value_mut) {
        Some(old) => {
            let decor = old.decor().clone();
            *old = text.into();
            *old.decor_mut() = decor;
        }
        None => {
            table.insert(key, value(text));
        }
    }
}

fn change(path: &Path, change: impl FnOnce(&mut ArrayOfTables)) -> Result<(), Fault> {
    let refused = |why: String| file::unwritten(path, why, "mend the file, or move it aside and try again");
    let mut document = open(path).map_err(refused)?;
    let before = document.to_string();
    let item = document.entry("sources").or_insert(Item::ArrayOfTables(ArrayOfTables::new()));
    if item.as_array_of_tables().is_none() {
        let rows = tables(item).ok_or_else(|| refused("`sources` in it is no list of tables".to_owned()))?;
        *item = Item::ArrayOfTables(rows.into_iter().collect());
    }
    let Some(rows) = item.as_array_of_tables_mut() else { return Ok(()) };
    change(rows);
    if rows.is_empty() {
        document.remove("sources");
    }
    let after = document.to_string();
    if after == before {
        return Ok(());
    }
    atomic::write(path, after.as_bytes()).map_err(|error| {
        file::unwritten(path, error.to_string(), "check the rights of its folder and the room on its disk")
    })
}

fn open(path: &Path) -> Result<DocumentMut, String> {
    let text = file::read(path)?.unwrap_or_default();
    text.parse().map_err(|error| file::place(&text, &error))
}
