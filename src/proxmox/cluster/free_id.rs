//! Which vmid is free. Asking reserves nothing: another creator may be faster.

use crate::{
    domain::ids::Vmid,
    proxmox::{Client, ClientError, call::Asked, wire::lenient::Int},
};

impl Client {
    /// The lowest one that is free now.
    pub async fn next_vmid(&self) -> Result<Vmid, ClientError> {
        let asked = Asked::get(&["cluster", "nextid"]);
        let answer = self.call(&asked).await?;
        let said: Int = answer.read(&asked.call)?;
        said.fits().map(Vmid).ok_or(ClientError::Rubbish { call: asked.call, why: "it is no vmid".into() })
    }

    /// Whether this one is free now.
    pub async fn is_free(&self, vmid: Vmid) -> Result<bool, ClientError> {
        let asked = Asked::get(&["cluster", "nextid"]).with("vmid", vmid);
        match self.call(&asked).await {
            Ok(_) => Ok(true),
            Err(ClientError::Refused { status: 400, errors, .. })
                if errors.iter().any(|(name, text)| name == "vmid" && text.contains("already exists")) =>
            {
                Ok(false)
            }
            Err(error) => Err(error),
        }
    }
}
