//! The encrypted file as it is used.

use std::{fs, os::unix::fs::PermissionsExt};

use proptest::prelude::*;
use proximity::{
    domain::fault::Fault,
    secrets::{Cost, Kind, State, Vault, VaultError},
};

use super::{PASSPHRASE, place, secret, unlocked, vault};

#[tokio::test]
async fn a_secret_comes_back_after_a_restart_and_an_unlock() {
    let place = place();
    let first = vault(&place.file);
    assert_eq!(first.state(), State::Missing);
    first.unlock(&secret(PASSPHRASE)).await.unwrap();
    assert_eq!(first.state(), State::Open);
    first.put("host:lab", &secret("s3cret")).await.unwrap();
    drop(first);

    let later = vault(&place.file);
    assert_eq!(later.state(), State::Locked);
    assert!(matches!(later.get("host:lab").await, Err(VaultError::Locked)));
    later.unlock(&secret(PASSPHRASE)).await.unwrap();
    assert_eq!(later.get("host:lab").await.unwrap(), Some(secret("s3cret")));
    assert_eq!(later.get("host:other").await.unwrap(), None);
    later.put("host:lab", &secret("newer")).await.unwrap();
    assert_eq!(later.get("host:lab").await.unwrap(), Some(secret("newer")));
    later.remove("host:lab").await.unwrap();
    later.remove("host:lab").await.unwrap();
    assert_eq!(later.get("host:lab").await.unwrap(), None);
    later.lock();
    assert_eq!(later.state(), State::Locked);
}

#[test]
fn any_names_and_secrets_come_back() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let texts = prop::collection::btree_map("\\PC{0,20}", "(?s).{0,60}", 0..6);
    proptest!(ProptestConfig::with_cases(32), |(texts in texts)| {
        let place = place();
        runtime.block_on(async {
            let writing = unlocked(&place.file).await;
            for (name, text) in &texts {
                writing.put(name, &secret(text)).await.unwrap();
            }
            let reading = unlocked(&place.file).await;
            for (name, text) in &texts {
                assert_eq!(reading.get(name).await.unwrap().as_ref().map(|found| found.reveal()), Some(text.as_str()));
            }
        });
    });
}

#[tokio::test]
async fn nothing_is_in_clear_and_no_two_files_are_alike() {
    let (one, other) = (place(), place());
    for place in [&one, &other] {
        let vault = unlocked(&place.file).await;
        vault.put("host:laboratory", &secret("correct horse")).await.unwrap();
    }
    let (a, b) = (fs::read(&one.file).unwrap(), fs::read(&other.file).unwrap());
    for word in ["laboratory", "correct", "horse", "four", "words"] {
        assert!(!a.windows(word.len()).any(|part| part == word.as_bytes()), "{word} is in the file");
    }
    assert_ne!(a[22..], b[22..], "salt, nonce and all that follows are random");
    let before = a;
    unlocked(&one.file).await.put("host:laboratory", &secret("correct horse")).await.unwrap();
    let after = fs::read(&one.file).unwrap();
    assert_eq!(before[..54], after[..54], "the same key");
    assert_ne!(before[54..78], after[54..78], "a fresh nonce");
    assert_eq!(fs::metadata(&one.file).unwrap().permissions().mode() & 0o777, 0o600);
}

#[tokio::test]
async fn a_wrong_passphrase_is_told_as_such_and_changes_nothing() {
    let place = place();
    unlocked(&place.file).await.put("a", &secret("b")).await.unwrap();
    let before = fs::read(&place.file).unwrap();
    let vault = vault(&place.file);
    for wrong in ["four words of mind", " four words of mine", "x"] {
        assert!(matches!(vault.unlock(&secret(wrong)).await, Err(VaultError::WrongPassphrase)), "{wrong}");
        assert_eq!(vault.state(), State::Locked);
    }
    assert!(matches!(vault.unlock(&secret("")).await, Err(VaultError::EmptyPassphrase)));
    assert_eq!(fs::read(&place.file).unwrap(), before);
    assert!(!fs::exists(place.folder.path().join("secrets.writing")).unwrap());
}

#[tokio::test]
async fn the_passphrase_can_be_changed_and_the_old_one_opens_nothing() {
    let place = place();
    let first = unlocked(&place.file).await;
    first.put("a", &secret("b")).await.unwrap();
    let other_process = unlocked(&place.file).await;
    let wrong = first.change_passphrase(&secret("wrong"), &secret("new")).await;
    assert!(matches!(wrong, Err(VaultError::WrongPassphrase)));
    let empty = first.change_passphrase(&secret(PASSPHRASE), &secret("")).await;
    assert!(matches!(empty, Err(VaultError::EmptyPassphrase)));
    first.change_passphrase(&secret(PASSPHRASE), &secret("new")).await.unwrap();
    assert_eq!(first.get("a").await.unwrap(), Some(secret("b")));

    assert!(matches!(other_process.get("a").await, Err(VaultError::Locked)));
    assert_eq!(other_process.state(), State::Locked);
    assert!(matches!(other_process.unlock(&secret(PASSPHRASE)).await, Err(VaultError::WrongPassphrase)));
    other_process.unlock(&secret("new")).await.unwrap();
    assert_eq!(other_process.get("a").await.unwrap(), Some(secret("b")));
}

