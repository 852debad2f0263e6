//! What the built-in recipes say was checked, and the list of it that people read.

use std::collections::{BTreeMap, BTreeSet};

use proximity::domain::catalog::{CATEGORIES, Kind, Proof, Recipe};

use super::{files, folder};

fn recipes() -> Vec<Recipe> {
    files()
        .into_iter()
        .map(|(name, text)| Recipe::read(&text).unwrap_or_else(|why| panic!("{name}: {why:?}")))
        .collect()
}

/// The part of an address that says whose page it is.
fn project(source: &str) -> String {
    let rest = source.split_once("://").unwrap().1;
    let depth = if rest.starts_with("github.com/") || rest.starts_with("raw.githubusercontent.com/") { 3 } else { 1 };
    rest.split('/').take(depth).collect::<Vec<_>>().join("/")
}

#[test]
fn every_recipe_names_two_sources_of_different_people_and_the_day() {
    for recipe in recipes() {
        let whose: BTreeSet<_> = recipe.facts.sources.iter().map(|source| project(source)).collect();
        assert!(whose.len() >= 2, "{}: {whose:?}", recipe.id);
        assert!(recipe.facts.day().is_some(), "{} does not say when it was checked", recipe.id);
        assert!(recipe.newest.is_some(), "{} does not say who tells its newest version", recipe.id);
        assert!(!recipe.facts.proved.contains(&Proof::Images), "no image of {} was ever run", recipe.id);
    }
}

#[test]
fn the_shelf_is_what_was_promised() {
    let recipes = recipes();
    let by = |has: fn(&Recipe) -> bool| recipes.iter().filter(|recipe| has(recipe)).count();
    let (oci, script) = (by(|recipe| recipe.methods.oci.is_some()), by(|recipe| recipe.methods.script.is_some()));
    assert!(recipes.len() >= 100 && oci >= 60 && script >= 25, "{} recipes, {oci} oci, {script} script", recipes.len());
    let shelved: BTreeSet<_> = recipes.iter().map(|recipe| recipe.category.as_str()).collect();
    let known: BTreeSet<_> = CATEGORIES.iter().map(|(slug, _)| *slug).collect();
    assert_eq!(shelved, known, "each category has something, and nothing is elsewhere");
}

#[test]
fn what_is_pinned_is_a_version() {
    for recipe in recipes() {
        for method in recipe.methods_offered() {
            for image in recipe.images(method) {
                let tag = image.rsplit_once(':').unwrap().1;
                let floats = ["latest", "stable", "main", "master", "edge", "nightly", "dev"];
                assert!(!floats.contains(&tag), "{}: {image} is another one tomorrow", recipe.id);
            }
        }
    }
}

#[test]
fn texts_fit_where_they_are_shown() {
    for recipe in recipes() {
        let id = &recipe.id;
        assert!(recipe.name.chars().count() <= 18, "{id}: the list cuts its name");
        assert!(recipe.tagline.chars().count() <= 56 && !recipe.tagline.ends_with('.'), "{id}: {}", recipe.tagline);
        for setting in &recipe.settings {
            assert!(setting.label.chars().count() <= 15, "{id}: the form cuts {}", setting.label);
            let is_open = setting.kind == Kind::Bool && setting.default.is_none() && !setting.required;
            assert!(!is_open, "{id}: {} is neither true nor false", setting.name);
        }
    }
}

/// The words of a process are everybody's to read, so a secret reaches a program by its environment, by a file or on its
/// standard input. `printf` is no process: the shell does it itself.
#[test]
fn no_secret_is_among_the_words_of_a_process() {
    for recipe in recipes() {
        let secrets: Vec<_> = recipe.settings.iter().filter(|setting| setting.kind.is_secret()).collect();
        let names = |text: &str| {
            let said = |name: &str| text.contains(&format!("${name}")) || text.contains(&format!("${{{name}}}"));
            secrets.iter().any(|setting| said(&setting.name))
        };
        let services = recipe.methods.compose.iter().flat_map(|compose| compose.services.values());
        for service in services {
            let words = [&service.command, &service.entrypoint].into_iter().flatten();
            let words =
                words.chain(service.healthcheck.iter().map(|check| &check.test)).flat_map(|words| words.texts());
            // What docker does not fill in is read by the shell inside, from its environment.
            let filled = words.map(|word| word.replace("$$", ""));
            assert!(!filled.into_iter().any(|word| names(&word)), "{}: {}", recipe.id, service.image);
        }
        assert!(!recipe.methods.oci.iter().flat_map(|oci| &oci.entrypoint).any(|line| names(line)), "{}", recipe.id);
        let script = recipe.methods.script.iter().flat_map(|script| script.commands.iter().chain(&script.update));
        let hooks = [&recipe.hooks.after_install, &recipe.hooks.before_update, &recipe.hooks.after_update];
        for line in script.chain(hooks.into_iter().flatten()) {
            let commands = line.split(['|', ';', '&', '(']).filter(|command| names(command));
            for command in commands {
                assert!(command.trim_start().starts_with("printf "), "{}: {line}", recipe.id);
            }
        }
    }
}

#[test]
fn other_apps_that_are_named_are_there() {
    let recipes = recipes();
    let ids: BTreeMap<_, _> = recipes.iter().map(|recipe| (&recipe.id, ())).collect();
    for recipe in &recipes {
        for other in &recipe.depends {
            assert!(ids.contains_key(&other.recipe), "{} names {}, which is not there", recipe.id, other.recipe);
        }
    }
}

/// `catalog_data/SOURCES.md`: for every recipe what it offers, where its facts were found, and what was proved.
fn list() -> String {
    let recipes = recipes();
    let mut text = format!(
        "# Where the facts of the recipes come from\n\n\
         Images, tags, ports, variables and volumes of each recipe were compared in at least two public definitions. \
         No image was pulled for it: what stands under *proved* is all that was really tried. This list is made of the \
         recipes themselves (`PROXIMITY_SNAPSHOTS=write cargo test catalog::facts`).\n\n\
         {} recipes.\n",
        recipes.len()
    );
    for recipe in &recipes {
        let methods: Vec<_> = recipe.methods_offered().iter().map(|method| method.slug()).collect();
        let day = recipe.facts.checked.as_deref().unwrap_or("never");
        text += &format!("\n## {} {} ({})\n\n", recipe.name, recipe.version, methods.join(", "));
        text += &format!("`{}.json`, checked on {day}", recipe.id);
        if !recipe.facts.proved.is_empty() {
            let proved: Vec<_> = recipe.facts.proved.iter().map(|proof| proof.told()).collect();
            text += &format!("; *proved:* {}", proved.join("; "));
        }
        text += "\n\n";
        recipe.facts.sources.iter().for_each(|source| text += &format!("- <{source}>\n"));
    }
    text
}

#[test]
fn the_list_of_sources_is_the_one_in_the_recipes() {
    let (path, text) = (folder().join("SOURCES.md"), list());
    if std::env::var("PROXIMITY_SNAPSHOTS").as_deref() == Ok("write") {
        std::fs::write(&path, &text).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(written == text, "write it anew with PROXIMITY_SNAPSHOTS=write cargo test catalog::facts");
}
