//! Which vault a data folder has. What must hold: the choice is made once; later starts find what was kept, even when
//! the keyring happens to be locked then.

use std::path::Path;

use super::{
    Kind,
    keyring::{Ring, is_usable},
};

/// Whose folder it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Folder {
    /// The usual one of this user.
    Usual,
    /// Named with `--data`: all of it is in that folder, secrets too.
    Given,
}

/// The file if there is one, the keyring where it works, else a file to be made.
pub async fn choose(folder: &Path, whose: Folder) -> Kind {
    let file = Kind::File(folder.join("secrets.vault"));
    let note = folder.join("secrets.keyring");
    let file_is_there = matches!(&file, Kind::File(path) if std::fs::exists(path).unwrap_or(true));
    if whose == Folder::Given || file_is_there {
        return file;
    }
    if Ring::has_note(&note) || is_usable().await { Kind::Keyring { note } } else { file }
}
