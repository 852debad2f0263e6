//! The files that a recipe becomes inside its guest. What must hold: whoever reads them, docker or a shell, gets back
//! exactly the values that were put in.

use super::Recipe;

/// Compose's file as JSON, which is also YAML. `${NAME}` stays: docker fills it from `.env`, so no secret is in here.
pub fn compose_file(_recipe: &Recipe) -> Option<String> {
    None
}

/// Docker's `.env`.
pub fn dot_env<N: AsRef<str>, V: AsRef<str>>(_pairs: impl IntoIterator<Item = (N, V)>) -> String {
    String::new()
}

/// A file for `.` in a shell.
pub fn sh_env<N: AsRef<str>, V: AsRef<str>>(_pairs: impl IntoIterator<Item = (N, V)>) -> String {
    String::new()
}
