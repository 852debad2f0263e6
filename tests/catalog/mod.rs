//! The shelf and what lies on it.

mod schema;
mod shelf;
pub mod sources;

use std::path::{Path, PathBuf};

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
