//! The files of a store in a folder: what is outside of it is never read, and nothing in it holds us up.

use std::{
    fs,
    os::unix::{ffi::OsStrExt, fs::symlink},
    path::Path,
};

use proximity::catalog::{
    files::{EntryKind, Files, Folder, LONGEST, MOST_ENTRIES, One},
    import::{Format, Reason, detect},
};

use super::read;

const COMPOSE: &str = "services: { web: { image: 'a:1', ports: ['80:80'] } }\n";

fn write(folder: &Path, path: &str, text: &str) {
    let whole = folder.join(path);
    fs::create_dir_all(whole.parent().unwrap()).unwrap();
    fs::write(whole, text).unwrap();
}

#[test]
fn links_are_told_and_never_followed() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "good/docker-compose.yml", COMPOSE);
    fs::create_dir(folder.path().join("bad")).unwrap();
    symlink("/etc/passwd", folder.path().join("bad/docker-compose.yml")).unwrap();
    symlink(".", folder.path().join("bad/itself")).unwrap();
    symlink("/", folder.path().join("root")).unwrap();
    let mut files = Folder::open(folder.path()).unwrap();
    assert_eq!(files.entries().iter().filter(|entry| entry.kind == EntryKind::Link).count(), 3);
    assert!(files.read("bad/docker-compose.yml").is_err());
    assert!(files.read("../good/docker-compose.yml").is_err() && files.read("/etc/passwd").is_err());
    let read = read(&mut files, None);
    assert_eq!((read.taken.len(), read.reasons().as_slice()), (1, &[Reason::Unreadable][..]));
}

#[test]
fn a_file_that_became_a_link_since_it_was_listed_is_not_read() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "a/docker-compose.yml", COMPOSE);
    let mut files = Folder::open(folder.path()).unwrap();
    fs::remove_file(folder.path().join("a/docker-compose.yml")).unwrap();
    symlink("/etc/passwd", folder.path().join("a/docker-compose.yml")).unwrap();
    assert!(files.read("a/docker-compose.yml").is_err());
}

#[test]
fn a_mounted_link_is_not_carried_along() {
    let folder = tempfile::tempdir().unwrap();
    let text = COMPOSE.replace("ports", "volumes: ['./secret.conf:/etc/x.conf'], ports");
    write(folder.path(), "a/docker-compose.yml", &text);
    symlink("/etc/passwd", folder.path().join("a/secret.conf")).unwrap();
    let read = read(&mut Folder::open(folder.path()).unwrap(), None);
    assert_eq!(read.reasons(), [Reason::File]);
}

#[test]
fn pipes_and_names_that_are_no_text_hold_nobody_up() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("a")).unwrap();
    let pipe = folder.path().join("a/docker-compose.yml");
    rustix::fs::mknodat(rustix::fs::CWD, &pipe, rustix::fs::FileType::Fifo, 0o600.into(), 0).unwrap();
    fs::write(folder.path().join(std::ffi::OsStr::from_bytes(b"\xff.json")), "{}").unwrap();
    let read = read(&mut Folder::open(folder.path()).unwrap(), Some(Format::Compose));
    assert_eq!(read.reasons(), [Reason::Unreadable]);
}

#[test]
fn a_file_without_end_is_refused_by_its_size() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "a/docker-compose.yml", "");
    let file = fs::OpenOptions::new().write(true).open(folder.path().join("a/docker-compose.yml")).unwrap();
    file.set_len(1 << 30).unwrap();
    let read = read(&mut Folder::open(folder.path()).unwrap(), None);
    assert_eq!(read.reasons(), [Reason::Unreadable]);
    assert!(read.refused[0].why.contains("larger than 1024 KiB"), "{:?}", read.refused);
    assert!(One::new("x.yml", vec![b'a'; LONGEST as usize + 1]).read("x.yml").is_err());
}

#[test]
fn what_is_hidden_is_not_looked_at_and_order_is_by_path() {
    let folder = tempfile::tempdir().unwrap();
    for path in [".git/config", "b/x", "a/y", "a/.hidden"] {
        write(folder.path(), path, "");
    }
    let files = Folder::open(folder.path()).unwrap();
    assert_eq!(files.entries().iter().map(|entry| entry.path.as_str()).collect::<Vec<_>>(), ["a/y", "b/x"]);
}

#[test]
fn a_hundred_thousand_files_are_read_and_too_many_are_refused() {
    let mut files: Vec<(String, String)> = (0..100_000).map(|n| (format!("junk/{n}"), String::new())).collect();
    files.push(("a/docker-compose.yml".to_owned(), COMPOSE.to_owned()));
    let read = read(&mut super::Memory::of(files), None);
    assert_eq!((read.taken.len(), read.refused.len()), (1, 0));
    assert!(MOST_ENTRIES >= 100_000);
}

#[test]
fn a_file_is_looked_at_with_what_lies_beside_it_unless_that_is_too_much() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "x.yml", COMPOSE);
    write(folder.path(), "conf/y", "");
    assert_eq!(Folder::beside(folder.path(), "x.yml").unwrap().entries().len(), 2);
    for n in 0..2_100 {
        fs::write(folder.path().join(format!("n{n}")), "").unwrap();
    }
    assert_eq!(Folder::beside(folder.path(), "x.yml").unwrap().entries().len(), 1);
}

#[test]
fn each_format_is_known_by_its_files() {
    let detected = |paths: &[&str]| detect(super::Memory::of(paths.iter().map(|path| (*path, ""))).entries());
    assert_eq!(detected(&["x/apps/a/app.json", "x/apps/a/docker-compose.yml"]), Some(Format::BigBear));
    assert_eq!(detected(&["apps/a/config.json", "apps/a/docker-compose.json"]), Some(Format::Runtipi));
    assert_eq!(detected(&["Apps/a/docker-compose.yml"]), Some(Format::CasaOs));
    assert_eq!(detected(&["a/umbrel-app.yml", "a/docker-compose.yml"]), Some(Format::Umbrel));
    assert_eq!(detected(&["templates-2.0.json", "README.md"]), Some(Format::Portainer));
    assert_eq!(detected(&["a/compose.yaml"]), Some(Format::Compose));
    assert_eq!(detected(&["recipes/a.json"]), Some(Format::Recipes));
    assert_eq!(detected(&["README.md"]), None);
}
