//! Rules of what a recipe says of the world around its app.

use super::{
    super::{Newest, Proof, Recipe},
    Faults, words,
};
use crate::domain::app::Method;

pub fn check(recipe: &Recipe, faults: &mut Faults) {
    if let Some(newest) = &recipe.newest {
        self::newest(newest, faults);
    }
    for depends in &recipe.depends {
        let place = format!("depends.{}", depends.recipe);
        if !words::is_slug(depends.recipe.as_str()) || depends.recipe == recipe.id {
            faults.say(&place, "name another recipe by its id");
        }
        if !words::is_line(&depends.why) {
            faults.say(&place, "say why, in one line");
        }
    }
    faults.differ("depends", recipe.depends.iter().map(|depends| depends.recipe.as_str()));
    hooks(recipe, faults);
    facts(recipe, faults);
    if let Some(imported) = &recipe.imported {
        let mut words = [&imported.format, &imported.file].into_iter().chain(&imported.left_out);
        if !words.all(|text| words::is_line(text)) {
            faults.say("imported", "each entry is one line of plain text");
        }
    }
}

fn newest(newest: &Newest, faults: &mut Faults) {
    let may_stand = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    let is_repository = |name: &str| match name.split_once('/') {
        Some((owner, name)) => [owner, name].iter().all(|part| !part.is_empty() && part.chars().all(may_stand)),
        None => false,
    };
    match newest {
        Newest::Github(name) | Newest::Codeberg(name) if !is_repository(name) => {
            faults.say("newest", "write the repository as `owner/name`");
        }
        Newest::Image(name) if !words::names_registry(name) || words::image_fault(&format!("{name}:1")).is_some() => {
            faults.say("newest", "write the image with its registry and without a tag");
        }
        Newest::Debian(name) if !words::is_package(name) => faults.say("newest", "this is no name of a package"),
        _ => {}
    }
}

fn hooks(recipe: &Recipe, faults: &mut Faults) {
    let hooks = &recipe.hooks;
    let all = [
        ("hooks.after-install", &hooks.after_install),
        ("hooks.before-update", &hooks.before_update),
        ("hooks.after-update", &hooks.after_update),
    ];
    for (place, lines) in all {
        if !lines.iter().all(|line| words::is_shell_line(line)) {
            faults.say(place, "each entry is one line for the shell");
        }
    }
    let has_inside = recipe.methods_offered().iter().any(|method| *method != Method::Oci);
    if !has_inside && all.iter().any(|(_, lines)| !lines.is_empty()) {
        faults.say("hooks", "an app that is an image itself runs none; offer another method too, or leave them out");
    }
}

fn facts(recipe: &Recipe, faults: &mut Faults) {
    let facts = &recipe.facts;
    if !facts.sources.iter().all(|source| words::is_link(source)) {
        faults.say("facts.sources", "each is an address, beginning with https:// or http://");
    }
    faults.differ("facts.sources", facts.sources.iter().map(String::as_str));
    if facts.checked.is_some() && facts.day().is_none() {
        faults.say("facts.checked", "write the day as in `2026-11-29`");
    }
    let scripted = [Proof::Packages, Proof::Script];
    if recipe.methods.script.is_none() && facts.proved.iter().any(|proof| scripted.contains(proof)) {
        faults.say("facts.proved", "without a `script` nothing of one was proved");
    }
}
