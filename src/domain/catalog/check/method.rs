//! Rules of the ways a recipe offers: at least one, and each can be carried out.

use std::collections::BTreeMap;

use super::{
    super::{Oci, Recipe, ScriptFile, ScriptRecipe, names_in, nearest::nearest},
    Faults, compose, words,
};

pub fn check(recipe: &Recipe, faults: &mut Faults) {
    let offered = recipe.methods_offered();
    if offered.is_empty() {
        faults.say("methods", "offer at least one of `compose`, `oci` and `script`");
    }
    let preferred = recipe.methods.preferred.iter().chain(recipe.methods.preferred_from.values());
    if preferred.into_iter().any(|preferred| !offered.contains(preferred)) {
        faults.say("methods.preferred", "it is not among the methods offered");
    }
    if let Some(compose) = &recipe.methods.compose {
        compose::check(recipe, compose, faults);
    }
    if let Some(oci) = &recipe.methods.oci {
        image(recipe, oci, faults);
    }
    if let Some(script) = &recipe.methods.script {
        lines(recipe, script, faults);
    }
}

fn image(recipe: &Recipe, oci: &Oci, faults: &mut Faults) {
    match words::image_fault(&oci.image) {
        Some(why) => faults.say("methods.oci.image", why),
        None if !words::names_registry(&oci.image) => {
            faults.say("methods.oci.image", "name its registry too, as in `docker.io/vaultwarden/server:1.34.3`");
        }
        None => {}
    }
    compose::digest("methods.oci", oci.digest.as_deref(), faults);
    environment(recipe, "methods.oci.environment", &oci.environment, faults);
    if oci.entrypoint.as_ref().is_some_and(|entrypoint| !words::is_line(entrypoint)) {
        faults.say("methods.oci.entrypoint", "write one line, or leave it out");
    }
}

pub fn environment(recipe: &Recipe, place: &str, environment: &BTreeMap<String, String>, faults: &mut Faults) {
    for (name, value) in environment {
        let place = format!("{place}.{name}");
        if !words::is_variable(name) {
            faults.say(&place, "this is no name of a variable");
        }
        if value.contains(char::is_control) {
            faults.say(&place, "a variable is one line");
        }
        known_names(recipe, &place, value, faults);
    }
}

/// Whatever stands between `${` and `}` is a setting of the recipe.
pub fn known_names(recipe: &Recipe, place: &str, text: &str, faults: &mut Faults) {
    let known = || recipe.settings.iter().map(|setting| setting.name.as_str());
    for name in names_in(text).into_iter().filter(|name| !known().any(|known| known == *name)) {
        let hint = nearest(name, known()).map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
        faults.say(place, format!("`{name}` is no setting of the recipe{hint}"));
    }
}

fn lines(recipe: &Recipe, script: &ScriptRecipe, faults: &mut Faults) {
    let place = "methods.script";
    if script.packages.is_empty() && script.commands.is_empty() {
        faults.say(place, "it installs nothing");
    }
    for package in script.packages.iter().filter(|package| !words::is_package(package)) {
        faults.say(format!("{place}.packages"), format!("`{package}` is no name of a package"));
    }
    for service in script.services.iter().filter(|service| !is_service(service)) {
        faults.say(format!("{place}.services"), format!("`{service}` is no name of a service"));
    }
    for file in &script.files {
        self::file(recipe, &format!("{place}.files.{}", file.path), file, faults);
    }
    faults.differ(&format!("{place}.files"), script.files.iter().map(|file| file.path.as_str()));
    for (part, lines) in [("commands", &script.commands), ("update", &script.update)] {
        if !lines.iter().all(|line| words::is_shell_line(line)) {
            faults.say(format!("{place}.{part}"), "each entry is one line for the shell");
        }
    }
}

fn file(recipe: &Recipe, place: &str, file: &ScriptFile, faults: &mut Faults) {
    if !words::is_path(&file.path) {
        faults.say(place, "its path is absolute, without `..` and blanks");
    }
    if !words::is_mode(&file.mode) {
        faults.say(place, "write its mode as in `0640`");
    }
    let is_name = |name: &str| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "_-".contains(c));
    let is_owner = |owner: &String| match owner.split_once(':') {
        Some((user, group)) => is_name(user) && is_name(group),
        None => is_name(owner),
    };
    if file.owner.as_ref().is_some_and(|owner| !is_owner(owner)) {
        faults.say(place, "write its owner as `user` or `user:group`");
    }
    known_names(recipe, place, &file.content, faults);
}

fn is_service(name: &str) -> bool {
    let may_stand = |c: char| c.is_ascii_alphanumeric() || "@._-".contains(c);
    name.starts_with(|c: char| c.is_ascii_alphanumeric()) && name.chars().all(may_stand)
}
