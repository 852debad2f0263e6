//! Finds our apps on a host by the marker in their descriptions, and where they are on the network. What must hold: a
//! steady fleet costs no request here; only a guest that is new, or was started anew, is asked about.

use std::sync::Arc;

use crate::{
    domain::{
        app::{App, Marker, TAG},
        fleet::{Fleet, Guest, GuestKind, Power},
        ids::HostId,
        plan::{Plan, Step},
    },
    operations::{
        clock,
        world::{News, World},
    },
    store::StoreError,
};

pub async fn discover(world: &World, host: &HostId) {
    let fleet = world.fleet();
    let guests = fleet.guests.iter().filter(|guest| guest.key.host == *host);
    let (now, mut found) = (clock::now(), Vec::new());
    for guest in guests.filter(|guest| guest.kind == GuestKind::Container && !guest.is_template) {
        match fleet.app_of(&guest.key) {
            None if is_tagged(guest) && world.may_ask_about(guest, now) => {
                found.extend(read_marker(world, guest).await)
            }
            Some(app) if wants_address(app, guest) && world.may_ask_about(guest, now) => {
                found.extend(find_address(world, app, guest).await)
            }
            _ => {}
        }
    }
    if !found.is_empty() {
        remember(world, found).await;
    }
}

fn is_tagged(guest: &Guest) -> bool {
    guest.tags.iter().any(|tag| &**tag == TAG)
}

/// A started guest may have moved; its address is asked for once it has had time to get one.
fn wants_address(app: &App, guest: &Guest) -> bool {
    guest.power == Power::Running && (app.address.is_none() || guest.uptime.is_some_and(|seconds| seconds < 30))
}

async fn read_marker(world: &World, guest: &Arc<Guest>) -> Option<App> {
    let client = world.client(&guest.key.host).ok()?;
    let detail = client.guest_detail(&guest.key, &guest.node, guest.kind).await.ok()?;
    let marker = Marker::find(detail.description.as_deref()?).filter(|marker| !marker.app.is_scratch())?;
    let address = detail.addresses.first().map(|address| bare(address));
    Some(App {
        id: marker.app.clone(),
        name: guest.name.clone(),
        guest: guest.key.clone(),
        marker,
        address,
        book: None,
    })
}

async fn find_address(world: &World, app: &App, guest: &Guest) -> Option<App> {
    let client = world.client(&guest.key.host).ok()?;
    let addresses = client.addresses(&guest.node, guest.vmid()).await.ok()?;
    let address = addresses.first().map(|address| bare(address))?;
    (app.address.as_deref() != Some(&*address)).then(|| App { address: Some(address), ..app.clone() })
}

fn bare(address: &str) -> Arc<str> {
    address.split_once('/').map_or(address, |(address, _)| address).into()
}

/// Takes in what another process has written of apps: made, changed or forgotten there, they are so here.
pub async fn take_in(world: &World, seen: &mut Option<i64>) -> Result<(), StoreError> {
    let Some((version, mut kept)) = world.store.apps_written_elsewhere(*seen).await? else { return Ok(()) };
    *seen = Some(version);
    loop {
        world.change(|fleet| take_books(fleet, &kept));
        // What was written here meanwhile is newer than what was read.
        let again = world.store.apps().await?;
        if again == kept {
            return Ok(());
        }
        kept = again;
    }
}

fn take_books(fleet: &mut Fleet, kept: &[App]) {
    let free: Vec<bool> = fleet.apps.iter().map(|app| !is_in_work(fleet, app)).collect();
    let mut free = free.into_iter();
    fleet.apps.retain(|app| !free.next().unwrap_or(false) || kept.iter().any(|known| known.id == app.id));
    for app in kept {
        if fleet.app(&app.id) == Some(app) || is_in_work(fleet, app) {
            continue;
        }
        fleet.apps.retain(|known| known.id != app.id);
        fleet.apps.push(app.clone());
    }
    fleet.apps.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
}

async fn remember(world: &World, found: Vec<App>) {
    let mut known = Vec::new();
    world.change(|fleet| {
        for mut app in found {
            if is_a_copy(fleet, &app) || is_in_work(fleet, &app) || is_gone(fleet, &app) || is_less(fleet, &app) {
                continue;
            }
            app.name = unique_name(&fleet.apps, &app);
            if let Some(before) = fleet.app(&app.id) {
                app = app.published_as(before);
            }
            fleet.apps.retain(|old| old.id != app.id);
            fleet.apps.push(app.clone());
            known.push(app);
        }
        fleet.apps.sort_by(|a, b| a.name.cmp(&b.name));
    });
    if let Err(error) = world.store.put_apps(known).await {
        world.tell(News::Trouble(error.into()));
    }
}

/// Whoever copies a container copies its marker too. The app is the guest that had it first, as long as that one is seen.
fn is_a_copy(fleet: &Fleet, app: &App) -> bool {
    let before = fleet.app(&app.id).filter(|before| before.guest != app.guest);
    before.and_then(|before| fleet.guest(&before.guest)).is_some_and(|guest| guest.power != Power::Unknown)
}

/// Whoever works on an app writes it into the books himself, or takes it out of them.
fn is_in_work(fleet: &Fleet, app: &App) -> bool {
    let records = |plan: &Plan| {
        plan.steps.iter().any(|step| matches!(step, Step::Record { app: recorded, .. } if recorded.id == app.id))
    };
    let works = |plan: &Plan| plan.subject.app() == Some(&app.id) || records(plan);
    fleet.operations.iter().any(|operation| operation.is_running() && works(&operation.plan))
}

/// It was asked about before our books knew it, and they know more of it by now.
fn is_less(fleet: &Fleet, app: &App) -> bool {
    app.book.is_none() && fleet.app(&app.id).is_some_and(|known| known.book.is_some() && known.guest == app.guest)
}

/// What was asked may have been taken back before the answer came.
fn is_gone(fleet: &Fleet, app: &App) -> bool {
    fleet.guest(&app.guest).is_none() || (app.book.is_some() && fleet.app(&app.id).is_none())
}

/// Two hosts may both have a `jellyfin`; the later one is called by its host as well, and one more by its id.
fn unique_name(apps: &[App], app: &App) -> Arc<str> {
    let is_free = |name: &str| apps.iter().all(|other| other.id == app.id || &*other.name != name);
    let with_host: Arc<str> = format!("{}@{}", app.name, app.guest.host).into();
    [app.name.clone(), with_host].into_iter().find(|name| is_free(name)).unwrap_or_else(|| app.id.as_str().into())
}
