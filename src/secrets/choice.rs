//! Which vault a data folder has. What must hold: the choice is made once; later starts find what was kept, even when
//! the keyring happens to be locked then.

use std::{fs, path::Path};

use super::{Kind, keyring};

/// Whose folder it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Folder {
    /// The usual one of this user.
    Usual,
    /// Named with `--data`: all of it is in that folder, secrets too.
    Given,
}

/// The file if there is one, the keyring where it works, else a file to be made. It asks the keyring at most once and
/// waits for it no longer than a few seconds, so not before the first frame.
pub async fn choose(folder: &Path, whose: Folder) -> Kind {
    choose_with(folder, whose, keyring::is_usable).await
}

/// The same, with another way to find out whether a keyring works.
pub async fn choose_with(folder: &Path, whose: Folder, keyring_works: impl AsyncFnOnce() -> bool) -> Kind {
    let (file, note) = (folder.join("secrets.vault"), folder.join("secrets.keyring"));
    let is_there = |path: &Path| fs::exists(path).unwrap_or(true);
    if whose == Folder::Given || is_there(&file) {
        return Kind::File(file);
    }
    if is_there(&note) || keyring_works().await { Kind::Keyring { note } } else { Kind::File(file) }
}
