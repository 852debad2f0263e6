//! The variables of a service, as a map or as a list.

use std::collections::BTreeMap;

use super::{
    Making,
    names::{Named, One},
};
use crate::{
    catalog::import::{notes::Stop, tree::Tree},
    domain::catalog::words,
};

/// Without a value it is taken over from outside.
pub fn pairs(service: &Tree) -> Vec<(String, Option<&str>)> {
    match service.get("environment") {
        Some(Tree::Map(pairs)) => pairs.iter().map(|(name, value)| (name.trim().to_owned(), ended(value))).collect(),
        Some(Tree::List(items)) => items.iter().filter_map(ended).map(split).collect(),
        _ => Vec::new(),
    }
}

/// A text that was written as a block ends with a line break that nobody meant.
fn ended(tree: &Tree) -> Option<&str> {
    tree.as_text().map(|text| text.trim_end_matches('\n'))
}

fn split(text: &str) -> (String, Option<&str>) {
    match text.split_once('=') {
        Some((name, value)) => (name.trim().to_owned(), Some(value)),
        None => (text.trim().to_owned(), None),
    }
}

pub fn environment(
    one: &One<'_>,
    named: &Named<'_>,
    making: &mut Making<'_, '_>,
) -> Result<BTreeMap<String, String>, Stop> {
    let mut environment = BTreeMap::new();
    for (name, value) in from_files(one, making) {
        put(&mut environment, &name, Some(&value), named, making)?;
    }
    for (name, value) in pairs(one.tree) {
        put(&mut environment, &name, value, named, making)?;
    }
    Ok(environment)
}

fn put(
    into: &mut BTreeMap<String, String>,
    name: &str,
    value: Option<&str>,
    named: &Named<'_>,
    making: &mut Making<'_, '_>,
) -> Result<(), Stop> {
    if name.is_empty() {
        return Ok(());
    }
    if !words::is_variable(name) {
        making.notes.say(format!("the variable {name}: no shell knows such a name, so it is not set"));
        return Ok(());
    }
    if value.is_some_and(|value| value.contains(char::is_control)) {
        making.notes.say(format!("the variable {name}: its value has several lines, so it is not set"));
        return Ok(());
    }
    let value = value.map(|value| named.hosts.renamed(name, value));
    let value = making.settings.environment(name, value.as_deref())?;
    into.insert(name.to_owned(), value);
    Ok(())
}

/// Those of files with a line for each variable, where the store has them.
fn from_files(one: &One<'_>, making: &mut Making<'_, '_>) -> Vec<(String, String)> {
    let Some(files) = one.tree.get("env_file") else { return Vec::new() };
    let paths: Vec<String> = match files {
        Tree::List(items) => {
            items.iter().filter_map(|item| item.as_text().or_else(|| item.word("path"))).map(str::to_owned).collect()
        }
        one => one.as_text().map(str::to_owned).into_iter().collect(),
    };
    let mut pairs = Vec::new();
    for path in paths {
        let plain = making.settings.plain(&path).ok().flatten().unwrap_or_default();
        let relative = super::places::own(&plain);
        let text =
            relative.filter(|relative| making.beside.has(relative)).map(|relative| making.beside.text(&relative));
        match text {
            Some(Ok(text)) => pairs.extend(text.lines().filter_map(pair)),
            _ => making
                .notes
                .say(format!("service {}: the variables in {path} are not known; set them yourself", one.key)),
        }
    }
    pairs
}

fn pair(line: &str) -> Option<(String, String)> {
    let (name, value) = line.trim().strip_prefix("export ").unwrap_or(line.trim()).split_once('=')?;
    let value = value.trim();
    let bare = ['"', '\''].iter().find_map(|quote| value.strip_prefix(*quote)?.strip_suffix(*quote)).unwrap_or(value);
    words::is_variable(name).then(|| (name.to_owned(), bare.to_owned()))
}
