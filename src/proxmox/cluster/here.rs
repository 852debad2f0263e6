//! What the node that answers us can do, for calls that go to no certain node.

use crate::{
    domain::ids::NodeName,
    proxmox::{Ability, Client, ClientError, Version},
};

impl Client {
    pub(super) async fn version_here(&self) -> Result<Version, ClientError> {
        match self.known_version().await {
            Some(version) => Ok(version),
            None => self.version().await,
        }
    }

    pub(super) async fn can_here(&self, ability: Ability) -> Result<bool, ClientError> {
        Ok(self.version_here().await?.can(ability))
    }

    pub(super) async fn require_here(&self, ability: Ability) -> Result<(), ClientError> {
        let version = self.version_here().await?;
        match version.can(ability) {
            true => Ok(()),
            false => {
                let node = NodeName::new(self.0.host.as_str());
                Err(ClientError::NotOnThisVersion { node, ability, version: version.text })
            }
        }
    }
}
