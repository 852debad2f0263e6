//! Putting a file of this machine into a storage. What must hold: it is sent once, and a lost answer is told as such,
//! because the file may be there all the same.

use std::{path::PathBuf, sync::Arc, time::Duration};

use tokio::sync::watch;

use super::{Checksum, ContentKind};
use crate::{
    domain::ids::{NodeName, StorageName, Upid},
    proxmox::{
        Client, ClientError,
        call::Asked,
        multipart::{FILE_FIELD, FilePart},
    },
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    pub from: PathBuf,
    /// A template or an ISO image.
    pub kind: ContentKind,
    /// What it is called in the storage.
    pub file: String,
    pub checksum: Option<Checksum>,
    /// For the transfer as a whole; by itself it follows from the size.
    pub limit: Option<Duration>,
}

impl Client {
    /// Sends the file; `sent` counts its bytes. The task then moves it to its place: the node first keeps all of it in
    /// `/var/tmp`.
    pub async fn begin_upload(
        &self,
        node: &NodeName,
        storage: &StorageName,
        upload: &Upload,
        sent: watch::Sender<u64>,
    ) -> Result<Upid, ClientError> {
        self.require_file_name(node, upload.kind, &upload.file).await?;
        // A session that has ended is renewed now, not after the whole file went in vain.
        self.ask_version_of(node).await?;
        let part = FilePart::new(upload.from.clone(), sent, upload.limit).await?;
        let checksum = upload.checksum.as_ref();
        let mut asked = Asked::post(&["nodes", node.as_str(), "storage", storage.as_str(), "upload"])
            .with("content", upload.kind.slug())
            .with_some("checksum-algorithm", checksum.map(|sum| sum.kind.slug()))
            .with_some("checksum", checksum.map(|sum| &sum.sum))
            .with(FILE_FIELD, &upload.file);
        asked.file = Some(Arc::new(part));
        self.begin(&asked).await
    }
}
