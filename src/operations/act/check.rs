//! Looks whether a plan can be carried out, before anything is done. What must hold: it only reads, but for a name that it
//! takes when nothing else will, and says all that stands in the way at once.

use std::{collections::BTreeSet, time::Duration};

use crate::{
    domain::{
        app::Method,
        drift::{Options, Whose, whose},
        fault::{Fault, FaultCode},
        fleet::Power,
        ids::{GuestKey, NodeKey, NodeName},
        plan::{
            Aim, PlanKind, Step,
            place::{Footing, Right},
            step::Reserve,
        },
    },
    operations::{desk::Desk, ensure, probe, task::Broken},
    proxmox::{
        Ability, Client, ClientError,
        guest::{ConfigView, ContainerConfig, Feature, Running},
        storage::{StorageNow, StorageSelection},
    },
    store::Reserved,
};

/// What a machine that has an address already listens on, mostly.
const COMMON_PORTS: [u16; 4] = [22, 80, 443, 53];
const KNOCK: Duration = Duration::from_millis(250);

pub async fn check(desk: &mut Desk<'_>, footing: &Footing) -> Result<(), Broken> {
    let client = desk.client(&footing.host)?;
    let mut against = Vec::new();
    if let Some(node) = &footing.node {
        against.extend(node_is_up(desk, &node.node));
        against.extend(rooms(&client, &node.node, footing).await?);
        against.extend(network(&client, &node.node, footing).await?);
        against.extend(method(&client, &node.node, footing).await?);
    }
    against.extend(missing(&client, &footing.rights).await?);
    against.extend(name(desk, footing));
    against.extend(address(desk, footing).await);
    if let (Some(guest), Some(target)) = (&footing.guest, &footing.moves_to) {
        against.extend(its_way(desk, guest, target).await?);
    } else if let Some(guest) = &footing.guest {
        against.extend(its_guest(desk, footing, &Aim::Known(guest.clone())).await?);
    }
    if against.is_empty() {
        against.extend(take_name(desk, footing).await?);
    }
    if against.is_empty() { Ok(()) } else { Err(does_not_fit(desk, footing, &against).into()) }
}

/// Two that want one name at the same time, in whichever processes: one gets it. Who reserves an id takes the name with it.
async fn take_name(desk: &Desk<'_>, footing: &Footing) -> Result<Option<Obstacle>, Broken> {
    let (Some(name), Some(guest)) = (footing.name.clone(), &footing.guest) else { return Ok(None) };
    let plan = &desk.operation.plan;
    let Some(app) = plan.subject.app().cloned() else { return Ok(None) };
    if plan.steps.iter().any(|step| matches!(step, Step::Reserve(_))) {
        return Ok(None);
    }
    let store = &desk.world.store;
    if store.reservation(desk.id(), app.clone()).await.map_err(Broken::of_store)?.is_some() {
        return Ok(None);
    }
    let node = NodeKey { host: guest.host.clone(), node: desk.world.guest(guest)?.node.clone() };
    let wish = Reserve { app, node, likely: guest.vmid, name: Some(name.clone()), ports: Vec::new() };
    match store.reserve(desk.id(), wish, guest.vmid, BTreeSet::new()).await.map_err(Broken::of_store)? {
        Reserved::NameTaken => {
            Ok(obstacle(format!("there is an app {name} already, or one is about to be"), "choose another name"))
        }
        // Its own id needs nobody's leave.
        _ => Ok(None),
    }
}

/// Why not, and what to do about it.
struct Obstacle {
    why: String,
    remedy: String,
}

fn obstacle(why: impl Into<String>, remedy: impl Into<String>) -> Option<Obstacle> {
    Some(Obstacle { why: why.into(), remedy: remedy.into() })
}

fn does_not_fit(desk: &Desk<'_>, footing: &Footing, against: &[Obstacle]) -> Fault {
    let plan = &desk.operation.plan;
    let whys: Vec<_> = against.iter().map(|one| one.why.as_str()).collect();
    let mut remedies: Vec<_> = against.iter().map(|one| one.remedy.as_str()).collect();
    remedies.dedup();
    let what = format!("{} {}", plan.name, plan.kind.undone());
    let why = match &footing.of {
        Some(name) => format!("{name} cannot move: {}", whys.join("; ")),
        None => whys.join("; "),
    };
    Fault::lasting(FaultCode::Refused, what, why, remedies.join("; "))
}

fn node_is_up(desk: &Desk<'_>, node: &NodeName) -> Option<Obstacle> {
    let fleet = desk.world.fleet();
    let found = fleet.nodes.iter().find(|known| known.key.node == *node)?;
    if found.status == crate::domain::fleet::NodeStatus::Offline {
        return obstacle(format!("{node} is offline"), "choose another node, or start it");
    }
    None
}

