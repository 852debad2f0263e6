//! The settings file and the folders.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod broken;
mod carried;
mod maps;
mod paths;
mod saved;
mod sources;

use std::path::PathBuf;

use tempfile::TempDir;

struct Place {
    folder: TempDir,
    file: PathBuf,
}

fn place() -> Place {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("settings.toml");
    Place { folder, file }
}

fn with(text: &str) -> Place {
    let place = place();
    std::fs::write(&place.file, text).unwrap();
    place
}
