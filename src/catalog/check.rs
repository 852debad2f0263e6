//! Files that somebody wants to know to be good recipes, wherever they lie. What must hold: a folder in which nothing is a
//! recipe is no good folder of recipes.

use std::path::{Path, PathBuf};

use super::{
    folder,
    shelf::{BadRecipe, bad},
};
use crate::domain::catalog::Recipe;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Checked {
    pub good: usize,
    pub bad: Vec<BadRecipe>,
}

/// These files, and those that lie in these folders. Blocks while it reads.
pub fn check(paths: &[PathBuf]) -> Checked {
    let mut checked = Checked::default();
    for path in paths {
        match path.is_dir() {
            true => checked.take_folder(path),
            false => checked.take(path),
        }
    }
    checked
}

impl Checked {
    fn take_folder(&mut self, path: &Path) {
        let name = path.display().to_string();
        match folder::list(path) {
            Err(error) => self.bad.push(bad(&name, error.to_string())),
            Ok(files) if files.is_empty() => self.bad.push(bad(&name, "no recipe lies in it: they end with .json")),
            Ok(files) => files.iter().for_each(|(file, _)| self.take(file)),
        }
    }

    fn take(&mut self, path: &Path) {
        let name = path.display().to_string();
        match folder::text(path).map(|text| Recipe::read(&text)) {
            Err(error) => self.bad.push(bad(&name, error.to_string())),
            Ok(Ok(_)) => self.good += 1,
            Ok(Err(faults)) => self.bad.extend(faults.iter().map(|fault| bad(&name, fault.to_string()))),
        }
    }
}
