//! Containers that are made, copied and destroyed. What must hold: a container is recognised as this operation's own before
//! anything is done to it, and another's is never touched.

use super::{look::begun_before, reserve};
use crate::{
    domain::{
        fault::{Fault, FaultCode, FaultKind},
        fleet::Power,
        ids::{AppId, NodeName, StorageName, Upid, Vmid},
        leftovers::Leftover,
        plan::{
            Address, Aim, Card, NewGuest, Step,
            guest::Inside,
            journal::{Entry, Output},
            step::{Copy, Reserve},
        },
    },
    operations::{
        clock,
        desk::{Desk, Spot},
        ensure::{self, Making},
        power::Before,
        task::Broken,
    },
    proxmox::{
        Client, ClientError, Rhythm, TaskStatus,
        guest::{
            CloneKind, CloneOrder, ConsoleMode, Description, DiskSize, Ip4, Mount, Net, NewContainer, Removal,
            RootDisk, Tried, Word,
        },
        storage::VolumeId,
    },
};

pub async fn create(desk: &mut Desk<'_>, aim: &Aim, new: &NewGuest, before: Before) -> Result<Output, Broken> {
    let spot = desk.spot(aim).await?;
    let mut wanted = container(new)?;
    if let Some(marker) = &mut wanted.description.marker {
        marker.operation = Some(desk.id().0);
    }
    if wanted.ostype.is_none() && has_unknown_system(desk) {
        wanted.ostype = Some("unmanaged".into());
    }
    let tried = spot.client.try_create(&spot.node, spot.vmid(), &wanted, since(&before)).await?;
    settle(desk, aim, spot.vmid(), tried).await
}

/// Why a container of an image is made once more, with nothing set up in it.
const UNKNOWN_SYSTEM: &str = "Proxmox cannot tell which system the image holds, so it is made without setting it up";

fn has_unknown_system(desk: &Desk<'_>) -> bool {
    desk.operation.journal.iter().any(|entry| matches!(entry, Entry::Waits(_, fault, _) if fault.why == UNKNOWN_SYSTEM))
}

/// An image whose system Proxmox does not know is no reason to give up: it runs all the same.
pub fn after_creation(desk: &Desk<'_>, fault: Fault) -> Fault {
    let is_unknown = desk.operation.log.iter().any(|line| line.contains("unable to detect OS distribution"));
    if !is_unknown || has_unknown_system(desk) {
        return fault;
    }
    Fault { kind: FaultKind::Passing, why: UNKNOWN_SYSTEM.into(), ..fault }
}

/// What began before the operation is not its own.
pub fn since(before: &Before) -> crate::domain::moment::Moment {
    match before {
        Before::Never => clock::now(),
        Before::Began { at, .. } => *at,
    }
}

pub async fn settle(desk: &mut Desk<'_>, aim: &Aim, vmid: Vmid, tried: Tried) -> Result<Output, Broken> {
    match tried {
        Tried::Ours(newcomer) => Ok(newcomer.task.map_or(Output::AlreadySo, Output::Task)),
        Tried::Taken => Err(Broken::Instead(reserved_by(aim), take_another(desk, aim, vmid).await?)),
    }
}

fn reserved_by(aim: &Aim) -> usize {
    match aim {
        Aim::New { reserved_by, .. } => *reserved_by,
        Aim::Known(_) => 0,
    }
}

async fn take_another(desk: &mut Desk<'_>, aim: &Aim, taken: Vmid) -> Result<Output, Broken> {
    match desk.operation.plan.steps.get(reserved_by(aim)).cloned() {
        Some(Step::Reserve(wish)) => {
            let wish: Reserve = *wish;
            reserve::anew(desk, &wish, taken).await
        }
        _ => Err(Fault::lasting(
            FaultCode::Failed,
            format!("no container was made under the id {taken}"),
            "somebody else has it",
            "begin anew",
        )
        .into()),
    }
}

