//! The files of a store, wherever they lie: a folder, a single text, and whatever else can list and read. What must hold:
//! nothing outside of it is ever read, and neither its size nor its shape can keep us for long.

use std::{
    collections::VecDeque,
    fs::{self, File},
    io::{self, Read},
    path::{Path, PathBuf},
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Relative, with `/` between its parts.
    pub path: String,
    pub size: u64,
    pub kind: EntryKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryKind {
    File,
    Link,
    /// Pipes, devices, sub-repositories.
    Other,
}

pub trait Files {
    /// In the order of their paths; folders are not among them.
    fn entries(&self) -> &[Entry];

    /// A file's bytes; one that is longer than `longest` says is refused.
    fn read(&mut self, path: &str) -> io::Result<Vec<u8>>;
}

/// No file that describes one app is longer.
pub const LONGEST: u64 = 1024 * 1024;

/// A list that is a whole store in one file.
pub const LONGEST_LIST: u64 = 16 * 1024 * 1024;

/// How long a file at this path may be: lists lie at the top.
pub fn longest(path: &str) -> u64 {
    let is_list = path.ends_with(".json") && !path.contains('/');
    if is_list { LONGEST_LIST } else { LONGEST }
}

/// More entries has no store, and nobody waits for them.
pub const MOST_ENTRIES: usize = 200_000;

const DEEPEST: usize = 12;

/// A folder of this machine. Symbolic links in it are not followed, and what is hidden is not looked at.
#[derive(Debug)]
pub struct Folder {
    root: PathBuf,
    entries: Vec<Entry>,
}

impl Folder {
    pub fn open(root: &Path) -> io::Result<Self> {
        Self::list(root, DEEPEST, MOST_ENTRIES)
    }

    /// What lies close to a file that may lie in a home folder: where that is too much, only the file itself.
    pub fn beside(root: &Path, name: &str) -> io::Result<Self> {
        Self::list(root, 2, 2_000).or_else(|_| {
            let size = fs::symlink_metadata(root.join(name))?.len();
            let entries = vec![Entry { path: name.to_owned(), size, kind: EntryKind::File }];
            Ok(Self { root: root.to_owned(), entries })
        })
    }

    fn list(root: &Path, deepest: usize, most: usize) -> io::Result<Self> {
        let mut folder = Self { root: root.to_owned(), entries: Vec::new() };
        let mut waiting = VecDeque::from([(root.to_owned(), String::new(), 0)]);
        let mut seen = 0;
        while let Some((path, prefix, depth)) = waiting.pop_front() {
            for entry in fs::read_dir(&path)? {
                let entry = entry?;
                seen += 1;
                if seen > most {
                    return Err(io::Error::other(format!("it holds more than {most} files and folders")));
                }
                // What is hidden is Git's or an editor's, and a name that is no text names no app.
                let Ok(name) = entry.file_name().into_string() else { continue };
                if name.starts_with('.') {
                    continue;
                }
                let relative = format!("{prefix}{name}");
                // Of the entry itself: a link is told as one.
                let about = entry.metadata()?;
                if about.is_dir() && depth < deepest {
                    waiting.push_back((entry.path(), format!("{relative}/"), depth + 1));
                } else if !about.is_dir() {
                    folder.entries.push(Entry { path: relative, size: about.len(), kind: kind(about.file_type()) });
                }
            }
        }
        folder.entries.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(folder)
    }
}

fn kind(of: fs::FileType) -> EntryKind {
    if of.is_file() {
        EntryKind::File
    } else if of.is_symlink() {
        EntryKind::Link
    } else {
        EntryKind::Other
    }
}

impl Files for Folder {
    fn entries(&self) -> &[Entry] {
        &self.entries
    }

    fn read(&mut self, path: &str) -> io::Result<Vec<u8>> {
        let known = self.entries.binary_search_by(|entry| entry.path.as_str().cmp(path));
        let entry = known.map(|at| &self.entries[at]).map_err(|_| io::Error::from(io::ErrorKind::NotFound))?;
        if entry.kind != EntryKind::File {
            return Err(io::Error::other("it is no plain file"));
        }
        let whole = self.root.join(path);
        // It may have been replaced since it was listed; a pipe would be waited on for ever.
        if !fs::symlink_metadata(&whole)?.is_file() {
            return Err(io::Error::other("it is no plain file any more"));
        }
        read_at_most(File::open(whole)?, longest(path))
    }
}

/// Refuses instead of cutting off.
pub fn read_at_most(from: impl Read, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        return Err(io::Error::other(format!("it is larger than {} KiB", most / 1024)));
    }
    Ok(bytes)
}

/// A single text with a name.
#[derive(Debug)]
pub struct One {
    entry: Entry,
    bytes: Vec<u8>,
}

impl One {
    pub fn new(name: &str, bytes: Vec<u8>) -> Self {
        Self { entry: Entry { path: name.to_owned(), size: bytes.len() as u64, kind: EntryKind::File }, bytes }
    }
}

impl Files for One {
    fn entries(&self) -> &[Entry] {
        std::slice::from_ref(&self.entry)
    }

    fn read(&mut self, path: &str) -> io::Result<Vec<u8>> {
        if path != self.entry.path {
            return Err(io::ErrorKind::NotFound.into());
        }
        read_at_most(self.bytes.as_slice(), longest(path))
    }
}
