//! What the storages of a host hold of backups. What must hold: each storage is read once, one that all nodes share by one
//! of them; one that cannot be read keeps what it showed, with the reason, and only one that the host has no more goes.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
    time::Duration,
};

use futures_util::{StreamExt, future::join_all, stream};

use crate::{
    domain::{
        backup::{Backup, BackupKey, Fill, Seal, Shelf, Told, Verdict},
        fault::{Fault, FaultCode},
        fleet::{Fleet, Listing},
        ids::{GuestKey, HostId, NodeName, StorageName},
        moment::Moment,
    },
    proxmox::{
        Client,
        storage::{ContentKind, Encryption, StorageNow, StorageSelection, Volume},
    },
};

/// So many storages are read at once.
const AT_ONCE: usize = 8;

/// The storages for backups as a node told them.
pub type Listed = (NodeName, Result<Vec<StorageNow>, Fault>);

pub struct Seen {
    /// All of the host, as they are known now.
    pub shelves: Vec<Arc<Shelf>>,
    pub fills: Vec<Fill>,
}

pub async fn listed(client: &Client, nodes: &[NodeName]) -> Vec<Listed> {
    let of = StorageSelection::Holding(ContentKind::Backups);
    let asking: Vec<_> = nodes.iter().map(|node| client.storages(node, of)).collect();
    let told = join_all(asking).await.into_iter().map(|told| told.map_err(Fault::from));
    nodes.iter().cloned().zip(told).collect()
}

pub async fn look(client: &Client, fleet: &Fleet, host: &HostId, (listed, at): (&[Listed], Moment)) -> Seen {
    let known: Vec<&Arc<Shelf>> = fleet.backups.shelves.iter().filter(|shelf| shelf.host == *host).collect();
    let wanted = wanted(listed, &known);
    let reading: Vec<_> = wanted.iter().map(|(node, now)| read(client, host, node, now)).collect();
    let told: Vec<Result<Vec<Arc<Backup>>, Fault>> = stream::iter(reading).buffered(AT_ONCE).collect().await;
    let mut seen = Seen { shelves: Vec::new(), fills: Vec::new() };
    for ((node, now), told) in wanted.iter().zip(told) {
        seen.fills.extend(fill(host, node, now, at));
        let before = known.iter().find(|shelf| is_same(shelf, node, now));
        seen.shelves.push(Arc::new(shelf(host, (node, now), before, (told, at))));
    }
    for left in known.iter().filter(|shelf| !wanted.iter().any(|(node, now)| is_same(shelf, node, now))) {
        seen.shelves.extend(why_unseen(left, fleet, listed).map(|why| Arc::new(unseen(left, why))));
    }
    seen
}

fn is_same(shelf: &Shelf, node: &NodeName, now: &StorageNow) -> bool {
    shelf.storage == now.name && shelf.is_shared == now.is_shared && (now.is_shared || shelf.node == *node)
}

/// Each storage once, with the node to ask; of a shared one a node that sees it, the one that was asked before if it can.
fn wanted<'a>(listed: &'a [Listed], known: &[&Arc<Shelf>]) -> Vec<(&'a NodeName, &'a StorageNow)> {
    let told = listed.iter().filter_map(|(node, told)| Some((node, told.as_ref().ok()?)));
    let all = told.flat_map(|(node, storages)| storages.iter().map(move |now| (node, now)));
    let (mut wanted, mut shared) = (Vec::new(), BTreeMap::<&StorageName, (&NodeName, &StorageNow)>::new());
    let was_asked = |node: &NodeName, now: &StorageNow| {
        known.iter().any(|shelf| shelf.is_shared && shelf.storage == now.name && shelf.node == *node)
    };
    let rank = |node: &NodeName, now: &StorageNow| (now.takes(ContentKind::Backups), was_asked(node, now));
    for (node, now) in all {
        if !now.is_shared {
            wanted.push((node, now));
            continue;
        }
        let best = shared.entry(&now.name).or_insert((node, now));
        if rank(node, now) > rank(best.0, best.1) {
            *best = (node, now);
        }
    }
    wanted.extend(shared.into_values());
    wanted
}

async fn read(client: &Client, host: &HostId, node: &NodeName, now: &StorageNow) -> Result<Vec<Arc<Backup>>, Fault> {
    if !now.is_enabled || !now.is_active {
        return Err(out_of_reach(host, node, now));
    }
    let volumes = client.content(node, &now.name, Some(ContentKind::Backups), None).await.map_err(Fault::from)?;
    let found = volumes.iter().filter_map(|volume| backup(host, node, volume));
    Ok(found.map(|backup| Backup { made: client.on_our_clock(backup.made), ..backup }).map(Arc::new).collect())
}