/// The rights that our credential lacks; where it may not ask, Proxmox itself will say so.
async fn missing(client: &Client, rights: &[Right]) -> Result<Vec<Obstacle>, Broken> {
    if rights.is_empty() {
        return Ok(Vec::new());
    }
    let held = match client.permissions().await {
        Ok(held) => held,
        Err(ClientError::Forbidden { .. }) => return Ok(Vec::new()),
        Err(error) => return Err(error.into()),
    };
    let asks_for_bridges = client.version().await?.can(Ability::BridgeRights);
    let is_asked = |right: &&Right| right.privilege != "SDN.Use" || asks_for_bridges;
    let lacks = |right: &&Right| !held.allows_at_one(&right.privilege, &right.paths);
    let lacking = rights.iter().filter(is_asked).filter(lacks);
    Ok(lacking
        .filter_map(|right| {
            let place = right.paths.join(" or ");
            let why = format!("the credential lacks {} on {place}", right.privilege);
            obstacle(why, "grant what is missing: `proximity host test` prints the lines for that")
        })
        .collect())
}

async fn rooms(client: &Client, node: &NodeName, footing: &Footing) -> Result<Vec<Obstacle>, Broken> {
    if footing.rooms.is_empty() {
        return Ok(Vec::new());
    }
    let storages = client.storages(node, StorageSelection::All).await?;
    let against = footing.rooms.iter().filter_map(|room| {
        let Some(storage) = storages.iter().find(|known| known.name.as_str() == room.storage) else {
            return obstacle(format!("{node} has no storage {}", room.storage), "choose another storage or node");
        };
        let takes = storage.content.iter().any(|kind| kind.slug() == room.content);
        if !takes {
            let why = format!("storage {} does not take {}", room.storage, words_of(&room.content));
            return obstacle(why, "choose another storage, or allow that content in its settings on the host");
        }
        if !storage.is_active || !storage.is_enabled {
            let why = format!("storage {} is not online on {node}", room.storage);
            return obstacle(why, "look at the storage on its host, or choose another one");
        }
        too_full(storage, room.gib)
    });
    Ok(against.collect())
}

fn words_of(content: &str) -> &str {
    match content {
        "rootdir" => "containers",
        "vztmpl" => "templates",
        "backup" => "backups",
        other => other,
    }
}

fn too_full(storage: &StorageNow, gib: u64) -> Option<Obstacle> {
    let free = storage.available?;
    if gib == 0 || free >= gib << 30 {
        return None;
    }
    let why = format!("storage {} has {} GB free and {gib} GB are wanted", storage.name, free >> 30);
    obstacle(why, "take a smaller disk or another storage, or make room")
}

