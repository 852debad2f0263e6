//! Which services an app has and what they are called. What must hold: a service that cannot be run here is refused or
//! said, never forgotten; whoever was found by a name is found again.

use std::collections::BTreeSet;

use super::{Making, environment};
use crate::catalog::import::{
    notes::{Stop, stop},
    outcome::Reason,
    tree::Tree,
    values::Hosts,
    words::slug,
};

pub struct Named<'t> {
    pub services: Vec<One<'t>>,
    pub hosts: Hosts,
}

pub struct One<'t> {
    /// As its file has it.
    pub key: String,
    /// As the recipe has it.
    pub name: String,
    pub tree: &'t Tree,
    /// It does its work once and ends.
    pub ends: bool,
}

impl Named<'_> {
    /// The recipe's name of a service, by any name it had.
    pub fn find(&self, name: &str) -> Option<&str> {
        let is_it =
            |one: &&One<'_>| one.key == name || one.tree.word("container_name") == Some(name) || one.name == name;
        self.services.iter().find(is_it).map(|one| one.name.as_str())
    }
}

/// No honest app has more.
const MOST: usize = 60;

/// The same of variables, ports, mounts and all other lists of a service.
const MOST_ITEMS: usize = 500;

pub fn named<'t>(compose: &'t Tree, making: &mut Making<'_, '_>) -> Result<Named<'t>, Stop> {
    if compose.get("include").is_some() {
        return stop(Reason::Extends, "it includes other compose files");
    }
    let services = compose.get("services").map(Tree::pairs).unwrap_or_default();
    if services.is_empty() {
        return stop(Reason::NoImage, "it has no services");
    }
    if services.len() > MOST {
        return stop(Reason::Malformed, format!("it has {} services", services.len()));
    }
    let mut named = Named { services: Vec::new(), hosts: Hosts::default() };
    let mut taken = BTreeSet::new();
    for (key, tree) in services {
        if !tree.get("profiles").map(Tree::words).unwrap_or_default().is_empty() {
            making.notes.say(format!("service {key}: it only runs when its profile is asked for"));
            continue;
        }
        can_run(key, tree)?;
        let name = name(key, tree, services, &mut taken);
        named.hosts.add(key, &name);
        if let Some(container) = tree.word("container_name") {
            named.hosts.add(container, &name);
        }
        named.services.push(One { key: key.clone(), name, tree, ends: ends(key, tree, services) });
    }
    match named.services.is_empty() {
        true => stop(Reason::NoImage, "all of its services only run when they are asked for"),
        false => Ok(named),
    }
}

fn can_run(key: &str, tree: &Tree) -> Result<(), Stop> {
    if !matches!(tree, Tree::Map(_)) {
        return stop(Reason::Malformed, format!("service {key} is no map"));
    }
    let sizes = tree.pairs().iter().map(|(_, part)| part.items().len().max(part.pairs().len()));
    if let Some(size) = sizes.max().filter(|size| *size > MOST_ITEMS) {
        return stop(Reason::Malformed, format!("service {key} has a list of {size} entries"));
    }
    if tree.get("extends").is_some() {
        return stop(Reason::Extends, format!("service {key} takes over parts of another one"));
    }
    if tree.word("image").is_none() {
        return match tree.get("build").is_some() {
            true => stop(Reason::Build, format!("the image of service {key} has to be built first")),
            false => stop(Reason::NoImage, format!("service {key} names no image")),
        };
    }
    if tree.word("network_mode").is_some_and(|mode| mode.starts_with("service:") || mode.starts_with("container:")) {
        return stop(Reason::Network, format!("service {key} shares the network of another container"));
    }
    Ok(())
}

/// The name that the others use for it, in the shape that a recipe wants.
fn name(key: &str, tree: &Tree, services: &[(String, Tree)], taken: &mut BTreeSet<String>) -> String {
    let container = tree.word("container_name").filter(|container| slug(container).as_deref() == Some(*container));
    let others = || services.iter().filter(|(other, _)| other != key).map(|(_, tree)| tree);
    let is_meant = |host: &str| others().any(|tree| means(tree, host));
    let is_key_free = |name: &str| services.iter().all(|(other, _)| other == key || other != name);
    let by_container = container.filter(|name| is_key_free(name) && is_meant(name) && !is_meant(key));
    let name = slug(by_container.unwrap_or(key)).unwrap_or_else(|| "service".to_owned());
    let numbered = (2..).map(|n| format!("{}-{n}", name.chars().take(34).collect::<String>().trim_end_matches('-')));
    let free = [name.clone()].into_iter().chain(numbered).find(|name| !taken.contains(name)).unwrap_or(name);
    taken.insert(free.clone());
    free
}

fn means(tree: &Tree, host: &str) -> bool {
    let in_variables =
        environment::pairs(tree).iter().any(|(name, value)| Hosts::is_named(host, name, value.unwrap_or_default()));
    let in_words = ["command", "entrypoint"].iter().filter_map(|part| tree.get(part)).flat_map(Tree::words);
    in_variables || in_words.into_iter().any(|text| Hosts::is_named(host, "", text))
}

/// Others wait until it has ended, or it says that it is not to be started again.
fn ends(key: &str, tree: &Tree, services: &[(String, Tree)]) -> bool {
    let waited_for = services.iter().filter_map(|(_, other)| other.get("depends_on")?.get(key)?.word("condition"));
    let mut waited_for = waited_for;
    waited_for.any(|condition| condition == "service_completed_successfully") || tree.word("restart") == Some("no")
}
