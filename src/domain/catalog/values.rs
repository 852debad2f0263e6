//! What the operator said, held against what the recipe asks. What must hold: the value of a secret is never among the
//! plain values, and no value can end a line of the files it is written to.

use std::collections::BTreeMap;

use super::{Generator, Recipe};

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Values {
    /// Every setting that is no secret; what was neither given nor has a default is empty.
    pub plain: BTreeMap<String, String>,
    pub secrets: Vec<SecretWish>,
}

/// A secret that the app wants: given by the operator, or made by `generate`, or, when it may be left out, empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretWish {
    pub name: String,
    pub generate: Option<Generator>,
    pub is_given: bool,
}

/// Why an answer does not do, told at its field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldFault {
    pub field: String,
    pub why: String,
}

pub fn values(_recipe: &Recipe, _given: &BTreeMap<String, String>) -> Result<Values, Vec<FieldFault>> {
    Ok(Values::default())
}
