//! A token of our own with as few rights as work: what would be made on a host for it. What must hold: what is shown and
//! what is made come of the same draft by the same rules, and nothing is made here.

use std::collections::{BTreeMap, BTreeSet};

use ring::digest::{SHA256, digest};

use super::{
    Answer, Engine, FoundStorage, HostDraft, LeastLine, LeastPlan, LeastWish, Nights,
    found::{self, Found},
};
use crate::{
    domain::{
        backup::Runner,
        fault::{Fault, FaultCode},
        host::HostDefaults,
        ids::{HostId, StorageName},
        least::{self, Deed, Holding, Nodes, Standing, Wanted},
    },
    engine::DefaultJob,
    operations::{clock::now, job_order},
    proxmox::Client,
};

/// All that is known before anything is made.
pub(super) struct Drawn {
    pub wanted: Wanted,
    standing: Standing,
    pub deeds: Vec<Deed>,
    /// Why there will be no nightly backups although they are wished.
    no_nights: Option<String>,
}

/// What it takes to give rights, and where.
const GIVING: [(&str, &str); 3] =
    [("Permissions.Modify", "/"), ("Sys.Modify", "/access"), ("User.Modify", "/access/groups")];

impl Engine {
    pub(super) async fn least(&self, draft: &HostDraft) -> Result<Answer, Fault> {
        let client = self.client_of(draft).await?;
        let drawn = self.draw(&client, draft).await?;
        let line = |deed: &Deed| LeastLine { line: deed.line(), title: deed.title(), state: deed.state() };
        let mut not_for = least::not_for(&drawn.wanted, &drawn.standing);
        not_for.extend(drawn.no_nights.iter().map(|why| format!("nightly backups by Proxmox: {why}")));
        Ok(Answer::Least(Box::new(LeastPlan {
            lines: drawn.deeds.iter().map(line).collect(),
            good_for: least::good_for(&drawn.wanted, &drawn.standing),
            not_for,
        })))
    }

    pub(super) async fn draw(&self, client: &Client, draft: &HostDraft) -> Result<Drawn, Fault> {
        let wish = draft.least.as_ref().ok_or_else(nothing_wished)?;
        may_give(client).await?;
        let seen = client.observe(now()).await?;
        let found = found::find(client, &found::online(&seen.nodes)).await;
        let defaults = draft.defaults.clone().or(found::propose(&found));
        let nodes = if seen.nodes.len() > 1 { Nodes::Several } else { Nodes::One };
        let storages = storages(wish, &defaults, &found)?;
        if storages.is_empty() {
            return Err(no_storage());
        }
        let wanted = Wanted {
            user: wish.user.clone(),
            token: fresh_name(client, &wish.user).await?,
            expires: wish.expires,
            reach: wish.reach.clone(),
            storages,
            bridges: bridges(wish, &defaults, &found)?,
            fetches: wish.fetches,
            nodes,
        };
        let standing = standing(client, &found).await?;
        let mut deeds = least::deeds(&wanted, &standing);
        spare(client, &wanted.user, &deeds, &standing).await?;
        let mut no_nights = None;
        if wish.nights == Nights::Covered {
            match self.nightly_for(client, draft, &wanted, &found, &defaults).await? {
                Ok(deed) => deeds.extend(deed),
                Err(why) => no_nights = Some(why),
            }
        }
        Ok(Drawn { wanted, standing, deeds, no_nights })
    }

