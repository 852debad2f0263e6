//! Takes an id, a name and ports that nobody else has. What must hold: neither another operation nor anything that the host
//! has already uses them.

use std::{collections::BTreeSet, time::Duration};

use crate::{
    domain::{
        fault::{Fault, FaultCode},
        ids::Vmid,
        plan::{
            journal::{Output, Reservation},
            step::Reserve,
        },
    },
    operations::{desk::Desk, probe, task::Broken},
    proxmox::Client,
    store::Reserved,
};

/// A host that is on the same network answers a knock at once.
const KNOCK: Duration = Duration::from_millis(200);
/// More ids than that are not tried in a row.
const TRIES: u32 = 500;

pub async fn reserve(desk: &mut Desk<'_>, wish: &Reserve) -> Result<Output, Broken> {
    let known = desk.world.store.reservation(desk.id(), wish.app.clone()).await.map_err(Broken::of_store)?;
    if let Some(known) = known {
        return Ok(Output::Reserved(known));
    }
    Ok(Output::Reserved(take(desk, wish, wish.likely).await?))
}

/// Another id, because somebody outside took the one that was reserved.
pub async fn anew(desk: &mut Desk<'_>, wish: &Reserve, taken: Vmid) -> Result<Output, Broken> {
    desk.world.store.release_leases(desk.id()).await.map_err(Broken::of_store)?;
    Ok(Output::Reserved(take(desk, wish, Vmid(taken.0 + 1)).await?))
}

async fn take(desk: &mut Desk<'_>, wish: &Reserve, first: Vmid) -> Result<Reservation, Broken> {
    let client = desk.client(&wish.node.host)?;
    let address = desk.world.fleet().host(&wish.node.host).and_then(|host| bare(host.addresses.first()?));
    let (mut busy, mut vmid) = (BTreeSet::new(), first);
    for _ in 0..TRIES {
        desk.stop_if_cancelled()?;
        if !client.is_free_id(vmid).await? {
            vmid = after(&client, vmid).await?;
            continue;
        }
        let id = desk.id();
        match desk.world.store.reserve(id, wish.clone(), vmid, busy.clone()).await.map_err(Broken::of_store)? {
            Reserved::IdTaken => vmid = Vmid(vmid.0 + 1),
            Reserved::NameTaken => return Err(name_taken(wish).into()),
            Reserved::NoPort(fault) => return Err((*fault).into()),
            Reserved::Yes(reservation) => match listening(address.as_deref(), &reservation).await {
                None => return Ok(reservation),
                Some(port) => {
                    busy.insert(port);
                    desk.world.store.release_leases(id).await.map_err(Broken::of_store)?;
                }
            },
        }
    }
    Err(no_id(first).into())
}

/// The next one that the host calls free, or simply the next number where that was tried.
async fn after(client: &Client, taken: Vmid) -> Result<Vmid, Broken> {
    let offered = client.next_free_id().await?;
    Ok(if offered.0 > taken.0 { offered } else { Vmid(taken.0 + 1) })
}

/// The first of these ports on which somebody listens already.
async fn listening(address: Option<&str>, reservation: &Reservation) -> Option<u16> {
    let address = address?;
    for port in reservation.ports.values() {
        if probe::listens(address, *port, KNOCK).await {
            return Some(*port);
        }
    }
    None
}

/// `https://10.0.0.2:8006` is at 10.0.0.2.
fn bare(address: &str) -> Option<String> {
    let host = address.strip_prefix("https://")?.split('/').next()?;
    let host = host.rsplit_once(':').map_or(host, |(host, _)| host);
    Some(host.trim_matches(['[', ']']).to_owned())
}

fn name_taken(wish: &Reserve) -> Fault {
    let name = wish.name.as_deref().unwrap_or_default();
    Fault::lasting(
        FaultCode::Refused,
        format!("no app was made under the name {name}"),
        "another app has this name, or is about to get it",
        "choose another name",
    )
}

fn no_id(first: Vmid) -> Fault {
    Fault::passing(
        FaultCode::Busy,
        "no id was reserved",
        format!("{TRIES} ids from {first} on are taken, or are about to be"),
        "try again when less is going on",
    )
}
