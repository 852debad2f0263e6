//! BigBear's universal apps: `apps/NAME/app.json`, and a docker-compose file beside it.

use super::{
    super::{
        Format,
        compose::{About, Front, Source, number},
        notes::Stop,
        tree::Tree,
        values::Given,
    },
    casaos::scheme,
    walk::{Walk, folder_of, last_of},
};
use crate::domain::catalog::{Recipe, words};

pub fn read(walk: &mut Walk<'_>) {
    for file in walk.candidates(|path| last_of(path) == "app.json" && path.contains("apps/")) {
        let folder = folder_of(&file).to_owned();
        // A template that shows how to write one.
        if last_of(&folder).starts_with('_') {
            continue;
        }
        let recipe = app(walk, &file, &folder);
        walk.tell(&file, last_of(&folder), recipe);
    }
}

fn app(walk: &mut Walk<'_>, file: &str, folder: &str) -> Result<Recipe, Stop> {
    let app = walk.json(file)?;
    let part = |name: &str| app.get(name).cloned().unwrap_or_default();
    let (metadata, technical, links, ui) = (part("metadata"), part("technical"), part("resources"), part("ui"));
    let beside =
        technical.word("compose_file").filter(|name| words::is_file_name(name)).unwrap_or("docker-compose.yml");
    let compose = walk.yaml(&join(folder, beside))?;
    let name = last_of(folder).to_owned();
    let text = |tree: &Tree, key: &str| tree.word(key).unwrap_or_default().to_owned();
    let list = |tree: &Tree, key: &str| -> Vec<String> {
        tree.get(key).map(Tree::words).unwrap_or_default().into_iter().map(str::to_owned).collect()
    };
    let elsewhere = app.get("compatibility").and_then(|all| all.get("casaos")?.word("category")).unwrap_or_default();
    let about = About {
        id: if name.is_empty() { text(&metadata, "id") } else { name.clone() },
        name: text(&metadata, "name"),
        tagline: text(&metadata, "tagline"),
        description: text(&metadata, "description"),
        categories: vec![elsewhere.to_owned(), text(&metadata, "category")],
        tags: list(&app, "tags"),
        version: text(&metadata, "version"),
        license: text(&metadata, "license"),
        home: metadata.word("homepage").map(str::to_owned),
        docs: links.word("documentation").map(str::to_owned),
        source: links.word("repository").map(str::to_owned),
        architectures: list(&technical, "architectures"),
        ..About::default()
    };
    let port = technical.word("default_port").and_then(number);
    let front = Front {
        service: technical.word("main_service").map(str::to_owned),
        outer: port,
        inner: None,
        scheme: ui.word("scheme").and_then(scheme).filter(|_| port.is_some()),
        path: ui.word("path").map(str::to_owned),
        is_page: port.is_some(),
    };
    let known = |variable: &str| (variable == "AppID").then(|| Given::Text(name.clone()));
    let source = Source {
        format: Format::BigBear,
        file: file.to_owned(),
        about,
        compose,
        front,
        known: &known,
        said: Vec::new(),
    };
    walk.recipe(folder, source)
}

pub fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}
