//! Files and folders that cannot be used: each is told by its own name, with a remedy, and is left as it was.

use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt,
    path::Path,
    time::Duration,
};

use proptest::prelude::*;
use proximity::{
    domain::{
        fault::{Fault, FaultCode},
        ids::OperationId,
        moment::Moment,
        plan::journal::Entry,
    },
    store::{BeginError, Limits, Store, StoreError, Trouble},
};
use rusqlite::Connection;

use super::{block_on, host, place, plan};

const HASTY: Limits = Limits { patience: Duration::from_millis(20), pages: None };

fn trouble(file: &Path) -> Trouble {
    let error = Store::open_within(file, HASTY).unwrap_err();
    let fault = Fault::from(error.clone());
    assert!(fault.what.contains(&*file.to_string_lossy()), "{fault}");
    error.trouble
}

fn with_a_host(file: &Path) {
    let (store, _) = Store::open(file).unwrap();
    block_on(store.put_host(host("lab"))).unwrap();
}

#[test]
fn folder_and_files_are_the_owners_alone() {
    let place = place();
    let store = place.open();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(place.file.parent().unwrap()), 0o700);
    assert_eq!(mode(&place.file), 0o600);
    assert_eq!(mode(&place.file.with_extension("db-wal")), 0o600);
    drop(store);
    fs::set_permissions(&place.file, Permissions::from_mode(0o644)).unwrap();
    drop(place.open());
    assert_eq!(mode(&place.file), 0o600);
}

#[test]
fn a_newer_file_is_left_alone() {
    let place = place();
    with_a_host(&place.file);
    Connection::open(&place.file).unwrap().pragma_update(None, "user_version", 99).unwrap();
    let before = fs::read(&place.file).unwrap();
    assert_eq!(trouble(&place.file), Trouble::Newer { found: 99, known: 10 });
    assert_eq!(fs::read(&place.file).unwrap(), before);
}

#[test]
fn a_database_of_another_program_is_left_alone() {
    let place = place();
    fs::create_dir_all(place.file.parent().unwrap()).unwrap();
    Connection::open(&place.file).unwrap().execute_batch("CREATE TABLE theirs (a TEXT)").unwrap();
    let before = fs::read(&place.file).unwrap();
    assert_eq!(trouble(&place.file), Trouble::Foreign);
    assert_eq!(fs::read(&place.file).unwrap(), before);
}

#[test]
fn what_is_no_database_is_left_alone() {
    let place = place();
    fs::create_dir_all(place.file.parent().unwrap()).unwrap();
    let letter = "Dear diary, ".repeat(200);
    fs::write(&place.file, &letter).unwrap();
    assert!(matches!(trouble(&place.file), Trouble::Damaged(_)));
    assert_eq!(fs::read_to_string(&place.file).unwrap(), letter);
}

#[test]
fn an_empty_file_is_one_to_begin_with() {
    let place = place();
    fs::create_dir_all(place.file.parent().unwrap()).unwrap();
    fs::write(&place.file, "").unwrap();
    assert!(Store::open(&place.file).is_ok());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn a_damaged_file_never_ends_the_program(at in any::<prop::sample::Index>(), length in 1usize..4096, with in any::<u8>()) {
        let place = place();
        with_a_host(&place.file);
        let mut bytes = fs::read(&place.file).unwrap();
        let from = at.index(bytes.len());
        let to = bytes.len().min(from + length);
        bytes[from..to].fill(with);
        fs::write(&place.file, &bytes).unwrap();
        match Store::open_within(&place.file, HASTY) {
            // What was hit may not have mattered; then the file goes on working or says why not.
            Ok((store, _)) => drop(block_on(store.put_host(host("attic")))),
            Err(error) => prop_assert!(!Fault::from(error).remedy.is_empty()),
        }
    }

    #[test]
    fn a_truncated_file_never_ends_the_program(at in any::<prop::sample::Index>()) {
        let place = place();
        with_a_host(&place.file);
        let bytes = fs::read(&place.file).unwrap();
        let kept = at.index(bytes.len() - 1) + 1;
        fs::write(&place.file, &bytes[..kept]).unwrap();
        match Store::open_within(&place.file, HASTY) {
            // SQLite takes the missing end of the last page for zeros.
            Ok(_) => prop_assert!(kept + 4096 > bytes.len(), "{kept} of {} bytes were enough", bytes.len()),
            Err(error) => {
                let told = matches!(error.trouble, Trouble::Damaged(_) | Trouble::Foreign);
                prop_assert!(told, "{kept}: {error:?}");
            }
        }
    }
}

#[test]
fn a_read_only_file_is_told() {
    let place = place();
    with_a_host(&place.file);
    fs::set_permissions(&place.file, Permissions::from_mode(0o400)).unwrap();
    assert_eq!(trouble(&place.file), Trouble::ReadOnly);
    fs::set_permissions(&place.file, Permissions::from_mode(0o600)).unwrap();
    assert_eq!(Store::open(&place.file).unwrap().1.hosts, [host("lab")]);
}

