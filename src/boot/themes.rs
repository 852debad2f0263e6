//! The operator's theme files, read again as soon as one of them changes. What must hold: a file that is broken in the
//! middle of being written costs nothing but a word; the theme as it was stays on.

use std::{
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use tokio::sync::watch;

use crate::{engine::Engine, tui::theme::Themes};

/// Somebody who draws a theme looks up after he saved it.
const EVERY: Duration = Duration::from_secs(2);

/// What is known of a file without reading it.
pub type Stamp = (PathBuf, Option<SystemTime>, u64);

/// From how the files were when they were read, until nobody wears themes any more.
pub async fn follow(folder: PathBuf, mut known: Vec<Stamp>, worn: watch::Sender<Themes>, engine: Engine) {
    loop {
        tokio::select! {
            () = worn.closed() => return,
            () = tokio::time::sleep(EVERY) => {}
        }
        let now = stamps(&folder);
        if now == known {
            continue;
        }
        known = now;
        let (themes, unfit) = Themes::load(Some(&folder));
        unfit.iter().for_each(|fault| engine.tell(fault));
        worn.send_replace(themes);
    }
}

pub fn stamps(folder: &Path) -> Vec<Stamp> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let stamp = |entry: std::fs::DirEntry| {
        let known = entry.metadata().ok();
        (entry.path(), known.as_ref().and_then(|known| known.modified().ok()), known.map_or(0, |known| known.len()))
    };
    let mut stamps: Vec<_> = entries.map(stamp).collect();
    stamps.sort();
    stamps
}
