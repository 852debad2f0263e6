//! The words around an app, and what it takes. What must hold: every text of a store is made plain before it is kept.

use std::collections::BTreeMap;

use super::source::{About, Source};
use crate::{
    catalog::import::{
        notes::Notes,
        words::{self, line, link, prose, slug, tagline},
    },
    domain::catalog::{
        Architecture, Facts, Hooks, Imported, Links, Methods, Probe, Range, Recipe, RecipeId, Resources, Service, What,
    },
};

/// The store's own word, else the tag of the main image.
pub fn version(about: &About, main: Option<&Service>) -> String {
    let said = words::version(&about.version).filter(|version| version.chars().any(|c| c.is_ascii_digit()));
    let tag = || main?.image.rsplit_once(':').and_then(|(_, tag)| words::version(tag));
    said.or_else(tag).unwrap_or_else(|| "latest".to_owned())
}

/// Without ports, volumes, settings and methods, which the services tell.
pub fn recipe(source: &Source<'_>, version: String, services: &BTreeMap<String, Service>, notes: &mut Notes) -> Recipe {
    let about = &source.about;
    let id = slug(&about.id).or_else(|| slug(&about.name)).unwrap_or_else(|| "app".to_owned());
    let name = [line(&about.name, 60), id.clone()].into_iter().find(|name| !name.is_empty()).unwrap_or_default();
    let short = [&about.tagline, &about.description].into_iter().map(|text| tagline(text));
    let short = short.into_iter().find(|text| !text.is_empty() && !text.eq_ignore_ascii_case(&name));
    let long =
        [&about.description, &about.tagline].into_iter().map(|text| prose(text, 1200)).find(|text| !text.is_empty());
    let said = about.categories.iter().map(String::as_str);
    let category = words::category(said.chain([about.tagline.as_str(), about.description.as_str()]));
    if version == "latest" {
        notes.say("its version is not known; the newest image is taken");
    }
    Recipe {
        schema_file: None,
        schema: Recipe::SCHEMA,
        id: RecipeId::new(id),
        name: name.clone(),
        version,
        newest: None,
        tagline: short.unwrap_or_else(|| name.clone()),
        description: long.unwrap_or(name),
        category,
        tags: tags(about),
        glyph: None,
        colour: None,
        links: links(about),
        license: Some(line(&about.license, 60)).filter(|text| !text.is_empty()).unwrap_or_else(|| "unknown".to_owned()),
        resources: resources(about, services),
        needs: Vec::new(),
        architectures: architectures(about),
        ports: Vec::new(),
        volumes: Vec::new(),
        settings: Vec::new(),
        probe: Probe { what: What::Command { run: Vec::new() }, deadline: 300, interval: 30 },
        methods: Methods::default(),
        depends: Vec::new(),
        hooks: Hooks::default(),
        first_login: about.first_login.as_deref().map(|text| prose(text, 500)).filter(|text| !text.is_empty()),
        update_notes: None,
        facts: Facts::default(),
        imported: Some(Imported {
            format: source.format.slug().to_owned(),
            file: Some(line(&source.file, 200)).filter(|file| !file.is_empty()).unwrap_or_else(|| "a text".to_owned()),
            left_out: Vec::new(),
        }),
    }
}

/// What is said of every app tells nothing.
const EVERYWHERE: &[&str] = &["selfhosted", "self-hosted", "docker", "container", "bigbear", "bigbearcasaos"];

fn tags(about: &About) -> Vec<String> {
    let mut tags: Vec<String> = Vec::new();
    for tag in about.tags.iter().filter_map(|tag| slug(tag)) {
        if tags.len() < 12 && !tags.contains(&tag) && !EVERYWHERE.contains(&tag.as_str()) {
            tags.push(tag);
        }
    }
    tags
}

fn links(about: &About) -> Links {
    let link = |text: &Option<String>| text.as_deref().and_then(link);
    Links { home: link(&about.home), docs: link(&about.docs), source: link(&about.source) }
}

fn architectures(about: &About) -> Vec<Architecture> {
    let known = |name: &String| match name.to_ascii_lowercase().as_str() {
        "amd64" | "x86_64" | "x86-64" => Some(Architecture::Amd64),
        "arm64" | "aarch64" => Some(Architecture::Arm64),
        "arm" | "armv7" | "armhf" | "arm/v7" => Some(Architecture::Armhf),
        "386" | "i386" => Some(Architecture::I386),
        "riscv64" => Some(Architecture::Riscv64),
        _ => None,
    };
    let mut said: Vec<_> = about.architectures.iter().filter_map(known).collect();
    said.sort_unstable();
    said.dedup();
    if said.is_empty() { vec![Architecture::Amd64, Architecture::Arm64] } else { said }
}

/// Rules of thumb: docker itself, and something for each service.
fn resources(about: &About, services: &BTreeMap<String, Service>) -> Resources {
    let count = u32::try_from(services.len()).unwrap_or(u32::MAX).min(40);
    let hungry =
        ["ollama", "localai", "elasticsearch", "opensearch", "vllm", "minecraft", "nextcloud", "gitlab", "immich"];
    let is_hungry = services.values().any(|service| hungry.iter().any(|word| service.image.contains(word)));
    let rule = 256 + 256 * count + if is_hungry { 2048 } else { 0 };
    let said = about.memory.unwrap_or(0).min(64 * 1024);
    let least = (256 + 128 * count).max(said.min(16 * 1024));
    Resources {
        cores: Range { min: 1, recommended: if count > 1 || is_hungry { 2 } else { 1 } },
        memory: Range { min: least, recommended: rule.next_power_of_two().max(least).max(said + 256) },
        disk: Range { min: 4 + count, recommended: 6 + 2 * count },
    }
}
