//! What a process can ask of its kernel. Each call that cannot be answered at once is a future that waits.

use std::{
    future::poll_fn,
    sync::{Arc, Mutex},
    task::Poll,
};

use super::{
    files::Device,
    kernel::{Kernel, Pid, Program, Wait},
    streams::{OpenFile, PIPE_HOLDS, Stream, held},
    tty::{CONSOLE, TtyId},
};
use crate::domain::moment::Moment;

/// Nobody reads any more what is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Broken;

#[derive(Clone)]
pub struct Sys {
    pub kernel: Arc<Mutex<Kernel>>,
    pub pid: Pid,
}

/// Steps a process takes in one go before time passes for it.
const WORK_IN_ONE_GO: u64 = 40_000;
const WORK_OF_A_BIRTH: u64 = 100;
/// A program that never rests is let run ever more rarely; each pause doubles the last, so many times.
const LONGEST_PAUSE: u32 = 22;
/// What the terminal takes in one go.
const SHOWN_IN_ONE_GO: u64 = 2 << 20;
/// The most a guest may hold in files.
pub const DISK: usize = 64 << 20;

/// Where a new process belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// To the group of its parent.
    Same,
    /// To this group, or to a new one for 0.
    Group(Pid),
    /// To a session of its own, out of reach of the terminal.
    Session,
}

impl Sys {
    pub fn with<R>(&self, act: impl FnOnce(&mut Kernel) -> R) -> R {
        act(&mut held(&self.kernel))
    }

    pub fn now(&self) -> Moment {
        self.with(|kernel| kernel.now)
    }

    /// Waits until `ready` has something, asked whenever anything happened.
    pub async fn until<R>(&self, mut ready: impl FnMut(&mut Kernel) -> Option<R>) -> R {
        poll_fn(|_| {
            self.with(|kernel| match ready(kernel) {
                Some(value) => Poll::Ready(value),
                None => {
                    kernel.block(self.pid, Wait::Turn);
                    Poll::Pending
                }
            })
        })
        .await
    }

    /// The terminal of its own session.
    pub fn terminal(&self) -> TtyId {
        self.with(|kernel| kernel.processes.get(&self.pid).and_then(|process| process.terminal)).unwrap_or(CONSOLE)
    }

    pub async fn sleep(&self, milliseconds: i64) {
        let due = Moment(self.now().0.saturating_add(milliseconds));
        let mut is_first = true;
        poll_fn(|_| {
            self.with(|kernel| {
                let was_called = !kernel.processes.get(&self.pid).is_none_or(|process| process.came.is_empty());
                if kernel.now >= due || (was_called && !is_first) {
                    return Poll::Ready(());
                }
                is_first = false;
                kernel.block(self.pid, Wait::Until(due));
                Poll::Pending
            })
        })
        .await;
        self.with(|kernel| kernel.block(self.pid, Wait::Turn));
    }

    /// Goes on, unless the process has ended.
    pub async fn live_on(&self) {
        self.until(|kernel| {
            kernel.processes.get(&self.pid).is_some_and(|process| process.exit.is_none()).then_some(())
        })
        .await;
    }

    /// Counts work, and lets time pass when there was much of it.
    pub async fn work(&self, steps: u64) {
        let pause = self.with(|kernel| {
            let process = kernel.processes.get_mut(&self.pid)?;
            process.work += steps;
            if process.work < WORK_IN_ONE_GO {
                return None;
            }
            process.work = 0;
            let rested = kernel.now.since(process.rested).as_millis() > 20 << process.pauses;
            process.rested = kernel.now;
            process.pauses = if rested { 0 } else { (process.pauses + 1).min(LONGEST_PAUSE) };
            Some(1 << process.pauses)
        });
        if let Some(pause) = pause {
            self.sleep(pause).await;
        }
    }

    /// At most so many bytes; none at the end.
    pub async fn read(&self, stream: &Stream, most: usize) -> Vec<u8> {
        self.work(1 + most as u64 / 512).await;
        match stream {
            Stream::File(open) => read_file(open, most),
            Stream::Fixed(bytes) => {
                let mut bytes = held(bytes);
                let count = bytes.len().min(most);
                bytes.drain(..count).collect()
            }
            Stream::Device(Device::Null) => Vec::new(),
            Stream::Device(Device::Zero) => vec![0; most],
            Stream::Device(Device::Random) => self.with(|kernel| {
                kernel.changes += 1;
                let seed = kernel.now.0 as u64 ^ kernel.changes << 20;
                (0..most as u64).map(|place| crate::sim::hash::mix(seed, place) as u8).collect()
            }),
            Stream::Terminal(_) => self.until(|kernel| self.at_hand(kernel, stream, most)).await,
            Stream::Device(Device::Terminal) => Vec::new(),
            Stream::Source(_) => self.until(|kernel| self.at_hand(kernel, stream, most)).await,
            Stream::Sink(_) => Vec::new(),
        }
    }

