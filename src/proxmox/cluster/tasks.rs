//! The tasks of all nodes in one call.

use crate::proxmox::{
    Client, ClientError, FoundTask,
    call::Asked,
    task::found_task,
    wire::{list::List, task::TaskRow},
};

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
}
