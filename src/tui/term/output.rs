//! Bytes to a terminal, through interruptions and full buffers.

use std::{os::fd::OwnedFd, time::Duration};

use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    io::Errno,
};

pub fn write_all(output: &OwnedFd, mut bytes: &[u8]) -> Result<(), Errno> {
    while !bytes.is_empty() {
        match rustix::io::write(output, bytes) {
            Ok(written) => bytes = &bytes[written..],
            Err(Errno::INTR) => {}
            Err(Errno::AGAIN) => wait_until_writable(output, None)?,
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Waits for room; `None` waits for ever.
pub fn wait_until_writable(output: &OwnedFd, most: Option<Duration>) -> Result<(), Errno> {
    let most = most.map(|most| Timespec { tv_sec: most.as_secs() as i64, tv_nsec: most.subsec_nanos().into() });
    let mut ready = [PollFd::new(output, PollFlags::OUT)];
    match poll(&mut ready, most.as_ref()) {
        Ok(0) => Err(Errno::TIMEDOUT),
        Ok(_) if ready[0].revents().contains(PollFlags::OUT) => Ok(()),
        Ok(_) => Err(Errno::IO),
        Err(error) => Err(error),
    }
}
