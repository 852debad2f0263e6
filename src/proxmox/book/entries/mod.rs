//! The entries of the book, as data. `*` in a pattern catches a word that `{0}`, `{1}` give back; `{text}` is the whole
//! text. What only says that something failed stands apart: it counts when nothing explains more.

mod backups;
mod changes;
mod guests;
mod images;
mod parameters;

use crate::domain::fault::{FaultCode, FaultKind};

pub(super) struct Entry {
    pub pattern: &'static str,
    pub code: FaultCode,
    pub kind: FaultKind,
    pub why: &'static str,
    pub remedy: &'static str,
}

const fn lasting(pattern: &'static str, code: FaultCode, why: &'static str, remedy: &'static str) -> Entry {
    Entry { pattern, code, kind: FaultKind::Lasting, why, remedy }
}

const fn passing(pattern: &'static str, code: FaultCode, why: &'static str, remedy: &'static str) -> Entry {
    Entry { pattern, code, kind: FaultKind::Passing, why, remedy }
}

use FaultCode::{Failed, Unreachable};

/// What explains something, the more telling first.
pub(super) fn reasons() -> impl Iterator<Item = &'static Entry> {
    [parameters::ENTRIES, images::ENTRIES, backups::ENTRIES, changes::ENTRIES, guests::ENTRIES].into_iter().flatten()
}

/// What says little: the reason stands in the log, or nowhere.
const LAST_WORDS: &[Entry] = &[
    lasting(
        "startup for container '*' failed",
        Failed,
        "the container {0} broke off while it started, and Proxmox does not say why",
        "read the log of the task; `pct start {0} --debug` in a shell of the node tells more",
    ),
    lasting(
        "start failed: *",
        Failed,
        "the machine broke off while it started: {0}",
        "read the log of the task, and mend what it names",
    ),
    lasting("interrupted by signal", Failed, "the task was cancelled", "start it again if it should be done after all"),
    lasting(
        "unexpected status",
        Failed,
        "the task was killed before it could say how it went: its node was restarted, or its services were",
        "look how the guest is now, and try again",
    ),
    passing(
        "got timeout",
        Unreachable,
        "the node did not get it done in time",
        "check the load of the node and its storages, and try again",
    ),
    lasting(
        "command '/usr/bin/termproxy *' failed: exit code",
        Failed,
        "a console was closed by its shell, or nobody came to it in time",
        "nothing is to be done: open the console again if you still want it",
    ),
    lasting(
        "command '*' failed: exit code *",
        Failed,
        "the command {0} ended with {1} on the node",
        "read the log of the task above its last line, and mend what it names on the node",
    ),
    lasting(
        "unable to restore CT *",
        Failed,
        "the archive could not be unpacked; the container {0} may be gone or half made",
        "read the log of the task, and restore to a new number from an archive that is whole",
    ),
    // In a log it stands before what really went wrong.
    lasting(
        "mode failure - some volumes do not support snapshots",
        Failed,
        "one of its volumes lies on a storage without snapshots, so the guest is paused while it is copied",
        "nothing is to be done; on lvmthin, zfs or btrfs the pause goes away",
    ),
];

/// What only says that something failed.
pub(super) fn last_words() -> impl Iterator<Item = &'static Entry> {
    LAST_WORDS.iter()
}
