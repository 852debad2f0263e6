//! Looks at the storages of a host for backups, at its backup jobs, and at how the last backups went. What must hold: what
//! is shown is what the storages said last; one that does not answer keeps what it showed, and says so.

mod jobs;
mod runs;
mod shelves;

use std::{sync::Arc, time::Duration};

use tokio_util::sync::CancellationToken;

use self::{jobs::Jobs, runs::ReadTask, shelves::Seen};
use super::listing;
use crate::{
    domain::{
        backup::{Backups, Fill, HostBackups, Told},
        fault::Fault,
        fleet::{Fleet, NodeStatus, Reach},
        ids::{HostId, NodeName},
        moment::Moment,
    },
    operations::{
        clock,
        looks::{Look, Turn},
        world::{Line, News, World},
    },
};

/// Nothing but a backup changes what is seen, and whoever makes one rings.
const EVERY: Duration = Duration::from_secs(600);
/// When it could not be looked.
const SOONER: Duration = Duration::from_secs(60);

/// Looks once the host has been listed, then now and then, and whenever the bell is rung for it.
pub async fn keep_looking(world: Arc<World>, host: HostId, line: Line, end: CancellationToken) {
    let mut fleet = world.watch();
    let looking = async {
        while fleet.wait_for(|fleet| is_online(fleet, &host)).await.is_ok() {
            let rest = if survey(&world, &host).await.is_ok() { EVERY } else { SOONER };
            tokio::select! {
                () = tokio::time::sleep(rest) => {}
                () = line.bell.backups_changed() => {}
            }
        }
    };
    tokio::select! {
        () = looking => {}
        () = end.cancelled() => {}
    }
}

fn is_online(fleet: &Fleet, host: &HostId) -> bool {
    fleet.host(host).is_some_and(|known| known.reach == Reach::Online)
}

/// Looks at everything; whoever asks while another one only begins to look is given what that one finds.
pub async fn survey(world: &World, host: &HostId) -> Result<(), Fault> {
    let looks = world.looks(host);
    match looks.turn().await {
        Turn::Done(outcome) => outcome,
        Turn::Ours(mut look) => {
            let outcome = look_at(world, host, &mut look).await;
            look.ends(outcome.clone());
            outcome
        }
    }
}

/// What one look found.
struct Found {
    at: Moment,
    seen: Seen,
    jobs: Option<Jobs>,
    tasks: Vec<ReadTask>,
}

async fn look_at(world: &World, host: &HostId, look: &mut Look<'_>) -> Result<(), Fault> {
    let client = world.client(host)?;
    if online(&world.fleet(), host).is_empty() {
        listing::list(world, host).await?;
    }
    let listed = shelves::listed(&client, &online(&world.fleet(), host)).await;
    let outcome = match listed.iter().find_map(|(_, told)| told.as_ref().err()) {
        Some(fault) if listed.iter().all(|(_, told)| told.is_err()) => Err(fault.clone()),
        _ => Ok(()),
    };
    look.begins();
    let (fleet, at) = (world.fleet(), clock::now());
    let found = if outcome.is_ok() {
        let nodes: Vec<NodeName> = listed.iter().map(|(node, _)| node.clone()).collect();
        let (seen, jobs, tasks) = tokio::join!(
            shelves::look(&client, &fleet, host, (&listed, at)),
            jobs::look(&client, host),
            runs::look(world, &client, (host, &nodes), look)
        );
        Found { at, seen, jobs: Some(jobs), tasks }
    } else {
        let seen = shelves::look(&client, &fleet, host, (&listed, at)).await;
        Found { at, seen, jobs: None, tasks: Vec::new() }
    };
    keep(world, host, &found).await;
    world.change(|fleet| publish(fleet, host, found));
    outcome
}

fn online(fleet: &Fleet, host: &HostId) -> Vec<NodeName> {
    let nodes = fleet.nodes_of(host).filter(|node| node.status == NodeStatus::Online);
    nodes.map(|node| node.key.node.clone()).collect()
}

/// Books that cannot be written do not keep anybody from seeing what there is.
async fn keep(world: &World, host: &HostId, found: &Found) {
    let store = &world.store;
    let mut written = store.put_shelves(host.clone(), found.seen.shelves.clone()).await;
    if let Some(jobs) = &found.jobs {
        let told = told_of(&world.fleet().backups, host, jobs, found.at);
        written = written.and(store.put_jobs(told).await);
    }
    if !found.seen.fills.is_empty() {
        written = written.and(store.put_fills(found.seen.fills.clone()).await);
    }
    if !found.tasks.is_empty() {
        let tasks = found.tasks.iter().map(|task| (task.upid.clone(), task.began, task.runs.clone())).collect();
        written = written.and(store.put_runs(host.clone(), tasks, found.at).await);
    }
    if let Err(error) = written {
        world.tell(News::Trouble(error.into()));
    }
}

fn told_of(backups: &Backups, host: &HostId, jobs: &Jobs, at: Moment) -> HostBackups {
    let unknown = || HostBackups { host: host.clone(), jobs: Told::default(), uncovered: Told::default() };
    let mut told = backups.host(host).cloned().unwrap_or_else(unknown);
    told.jobs.take(jobs.jobs.clone(), at);
    told.uncovered.take(jobs.uncovered.clone(), at);
    told
}

fn publish(fleet: &mut Fleet, host: &HostId, found: Found) {
    if fleet.host(host).is_none() {
        return;
    }
    let backups = Arc::make_mut(&mut fleet.backups);
    let others = backups.shelves.iter().filter(|shelf| shelf.host != *host).cloned();
    let mut shelves: Vec<_> = others.chain(found.seen.shelves).collect();
    shelves.sort_by(|a, b| (&a.host, &a.storage, &a.node).cmp(&(&b.host, &b.storage, &b.node)));
    backups.put_shelves(shelves);
    if let Some(jobs) = found.jobs {
        *backups.host_mut(host) = told_of(backups, host, &jobs, found.at);
    }
    let fills: Vec<Fill> = found.seen.fills;
    fills.into_iter().for_each(|fill| backups.put_fill(fill));
    let runs: Vec<_> = found.tasks.into_iter().flat_map(|task| task.runs).collect();
    if !runs.is_empty() {
        backups.put_runs(runs);
    }
}
