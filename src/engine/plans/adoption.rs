//! The plan that makes an app of a container that is there. What must hold: what the operator did not say is decided by what
//! is known, and never by looking inside.

use super::{chance, deploy::our_pool, free_name};
use crate::{
    domain::{
        adoption::name_of,
        book::Page,
        catalog::Recipe,
        fault::{Fault, FaultCode},
        fleet::{Guest, Power},
        gateway,
        ids::{AppId, GuestKey},
        plan::{
            Plan,
            app::{self, Adoption, ConsoleWish},
            backup::Joining,
            deploy::{page_of, probe_of},
        },
        probe::ProbeKind,
    },
    engine::{AdoptWish, Engine, PoolWish, ProbeWish},
    operations::clock::now,
    proxmox::guest::{ConfigView, ConsoleMode},
};

/// The answers of a page that are good where no recipe says which: one that asks who is there is well.
const GOOD: (u16, u16) = (100, 499);

impl Engine {
    pub(super) async fn plan_adoption(&self, wish: &AdoptWish) -> Result<Plan, Fault> {
        let guest = self.adoptable(&wish.guest)?;
        let recipe = self.recipe_wished(wish).await?;
        let fleet = self.0.world.fleet();
        let proposed = || free_name(&fleet.apps, &name_of(&guest.name, guest.key.vmid));
        let name = wish.name.clone().unwrap_or_else(proposed);
        let page = page(wish, recipe.as_deref())?;
        let adoption = Adoption {
            app: AppId::new(format!("{name}-{}", chance::hexadecimal::<3>()?)),
            recipe: recipe.as_ref().map(|recipe| recipe.id.clone()),
            port: wish.port,
            probe: probe(wish, page.as_ref(), recipe.as_deref())?,
            page,
            address: self.address_now(&guest).await,
            joining: self.pool_wished(wish, &guest).await?,
            console: self.console_wished(wish, &guest).await?,
            name,
            now: now(),
        };
        app::adopt(&guest, &adoption)
    }

    /// An app that our books have lost, as its guest says of itself.
    pub(super) async fn plan_taking_in(&self, key: &GuestKey) -> Result<Plan, Fault> {
        let guest = self.adoptable(key)?;
        let refused = |why: &str| {
            let what = format!("{} was not taken into the books", guest.name);
            Fault::lasting(FaultCode::Refused, what, why, "adopt it as a new app: `proximity app adopt`")
        };
        let claim =
            self.claim_of(&guest).await?.ok_or_else(|| refused("nothing in its description says whose it is"))?;
        if let Some(known) = self.0.world.fleet().app(&claim.marker.app) {
            return Err(refused(&format!("it says that it is {}, and that lives in {}", known.name, known.guest)));
        }
        let recipe = self.recipe_named(&claim.marker).await?;
        Ok(app::take_in(&guest, &self.claimed(&claim, recipe.as_deref())?))
    }

    async fn recipe_wished(&self, wish: &AdoptWish) -> Result<Option<std::sync::Arc<Recipe>>, Fault> {
        let Some(id) = &wish.recipe else { return Ok(None) };
        if id.as_str() == gateway::RECIPE {
            return Err(usage(wish, "a gateway of Proximity's is made, and not adopted: `proximity gateway make`"));
        }
        let shelf = self.shelf().await?;
        let found = shelf.find(id).map(|found| found.recipe.clone());
        found.map(Some).ok_or_else(|| {
            Fault::lasting(
                FaultCode::NotFound,
                format!("{} was not adopted", wish.guest),
                format!("there is no recipe {id} on the shelf"),
                "look at `proximity catalog list`, or adopt it without a recipe",
            )
        })
    }

    /// Where it has none now it is looked for later, by itself.
    async fn address_now(&self, guest: &Guest) -> Option<std::sync::Arc<str>> {
        let client = self.0.world.client(&guest.key.host).ok().filter(|_| guest.power == Power::Running)?;
        let found = client.addresses(&guest.node, guest.key.vmid).await.ok()?;
        found.first().map(|address| address.split('/').next().unwrap_or(address).into())
    }

