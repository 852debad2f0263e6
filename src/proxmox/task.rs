//! Tasks: whether they run, how they ended, what they said. A task is judged by its exit status alone; warnings are no
//! failure.

use std::sync::Arc;

use super::{
    Client, ClientError, TaskName,
    call::Asked,
    wire::{
        lenient::List,
        task::{LogRow, TaskRow, TaskSaid},
    },
};
use crate::domain::{
    ids::{NodeName, Upid, Vmid},
    moment::Moment,
};

/// How many lines of a log come at once.
const LINES: usize = 2000;
/// What Proxmox puts in place of a log without a line.
const FILLER: &str = "no content";
/// Two clocks are compared by whole seconds.
const SLACK_S: i64 = 2;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TaskStatus {
    Running,
    Ended(Exit),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Exit {
    Ok,
    /// It did what it should, and had something to say.
    Warnings(u32),
    /// Why, in Proxmox's words; `unexpected status` when it was killed.
    Failed(Arc<str>),
}

impl Exit {
    pub(super) fn read(status: Option<&str>) -> Self {
        match status.map(str::trim) {
            Some("OK") => Self::Ok,
            Some(text) => match text.strip_prefix("WARNINGS:") {
                Some(count) => Self::Warnings(count.trim().parse().unwrap_or(1)),
                None => Self::Failed(text.into()),
            },
            None => Self::Failed("unexpected status".into()),
        }
    }

    pub fn is_success(&self) -> bool {
        !matches!(self, Self::Failed(_))
    }
}

/// A task in a node's list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundTask {
    pub upid: Upid,
    pub name: TaskName,
    pub status: TaskStatus,
}

impl Client {
    pub async fn task_status(&self, upid: &Upid) -> Result<TaskStatus, ClientError> {
        let asked = Asked::get(&["nodes", &node_of(upid)?, "tasks", upid.as_str(), "status"]);
        let answer = self.call(&asked).await?;
        let said: TaskSaid<'_> = answer.read(&asked.call)?;
        match said.status.as_deref() {
            Some("running") => Ok(TaskStatus::Running),
            Some("stopped") => Ok(TaskStatus::Ended(Exit::read(said.exitstatus.as_deref()))),
            _ => Err(ClientError::Rubbish { call: asked.call, why: "it is no state of a task".into() }),
        }
    }

    /// The lines after the first `from`, not more than 2,000 of them; ask again from where they end.
    pub async fn task_log(&self, upid: &Upid, from: usize) -> Result<Vec<Arc<str>>, ClientError> {
        let asked = Asked::get(&["nodes", &node_of(upid)?, "tasks", upid.as_str(), "log"])
            .with("start", from)
            .with("limit", LINES);
        let answer = self.call(&asked).await?;
        let rows: List<LogRow<'_>> = answer.read(&asked.call)?;
        let line = |row: &LogRow<'_>| Arc::from(row.t.as_deref().unwrap_or_default());
        let is_filler = matches!(rows.0.as_slice(), [only] if only.t.as_deref() == Some(FILLER));
        let is_ours = |row: &&LogRow<'_>| !is_filler && row.n.0.is_none_or(|n| n > from as u64);
        Ok(rows.0.iter().filter(is_ours).map(line).collect())
    }

    /// Asks a task to stop. Whether and how it ended is told by its status.
    pub async fn cancel_task(&self, upid: &Upid) -> Result<(), ClientError> {
        let asked = Asked::delete(&["nodes", &node_of(upid)?, "tasks", upid.as_str()]);
        self.call(&asked).await.map(drop)
    }

    /// The tasks on a guest that began at or after `since` (by our clock), running or ended, newest first. With no types
    /// all of them.
    pub async fn find_tasks(
        &self,
        node: &NodeName,
        vmid: Vmid,
        types: &[&str],
        since: Moment,
    ) -> Result<Vec<FoundTask>, ClientError> {
        let since = self.0.wire.on_their_clock(since).as_secs() - SLACK_S;
        let mut asked = Asked::get(&["nodes", node.as_str(), "tasks"])
            .with("source", "all")
            .with("vmid", vmid)
            .with("since", since.max(0));
        if let [only] = types {
            asked = asked.with("typefilter", only);
        }
        let answer = self.call(&asked).await?;
        let rows: List<TaskRow<'_>> = answer.read(&asked.call)?;
        let mut found: Vec<_> = rows.0.iter().filter_map(found_task).collect();
        found.retain(|task| {
            (types.is_empty() || types.contains(&task.name.kind.as_str())) && task.name.started.as_secs() >= since
        });
        found.sort_by_key(|task| std::cmp::Reverse(task.name.started));
        Ok(found)
    }
}

fn found_task(row: &TaskRow<'_>) -> Option<FoundTask> {
    let upid = Upid::new(row.upid.as_deref()?);
    let name = TaskName::read(&upid)?;
    let status = match (row.status.as_deref(), row.endtime.0) {
        (Some("RUNNING"), _) | (None, None) => TaskStatus::Running,
        (status, _) => TaskStatus::Ended(Exit::read(status)),
    };
    Some(FoundTask { upid, name, status })
}

/// The log of a task lies on the node that its name tells.
fn node_of(upid: &Upid) -> Result<String, ClientError> {
    match TaskName::read(upid) {
        Some(name) => Ok(name.node.as_str().to_owned()),
        None => Err(ClientError::Setup(format!("{upid} is not the name of a Proxmox task"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn warnings_are_a_success_and_silence_is_not() {
        assert_eq!(Exit::read(Some("WARNINGS: 3")), Exit::Warnings(3));
        assert!(Exit::read(Some("WARNINGS: 3")).is_success());
        assert_eq!(Exit::read(None), Exit::Failed("unexpected status".into()));
    }
}