pub fn container(new: &NewGuest) -> Result<NewContainer, Broken> {
    let template: VolumeId = new.template.parse().map_err(unfit)?;
    let root = RootDisk::new(word(&new.root.0)?, DiskSize::gib(new.root.1));
    let mounts = new.mounts.iter().map(|mount| {
        let made = Mount::new(word(&mount.storage)?, DiskSize::gib(mount.size), word(&mount.path)?);
        Ok::<_, Broken>(Mount { is_backed_up: mount.is_backed_up, ..made })
    });
    Ok(NewContainer {
        cores: Some(new.cores),
        memory: new.memory,
        swap: new.swap,
        mounts: mounts.collect::<Result<_, _>>()?,
        nets: vec![net(&new.card)?],
        nameserver: new.nameserver.clone(),
        search_domain: new.search_domain.clone(),
        description: Description { marker: Some(new.marker.clone()), notes: new.notes.clone() },
        pool: new.pool.clone(),
        console: (new.inside == Inside::Shell).then_some(ConsoleMode::Shell),
        starts_on_boot: new.starts_on_boot,
        timezone: new.timezone.clone(),
        ostype: new.ostype.clone(),
        ..NewContainer::new(template, new.hostname.clone(), root)
    })
}

pub fn net(card: &Card) -> Result<Net, Broken> {
    let (ip, gateway) = addresses(&card.address)?;
    Ok(Net {
        mac: Some(word(&card.mac)?),
        ip: Some(ip),
        gateway,
        vlan: card.vlan,
        ..Net::new(word("eth0")?, word(&card.bridge)?)
    })
}

pub fn addresses(address: &Address) -> Result<(Ip4, Option<std::net::Ipv4Addr>), Broken> {
    match address {
        Address::Dhcp => Ok((Ip4::Dhcp, None)),
        Address::Fixed { ip, prefix, gateway } => {
            let gateway = gateway.as_deref().map(str::parse).transpose().map_err(unfit)?;
            Ok((Ip4::Fixed(ip.parse().map_err(unfit)?, *prefix), gateway))
        }
    }
}

pub fn word(text: &str) -> Result<Word, Broken> {
    Word::new(text).map_err(unfit)
}

pub fn unfit(error: impl std::fmt::Display) -> Broken {
    let remedy = "begin anew with another value";
    Broken::Failed(Fault::lasting(FaultCode::Usage, "the order was not given", error.to_string(), remedy))
}

pub async fn copy(desk: &mut Desk<'_>, copy: &Copy, before: Before) -> Result<Output, Broken> {
    let to = desk.key(&copy.to)?;
    let from = desk.spot(&Aim::Known(copy.from.clone())).await?;
    let mut marker = copy.marker.clone();
    marker.operation = Some(desk.id().0);
    let order = clone_order(copy, marker)?;
    let tried = from.client.try_clone(&from.node, from.vmid(), to.vmid, &order, since(&before)).await?;
    settle(desk, &copy.to, to.vmid, tried).await
}

pub fn clone_order(copy: &Copy, marker: crate::domain::app::Marker) -> Result<CloneOrder, Broken> {
    Ok(CloneOrder {
        kind: CloneKind::Full { storage: None },
        snapshot: copy.snapshot.as_deref().map(str::parse).transpose().map_err(unfit)?,
        hostname: Some(copy.hostname.clone()),
        description: Description { marker: Some(marker), notes: String::new() },
        pool: copy.pool.clone(),
        target: None,
    })
}

