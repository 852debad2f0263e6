//! What nodes did and do: of all of them in one call, or of one.

use std::sync::Arc;

use crate::{
    domain::{
        ids::{GuestKey, HostId, NodeName, Upid, Vmid},
        machine,
        moment::Moment,
    },
    proxmox::{
        Client, ClientError, FoundTask, TaskName,
        call::Asked,
        task::found_task,
        wire::{list::List, task::TaskRow},
    },
};

/// Proxmox gives guests no lower id.
const FIRST_GUEST: u32 = 100;

impl Client {
    /// What runs anywhere and the last that ended on each node, newest first. Without `Sys.Audit` on `/` a token sees
    /// nothing here, not even its own tasks: ask each node then.
    pub async fn cluster_tasks(&self) -> Result<Vec<FoundTask>, ClientError> {
        let asked = Asked::get(&["cluster", "tasks"]);
        let answer = self.call(&asked).await?;
        let rows: List<TaskRow<'_>> = answer.read(&asked.call)?;
        let mut tasks: Vec<_> = rows.0.iter().filter_map(|row| found_task(row, |_| true)).collect();
        tasks.sort_by(|one, other| (other.began, &other.upid).cmp(&(one.began, &one.upid)));
        Ok(tasks)
    }

    /// The last tasks of a node, newest first, those that run among them. Without `Sys.Audit` on the node only our own.
    pub async fn node_tasks(&self, node: &NodeName, most: usize) -> Result<Vec<machine::TaskRow>, ClientError> {
        let asked = Asked::get(&["nodes", node.as_str(), "tasks"]).with("source", "all").with("limit", most);
        let answer = self.call(&asked).await?;
        let rows: List<TaskRow<'_>> = answer.read(&asked.call)?;
        let ours = |theirs: Moment| self.0.wire.on_our_clock(theirs);
        let mut tasks: Vec<_> = rows.0.iter().filter_map(|row| told(row, &self.0.host, ours)).collect();
        tasks.sort_by(|one, other| (other.began, &other.upid).cmp(&(one.began, &one.upid)));
        Ok(tasks)
    }
}

fn told(row: &TaskRow<'_>, host: &HostId, ours: impl Fn(Moment) -> Moment) -> Option<machine::TaskRow> {
    let upid = row.upid.as_deref()?;
    let name = TaskName::read(&Upid::new(upid))?;
    let ended = row.endtime.fits().map(Moment::from_secs);
    let runs = ended.is_none() && row.status.as_deref().is_none_or(|status| status == "RUNNING");
    // Not every task is about a guest: the id of others is a file, a service, or nothing.
    let vmid = name.id.parse().ok().filter(|id| *id >= FIRST_GUEST).map(Vmid);
    Some(machine::TaskRow {
        upid: Arc::from(upid),
        kind: Arc::from(name.kind),
        guest: vmid.map(|vmid| GuestKey { host: host.clone(), vmid }),
        who: Arc::from(name.user),
        began: Some(ours(name.started)),
        ended: ended.map(ours),
        result: row.status.as_deref().filter(|_| !runs).map(Arc::from),
    })
}
