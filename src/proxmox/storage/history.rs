//! How full a storage was, for charts. A gap stays a gap.

use crate::{
    domain::{
        fleet::Usage,
        ids::{NodeName, StorageName},
        moment::Moment,
    },
    proxmox::{
        Client, ClientError, Timeframe,
        call::Asked,
        wire::{list::List, storage::FillRow},
    },
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fill {
    pub at: Moment,
    pub usage: Option<Usage>,
}

impl Fill {
    fn read(row: &FillRow) -> Option<Self> {
        let usage = row.used.0.zip(row.total.0).filter(|(used, total)| *used >= 0.0 && *total >= 1.0);
        Some(Self {
            at: Moment::from_secs(row.time.fits()?),
            usage: usage.map(|(used, total)| Usage { used: used as u64, total: total as u64 }),
        })
    }
}

impl Client {
    /// Oldest first.
    pub async fn storage_history(
        &self,
        node: &NodeName,
        storage: &StorageName,
        timeframe: Timeframe,
    ) -> Result<Vec<Fill>, ClientError> {
        let asked = Asked::get(&["nodes", node.as_str(), "storage", storage.as_str(), "rrddata"])
            .with("timeframe", timeframe.slug())
            .with("cf", "AVERAGE");
        let answer = self.call(&asked).await?;
        let rows: List<FillRow> = answer.read(&asked.call)?;
        let mut fills: Vec<_> = rows.0.iter().filter_map(Fill::read).collect();
        fills.sort_by_key(|fill| fill.at);
        Ok(fills)
    }
}
