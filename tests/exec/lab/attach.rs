//! One visitor's end of a console: a `dtach` in a pseudo-terminal of its own. What must hold: it goes without a trace,
//! nothing is typed by leaving.

use std::{
    io::{Read, Write},
    sync::mpsc,
};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use rustix::process::{Pid, Signal, kill_process};
use tokio::sync::mpsc as heard;

use super::guest::Guest;

pub struct Attach {
    master: Box<dyn MasterPty + Send>,
    child: Box<dyn Child + Send + Sync>,
    keys: mpsc::Sender<Vec<u8>>,
    /// What came, piece by piece, until the end.
    pub heard: heard::Receiver<Vec<u8>>,
}

/// Pieces in which output leaves the terminal.
const PIECE: usize = 2_048;

impl Attach {
    pub fn to(guest: &Guest) -> Self {
        let pair = native_pty_system().openpty(size(80, 20)).expect("a pseudo-terminal");
        let (name, value) = guest.around();
        let mut command = CommandBuilder::from_argv(guest.console_words().into_iter().map(Into::into).collect());
        command.env(name, value);
        command.env("TERM", "xterm-256color");
        let reader = pair.master.try_clone_reader().expect("its reading end");
        let writer = pair.master.take_writer().expect("its writing end");
        let child = pair.slave.spawn_command(command).expect("dtach starts");
        let (heard_by, heard) = heard::channel(16);
        let (keys, typed) = mpsc::channel();
        std::thread::spawn(move || listen(reader, &heard_by));
        std::thread::spawn(move || press(writer, &typed));
        Self { master: pair.master, child, keys, heard }
    }

    /// Whose output nobody wants. It is taken all the same: `dtach` lets all others wait for a visitor who is stuck.
    pub fn unheard(guest: &Guest) -> Self {
        let mut attach = Self::to(guest);
        let (_, nothing) = heard::channel(1);
        let mut heard = std::mem::replace(&mut attach.heard, nothing);
        std::thread::spawn(move || while heard.blocking_recv().is_some() {});
        attach
    }

    pub fn type_in(&self, bytes: &[u8]) {
        let _ = self.keys.send(bytes.to_vec());
    }

    pub fn resize(&self, columns: u16, rows: u16) {
        let _ = self.master.resize(size(columns, rows));
    }

    pub fn is_over(&mut self) -> bool {
        !matches!(self.child.try_wait(), Ok(None))
    }
}

impl Drop for Attach {
    /// The writing end of this library types an end of file when it goes: by then nobody may be there to pass it on.
    fn drop(&mut self) {
        let id = self.child.process_id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
        if let (Some(id), false) = (id, self.is_over()) {
            let _ = kill_process(id, Signal::KILL);
        }
        let _ = self.child.wait();
    }
}

fn size(columns: u16, rows: u16) -> PtySize {
    PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 }
}

fn listen(mut reader: Box<dyn Read + Send>, heard_by: &heard::Sender<Vec<u8>>) {
    let mut piece = [0; PIECE];
    while let Ok(length @ 1..) = reader.read(&mut piece) {
        if heard_by.blocking_send(piece[..length].to_vec()).is_err() {
            return;
        }
    }
}

fn press(mut writer: Box<dyn Write + Send>, typed: &mpsc::Receiver<Vec<u8>>) {
    while let Ok(bytes) = typed.recv() {
        if writer.write_all(&bytes).is_err() {
            return;
        }
    }
}
