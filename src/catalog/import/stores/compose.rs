//! docker-compose files that belong to no store: one app in each folder, or a single text.

use std::collections::BTreeSet;

use super::{
    super::{
        Format, Reason,
        compose::{self as making, About, Beside, Front, Source},
        format::is_compose,
        notes::{Stop, stop},
        tree::{self, Tree},
        values::Given,
    },
    casaos,
    walk::{Walk, folder_of, last_of},
};
use crate::{
    catalog::files::LONGEST,
    domain::catalog::{Recipe, RecipeFault},
};

pub fn read(walk: &mut Walk<'_>) {
    for file in walk.candidates(|path| is_compose(last_of(path))) {
        let name = name_of(&file);
        one(walk, &file, &name);
    }
}

pub fn one(walk: &mut Walk<'_>, file: &str, name: &str) {
    let recipe = walk.yaml(file).and_then(|tree| {
        let known = |variable: &str| meaning(variable, name);
        walk.recipe(folder_of(file), source(file, name, tree, &known))
    });
    walk.tell(file, name, recipe);
}

/// Of the folder, where the file is called as all of them are.
fn name_of(file: &str) -> String {
    let folder = last_of(folder_of(file));
    let stem = last_of(file).rsplit_once('.').map_or(last_of(file), |(stem, _)| stem);
    if is_compose(last_of(file)) && !folder.is_empty() { folder.to_owned() } else { stem.to_owned() }
}

pub fn compose(name: &str, text: &str) -> Result<Recipe, Vec<RecipeFault>> {
    alone(name, text).map_err(|Stop { reason, why }| vec![RecipeFault { place: reason.slug().to_owned(), why }])
}

fn alone(name: &str, text: &str) -> Result<Recipe, Stop> {
    if text.len() as u64 > LONGEST {
        return stop(Reason::Unreadable, format!("it is larger than {} KiB", LONGEST / 1024));
    }
    let tree = tree::yaml(text).map_err(|why| Stop::new(Reason::Malformed, why))?;
    let known = |variable: &str| meaning(variable, name);
    let beside = Beside { files: None, paths: &BTreeSet::new(), folder: String::new() };
    making::recipe(source("docker-compose.yml", name, tree, &known), beside)
}

fn meaning(variable: &str, app: &str) -> Option<Given> {
    matches!(variable, "AppID" | "COMPOSE_PROJECT_NAME").then(|| Given::Text(app.to_owned()))
}

fn source<'a>(file: &str, name: &str, tree: Tree, known: &'a super::super::values::Known<'a>) -> Source<'a> {
    if tree.get("x-casaos").is_some() {
        return casaos::source(file, name, tree, known);
    }
    let own = tree.word("name").filter(|name| !name.contains('$'));
    let id = if name.is_empty() { own.unwrap_or("app") } else { name };
    let about = About { id: id.to_owned(), name: own.unwrap_or(id).to_owned(), ..About::default() };
    Source {
        format: Format::Compose,
        file: file.to_owned(),
        about,
        compose: tree,
        front: Front::default(),
        known,
        said: Vec::new(),
    }
}
