//! Which backups of a storage a retention would remove, and removing them.

use super::{Retention, VolumeId};
use crate::{
    domain::{
        fleet::GuestKind,
        ids::{NodeName, StorageName, Vmid},
        moment::Moment,
    },
    proxmox::{
        Begun, Client, ClientError,
        call::Asked,
        wire::{list::List, storage::PruneRow},
    },
};

/// Whose backups. Pruning those of all guests needs more rights than those of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PruneScope {
    Everything,
    All(GuestKind),
    One(GuestKind, Vmid),
}

/// What a retention makes of a backup.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    Keep,
    Remove,
    /// It is kept whatever the retention says, and does not count.
    Protected,
    /// Its name is not Proxmox's own, so it is left alone.
    Renamed,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marked {
    pub id: VolumeId,
    pub mark: Mark,
    pub of: Option<GuestKind>,
    pub vmid: Option<Vmid>,
    pub made: Option<Moment>,
}

impl Marked {
    fn read(row: &PruneRow<'_>) -> Option<Self> {
        let mark = match row.mark.as_deref()? {
            "keep" => Mark::Keep,
            "remove" => Mark::Remove,
            "protected" => Mark::Protected,
            "renamed" => Mark::Renamed,
            _ => return None,
        };
        let of = match row.kind.as_deref() {
            Some("lxc") => Some(GuestKind::Container),
            Some("qemu") => Some(GuestKind::Machine),
            _ => None,
        };
        let id = row.volid.as_deref()?.parse().ok()?;
        let made = row.ctime.fits().map(Moment::from_secs);
        Some(Self { id, mark, of, vmid: row.vmid.fits().map(Vmid), made })
    }
}

fn scoped(asked: Asked, retention: Option<&Retention>, scope: PruneScope) -> Asked {
    let word = |kind| match kind {
        GuestKind::Container => "lxc",
        GuestKind::Machine => "qemu",
    };
    let asked = asked.with_some("prune-backups", retention);
    match scope {
        PruneScope::Everything => asked,
        PruneScope::All(kind) => asked.with("type", word(kind)),
        PruneScope::One(kind, vmid) => asked.with("type", word(kind)).with("vmid", vmid),
    }
}

impl Client {
    /// What pruning would do, oldest first. Without a retention that of the storage counts.
    pub async fn prune_preview(
        &self,
        node: &NodeName,
        storage: &StorageName,
        retention: Option<&Retention>,
        scope: PruneScope,
    ) -> Result<Vec<Marked>, ClientError> {
        let asked = Asked::get(&["nodes", node.as_str(), "storage", storage.as_str(), "prunebackups"]);
        let asked = scoped(asked, retention, scope);
        let answer = self.call(&asked).await?;
        let rows: List<PruneRow<'_>> = answer.read(&asked.call)?;
        let mut marked: Vec<_> = rows.0.iter().filter_map(Marked::read).collect();
        marked.sort_by(|one, other| (one.made, &one.id).cmp(&(other.made, &other.id)));
        Ok(marked)
    }

    /// Removes what the preview marks. Look at the preview first: nothing brings a pruned backup back.
    pub async fn begin_prune(
        &self,
        node: &NodeName,
        storage: &StorageName,
        retention: &Retention,
        scope: PruneScope,
    ) -> Result<Begun, ClientError> {
        let asked = Asked::delete(&["nodes", node.as_str(), "storage", storage.as_str(), "prunebackups"]);
        self.begin_if_needed(&scoped(asked, Some(retention), scope)).await
    }
}
