//! Keys as they come, byte for byte, and the one that leaves. What must hold: after the end nothing more is read, so
//! that what is typed next is the next one's.

use std::{
    io::PipeWriter,
    os::fd::{AsFd, OwnedFd},
    thread::JoinHandle,
};

use rustix::{
    event::{PollFd, PollFlags, poll},
    io::Errno,
};
use tokio::sync::mpsc;

/// So many pieces wait for a slow line; more are left with the terminal.
const WAITING: usize = 64;
const PIECE: usize = 4096;

/// A thread that reads until it is dropped, or the terminal ends.
#[derive(Debug)]
pub struct Keys {
    typed: Option<mpsc::Receiver<Vec<u8>>>,
    /// Dropped to end the thread.
    alive: Option<PipeWriter>,
    reader: Option<JoinHandle<()>>,
}

impl Keys {
    pub fn of(terminal: OwnedFd) -> std::io::Result<Self> {
        let (over, alive) = std::io::pipe()?;
        let (tell, typed) = mpsc::channel(WAITING);
        let read = move || {
            while let Some(piece) = piece(&terminal, &over) {
                if tell.blocking_send(piece).is_err() {
                    return;
                }
            }
        };
        let reader = std::thread::Builder::new().name("keys".into()).spawn(read)?;
        Ok(Self { typed: Some(typed), alive: Some(alive), reader: Some(reader) })
    }

    /// Nothing when the terminal has ended.
    pub async fn typed(&mut self) -> Option<Vec<u8>> {
        self.typed.as_mut()?.recv().await
    }
}

impl Drop for Keys {
    fn drop(&mut self) {
        self.typed = None;
        self.alive = None;
        if let Some(reader) = self.reader.take() {
            // It has nothing left to do but to end, and a panic in it was reported when it happened.
            let _ = reader.join();
        }
    }
}

/// What was typed next; nothing at the end of the terminal, or of whoever waits for it.
fn piece(terminal: &OwnedFd, over: &impl AsFd) -> Option<Vec<u8>> {
    loop {
        let mut ready =
            [PollFd::new(terminal, PollFlags::IN), PollFd::from_borrowed_fd(over.as_fd(), PollFlags::empty())];
        match poll(&mut ready, None) {
            Err(Errno::INTR) => continue,
            Err(_) => return None,
            Ok(_) if !ready[1].revents().is_empty() => return None,
            Ok(_) if !ready[0].revents().contains(PollFlags::IN) => return None,
            Ok(_) => {}
        }
        let mut bytes = vec![0; PIECE];
        match rustix::io::read(terminal, &mut bytes) {
            Ok(0) => return None,
            Ok(read) => {
                bytes.truncate(read);
                return Some(bytes);
            }
            Err(Errno::INTR | Errno::AGAIN) => {}
            Err(_) => return None,
        }
    }
}

const LEAVE: u8 = 0x1d;

/// Where Ctrl-] stands in what was typed. Programs inside may have asked the terminal to write keys out in full, as
/// `ESC [ 93 ; 5 u` or `ESC [ 27 ; 5 ; 93 ~`; it means the same then.
pub fn leaving(typed: &[u8]) -> Option<usize> {
    (0..typed.len()).find(|at| typed[*at] == LEAVE || is_written_out(&typed[*at..]))
}

fn is_written_out(typed: &[u8]) -> bool {
    let Some(rest) = typed.strip_prefix(b"\x1b[") else { return false };
    let Some(end) = rest.iter().position(|byte| !matches!(byte, b'0'..=b'9' | b';' | b':')) else { return false };
    let number = |part: &[u8]| std::str::from_utf8(part).ok().and_then(|digits| digits.parse::<u32>().ok());
    let parts: Vec<Vec<Option<u32>>> = rest[..end]
        .split(|byte| *byte == b';')
        .map(|part| part.split(|byte| *byte == b':').map(number).collect())
        .collect();
    let first = |at: usize| parts.get(at).and_then(|part| *part.first()?);
    match rest[end] {
        b'u' => {
            let is_release = parts.get(1).and_then(|part| *part.get(1)?) == Some(3);
            first(0) == Some(93) && holds_ctrl(first(1)) && !is_release
        }
        b'~' => first(0) == Some(27) && holds_ctrl(first(1)) && first(2) == Some(93),
        _ => false,
    }
}

/// Ctrl and nothing else; locked capitals and numbers do not count.
fn holds_ctrl(modifiers: Option<u32>) -> bool {
    modifiers.is_some_and(|modifiers| modifiers.wrapping_sub(1) & 0x3f == 4)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ctrl_and_a_bracket_leaves_however_the_terminal_writes_it() {
        assert_eq!(leaving(b"ls\r\x1dmore"), Some(3));
        for written in [&b"\x1b[93;5u"[..], b"\x1b[93:125;5:1u", b"\x1b[93;69u", b"\x1b[93;133u", b"\x1b[27;5;93~"] {
            assert_eq!(leaving(written), Some(0), "{}", written.escape_ascii());
        }
    }

    #[test]
    fn no_other_key_leaves() {
        let others =
            [&b"]"[..], b"\x1b", b"\x1b[", b"\x1b[93u", b"\x1b[93;6u", b"\x1b[93;5:3u", b"\x1b[5;5~", b"\x1b[A"];
        for other in others {
            assert_eq!(leaving(other), None, "{}", other.escape_ascii());
        }
    }
}
