//! Options that are changed, snapshots that are taken, removed, and gone back to.

use std::collections::BTreeMap;

use super::{
    look::begun_before,
    make::{self as made, addresses, unfit},
};
use crate::{
    domain::{
        book::Origin,
        catalog,
        ids::OperationId,
        plan::{Address, Aim, Card, journal::Output, step::Tweak},
    },
    operations::{
        desk::{Desk, Spot},
        power::Before,
        task::Broken,
    },
    proxmox::{
        ClientError,
        guest::{
            AfterRollback, ConfigChange, ConfigView, ConsoleMode, ContainerConfig, Description, Environment, Ip4, Net,
            Setting, SnapshotName, SnapshotRemoval,
        },
    },
};

/// How these options are, without values that may be secret.
pub async fn remember(desk: &mut Desk<'_>, aim: &Aim, tweaks: &[Tweak]) -> Result<Output, Broken> {
    let (_, config) = read(desk, aim).await?;
    Ok(Output::Was(tweaks.iter().map(|tweak| before(tweak, &config)).collect()))
}

async fn read(desk: &Desk<'_>, aim: &Aim) -> Result<(Spot, ContainerConfig), Broken> {
    let spot = desk.spot(aim).await?;
    match spot.client.container_config(&spot.node, spot.vmid(), &ConfigView::Next).await {
        Err(error) if error.says_guest_is_elsewhere() => {
            let spot = desk.spot_anew(aim).await?;
            let config = spot.client.container_config(&spot.node, spot.vmid(), &ConfigView::Next).await?;
            Ok((spot, config))
        }
        config => Ok((spot, config?)),
    }
}

/// Sets the options; a marker names this operation, or the one that it remembers.
pub async fn configure(
    desk: &mut Desk<'_>,
    aim: &Aim,
    tweaks: &[Tweak],
    operation: Option<OperationId>,
) -> Result<(), Broken> {
    let (spot, config) = read(desk, aim).await?;
    let mut values = BTreeMap::new();
    for tweak in tweaks {
        if let Tweak::Environment { app, .. } = tweak {
            values.extend(desk.values(app).await?);
        }
    }
    let change = change_of(tweaks, &config, &values, operation)?;
    spot.client.change_config(&spot.node, spot.vmid(), &change).await?;
    Ok(())
}

fn before(tweak: &Tweak, config: &ContainerConfig) -> Tweak {
    match tweak {
        Tweak::Cores(_) => Tweak::Cores(config.cores.unwrap_or(0)),
        Tweak::Memory(_) => Tweak::Memory(config.memory.unwrap_or(512)),
        Tweak::Swap(_) => Tweak::Swap(config.swap.unwrap_or(512)),
        Tweak::Tags(_) | Tweak::Tagged { .. } => Tweak::Tags(config.tags.clone()),
        Tweak::Marker(_) => Tweak::Marker(config.marker()),
        Tweak::Protected(_) => Tweak::Protected(config.is_protected),
        Tweak::StartsOnBoot(_) => Tweak::StartsOnBoot(config.starts_on_boot),
        Tweak::Address(_) => Tweak::Address(Address::Dhcp),
        Tweak::Card(card) => Tweak::Card(card_of(config).unwrap_or_else(|| card.clone())),
        // One that was out on purpose is not plugged in by taking something back.
        Tweak::Plugged(_) | Tweak::Cables(_) => Tweak::Cables(cables(config)),
        Tweak::Hostname(_) => Tweak::Hostname(config.hostname.clone().unwrap_or_default()),
        Tweak::Shell(_) | Tweak::Console(_) => Tweak::Console(Some(config.console.to_string())),
        Tweak::EntryPoint(_) => Tweak::EntryPoint(config.entrypoint.clone().unwrap_or_default()),
        Tweak::Option { name, .. } => Tweak::Option { name: name.clone(), value: config.text_of(name) },
        // Filled in anew with the values of before: they are not kept here.
        Tweak::Environment { .. } => tweak.clone(),
    }
}

/// The settings and secrets that an option asks for.
pub fn names_in(tweak: &Tweak) -> Vec<String> {
    match tweak {
        Tweak::Environment { variables, .. } => {
            variables.values().flat_map(|text| catalog::names_in(text)).map(str::to_owned).collect()
        }
        _ => Vec::new(),
    }
}