/// What is of no guest, or of no kind that we know, is no backup that could be used.
fn backup(host: &HostId, node: &NodeName, volume: &Volume) -> Option<Backup> {
    let stored = volume.backup.as_ref()?;
    Some(Backup {
        key: BackupKey { host: host.clone(), volume: volume.id.to_string().into() },
        node: node.clone(),
        guest: GuestKey { host: host.clone(), vmid: volume.vmid? },
        kind: stored.of?,
        made: volume.made?,
        size: volume.size,
        format: volume.format.clone(),
        note: volume.notes.clone(),
        guarding: volume.guarding,
        seal: match &stored.encryption {
            Encryption::None => Seal::Open,
            Encryption::Encrypted => Seal::Encrypted,
            Encryption::With(key) => Seal::With(key.clone()),
        },
        verified: stored.verified.as_ref().map(|told| if told.is_good { Verdict::Whole } else { Verdict::Damaged }),
    })
}

fn shelf(
    host: &HostId,
    (node, now): (&NodeName, &StorageNow),
    before: Option<&&Arc<Shelf>>,
    (told, at): (Result<Vec<Arc<Backup>>, Fault>, Moment),
) -> Shelf {
    let mut content = before.map_or_else(Told::default, |shelf| shelf.content.clone());
    let told = told.map(|backups| steady(backups, content.known.as_deref().unwrap_or_default()));
    content.take(told, at);
    Shelf {
        host: host.clone(),
        node: node.clone(),
        storage: now.name.clone(),
        kind: now.kind.clone(),
        is_shared: now.is_shared,
        usage: now.usage.or(before.and_then(|shelf| shelf.usage)),
        content,
    }
}

/// How far their clock is from ours is measured a little differently each time; what was made then was made then.
fn steady(mut now: Vec<Arc<Backup>>, before: &[Arc<Backup>]) -> Vec<Arc<Backup>> {
    let known: HashMap<&BackupKey, Moment> = before.iter().map(|backup| (&backup.key, backup.made)).collect();
    for backup in &mut now {
        let made = known.get(&backup.key).copied().unwrap_or(backup.made);
        let is_near = made.since(backup.made).max(backup.made.since(made)) < WANDERS;
        if made != backup.made && is_near {
            Arc::make_mut(backup).made = made;
        }
    }
    now
}

/// Two measurements of a clock differ by less.
const WANDERS: Duration = Duration::from_secs(3_600);

fn fill(host: &HostId, node: &NodeName, now: &StorageNow, at: Moment) -> Option<Fill> {
    Some(Fill {
        host: host.clone(),
        node: (!now.is_shared).then(|| node.clone()),
        storage: now.name.clone(),
        day: Fill::day_of(at),
        usage: now.usage?,
    })
}

fn unseen(left: &Shelf, why: Fault) -> Shelf {
    let mut shelf = left.clone();
    shelf.content.fault = Some(why);
    shelf
}

/// Why a storage that is known was not told of; nothing where the host has it no more.
fn why_unseen(left: &Shelf, fleet: &Fleet, listed: &[Listed]) -> Option<Fault> {
    let nodes: Vec<&NodeName> = fleet.nodes_of(&left.host).map(|node| &node.key.node).collect();
    let of_node = listed.iter().find(|(node, _)| *node == left.node);
    let is_told = |node: &NodeName| listed.iter().any(|(told, storages)| told == node && storages.is_ok());
    match of_node {
        Some((_, Err(fault))) => Some(fault.clone()),
        // A shared one may be set up for another node alone, which did not tell.
        Some((_, Ok(_))) if left.is_shared && !nodes.iter().all(|node| is_told(node)) => Some(node_is_away(left)),
        Some((_, Ok(_))) => None,
        None if nodes.contains(&&left.node) => Some(node_is_away(left)),
        None if left.is_shared && !nodes.iter().all(|node| is_told(node)) => Some(node_is_away(left)),
        None if fleet.host(&left.host).is_some_and(|host| host.listing == Listing::Complete) => None,
        None => Some(node_is_away(left)),
    }
}

fn node_is_away(left: &Shelf) -> Fault {
    Fault::passing(
        FaultCode::Unreachable,
        format!("the backups on {} of {} cannot be read", left.storage, left.node),
        "its node is not there",
        "start the node; what is shown is what the storage had before",
    )
}

fn out_of_reach(host: &HostId, node: &NodeName, now: &StorageNow) -> Fault {
    let what = format!("the backups on {} of {host} cannot be read", now.name);
    if now.is_enabled {
        let remedy = "see whether what it lies on is switched on and reachable; what is shown is what it had before";
        Fault::passing(FaultCode::Unreachable, what, format!("the storage does not answer to {node}"), remedy)
    } else {
        Fault::lasting(
            FaultCode::Refused,
            what,
            "the storage is switched off",
            "switch it on at the host: Datacenter, Storage",
        )
    }
}
