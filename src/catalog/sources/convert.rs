//! Turns the files of a store into recipes of our own, in a folder beside what is kept. What must hold: whatever is written
//! can be read again as it was, under an id that begins with the source's name; the word that it is whole comes last.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::{self, File},
    path::{Path, PathBuf},
};

use super::{
    Lock, Place, Prepared, SourceError,
    kept::{CONVERTER, Kept},
    watch::{Progress, Watch},
};
use crate::{
    catalog::{
        files::Files,
        folder::LONGEST,
        import::{self, Format, Outcome, Reason, Refused, Taken},
    },
    domain::{
        catalog::{Pin, Recipe, RecipeId, Source, SourceName},
        moment::Moment,
    },
};

/// More apps has no store.
const MOST_RECIPES: usize = 10_000;

#[allow(clippy::too_many_arguments)]
pub fn beside(
    place: &Place,
    source: &Source,
    pin: &Pin,
    files: &mut impl Files,
    format: Option<Format>,
    now: Moment,
    lock: &Lock,
    watch: &Watch,
) -> Result<Prepared, SourceError> {
    let folder = place.make_beside(&source.name, pin, lock)?;
    let mut writer = Writer::new(source, pin, folder.join("recipes"), now);
    let format = import::store(files, format, |outcome| {
        if watch.is_wanted().is_ok() {
            writer.hear(outcome);
            (watch.tell)(Progress::Reading(writer.count()));
        }
    })?;
    watch.is_wanted()?;
    let mut kept = writer.finish()?;
    kept.format = format.slug().to_owned();
    if kept.recipes == 0 {
        return Err(match kept.refused_in_all() {
            0 => import::StoreFault::Unknown.into(),
            refused => SourceError::NothingTaken(refused),
        });
    }
    kept.write(&folder)?;
    settle(&folder)?;
    Ok(Prepared { pin: pin.clone(), kept, recipes: folder.join("recipes") })
}

struct Writer<'a> {
    name: &'a SourceName,
    folder: PathBuf,
    kept: Kept,
    /// What each recipe was called in its store, and is called here.
    names: BTreeMap<RecipeId, RecipeId>,
    used: BTreeSet<RecipeId>,
    /// They name others of their store, which may come later.
    leaning: Vec<Taken>,
    trouble: Option<SourceError>,
}

impl<'a> Writer<'a> {
    fn new(source: &'a Source, pin: &Pin, folder: PathBuf, now: Moment) -> Self {
        let kept = Kept {
            converter: CONVERTER,
            url: source.url.as_str().to_owned(),
            commit: pin.to_string(),
            fetched: now.0,
            format: String::new(),
            recipes: 0,
            refused: BTreeMap::new(),
            refusals: Vec::new(),
        };
        Self {
            name: &source.name,
            folder,
            kept,
            names: BTreeMap::new(),
            used: BTreeSet::new(),
            leaning: Vec::new(),
            trouble: None,
        }
    }

    fn count(&self) -> usize {
        self.used.len() + self.kept.refused_in_all()
    }

    fn hear(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::Refused(refused) => self.kept.refuse(&refused),
            Outcome::Taken(taken) => self.rename(*taken),
        }
    }

    fn rename(&mut self, mut taken: Taken) {
        let id = self.name.prefixed(&taken.recipe.id);
        if self.used.len() >= MOST_RECIPES {
            self.trouble.get_or_insert(SourceError::TooMany { most: MOST_RECIPES, what: "apps" });
            return;
        }
        if !self.used.insert(id.clone()) {
            let why = format!("`{}` is there already", taken.recipe.id);
            return self.kept.refuse(&refused(&taken, Reason::Twice, why));
        }
        self.names.insert(taken.recipe.id.clone(), id.clone());
        taken.recipe.id = id;
        match taken.recipe.depends.is_empty() {
            true => self.write(&taken),
            false => self.leaning.push(taken),
        }
    }

    fn write(&mut self, taken: &Taken) {
        let text = match serde_json::to_string(&taken.recipe) {
            Ok(text) if text.len() as u64 > LONGEST => {
                let why = format!("its recipe is longer than {} KiB", LONGEST / 1024);
                return self.kept.refuse(&refused(taken, Reason::Unsound, why));
            }
            Ok(text) => text,
            Err(error) => return self.kept.refuse(&refused(taken, Reason::Unsound, error.to_string())),
        };
        match Recipe::read(&text) {
            Ok(recipe) if recipe == taken.recipe => {}
            Ok(_) => return self.kept.refuse(&refused(taken, Reason::Unsound, "it cannot be kept as it is".into())),
            Err(faults) => {
                let why = faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
                return self.kept.refuse(&refused(taken, Reason::Unsound, why));
            }
        }
        match fs::write(self.folder.join(format!("{}.json", taken.recipe.id)), text) {
            Ok(()) => self.kept.recipes += 1,
            Err(error) => {
                self.trouble.get_or_insert(error.into());
            }
        }
    }

    fn finish(mut self) -> Result<Kept, SourceError> {
        for mut taken in std::mem::take(&mut self.leaning) {
            for depends in &mut taken.recipe.depends {
                if let Some(id) = self.names.get(&depends.recipe) {
                    depends.recipe = id.clone();
                }
            }
            self.write(&taken);
        }
        self.trouble.map_or(Ok(self.kept), Err)
    }
}

fn refused(taken: &Taken, reason: Reason, why: String) -> Refused {
    Refused { file: taken.file.clone(), app: taken.recipe.name.clone(), reason, why }
}

/// Onto the disk, all at once: a power cut after the move must not leave empty files.
fn settle(folder: &Path) -> Result<(), SourceError> {
    let folder = File::open(folder)?;
    #[cfg(target_os = "linux")]
    rustix::fs::syncfs(&folder).map_err(std::io::Error::from)?;
    #[cfg(not(target_os = "linux"))]
    {
        folder.sync_all()?;
        rustix::fs::sync();
    }
    Ok(())
}
