//! The files of the operator's folder. What must hold: whatever lies there, reading it ends, and what could not be read
//! is told by its name.

use std::{
    fs::{self, File},
    io::{self, Read},
    path::{Path, PathBuf},
};

use super::{BadRecipe, bad};
use crate::domain::catalog::{Recipe, RecipeId};

/// No recipe is so long; a file that is was put there by mistake.
const LONGEST: u64 = 256 * 1024;

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

/// What is to become of a file that is there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Existing {
    Stays,
    Replaced,
}

/// Where a recipe of this id lies or would lie.
pub fn place(folder: &Path, id: &RecipeId) -> PathBuf {
    folder.join(format!("{id}.json"))
}

/// Whether it was written. It is there whole or not at all.
pub fn keep(folder: &Path, recipe: &Recipe, existing: Existing) -> io::Result<bool> {
    // A checked recipe has an id that is a plain name; without the check it might be a way out of the folder.
    recipe.check().map_err(|_| io::Error::other("the recipe is not sound"))?;
    let text = serde_json::to_string_pretty(recipe)? + "\n";
    if text.len() as u64 > LONGEST {
        return Err(io::Error::other(format!("the recipe is larger than {} KiB", LONGEST / 1024)));
    }
    fs::create_dir_all(folder)?;
    let path = place(folder, &recipe.id);
    if existing == Existing::Stays && fs::symlink_metadata(&path).is_ok() {
        return Ok(false);
    }
    let beside = folder.join(format!(".{}.{}.new", recipe.id, std::process::id()));
    let written = fs::write(&beside, text).and_then(|()| match existing {
        Existing::Replaced => fs::rename(&beside, &path).map(|()| true),
        // Fails where another process was faster, instead of replacing its file.
        Existing::Stays => match fs::hard_link(&beside, &path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
            linked => linked.map(|()| true),
        },
    });
    // After a rename it is gone already.
    drop(fs::remove_file(&beside));
    written
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
