//! The storages of a node: which there are, what each may hold, and how full it is.

use std::{collections::BTreeSet, sync::Arc};

use crate::{
    domain::{
        fleet::Usage,
        ids::{NodeName, StorageName},
    },
    proxmox::{
        Client, ClientError,
        call::Asked,
        wire::{list::List, storage::StorageRow},
    },
};

/// What a storage may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ContentKind {
    /// Roots and volumes of containers.
    Containers,
    /// Disks of machines.
    Disks,
    Templates,
    Isos,
    Backups,
    Snippets,
    Imports,
}

impl ContentKind {
    pub const ALL: [Self; 7] =
        [Self::Containers, Self::Disks, Self::Templates, Self::Isos, Self::Backups, Self::Snippets, Self::Imports];

    /// Proxmox's word for it.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Containers => "rootdir",
            Self::Disks => "images",
            Self::Templates => "vztmpl",
            Self::Isos => "iso",
            Self::Backups => "backup",
            Self::Snippets => "snippets",
            Self::Imports => "import",
        }
    }

    pub(super) fn read(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.slug() == slug.trim())
    }

    /// Of a list such as `iso,vztmpl`; words of a later version are left out.
    pub(super) fn read_all(list: &str) -> BTreeSet<Self> {
        list.split(',').filter_map(Self::read).collect()
    }
}

/// Which storages to list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum StorageSelection {
    #[default]
    All,
    /// Those that may hold it, switched on or not.
    Holding(ContentKind),
    /// Those that may hold it and are switched on.
    EnabledFor(ContentKind),
}

/// How a storage is on one node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StorageNow {
    pub name: StorageName,
    /// `dir`, `zfspool`, `pbs`, …
    pub kind: Arc<str>,
    pub content: BTreeSet<ContentKind>,
    /// It answers.
    pub is_active: bool,
    pub is_enabled: bool,
    /// Every node sees the same.
    pub is_shared: bool,
    /// Nothing while it does not answer.
    pub usage: Option<Usage>,
    /// Bytes; less than what is not used where some are kept back.
    pub available: Option<u64>,
}

impl StorageNow {
    fn read(row: &StorageRow<'_>, name: StorageName) -> Self {
        let is_active = row.active.is_set();
        let usage = row.total.0.zip(row.used.0).filter(|(total, _)| is_active && *total > 0);
        Self {
            name,
            kind: row.kind.as_deref().unwrap_or_default().into(),
            content: ContentKind::read_all(row.content.as_deref().unwrap_or_default()),
            is_active,
            is_enabled: row.enabled.0.unwrap_or(true),
            is_shared: row.shared.is_set(),
            usage: usage.map(|(total, used)| Usage { used, total }),
            available: row.avail.0.filter(|_| is_active),
        }
    }

    /// Whether something of this kind can be put there now.
    pub fn takes(&self, kind: ContentKind) -> bool {
        self.is_active && self.is_enabled && self.content.contains(&kind)
    }
}

impl Client {
    /// By name.
    pub async fn storages(&self, node: &NodeName, selection: StorageSelection) -> Result<Vec<StorageNow>, ClientError> {
        let asked = Asked::get(&["nodes", node.as_str(), "storage"]);
        let asked = match selection {
            StorageSelection::All => asked,
            StorageSelection::Holding(kind) => asked.with("content", kind.slug()),
            StorageSelection::EnabledFor(kind) => asked.with("content", kind.slug()).with("enabled", 1),
        };
        let answer = self.call(&asked).await?;
        let rows: List<StorageRow<'_>> = answer.read(&asked.call)?;
        let name = |row: &StorageRow<'_>| row.storage.as_deref().map(StorageName::new);
        let mut found: Vec<_> = rows.0.iter().filter_map(|row| Some(StorageNow::read(row, name(row)?))).collect();
        found.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(found)
    }

    pub async fn storage_status(&self, node: &NodeName, storage: &StorageName) -> Result<StorageNow, ClientError> {
        let asked = Asked::get(&["nodes", node.as_str(), "storage", storage.as_str(), "status"]);
        let answer = self.call(&asked).await?;
        let row: StorageRow<'_> = answer.read(&asked.call)?;
        Ok(StorageNow::read(&row, storage.clone()))
    }
}
