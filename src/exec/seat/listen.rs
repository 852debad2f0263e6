//! What is heard at a console, and how long it is waited for.

use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use super::Unseated;
use crate::{
    exec::{
        ask::Ask,
        frame::{Reader, find},
    },
    proxmox::console::Console,
};

/// What `dtach` writes when it has the terminal in hand; what is typed before may be lost.
const ATTACHED: &[u8] = b"\x1b[H\x1b[J";
const UNTIL_ATTACHED: Duration = Duration::from_millis(1_500);
/// A shell shows its prompt this soon; what is typed before may be lost as well.
const PROMPT: Duration = Duration::from_millis(80);
/// Bytes a millisecond.
const SLOWEST: u64 = 5;

/// How long to listen: without a byte, and at all, whatever others write.
#[derive(Debug, Clone, Copy)]
pub struct Until {
    pub silence: Duration,
    pub whole: Duration,
}

impl Until {
    /// Input may have to go over a slow line first.
    pub fn of(ask: &Ask) -> Self {
        let silence = ask.patience + Duration::from_millis(ask.input.len() as u64 / SLOWEST);
        Self { silence, whole: silence * 4 }
    }
}

/// Listens until the reader has what is looked for.
pub async fn hear<T>(
    console: &mut Console,
    until: Until,
    reader: &mut Reader,
    look: fn(&mut Reader) -> Option<T>,
) -> Result<T, Unseated> {
    let end = Instant::now() + until.whole;
    loop {
        if let Some(found) = look(reader) {
            return Ok(found);
        }
        let patience = end.min(Instant::now() + until.silence);
        let heard = timeout_at(patience, console.heard()).await.map_err(|_| Unseated::Silent)?;
        reader.push(&heard?);
    }
}

/// Until the terminal is in hand, and a shell that just begins has shown its prompt. One that was there before shows
/// nothing.
pub async fn wait_for_prompt(console: &mut Console) -> Result<(), Unseated> {
    let (until, mut seen) = (Instant::now() + UNTIL_ATTACHED, Vec::new());
    while find(&seen, ATTACHED).is_none() {
        match timeout_at(until, console.heard()).await {
            Ok(heard) => seen.extend_from_slice(&heard?),
            Err(_) => return Ok(()),
        }
    }
    until_quiet(console, PROMPT).await
}

/// Until nothing more comes, or far too much does.
pub async fn until_quiet(console: &mut Console, quiet: Duration) -> Result<(), Unseated> {
    let end = Instant::now() + UNTIL_ATTACHED;
    while let Ok(heard) = timeout_at(end.min(Instant::now() + quiet), console.heard()).await {
        heard?;
    }
    Ok(())
}
