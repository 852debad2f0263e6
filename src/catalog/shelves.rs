//! Keeps what was read, and reads again what has changed. What must hold: a file is read once for each time it changes,
//! and what it says is on the shelf from the next look on.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{Arc, LazyLock, Mutex, PoisonError},
};

use super::{
    built_in,
    folder::{self, Stamp},
    shelf::{BadRecipe, Origin, Shelf, Shelved, bad},
};
use crate::domain::catalog::{Recipe, RecipeFault};

/// Where recipes lie beside those built in. A folder that is not there is an empty one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Places {
    pub own: Option<PathBuf>,
    pub stores: Vec<Store>,
}

/// What was made of a source's recipes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Store {
    pub name: Arc<str>,
    pub commit: Arc<str>,
    pub folder: PathBuf,
}

#[derive(Default)]
pub struct Shelves(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    files: HashMap<PathBuf, Leaf>,
    shelf: Option<(Places, Arc<Shelf>)>,
}

/// A file as it was read.
struct Leaf {
    stamp: Stamp,
    read: Result<Arc<Recipe>, Arc<[BadRecipe]>>,
}

type BuiltIn = (&'static str, Result<Arc<Recipe>, Vec<RecipeFault>>);

static BUILT_IN: LazyLock<Vec<BuiltIn>> =
    LazyLock::new(|| built_in::FILES.iter().map(|(file, text)| (*file, Recipe::read(text).map(Arc::new))).collect());

impl Shelves {
    /// The shelf as it is now. Blocks while it reads.
    pub fn look(&self, places: &Places) -> Arc<Shelf> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (found, faults) = listing(places);
        let has_changed = kept.renew(&found);
        match &kept.shelf {
            // What could not be listed may be listed now.
            Some((known, shelf)) if !has_changed && known == places && faults.is_empty() => shelf.clone(),
            _ => {
                let shelf = Arc::new(kept.lay_out(&found, faults));
                kept.shelf = Some((places.clone(), shelf.clone()));
                shelf
            }
        }
    }
}

/// A file that is there, and what it would be on the shelf.
struct Listed {
    path: PathBuf,
    stamp: Stamp,
    origin: Origin,
}

fn listing(places: &Places) -> (Vec<Listed>, Vec<BadRecipe>) {
    let (mut found, mut faults) = (Vec::new(), Vec::new());
    let mut list = |folder: &Path, origin: &dyn Fn(&Path) -> Origin| match folder::list(folder) {
        Ok(files) => {
            found.extend(files.into_iter().map(|(path, stamp)| Listed { origin: origin(&path), path, stamp }));
        }
        Err(error) => faults.push(bad(&folder.display().to_string(), error.to_string())),
    };
    if let Some(own) = &places.own {
        list(own, &|path| Origin::Folder(path.to_owned()));
    }
    for store in &places.stores {
        list(&store.folder, &|path| Origin::Source {
            name: store.name.clone(),
            commit: store.commit.clone(),
            file: path.to_owned(),
        });
    }
    (found, faults)
}

impl Kept {
    /// Reads what is new or changed, and forgets what is gone. Tells whether anything was.
    fn renew(&mut self, found: &[Listed]) -> bool {
        let is_known = |listed: &&Listed| self.files.get(&listed.path).is_some_and(|leaf| leaf.stamp == listed.stamp);
        let fresh: Vec<_> = found.iter().filter(|listed| !is_known(listed)).collect();
        let is_smaller = self.files.len() + fresh.len() > found.len();
        if fresh.is_empty() && self.files.len() == found.len() {
            return false;
        }
        for (path, leaf) in read_all(&fresh) {
            self.files.insert(path, leaf);
        }
        if is_smaller {
            let there: std::collections::HashSet<_> = found.iter().map(|listed| listed.path.as_path()).collect();
            self.files.retain(|path, _| there.contains(path.as_path()));
        }
        true
    }

    fn lay_out(&self, found: &[Listed], mut faults: Vec<BadRecipe>) -> Shelf {
        let mut shelved = Vec::new();
        for (file, read) in BUILT_IN.iter() {
            match read {
                Ok(recipe) => {
                    let since = recipe.facts.day();
                    shelved.push(Shelved { recipe: recipe.clone(), origin: Origin::BuiltIn, since });
                }
                Err(whys) => faults.extend(whys.iter().map(|why| bad(file, why.to_string()))),
            }
        }
        for listed in found {
            match self.files.get(&listed.path).map(|leaf| &leaf.read) {
                Some(Ok(recipe)) => shelved.push(Shelved {
                    recipe: recipe.clone(),
                    origin: listed.origin.clone(),
                    since: listed.stamp.changed(),
                }),
                Some(Err(why)) => faults.extend(why.iter().cloned()),
                None => {}
            }
        }
        Shelf::of(shelved, faults)
    }
}

/// On all cores where there is much.
fn read_all(files: &[&Listed]) -> Vec<(PathBuf, Leaf)> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let share = files.len().div_ceil(cores).max(200);
    std::thread::scope(|scope| {
        let parts: Vec<_> =
            files.chunks(share).map(|part| scope.spawn(|| part.iter().map(|one| read(one)).collect())).collect();
        // One that panicked would have been a bug of ours; its files are read at the next look.
        parts.into_iter().flat_map(|part| part.join().unwrap_or_else(|_| Vec::new())).collect()
    })
}

fn read(listed: &Listed) -> (PathBuf, Leaf) {
    let name = listed.path.display().to_string();
    let read = match folder::text(&listed.path) {
        Err(error) => Err(vec![bad(&name, error.to_string())]),
        Ok(text) => {
            Recipe::read(&text).map_err(|faults| faults.iter().map(|why| bad(&name, why.to_string())).collect())
        }
    };
    (listed.path.clone(), Leaf { stamp: listed.stamp, read: read.map(Arc::new).map_err(Arc::from) })
}
