//! The secrets of apps: made, typed, copied, taken back. What must hold: they go from the vault to the guest and nowhere
//! else, and what was there before an operation can be put back after it.

use ring::rand::{SecureRandom, SystemRandom};

use super::{desk::Desk, power::Before, world::World};
use crate::domain::{
    catalog::Generator,
    fault::{Fault, FaultCode},
    ids::AppId,
    plan::journal::Outcome,
    secret::Secret,
};

/// Under which name the vault keeps it.
pub fn name_of(app: &AppId, name: &str) -> String {
    format!("app/{app}/{name}")
}

/// What the operator typed, until an operation takes it.
pub fn typed_name_of(app: &AppId, name: &str) -> String {
    format!("app/{app}/{name}/next")
}

fn old_name_of(app: &AppId, name: &str) -> String {
    format!("app/{app}/{name}/before")
}

/// Made once: what is there already stays.
pub async fn make(desk: &Desk<'_>, app: &AppId, secrets: &[(String, Generator)]) -> Result<(), Fault> {
    for (name, generator) in secrets {
        let key = name_of(app, name);
        if desk.world.vault.get(&key).await?.is_none() {
            desk.world.vault.put(&key, &fresh(generator)?).await?;
        }
    }
    Ok(())
}

fn fresh(generator: &Generator) -> Result<Secret, Fault> {
    let mut random = vec![0; generator.bytes_wanted()];
    let drawn = SystemRandom::new().fill(&mut random).ok().and_then(|()| generator.make(&random));
    drawn.map(Secret::new).ok_or_else(|| {
        Fault::lasting(
            FaultCode::Failed,
            "a secret was not made",
            "this machine gave too little chance, or the recipe's alphabet leaves no choice",
            "give the secret yourself",
        )
    })
}

pub async fn unmake(desk: &Desk<'_>, app: &AppId, names: impl Iterator<Item = &String>) -> Result<(), Fault> {
    for name in names {
        desk.world.vault.remove(&name_of(app, name)).await?;
    }
    Ok(())
}

/// The typed one takes the place of the one before, which is kept for the way back.
pub async fn take(desk: &Desk<'_>, app: &AppId, names: &[String], tried: Before) -> Result<(), Fault> {
    let vault = &desk.world.vault;
    for name in names {
        let (now, next, old) = (name_of(app, name), typed_name_of(app, name), old_name_of(app, name));
        let Some(typed) = vault.get(&next).await? else {
            // It was taken already, before this program died.
            if tried != Before::Never && vault.get(&now).await?.is_some() {
                continue;
            }
            return Err(typed_is_gone(name));
        };
        // Not once more where this was cut short: the typed one may stand there already.
        if let Some(before) = vault.get(&now).await?
            && had_before(desk, app, name)
            && vault.get(&old).await?.is_none()
        {
            vault.put(&old, &before).await?;
        }
        vault.put(&now, &typed).await?;
        vault.remove(&next).await?;
    }
    Ok(())
}

/// Whether the app had a secret of this name when the plan was made.
fn had_before(desk: &Desk<'_>, app: &AppId, name: &String) -> bool {
    let book = desk.recorded_before(app).and_then(|before| before.book.as_ref());
    book.is_some_and(|book| book.secrets.contains(name))
}

/// May be repeated, and may be done where nothing was taken: only what is kept from before is put back, and only what was
/// not there before is removed.
pub async fn give_back(desk: &Desk<'_>, app: &AppId, names: &[String]) -> Result<(), Fault> {
    let vault = &desk.world.vault;
    for name in names {
        let (now, old) = (name_of(app, name), old_name_of(app, name));
        match vault.get(&old).await? {
            Some(before) => vault.put(&now, &before).await?,
            None if had_before(desk, app, name) => {}
            None => vault.remove(&now).await?,
        }
        vault.remove(&old).await?;
        vault.remove(&typed_name_of(app, name)).await?;
    }
    Ok(())
}

/// A secret of the app; the one from before while all is taken back.
pub async fn now_or_before(desk: &Desk<'_>, app: &AppId, name: &str) -> Result<Option<Secret>, Fault> {
    let vault = &desk.world.vault;
    if desk.operation.turns_back()
        && let Some(before) = vault.get(&old_name_of(app, name)).await?
    {
        return Ok(Some(before));
    }
    Ok(vault.get(&name_of(app, name)).await?)
}

/// What was typed is thrown away where it was not taken for good, and what was there before where nobody goes back.
pub async fn settle(world: &World, app: &AppId, names: &[String], outcome: Outcome) {
    for name in names {
        let useless = match outcome {
            Outcome::Done => old_name_of(app, name),
            Outcome::Failed | Outcome::Undone => typed_name_of(app, name),
            Outcome::Kept | Outcome::Partly | Outcome::Stuck { .. } => continue,
        };
        // Nobody finds it there any more; the next one of its name overwrites it.
        drop(world.vault.remove(&useless).await);
    }
}

pub async fn copy(desk: &Desk<'_>, from: &AppId, to: &AppId, names: &[String]) -> Result<(), Fault> {
    for name in names {
        if let Some(secret) = desk.world.vault.get(&name_of(from, name)).await? {
            desk.world.vault.put(&name_of(to, name), &secret).await?;
        }
    }
    Ok(())
}

/// All that was kept for an app under these names.
pub async fn forget(world: &World, app: &AppId, names: &[String]) -> Result<(), Fault> {
    for name in names {
        for key in [name_of(app, name), typed_name_of(app, name), old_name_of(app, name)] {
            world.vault.remove(&key).await?;
        }
    }
    Ok(())
}

fn typed_is_gone(name: &str) -> Fault {
    Fault::lasting(
        FaultCode::Refused,
        format!("{name} is not there any more"),
        "a secret that was typed is thrown away when its operation is taken back",
        "begin anew, and type it once more",
    )
}