/// Gone for good; one that is gone already is well.
pub async fn remove(desk: &mut Desk<'_>, aim: &Aim, before: Before) -> Result<Output, Broken> {
    let spot = match desk.spot(aim).await {
        Ok(spot) => spot,
        Err(fault) if fault.code == FaultCode::NotFound => return Ok(Output::AlreadySo),
        Err(fault) => return Err(fault.into()),
    };
    if let Some(task) = begun_before(&spot, "vzdestroy", &before).await? {
        return Ok(Output::Task(task));
    }
    ensure::is_not_adopted(&spot).await?;
    match removal_order(&spot.client, &spot.node, spot.vmid()).await {
        Ok(task) => Ok(Output::Task(task)),
        Err(gone) if gone.says_guest_is_elsewhere() => after_a_miss(desk, aim, &spot).await,
        Err(lost) if lost.may_have_acted() => {
            let (at, known) = (desk.operation.began, desk.known_tasks().await?);
            match begun_before(&spot, "vzdestroy", &Before::Began { at, known }).await? {
                Some(task) => Ok(Output::Task(task)),
                None => Err(lost.into()),
            }
        }
        Err(error) => Err(error.into()),
    }
}

/// What became of a leftover.
pub enum Cleared {
    /// With the app that it was taken for, if it was.
    Gone(Option<AppId>),
    /// It is somebody's by now.
    Left,
}

/// What an earlier operation left over, once more looked at by whose it is.
pub async fn clear_away(desk: &mut Desk<'_>, leftover: &Leftover) -> Result<Cleared, Broken> {
    let (guest, app, operation, began) = match leftover {
        Leftover::Guest { guest, app, operation, began } => (guest, app, *operation, *began),
        Leftover::Fetch { host, task } => {
            call_off(&desk.client(host)?, task, desk.world.tempo.rhythm()).await?;
            return Ok(Cleared::Gone(None));
        }
        // It is removed by the task of its own kind.
        Leftover::Snapshot { .. } => return Ok(Cleared::Left),
    };
    let known = desk.world.store.apps().await.map_err(Broken::of_store)?;
    let there = known.iter().find(|known| known.guest == *guest);
    // Somebody may have taken it into the books since the plan was made.
    if there.is_some_and(|known| known.book.is_some()) {
        return Ok(Cleared::Left);
    }
    let taken_for = there.map(|known| known.id.clone()).filter(|id| id == app);
    match desk.spot(&Aim::Known(guest.clone())).await {
        Ok(spot) => ensure::is_gone(&spot, app, operation, began, Making::LongOver).await?,
        Err(fault) if fault.code == FaultCode::NotFound => {}
        Err(fault) => return Err(fault.into()),
    }
    desk.list_anew(&guest.host).await?;
    let is_there = desk.world.fleet().guest(guest).is_some_and(|guest| guest.power != Power::Unknown);
    Ok(if is_there { Cleared::Left } else { Cleared::Gone(taken_for) })
}

/// Ends a task that still runs; one that has ended is well.
pub async fn call_off(client: &Client, task: &Upid, rhythm: Rhythm) -> Result<(), Fault> {
    if client.task_status(task).await? == TaskStatus::Running {
        client.cancel_task(task).await?;
        client.await_task(task, rhythm).await?;
    }
    Ok(())
}

/// Its node does not know it: it moved, or it is gone.
async fn after_a_miss(desk: &mut Desk<'_>, aim: &Aim, missed: &Spot) -> Result<Output, Broken> {
    match desk.spot_anew(aim).await {
        Ok(now) if now.node != missed.node => {
            Ok(Output::Task(removal_order(&now.client, &now.node, now.vmid()).await?))
        }
        Ok(_) => Ok(Output::AlreadySo),
        Err(fault) if fault.code == FaultCode::NotFound => Ok(Output::AlreadySo),
        Err(fault) => Err(fault.into()),
    }
}

pub async fn removal_order(client: &Client, node: &NodeName, vmid: Vmid) -> Result<Upid, ClientError> {
    client.begin_removal(node, vmid, Removal { stops_it: false, purges: true, takes_stray_disks: false }).await
}

/// A storage by its name in a plan.
pub fn storage(name: &str) -> StorageName {
    StorageName::new(name)
}
