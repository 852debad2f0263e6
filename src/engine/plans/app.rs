//! Plans for apps that are there: what the pure functions need to know is asked here.

use std::{collections::BTreeMap, time::Duration};

use super::{Found, chance, free_name, source};
use crate::{
    domain::{
        app::{App, Method},
        book::WayBack,
        catalog::{self, Generator, Kind, Recipe},
        fault::{Fault, FaultCode},
        fleet::{Host, Power},
        ids::{AppId, NodeKey},
        plan::{
            Address, Card, Plan,
            app::{self, Place},
            change::{self, Wished},
            copy::{self, CopyChoice},
            step::{InnerScript, Meaning, PortWish},
            update::{self, Guard, Successor},
        },
        port::Ranges,
        quote::command_line,
        secret::Secret,
    },
    engine::{CloneWish, Engine, Request},
    operations::clock::now,
    proxmox::{
        Client,
        guest::{ConfigView, ContainerConfig, Feature, Ip4, Slot},
        storage::{ContentKind, StorageSelection},
    },
};

/// So long the recycle bin keeps an app.
pub(in crate::engine) const IN_THE_BIN: Duration = Duration::from_secs(7 * 24 * 3600);
/// A command of the operator's may take this long, in seconds.
const COMMAND: u64 = 3600;

impl Engine {
    pub(super) async fn plan_for_app(&self, request: &Request) -> Result<Plan, Fault> {
        match request {
            Request::Bin(id) => app::bin(self.found(id)?.ours(), now() + IN_THE_BIN, now()),
            Request::Unbin(id) => {
                let (found, fleet) = (self.found(id)?, self.0.world.fleet());
                let replaced_in = found.app.book.as_ref().and_then(|book| book.replaced_in.as_ref());
                let is_taken = replaced_in.is_some_and(|other| fleet.app(other).is_some());
                app::unbin(found.ours(), if is_taken { Place::Taken } else { Place::Free }, now())
            }
            Request::Destroy(id) => app::destroy(self.found(id)?.ours()),
            Request::Forget(id) => self.plan_forget(id),
            Request::Clone(wish) => self.plan_clone(wish).await,
            Request::Update(id) => self.plan_update(&self.found(id)?).await,
            Request::Snapshot { app, name, note } => {
                let name = name.clone().map_or_else(snapshot_name, Ok)?;
                Ok(change::snapshot(self.found(app)?.ours(), name, note.clone()))
            }
            Request::RemoveSnapshot { app, snapshot } => {
                Ok(change::remove_snapshot(self.found(app)?.ours(), snapshot.clone()))
            }
            Request::Rollback { app, snapshot } => self.plan_rollback(app, snapshot),
            Request::Resize { app, sizes } => change::resize(self.found(app)?.ours(), sizes),
            Request::PutBack { app, tweaks } => Ok(change::put_back(self.found(app)?.ours(), tweaks.clone())),
            Request::Edit { app, settings, secrets } => self.plan_edit(app, settings, secrets).await,
            Request::Run { app, command } => {
                let found = self.found(app)?;
                let text = format!("exec {}\n", command_line(command));
                let title = command.first().cloned().unwrap_or_default();
                let script = InnerScript { title, text, deadline: COMMAND, meaning: Meaning::Recipe };
                Ok(app::run(&found.app, &found.guest.key, script))
            }
            _ => Err(Fault::lasting(
                FaultCode::Usage,
                "there is nothing to plan",
                "this wish changes no app",
                "wish for something else",
            )),
        }
    }

    fn plan_forget(&self, id: &AppId) -> Result<Plan, Fault> {
        let fleet = self.0.world.fleet();
        if let Some(app) = fleet.app(id).filter(|app| fleet.care.away.contains_key(&app.id)) {
            // What stands under its id, if anything, is not its own and stays untouched.
            return Ok(app::forget_missing(app));
        }
        match self.found(id) {
            // It is asked nothing, so its containers keep their markers; that way a host that is gone for good can go here.
            Ok(found) if self.0.world.fleet().host(&found.guest.key.host).is_some_and(Host::is_off) => {
                Ok(app::forget_missing(&found.app))
            }
            Ok(found) => Ok(app::forget(found.ours())),
            Err(fault) if fault.code == FaultCode::NotFound => {
                let fleet = self.0.world.fleet();
                fleet.app(id).map(app::forget_missing).ok_or(fault)
            }
            Err(fault) => Err(fault),
        }
    }

