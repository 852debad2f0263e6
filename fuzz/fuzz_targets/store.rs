//! What the targets of stores share: a store in memory, and what has to hold of all that is taken.

use std::io;

use proximity::{
    catalog::{
        files::{Entry, EntryKind, Files},
        import::{Format, Outcome, store},
    },
    domain::catalog::compose_file,
};

struct Memory {
    entries: Vec<Entry>,
    parts: Vec<Vec<u8>>,
}

impl Files for Memory {
    fn entries(&self) -> &[Entry] {
        &self.entries
    }

    fn read(&mut self, path: &str) -> io::Result<Vec<u8>> {
        let at = self.entries.iter().position(|entry| entry.path == path);
        at.map(|at| self.parts[at].clone()).ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}

/// The bytes, divided by zeros, as these files.
pub fn feed(format: Format, paths: &[&str], bytes: &[u8]) {
    let parts: Vec<Vec<u8>> = bytes.splitn(paths.len(), |byte| *byte == 0).map(<[u8]>::to_vec).collect();
    let entry = |(path, part): (&&str, &Vec<u8>)| Entry {
        path: (*path).to_owned(),
        size: part.len() as u64,
        kind: EntryKind::File,
    };
    let entries = paths.iter().zip(&parts).map(entry).collect();
    let _ = store(&mut Memory { entries, parts }, Some(format), |outcome| {
        if let Outcome::Taken(taken) = outcome {
            assert!(taken.recipe.check().is_ok());
            assert!(compose_file(&taken.recipe).is_some());
        }
    });
}
