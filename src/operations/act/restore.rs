//! Containers that come out of backups. What must hold: a container is recognised as this operation's own, and one that
//! comes back unplugged has not had its cables in for a moment.

use std::collections::BTreeMap;

use super::make::{net, settle, since, storage, unfit};
use crate::{
    domain::{
        app::Marker,
        ids::OperationId,
        plan::{
            Aim,
            journal::Output,
            step::{Cards, Restoration},
        },
    },
    operations::{
        desk::{Desk, Spot},
        power::Before,
        task::Broken,
    },
    proxmox::{
        Client, ClientError,
        backup::Restore,
        guest::{ConfigChange, ConfigView, ContainerConfig, Description, Ip4, Net, Setting},
        storage::VolumeId,
    },
};

pub async fn begin(desk: &mut Desk<'_>, restoration: &Restoration, before: Before) -> Result<Output, Broken> {
    let spot = desk.spot(&restoration.aim).await?;
    let order = restore_order(&spot, restoration, Some(desk.id())).await?;
    let tried = spot.client.try_restore(&spot.node, &order, since(&before)).await?;
    settle(desk, &restoration.aim, spot.vmid(), tried).await
}

/// The order as it is given; what the backup says of its cards and notes is read first.
pub async fn restore_order(
    spot: &Spot,
    restoration: &Restoration,
    operation: Option<OperationId>,
) -> Result<Restore, Broken> {
    let archive: VolumeId = restoration.backup.volume.parse().map_err(unfit)?;
    let saved = archived(&spot.client, spot, &archive).await?;
    let notes = super::change::notes_of(saved.description.as_deref().unwrap_or_default());
    let marker = Marker { operation: operation.map(|id| id.0), ..restoration.marker.clone() };
    Ok(Restore {
        storage: Some(storage(&restoration.storage)),
        hostname: restoration.hostname.clone(),
        description: Some(Description { marker: Some(marker), notes }),
        nets: nets(&saved, &restoration.cards)?,
        // Until it has its place it does not come up by itself.
        starts_on_boot: Some(false),
        pool: restoration.pool.clone(),
        ..Restore::to_new(archive, spot.vmid())
    })
}

async fn archived(client: &Client, spot: &Spot, archive: &VolumeId) -> Result<ContainerConfig, ClientError> {
    Ok(client.archived_config(&spot.node, archive).await?.config())
}

fn nets(saved: &ContainerConfig, cards: &Cards) -> Result<BTreeMap<u8, Net>, Broken> {
    match cards {
        Cards::Unplugged => {
            let unplugged = |(number, net): (&u8, &Net)| (*number, Net { is_unplugged: true, ..net.clone() });
            Ok(saved.nets.iter().map(unplugged).collect())
        }
        Cards::Own(card) => {
            let others = saved.nets.iter().filter(|(number, _)| **number != 0);
            let fresh = others.map(|(number, net)| {
                // Two guests never share an address: what is fixed stays unplugged until somebody looks.
                let is_unplugged = net.is_unplugged || matches!(net.ip, Some(Ip4::Fixed(..)));
                (*number, Net { mac: None, is_unplugged, ..net.clone() })
            });
            let own = net(card)?;
            // How its image wants the card to be set up stays.
            let first = saved.nets.get(&0).map_or(own.clone(), |saved| Net {
                name: saved.name.clone(),
                is_host_managed: saved.is_host_managed,
                has_firewall: saved.has_firewall,
                ..own
            });
            Ok(fresh.chain([(0, first)]).collect())
        }
    }
}

/// What only the running container of before knew of itself: variables, command, console.
pub async fn take_after(desk: &mut Desk<'_>, from: &Aim, to: &Aim) -> Result<Output, Broken> {
    let (from, to) = (desk.spot(from).await?, desk.spot(to).await?);
    let view = ConfigView::Next;
    let old = from.client.container_config(&from.node, from.vmid(), &view).await?;
    let new = to.client.container_config(&to.node, to.vmid(), &view).await?;
    to.client.change_config(&to.node, to.vmid(), &likened(&old, &new)).await?;
    Ok(Output::Nothing)
}

fn likened(old: &ContainerConfig, new: &ContainerConfig) -> ConfigChange {
    let mut change = ConfigChange::of(new.digest.clone()).set(Setting::Console(old.console));
    if !old.environment.is_empty() {
        change = change.set(Setting::Environment(old.environment.clone()));
    }
    if let Some(command) = &old.entrypoint {
        change = change.set(Setting::EntryPoint(command.clone()));
    }
    change
}
