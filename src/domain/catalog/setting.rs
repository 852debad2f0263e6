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

/// Longer values nobody types, and a file of them still fits into one piece on every road into a guest.
const LONGEST: usize = 1024;

impl Setting {
    /// Why `value`, which is not empty, is no answer. What ends a line or cannot be seen never is one, whatever the kind.
    pub fn accepts(&self, value: &str) -> Result<(), String> {
        if value.contains(char::is_control) {
            return Err("it has a line break or another character that cannot be seen".to_owned());
        }
        if value.chars().count() > LONGEST {
            return Err(format!("it is longer than {LONGEST} characters"));
        }
        self.kind.accepts(value)?;
        match &self.pattern {
            Some(pattern) if !pattern.fits(value) => Err(format!("it does not look like `{pattern}`")),
            _ => Ok(()),
        }
    }
}

impl Kind {
    fn accepts(&self, value: &str) -> Result<(), String> {
        match self {
            Self::Text | Self::Secret { .. } => Ok(()),
            Self::Number { min, max } => accepts_number(value, *min, *max),
            Self::Bool if matches!(value, "true" | "false") => Ok(()),
            Self::Bool => Err("say true or false".to_owned()),
            Self::Choice { choices } if choices.iter().any(|choice| choice == value) => Ok(()),
            Self::Choice { choices } => Err(format!("choose one of {}", choices.join(", "))),
            Self::Port if value.parse::<u16>().is_ok_and(|port| port > 0) => Ok(()),
            Self::Port => Err("a port is a number from 1 to 65535".to_owned()),
            Self::Path if is_path(value) => Ok(()),
            Self::Path => Err("a path begins with / and has no .. in it".to_owned()),
            Self::Timezone if is_timezone(value) => Ok(()),
            Self::Timezone => Err("a time zone looks like Europe/Rome or UTC".to_owned()),
        }
    }
}

fn accepts_number(value: &str, min: Option<i64>, max: Option<i64>) -> Result<(), String> {
    let number: i64 = value.parse().map_err(|_| "it is no whole number".to_owned())?;
    match (min, max) {
        (Some(min), _) if number < min => Err(format!("it is at least {min}")),
        (_, Some(max)) if number > max => Err(format!("it is at most {max}")),
        _ => Ok(()),
    }
}

fn is_path(value: &str) -> bool {
    value.starts_with('/') && !value.split('/').any(|part| part == "..")
}

/// Its shape; which zones there are, the guest knows.
fn is_timezone(value: &str) -> bool {
    let may_stand = |c: char| c.is_ascii_alphanumeric() || "_+-".contains(c);
    value.split('/').all(|part| !part.is_empty() && part.chars().all(may_stand))
}
