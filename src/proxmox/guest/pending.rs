//! What waits for the next start of a container.

use serde::Deserialize;

use super::lxc;
use crate::{
    domain::ids::{NodeName, Vmid},
    proxmox::{
        Client, ClientError,
        call::Asked,
        wire::{
            lenient::{Int, Text},
            list::List,
        },
    },
};

#[derive(Clone, PartialEq, Eq)]
pub struct PendingChange {
    pub option: String,
    /// Nothing where the option is new.
    pub now: Option<String>,
    /// Nothing where the option goes.
    pub next: Option<String>,
}

/// The values of variables are kept out of what is printed for debugging.
impl std::fmt::Debug for PendingChange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let shown = |value: &Option<String>| match self.option.as_str() {
            "env" => value.as_ref().map(|_| "••••••".to_owned()),
            _ => value.clone(),
        };
        f.debug_struct("PendingChange")
            .field("option", &self.option)
            .field("now", &shown(&self.now))
            .field("next", &shown(&self.next))
            .finish()
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::proxmox) struct PendingRow<'a> {
    #[serde(borrow)]
    key: Text<'a>,
    #[serde(borrow)]
    value: Text<'a>,
    #[serde(borrow)]
    pending: Text<'a>,
    /// 2 where it is taken away by force.
    delete: Int,
}

impl PendingRow<'_> {
    pub fn read(self) -> Option<PendingChange> {
        let goes = self.delete.0.is_some_and(|how| how > 0);
        if self.pending.0.is_none() && !goes {
            return None;
        }
        let option = self.key.as_deref()?.to_owned();
        let next = if goes { None } else { self.pending.into_text() };
        Some(PendingChange { option, now: self.value.into_text(), next })
    }
}

impl Client {
    /// Only what changes; options that stay as they are are left out.
    pub async fn pending(&self, node: &NodeName, vmid: Vmid) -> Result<Vec<PendingChange>, ClientError> {
        let asked = Asked::get(&lxc(node, &vmid.to_string(), &["pending"]));
        let answer = self.call(&asked).await?;
        let rows: List<PendingRow<'_>> = answer.read(&asked.call)?;
        let mut changes: Vec<_> = rows.0.into_iter().filter_map(PendingRow::read).collect();
        changes.sort_by(|a, b| a.option.cmp(&b.option));
        Ok(changes)
    }
}