async fn network(client: &Client, node: &NodeName, footing: &Footing) -> Result<Option<Obstacle>, Broken> {
    let Some((wanted, vlan)) = &footing.bridge else { return Ok(None) };
    let bridges = match client.bridges_of(node).await {
        Ok(bridges) => bridges,
        // Proxmox itself will say so.
        Err(ClientError::Forbidden { .. }) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let Some(bridge) = bridges.iter().find(|bridge| *bridge.interface.name == **wanted) else {
        let known: Vec<_> = bridges.iter().map(|bridge| bridge.interface.name.to_string()).collect();
        let there = if known.is_empty() { "it shows none".to_owned() } else { format!("it has {}", known.join(", ")) };
        return Ok(obstacle(
            format!("there is no bridge {wanted} on {node}: {there}"),
            "choose another bridge or node",
        ));
    };
    match vlan {
        Some(vlan) if !(1..=4094).contains(vlan) => {
            Ok(obstacle(format!("{vlan} is no VLAN"), "choose a VLAN from 1 to 4094, or none"))
        }
        Some(vlan) if !bridge.takes_tags() => {
            Ok(obstacle(format!("{wanted} takes no VLAN, and {vlan} is wanted"), "leave the VLAN out"))
        }
        _ => Ok(None),
    }
}

async fn method(client: &Client, node: &NodeName, footing: &Footing) -> Result<Option<Obstacle>, Broken> {
    if footing.method != Some(Method::Oci) || client.can(node, Ability::Oci).await? {
        return Ok(None);
    }
    let why = format!("{} on {node}", Ability::Oci.needs());
    Ok(obstacle(why, "choose the method compose or script, or a node with a newer version"))
}

fn name(desk: &Desk<'_>, footing: &Footing) -> Option<Obstacle> {
    let name = footing.name.as_deref()?;
    let is_letter = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let is_name = name.len() <= 63
        && name.starts_with(is_letter)
        && name.ends_with(is_letter)
        && name.chars().all(|c| is_letter(c) || c == '-');
    if !is_name {
        let remedy = "use small letters, digits and dashes, 63 at most, a letter or digit at both ends";
        return obstacle(format!("\"{name}\" cannot be the name of a container"), remedy);
    }
    let mine = desk.operation.plan.subject.app();
    let fleet = desk.world.fleet();
    let other = fleet.apps.iter().find(|app| &*app.name == name && Some(&app.id) != mine)?;
    obstacle(format!("there is an app {name} already, {}", other.id), "choose another name")
}

/// A fixed address that another app has, or at which somebody answers.
async fn address(desk: &Desk<'_>, footing: &Footing) -> Option<Obstacle> {
    let wanted = footing.address.as_deref()?;
    let fleet = desk.world.fleet();
    if let Some(app) = fleet.apps.iter().find(|app| app.address.as_deref() == Some(wanted)) {
        return obstacle(format!("{} has the address {wanted}", app.name), "choose another address, or DHCP");
    }
    for port in COMMON_PORTS {
        if probe::listens(wanted, port, KNOCK).await {
            return obstacle(format!("somebody answers at {wanted} already"), "choose another address, or DHCP");
        }
    }
    None
}

async fn its_guest(desk: &Desk<'_>, footing: &Footing, aim: &Aim) -> Result<Option<Obstacle>, Broken> {
    let spot = desk.spot_anew(aim).await?;
    let config = spot.client.container_config(&spot.node, spot.vmid(), &ConfigView::Next).await?;
    if let Some(found) = is_another(desk, &spot.key, &config).await? {
        return Ok(Some(found));
    }
    if let Some(lock) = config.lock {
        let why = format!("Proxmox has locked it ({lock})");
        return Ok(obstacle(why, format!("wait until that ends; if nothing runs, `pct unlock {}`", spot.vmid())));
    }
    if footing.wants_snapshot && !spot.client.has_feature(&spot.node, spot.vmid(), Feature::Snapshot, None).await? {
        return Ok(obstacle("its storage takes no snapshots", "stop it first, or move its disks to another storage"));
    }
    Ok(memory(desk, &spot.node, footing))
}

/// Whoever has an id that was an app's is not that app; nothing may happen to him that was meant for it.
async fn is_another(desk: &Desk<'_>, key: &GuestKey, config: &ContainerConfig) -> Result<Option<Obstacle>, Broken> {
    let plan = &desk.operation.plan;
    let Some(app) = plan.subject.app().filter(|_| plan.subject.guest() == Some(key)) else { return Ok(None) };
    // A container is adopted whatever it said before.
    if plan.kind == PlanKind::Adopt {
        return Ok(None);
    }
    let known = desk.world.store.baselines([key.clone()].into()).await.map_err(Broken::of_store)?.remove(key);
    let before = known.filter(|known| known.app().as_ref() == Some(app));
    let told = ["hostname", "rootfs", "net0"].map(|name| (name.to_owned(), config.text_of(name).unwrap_or_default()));
    let line = ("description".to_owned(), config.description.clone().unwrap_or_default());
    match whose(app, before.as_ref(), &Options::of(told.into_iter().chain([line]))) {
        Whose::Ours => Ok(None),
        Whose::Somebody => Ok(obstacle(
            format!("{key} is somebody else's guest now"),
            "look at `proximity inbox list`: restore its newest backup, or forget it",
        )),
    }
}

/// What stands in the way of a guest to another node, at this moment.
async fn its_way(desk: &Desk<'_>, guest: &GuestKey, target: &NodeName) -> Result<Vec<Obstacle>, Broken> {
    let spot = desk.spot_anew(&Aim::Known(guest.clone())).await?;
    if spot.node == *target {
        return Ok(Vec::new());
    }
    let running = match ensure::power(&spot).await? {
        Some(Power::Running) => Running::Yes,
        _ => Running::No,
    };
    let (luggage, from, to) = tokio::join!(
        spot.client.luggage(&spot.node, spot.vmid()),
        spot.client.place(&spot.node),
        spot.client.place(target)
    );
    let (found, _) = spot.client.in_the_way(&luggage?, running, &from?, &to?).await?;
    Ok(found.iter().filter_map(|one| obstacle(one.to_string(), one.remedy())).collect())
}

fn memory(desk: &Desk<'_>, node: &NodeName, footing: &Footing) -> Option<Obstacle> {
    let wanted = footing.memory? << 20;
    let fleet = desk.world.fleet();
    let usage = fleet.nodes.iter().find(|known| known.key.node == *node)?.memory?;
    let free = usage.total.saturating_sub(usage.used);
    if free >= wanted {
        return None;
    }
    let why = format!("{node} has {} MB of memory free and {} MB are wanted", free >> 20, wanted >> 20);
    obstacle(why, "take less memory or another node, or stop something")
}