    async fn plan_clone(&self, wish: &CloneWish) -> Result<Plan, Fault> {
        let found = self.found(&wish.app)?;
        if let Some(recipe) = found.app.book.as_ref().and_then(|book| book.recipe.as_ref()) {
            self.refuse_second_gateway(recipe, &found.guest.key.host)?;
        }
        let client = self.0.world.client(&found.guest.key.host)?;
        if found.guest.power == Power::Running && !can_snapshot(&client, &found).await? {
            return Err(Fault::lasting(
                FaultCode::Refused,
                format!("{} was not cloned", found.app.name),
                "it runs, and its storage takes no snapshot that could be copied meanwhile",
                "stop it, clone it, and start it again",
            ));
        }
        let fleet = self.0.world.fleet();
        let name = wish.name.clone().unwrap_or_else(|| free_name(&fleet.apps, &found.app.name));
        let recipe = self.recipe_of(&found.app).await?.filter(|_| found.app.method().is_some());
        let base = found.app.marker.recipe.as_deref().unwrap_or(&found.app.name).to_owned();
        let choice = CopyChoice {
            app: AppId::new(format!("{base}-{}", chance::hexadecimal::<3>()?)),
            name,
            likely: self.likely_id(&client, &found.guest.key.host).await?,
            node: found.guest.node.clone(),
            ports: ports_of(&found.app),
            address: wish.address.clone(),
            snapshot: format!("clone-{}", chance::hexadecimal::<3>()?),
            renewed: recipe.as_deref().map(renewed).unwrap_or_default(),
            now: now(),
        };
        Ok(copy::clone(found.ours(), recipe.as_deref(), &choice))
    }

    async fn plan_update(&self, found: &Found) -> Result<Plan, Fault> {
        let recipe = self.recipe_of(&found.app).await?.ok_or_else(|| no_recipe(&found.app))?;
        let client = self.0.world.client(&found.guest.key.host)?;
        if found.app.is_adopted() || found.app.method().is_none() {
            return self.plan_upgrade(&client, found, &recipe).await;
        }
        if found.app.method() == Some(Method::Oci) {
            let next = self.successor(&client, found, &recipe).await?;
            return update::image(found.ours(), &recipe, &next);
        }
        let guard = match can_snapshot(&client, found).await? {
            true => Guard::Snapshot(format!("update-{}", chance::hexadecimal::<3>()?)),
            false => Guard::Archive {
                storage: backups(&client, found).await?,
                likely: self.likely_id(&client, &found.guest.key.host).await?,
            },
        };
        update::inside(found.ours(), &recipe, &guard, now())
    }

    /// The only way back that leaves its container is a snapshot.
    async fn plan_upgrade(&self, client: &Client, found: &Found, recipe: &Recipe) -> Result<Plan, Fault> {
        let snapshot = format!("update-{}", chance::hexadecimal::<3>()?);
        let plan = update::adopted(found.ours(), recipe, snapshot)?;
        if can_snapshot(client, found).await? {
            return Ok(plan);
        }
        Err(Fault::lasting(
            FaultCode::Refused,
            format!("{} was not updated", found.app.name),
            "its storage takes no snapshots, and without one there is no way back that leaves its container",
            "move its disks to a storage that takes snapshots, or update it inside",
        ))
    }

    async fn successor(&self, client: &Client, found: &Found, recipe: &Recipe) -> Result<Successor, Fault> {
        let guest = &found.guest;
        let node = NodeKey { host: guest.key.host.clone(), node: guest.node.clone() };
        let config = client.container_config(&guest.node, guest.key.vmid, &ConfigView::Next).await?;
        let lies = self.defaults_of(&node.host).templates;
        let template =
            source::image(client, &node, recipe, lies.as_deref()).await?.ok_or_else(|| no_recipe(&found.app))?;
        let root = config.root.as_ref();
        let storage = root.and_then(|root| root.source.storage()).map(ToString::to_string);
        let gib = root.and_then(|root| root.size).map_or(4, |size| size.0.div_ceil(1 << 30));
        Ok(Successor {
            template,
            likely: self.likely_id(client, &guest.key.host).await?,
            backups: backups(client, found).await?,
            cores: config.cores.unwrap_or(1),
            memory: config.memory.unwrap_or(512),
            swap: config.swap.unwrap_or(512),
            root: (storage.unwrap_or_else(|| "local".into()), gib),
            volumes: config.mounts.keys().map(|number| Slot::Mount(*number).to_string()).collect(),
            card: card(&config, &found.app)?,
            now: now(),
        })
    }

