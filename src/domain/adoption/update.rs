//! Whether what was adopted can be updated by a recipe that did not make it. What must hold: nothing is run in it but
//! upgrades of packages and restarts of services: files that the operator wrote stay his.

use crate::domain::catalog::{Recipe, ScriptRecipe};

/// What brings it up to date, or why nobody can tell that it would be safe.
pub fn safe_lines(recipe: &Recipe) -> Result<(&ScriptRecipe, Vec<String>), String> {
    let script = recipe.methods.script.as_ref().ok_or_else(|| {
        format!("the recipe {} brings images, and how this container came by its own is not known", recipe.id)
    })?;
    if script.packages.is_empty() {
        return Err(format!("the recipe {} names no packages that could be upgraded", recipe.id));
    }
    if !recipe.hooks.before_update.is_empty() || !recipe.hooks.after_update.is_empty() {
        return Err(format!("the recipe {} does more at an update than to upgrade packages", recipe.id));
    }
    match script.update.iter().find(|line| !is_safe(line)) {
        Some(line) => {
            Err(format!("the recipe {} would run {line:?}, which was written for its own containers", recipe.id))
        }
        None => Ok((script, script.update.clone())),
    }
}

fn is_safe(line: &str) -> bool {
    let words: Vec<&str> = line.split(' ').collect();
    let is_plain =
        |word: &&str| !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric() || "+._@-".contains(c));
    if !words.iter().all(is_plain) {
        return false;
    }
    match words[..] {
        ["apt-get", "update"] => true,
        ["apt-get", "install", "-y", "--only-upgrade", ..] => words.len() > 4,
        ["systemctl", "restart" | "reload" | "try-restart", ..] => words.len() > 2,
        _ => false,
    }
}
