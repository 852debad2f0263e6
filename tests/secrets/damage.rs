//! A file that was changed opens to nothing, and says which of the two it is: damage, or another passphrase.

use std::fs;

use proximity::secrets::VaultError;

use super::{PASSPHRASE, place, secret, unlocked, vault};

const DIGEST: usize = 32;

async fn written() -> Vec<u8> {
    let place = place();
    let vault = unlocked(&place.file).await;
    vault.put("host:lab", &secret("s3cret")).await.unwrap();
    fs::read(&place.file).unwrap()
}

/// What opening these bytes with the right passphrase says.
async fn opened(bytes: &[u8]) -> Result<(), VaultError> {
    let place = place();
    fs::write(&place.file, bytes).unwrap();
    vault(&place.file).unlock(&secret(PASSPHRASE)).await
}

fn with_right_digest(mut bytes: Vec<u8>) -> Vec<u8> {
    let body = bytes.len() - DIGEST;
    let digest = ring::digest::digest(&ring::digest::SHA256, &bytes[..body]);
    bytes[body..].copy_from_slice(digest.as_ref());
    bytes
}

#[tokio::test]
async fn the_file_as_it_was_written_opens() {
    opened(&written().await).await.unwrap();
    opened(&with_right_digest(written().await)).await.unwrap();
}

#[tokio::test]
async fn a_flipped_bit_in_any_byte_is_damage() {
    let whole = written().await;
    for at in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[at] ^= 1 << (at % 8);
        let error = opened(&bytes).await.unwrap_err();
        assert!(matches!(error, VaultError::Damaged { .. } | VaultError::Newer { .. }), "byte {at}: {error:?}");
    }
}

#[tokio::test]
async fn a_byte_changed_on_purpose_never_opens_either() {
    let whole = written().await;
    let body = whole.len() - DIGEST;
    for at in 0..body {
        let mut bytes = whole.clone();
        // The lowest bit: of the price, the one that a machine can still pay.
        bytes[at] ^= 1;
        let told = opened(&with_right_digest(bytes)).await;
        assert!(told.is_err(), "byte {at} was changed and the file opened");
        if at >= 54 {
            assert!(matches!(told, Err(VaultError::Damaged { .. })), "byte {at}: {told:?}");
        }
    }
}

#[tokio::test]
async fn a_price_that_no_machine_can_pay_is_not_tried() {
    let whole = written().await;
    for (at, value) in [(10, 0xff), (14, 0xff), (18, 0xff), (10, 0), (14, 0), (18, 0)] {
        let mut bytes = whole.clone();
        bytes[at..at + 4].fill(value);
        let told = opened(&with_right_digest(bytes)).await;
        assert!(matches!(told, Err(VaultError::Damaged { .. })), "{at}: {told:?}");
    }
}

#[tokio::test]
async fn a_truncated_file_is_damage_at_any_length() {
    let whole = written().await;
    for length in 0..whole.len() {
        let told = opened(&whole[..length]).await;
        assert!(matches!(told, Err(VaultError::Damaged { .. })), "{length}: {told:?}");
        let told = opened(&with_right_digest_or_as_is(&whole[..length])).await;
        // The digest may lie where the format stood.
        let is_refused = matches!(told, Err(VaultError::Damaged { .. } | VaultError::Newer { .. }));
        assert!(is_refused, "{length} with a digest: {told:?}");
    }
}

fn with_right_digest_or_as_is(bytes: &[u8]) -> Vec<u8> {
    if bytes.len() < DIGEST { bytes.to_vec() } else { with_right_digest(bytes.to_vec()) }
}

#[tokio::test]
async fn a_newer_format_is_told_and_left_alone() {
    let mut bytes = written().await;
    bytes[9] = 2;
    let place = place();
    fs::write(&place.file, &bytes).unwrap();
    let told = vault(&place.file).unlock(&secret(PASSPHRASE)).await;
    assert!(matches!(told, Err(VaultError::Newer { found: 2, .. })), "{told:?}");
    assert_eq!(fs::read(&place.file).unwrap(), bytes);
}

#[tokio::test]
async fn a_file_that_is_damaged_while_it_is_open_is_told_and_not_overwritten() {
    let place = place();
    let vault = unlocked(&place.file).await;
    vault.put("a", &secret("b")).await.unwrap();
    fs::write(&place.file, "rubbish").unwrap();
    assert!(matches!(vault.get("a").await, Err(VaultError::Damaged { .. })));
    assert!(matches!(vault.put("a", &secret("c")).await, Err(VaultError::Damaged { .. })));
    assert_eq!(fs::read_to_string(&place.file).unwrap(), "rubbish");
}
