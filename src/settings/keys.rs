//! Keys that the operator put elsewhere, as he wrote them: a command's name and what is pressed for it. What must hold: what
//! cannot be understood as keys stays as it was written; whoever knows the keys tells of it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// By the name of a row of the key table, as `apps.restart`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Keys(pub BTreeMap<String, Presses>);

/// One key, or several that do the same; none at all is possible too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Written", into = "Written")]
pub struct Presses(pub Vec<String>);

#[derive(Clone, Serialize, Deserialize)]
#[serde(untagged, expecting = "a key is text, as \"Ctrl-r\", or a list of such texts")]
enum Written {
    One(String),
    Many(Vec<String>),
}

impl From<Written> for Presses {
    fn from(written: Written) -> Self {
        match written {
            Written::One(key) => Self(vec![key]),
            Written::Many(keys) => Self(keys),
        }
    }
}

impl From<Presses> for Written {
    fn from(Presses(mut keys): Presses) -> Self {
        if keys.len() == 1 { Self::One(keys.remove(0)) } else { Self::Many(keys) }
    }
}
