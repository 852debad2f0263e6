//! Changing what is said of a volume, and removing one.

use super::{Guarding, VolumeId};
use crate::{
    domain::ids::NodeName,
    proxmox::{Begun, Client, ClientError, call::Asked},
};

/// What is nothing stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct VolumeChange {
    /// Nothing but an empty text removes them.
    pub notes: Option<String>,
    pub guarding: Option<Guarding>,
}

impl Client {
    /// Sets notes or protection; done when it returns. A change of nothing is not sent.
    pub async fn change_volume(
        &self,
        node: &NodeName,
        id: &VolumeId,
        change: &VolumeChange,
    ) -> Result<(), ClientError> {
        let volume = id.to_string();
        let protected = change.guarding.map(|guarding| u8::from(guarding == Guarding::Protected));
        let asked = Asked::put(&["nodes", node.as_str(), "storage", id.storage().as_str(), "content", &volume])
            .with_some("notes", change.notes.as_deref())
            .with_some("protected", protected);
        if asked.params.is_empty() {
            return Ok(());
        }
        self.call(&asked).await.map(drop)
    }

    /// Removes it. What is gone already ends well, what is protected fails in the task; without a task it was removed
    /// within the call.
    pub async fn delete_volume(&self, node: &NodeName, id: &VolumeId) -> Result<Begun, ClientError> {
        let volume = id.to_string();
        let asked = Asked::delete(&["nodes", node.as_str(), "storage", id.storage().as_str(), "content", &volume]);
        self.begin_if_needed(&asked).await
    }
}
