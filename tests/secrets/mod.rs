//! The vault, on real files and on a real keyring.
#![allow(clippy::unwrap_used, clippy::expect_used)]
// A test that was not run says so.
#![allow(clippy::print_stdout)]

mod choice;
mod damage;
mod file;
mod keyring;

use std::path::{Path, PathBuf};

use proximity::{
    domain::secret::Secret,
    secrets::{Cost, Kind, Vault},
};
use tempfile::TempDir;

/// As good as nothing, so that a thousand guesses are quick.
const CHEAP: Cost = Cost { memory_kib: 8, passes: 1, lanes: 1 };

const PASSPHRASE: &str = "four words of mine";

struct Place {
    folder: TempDir,
    file: PathBuf,
}

fn place() -> Place {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("secrets.vault");
    Place { folder, file }
}

fn vault(file: &Path) -> Vault {
    Vault::open_at_cost(Kind::File(file.into()), CHEAP)
}

async fn unlocked(file: &Path) -> Vault {
    let vault = vault(file);
    vault.unlock(&secret(PASSPHRASE)).await.unwrap();
    vault
}

fn secret(text: &str) -> Secret {
    Secret::new(text)
}
