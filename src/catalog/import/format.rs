//! The formats that are understood, and by which files each is recognised.

use std::{collections::BTreeSet, fmt};

use super::super::files::{Entry, EntryKind};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// Our own.
    Recipes,
    BigBear,
    CasaOs,
    Runtipi,
    Umbrel,
    Portainer,
    Compose,
}

impl Format {
    pub const ALL: [Self; 7] =
        [Self::Recipes, Self::BigBear, Self::CasaOs, Self::Runtipi, Self::Umbrel, Self::Portainer, Self::Compose];

    pub fn slug(self) -> &'static str {
        match self {
            Self::Recipes => "recipes",
            Self::BigBear => "bigbear",
            Self::CasaOs => "casaos",
            Self::Runtipi => "runtipi",
            Self::Umbrel => "umbrel",
            Self::Portainer => "portainer",
            Self::Compose => "compose",
        }
    }

    pub fn of_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.slug() == slug)
    }

    pub fn told(self) -> &'static str {
        match self {
            Self::Recipes => "recipes of Proximity",
            Self::BigBear => "BigBear universal apps",
            Self::CasaOs => "a CasaOS or ZimaOS app store",
            Self::Runtipi => "a Runtipi app store",
            Self::Umbrel => "an Umbrel app store",
            Self::Portainer => "Portainer templates",
            Self::Compose => "docker-compose files",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.slug())
    }
}

/// By the names of the files alone; the first format that fits.
pub fn detect(entries: &[Entry]) -> Option<Format> {
    let paths: BTreeSet<&str> =
        entries.iter().filter(|entry| entry.kind == EntryKind::File).map(|entry| entry.path.as_str()).collect();
    let any = |fits: &dyn Fn(&str, &str) -> bool| {
        paths.iter().any(|path| path.rsplit_once('/').is_some_and(|(folder, name)| fits(folder, name)))
    };
    let beside = |folder: &str, name: &str| paths.contains(format!("{folder}/{name}").as_str());
    let is_apps = |folder: &str, apps: &str| folder.rsplit('/').nth(1) == Some(apps);
    if any(&|_, name| name == "umbrel-app.yml") {
        Some(Format::Umbrel)
    } else if any(&|folder, name| name == "app.json" && is_apps(folder, "apps") && beside(folder, "docker-compose.yml"))
    {
        Some(Format::BigBear)
    } else if any(&|folder, name| {
        name == "config.json" && is_apps(folder, "apps") && beside(folder, "docker-compose.json")
    }) {
        Some(Format::Runtipi)
    } else if any(&|folder, name| is_compose(name) && is_apps(folder, "Apps")) {
        Some(Format::CasaOs)
    } else if paths.iter().any(|path| path.starts_with("templates") && path.ends_with(".json") && !path.contains('/')) {
        Some(Format::Portainer)
    } else if paths.iter().any(|path| is_compose(path.rsplit('/').next().unwrap_or(path))) {
        Some(Format::Compose)
    } else if paths.iter().any(|path| is_recipe(path)) {
        Some(Format::Recipes)
    } else {
        None
    }
}

pub fn is_compose(name: &str) -> bool {
    matches!(name, "docker-compose.yml" | "docker-compose.yaml" | "compose.yml" | "compose.yaml")
}

pub fn is_recipe(path: &str) -> bool {
    path.ends_with(".json") && !path.ends_with(".schema.json")
}
