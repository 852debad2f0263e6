//! What the operator said, held against what the recipe asks. What must hold: the value of a secret is never among the
//! plain values, and no value can end a line of the files it is written to.

use std::collections::BTreeMap;

use super::{Generator, Kind, Recipe, Setting, nearest::nearest};

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Values {
    /// Every setting that is no secret, or has none; what was neither given nor has a default is empty.
    pub plain: BTreeMap<String, String>,
    pub secrets: Vec<SecretWish>,
}

/// A secret of the app: given by the operator, or made by `generate`.
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

/// All answers at once, and all faults at once.
pub fn values(recipe: &Recipe, given: &BTreeMap<String, String>) -> Result<Values, Vec<FieldFault>> {
    let mut values = Values::default();
    let mut faults = strangers(recipe, given);
    for setting in &recipe.settings {
        if let Err(why) = values.take(setting, given.get(&setting.name)) {
            faults.push(FieldFault { field: setting.name.clone(), why });
        }
    }
    if faults.is_empty() { Ok(values) } else { Err(faults) }
}

fn strangers(recipe: &Recipe, given: &BTreeMap<String, String>) -> Vec<FieldFault> {
    let known = || recipe.settings.iter().map(|setting| setting.name.as_str());
    let strange = given.keys().filter(|name| !known().any(|known| known == name.as_str()));
    let fault = |name: &String| {
        let hint = nearest(name, known()).map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
        FieldFault { field: name.clone(), why: format!("{} has no such setting{hint}", recipe.name) }
    };
    strange.map(fault).collect()
}

impl Values {
    fn take(&mut self, setting: &Setting, given: Option<&String>) -> Result<(), String> {
        // A text may be emptied on purpose; an empty number or port is one that was not filled in.
        let given = given.filter(|given| !given.is_empty() || setting.kind == Kind::Text);
        if let Some(given) = given.filter(|given| !given.is_empty()) {
            setting.accepts(given)?;
        }
        if let Kind::Secret { generate } = &setting.kind {
            if given.is_none() && generate.is_none() {
                if setting.required {
                    return Err("it is needed".to_owned());
                }
                // There is no secret then, and whoever asks for it is to find nothing.
                self.plain.insert(setting.name.clone(), String::new());
                return Ok(());
            }
            let wish = SecretWish { name: setting.name.clone(), generate: generate.clone(), is_given: given.is_some() };
            self.secrets.push(wish);
            return Ok(());
        }
        let value = given.or(setting.default.as_ref()).cloned().unwrap_or_default();
        if setting.required && value.trim().is_empty() {
            return Err("it is needed".to_owned());
        }
        self.plain.insert(setting.name.clone(), value);
        Ok(())
    }
}
