//! From a store's words to a recipe. What must hold: the recipe is checked before it is given out, and whatever was lost
//! on the way is said in it.

mod about;
mod checks;
mod environment;
mod front;
mod mounts;
mod names;
mod places;
mod ports;
mod service;
mod source;
mod volumes;

use std::collections::BTreeMap;

pub use checks::mebibytes;
pub use environment::pairs;
pub use ports::number;
pub use source::{About, Beside, Front, Source};

use self::{names::Named, ports::Ports, volumes::Volumes};
use super::{
    notes::{Notes, Stop},
    outcome::Reason,
    tree::Tree,
    values::Settings,
};
use crate::domain::catalog::{Compose, ComposeFile, Methods, Need, NeedKind, Recipe, Service};

/// What is gathered while services are read one after the other.
pub struct Making<'a, 'f> {
    pub settings: Settings<'a>,
    pub notes: Notes,
    pub volumes: Volumes,
    pub ports: Ports,
    pub files: Vec<ComposeFile>,
    pub needs: Vec<Need>,
    pub beside: Beside<'f>,
}

impl Making<'_, '_> {
    pub fn need(&mut self, kind: NeedKind, why: &str) {
        if self.needs.iter().all(|need| need.kind != kind) {
            self.needs.push(Need { kind, why: why.to_owned() });
        }
    }
}

pub fn recipe(source: Source<'_>, beside: Beside<'_>) -> Result<Recipe, Stop> {
    let mut making = Making {
        settings: Settings::new(source.known),
        notes: Notes::default(),
        volumes: Volumes::of(&source.about.id),
        ports: Ports::default(),
        files: Vec::new(),
        needs: Vec::new(),
        beside,
    };
    source.said.iter().for_each(|text| making.notes.say(text));
    let named = names::named(&source.compose, &mut making)?;
    see_secrets(&named, &mut making)?;
    let mut services = BTreeMap::new();
    for one in &named.services {
        services.insert(one.name.clone(), service::service(one, &named, &source.compose, &mut making)?);
    }
    let opened = front::open(&source.front, &named, &mut making)?;
    opened.publish(&mut services);
    let jobs = named.services.iter().filter(|one| one.ends).count();
    let probe = opened.probe(services.len() - jobs.min(services.len()));
    finish(source, services, opened, probe, making)
}

/// First of all, because a password may be used before the service that it guards.
fn see_secrets(named: &Named<'_>, making: &mut Making<'_, '_>) -> Result<(), Stop> {
    for one in &named.services {
        one.tree.see_texts(&mut |text| making.settings.hear(text));
        for (name, value) in environment::pairs(one.tree) {
            making.settings.see(&one.name, &name, value.unwrap_or_default(), &mut making.notes);
        }
    }
    Ok(())
}

fn finish(
    source: Source<'_>,
    services: BTreeMap<String, Service>,
    opened: front::Opened,
    probe: crate::domain::catalog::Probe,
    making: Making<'_, '_>,
) -> Result<Recipe, Stop> {
    let Making { settings, mut notes, volumes, files, needs, .. } = making;
    let main = opened.main_service(&services);
    let version = about::version(&source.about, services.get(&main));
    let mut recipe = about::recipe(&source, version, &services, &mut notes);
    recipe.ports = opened.ports;
    recipe.probe = probe;
    recipe.volumes = volumes.into_volumes(&mut notes);
    recipe.settings = settings.into_settings();
    recipe.needs = needs;
    recipe.methods = Methods { compose: Some(Compose { services, files }), ..Methods::default() };
    if let Some(imported) = &mut recipe.imported {
        imported.left_out = notes.into_lines();
    }
    match recipe.check() {
        Ok(()) => Ok(recipe),
        Err(faults) => {
            let faults: Vec<_> = faults.iter().take(3).map(ToString::to_string).collect();
            Err(Stop::new(Reason::Unsound, faults.join("; ")))
        }
    }
}

/// One text or several, as `command` and others have it.
fn is_empty(tree: &Tree) -> bool {
    tree.words().iter().all(|word| word.trim().is_empty())
}
