//! What the operator may or must say before an app is made. A setting's name is the name of an environment variable, so
//! the same word is used in the form, on the command line and in `${…}`.

use serde::{Deserialize, Serialize};

use super::{Generator, Pattern};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Setting {
    pub name: String,
    pub label: String,
    #[serde(default)]
    pub help: String,
    #[serde(default)]
    pub kind: Kind,
    #[serde(default)]
    pub required: bool,
    #[serde(default)]
    pub default: Option<String>,
    #[serde(default)]
    pub pattern: Option<Pattern>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Kind {
    #[default]
    Text,
    Number {
        #[serde(default)]
        min: Option<i64>,
        #[serde(default)]
        max: Option<i64>,
    },
    /// `true` or `false`
    Bool,
    Choice {
        choices: Vec<String>,
    },
    /// Never shown, never among the plain values.
    Secret {
        /// Made by us when the operator gives none.
        #[serde(default)]
        generate: Option<Generator>,
    },
    Port,
    /// An absolute path inside the guest.
    Path,
    Timezone,
}

impl Kind {
    pub fn is_secret(&self) -> bool {
        matches!(self, Self::Secret { .. })
    }
}