    /// Nothing where the pool is covered already, or why it cannot be.
    async fn nightly_for(
        &self,
        client: &Client,
        draft: &HostDraft,
        wanted: &Wanted,
        found: &Found,
        defaults: &HostDefaults,
    ) -> Result<Result<Option<Deed>, String>, Fault> {
        let host = HostId::new(draft.name.as_str());
        let mut job = match self.covers_new_ones(client, &host, Some(wanted.reach.pool())).await? {
            DefaultJob::ThereIs(_) => return Ok(Ok(None)),
            DefaultJob::Cannot(fault) => return Ok(Err(fault.why)),
            DefaultJob::Would(job) if job.runner == Runner::Watch => {
                return Ok(Err("this login may not make backup jobs".into()));
            }
            DefaultJob::Would(job) => job,
        };
        // The token has to read there what the job writes.
        let Some(storage) = for_backups(wanted, found, defaults) else {
            return Ok(Err("no storage for backups was chosen".into()));
        };
        job.storage = Some(StorageName::new(storage));
        // Another pool's job may have the name already.
        if client.backup_jobs().await?.iter().any(|known| *known.id == *job.id.id) {
            let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
            let pool: String = wanted.reach.pool().chars().map(plain).collect();
            job.id.id = format!("{}-{pool}", job.id.id).into();
        }
        let stage = client.rehearsing();
        drop(stage.create_backup_job(&job_order(&job)?).await);
        let line = stage.rehearsed().iter().map(|order| order.as_pvesh()).collect();
        Ok(Ok(Some(Deed::Nights { job, line })))
    }
}

/// A login that may make a token but give it nothing is refused before it makes one.
async fn may_give(client: &Client) -> Result<(), Fault> {
    let held = client.permissions().await?;
    let lacks: Vec<_> = GIVING
        .iter()
        .filter(|(privilege, path)| !held.allows(privilege, path))
        .map(|(privilege, path)| format!("{privilege} on {path}"))
        .collect();
    if lacks.is_empty() {
        return Ok(());
    }
    Err(Fault::lasting(
        FaultCode::Refused,
        "no token was made",
        format!("{} may not give rights; it lacks {}", client.name(), lacks.join(", ")),
        "log in as root@pam or another administrator, or make the token by hand and give its secret",
    ))
}

/// Whoever works with rights of his own keeps them: then the token is another user's.
async fn spare(client: &Client, user: &str, deeds: &[Deed], standing: &Standing) -> Result<(), Fault> {
    if user == least::ROOT || !standing.users.contains(user) {
        return Ok(());
    }
    let held = match client.permissions_of(user).await {
        Ok(held) => held,
        Err(error) if error.is_passing() => return Err(error.into()),
        Err(error) => {
            return Err(he_would_lose(user, format!("what he may do was not told: {}", Fault::from(error).why)));
        }
    };
    let lost = least::loses(user, deeds, standing, |path| held.at(path));
    if lost.is_empty() {
        return Ok(());
    }
    let each = lost.iter().map(|(path, names)| {
        let names: Vec<_> = names.iter().map(String::as_str).collect();
        format!("{} at {path}", in_short(&names))
    });
    Err(he_would_lose(user, format!("he would lose {}", in_short(&each.collect::<Vec<_>>()))))
}

/// The first two, and how many more there are.
fn in_short(names: &[impl AsRef<str>]) -> String {
    let first = names.iter().take(2).map(AsRef::as_ref).collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(2) {
        0 => first,
        more => format!("{first} and {more} more"),
    }
}

fn he_would_lose(user: &str, why: String) -> Fault {
    let (name, realm) = user.split_once('@').unwrap_or((user, "pve"));
    Fault::lasting(
        FaultCode::Refused,
        "no token was made",
        format!("{user} is there already, and what is granted takes the place of what he inherits: {why}"),
        format!("name a user who is not there yet, such as {name}-deck@{realm}"),
    )
}

fn no_storage() -> Fault {
    Fault::lasting(
        FaultCode::Usage,
        "no token was planned",
        "no storage was named, and the host shows none that new apps could go by",
        "name the storages that the token may use",
    )
}

async fn standing(client: &Client, found: &Found) -> Result<Standing, Fault> {
    let (roles, users, given) = tokio::join!(client.roles(), client.users(), client.given());
    let roles = roles?;
    Ok(Standing {
        // The roles of Proxmox's own hold every privilege there is.
        known: roles.values().flatten().cloned().collect(),
        roles,
        users: users?,
        pools: found.pools.iter().cloned().collect(),
        given: given?,
    })
}

