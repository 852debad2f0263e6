//! What the system wants of the process, and whether the terminal is still there. What must hold: a terminal that hung up
//! is noticed without a byte being written, and nothing spins on it.

use std::{
    io::PipeWriter,
    os::fd::{AsFd, OwnedFd},
    thread::JoinHandle,
};

use rustix::event::{PollFd, PollFlags, poll};
use tokio::{
    signal::unix::{SignalKind, signal},
    sync::mpsc,
    task::JoinSet,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Call {
    Leave,
    /// The process was stopped and goes on: the terminal was somebody else's meanwhile.
    Continued,
    /// The terminal hung up.
    Gone,
}

/// Listens as long as it lives.
#[derive(Debug, Default)]
pub struct Listeners {
    signals: JoinSet<()>,
    hang_up: Option<HangUp>,
}

impl Listeners {
    /// For the signals of this process and for the end of its terminal.
    pub fn of_process() -> std::io::Result<(mpsc::Receiver<Call>, Self)> {
        let (calls, heard) = mpsc::channel(8);
        let mut signals = JoinSet::new();
        for (kind, call) in [
            (SignalKind::terminate(), Call::Leave),
            (SignalKind::interrupt(), Call::Leave),
            (SignalKind::hangup(), Call::Gone),
            (SignalKind::from_raw(rustix::process::Signal::CONT.as_raw()), Call::Continued),
        ] {
            let mut signal = signal(kind)?;
            let calls = calls.clone();
            signals.spawn(async move { while signal.recv().await.is_some() && calls.send(call).await.is_ok() {} });
        }
        let hang_up = HangUp::watch(rustix::stdio::stdin().try_clone_to_owned()?, calls, hush_keys)?;
        Ok((heard, Self { signals, hang_up: Some(hang_up) }))
    }
}

impl Drop for Listeners {
    fn drop(&mut self) {
        self.signals.abort_all();
        self.hang_up = None;
    }
}

/// A terminal that is gone reads as an end without end, and whoever reads keys would spin on it, on the loop's own
/// thread. From now on it finds nothing to read instead.
fn hush_keys() {
    let Ok((nothing, never_written)) = std::io::pipe() else { return };
    let quiet = rustix::fs::fcntl_setfl(&nothing, rustix::fs::OFlags::NONBLOCK);
    if quiet.and_then(|()| rustix::stdio::dup2_stdin(&nothing)).is_ok() {
        // Closed, it would be an end again. The process has nothing left to do but to leave.
        std::mem::forget(never_written);
    }
}

/// A thread that sleeps until the terminal ends, or until this is dropped.
#[derive(Debug)]
pub struct HangUp {
    /// Dropped to end the thread.
    alive: Option<PipeWriter>,
    watcher: Option<JoinHandle<()>>,
}

impl HangUp {
    /// At the hang-up `then` is done first, and then it is told.
    pub fn watch(
        terminal: OwnedFd,
        calls: mpsc::Sender<Call>,
        then: impl FnOnce() + Send + 'static,
    ) -> std::io::Result<Self> {
        let (over, alive) = std::io::pipe()?;
        let watch = move || {
            let is_over = |fd: &PollFd<'_>| !fd.revents().is_empty();
            loop {
                // Nothing is asked for, so only an end is told.
                let mut ends = [
                    PollFd::new(&terminal, PollFlags::empty()),
                    PollFd::from_borrowed_fd(over.as_fd(), PollFlags::empty()),
                ];
                match poll(&mut ends, None) {
                    Err(rustix::io::Errno::INTR) => {}
                    Ok(_) if !is_over(&ends[0]) && !is_over(&ends[1]) => {}
                    Ok(_) if is_over(&ends[1]) => return,
                    _ => {
                        then();
                        // Nobody to tell means that the deck has ended already.
                        let _ = calls.blocking_send(Call::Gone);
                        return;
                    }
                }
            }
        };
        let watcher = std::thread::Builder::new().name("hang-up".into()).spawn(watch)?;
        Ok(Self { alive: Some(alive), watcher: Some(watcher) })
    }
}

impl Drop for HangUp {
    fn drop(&mut self) {
        self.alive = None;
        if let Some(watcher) = self.watcher.take() {
            // It has nothing left to do but to end.
            let _ = watcher.join();
        }
    }
}
