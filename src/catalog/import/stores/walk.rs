//! A store while it is read: its files, and which ids were taken already.

use std::collections::BTreeSet;

use crate::{
    catalog::{
        files::{Entry, EntryKind, Files},
        import::{
            Outcome, Reason, Refused, Taken,
            compose::{self, Beside, Source},
            notes::{Stop, stop},
            tree::{self, Tree},
            words::line,
        },
    },
    domain::catalog::{Recipe, RecipeId},
};

pub struct Walk<'w> {
    pub files: &'w mut dyn Files,
    /// All plain files.
    pub paths: BTreeSet<String>,
    taken: BTreeSet<RecipeId>,
    each: &'w mut dyn FnMut(Outcome),
}

impl<'w> Walk<'w> {
    pub fn of(files: &'w mut dyn Files, each: &'w mut dyn FnMut(Outcome)) -> Self {
        let plain = files.entries().iter().filter(|entry| entry.kind == EntryKind::File);
        let paths = plain.map(|entry| entry.path.clone()).collect();
        Self { files, paths, taken: BTreeSet::new(), each }
    }

    /// The files that may define an app, links and all: those are told as what they are.
    pub fn candidates(&self, fits: impl Fn(&str) -> bool) -> Vec<String> {
        let is_alone = self.files.entries().len() == 1;
        let found = |entry: &&Entry| is_alone || fits(&entry.path);
        self.files.entries().iter().filter(found).map(|entry| entry.path.clone()).collect()
    }

    pub fn text(&mut self, path: &str) -> Result<String, Stop> {
        if !self.paths.contains(path) {
            let is_there = self.files.entries().iter().any(|entry| entry.path == path);
            let why = if is_there { "it is no plain file" } else { "it is not there" };
            return stop(Reason::Unreadable, format!("{path}: {why}"));
        }
        let bytes = self.files.read(path).map_err(|error| Stop::new(Reason::Unreadable, format!("{path}: {error}")))?;
        String::from_utf8(bytes).map_err(|_| Stop::new(Reason::Unreadable, format!("{path}: it is no text in UTF-8")))
    }

    pub fn yaml(&mut self, path: &str) -> Result<Tree, Stop> {
        let text = self.text(path)?;
        tree::yaml(&text).map_err(|why| Stop::new(Reason::Malformed, format!("{path}: {why}")))
    }

    pub fn json(&mut self, path: &str) -> Result<Tree, Stop> {
        let text = self.text(path)?;
        tree::json(&text).map_err(|why| Stop::new(Reason::Malformed, format!("{path}: {why}")))
    }

    /// The recipe of an app whose files lie in this folder.
    pub fn recipe(&mut self, folder: &str, source: Source<'_>) -> Result<Recipe, Stop> {
        let beside = Beside { files: Some(&mut *self.files), paths: &self.paths, folder: folder.to_owned() };
        compose::recipe(source, beside)
    }

    pub fn tell(&mut self, file: &str, app: &str, result: Result<Recipe, Stop>) {
        let result = result.and_then(|recipe| match self.taken.contains(&recipe.id) {
            true => stop(Reason::Twice, format!("another app of this store became `{}` already", recipe.id)),
            false => Ok(recipe),
        });
        let file = line(file, 200);
        (self.each)(match result {
            Ok(recipe) => {
                self.taken.insert(recipe.id.clone());
                Outcome::Taken(Box::new(Taken { file, recipe }))
            }
            Err(Stop { reason, why }) => Outcome::Refused(Refused { file, app: line(app, 60), reason, why }),
        });
    }
}

/// `apps/jellyfin` of `apps/jellyfin/app.json`; empty at the top.
pub fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The last part of a path.
pub fn last_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// The folder above the last one: `apps`.
pub fn above(path: &str) -> &str {
    last_of(folder_of(folder_of(path)))
}
