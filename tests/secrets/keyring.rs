//! A real keyring in a session of its own. This test starts itself once more inside of that session, because where the
//! keyring is found is settled for a whole process.

use std::{env, path::Path, process::Command};

use proximity::{
    domain::secret::Secret,
    secrets::{Folder, Kind, Vault, VaultError, choose},
};
use tempfile::TempDir;

const INSIDE: &str = "PROXIMITY_TEST_KEYRING";

#[test]
fn a_locked_keyring_is_never_taken_for_an_empty_one() {
    if let Some(folder) = env::var_os(INSIDE) {
        return tokio::runtime::Runtime::new().unwrap().block_on(inside(Path::new(&folder)));
    }
    let tools = ["dbus-run-session", "dbus-send", "gnome-keyring-daemon"];
    if let Some(missing) = tools.iter().find(|tool| Command::new(tool).arg("--version").output().is_err()) {
        return println!("not run: {missing} is not installed");
    }
    let folder = TempDir::new().unwrap();
    let script = "printf pw | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1; exec \"$@\"";
    let said = Command::new("dbus-run-session")
        .args(["--", "sh", "-c", script, "sh"])
        .arg(env::current_exe().unwrap())
        .args(["--exact", "secrets::keyring::a_locked_keyring_is_never_taken_for_an_empty_one", "--nocapture"])
        .env(INSIDE, folder.path())
        .envs(["HOME", "XDG_RUNTIME_DIR", "XDG_DATA_HOME", "XDG_CONFIG_HOME"].map(|name| (name, folder.path())))
        .env_remove("DBUS_SESSION_BUS_ADDRESS")
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&said.stdout);
    assert!(said.status.success(), "{text}{}", String::from_utf8_lossy(&said.stderr));
    assert!(text.contains("1 passed"), "{text}");
}

async fn inside(folder: &Path) {
    let data = folder.join("data");
    std::fs::create_dir(&data).unwrap();
    let kind = choose(&data, Folder::Usual).await;
    assert_eq!(kind, Kind::Keyring { note: data.join("secrets.keyring") });
    let vault = Vault::open(kind.clone());
    assert_eq!(vault.get("host:lab").await.unwrap(), None);
    vault.put("host:lab", &Secret::new("s3cret")).await.unwrap();
    assert_eq!(vault.get("host:lab").await.unwrap(), Some(Secret::new("s3cret")));

    lock_all();
    let read = vault.get("host:lab").await;
    assert!(matches!(read, Err(VaultError::KeyringLocked)), "{read:?}");
    let absent = vault.get("host:other").await;
    assert!(matches!(absent, Err(VaultError::KeyringLocked)), "{absent:?}");
    let removed = vault.remove("host:lab").await;
    assert!(matches!(removed, Err(VaultError::KeyringLocked)), "{removed:?}");
    assert_eq!(choose(&data, Folder::Usual).await, kind, "the secrets are still there");
}

fn lock_all() {
    let locked = Command::new("dbus-send")
        .args(["--session", "--print-reply", "--dest=org.freedesktop.secrets", "/org/freedesktop/secrets"])
        .args(["org.freedesktop.Secret.Service.Lock", "array:objpath:/org/freedesktop/secrets/collection/login"])
        .output()
        .unwrap();
    assert!(locked.status.success(), "{}", String::from_utf8_lossy(&locked.stderr));
}
