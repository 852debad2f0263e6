//! Ids for new guests. Proxmox reserves none, so whoever is slower tries the next.

use std::future::Future;

use super::{Newcomer, Tried};
use crate::{
    domain::{ids::Vmid, moment::Moment},
    proxmox::{Client, ClientError, call::Asked, transport::now, wire::lenient::Text},
};

/// How many ids are tried before somebody else may go first.
const TRIES: u32 = 10;
const LARGEST_ID: u32 = 999_999_999;

impl Client {
    /// An id that nobody has at this moment; it is not reserved.
    pub async fn next_free_id(&self) -> Result<Vmid, ClientError> {
        let asked = Asked::get(&["cluster", "nextid"]);
        let answer = self.call(&asked).await?;
        let said: Text<'_> = answer.read(&asked.call)?;
        said.as_deref()
            .and_then(|id| id.trim().parse().ok())
            .map(Vmid)
            .ok_or_else(|| ClientError::Rubbish { call: asked.call.clone(), why: "it is no id".into() })
    }

    /// Whether nobody has this id at this moment.
    pub async fn is_free_id(&self, vmid: Vmid) -> Result<bool, ClientError> {
        match self.call(&Asked::get(&["cluster", "nextid"]).with("vmid", vmid)).await {
            Ok(_) => Ok(true),
            Err(ClientError::Refused { status: 400, .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }

    pub(super) async fn with_free_id<F>(
        &self,
        mut attempt: impl FnMut(Vmid, Moment) -> F,
    ) -> Result<Newcomer, ClientError>
    where
        F: Future<Output = Result<Tried, ClientError>>,
    {
        let mut vmid = self.next_free_id().await?;
        for _ in 0..TRIES {
            if let Tried::Ours(newcomer) = attempt(vmid, now()).await? {
                return Ok(newcomer);
            }
            vmid = self.free_id_after(vmid).await?;
        }
        let call = Asked::get(&["cluster", "nextid"]).call;
        let text = format!("CT {vmid} already exists, and so did {TRIES} ids before it");
        Err(ClientError::Refused { call, status: 500, text, errors: Vec::new() })
    }

    /// Right after a collision the host may still offer the id that was just taken.
    async fn free_id_after(&self, taken: Vmid) -> Result<Vmid, ClientError> {
        let mut next = self.next_free_id().await?;
        if next != taken {
            return Ok(next);
        }
        for _ in 0..TRIES {
            next = Vmid((next.0 + 1).min(LARGEST_ID));
            if self.is_free_id(next).await? {
                return Ok(next);
            }
        }
        Ok(next)
    }
}
