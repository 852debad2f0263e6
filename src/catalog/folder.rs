//! The files of the operator's folder. What must hold: whatever lies there, reading it ends, and what could not be read
//! is told by its name.

use std::{
    fs::{self, File},
    io::{self, Read},
    path::{Path, PathBuf},
};

use super::{BadRecipe, bad};

/// No recipe is so long; a file that is was put there by mistake.
pub const LONGEST: u64 = 256 * 1024;

/// The recipes' texts in the order of their names.
pub fn texts(folder: &Path) -> (Vec<(PathBuf, String)>, Vec<BadRecipe>) {
    let (mut texts, mut faults) = (Vec::new(), Vec::new());
    let paths = match paths(folder) {
        Ok(paths) => paths,
        Err(error) => return (texts, vec![bad(&folder.display().to_string(), error.to_string())]),
    };
    for path in paths {
        match text(&path) {
            Ok(text) => texts.push((path, text)),
            Err(error) => faults.push(bad(&path.display().to_string(), error.to_string())),
        }
    }
    (texts, faults)
}

fn paths(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut paths = entries.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
    paths.retain(|path| is_recipe(path));
    paths.sort();
    Ok(paths)
}

/// An editor's own hidden files and the schema lie in the same folder.
fn is_recipe(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.ends_with(".json") && !name.ends_with(".schema.json") && !name.starts_with('.')
}

fn text(path: &Path) -> io::Result<String> {
    // A pipe would be waited on for ever.
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::other("it is no file"));
    }
    let mut text = String::new();
    File::open(path)?.take(LONGEST + 1).read_to_string(&mut text)?;
    if text.len() as u64 > LONGEST {
        return Err(io::Error::other(format!("it is larger than {} KiB", LONGEST / 1024)));
    }
    Ok(text)
}