    /// The same, but nothing when nothing comes by then.
    pub async fn read_by(&self, stream: &Stream, most: usize, by: Moment) -> Option<Vec<u8>> {
        if !matches!(stream, Stream::Source(_) | Stream::Terminal(_)) {
            return Some(self.read(stream, most).await);
        }
        self.work(1).await;
        let found = poll_fn(|_| {
            self.with(|kernel| {
                let found = self.at_hand(kernel, stream, most);
                if found.is_some() || kernel.now >= by {
                    return Poll::Ready(found);
                }
                kernel.block(self.pid, Wait::TurnUntil(by));
                Poll::Pending
            })
        })
        .await;
        self.with(|kernel| kernel.block(self.pid, Wait::Turn));
        found
    }

    /// What can be read at once of a pipe or a terminal; no bytes at the end, and nothing where one must wait. Who is
    /// not in the foreground of a terminal waits until he is.
    fn at_hand(&self, kernel: &mut Kernel, stream: &Stream, most: usize) -> Option<Vec<u8>> {
        let bytes: Vec<u8> = match stream {
            Stream::Source(source) => {
                let mut bytes = held(&source.0.bytes);
                if bytes.is_empty() {
                    return (!source.0.has_writer()).then(Vec::new);
                }
                let count = bytes.len().min(most);
                bytes.drain(..count).collect()
            }
            Stream::Terminal(id) if !kernel.ttys.contains_key(id) => return Some(Vec::new()),
            Stream::Terminal(id) if kernel.is_in_front(self.pid, *id) => kernel.tty(*id).read(most)?,
            _ => return None,
        };
        kernel.changes += 1;
        Some(bytes)
    }

    pub async fn read_all(&self, stream: &Stream) -> Vec<u8> {
        let mut all = Vec::new();
        loop {
            let part = self.read(stream, 16_384).await;
            if part.is_empty() || all.len() > DISK {
                return all;
            }
            all.extend(part);
        }
    }

    pub async fn write(&self, stream: &Stream, bytes: &[u8]) -> Result<(), Broken> {
        self.work(1 + bytes.len() as u64 / 512).await;
        match stream {
            Stream::File(open) => self.with(|kernel| write_file(kernel, open, bytes)),
            Stream::Terminal(id) => {
                for part in bytes.chunks(4_096) {
                    self.show(*id, part).await;
                }
                Ok(())
            }
            Stream::Sink(sink) => {
                let pipe = sink.0.clone();
                let mut done = 0;
                self.until(|kernel| {
                    if !pipe.has_reader() {
                        return Some(Err(Broken));
                    }
                    let mut held = held(&pipe.bytes);
                    let room = PIPE_HOLDS.saturating_sub(held.len()).min(bytes.len() - done);
                    held.extend(&bytes[done..done + room]);
                    done += room;
                    kernel.changes += u64::from(room > 0);
                    (done == bytes.len()).then_some(Ok(()))
                })
                .await
            }
            Stream::Device(_) | Stream::Fixed(_) | Stream::Source(_) => Ok(()),
        }
    }

    async fn show(&self, id: TtyId, bytes: &[u8]) {
        let is_much = self.with(|kernel| {
            let Some(tty) = kernel.ttys.get_mut(&id) else { return false };
            tty.write(bytes);
            tty.out.len() as u64 > SHOWN_IN_ONE_GO
        });
        if is_much {
            self.sleep(1).await;
        }
    }

    /// Begins a process.
    pub fn spawn(&self, place: Place, name: String, program: impl FnOnce(Sys) -> Program) -> Pid {
        self.with(|kernel| {
            let (group, session) = match place {
                Place::Same => (None, None),
                Place::Group(group) => (Some(group), None),
                Place::Session => (Some(0), Some(0)),
            };
            if let Some(parent) = kernel.processes.get_mut(&self.pid) {
                parent.work += WORK_OF_A_BIRTH;
            }
            let pid = kernel.add(self.pid, group, session, name);
            let sys = Sys { kernel: self.kernel.clone(), pid };
            kernel.newborn.push((pid, program(sys)));
            pid
        })
    }

    /// Waits until a child has ended, and forgets it.
    pub async fn wait(&self, pid: Pid) -> i32 {
        self.until(|kernel| match kernel.processes.get(&pid) {
            Some(process) => {
                let exit = process.exit?;
                kernel.processes.remove(&pid);
                Some(exit)
            }
            None => Some(127),
        })
        .await
    }

    /// Signals that came and that the process looks after itself.
    pub fn came(&self) -> Vec<i32> {
        self.with(|kernel| {
            kernel.processes.get_mut(&self.pid).map_or_else(Vec::new, |process| std::mem::take(&mut process.came))
        })
    }
}

fn read_file(open: &OpenFile, most: usize) -> Vec<u8> {
    let content = open.file.held();
    let mut place = held(&open.place);
    let from = (*place).min(content.bytes.len());
    let to = (from + most).min(content.bytes.len());
    *place = to;
    content.bytes[from..to].to_vec()
}

fn write_file(kernel: &mut Kernel, open: &OpenFile, bytes: &[u8]) -> Result<(), Broken> {
    kernel.changes += 1;
    let now = kernel.seconds();
    let mut content = open.file.held();
    let mut place = held(&open.place);
    let from = if open.appends { content.bytes.len() } else { *place };
    if from + bytes.len() > DISK {
        return Ok(());
    }
    let length = content.bytes.len().max(from + bytes.len());
    content.bytes.resize(length, 0);
    content.bytes[from..from + bytes.len()].copy_from_slice(bytes);
    content.changed = now;
    *place = from + bytes.len();
    Ok(())
}
