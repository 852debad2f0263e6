//! How the backups of a storage are written down: rows of our own, so that a change of the types is never a change of the
//! file by accident. Of thousands, what a shelf says of all of them stands with the shelf.

use std::{borrow::Cow, sync::Arc};

use serde::{Deserialize, Serialize};

use crate::domain::{
    backup::{Backup, BackupKey, Guarding, Seal, Shelf, Verdict},
    fault::Fault,
    fleet::{GuestKind, Usage},
    ids::{GuestKey, HostId, NodeName, StorageName, Vmid},
    moment::Moment,
};

/// Of a storage.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct ShelfFacts {
    pub kind: Arc<str>,
    #[serde(default)]
    pub shared: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub used: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<Fault>,
}

impl ShelfFacts {
    pub(super) fn of(shelf: &Shelf) -> Self {
        Self {
            kind: shelf.kind.clone(),
            shared: shelf.is_shared,
            used: shelf.usage.map(|usage| usage.used),
            total: shelf.usage.map(|usage| usage.total),
            fault: shelf.content.fault.clone(),
        }
    }

    pub(super) fn usage(&self) -> Option<Usage> {
        self.used.zip(self.total).map(|(used, total)| Usage { used, total })
    }
}

/// Of one backup, in names of one letter: there are thousands.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct BackupRow<'a> {
    /// Its path within the storage.
    #[serde(rename = "p", borrow)]
    path: Cow<'a, str>,
    #[serde(rename = "g")]
    vmid: Vmid,
    #[serde(rename = "q", default, skip_serializing_if = "is_false")]
    is_machine: bool,
    #[serde(rename = "m")]
    made: Moment,
    #[serde(rename = "s", default, skip_serializing_if = "Option::is_none")]
    size: Option<u64>,
    #[serde(rename = "f", borrow)]
    format: Cow<'a, str>,
    #[serde(rename = "n", borrow, default, skip_serializing_if = "Option::is_none")]
    note: Option<Cow<'a, str>>,
    #[serde(rename = "x", default, skip_serializing_if = "is_false")]
    is_protected: bool,
    #[serde(rename = "e", default, skip_serializing_if = "is_open")]
    seal: Seal,
    #[serde(rename = "v", default, skip_serializing_if = "Option::is_none")]
    verified: Option<Verdict>,
}

fn is_false(value: &bool) -> bool {
    !value
}

fn is_open(seal: &Seal) -> bool {
    *seal == Seal::Open
}

impl<'a> BackupRow<'a> {
    pub(super) fn of(backup: &'a Backup) -> Self {
        let path = backup.key.volume.split_once(':').map_or(&*backup.key.volume, |(_, path)| path);
        Self {
            path: path.into(),
            vmid: backup.guest.vmid,
            is_machine: backup.kind == GuestKind::Machine,
            made: backup.made,
            size: backup.size,
            format: Cow::Borrowed(&*backup.format),
            note: backup.note.as_deref().map(Cow::Borrowed),
            is_protected: backup.is_protected(),
            seal: backup.seal.clone(),
            verified: backup.verified,
        }
    }

    fn back(self, place: &Place<'_>, formats: &mut Formats) -> Backup {
        let volume = format!("{}:{}", place.storage, self.path).into();
        Backup {
            key: BackupKey { host: place.host.clone(), volume },
            node: place.node.clone(),
            guest: GuestKey { host: place.host.clone(), vmid: self.vmid },
            kind: if self.is_machine { GuestKind::Machine } else { GuestKind::Container },
            made: self.made,
            size: self.size,
            format: formats.once(&self.format),
            note: self.note.map(|note| Arc::from(&*note)),
            guarding: if self.is_protected { Guarding::Protected } else { Guarding::Free },
            seal: self.seal,
            verified: self.verified,
        }
    }
}

/// Where a row lies.
pub(super) struct Place<'a> {
    pub host: &'a HostId,
    pub node: &'a NodeName,
    pub storage: &'a StorageName,
}

/// There are few formats and thousands of backups in them.
#[derive(Default)]
struct Formats(Vec<Arc<str>>);

impl Formats {
    fn once(&mut self, format: &str) -> Arc<str> {
        if let Some(known) = self.0.iter().find(|known| &***known == format) {
            return known.clone();
        }
        self.0.push(format.into());
        self.0[self.0.len() - 1].clone()
    }
}

pub(super) fn write(backups: &[Arc<Backup>]) -> Result<String, serde_json::Error> {
    serde_json::to_string(&backups.iter().map(|backup| BackupRow::of(backup)).collect::<Vec<_>>())
}

pub(super) fn read(text: &str, place: &Place<'_>) -> Result<Vec<Arc<Backup>>, serde_json::Error> {
    let (rows, mut formats) = (serde_json::from_str::<Vec<BackupRow<'_>>>(text)?, Formats::default());
    Ok(rows.into_iter().map(|row| Arc::new(row.back(place, &mut formats))).collect())
}
