//! How HA does now: who leads it, what each node's part of it does, and each guest in its care.

use super::HaSid;
use crate::{
    domain::{ids::NodeName, moment::Moment},
    proxmox::{
        Client, ClientError,
        call::Asked,
        wire::{ha::StatusRow, list::List},
    },
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HaEntryKind {
    /// Whether the nodes agree.
    Quorum { is_quorate: bool },
    /// The node that decides.
    Master,
    /// What a node does for HA.
    Local,
    Guest {
        sid: HaSid,
        /// Such as `started`, `error`, `fence`.
        state: Option<String>,
        /// What was asked for.
        wished: Option<String>,
    },
    /// What a later version tells.
    Other,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HaEntry {
    pub kind: HaEntryKind,
    pub node: Option<NodeName>,
    /// In Proxmox's words.
    pub text: String,
    pub at: Option<Moment>,
}

impl HaEntry {
    fn read(row: &StatusRow<'_>) -> Option<Self> {
        let text = |text: Option<&str>| text.map(str::to_owned);
        let kind = match row.kind.as_deref()? {
            "quorum" => HaEntryKind::Quorum { is_quorate: row.quorate.is_set() },
            "master" => HaEntryKind::Master,
            "lrm" => HaEntryKind::Local,
            "service" => HaEntryKind::Guest {
                sid: row.sid.as_deref()?.parse().ok()?,
                state: text(row.state.as_deref().or(row.crm_state.as_deref())),
                wished: text(row.request_state.as_deref()),
            },
            _ => HaEntryKind::Other,
        };
        Some(Self {
            kind,
            node: row.node.as_deref().map(NodeName::new),
            text: row.status.as_deref().unwrap_or_default().to_owned(),
            at: row.timestamp.fits().map(Moment::from_secs),
        })
    }
}

impl Client {
    pub async fn ha_status(&self) -> Result<Vec<HaEntry>, ClientError> {
        let asked = Asked::get(&["cluster", "ha", "status", "current"]);
        let answer = self.call(&asked).await?;
        let rows: List<StatusRow<'_>> = answer.read(&asked.call)?;
        Ok(rows.0.iter().filter_map(HaEntry::read).collect())
    }
}
