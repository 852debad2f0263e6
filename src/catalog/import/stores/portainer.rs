//! Portainer's templates: one list in one file. What is no container but a stack has its compose file elsewhere, most
//! often in a repository of its own.

use super::{
    super::{
        Format, Reason, StoreFault,
        compose::{About, Front, Source},
        notes::{Stop, stop},
        tree::Tree,
        values::Given,
        words::{human, line, slug, variable},
    },
    walk::{Walk, folder_of},
};
use crate::domain::catalog::{Generator, Kind, Recipe, Setting};

pub fn read(walk: &mut Walk<'_>) -> Result<(), StoreFault> {
    let lists = walk.candidates(|path| path.starts_with("templates") && path.ends_with(".json") && !path.contains('/'));
    let (mut best, mut fault) = (None::<(String, f64, Vec<Tree>)>, None);
    for file in lists {
        match walk.json(&file) {
            Err(stop) => fault = Some(StoreFault::Bad { file: line(&file, 200), why: stop.why }),
            Ok(list) => {
                let templates = list.get("templates").unwrap_or(&list).items().to_vec();
                let version = list.word("version").and_then(|text| text.parse().ok()).unwrap_or(0.0);
                // Of several versions of one list the newest counts.
                if !templates.is_empty() && best.as_ref().is_none_or(|(_, known, _)| version > *known) {
                    best = Some((file, version, templates));
                }
            }
        }
    }
    let Some((file, _, templates)) = best else { return Err(fault.unwrap_or(StoreFault::Unknown)) };
    for template in templates {
        let title = template.word("title").or(template.word("name")).unwrap_or_default().to_owned();
        let recipe = app(walk, &file, &title, &template);
        walk.tell(&file, &title, recipe);
    }
    Ok(())
}

fn app(walk: &mut Walk<'_>, file: &str, title: &str, template: &Tree) -> Result<Recipe, Stop> {
    if template.word("platform").is_some_and(|platform| platform != "linux") {
        return stop(Reason::OtherSystem, "it is made for another system than Linux");
    }
    let (compose, folder) = match template.word("type").unwrap_or("1") {
        "1" | "container" => (container(template), String::new()),
        _ => stack(walk, template)?,
    };
    let about = About {
        id: slug(title).unwrap_or_default(),
        name: title.to_owned(),
        description: template.word("description").unwrap_or_default().to_owned(),
        categories: words(template, "categories"),
        tags: words(template, "categories"),
        first_login: template.word("note").map(str::to_owned),
        ..About::default()
    };
    let env = template.get("env").map(Tree::items).unwrap_or_default();
    let known = |name: &str| env.iter().find(|one| one.word("name") == Some(name)).and_then(given);
    let front = Front::default();
    let source = Source {
        format: Format::Portainer,
        file: file.to_owned(),
        about,
        compose,
        front,
        known: &known,
        said: Vec::new(),
    };
    walk.recipe(&folder, source)
}

fn words(tree: &Tree, key: &str) -> Vec<String> {
    tree.get(key).map(Tree::words).unwrap_or_default().into_iter().map(str::to_owned).collect()
}

/// Of a stack whose file lies in this very store.
fn stack(walk: &mut Walk<'_>, template: &Tree) -> Result<(Tree, String), Stop> {
    let repository = template.get("repository");
    let place = repository.and_then(|repository| repository.word("stackfile")).or(template.word("stackFile"));
    let url = repository.and_then(|repository| repository.word("url")).unwrap_or("another place");
    match place.map(|place| place.trim_start_matches("./")).filter(|place| walk.paths.contains(*place)) {
        Some(place) => Ok((walk.yaml(place)?, folder_of(place).to_owned())),
        None => stop(Reason::Elsewhere, format!("its compose file lies elsewhere: {url}")),
    }
}

/// In the words of docker-compose.
fn container(template: &Tree) -> Tree {
    let mut service = Vec::new();
    for key in ["image", "command", "hostname", "privileged", "ports", "devices", "labels"] {
        if let Some(value) = template.get(key) {
            service.push((key.to_owned(), value.clone()));
        }
    }
    if template.word("network") == Some("host") {
        service.push(("network_mode".to_owned(), Tree::text("host")));
    }
    let env = template.get("env").map(Tree::items).unwrap_or_default();
    let pair = |one: &Tree| Some((one.word("name")?.to_owned(), Tree::text(format!("${{{}}}", one.word("name")?))));
    service.push(("environment".to_owned(), Tree::Map(env.iter().filter_map(pair).collect())));
    let volumes = template.get("volumes").map(Tree::items).unwrap_or_default();
    service.push(("volumes".to_owned(), Tree::List(volumes.iter().map(volume).collect())));
    let name = template.word("name").or(template.word("title")).and_then(slug).unwrap_or_else(|| "app".to_owned());
    Tree::map([("services", Tree::map([(name, Tree::Map(service))]))])
}

fn volume(volume: &Tree) -> Tree {
    let Some(target) = volume.word("container") else { return volume.clone() };
    let source = volume.word("bind").unwrap_or_default();
    // The usual place of the folders of apps, where Portainer knows none.
    let own = source.split_once("/AppData/").map(|(_, rest)| rest.trim_start_matches("Config/"));
    let source = own.map_or_else(|| source.to_owned(), |own| format!("./{own}"));
    let read_only = volume.word("readonly").unwrap_or("false");
    Tree::map([("source", Tree::Text(source)), ("target", Tree::text(target)), ("read_only", Tree::text(read_only))])
}

fn given(env: &Tree) -> Option<Given> {
    let name = env.word("name")?;
    let default = env.word("default").or(env.word("set")).unwrap_or_default();
    if env.says_yes("preset") || (env.word("set").is_some() && env.word("label").is_none()) {
        return Some(Given::Text(default.to_owned()));
    }
    let choices = env.words_below("select", "value");
    let is_secret = super::super::values::is_secret(name, default);
    // Names that mean something everywhere are understood without its store.
    if (choices.is_empty() && matches!(name, "TZ" | "PUID" | "PGID"))
        || is_secret.is_some_and(|own| !own && default.is_empty())
    {
        return None;
    }
    let kind = match is_secret {
        Some(true) => Kind::Secret { generate: Some(Generator::default()) },
        Some(false) => Kind::Secret { generate: None },
        None if choices.len() > 1 => Kind::Choice { choices },
        None => Kind::Text,
    };
    let label = [line(env.word("label").unwrap_or_default(), 60), human(name)];
    let mut setting = Setting {
        name: variable(name)?,
        label: label.into_iter().find(|label| !label.is_empty())?,
        help: line(env.word("description").unwrap_or_default(), 240),
        default: Some(default.to_owned()).filter(|default| !default.is_empty() && !kind.is_secret()),
        kind,
        required: false,
        pattern: None,
    };
    if setting.default.as_ref().is_some_and(|default| setting.accepts(default).is_err()) {
        setting.default = None;
    }
    Some(Given::Asked(setting))
}
