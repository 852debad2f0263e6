//! Containers that were not there the last time. What must hold: the first look at a host makes no findings, and who is
//! only seen because our rights grew did not appear.

use std::{collections::BTreeSet, sync::Arc};

use super::Brought;
use crate::{
    domain::{
        care::Drift,
        drift::{Books, Kind, Looked, Sight, Verdict},
        fleet::Guest,
        ids::{AppId, HostId, Vmid},
    },
    operations::world::World,
    proxmox::{Client, guest::Presence},
    store::Note,
};

/// What is to be thought of containers that were not there before.
enum Fresh {
    Appeared,
    /// They may be what an operation of ours makes, or nobody could say what we see: the next look tells.
    Later,
    /// We see more than before: they may have been there always.
    SeenNow(Arc<str>),
}

pub(super) async fn judge(world: &World, host: &HostId, books: &Books, sight: &Sight, brought: &mut Brought) {
    let Ok(client) = world.client(host) else { return };
    let known = books.looked.clone().unwrap_or_default();
    let fresh: BTreeSet<Vmid> = sight.appeared.iter().map(|guest| guest.key.vmid).collect();
    let fresh: BTreeSet<Vmid> = fresh.difference(&known.guests).copied().collect();
    let mut looked = Looked { rights: client.rights_mark(), guests: sight.guests.clone() };
    let thought = if fresh.is_empty() { Fresh::Appeared } else { thought_of(&client, &known, sight).await };
    match &thought {
        Fresh::Appeared => {}
        Fresh::Later => looked.guests.retain(|vmid| !fresh.contains(vmid)),
        Fresh::SeenNow(mark) => looked.rights = Some(mark.clone()),
    }
    for guest in &sight.appeared {
        let is_fresh = fresh.contains(&guest.key.vmid);
        if is_fresh && !matches!(thought, Fresh::Appeared) {
            continue;
        }
        let app = if is_fresh { lost_app(world, &client, guest).await } else { app_found(books, guest) };
        brought.verdicts.push(of(guest, app, Some(Drift::New)));
    }
    who_is_not_new(books, sight, brought);
    if books.looked.as_ref() != Some(&looked) {
        brought.notes.push(Note::Looked(host.clone(), looked));
    }
}

async fn thought_of(client: &Client, known: &Looked, sight: &Sight) -> Fresh {
    if sight.is_made_on {
        return Fresh::Later;
    }
    match client.permissions().await.map(|held| held.mark()) {
        Ok(mark) if known.rights.as_ref().is_none_or(|before| *before == mark) => Fresh::Appeared,
        Ok(mark) => Fresh::SeenNow(mark),
        Err(_) => Fresh::Later,
    }
}

fn of(guest: &Guest, app: Option<AppId>, now: Option<Drift>) -> Verdict {
    Verdict { guest: guest.key.clone(), app, name: guest.name.clone(), kind: Kind::New, now }
}

fn app_found(books: &Books, guest: &Guest) -> Option<AppId> {
    let found = books.findings.iter().find(|one| one.guest == guest.key && one.drift == Drift::New)?;
    found.app.clone()
}

/// The app that it says it is, where our books do not know that one any more.
async fn lost_app(world: &World, client: &Client, guest: &Guest) -> Option<AppId> {
    let Ok(Presence::There(options)) = client.container_options(&guest.node, guest.key.vmid).await else { return None };
    options.app().filter(|app| !app.is_scratch() && world.fleet().app(app).is_none())
}

/// It went, or became an app.
fn who_is_not_new(books: &Books, sight: &Sight, brought: &mut Brought) {
    for one in books.findings.iter().filter(|one| one.drift == Drift::New) {
        if sight.appeared.iter().all(|guest| guest.key != one.guest) {
            let (guest, app, name) = (one.guest.clone(), one.app.clone(), one.name.clone());
            brought.verdicts.push(Verdict { guest, app, name, kind: Kind::New, now: None });
        }
    }
}
