//! Tasks: whether they run, how they ended, what they said. A task is judged by its exit status alone; warnings are no
//! failure. What only hands a wish to the HA manager runs until the guest is as wished.

mod find;
mod progress;
mod rhythm;
mod watch;

pub use progress::share_done;
pub use rhythm::Rhythm;
pub use watch::{TaskNews, Watch};

use std::time::Duration;

use crate::{
    domain::{
        ids::{NodeName, Upid, Vmid},
        moment::Moment,
    },
    proxmox::{
        Begun, Client, ClientError, TaskName,
        call::Asked,
        transport::now,
        wire::{
            list::List,
            resources::Resource,
            task::{LogRow, TaskRow, TaskSaid},
        },
    },
};

/// How many lines of a log come at once.
const LINES: usize = 2000;
/// What Proxmox puts in place of a log without a line.
const FILLER: &str = "no content";
/// Two clocks are compared by whole seconds.
const SLACK: Duration = Duration::from_secs(2);
/// How long the HA manager may take to do what it was asked.
const HA_PATIENCE: Duration = Duration::from_secs(180);

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
    Failed(String),
}

impl Exit {
    pub(in crate::proxmox) fn read(status: Option<&str>) -> Self {
        match status.map(str::trim) {
            Some("OK") => Self::Ok,
            Some(text) => match text.strip_prefix("WARNINGS:") {
                Some(count) => Self::Warnings(count.trim().parse().unwrap_or(1)),
                None => Self::Failed(text.into()),
            },
            None => Self::Failed("unexpected status".into()),
        }
    }
}

/// A task in a node's list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundTask {
    pub upid: Upid,
    /// By the host's clock.
    pub began: Moment,
    pub status: TaskStatus,
}

impl Client {
    /// Gives an order that Proxmox carries out in the background, and takes the name of its task.
    pub(in crate::proxmox) async fn begin(&self, asked: &Asked) -> Result<Upid, ClientError> {
        match self.begin_if_needed(asked).await? {
            Begun::Task(upid) => Ok(upid),
            Begun::NothingToDo => {
                Err(ClientError::Rubbish { call: asked.call.clone(), why: "it names no task".into() })
            }
        }
    }

    pub async fn task_status(&self, upid: &Upid) -> Result<TaskStatus, ClientError> {
        let name = read_name(upid)?;
        let asked = Asked::get(&["nodes", name.node.as_str(), "tasks", upid.as_str(), "status"]);
        let answer = self.call(&asked).await?;
        let said: TaskSaid<'_> = answer.read(&asked.call)?;
        match said.status.as_deref() {
            Some("running") => Ok(TaskStatus::Running),
            Some("stopped") => match Exit::read(said.exitstatus.as_deref()) {
                Exit::Ok if name.is_wish_to_ha() => self.ha_outcome(&name).await,
                exit => Ok(TaskStatus::Ended(exit)),
            },
            _ => Err(ClientError::Rubbish { call: asked.call, why: "it is no state of a task".into() }),
        }
    }

    /// The HA manager was told; it may start the guest on another node, so the whole host is looked at.
    async fn ha_outcome(&self, name: &TaskName) -> Result<TaskStatus, ClientError> {
        let asked = Asked::get(&["cluster", "resources"]).with("type", "vm");
        let answer = self.call(&asked).await?;
        let rows: List<Resource<'_>> = answer.read(&asked.call)?;
        let guest = rows.0.iter().find(|row| row.vmid.0.is_some_and(|vmid| vmid.to_string() == name.id));
        let wished = if name.kind == "hastop" { "stopped" } else { "running" };
        let waited = self.0.wire.on_their_clock(now()).since(name.started);
        Ok(match guest.and_then(|guest| guest.status.as_deref()) {
            Some(status) if status == wished => TaskStatus::Ended(Exit::Ok),
            _ if waited < HA_PATIENCE => TaskStatus::Running,
            _ => TaskStatus::Ended(Exit::Failed("the HA manager did not carry it out".into())),
        })
    }

    /// The lines after the first `from`, not more than 2,000 of them; ask again from where they end.
    pub async fn task_log(&self, upid: &Upid, from: usize) -> Result<Vec<String>, ClientError> {
        let node = read_name(upid)?.node;
        let asked = Asked::get(&["nodes", node.as_str(), "tasks", upid.as_str(), "log"])
            .with("start", from)
            .with("limit", LINES);
        let answer = self.call(&asked).await?;
        let rows: List<LogRow<'_>> = answer.read(&asked.call)?;
        if matches!(rows.0.as_slice(), [only] if only.t.as_deref() == Some(FILLER)) {
            return Ok(Vec::new());
        }
        let unread = rows.0.into_iter().filter(|row| row.n.0.is_none_or(|n| n > from as u64));
        Ok(unread.map(|row| row.t.into_text().unwrap_or_default()).collect())
    }

    /// Asks a task to stop. Whether and how it ended is told by its status.
    pub async fn cancel_task(&self, upid: &Upid) -> Result<(), ClientError> {
        let node = read_name(upid)?.node;
        self.call(&Asked::delete(&["nodes", node.as_str(), "tasks", upid.as_str()])).await.map(drop)
    }

    /// The tasks of a type on a guest that began at or after `since` (by our clock), running or ended, newest first. A
    /// task that asked the HA manager for the same is found as well.
    pub async fn find_tasks(
        &self,
        node: &NodeName,
        vmid: Vmid,
        kind: &str,
        since: Moment,
    ) -> Result<Vec<FoundTask>, ClientError> {
        let since = self.0.wire.on_their_clock(since) - SLACK;
        // Two types cannot be asked for at once, so they are told apart here.
        let asked = Asked::get(&["nodes", node.as_str(), "tasks"])
            .with("source", "all")
            .with("vmid", vmid)
            .with("since", since.as_secs().max(0));
        let answer = self.call(&asked).await?;
        let rows: List<TaskRow<'_>> = answer.read(&asked.call)?;
        let of_kind = |name: &TaskName| name.kind == kind || Some(name.kind.as_str()) == ha_twin(kind);
        let mut found: Vec<_> = rows.0.iter().filter_map(|row| found_task(row, of_kind)).collect();
        found.retain(|task| task.began.as_secs() >= since.as_secs());
        found.sort_by_key(|task| std::cmp::Reverse(task.began));
        Ok(found)
    }
}

/// What a guest under HA gets in place of a plain task.
fn ha_twin(kind: &str) -> Option<&'static str> {
    match kind.get(2..)? {
        "start" => Some("hastart"),
        "stop" | "shutdown" => Some("hastop"),
        _ => None,
    }
}

pub(in crate::proxmox) fn found_task(row: &TaskRow<'_>, is_wanted: impl Fn(&TaskName) -> bool) -> Option<FoundTask> {
    let upid = Upid::new(row.upid.as_deref()?);
    let name = TaskName::read(&upid).filter(is_wanted)?;
    let status = match (row.status.as_deref(), row.endtime.0) {
        (Some("RUNNING"), _) | (None, None) => TaskStatus::Running,
        (status, _) => TaskStatus::Ended(Exit::read(status)),
    };
    Some(FoundTask { upid, began: name.started, status })
}

/// The log of a task lies on the node that its name tells.
fn read_name(upid: &Upid) -> Result<TaskName, ClientError> {
    TaskName::read(upid).ok_or_else(|| ClientError::Setup(format!("{upid} is not the name of a Proxmox task")))
}
