//! App stores of CasaOS and ZimaOS: docker-compose files with a part of their own, `x-casaos`.

use super::{
    super::{
        Format,
        compose::{About, Front, Source, mebibytes, number},
        format::is_compose,
        tree::Tree,
        values::{Given, Known},
    },
    walk::{Walk, above, folder_of, last_of},
};
use crate::domain::catalog::Scheme;

pub fn read(walk: &mut Walk<'_>) {
    for file in walk.candidates(|path| is_compose(last_of(path)) && above(path) == "Apps") {
        let folder = folder_of(&file).to_owned();
        let name = last_of(&folder).to_owned();
        let recipe = walk.yaml(&file).and_then(|tree| {
            let known = |variable: &str| (variable == "AppID").then(|| Given::Text(name.clone()));
            walk.recipe(&folder, source(&file, &name, tree, &known))
        });
        walk.tell(&file, &name, recipe);
    }
}

pub fn source<'a>(file: &str, folder: &str, tree: Tree, known: &'a Known<'a>) -> Source<'a> {
    let own = tree.get("x-casaos").cloned().unwrap_or_default();
    let text = |key: &str| own.get(key).map(english).unwrap_or_default();
    let id = [folder, own.word("store_app_id").unwrap_or_default(), tree.word("name").unwrap_or_default()];
    let words = |key: &str| own.get(key).map(Tree::words).unwrap_or_default().into_iter().map(str::to_owned).collect();
    let about = About {
        id: id.into_iter().find(|id| !id.is_empty()).unwrap_or("app").to_owned(),
        name: text("title"),
        tagline: text("tagline"),
        description: text("description"),
        categories: vec![text("category")],
        version: own.word("version").unwrap_or_default().to_owned(),
        home: own.word("website").map(str::to_owned),
        docs: own.word("docs").map(str::to_owned),
        source: own.word("repo").map(str::to_owned),
        architectures: words("architectures"),
        first_login: own.get("tips").and_then(|tips| tips.get("before_install")).map(english),
        memory: memory(&tree),
        ..About::default()
    };
    let front = Front {
        service: own.word("main").map(str::to_owned),
        outer: own.word("port_map").and_then(number),
        inner: None,
        scheme: own.word("scheme").and_then(scheme),
        path: own.word("index").map(str::to_owned),
        is_page: own.word("port_map").and_then(number).is_some(),
    };
    Source { format: Format::CasaOs, file: file.to_owned(), about, compose: tree, front, known, said: Vec::new() }
}

pub fn scheme(text: &str) -> Option<Scheme> {
    match text.to_ascii_lowercase().as_str() {
        "http" => Some(Scheme::Http),
        "https" => Some(Scheme::Https),
        _ => None,
    }
}

/// English where there is some, else whatever is first.
fn english(tree: &Tree) -> String {
    let pick = |keys: &[&str]| keys.iter().find_map(|key| tree.word(key));
    let first = || tree.pairs().iter().find_map(|(_, text)| text.as_text());
    tree.as_text()
        .or_else(|| pick(&["en_us", "en_US", "en_gb", "en_GB", "en", "custom"]))
        .or_else(first)
        .unwrap_or_default()
        .to_owned()
}

/// What the services want to have for themselves, together.
fn memory(tree: &Tree) -> Option<u32> {
    let wants = |service: &Tree| {
        let resources = service.get("deploy")?.get("resources")?;
        mebibytes(resources.get("reservations")?.word("memory")?)
    };
    let services = tree.get("services").map(Tree::pairs).unwrap_or_default();
    let whole: u32 = services.iter().filter_map(|(_, service)| wants(service)).fold(0, u32::saturating_add);
    (whole > 0).then_some(whole)
}
