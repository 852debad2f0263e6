//! Small rules that keep the files readable.

use super::sources;

#[test]
fn every_file_begins_by_saying_what_it_is_for() {
    let silent: Vec<_> = sources::all().into_iter().filter(|source| !source.text.starts_with("//!")).collect();
    assert!(silent.is_empty(), "no //! in {:?}", silent.iter().map(|source| &source.path).collect::<Vec<_>>());
}

#[test]
fn no_file_grows_past_comfort() {
    let long = |source: &sources::Source| source.code().lines().count() > 400;
    let found: Vec<_> = sources::all().into_iter().filter(long).map(|source| source.path).collect();
    assert!(found.is_empty(), "over 400 lines of code, a second thing lives in each: {found:?}");
}