/// All of it at once, refused where somebody else was faster.
pub fn change_of(
    tweaks: &[Tweak],
    config: &ContainerConfig,
    values: &BTreeMap<String, String>,
    operation: Option<OperationId>,
) -> Result<ConfigChange, Broken> {
    let change = ConfigChange::of(config.digest.clone());
    let change = nets_of(tweaks, config)?
        .into_iter()
        .fold(change, |change, (number, net)| change.set(Setting::Net(number, net)));
    tweaks.iter().try_fold(change, |change, tweak| add(change, tweak, config, values, operation))
}

fn add(
    change: ConfigChange,
    tweak: &Tweak,
    config: &ContainerConfig,
    values: &BTreeMap<String, String>,
    operation: Option<OperationId>,
) -> Result<ConfigChange, Broken> {
    let setting = match tweak {
        Tweak::Cores(0) => return Ok(change.remove("cores")),
        Tweak::Cores(count) => Setting::Cores(*count),
        Tweak::Memory(mib) => Setting::Memory(*mib),
        Tweak::Swap(mib) => Setting::Swap(*mib),
        Tweak::Tags(tags) => Setting::Tags(tags.clone()),
        Tweak::Tagged { add, remove } => {
            let kept = config.tags.iter().filter(|tag| !remove.contains(tag) && !add.contains(tag));
            Setting::Tags(kept.chain(add).cloned().collect())
        }
        Tweak::Marker(marker) => {
            let notes = notes_of(config.description.as_deref().unwrap_or_default());
            let mut marker = marker.clone();
            if let Some(marker) = &mut marker {
                marker.operation = match marker.origin {
                    Origin::Deployed => operation.map(|id| id.0).or(marker.operation),
                    // Whoever names an operation was made by it, and may be destroyed.
                    Origin::Adopted => None,
                };
            }
            Setting::Description(Description { marker, notes }.text().unwrap_or_default())
        }
        Tweak::Protected(is_on) => Setting::Protected(*is_on),
        Tweak::StartsOnBoot(is_on) => Setting::StartsOnBoot(*is_on),
        Tweak::Hostname(name) => Setting::Hostname(name.clone()),
        Tweak::Address(_) | Tweak::Card(_) | Tweak::Plugged(_) | Tweak::Cables(_) => return Ok(change),
        Tweak::Shell(true) => Setting::Console(ConsoleMode::Shell),
        Tweak::Shell(false) | Tweak::Console(None) => return Ok(change.remove("cmode")),
        Tweak::Console(Some(mode)) => Setting::Console(mode.parse().map_err(unfit)?),
        Tweak::EntryPoint(command) => Setting::EntryPoint(command.clone()),
        Tweak::Option { name, value: Some(value) } => Setting::Plain(name.clone(), value.clone()),
        Tweak::Option { name, value: None } if config.text_of(name).is_none() => return Ok(change),
        Tweak::Option { name, value: None } => return Ok(change.remove(name)),
        Tweak::Environment { variables, .. } => {
            let mut wanted = Environment::default();
            for (name, text) in variables {
                let value = super::inside::filled(text, values)?;
                wanted.set(name, &value).map_err(unfit)?;
            }
            Setting::Environment(config.environment.clone().overlaid(&wanted))
        }
    };
    Ok(change.set(setting))
}

/// The cards that are to be other ones; several tweaks may be about the same card.
fn nets_of(tweaks: &[Tweak], config: &ContainerConfig) -> Result<BTreeMap<u8, Net>, Broken> {
    let mut nets = config.nets.clone();
    for tweak in tweaks {
        match (tweak, nets.get(&0).cloned()) {
            (Tweak::Address(address), Some(net)) => {
                let (ip, gateway) = addresses(address)?;
                nets.insert(0, Net { ip: Some(ip), gateway, ..net });
            }
            (Tweak::Card(card), Some(net)) => {
                let wanted = made::net(card)?;
                let Net { bridge, mac, ip, gateway, vlan, .. } = wanted;
                nets.insert(0, Net { bridge, mac, ip, gateway, vlan, ..net });
            }
            (Tweak::Cables(those), _) => {
                nets.iter_mut().for_each(|(number, net)| net.is_unplugged = !those.contains(number));
            }
            (Tweak::Plugged(is_in), _) => nets.values_mut().for_each(|net| net.is_unplugged = !is_in),
            _ => {}
        }
    }
    nets.retain(|number, net| config.nets.get(number) != Some(net));
    Ok(nets)
}

