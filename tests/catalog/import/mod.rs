//! Foreign definitions: what becomes of a small store in each format, which rules its values follow, and what hostile
//! ones can do, which is nothing.

mod files;
mod formats;
mod hostile;
mod kept;
mod laws;
mod rules;

use std::{collections::BTreeMap, io, path::Path};

use proximity::{
    catalog::{
        files::{Entry, EntryKind, Files, Folder},
        import::{Format, Outcome, Reason, Refused, store},
    },
    domain::catalog::{Kind, Recipe, Service, Setting},
};

/// A store in memory.
struct Memory {
    entries: Vec<Entry>,
    bytes: BTreeMap<String, Vec<u8>>,
}

impl Memory {
    fn of<B: Into<Vec<u8>>>(files: impl IntoIterator<Item = (impl Into<String>, B)>) -> Self {
        let bytes: BTreeMap<String, Vec<u8>> =
            files.into_iter().map(|(path, bytes)| (path.into(), bytes.into())).collect();
        let entry = |(path, bytes): (&String, &Vec<u8>)| Entry {
            path: path.clone(),
            size: bytes.len() as u64,
            kind: EntryKind::File,
        };
        Self { entries: bytes.iter().map(entry).collect(), bytes }
    }
}

impl Files for Memory {
    fn entries(&self) -> &[Entry] {
        &self.entries
    }

    fn read(&mut self, path: &str) -> io::Result<Vec<u8>> {
        self.bytes.get(path).cloned().ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}

#[derive(Default)]
struct Read {
    format: Option<Format>,
    taken: Vec<Recipe>,
    refused: Vec<Refused>,
}

impl Read {
    fn recipe(&self, id: &str) -> &Recipe {
        let found = self.taken.iter().find(|recipe| recipe.id.as_str() == id);
        found.unwrap_or_else(|| panic!("no {id}: {:?}", self.refused))
    }

    fn reasons(&self) -> Vec<Reason> {
        self.refused.iter().map(|refused| refused.reason).collect()
    }
}

fn read(files: &mut impl Files, format: Option<Format>) -> Read {
    let mut read = Read::default();
    let format = store(files, format, |outcome| match outcome {
        Outcome::Taken(taken) => {
            assert_eq!(taken.recipe.check(), Ok(()));
            assert!(taken.recipe.imported.is_some());
            read.taken.push(taken.recipe);
        }
        Outcome::Refused(refused) => read.refused.push(refused),
    });
    read.format = format.ok();
    read
}

fn sample(name: &str) -> Read {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/catalog/import/samples").join(name);
    read(&mut Folder::open(&folder).unwrap(), None)
}

fn service<'a>(recipe: &'a Recipe, name: &str) -> &'a Service {
    let services = &recipe.methods.compose.as_ref().unwrap().services;
    services.get(name).unwrap_or_else(|| panic!("no {name} in {:?}", services.keys()))
}

fn setting<'a>(recipe: &'a Recipe, name: &str) -> &'a Setting {
    recipe
        .settings
        .iter()
        .find(|setting| setting.name == name)
        .unwrap_or_else(|| panic!("no {name}: {:?}", recipe.settings))
}

fn is_made(setting: &Setting) -> bool {
    matches!(setting.kind, Kind::Secret { generate: Some(_) })
}

fn left_out(recipe: &Recipe) -> String {
    recipe.imported.as_ref().unwrap().left_out.join("\n")
}
