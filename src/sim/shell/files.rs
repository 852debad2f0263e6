//! The files of one guest. A file lives on while somebody has it open, also when its name is gone or now means another.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// What a name stands for.
#[derive(Debug, Clone)]
pub enum Node {
    Folder {
        mode: u32,
    },
    File(Arc<File>),
    Device(Device),
    /// Made anew whenever it is read.
    Report(Report),
    Link(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Device {
    Null,
    Zero,
    Random,
    Terminal,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Report {
    Uptime,
    Mounts,
    LoadAverage,
    MemoryInfo,
    BootId,
    /// Of the first process.
    FirstProcess,
    /// The sockets that wait for somebody.
    Tcp,
    Tcp6,
}

#[derive(Debug, Default)]
pub struct File(Mutex<Content>);

#[derive(Debug, Default, Clone)]
pub struct Content {
    pub bytes: Vec<u8>,
    pub mode: u32,
    /// In seconds since 1970.
    pub changed: i64,
}

impl File {
    pub fn new(bytes: Vec<u8>, mode: u32, changed: i64) -> Arc<Self> {
        Arc::new(Self(Mutex::new(Content { bytes, mode, changed })))
    }

    pub fn held(&self) -> MutexGuard<'_, Content> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Why a file could not be had, in the words of the C library.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    Missing,
    IsFolder,
    NoFolder,
    Exists,
    NotEmpty,
    Loops,
}

impl Trouble {
    pub fn words(self) -> &'static str {
        match self {
            Self::Missing => "No such file or directory",
            Self::IsFolder => "Is a directory",
            Self::NoFolder => "Not a directory",
            Self::Exists => "File exists",
            Self::NotEmpty => "Directory not empty",
            Self::Loops => "Too many levels of symbolic links",
        }
    }
}

const MOST_LINKS: usize = 16;

/// An app that was there before anything was simulated: nothing of it lies here.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Seeming {
    #[default]
    Nothing,
    /// It listens where the marker of its guest says.
    App,
    /// It came here from another guest, whose marker named these ports.
    Carried(Arc<[u16]>),
}

/// All names of a guest, each with its whole path and no trailing slash.
#[derive(Debug, Clone, Default)]
pub struct Files {
    names: BTreeMap<String, Node>,
    pub seeming: Seeming,
}

/// A path without `.`, `..` and double slashes, beginning at `folder` when it does not begin at the root.
pub fn absolute(folder: &str, path: &str) -> String {
    let whole = if path.starts_with('/') { path.to_owned() } else { format!("{folder}/{path}") };
    let mut parts: Vec<&str> = Vec::new();
    for part in whole.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    format!("/{}", parts.join("/"))
}

pub fn parent(path: &str) -> &str {
    match path.rfind('/') {
        Some(0) | None => "/",
        Some(at) => &path[..at],
    }
}

pub fn base(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

impl Files {
    /// Its own copy of every file, for a guest that is made from another.
    pub fn copied(&self) -> Self {
        let copy = |node: &Node| match node {
            Node::File(file) => Node::File(Arc::new(File(Mutex::new(file.held().clone())))),
            other => other.clone(),
        };
        let names = self.names.iter().map(|(path, node)| (path.clone(), copy(node))).collect();
        Self { names, seeming: self.seeming.clone() }
    }

    /// Puts something under a path, and the folders above it.
    pub fn plant(&mut self, path: &str, node: Node) {
        let mut above = parent(path).to_owned();
        while above != "/" && !self.names.contains_key(&above) {
            self.names.insert(above.clone(), Node::Folder { mode: 0o755 });
            above = parent(&above).to_owned();
        }
        self.names.insert(path.to_owned(), node);
    }

    /// Where a path leads once every link in it was followed; the last part need not be there.
    pub fn resolve(&self, path: &str) -> Result<String, Trouble> {
        let mut path = path.to_owned();
        for _ in 0..MOST_LINKS {
            match self.first_link(&path) {
                None => return Ok(path),
                Some((head, target, rest)) => {
                    let there = absolute(parent(&head), &target);
                    path = if rest.is_empty() { there } else { absolute(&there, &rest) };
                }
            }
        }
        Err(Trouble::Loops)
    }

    fn first_link(&self, path: &str) -> Option<(String, String, String)> {
        let ends = path.match_indices('/').map(|(at, _)| at).skip(1).chain([path.len()]);
        for end in ends {
            if let Some(Node::Link(target)) = self.names.get(&path[..end]) {
                return Some((path[..end].to_owned(), target.clone(), path[end..].trim_start_matches('/').to_owned()));
            }
        }
        None
    }

    /// What a path names, links followed.
    pub fn get(&self, path: &str) -> Result<Node, Trouble> {
        let path = self.resolve(path)?;
        if path == "/" {
            return Ok(Node::Folder { mode: 0o755 });
        }
        if let Some(node) = self.names.get(&path) {
            return Ok(node.clone());
        }
        match self.names.get(parent(&path)) {
            Some(Node::Folder { .. }) | None => Err(Trouble::Missing),
            Some(_) => Err(Trouble::NoFolder),
        }
    }

    /// The same without following a link at the very end.
    pub fn entry(&self, path: &str) -> Option<&Node> {
        self.names.get(path)
    }

    pub fn is_folder(&self, path: &str) -> bool {
        matches!(self.get(path), Ok(Node::Folder { .. }))
    }

    /// The file to write to; made when it is not there.
    pub fn make(&mut self, path: &str, now: i64, mode: u32) -> Result<Node, Trouble> {
        match self.get(path) {
            Ok(Node::Folder { .. }) => Err(Trouble::IsFolder),
            Ok(node) => Ok(node),
            Err(Trouble::Missing) => {
                let path = self.resolve(path)?;
                if !self.is_folder(parent(&path)) {
                    return Err(Trouble::Missing);
                }
                let node = Node::File(File::new(Vec::new(), mode, now));
                self.names.insert(path, node.clone());
                Ok(node)
            }
            Err(why) => Err(why),
        }
    }

    /// Puts something under a name whose folder must be there.
    pub fn put(&mut self, path: &str, node: Node) -> Result<(), Trouble> {
        let folder = self.resolve(parent(path))?;
        if !self.is_folder(&folder) {
            return Err(Trouble::Missing);
        }
        self.names.insert(absolute(&folder, base(path)), node);
        Ok(())
    }

    pub fn make_folder(&mut self, path: &str, mode: u32) -> Result<(), Trouble> {
        if path == "/" || self.entry(path).is_some() {
            return Err(Trouble::Exists);
        }
        self.put(path, Node::Folder { mode })
    }

    /// Takes a name away, and what lies below it.
    pub fn remove(&mut self, path: &str) {
        let below = format!("{}/", path.trim_end_matches('/'));
        self.names.retain(|name, _| name != path && !name.starts_with(&below));
    }

    pub fn rename(&mut self, from: &str, to: &str) -> Result<(), Trouble> {
        let node = self.names.get(from).cloned().ok_or(Trouble::Missing)?;
        if from == to {
            return Ok(());
        }
        let below = format!("{from}/");
        let moved: Vec<_> = self.names.iter().filter(|(name, _)| name.starts_with(&below)).map(clone_pair).collect();
        self.put(to, node)?;
        for (name, node) in moved {
            self.names.insert(format!("{to}/{}", &name[below.len()..]), node);
        }
        self.remove(from);
        Ok(())
    }

    pub fn set_mode(&mut self, path: &str, mode: u32) {
        match self.names.get_mut(path) {
            Some(Node::Folder { mode: old }) => *old = mode,
            Some(Node::File(file)) => file.held().mode = mode,
            _ => {}
        }
    }

    /// The names in a folder, sorted.
    pub fn list(&self, folder: &str) -> Vec<String> {
        let head = if folder == "/" { "/".to_owned() } else { format!("{folder}/") };
        let inside = self.names.range(head.clone()..).take_while(|(name, _)| name.starts_with(&head));
        inside
            .filter_map(|(name, _)| name.strip_prefix(&head))
            .filter(|rest| !rest.contains('/'))
            .map(str::to_owned)
            .collect()
    }

    /// Everything below a folder, the folder itself first.
    pub fn below(&self, folder: &str) -> Vec<String> {
        let head = if folder == "/" { "/".to_owned() } else { format!("{folder}/") };
        let inside = self.names.keys().filter(|name| name.starts_with(&head)).cloned();
        [folder.to_owned()].into_iter().chain(inside).collect()
    }

    /// What a file holds, as text.
    pub fn text(&self, path: &str) -> Option<String> {
        match self.get(path) {
            Ok(Node::File(file)) => Some(String::from_utf8_lossy(&file.held().bytes).into_owned()),
            _ => None,
        }
    }

    /// Makes a file new, with the folders above it.
    pub fn write(&mut self, path: &str, text: &str, mode: u32, now: i64) {
        let path = self.resolve(path).unwrap_or_else(|_| path.to_owned());
        self.plant(&path, Node::File(File::new(text.as_bytes().to_vec(), mode, now)));
    }

    /// Whether a path leads to anything.
    pub fn has(&self, path: &str) -> bool {
        self.get(path).is_ok()
    }

    /// Bytes in all files together.
    pub fn size(&self) -> usize {
        let size = |node: &Node| if let Node::File(file) = node { file.held().bytes.len() } else { 0 };
        self.names.values().map(size).sum()
    }
}

fn clone_pair((name, node): (&String, &Node)) -> (String, Node) {
    (name.clone(), node.clone())
}