/// The cards whose cables are in.
pub fn cables(config: &ContainerConfig) -> Vec<u8> {
    config.nets.iter().filter(|(_, net)| !net.is_unplugged).map(|(number, _)| *number).collect()
}

/// Its first card, as a plan says it.
fn card_of(config: &ContainerConfig) -> Option<Card> {
    let net = config.nets.get(&0)?;
    Some(Card {
        bridge: net.bridge.as_ref()?.to_string(),
        vlan: net.vlan,
        mac: net.mac.as_ref()?.to_string(),
        address: match net.ip {
            Some(Ip4::Fixed(ip, prefix)) => {
                Address::Fixed { ip: ip.to_string(), prefix, gateway: net.gateway.map(|gateway| gateway.to_string()) }
            }
            _ => Address::Dhcp,
        },
    })
}

/// The operator's own lines.
pub fn notes_of(description: &str) -> String {
    let ours = |line: &&str| crate::domain::app::Marker::find(line).is_none();
    description.lines().filter(ours).collect::<Vec<_>>().join("\n")
}

pub fn name_of(snapshot: &str) -> Result<SnapshotName, Broken> {
    snapshot.parse().map_err(unfit)
}

async fn is_there(spot: &Spot, name: &SnapshotName) -> Result<bool, ClientError> {
    let found = spot.client.snapshots(&spot.node, spot.vmid()).await?;
    Ok(found.taken.iter().any(|snapshot| snapshot.name == *name))
}

pub async fn snapshot(
    desk: &mut Desk<'_>,
    aim: &Aim,
    snapshot: &str,
    note: &str,
    before: Before,
) -> Result<Output, Broken> {
    let (spot, name) = (desk.spot(aim).await?, name_of(snapshot)?);
    if let Some(task) = begun_before(&spot, "vzsnapshot", &before).await? {
        return Ok(Output::Task(task));
    }
    if before != Before::Never && is_there(&spot, &name).await? {
        return Ok(before.own(Output::AlreadySo));
    }
    ordered(desk, &spot, "vzsnapshot", spot.client.begin_snapshot(&spot.node, spot.vmid(), &name, Some(note)).await)
        .await
}

pub async fn remove_snapshot(desk: &mut Desk<'_>, aim: &Aim, snapshot: &str, before: Before) -> Result<Output, Broken> {
    let (spot, name) = (desk.spot(aim).await?, name_of(snapshot)?);
    if let Some(task) = begun_before(&spot, "vzdelsnapshot", &before).await? {
        return Ok(Output::Task(task));
    }
    if !is_there(&spot, &name).await? {
        return Ok(Output::AlreadySo);
    }
    let begun = spot.client.begin_snapshot_removal(&spot.node, spot.vmid(), &name, SnapshotRemoval::Careful).await;
    ordered(desk, &spot, "vzdelsnapshot", begun).await
}

pub async fn roll_back(desk: &mut Desk<'_>, aim: &Aim, snapshot: &str, before: Before) -> Result<Output, Broken> {
    let (spot, name) = (desk.spot(aim).await?, name_of(snapshot)?);
    if let Some(task) = begun_before(&spot, "vzrollback", &before).await? {
        return Ok(Output::Task(task));
    }
    ordered(desk, &spot, "vzrollback", rollback_order(&spot, &name).await).await
}

pub async fn rollback_order(spot: &Spot, name: &SnapshotName) -> Result<crate::domain::ids::Upid, ClientError> {
    spot.client.begin_rollback(&spot.node, spot.vmid(), name, AfterRollback::StaysOff).await
}

/// An order whose answer was lost is looked for before anybody gives it again.
pub async fn ordered(
    desk: &Desk<'_>,
    spot: &Spot,
    kind: &str,
    begun: Result<crate::domain::ids::Upid, ClientError>,
) -> Result<Output, Broken> {
    match begun {
        Ok(task) => Ok(Output::Task(task)),
        Err(lost) if lost.may_have_acted() => {
            let known = desk.known_tasks().await?;
            let before = Before::Began { at: crate::operations::clock::now() - LOST, known };
            match begun_before(spot, kind, &before).await? {
                Some(task) => Ok(Output::Task(task)),
                None => Err(lost.into()),
            }
        }
        Err(error) => Err(error.into()),
    }
}

/// An answer is given up after this long at the latest.
const LOST: std::time::Duration = std::time::Duration::from_secs(60);
