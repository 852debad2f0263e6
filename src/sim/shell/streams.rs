//! Where bytes come from and go to: files, pipes, devices, the terminal. A pipe knows how many still write to it and
//! read from it, and everybody who holds an end lets go of it by being dropped.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use super::{
    files::{Device, File},
    tty::TtyId,
};

#[derive(Debug, Clone)]
pub enum Stream {
    File(Arc<OpenFile>),
    Device(Device),
    Terminal(TtyId),
    /// Text that was made when it was opened.
    Fixed(Arc<Mutex<VecDeque<u8>>>),
    Source(Arc<Source>),
    Sink(Arc<Sink>),
}

impl Stream {
    pub fn fixed(bytes: Vec<u8>) -> Self {
        Self::Fixed(Arc::new(Mutex::new(bytes.into())))
    }

    pub fn is_terminal(&self) -> bool {
        matches!(self, Self::Terminal(_))
    }
}

impl Stream {
    /// What waits in a pipe to be read; for those outside.
    pub fn drain(&self) -> Vec<u8> {
        match self {
            Self::Source(source) => held(&source.0.bytes).drain(..).collect(),
            _ => Vec::new(),
        }
    }

    /// Puts so many of these bytes into a pipe as it still takes, and says how many; all where nobody reads any more.
    pub fn push(&self, bytes: &[u8]) -> usize {
        let Self::Sink(sink) = self else { return bytes.len() };
        if !sink.0.has_reader() {
            return bytes.len();
        }
        let mut pipe = held(&sink.0.bytes);
        let room = PIPE_HOLDS.saturating_sub(pipe.len()).min(bytes.len());
        pipe.extend(&bytes[..room]);
        room
    }

    /// Whether more may come out of a pipe.
    pub fn may_bring_more(&self) -> bool {
        matches!(self, Self::Source(source) if source.0.has_writer() || !held(&source.0.bytes).is_empty())
    }
}

/// The streams of a process by number.
pub type Streams = BTreeMap<u32, Stream>;

#[derive(Debug)]
pub struct OpenFile {
    pub file: Arc<File>,
    pub place: Mutex<usize>,
    pub appends: bool,
}

pub fn held<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

pub const PIPE_HOLDS: usize = 65_536;

#[derive(Debug, Default)]
pub struct Pipe {
    pub bytes: Mutex<VecDeque<u8>>,
    sources: AtomicUsize,
    sinks: AtomicUsize,
}

impl Pipe {
    pub fn has_reader(&self) -> bool {
        self.sources.load(Ordering::SeqCst) > 0
    }

    pub fn has_writer(&self) -> bool {
        self.sinks.load(Ordering::SeqCst) > 0
    }
}

/// The end of a pipe that is read from.
#[derive(Debug)]
pub struct Source(pub Arc<Pipe>);

/// The end that is written to.
#[derive(Debug)]
pub struct Sink(pub Arc<Pipe>);

impl Drop for Source {
    fn drop(&mut self) {
        self.0.sources.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        self.0.sinks.fetch_sub(1, Ordering::SeqCst);
    }
}

pub fn pipe() -> (Stream, Stream) {
    let pipe = Arc::new(Pipe { sources: AtomicUsize::new(1), sinks: AtomicUsize::new(1), ..Pipe::default() });
    (Stream::Source(Arc::new(Source(pipe.clone()))), Stream::Sink(Arc::new(Sink(pipe))))
}
