//! What is new in a source, before the operator takes it. What must hold: recipes that differ in anything are among the
//! changed ones; two equal sets differ in nothing.

use std::collections::BTreeMap;

use super::{Methods, Recipe, RecipeId, Service};

/// In the order of the ids.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Difference {
    pub added: Vec<Titled>,
    pub removed: Vec<Titled>,
    pub changed: Vec<Changed>,
    pub same: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Titled {
    pub id: RecipeId,
    pub name: String,
    pub version: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    pub now: Titled,
    /// The version before, where it is another one.
    pub version_before: Option<String>,
    pub parts: Vec<Part>,
}

/// What of a recipe changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    Images,
    Ports,
    Volumes,
    Settings,
    Needs,
    /// What could not be honoured of its original.
    LeftOut,
    /// Commands, environments, files, capabilities, hooks.
    Runs,
    /// Texts, resources, probe.
    Rest,
}

impl Part {
    pub const ALL: [Self; 8] =
        [Self::Images, Self::Ports, Self::Volumes, Self::Settings, Self::Needs, Self::LeftOut, Self::Runs, Self::Rest];

    pub fn slug(self) -> &'static str {
        match self {
            Self::Images => "images",
            Self::Ports => "ports",
            Self::Volumes => "volumes",
            Self::Settings => "settings",
            Self::Needs => "needs",
            Self::LeftOut => "left-out",
            Self::Runs => "runs",
            Self::Rest => "rest",
        }
    }

    pub fn told(self) -> &'static str {
        match self {
            Self::LeftOut => "what is left out",
            Self::Runs => "what it runs",
            Self::Rest => "texts",
            plain => plain.slug(),
        }
    }

    fn differs(self, before: &Recipe, now: &Recipe) -> bool {
        match self {
            Self::Images => images(&before.methods) != images(&now.methods),
            Self::Ports => before.ports != now.ports || service_ports(before) != service_ports(now),
            Self::Volumes => before.volumes != now.volumes,
            Self::Settings => before.settings != now.settings,
            Self::Needs => before.needs != now.needs,
            Self::LeftOut => left_out(before) != left_out(now),
            Self::Runs => before.hooks != now.hooks || bare(&before.methods) != bare(&now.methods),
            Self::Rest => rest(before) != rest(now),
        }
    }
}

impl Difference {
    pub fn between(before: &[Recipe], now: &[Recipe]) -> Self {
        let (before, now) = (by_id(before), by_id(now));
        let mut difference = Self::default();
        for (id, recipe) in &now {
            match before.get(id) {
                None => difference.added.push(Titled::of(recipe)),
                Some(old) if old == recipe => difference.same += 1,
                Some(old) => difference.changed.push(Changed::of(old, recipe)),
            }
        }
        let gone = before.iter().filter(|(id, _)| !now.contains_key(*id));
        difference.removed = gone.map(|(_, recipe)| Titled::of(recipe)).collect();
        difference
    }

    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty() && self.changed.is_empty()
    }
}

fn by_id(recipes: &[Recipe]) -> BTreeMap<&RecipeId, &Recipe> {
    recipes.iter().map(|recipe| (&recipe.id, recipe)).collect()
}

impl Titled {
    fn of(recipe: &Recipe) -> Self {
        Self { id: recipe.id.clone(), name: recipe.name.clone(), version: recipe.version.clone() }
    }
}

impl Changed {
    fn of(before: &Recipe, now: &Recipe) -> Self {
        Self {
            now: Titled::of(now),
            version_before: (before.version != now.version).then(|| before.version.clone()),
            parts: Part::ALL.into_iter().filter(|part| part.differs(before, now)).collect(),
        }
    }
}

/// Each image under the name of its service, with its digest.
fn images(methods: &Methods) -> Vec<(&str, &str, Option<&str>)> {
    let services = methods.compose.iter().flat_map(|compose| &compose.services);
    let services = services.map(|(name, service)| (name.as_str(), service.image.as_str(), service.digest.as_deref()));
    services.chain(methods.oci.iter().map(|oci| ("", oci.image.as_str(), oci.digest.as_deref()))).collect()
}

fn service_ports(recipe: &Recipe) -> Vec<(&str, &[String])> {
    let services = recipe.methods.compose.iter().flat_map(|compose| &compose.services);
    services.map(|(name, service)| (name.as_str(), service.ports.as_slice())).collect()
}

fn left_out(recipe: &Recipe) -> &[String] {
    recipe.imported.as_ref().map(|imported| imported.left_out.as_slice()).unwrap_or_default()
}

/// Without what has a part of its own.
fn bare(methods: &Methods) -> Methods {
    let mut methods = methods.clone();
    for service in methods.compose.iter_mut().flat_map(|compose| compose.services.values_mut()) {
        let Service { image, digest, ports, .. } = service;
        image.clear();
        ports.clear();
        *digest = None;
    }
    if let Some(oci) = &mut methods.oci {
        oci.image.clear();
        oci.digest = None;
    }
    methods
}

fn rest(recipe: &Recipe) -> Recipe {
    let mut rest = recipe.clone();
    rest.version.clear();
    rest.methods = Methods::default();
    rest.hooks = Default::default();
    rest.ports.clear();
    rest.volumes.clear();
    rest.settings.clear();
    rest.needs.clear();
    if let Some(imported) = &mut rest.imported {
        imported.left_out.clear();
    }
    rest
}
