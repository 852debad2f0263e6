//! Recipes into the operator's folder. What must hold: a file is there whole or not at all, and one that was there is only
//! replaced on purpose.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use super::folder::LONGEST;
use crate::domain::catalog::{Recipe, RecipeId};

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
    // A longer one would not be read again.
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
