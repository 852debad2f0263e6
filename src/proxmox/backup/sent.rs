//! How choices are sent, in orders and in jobs alike. What must hold: whoever wants no mail gets none, in every version.

use super::{BackupOf, Notify, OldBackups};
use crate::{
    domain::ids::Vmid,
    proxmox::{Ability, ClientError, Version, call::Asked},
};

pub fn selecting(asked: Asked, of: &BackupOf) -> Result<Asked, ClientError> {
    match of {
        BackupOf::Guests(guests) if guests.is_empty() => Err(ClientError::NotSent {
            what: "nothing can be backed up".to_owned(),
            why: "no guest was chosen".to_owned(),
            remedy: "choose a guest, a pool, or all guests",
        }),
        BackupOf::Guests(guests) => Ok(asked.with("vmid", vmids(guests))),
        BackupOf::Pool(pool) => Ok(asked.with("pool", pool)),
        BackupOf::AllBut(but) if but.is_empty() => Ok(asked.with("all", 1)),
        BackupOf::AllBut(but) => Ok(asked.with("all", 1).with("exclude", vmids(but))),
    }
}

fn vmids(guests: &[Vmid]) -> String {
    guests.iter().map(Vmid::to_string).collect::<Vec<_>>().join(",")
}

pub fn removing(asked: Asked, old: &OldBackups) -> Asked {
    match old {
        OldBackups::AsConfigured => asked,
        OldBackups::Stay => asked.with("remove", 0),
        OldBackups::Prune(retention) => asked.with("prune-backups", retention),
    }
}

/// Whether a backup can say how it notifies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CanChoose {
    Yes,
    No,
}

impl CanChoose {
    pub fn of(version: &Version) -> Self {
        if version.can(Ability::NotificationMode) { Self::Yes } else { Self::No }
    }
}

/// The old way of notifying sends mail to those it is given, and to nobody without. Before one could choose it was the
/// only way.
pub fn notifying(asked: Asked, notify: &Notify, can: CanChoose) -> Asked {
    match notify {
        Notify::AsConfigured => asked,
        Notify::Nobody if can == CanChoose::Yes => asked.with("notification-mode", "legacy-sendmail"),
        Notify::Nobody => asked.with("mailnotification", "failure"),
        Notify::Mail(to) if can == CanChoose::Yes => {
            asked.with("notification-mode", "legacy-sendmail").with("mailto", to)
        }
        Notify::Mail(to) => asked.with("mailto", to),
    }
}
