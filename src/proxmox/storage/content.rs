//! What lies in a storage: disks, templates, images, backups.

use std::sync::Arc;

use super::{ContentKind, Guarding, VolumeId};
use crate::{
    domain::{
        fleet::GuestKind,
        ids::{NodeName, StorageName, Upid, Vmid},
        moment::Moment,
    },
    proxmox::{
        Client, ClientError,
        call::Asked,
        wire::{
            list::List,
            storage::{VerificationSaid, VolumeRow, VolumeSaid},
        },
    },
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Volume {
    pub id: VolumeId,
    /// Nothing where a later version holds a kind we do not know.
    pub kind: Option<ContentKind>,
    /// `raw`, `subvol`, `tar.zst`, `pbs-ct`, …
    pub format: Arc<str>,
    /// Bytes it may hold, or has.
    pub size: Option<u64>,
    /// Bytes it takes.
    pub used: Option<u64>,
    pub made: Option<Moment>,
    pub vmid: Option<Vmid>,
    /// What it was cloned from and still needs.
    pub parent: Option<Arc<str>>,
    /// The first line of them.
    pub notes: Option<Arc<str>>,
    pub guarding: Guarding,
    /// Only of backups.
    pub backup: Option<StoredBackup>,
}

pub(super) fn guarding(flag: Option<bool>) -> Guarding {
    if flag == Some(true) { Guarding::Protected } else { Guarding::Free }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredBackup {
    pub of: Option<GuestKind>,
    pub encryption: Encryption,
    /// Only a backup server verifies.
    pub verified: Option<Verified>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Encryption {
    None,
    /// With which key is not told.
    Encrypted,
    /// With the key of this fingerprint.
    With(Arc<str>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    pub is_good: bool,
    /// The task of the backup server that looked.
    pub by: Option<Upid>,
}

/// One volume, asked for alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VolumeDetail {
    /// Where the node finds it.
    pub path: Arc<str>,
    pub format: Arc<str>,
    pub size: Option<u64>,
    pub used: Option<u64>,
    /// All lines of them.
    pub notes: Option<Arc<str>>,
    pub guarding: Guarding,
}

impl Volume {
    fn read(row: &VolumeRow<'_>) -> Option<Self> {
        let id: VolumeId = row.volid.as_deref()?.parse().ok()?;
        let kind = row.content.as_deref().and_then(ContentKind::read);
        let backup = (kind == Some(ContentKind::Backups)).then(|| StoredBackup {
            of: of_whom(row, &id),
            encryption: match row.encrypted.as_deref() {
                None | Some("0") => Encryption::None,
                Some("1") => Encryption::Encrypted,
                Some(key) => Encryption::With(key.into()),
            },
            verified: Verified::read(&row.verification),
        });
        let vmid = row.vmid.fits().filter(|id| *id > 0).map(Vmid);
        Some(Self {
            kind,
            format: row.format.as_deref().unwrap_or_default().into(),
            size: row.size.0,
            used: row.used.0,
            made: row.ctime.fits().map(Moment::from_secs),
            vmid: vmid.or_else(|| id.backup_of().map(|(_, vmid)| vmid)),
            parent: row.parent.as_deref().map(Arc::from),
            notes: row.notes.as_deref().map(Arc::from),
            guarding: guarding(row.protected.0),
            backup,
            id,
        })
    }
}

fn of_whom(row: &VolumeRow<'_>, id: &VolumeId) -> Option<GuestKind> {
    match row.subtype.as_deref() {
        Some("lxc") => Some(GuestKind::Container),
        Some("qemu") => Some(GuestKind::Machine),
        // Before version 8 only the name tells.
        _ => id.backup_of().map(|(kind, _)| kind),
    }
}

impl Verified {
    fn read(said: &VerificationSaid<'_>) -> Option<Self> {
        let state = said.state.as_deref()?;
        Some(Self { is_good: state == "ok", by: said.upid.as_deref().map(Upid::new) })
    }
}

impl Client {
    /// What lies in a storage, by name: all of it, or one kind, or what is one guest's.
    pub async fn content(
        &self,
        node: &NodeName,
        storage: &StorageName,
        kind: Option<ContentKind>,
        guest: Option<Vmid>,
    ) -> Result<Vec<Volume>, ClientError> {
        let asked = Asked::get(&["nodes", node.as_str(), "storage", storage.as_str(), "content"])
            .with_some("content", kind.map(ContentKind::slug))
            .with_some("vmid", guest);
        let answer = self.call(&asked).await?;
        let rows: List<VolumeRow<'_>> = answer.read(&asked.call)?;
        let mut found: Vec<_> = rows.0.iter().filter_map(Volume::read).collect();
        found.sort_by(|one, other| one.id.cmp(&other.id));
        Ok(found)
    }

    pub async fn volume(&self, node: &NodeName, id: &VolumeId) -> Result<VolumeDetail, ClientError> {
        let volume = id.to_string();
        let asked = Asked::get(&["nodes", node.as_str(), "storage", id.storage().as_str(), "content", &volume]);
        let answer = self.call(&asked).await?;
        let said: VolumeSaid<'_> = answer.read(&asked.call)?;
        Ok(VolumeDetail {
            path: said.path.as_deref().unwrap_or_default().into(),
            format: said.format.as_deref().unwrap_or_default().into(),
            size: said.size.0,
            used: said.used.0,
            notes: said.notes.as_deref().map(Arc::from),
            guarding: guarding(said.protected.0),
        })
    }
}
