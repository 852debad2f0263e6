//! The calls of a plan as they would be sent: each step gives its order to a client that writes it down instead. What must
//! hold: what is told here is made by the same code that acts later.

use std::collections::BTreeMap;

use super::{act, clock, desk::Spot, world::World};
use crate::{
    domain::{
        backup::Runner,
        fleet::GuestKind,
        ids::{GuestKey, NodeName},
        leftovers::Leftover,
        plan::{Aim, Plan, Step},
    },
    proxmox::{
        Client, Rehearsed, Rhythm,
        guest::{ConfigView, ContainerConfig, SnapshotRemoval},
        storage::PruneScope,
    },
};

/// For every step of the plan, in its order.
pub async fn calls(world: &World, plan: &Plan) -> Vec<Vec<Rehearsed>> {
    let mut all = Vec::with_capacity(plan.steps.len());
    for step in &plan.steps {
        let client = plan.subject.host().and_then(|host| world.client(host).ok()).map(|client| client.rehearsing());
        all.push(match client {
            Some(client) => {
                // Every order ends refused; that it was given is what counts.
                let _ = order(world, plan, step, &client).await;
                client.rehearsed()
            }
            None => Vec::new(),
        });
    }
    all
}

/// The guest that is meant, under the id that it will most likely have.
fn spot(world: &World, plan: &Plan, aim: &Aim, client: &Client) -> Option<Spot> {
    let (key, node): (GuestKey, NodeName) = match aim {
        Aim::Known(key) => (key.clone(), world.guest(key).ok()?.node.clone()),
        Aim::New { host, node, reserved_by } => match plan.steps.get(*reserved_by)? {
            Step::Reserve(wish) => (GuestKey { host: host.clone(), vmid: wish.likely }, node.clone()),
            _ => return None,
        },
    };
    Some(Spot { client: client.clone(), node, key, rhythm: Rhythm::default() })
}

async fn order(world: &World, plan: &Plan, step: &Step, client: &Client) -> Option<()> {
    let at = |aim: &Aim| spot(world, plan, aim, client);
    match step {
        // What is there already is not fetched.
        Step::BeginFetch { node, storage, what } => match act::is_fetched(client, node, storage, what).await {
            Ok(false) => act::fetch_order(client, node, storage, what).await.map(drop).ok(),
            _ => None,
        },
        Step::BeginCreate { aim, new } => {
            let (spot, new) = (at(aim)?, act::container(new).ok()?);
            client.try_create(&spot.node, spot.vmid(), &new, clock::now()).await.map(drop).ok()
        }
        Step::BeginClone(copy) => {
            let (from, to) = (at(&Aim::Known(copy.from.clone()))?, at(&copy.to)?);
            let order = act::clone_order(copy, copy.marker.clone()).ok()?;
            client.try_clone(&from.node, from.vmid(), to.vmid(), &order, clock::now()).await.map(drop).ok()
        }
        Step::BeginPower { guest, kind, action, .. } => {
            let spot = at(guest)?;
            client.begin_power(&spot.node, *kind, spot.vmid(), *action).await.map(drop).ok()
        }
        Step::BeginSnapshot { aim, snapshot, note } => {
            let (spot, name) = (at(aim)?, snapshot.parse().ok()?);
            client.begin_snapshot(&spot.node, spot.vmid(), &name, Some(note)).await.map(drop).ok()
        }
        Step::BeginSnapshotRemoval { aim, snapshot } => {
            let (spot, name) = (at(aim)?, snapshot.parse().ok()?);
            let how = SnapshotRemoval::Careful;
            client.begin_snapshot_removal(&spot.node, spot.vmid(), &name, how).await.map(drop).ok()
        }
        Step::BeginRollback { aim, snapshot } => {
            act::rollback_order(&at(aim)?, &snapshot.parse().ok()?).await.map(drop).ok()
        }
        Step::BeginBackup { aim, storage, note, how } => {
            act::backup_order(&at(aim)?, storage, note, *how).await.map(drop).ok()
        }
        Step::BeginRestore(restoration) => {
            let spot = at(&restoration.aim)?;
            let order = act::restore_order(&spot, restoration, None).await.ok()?;
            client.try_restore(&spot.node, &order, clock::now()).await.map(drop).ok()
        }
        Step::EditBackup { backup, node, to, .. } => {
            let volume = act::volume_of(backup).ok()?;
            act::edit_order(client, node, &volume, to).await.ok()
        }
        Step::BeginBackupRemoval { backup, node, .. } => {
            client.delete_volume(node, &act::volume_of(backup).ok()?).await.map(drop).ok()
        }
        Step::BeginPrune { guest, node, storage, keeps } => {
            let scope = PruneScope::One(GuestKind::Container, guest.vmid);
            client.begin_prune(node, storage, keeps, scope).await.map(drop).ok()
        }
        Step::SaveJob { job, before } if job.runner == Runner::Proxmox => match before {
            None => client.create_backup_job(&act::job_order(job).ok()?).await.ok(),
            Some(before) => client.change_backup_job(&job.id.id, &act::change_order(before, job).ok()?).await.ok(),
        },
        Step::RemoveJob(job) if job.runner == Runner::Proxmox => client.delete_backup_job(&job.id.id).await.ok(),
        Step::JoinPool { pool, guests, .. } => act::join_order(client, pool, guests).await.ok(),
        Step::BeginResize { aim, slot, gib } => {
            act::resize_order(&at(aim)?, slot.parse().ok()?, *gib).await.map(drop).ok()
        }
        Step::BeginVolumeMove { from, to, slot } => {
            act::hand_over_order(&at(from)?, &at(to)?, slot.parse().ok()?).await.map(drop).ok()
        }
        Step::BeginMove { guest, target, restarts, .. } => {
            act::migration_order(&at(&Aim::Known(guest.clone()))?, target, *restarts).await.map(drop).ok()
        }
        Step::BeginRemoval { aim } => {
            let spot = at(aim)?;
            act::removal_order(client, &spot.node, spot.vmid()).await.map(drop).ok()
        }
        Step::ClearAway(leftover) => match &**leftover {
            Leftover::Guest { guest, .. } => {
                let spot = at(&Aim::Known(guest.clone()))?;
                act::removal_order(client, &spot.node, spot.vmid()).await.map(drop).ok()
            }
            Leftover::Fetch { task, .. } => client.cancel_task(task).await.ok(),
            Leftover::Snapshot { .. } => None,
        },
        Step::Configure { aim, tweaks, .. } => {
            let spot = at(aim)?;
            let names = tweaks.iter().flat_map(act::names_in).map(|name| (name.clone(), format!("${{{name}}}")));
            let values: BTreeMap<String, String> = names.collect();
            let made = match aim {
                Aim::New { .. } => ContainerConfig::default(),
                Aim::Known(_) => client.container_config(&spot.node, spot.vmid(), &ConfigView::Next).await.ok()?,
            };
            let change = act::change_of(tweaks, &made, &values, None).ok()?;
            client.change_config(&spot.node, spot.vmid(), &change).await.map(drop).ok()
        }
        _ => None,
    }
}
