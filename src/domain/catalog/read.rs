//! A recipe from the text of its file.

use super::{Recipe, RecipeFault};

impl Recipe {
    /// Reads and checks.
    pub fn read(text: &str) -> Result<Self, Vec<RecipeFault>> {
        let recipe: Self = serde_json::from_str(text).map_err(|error| {
            vec![RecipeFault {
                place: format!("line {}, column {}", error.line(), error.column()),
                why: error.to_string(),
            }]
        })?;
        recipe.check()?;
        Ok(recipe)
    }
}