    async fn pool_wished(&self, wish: &AdoptWish, guest: &Guest) -> Result<Option<Joining>, Fault> {
        if wish.pool == PoolWish::Stay {
            return Ok(None);
        }
        let client = self.0.world.client(&guest.key.host)?;
        let pool = our_pool(&client).await?.unwrap_or_else(|| self.pool_of_apps(&guest.key.host));
        match guest.pool.as_deref() {
            Some(known) if known == pool => Ok(None),
            Some(other) => Err(Fault::lasting(
                FaultCode::Refused,
                format!("{} was not adopted", guest.name),
                format!("it is in the pool {other}, and a guest is in one pool only"),
                "leave it in its pool, or take it out of that one first",
            )),
            None => {
                let is_new = !client.pools().await?.iter().any(|known| known.name == pool);
                Ok(Some(Joining { pool, guests: vec![guest.key.vmid], is_new }))
            }
        }
    }

    /// One that is set already stays as it is.
    async fn console_wished(&self, wish: &AdoptWish, guest: &Guest) -> Result<ConsoleWish, Fault> {
        if wish.console == ConsoleWish::Leave {
            return Ok(ConsoleWish::Leave);
        }
        let client = self.0.world.client(&guest.key.host)?;
        let now = client.container_config(&guest.node, guest.key.vmid, &ConfigView::Current).await?.console;
        Ok(if now == ConsoleMode::Shell { ConsoleWish::Leave } else { ConsoleWish::Shell })
    }
}

/// What is not said is as the recipe has it, where the port is the recipe's.
fn page(wish: &AdoptWish, recipe: Option<&Recipe>) -> Result<Option<Page>, Fault> {
    let Some(port) = wish.port else { return Ok(None) };
    let known = recipe.and_then(page_of).filter(|page| page.port == port);
    let scheme = wish.scheme.clone().or(known.as_ref().map(|page| page.scheme.clone()));
    let path = wish.path.clone().or(known.map(|page| page.path)).unwrap_or_else(|| "/".into());
    if scheme.as_deref().is_some_and(|scheme| !matches!(scheme, "http" | "https")) {
        return Err(usage(wish, "its page is served by http or https, and by nothing else"));
    }
    if !path.starts_with('/') || path.len() > 200 || !path.chars().all(|c| c.is_ascii_graphic()) {
        return Err(usage(wish, "the path of its page begins with a slash and has no blanks"));
    }
    let scheme = scheme.or_else(|| (wish.probe == ProbeWish::Http || wish.path.is_some()).then(|| "http".into()));
    Ok(scheme.map(|scheme| Page { scheme, port, path }))
}

fn probe(wish: &AdoptWish, page: Option<&Page>, recipe: Option<&Recipe>) -> Result<Option<ProbeKind>, Fault> {
    let tcp = wish.port.map(|port| ProbeKind::Tcp { port });
    let http = page.map(|page| of_page(page, recipe));
    match wish.probe {
        ProbeWish::Never => Ok(None),
        ProbeWish::Fitting => Ok(http.or(tcp)),
        ProbeWish::Http => http.map(Some).ok_or_else(|| usage(wish, "a page is asked for, and no port was named")),
        ProbeWish::Tcp => tcp.map(Some).ok_or_else(|| usage(wish, "a port is asked for, and none was named")),
    }
}

/// As the recipe looks, where it looks at this page.
fn of_page(page: &Page, recipe: Option<&Recipe>) -> ProbeKind {
    match recipe.map(|recipe| probe_of(recipe).what) {
        Some(known @ ProbeKind::Http { port, .. }) if port == page.port => known,
        _ => {
            let Page { scheme, port, path } = page.clone();
            ProbeKind::Http { scheme, port, path, status: GOOD }
        }
    }
}

fn usage(wish: &AdoptWish, why: &str) -> Fault {
    Fault::lasting(
        FaultCode::Usage,
        format!("{} was not adopted", wish.guest),
        why,
        "say `--port` with it, or leave it out",
    )
}