#[tokio::test]
async fn two_processes_see_each_others_secrets_and_lose_none() {
    let place = place();
    let (one, other) = (unlocked(&place.file).await, unlocked(&place.file).await);
    for n in 0..20 {
        let (left, right) = (format!("left {n}"), format!("right {n}"));
        let text = secret("x");
        let (a, b) = tokio::join!(one.put(&left, &text), other.put(&right, &text));
        a.unwrap();
        b.unwrap();
    }
    for n in 0..20 {
        assert!(one.get(&format!("right {n}")).await.unwrap().is_some());
        assert!(other.get(&format!("left {n}")).await.unwrap().is_some());
    }
}

#[tokio::test]
async fn of_two_that_make_the_file_at_once_one_passphrase_holds() {
    let place = place();
    let (one, other) = (vault(&place.file), vault(&place.file));
    let (mine, yours) = (secret("mine"), secret("yours"));
    let (a, b) = tokio::join!(one.unlock(&mine), other.unlock(&yours));
    let holds = match (a, b) {
        (Ok(()), Err(VaultError::WrongPassphrase)) => mine,
        (Err(VaultError::WrongPassphrase), Ok(())) => yours,
        both => panic!("{both:?}"),
    };
    vault(&place.file).unlock(&holds).await.unwrap();
}

#[tokio::test]
async fn a_write_that_fails_leaves_the_old_file_whole() {
    let place = place();
    let vault = unlocked(&place.file).await;
    vault.put("a", &secret("old")).await.unwrap();
    let before = fs::read(&place.file).unwrap();
    // A folder stands where the new file would be written; it works for root too, unlike rights.
    fs::create_dir(place.folder.path().join("secrets.writing")).unwrap();
    let error = vault.put("a", &secret("new")).await.unwrap_err();
    assert!(matches!(error, VaultError::Io { doing: "written", .. }), "{error:?}");
    assert!(matches!(vault.remove("a").await, Err(VaultError::Io { .. })));
    assert!(vault.change_passphrase(&secret(PASSPHRASE), &secret("new")).await.is_err());
    assert_eq!(fs::read(&place.file).unwrap(), before);
    assert_eq!(vault.get("a").await.unwrap(), Some(secret("old")));
}

#[tokio::test]
async fn a_file_that_is_gone_is_missing_and_not_empty() {
    let place = place();
    let vault = unlocked(&place.file).await;
    vault.put("a", &secret("b")).await.unwrap();
    fs::remove_file(&place.file).unwrap();
    assert!(matches!(vault.get("a").await, Err(VaultError::Missing)));
    assert_eq!(vault.state(), State::Missing);
    assert!(matches!(vault.put("a", &secret("b")).await, Err(VaultError::Missing)));
}

#[tokio::test]
async fn a_vault_in_memory_forgets() {
    let vault = Vault::open(Kind::Memory);
    assert_eq!(vault.state(), State::Open);
    vault.unlock(&secret("")).await.unwrap();
    vault.put("a", &secret("b")).await.unwrap();
    assert_eq!(vault.clone().get("a").await.unwrap(), Some(secret("b")));
    vault.remove("a").await.unwrap();
    assert_eq!(vault.get("a").await.unwrap(), None);
    vault.put("a", &secret("s3cret")).await.unwrap();
    assert!(!format!("{vault:?}").contains("s3cret"));
}

#[tokio::test]
async fn a_guess_at_a_real_file_costs_sixty_four_mebibytes() {
    assert_eq!(Cost::STRONG, Cost { memory_kib: 65_536, passes: 3, lanes: 1 });
    let place = place();
    let strong = Vault::open(Kind::File(place.file.clone()));
    strong.unlock(&secret(PASSPHRASE)).await.unwrap();
    let header = fs::read(&place.file).unwrap();
    assert_eq!(header[10..22], [0, 0, 1, 0, 3, 0, 0, 0, 1, 0, 0, 0]);
}

#[test]
fn every_error_says_what_why_and_what_to_do() {
    let io = || std::io::Error::other("no room");
    let path = || std::path::PathBuf::from("/data/secrets.vault");
    let all = [
        VaultError::Locked,
        VaultError::Missing,
        VaultError::WrongPassphrase,
        VaultError::EmptyPassphrase,
        VaultError::NoPassphrase,
        VaultError::Damaged { path: path(), detail: "its bytes have changed" },
        VaultError::Newer { path: path(), found: 2 },
        VaultError::Io { path: path(), doing: "written", source: io() },
        VaultError::NoRandom,
        VaultError::Derivation("no memory".into()),
        VaultError::NoKeyring("no bus".into()),
        VaultError::KeyringLocked,
        VaultError::KeyringSilent,
        VaultError::Keyring("refused".into()),
        VaultError::Interrupted,
    ];
    for error in all {
        let fault = Fault::from(error);
        assert!([&fault.what, &fault.why, &fault.remedy].iter().all(|text| text.len() > 5), "{fault:?}");
    }
}
