//! What our books know of an app beyond its marker: how it was made, with which settings, and how to see that it works.
//! What must hold: no secret stands here, only the names under which the vault keeps them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    care::Watch,
    catalog::RecipeId,
    gateway::{Applied, Door, Publishing},
    ids::{AppId, GuestKey, StorageName},
    moment::Moment,
    plan::Card,
    probe::Probe,
};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Book {
    pub origin: Origin,
    pub recipe: Option<RecipeId>,
    /// Of the recipe, when it was deployed or updated last.
    pub version: Option<String>,
    /// What the operator chose, without secrets.
    #[serde(default)]
    pub settings: BTreeMap<String, String>,
    /// The names of its secrets.
    #[serde(default)]
    pub secrets: Vec<String>,
    /// Ports that are leased for it on its host, by the names that the recipe gives them.
    #[serde(default)]
    pub ports: BTreeMap<String, u16>,
    pub probe: Option<Probe>,
    pub page: Option<Page>,
    pub card: Option<Card>,
    pub created: Moment,
    /// In the recycle bin.
    pub binned: Option<Binned>,
    /// How the last update can be taken back.
    pub way_back: Option<WayBack>,
    /// The app whose place was taken from this one by a restore; it may take it again.
    #[serde(default)]
    pub replaced_in: Option<AppId>,
    /// The guests that it was before, oldest first: their backups are its own.
    #[serde(default)]
    pub stays: Vec<Stay>,
    /// When its console was set to a shell, which is felt from its next start on.
    #[serde(default)]
    pub console_set: Option<Moment>,
    /// Its ports, as its recipe has them.
    #[serde(default)]
    pub doors: Vec<Door>,
    /// What the operator wants for it at the gateway.
    #[serde(default)]
    pub publishing: Publishing,
    /// What it was given last, where it is a gateway.
    #[serde(default)]
    pub applied: Option<Applied>,
    /// How it is watched, where the operator said so for it alone.
    #[serde(default)]
    pub watch: Option<Watch>,
}

/// A guest that an app was until then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stay {
    pub guest: GuestKey,
    pub until: Moment,
}

impl Book {
    pub fn new(origin: Origin, created: Moment) -> Self {
        Self {
            origin,
            recipe: None,
            version: None,
            settings: BTreeMap::new(),
            secrets: Vec::new(),
            ports: BTreeMap::new(),
            probe: None,
            page: None,
            card: None,
            created,
            binned: None,
            way_back: None,
            stays: Vec::new(),
            replaced_in: None,
            console_set: None,
            doors: Vec::new(),
            publishing: Publishing::default(),
            applied: None,
            watch: None,
        }
    }
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// Made by us.
    #[default]
    Deployed,
    /// It was there before: never destroyed, only forgotten.
    Adopted,
}

/// What a browser opens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    pub scheme: String,
    pub port: u16,
    pub path: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Binned {
    pub until: Moment,
    /// Where it was before, and goes back to.
    pub pool: Option<String>,
    pub ran: bool,
}

/// What an update kept of the app before it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WayBack {
    Snapshot { snapshot: String, version: Option<String> },
    Archive { storage: StorageName, version: Option<String> },
}
