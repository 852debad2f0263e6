//! The vault, on real files.

use proximity::{
    domain::secret::Secret,
    secrets::{Cost, Kind, State, Vault},
};
use tempfile::TempDir;

const CHEAP: Cost = Cost { memory_kib: 8, passes: 1, lanes: 1 };

#[tokio::test]
async fn a_secret_comes_back_after_a_restart_and_an_unlock() {
    let folder = TempDir::new().unwrap();
    let kind = Kind::File(folder.path().join("secrets.vault"));
    let vault = Vault::open_at_cost(kind.clone(), CHEAP);
    assert_eq!(vault.state(), State::Missing);
    vault.unlock(&Secret::new("four words of mine")).await.unwrap();
    vault.put("host:lab", &Secret::new("s3cret")).await.unwrap();
    drop(vault);

    let vault = Vault::open_at_cost(kind, CHEAP);
    assert_eq!(vault.state(), State::Locked);
    vault.unlock(&Secret::new("four words of mine")).await.unwrap();
    assert_eq!(vault.get("host:lab").await.unwrap(), Some(Secret::new("s3cret")));
    assert_eq!(vault.get("host:other").await.unwrap(), None);
}
