//! What a node does with a backup when an order leaves it open.

use super::{BackupMode, Compression};
use crate::{
    domain::ids::{NodeName, StorageName},
    proxmox::{Client, ClientError, call::Asked, storage::Retention, wire::backup::DefaultsSaid},
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupDefaults {
    pub storage: Option<StorageName>,
    pub mode: Option<BackupMode>,
    pub compression: Option<Compression>,
    pub retention: Option<Retention>,
    /// KiB a second.
    pub bandwidth: Option<u64>,
    /// Minutes a backup waits for another one on its node.
    pub lock_wait: Option<u64>,
    /// `auto`, `legacy-sendmail`, `notification-system`; nothing before one could choose.
    pub notification: Option<String>,
}

impl Client {
    /// Those of the node, or with a storage what that one changes of them.
    pub async fn backup_defaults(
        &self,
        node: &NodeName,
        storage: Option<&StorageName>,
    ) -> Result<BackupDefaults, ClientError> {
        let asked = Asked::get(&["nodes", node.as_str(), "vzdump", "defaults"]).with_some("storage", storage);
        let answer = self.call(&asked).await?;
        let said: DefaultsSaid<'_> = answer.read(&asked.call)?;
        Ok(BackupDefaults {
            storage: said.storage.as_deref().map(StorageName::new),
            mode: said.mode.as_deref().and_then(BackupMode::read),
            compression: said.compress.as_deref().and_then(Compression::read),
            retention: said.prune_backups.retention(),
            bandwidth: said.bwlimit.0.filter(|limit| *limit > 0),
            lock_wait: said.lockwait.0,
            notification: said.notification_mode.into_text(),
        })
    }
}
