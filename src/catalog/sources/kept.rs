//! What is kept of a fetched state beside its recipes: `source.json`. What must hold: it is written last, so a folder that
//! has one is whole.

use std::{collections::BTreeMap, fs, io, path::Path};

use serde::{Deserialize, Serialize};

use crate::catalog::import::Refused;

pub const FILE: &str = "source.json";

/// Raised whenever the same store becomes other recipes than before.
pub const CONVERTER: u32 = 1;

/// So many refusals are kept word for word; all are counted.
const MOST_REFUSED: usize = 500;
const LONGEST_TEXT: usize = 300;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    pub converter: u32,
    pub url: String,
    pub commit: String,
    /// Milliseconds since 1970.
    pub fetched: i64,
    pub format: String,
    pub recipes: usize,
    /// By the slugs of their reasons.
    pub refused: BTreeMap<String, usize>,
    pub refusals: Vec<RefusedRow>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedRow {
    pub file: String,
    pub app: String,
    pub reason: String,
    pub why: String,
}

impl Kept {
    /// Nothing where the state is not here, or not whole.
    pub fn read(folder: &Path) -> Option<Self> {
        serde_json::from_slice(&fs::read(folder.join(FILE)).ok()?).ok()
    }

    pub(super) fn write(&self, folder: &Path) -> io::Result<()> {
        let text = serde_json::to_vec_pretty(self)?;
        fs::write(folder.join(FILE), text)
    }

    pub(super) fn refuse(&mut self, refused: &Refused) {
        *self.refused.entry(refused.reason.slug().to_owned()).or_default() += 1;
        if self.refusals.len() < MOST_REFUSED {
            self.refusals.push(RefusedRow {
                file: plain(&refused.file),
                app: plain(&refused.app),
                reason: refused.reason.slug().to_owned(),
                why: plain(&refused.why),
            });
        }
    }

    pub fn refused_in_all(&self) -> usize {
        self.refused.values().sum()
    }
}

/// It reaches the operator's terminal.
fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST_TEXT).collect()
}
