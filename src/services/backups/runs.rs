//! How the backups of a host went, by the logs of their tasks. What must hold: a log is read once, after its task has ended;
//! a task that could not be read yet is found again.

use std::{sync::Arc, time::Duration};

use futures_util::{StreamExt, future::join_all, stream};

use crate::{
    domain::{
        backup::Run,
        ids::{HostId, NodeName, Upid},
        moment::Moment,
    },
    operations::{clock, looks::Look, world::World},
    proxmox::{Client, ClientError, FoundTask, TaskStatus, backup::runs_of},
};

/// So many logs are read in one look, the newest first; the rest waits for the next one.
const LOGS: usize = 50;
const AT_ONCE: usize = 4;
/// A log comes in pages of so many lines.
const PAGE: usize = 2_000;
/// A log that is longer tells of a failure again and again.
const PAGES: usize = 10;
/// How far back a host is asked the first time.
const AT_FIRST: Duration = Duration::from_secs(400 * 86_400);
/// A host's clock may be this far from ours.
const SLACK: Duration = Duration::from_secs(86_400);

/// A task whose log was read.
pub struct ReadTask {
    pub upid: Upid,
    pub began: Moment,
    pub runs: Vec<Arc<Run>>,
}

pub async fn look(
    world: &World,
    client: &Client,
    (host, nodes): (&HostId, &[NodeName]),
    look: &mut Look<'_>,
) -> Vec<ReadTask> {
    let Ok(known) = world.store.known_run_tasks(host.clone()).await else { return Vec::new() };
    let tasks = listed(client, nodes, look).await;
    let is_new = |task: &&(NodeName, FoundTask)| task.1.status != TaskStatus::Running && !known.contains(&task.1.upid);
    let mut new: Vec<_> = tasks.iter().filter(is_new).map(|(_, task)| task).collect();
    new.sort_by_key(|task| std::cmp::Reverse(task.began));
    new.truncate(LOGS);
    let reading: Vec<_> = new.into_iter().map(|task| read(client, host, task)).collect();
    let read: Vec<Option<ReadTask>> = stream::iter(reading).buffered(AT_ONCE).collect().await;
    let read: Vec<ReadTask> = read.into_iter().flatten().collect();
    for node in nodes {
        let is_left = |task: &FoundTask| !known.contains(&task.upid) && !read.iter().any(|one| one.upid == task.upid);
        let of_node = || tasks.iter().filter(|(own, _)| own == node).map(|(_, task)| task);
        let left = of_node().filter(|task| is_left(task)).map(|task| task.began).min();
        if let Some(at) = left.or_else(|| of_node().map(|task| task.began).max()) {
            look.set_read_up_to(node.clone(), at);
        }
    }
    read
}

/// A node that does not tell is asked for all of it the next time.
async fn listed(client: &Client, nodes: &[NodeName], look: &Look<'_>) -> Vec<(NodeName, FoundTask)> {
    let since = |node: &NodeName| look.read_up_to(node).map_or_else(|| clock::now() - AT_FIRST, |at| at - SLACK);
    let asking: Vec<_> = nodes.iter().map(|node| client.find_tasks_of_kind(node, "vzdump", since(node))).collect();
    let told = nodes.iter().zip(join_all(asking).await);
    told.flat_map(|(node, tasks)| tasks.unwrap_or_default().into_iter().map(|task| (node.clone(), task))).collect()
}

/// Nothing where it may be read another time.
async fn read(client: &Client, host: &HostId, task: &FoundTask) -> Option<ReadTask> {
    let log = match whole_log(client, &task.upid).await {
        Ok(log) => log,
        Err(error) if error.is_passing() || error.keeps_us_out() => return None,
        // It will never be told.
        Err(_) => return Some(ReadTask { upid: task.upid.clone(), began: task.began, runs: Vec::new() }),
    };
    let ours = |run: Run| Run { began: client.on_our_clock(run.began), ..run };
    let runs = runs_of(host, task, &log).into_iter().map(ours).map(Arc::new).collect();
    Some(ReadTask { upid: task.upid.clone(), began: task.began, runs })
}

async fn whole_log(client: &Client, task: &Upid) -> Result<Vec<String>, ClientError> {
    let mut log = Vec::new();
    for _ in 0..PAGES {
        let page = client.task_log(task, log.len()).await?;
        let is_last = page.len() < PAGE;
        log.extend(page);
        if is_last {
            break;
        }
    }
    Ok(log)
}
