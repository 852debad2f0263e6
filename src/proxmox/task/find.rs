//! Tasks found again whose names were lost, and tasks that another one began.

use std::time::Duration;

use super::{Exit, FoundTask, TaskStatus, found_task};
use crate::{
    domain::{
        ids::{NodeName, Upid, Vmid},
        moment::Moment,
    },
    proxmox::{
        Client, ClientError, TaskName,
        call::Asked,
        wire::{list::List, task::TaskRow},
    },
};

/// More than a node does in the time one looks back; the usual limit is 50.
const ROWS: usize = 500;
/// Two clocks are compared by whole seconds.
const SLACK: Duration = Duration::from_secs(2);

impl Client {
    /// The tasks of a type that began on a node at or after `since` (by our clock), newest first, whatever they work on.
    /// Their ids are often no guest: a file, `200@storage`, or nothing for a backup of several.
    pub async fn find_tasks_of_kind(
        &self,
        node: &NodeName,
        kind: &str,
        since: Moment,
    ) -> Result<Vec<FoundTask>, ClientError> {
        let asked = Asked::get(&["nodes", node.as_str(), "tasks"]).with("typefilter", kind);
        self.tasks(asked, since, |name| name.kind == kind).await
    }

    /// The backup tasks that may work on a guest: its own, and those of several guests that name it in their log.
    pub async fn find_backups_of(
        &self,
        node: &NodeName,
        vmid: Vmid,
        since: Moment,
    ) -> Result<Vec<FoundTask>, ClientError> {
        let mut found = Vec::new();
        for task in self.find_tasks_of_kind(node, "vzdump", since).await? {
            let id = TaskName::read(&task.upid).map(|name| name.id).unwrap_or_default();
            if id == vmid.to_string() || (id.is_empty() && self.log_names(&task.upid, vmid).await?) {
                found.push(task);
            }
        }
        Ok(found)
    }

    /// `INFO: Starting Backup of VM 200 (lxc)`, or the command line, which names all of them at once.
    async fn log_names(&self, upid: &Upid, vmid: Vmid) -> Result<bool, ClientError> {
        let log = self.task_log(upid, 0).await?;
        let id = vmid.to_string();
        Ok(log.iter().any(|line| {
            let words = line.strip_prefix("INFO: starting new backup job: vzdump ");
            let is_listed = words
                .is_some_and(|words| words.split(' ').take_while(|word| !word.starts_with('-')).any(|word| word == id));
            is_listed || line.contains(&format!("Starting Backup of VM {id} "))
        }))
    }

    /// The start that a task which makes or sets back a container begins as its last deed. Nothing where it began none,
    /// or none yet.
    pub async fn follow_up(&self, first: &Upid) -> Result<Option<FoundTask>, ClientError> {
        let Some(name) = TaskName::read(first) else { return Ok(None) };
        let asked = Asked::get(&["nodes", name.node.as_str(), "tasks"]).with("vmid", &name.id);
        // Its own name dates it by the host's clock.
        let mut found = self.tasks_since(asked, name.started, |other| other.kind == "vzstart").await?;
        found.retain(|task| task.upid != *first);
        Ok(found.pop())
    }

    async fn tasks(
        &self,
        asked: Asked,
        since: Moment,
        is_wanted: impl Fn(&TaskName) -> bool,
    ) -> Result<Vec<FoundTask>, ClientError> {
        let since = self.0.wire.on_their_clock(since) - SLACK;
        self.tasks_since(asked, since, is_wanted).await
    }

    /// Newest first; `since` is by the host's clock.
    async fn tasks_since(
        &self,
        asked: Asked,
        since: Moment,
        is_wanted: impl Fn(&TaskName) -> bool,
    ) -> Result<Vec<FoundTask>, ClientError> {
        let since = since.as_secs().max(0);
        let asked = asked.with("source", "all").with("since", since).with("limit", ROWS);
        let answer = self.call(&asked).await?;
        let rows: List<TaskRow<'_>> = answer.read(&asked.call)?;
        let mut found: Vec<_> = rows.0.iter().filter_map(|row| found_task(row, &is_wanted)).collect();
        found.retain(|task| task.began.as_secs() >= since);
        found.sort_by_key(|task| std::cmp::Reverse(task.began));
        Ok(found)
    }
}

impl FoundTask {
    /// Whether it has done what it should.
    pub fn is_done(&self) -> bool {
        matches!(self.status, TaskStatus::Ended(Exit::Ok | Exit::Warnings(_)))
    }
}
