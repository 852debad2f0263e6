//! Backups, restores and what is kept of them.

use super::{Entry, lasting, passing};
use crate::domain::fault::FaultCode::{Busy, Failed, NotFound, Refused};

pub(super) const ENTRIES: &[Entry] = &[
    lasting(
        "cannot remove protected volume '*' on '*'",
        Refused,
        "the backup {0} is protected",
        "take its protection off first, here or in Proxmox (storage, Backups, Change Protection)",
    ),
    lasting(
        "There is a max backup limit of * enforced",
        Refused,
        "the storage keeps {0} backups of a guest and no more",
        "delete an old backup, or raise what is kept in Proxmox (Datacenter, Storage, Backup Retention)",
    ),
    lasting(
        "can't use storage '*' for backups - wrong content type",
        Refused,
        "the storage {0} does not take backups",
        "add the content `Backup` to {0} in Proxmox (Datacenter, Storage), or choose another one",
    ),
    lasting(
        "can't overwrite running container",
        Refused,
        "the container that would be overwritten runs",
        "stop it first; better, restore to a new number and look at it before you switch",
    ),
    lasting(
        "archive contains no configuration file",
        Failed,
        "the archive is damaged or no backup of a container",
        "take another backup; the container that was there is untouched",
    ),
    lasting(
        "unexpected end of file",
        Failed,
        "the archive is cut short; a container that it was restored over is gone",
        "restore another backup to a new number",
    ),
    lasting(
        "Cannot write: No space left on device",
        Failed,
        "the new disk is too small for what the backup holds, or its storage is full",
        "give a larger size for the root disk, or another storage",
    ),
    lasting(
        "unable to open file '*'",
        NotFound,
        "the file {0} is not there any more",
        "list the backups again, and take another one",
    ),
    passing(
        "can't acquire lock '/var/run/vzdump.lock'",
        Busy,
        "another backup runs on this node, and it took longer than this one would wait",
        "try again when it has ended",
    ),
];
