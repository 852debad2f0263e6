//! What happened on the host: its own log of log-ins, tasks and troubles.

use crate::{
    domain::{ids::NodeName, moment::Moment},
    proxmox::{
        Client, ClientError,
        call::Asked,
        wire::{list::List, log::ClusterLogRow},
    },
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClusterLogLine {
    pub at: Moment,
    pub node: NodeName,
    pub user: String,
    /// Which service wrote it.
    pub by: String,
    /// As syslog counts: 3 is an error, 6 is news.
    pub priority: u8,
    pub text: String,
}

impl ClusterLogLine {
    fn read(row: ClusterLogRow<'_>) -> Option<Self> {
        Some(Self {
            at: Moment::from_secs(row.time.fits()?),
            node: NodeName::new(row.node.as_deref()?),
            user: row.user.into_text().unwrap_or_default(),
            by: row.tag.into_text().unwrap_or_default(),
            priority: row.pri.fits().unwrap_or(6),
            text: row.msg.into_text().unwrap_or_default(),
        })
    }
}

impl Client {
    /// The last `most` lines, newest first. Without `Sys.Syslog` on `/` only our own.
    pub async fn cluster_log(&self, most: u32) -> Result<Vec<ClusterLogLine>, ClientError> {
        let asked = Asked::get(&["cluster", "log"]).with("max", most.max(1));
        let answer = self.call(&asked).await?;
        let rows: List<ClusterLogRow<'_>> = answer.read(&asked.call)?;
        let mut lines: Vec<_> = rows.0.into_iter().filter_map(ClusterLogLine::read).collect();
        lines.sort_by_key(|line| std::cmp::Reverse(line.at));
        Ok(lines)
    }
}
