//! Which vault a folder has.

use std::fs;

use proximity::secrets::{Folder, Kind, choose_with};

use super::place;

async fn never_asked() -> bool {
    panic!("the keyring was asked")
}

async fn works() -> bool {
    true
}

async fn is_not_there() -> bool {
    false
}

#[tokio::test]
async fn a_folder_of_ones_own_has_a_file_and_no_keyring_is_asked() {
    let place = place();
    let kind = choose_with(place.folder.path(), Folder::Given, never_asked).await;
    assert_eq!(kind, Kind::File(place.file.clone()));
}

#[tokio::test]
async fn the_keyring_where_it_works_and_a_file_where_it_does_not() {
    let place = place();
    let note = place.folder.path().join("secrets.keyring");
    assert_eq!(choose_with(place.folder.path(), Folder::Usual, works).await, Kind::Keyring { note });
    assert_eq!(choose_with(place.folder.path(), Folder::Usual, is_not_there).await, Kind::File(place.file.clone()));
}

#[tokio::test]
async fn what_was_chosen_once_stays_chosen() {
    let place = place();
    let note = place.folder.path().join("secrets.keyring");
    fs::write(&note, "").unwrap();
    let kind = choose_with(place.folder.path(), Folder::Usual, never_asked).await;
    assert_eq!(kind, Kind::Keyring { note });
    fs::write(&place.file, "").unwrap();
    let kind = choose_with(place.folder.path(), Folder::Usual, never_asked).await;
    assert_eq!(kind, Kind::File(place.file.clone()));
}
