//! Looking into a backup without restoring it. Only a backup server can show single files.

use base64::{Engine, engine::general_purpose::STANDARD};

use crate::{
    domain::{ids::NodeName, moment::Moment},
    proxmox::{
        Client, ClientError,
        call::Asked,
        storage::VolumeId,
        wire::{backup::FileRow, list::List},
    },
};

/// A place in a backup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InArchive {
    Top,
    /// A path as a listing gave it.
    At(Vec<u8>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArchivedFile {
    pub at: InArchive,
    pub name: String,
    /// Proxmox's letter for its kind: `f` a file, `d` a directory, `v` a virtual one, …
    pub kind: String,
    /// Nothing lies in it.
    pub is_leaf: bool,
    pub size: Option<u64>,
    pub changed: Option<Moment>,
}

impl ArchivedFile {
    fn read(row: &FileRow<'_>) -> Option<Self> {
        Some(Self {
            at: InArchive::At(STANDARD.decode(row.filepath.as_deref()?).ok()?),
            name: row.text.as_deref()?.to_owned(),
            kind: row.kind.as_deref().unwrap_or_default().to_owned(),
            is_leaf: row.leaf.is_set(),
            size: row.size.0,
            changed: row.mtime.fits().map(Moment::from_secs),
        })
    }
}

impl Client {
    /// What lies at a place in a backup, directories first.
    pub async fn archived_files(
        &self,
        node: &NodeName,
        backup: &VolumeId,
        place: &InArchive,
    ) -> Result<Vec<ArchivedFile>, ClientError> {
        let path = match place {
            InArchive::Top => "/".to_owned(),
            InArchive::At(path) => STANDARD.encode(path),
        };
        let storage = backup.storage().as_str();
        let asked = Asked::get(&["nodes", node.as_str(), "storage", storage, "file-restore", "list"])
            .with("volume", backup)
            .with("filepath", path);
        let answer = self.call(&asked).await?;
        let rows: List<FileRow<'_>> = answer.read(&asked.call)?;
        let mut files: Vec<_> = rows.0.iter().filter_map(ArchivedFile::read).collect();
        files.sort_by(|one, other| (one.is_leaf, &one.name).cmp(&(other.is_leaf, &other.name)));
        Ok(files)
    }
}