/// The same one until something is made: what was shown is what is made. What an earlier try left has another name.
pub(super) async fn fresh_name(client: &Client, user: &str) -> Result<String, Fault> {
    // Of a user who is not there only root may ask.
    let taken = match client.users().await?.contains(user) {
        true => client.tokens(user).await?,
        false => BTreeSet::new(),
    };
    let mut name = String::new();
    for round in 0..=u8::MAX {
        let known: Vec<&str> = taken.iter().map(String::as_str).collect();
        let made_of = format!("{user}\n{round}\n{}", known.join("\n"));
        let hash = digest(&SHA256, made_of.as_bytes());
        name = hash.as_ref().iter().take(3).fold("deck-".to_owned(), |name, byte| format!("{name}{byte:02x}"));
        if !taken.contains(&name) {
            break;
        }
    }
    Ok(name)
}

fn holdings(storage: &FoundStorage) -> BTreeSet<Holding> {
    let all = [
        (storage.holds_disks, Holding::Disks),
        (storage.holds_backups, Holding::Backups),
        (storage.holds_templates, Holding::Templates),
    ];
    all.into_iter().filter(|(holds, _)| *holds).map(|(_, holding)| holding).collect()
}

/// Those that were named, or those that new apps would go by.
fn storages(
    wish: &LeastWish,
    defaults: &HostDefaults,
    found: &Found,
) -> Result<BTreeMap<String, BTreeSet<Holding>>, Fault> {
    let by_default = [&defaults.storage, &defaults.backups, &defaults.templates];
    let names: BTreeSet<&String> = match wish.storages.as_slice() {
        [] => by_default.into_iter().flatten().collect(),
        named => named.iter().collect(),
    };
    let look = |name: &String| {
        let known = found.storages.iter().find(|storage| storage.name == *name);
        known.map(|known| (name.clone(), holdings(known))).ok_or_else(|| not_found("storage", name, &found.names()))
    };
    names.into_iter().map(look).collect()
}

fn bridges(wish: &LeastWish, defaults: &HostDefaults, found: &Found) -> Result<Vec<String>, Fault> {
    let names: Vec<String> = match wish.bridges.as_slice() {
        [] => defaults.bridge.iter().cloned().collect(),
        named => named.to_vec(),
    };
    let known: Vec<String> = found.bridges.iter().map(|bridge| bridge.name.clone()).collect();
    match names.iter().find(|name| !known.contains(name)) {
        Some(unknown) => Err(not_found("bridge", unknown, &known)),
        None => Ok(names.iter().map(|name| found.with_zone(name)).collect()),
    }
}

/// The one that was said, or the roomiest of those that the token may use.
fn for_backups(wanted: &Wanted, found: &Found, defaults: &HostDefaults) -> Option<String> {
    let may = |storage: &&FoundStorage| storage.holds_backups && wanted.storages.contains_key(&storage.name);
    let said = found.storages.iter().filter(may).find(|storage| defaults.backups.as_ref() == Some(&storage.name));
    let roomiest = || found.storages.iter().filter(may).max_by_key(|storage| (storage.nodes.len(), storage.free));
    said.or_else(roomiest).map(|storage| storage.name.clone())
}

fn nothing_wished() -> Fault {
    Fault::lasting(
        FaultCode::Usage,
        "no token was planned",
        "it was not said how far it is to reach",
        "say it: one pool, or all guests",
    )
}

pub(super) fn not_found(what: &str, name: &str, known: &[String]) -> Fault {
    let known = if known.is_empty() { "none that we may see".to_owned() } else { known.join(", ") };
    Fault::lasting(
        FaultCode::Usage,
        "nothing was made",
        format!("the host has no {what} {name}"),
        format!("choose one of those there are: {known}"),
    )
}
