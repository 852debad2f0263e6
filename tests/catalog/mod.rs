//! The shelf and what lies on it.

mod facts;
mod import;
mod schema;
mod search;
mod shelf;
pub mod sources;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use proximity::domain::catalog::Recipe;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("catalog_data")
}

/// The recipes that are part of the program, by their files.
fn files() -> Vec<(String, String)> {
    let entries = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap());
    let names = entries.map(|entry| entry.file_name().into_string().unwrap());
    let names = names.filter(|name| name.ends_with(".json") && !name.ends_with(".schema.json"));
    let mut files: Vec<_> =
        names.map(|name| (name.clone(), std::fs::read_to_string(folder().join(name)).unwrap())).collect();
    files.sort();
    files
}

/// What an operator has to say himself before the app can be made; all the rest has a default or is made by us.
pub fn answers(recipe: &Recipe) -> BTreeMap<String, String> {
    let known = [
        ("SERVER_NAME", "chat.example.org"),
        ("EULA", "true"),
        ("DB_PASSWORD", "TypedByHand1"),
        ("DEFAULT_HOST", "ssl://imap.example.org"),
        ("SMTP_SERVER", "tls://smtp.example.org"),
        ("TA_HOST", "http://archive.example.org:8000"),
    ];
    let is_asked = |name: &str| recipe.settings.iter().any(|s| s.name == name && s.required && s.default.is_none());
    let asked = known.into_iter().filter(|(name, _)| is_asked(name));
    asked.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}