    fn plan_rollback(&self, id: &AppId, snapshot: &str) -> Result<Plan, Fault> {
        let found = self.found(id)?;
        let version = match found.app.book.as_ref().and_then(|book| book.way_back.clone()) {
            Some(WayBack::Snapshot { snapshot: kept, version }) if kept == snapshot => version,
            _ => None,
        };
        Ok(change::rollback(found.ours(), snapshot.to_owned(), version, now()))
    }

    async fn plan_edit(
        &self,
        id: &AppId,
        settings: &BTreeMap<String, String>,
        secrets: &BTreeMap<String, Secret>,
    ) -> Result<Plan, Fault> {
        let found = self.found(id)?;
        let recipe = self.recipe_of(&found.app).await?.ok_or_else(|| no_recipe(&found.app))?;
        let mut given = found.app.book.as_ref().map(|book| book.settings.clone()).unwrap_or_default();
        given.extend(settings.clone());
        given.extend(secrets.iter().map(|(name, secret)| (name.clone(), secret.reveal().to_owned())));
        let values = catalog::values(&recipe, &given).map_err(|faults| {
            let whys: Vec<_> = faults.iter().map(|fault| format!("{}: {}", fault.field, fault.why)).collect();
            let what = format!("{} was not changed", found.app.name);
            Fault::lasting(FaultCode::Usage, what, whys.join("; "), "mend these settings")
        })?;
        let wished = Wished { settings: values.plain, typed: secrets.keys().cloned().collect() };
        change::edit(found.ours(), &recipe, wished, now())
    }
}

fn snapshot_name() -> Result<String, Fault> {
    Ok(format!("by-hand-{}", chance::hexadecimal::<3>()?))
}

async fn can_snapshot(client: &Client, found: &Found) -> Result<bool, Fault> {
    Ok(client.has_feature(&found.guest.node, found.guest.key.vmid, Feature::Snapshot, None).await?)
}

/// The roomiest storage that takes backups.
async fn backups(client: &Client, found: &Found) -> Result<String, Fault> {
    let storages = client.storages(&found.guest.node, StorageSelection::EnabledFor(ContentKind::Backups)).await?;
    let fit = storages.into_iter().filter(|storage| storage.takes(ContentKind::Backups));
    fit.max_by_key(|storage| storage.available).map(|storage| storage.name.to_string()).ok_or_else(|| {
        Fault::lasting(
            FaultCode::Refused,
            format!("{} was not updated", found.app.name),
            "there would be no way back: its storage takes no snapshots, and no storage takes backups",
            "allow backups on a storage of its host, or move its disks to one that takes snapshots",
        )
    })
}

/// Its first network card, so that the one that takes its place keeps address and name.
pub(in crate::engine) fn card(config: &ContainerConfig, app: &App) -> Result<Card, Fault> {
    if let Some(card) = app.book.as_ref().and_then(|book| book.card.clone()) {
        return Ok(card);
    }
    let net = config.nets.get(&0);
    let mac = net.and_then(|net| net.mac.as_ref()).map(ToString::to_string);
    Ok(Card {
        bridge: net.and_then(|net| net.bridge.as_ref()).map_or_else(|| "vmbr0".into(), ToString::to_string),
        vlan: net.and_then(|net| net.vlan),
        mac: mac.map_or_else(chance::mac, Ok)?,
        address: match net.map(|net| (net.ip, net.gateway)) {
            Some((Some(Ip4::Fixed(ip, prefix)), gateway)) => {
                Address::Fixed { ip: ip.to_string(), prefix, gateway: gateway.map(|gateway| gateway.to_string()) }
            }
            _ => Address::Dhcp,
        },
    })
}

pub(super) fn ports_of(app: &App) -> Vec<PortWish> {
    let ranges = Ranges::default();
    let ports = app.book.as_ref().map(|book| book.ports.clone()).unwrap_or_default();
    let wish = |(name, port): (String, u16)| {
        let range = if ranges.public.contains(port) { ranges.public } else { ranges.internal };
        PortWish { name, range: range.ends(), wanted: None }
    };
    ports.into_iter().map(wish).collect()
}

/// Secrets that may be made anew although the app's data is there already.
fn renewed(recipe: &Recipe) -> Vec<(String, Generator)> {
    let new = recipe.settings.iter().filter_map(|setting| match &setting.kind {
        Kind::Secret { generate: Some(generator) } if generator.renewable => {
            Some((setting.name.clone(), generator.clone()))
        }
        _ => None,
    });
    new.collect()
}

fn no_recipe(app: &App) -> Fault {
    Fault::lasting(
        FaultCode::NotFound,
        format!("{} was left as it is", app.name),
        "the recipe it was made of is not on the shelf",
        "put the recipe into your folder of recipes; `proximity catalog list` shows what is there",
    )
}
