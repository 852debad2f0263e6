//! Standard input, quiet for a while: the library that reads the deck's keys reads them on a thread of its own, whenever
//! it likes. What must hold: whoever reads standard input meanwhile finds nothing and takes nothing away.

use std::{
    io::PipeWriter,
    os::fd::{AsFd, OwnedFd},
};

use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    fs::{OFlags, fcntl_setfl, fstat},
    io::Errno,
};

/// Dropped, it gives standard input back.
#[derive(Debug)]
pub struct Hush {
    stdin: OwnedFd,
    /// Closed, it would be an end of what is read instead.
    _never_written: PipeWriter,
}

impl Hush {
    /// Nothing where standard input is not this terminal: its reader takes nothing of it.
    pub fn over(terminal: &OwnedFd) -> Result<Option<Self>, Errno> {
        let stdin = rustix::stdio::stdin();
        let (read, taken) = (fstat(stdin)?, fstat(terminal)?);
        if (read.st_dev, read.st_ino) != (taken.st_dev, taken.st_ino) {
            return Ok(None);
        }
        let stdin = rustix::io::fcntl_dupfd_cloexec(stdin, 3)?;
        let (nothing, never_written) = std::io::pipe().map_err(|_| Errno::MFILE)?;
        fcntl_setfl(&nothing, OFlags::NONBLOCK)?;
        rustix::stdio::dup2_stdin(&nothing)?;
        Ok(Some(Self { stdin, _never_written: never_written }))
    }
}

impl Drop for Hush {
    /// A terminal that hung up reads as an end without end: its readers are left with nothing to read.
    fn drop(&mut self) {
        let mut end = [PollFd::from_borrowed_fd(self.stdin.as_fd(), PollFlags::empty())];
        let at_once = Timespec { tv_sec: 0, tv_nsec: 0 };
        if poll(&mut end, Some(&at_once)) == Ok(0) {
            // One that cannot be put back is closed with the process, which has nothing left to read then.
            let _ = rustix::stdio::dup2_stdin(&self.stdin);
        }
    }
}
