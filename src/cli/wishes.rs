//! What was typed, as wishes for the engine. What must hold: a dry run and the command itself wish for the same.

use std::{collections::BTreeMap, net::IpAddr};

use super::{
    arguments::{Cloning, Editing, Life, Migrating, Network, Place, Resizing, Updating},
    deploy,
    face::Face,
    named::{app_known, app_now},
    newer,
};
use crate::{
    domain::{
        app::App,
        fault::Fault,
        ids::NodeName,
        plan::{Address, PlanKind, change::Sizes},
    },
    engine::{CloneWish, Request},
};

#[derive(Debug)]
pub struct Wish {
    pub request: Request,
    pub kind: PlanKind,
    /// What it is for is called so.
    pub name: String,
}

pub async fn of(life: &Life, face: Face<'_>) -> Result<Vec<Wish>, Fault> {
    let wish = match life {
        Life::Deploy(deploying) => deploy::wish(deploying, face).await?,
        Life::Update(updating) => return update(updating, face).await,
        Life::Delete { app, for_good } => delete(&app_now(app, face).await?, *for_good, face),
        // It needs no host: its container is not touched.
        Life::Forget { app } => forget(&app_known(app, face).await?),
        Life::Adopt(adopting) => return super::adopt::wishes(adopting, face).await,
        Life::Clone(cloning) => clone(&app_now(&cloning.app, face).await?, cloning),
        Life::Restore { app } => {
            let app = app_now(app, face).await?;
            for_app(&app, PlanKind::Unbin, Request::Unbin(app.id.clone()))
        }
        Life::Resize(resizing) => resize(&app_now(&resizing.app, face).await?, resizing),
        Life::Edit(editing) => edit(&app_now(&editing.app, face).await?, editing, face).await?,
        Life::Migrate(Migrating { app, node, to, .. }) => {
            let app = app_now(app, face).await?;
            let Some(to) = node.as_deref().or(to.as_deref()) else { return Ok(Vec::new()) };
            let request = Request::Move { app: app.id.clone(), to: NodeName::new(to) };
            for_app(&app, PlanKind::Move, request)
        }
        Life::Run { app, command } => {
            let app = app_now(app, face).await?;
            let request = Request::Run { app: app.id.clone(), command: command.clone() };
            for_app(&app, PlanKind::Run, request)
        }
    };
    Ok(vec![wish])
}

fn for_app(app: &App, kind: PlanKind, request: Request) -> Wish {
    Wish { request, kind, name: app.name.to_string() }
}

/// What was there before us is never removed.
fn delete(app: &App, for_good: bool, face: Face<'_>) -> Wish {
    if app.is_adopted() {
        face.printer.aside(&format!("{} was adopted: it is only forgotten, and its container stays", app.name));
        return forget(app);
    }
    match for_good {
        true => for_app(app, PlanKind::Destroy, Request::Destroy(app.id.clone())),
        false => for_app(app, PlanKind::Bin, Request::Bin(app.id.clone())),
    }
}

fn forget(app: &App) -> Wish {
    for_app(app, PlanKind::Forget, Request::Forget(app.id.clone()))
}

fn clone(app: &App, cloning: &Cloning) -> Wish {
    let (name, address) = (cloning.name.clone(), address(&cloning.address));
    for_app(app, PlanKind::Clone, Request::Clone(CloneWish { app: app.id.clone(), name, address }))
}

pub fn address(place: &Place) -> Address {
    address_of(place.ip, place.gateway)
}

pub fn address_of(ip: Option<Network>, gateway: Option<IpAddr>) -> Address {
    ip.map_or(Address::Dhcp, |network| Address::Fixed {
        ip: network.address.to_string(),
        prefix: network.prefix,
        gateway: gateway.map(|gateway| gateway.to_string()),
    })
}

async fn update(updating: &Updating, face: Face<'_>) -> Result<Vec<Wish>, Fault> {
    let wish = |app: &App| for_app(app, PlanKind::Update, Request::Update(app.id.clone()));
    if updating.all {
        return Ok(newer::apps(face).await?.iter().map(wish).collect());
    }
    let mut wishes = Vec::new();
    for app in &updating.apps {
        wishes.push(wish(&app_now(app, face).await?));
    }
    Ok(wishes)
}

fn resize(app: &App, resizing: &Resizing) -> Wish {
    let Resizing { cores, memory, swap, disk, .. } = *resizing;
    let sizes = Sizes { cores, memory, swap, disk };
    for_app(app, PlanKind::Resize, Request::Resize { app: app.id.clone(), sizes })
}

async fn edit(app: &App, editing: &Editing, face: Face<'_>) -> Result<Wish, Fault> {
    let recipe = match app.book.as_ref().and_then(|book| book.recipe.as_ref()) {
        Some(recipe) => super::catalog::recipe(recipe.as_str(), face).await.ok(),
        None => None,
    };
    let (settings, secrets) = deploy::answers(&editing.settings, recipe.as_deref())?;
    let request = Request::Edit { app: app.id.clone(), settings: BTreeMap::from_iter(settings), secrets };
    Ok(for_app(app, PlanKind::Edit, request))
}
