//! What a recipe says of the world around its app: where its newest version is told, which other apps it works with, what
//! is done before and after, how far all of this was checked, and what was lost on the way here. What must hold: nothing is
//! called proved that was only looked up.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::RecipeId;
use crate::domain::moment::Moment;

/// Who knows the newest version of an app.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Newest {
    /// The releases of a repository at GitHub: `owner/name`.
    Github(String),
    /// The releases of a repository at Codeberg: `owner/name`.
    Codeberg(String),
    /// The tags of an image, with its registry: `docker.io/library/redis`.
    Image(String),
    /// A package of Debian.
    Debian(String),
}

impl fmt::Display for Newest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Github(name) => write!(f, "https://github.com/{name}/releases"),
            Self::Codeberg(name) => write!(f, "https://codeberg.org/{name}/releases"),
            Self::Image(name) => write!(f, "the tags of {name}"),
            Self::Debian(name) => write!(f, "https://packages.debian.org/{name}"),
        }
    }
}

/// Another recipe of the catalog.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Dependency {
    pub recipe: RecipeId,
    pub why: String,
    /// Without it the app is of no use.
    #[serde(default)]
    pub required: bool,
}

/// Lines for `sh` that are run inside the guest, with the settings as variables. An app that is an image itself has no
/// inside of its own, and runs none of them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Hooks {
    /// Once, when everything was installed and runs.
    #[serde(default)]
    pub after_install: Vec<String>,
    #[serde(default)]
    pub before_update: Vec<String>,
    #[serde(default)]
    pub after_update: Vec<String>,
}

/// How far the facts of a recipe, such as its images, ports, variables and volumes, were checked.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Facts {
    /// Public pages that agree with each other.
    #[serde(default)]
    pub sources: Vec<String>,
    /// The day of it: `2026-11-29`.
    #[serde(default)]
    pub checked: Option<String>,
    /// What was more than looked up.
    #[serde(default)]
    pub proved: Vec<Proof>,
}

impl Facts {
    /// The morning of the day they were checked.
    pub fn day(&self) -> Option<Moment> {
        let day: jiff::civil::Date = self.checked.as_deref()?.parse().ok()?;
        let midnight = day.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
        Some(Moment::from_secs(midnight.timestamp().as_second()))
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Proof {
    /// Its packages are in Debian's own archive.
    Packages,
    /// Its script was run in a real Debian, and the app answered.
    Script,
    /// Its images were pulled and run.
    Images,
}

impl Proof {
    pub const ALL: [Self; 3] = [Self::Packages, Self::Script, Self::Images];

    pub fn told(self) -> &'static str {
        match self {
            Self::Packages => "its packages are in Debian's archive",
            Self::Script => "its script was run in a real Debian and the app answered",
            Self::Images => "its images were pulled and run",
        }
    }
}

/// Where a recipe was taken over from that was written for something else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Imported {
    /// `casaos`, `runtipi`, `compose` …
    pub format: String,
    /// The file in its store.
    pub file: String,
    /// What could not be honoured, each with its reason; the operator reads it before he deploys.
    #[serde(default)]
    pub left_out: Vec<String>,
}
