//! The thread that writes. A terminal behind a slow link or a stopped one (Ctrl-S) blocks its writer; the deck goes on
//! hearing keys and signals meanwhile. What must hold: one `send` is one write, and the next one waits for it.

use std::{
    sync::{
        Arc,
        mpsc::{self, SyncSender},
    },
    thread::JoinHandle,
};

use rustix::io::Errno;
use tokio::sync::mpsc as answers;

use super::held::Held;

#[derive(Debug)]
pub struct Wire {
    /// Each with the time at which the terminal was taken.
    frames: Option<SyncSender<(u64, Vec<u8>)>>,
    written: answers::Receiver<Result<(), Errno>>,
    is_busy: bool,
    writer: Option<JoinHandle<()>>,
    terminal: Arc<Held>,
    /// How many bytes went out since the start.
    pub sent: u64,
}

impl Wire {
    pub fn to(terminal: Arc<Held>) -> std::io::Result<Self> {
        let (frames, to_write) = mpsc::sync_channel::<(u64, Vec<u8>)>(1);
        let (done, written) = answers::channel(1);
        let held = terminal.clone();
        let write = move || {
            while let Ok((time, bytes)) = to_write.recv() {
                if done.blocking_send(held.write(&bytes, time)).is_err() {
                    return;
                }
            }
        };
        let writer = std::thread::Builder::new().name("terminal".into()).spawn(write)?;
        Ok(Self { frames: Some(frames), written, is_busy: false, writer: Some(writer), terminal, sent: 0 })
    }

    pub fn is_busy(&self) -> bool {
        self.is_busy
    }

    /// Hands bytes to the writer; nothing is written for nothing.
    pub fn send(&mut self, bytes: Vec<u8>) {
        if bytes.is_empty() {
            return;
        }
        self.sent += bytes.len() as u64;
        if let Some(frames) = &self.frames {
            self.is_busy = frames.send((self.terminal.time(), bytes)).is_ok();
        }
    }

    /// Waits until what was sent is with the terminal; does not end while nothing is under way.
    pub async fn written(&mut self) -> Result<(), Errno> {
        if !self.is_busy {
            return std::future::pending().await;
        }
        let written = self.written.recv().await.unwrap_or(Err(Errno::IO));
        self.is_busy = false;
        written
    }
}

impl Drop for Wire {
    /// A writer that hangs on a stopped terminal is left behind; any other one is seen off. The terminal has been given
    /// back before, so no new write begins.
    fn drop(&mut self) {
        self.frames = None;
        if let Some(writer) = self.writer.take().filter(|_| !self.terminal.is_writing()) {
            // It has nothing left to do but to end, and a panic in it was reported when it happened.
            let _ = writer.join();
        }
    }
}
