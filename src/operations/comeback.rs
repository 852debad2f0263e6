//! The ways back that an update marked: to a snapshot, to an archive, by a script. What must hold: nothing is set back that
//! was not changed, and what comes out of an archive takes the app's place only when it is whole.

use super::{
    act::{self, job_back},
    clock,
    desk::{Desk, Spot},
    ensure,
    undo::{archive, is_up, plain},
};
use crate::{
    domain::{
        app::App,
        fault::{Fault, FaultCode},
        ids::AppId,
        plan::{Aim, PowerAction, Step, step::Comeback},
    },
    proxmox::backup::{Restore, RestoreOver},
};

pub async fn come_back(desk: &mut Desk<'_>, aim: &Aim, i: usize, way: &Comeback) -> Result<(), Fault> {
    // Nothing was changed after the mark, so nothing is to be set back.
    let is_needed = desk
        .operation
        .journal
        .iter()
        .any(|entry| matches!(entry, crate::domain::plan::journal::Entry::Began(step) if *step > i));
    if !is_needed {
        return Ok(());
    }
    match way {
        Comeback::Snapshot { snapshot } => {
            let spot = desk.spot(aim).await?;
            roll_back(&spot, snapshot).await?;
            ensure::is_running(&spot).await
        }
        Comeback::Backup { made_by, reserved_by, app } => restore(desk, aim, *made_by, *reserved_by, app).await,
        Comeback::Script(script) => {
            if !is_up(desk, aim).await? {
                return Ok(());
            }
            let job = job_back(desk, i);
            let kept = std::mem::take(&mut desk.cancel);
            let end = act::run_script(desk, aim, &job, script).await.map_err(plain);
            desk.cancel = kept;
            end
        }
    }
}

async fn roll_back(spot: &Spot, snapshot: &str) -> Result<(), Fault> {
    let name =
        snapshot.parse().map_err(|_| ensure::failed(format!("nobody went back to {snapshot}"), "it is no name"))?;
    ensure::settled(spot, "vzrollback").await?;
    let task = act::rollback_order(spot, &name).await?;
    ensure::ended(spot, &task).await
}

/// The archive comes back beside the app first; only when it is whole it takes the app's place. What it replaces is
/// destroyed last, and may be gone already.
async fn restore(desk: &mut Desk<'_>, aim: &Aim, made_by: usize, reserved_by: usize, app: &AppId) -> Result<(), Fault> {
    let old = match desk.spot(aim).await {
        Ok(old) => Some(old),
        Err(gone) if gone.code == FaultCode::NotFound => None,
        Err(fault) => return Err(fault),
    };
    let Some(Step::Reserve(wish)) = desk.operation.plan.steps.get(reserved_by).cloned() else { return Ok(()) };
    let beside = Aim::New { host: wish.node.host.clone(), node: wish.node.node.clone(), reserved_by };
    let new = desk.spot(&beside).await?;
    bring_back(desk, old.as_ref(), &new, made_by).await?;
    if let Some(old) = &old {
        ensure::is_off(old, PowerAction::Shutdown).await?;
    }
    ensure::is_running(&new).await?;
    if let Some(known) = desk.world.store.app(app.clone()).await? {
        // Its address is looked for anew: its network may have given it another one.
        let moved = App { address: None, ..known.moved_into(new.key.clone(), clock::now()) };
        desk.world.store.put_apps(vec![moved.clone()]).await?;
        desk.world.change(|fleet| fleet.put_app(moved));
    }
    if let Some(old) = &old {
        ensure::is_not_adopted(old).await?;
        ensure::destroyed(old).await?;
    }
    desk.list_anew(&new.key.host).await
}

/// What is in the archive, under the new id.
async fn bring_back(desk: &Desk<'_>, old: Option<&Spot>, new: &Spot, made_by: usize) -> Result<(), Fault> {
    // One that was begun before is awaited; where it failed it left nothing.
    if let Some(task) = act::begun_before(new, "vzrestore", &ensure::since(desk.operation.began)).await? {
        drop(ensure::ended(new, &task).await);
    }
    if ensure::config(new).await?.is_some() {
        return Ok(());
    }
    let Some(archive) = archive(desk, made_by) else {
        let why = "the backup's log does not name its archive";
        return Err(ensure::failed(format!("{} was not set back", desk.operation.plan.name), why));
    };
    let root = match old {
        Some(old) => ensure::config(old).await?.and_then(|config| config.root),
        None => None,
    };
    // Where nothing is said Proxmox takes the storage `local`, which mostly takes no containers.
    let storage = root.and_then(|root| root.source.storage().map(|word| act::storage(word.as_str())));
    let pool = old.and_then(|old| desk.world.guest(&old.key).ok()?.pool.as_ref().map(|pool| pool.to_string()));
    let restore = Restore { over: RestoreOver::Nothing, storage, pool, ..Restore::to_new(archive, new.vmid()) };
    let task = new.client.begin_restore(&new.node, &restore).await?;
    ensure::ended(new, &task).await
}
