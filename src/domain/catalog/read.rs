//! A recipe from the text of its file. What must hold: a fault names its line, and an unknown word is told together with
//! the known one that was probably meant.

use super::{Recipe, RecipeFault, nearest::nearest};

impl Recipe {
    /// Reads and checks.
    pub fn read(text: &str) -> Result<Self, Vec<RecipeFault>> {
        let recipe: Self = serde_json::from_str(text).map_err(|error| vec![told(text, &error)])?;
        recipe.check()?;
        Ok(recipe)
    }
}

fn told(text: &str, error: &serde_json::Error) -> RecipeFault {
    if let Some(schema) = other_schema(text) {
        let why = format!("the file is written in schema {schema}; this Proximity reads {}", Recipe::SCHEMA);
        return RecipeFault { place: "schema".to_owned(), why };
    }
    let whole = error.to_string();
    let place = format!("line {}, column {}", error.line(), error.column());
    let bare = whole.rsplit_once(" at line ").map_or(whole.as_str(), |(bare, _)| bare);
    RecipeFault { place, why: unknown_word(bare).unwrap_or_else(|| bare.to_owned()) }
}

/// Of a file for another Proximity it helps nobody to be told the first word that is new.
fn other_schema(text: &str) -> Option<u64> {
    let value: serde_json::Value = serde_json::from_str(text).ok()?;
    value.get("schema")?.as_u64().filter(|schema| *schema != u64::from(Recipe::SCHEMA))
}

/// Serde says: unknown field `memry`, expected one of `cores`, `memory`, `disk`.
fn unknown_word(message: &str) -> Option<String> {
    if !message.starts_with("unknown field") && !message.starts_with("unknown variant") {
        return None;
    }
    let mut words = message.split('`').skip(1).step_by(2);
    let unknown = words.next()?;
    let known: Vec<_> = words.collect();
    Some(match nearest(unknown, known.iter().copied()) {
        Some(near) => format!("`{unknown}` is not known here; did you mean `{near}`?"),
        None if known.is_empty() => format!("`{unknown}` is not known here"),
        None => format!("`{unknown}` is not known here; known are {}", known.join(", ")),
    })
}