#[test]
fn a_read_only_folder_is_told() {
    let place = place();
    with_a_host(&place.file);
    let folder = place.file.parent().unwrap();
    fs::set_permissions(folder, Permissions::from_mode(0o500)).unwrap();
    assert_eq!(trouble(&place.file), Trouble::FolderReadOnly);
    assert_eq!(trouble(&folder.join("other.db")), Trouble::FolderReadOnly);
    fs::set_permissions(folder, Permissions::from_mode(0o700)).unwrap();
}

#[test]
fn a_folder_that_cannot_be_made_is_told() {
    let place = place();
    fs::write(place.folder.path().join("data"), "a file where the folder should be").unwrap();
    assert!(matches!(trouble(&place.file), Trouble::NoFolder(_)));
}

#[test]
fn a_folder_in_the_place_of_the_file_is_told() {
    let place = place();
    fs::create_dir_all(&place.file).unwrap();
    assert!(matches!(trouble(&place.file), Trouble::CannotOpen(_)));
}

#[test]
fn a_file_that_another_process_holds_is_told() {
    let place = place();
    with_a_host(&place.file);
    let other = Connection::open(&place.file).unwrap();
    other.pragma_update(None, "locking_mode", "EXCLUSIVE").unwrap();
    other.execute_batch("BEGIN EXCLUSIVE; COMMIT").unwrap();
    assert_eq!(trouble(&place.file), Trouble::Locked);
    drop(other);
    assert_eq!(Store::open(&place.file).unwrap().1.hosts, [host("lab")]);
}

#[test]
fn a_write_that_another_process_blocks_is_told_and_the_next_one_goes_through() {
    let place = place();
    with_a_host(&place.file);
    let (store, _) = Store::open_within(&place.file, HASTY).unwrap();
    let other = Connection::open(&place.file).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let refused = block_on(store.put_host(host("attic"))).unwrap_err();
    assert_eq!(refused.trouble, Trouble::Locked);
    assert_eq!(Fault::from(refused).code, FaultCode::Busy);
    assert_eq!(block_on(store.hosts()).unwrap(), [host("lab")], "reading goes on");
    other.execute_batch("ROLLBACK").unwrap();
    block_on(store.put_host(host("attic"))).unwrap();
}

#[test]
fn a_full_disk_loses_nothing_that_was_kept() {
    let place = place();
    with_a_host(&place.file);
    let limits = Limits { pages: Some(16), ..HASTY };
    let (store, _) = Store::open_within(&place.file, limits).unwrap();
    let id = block_on(store.begin_operation(plan(100), Moment(1), "deck")).unwrap();
    let mut written = 0;
    let full = loop {
        match block_on(store.append(id, Entry::Began(written), Moment(2))) {
            Ok(_) => written += 1,
            Err(error) => break error,
        }
        assert!(written < 100_000, "the disk never filled up");
    };
    assert_eq!(full.trouble, Trouble::Full);
    assert_eq!(block_on(store.operation(id)).unwrap().unwrap().journal.len(), written, "the deck goes on reading");
    drop(store);

    let (store, kept) = Store::open(&place.file).unwrap();
    assert_eq!(kept.fleet.operations[0].journal.len(), written);
    block_on(store.append(id, Entry::CancelAsked, Moment(3))).unwrap();
}

#[test]
fn every_trouble_says_what_why_and_what_to_do() {
    let all = [
        Trouble::NoFolder("x".into()),
        Trouble::FolderReadOnly,
        Trouble::ReadOnly,
        Trouble::CannotOpen("x".into()),
        Trouble::Newer { found: 3, known: 5 },
        Trouble::Foreign,
        Trouble::Damaged("x".into()),
        Trouble::Garbled("x".into()),
        Trouble::Locked,
        Trouble::Full,
        Trouble::Disk("disk I/O error".into()),
        Trouble::NotRunning(OperationId(1)),
        Trouble::Unknown(OperationId(1)),
        Trouble::Closed,
        Trouble::Other("disk I/O error".into()),
    ];
    let path: std::sync::Arc<Path> = Path::new("/data/proximity.db").into();
    let mut faults: Vec<Fault> =
        all.into_iter().map(|trouble| StoreError { path: path.clone(), trouble }.into()).collect();
    faults.push(BeginError::Busy(OperationId(7)).into());
    for fault in &faults {
        assert!([&fault.what, &fault.why, &fault.remedy].iter().all(|text| text.len() > 3), "{fault:?}");
        assert!(!fault.remedy.contains("delete") || fault.remedy.contains("do not delete"), "{fault:?}");
    }
    assert!(faults.last().unwrap().remedy.contains('7'));
}
