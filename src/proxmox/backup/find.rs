//! Backups wherever they lie. What must hold: a storage that does not answer hides none but its own, and is named.

use futures_util::future::join_all;

use crate::{
    domain::ids::{NodeName, StorageName, Vmid},
    proxmox::{
        Client, ClientError,
        storage::{ContentKind, StorageSelection, Volume},
    },
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundBackups {
    /// Newest first.
    pub backups: Vec<Volume>,
    /// Storages that could not be looked into, and why. A backup that is not found may be there.
    pub unread: Vec<(StorageName, ClientError)>,
}

impl Client {
    /// The backups of a guest, or of all, in every storage that `node` sees.
    pub async fn backups(&self, node: &NodeName, guest: Option<Vmid>) -> Result<FoundBackups, ClientError> {
        let storages = self.storages(node, StorageSelection::EnabledFor(ContentKind::Backups)).await?;
        let looking = storages.into_iter().map(|storage| async move {
            let found = self.content(node, &storage.name, Some(ContentKind::Backups), guest).await;
            (storage.name, found)
        });
        let mut all = FoundBackups { backups: Vec::new(), unread: Vec::new() };
        for (storage, found) in join_all(looking).await {
            match found {
                Ok(volumes) => all.backups.extend(volumes),
                Err(error) => all.unread.push((storage, error)),
            }
        }
        all.backups.sort_by(|one, other| (other.made, &one.id).cmp(&(one.made, &other.id)));
        Ok(all)
    }
}
