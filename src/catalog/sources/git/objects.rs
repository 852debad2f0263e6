//! The files of one commit, read from the objects themselves. What must hold: a link is never followed and a path never
//! leaves for this machine's file system: both are only words in here.

use std::{
    io::{self, BufRead, BufReader, Read, Write},
    path::Path,
    process::{Child, ChildStdin, ChildStdout, Stdio},
};

use super::{
    super::{MOST_FILES, SourceError, watch::Watch},
    complaint,
    program::{self, git, run},
};
use crate::{
    catalog::files::{Entry, EntryKind, Files, longest, read_at_most},
    domain::catalog::Pin,
};

/// As deep as a folder is looked through.
const DEEPEST: usize = 12;

pub struct GitFiles {
    entries: Vec<Entry>,
    /// The object of each entry.
    objects: Vec<String>,
    reader: Reader,
    watch: Watch,
}

impl GitFiles {
    pub(super) fn open(repository: &Path, pin: &Pin, watch: &Watch) -> Result<Self, SourceError> {
        let mut command = git(repository, &[]);
        command.args(["ls-tree", "-r", "-z", "-l", "--full-tree", pin.as_str()]);
        let listing = run(command, None, watch)?.map_err(complaint::understood)?;
        let mut found: Vec<_> = listing.split(|byte| *byte == 0).filter_map(entry).collect();
        if found.len() > MOST_FILES {
            return Err(SourceError::TooMany { most: MOST_FILES, what: "files" });
        }
        found.sort_by(|a, b| a.0.path.cmp(&b.0.path));
        let (entries, objects) = found.into_iter().unzip();
        Ok(Self { entries, objects, reader: Reader::start(repository)?, watch: watch.clone() })
    }
}

/// `100644 blob 8ab686ea…      12<tab>path`; nothing for what is hidden, too deep, or has no name in plain text.
fn entry(line: &[u8]) -> Option<(Entry, String)> {
    let line = std::str::from_utf8(line).ok()?;
    let (about, path) = line.split_once('\t')?;
    let mut words = about.split_ascii_whitespace();
    let (mode, _, object, size) = (words.next()?, words.next()?, words.next()?, words.next()?);
    let is_odd = |part: &str| part.is_empty() || part.starts_with('.') || part.contains(char::is_control);
    if path.split('/').any(is_odd) || path.split('/').count() > DEEPEST {
        return None;
    }
    let kind = match mode {
        "100644" | "100755" => EntryKind::File,
        "120000" => EntryKind::Link,
        _ => EntryKind::Other,
    };
    let size = size.parse().unwrap_or(0);
    Some((Entry { path: path.to_owned(), size, kind }, object.to_owned()))
}

impl Files for GitFiles {
    fn entries(&self) -> &[Entry] {
        &self.entries
    }

    fn read(&mut self, path: &str) -> io::Result<Vec<u8>> {
        self.watch.is_wanted().map_err(io::Error::other)?;
        let known = self.entries.binary_search_by(|entry| entry.path.as_str().cmp(path));
        let at = known.map_err(|_| io::Error::from(io::ErrorKind::NotFound))?;
        let entry = &self.entries[at];
        if entry.kind != EntryKind::File {
            return Err(io::Error::other("it is no plain file"));
        }
        let most = longest(path);
        if entry.size > most {
            return Err(io::Error::other(format!("it is larger than {} KiB", most / 1024)));
        }
        self.reader.read(&self.objects[at], most)
    }
}

/// One process that hands out objects by their names.
struct Reader {
    child: Child,
    ask: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Reader {
    fn start(repository: &Path) -> Result<Self, SourceError> {
        let mut command = git(repository, &[]);
        command.args(["cat-file", "--batch"]).stdin(Stdio::piped()).stderr(Stdio::null());
        let mut child = program::started(&mut command)?;
        match (child.stdin.take(), child.stdout.take()) {
            (Some(ask), Some(answers)) => Ok(Self { child, ask, answers: BufReader::new(answers) }),
            _ => Err(SourceError::Git("it has no ears".to_owned())),
        }
    }

    /// `<object> blob <size>`, the bytes, and the end of a line.
    fn read(&mut self, object: &str, most: u64) -> io::Result<Vec<u8>> {
        self.ask.write_all(format!("{object}\n").as_bytes())?;
        self.ask.flush()?;
        let mut head = String::new();
        (&mut self.answers).take(200).read_line(&mut head)?;
        let size = head.strip_prefix(object).and_then(|rest| rest.trim().strip_prefix("blob "));
        let size: u64 =
            size.and_then(|size| size.parse().ok()).ok_or_else(|| io::Error::other("git does not have it"))?;
        let bytes = read_at_most((&mut self.answers).take(size), most)?;
        let mut end = [0];
        self.answers.read_exact(&mut end)?;
        match bytes.len() as u64 == size && end == *b"\n" {
            true => Ok(bytes),
            false => Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        program::end(&mut self.child);
    }
}
