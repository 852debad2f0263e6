//! The books of the apps, built again from the lines in the descriptions of their guests. What must hold: what the books
//! still know is never written over, and what nobody can know any more is said.

use std::{collections::BTreeMap, sync::Arc};

use futures_util::{StreamExt, stream};

use super::{Engine, now, plans};
use crate::{
    domain::{
        app::{App, Marker},
        book::{Book, Origin},
        catalog::Recipe,
        fault::{Fault, FaultCode},
        fleet::{Guest, GuestKind, Listing},
        ids::{AppId, GuestKey, HostId},
        plan::{
            deploy::{doors_of, page_of, ports_wished, probe_of},
            step::PortWish,
        },
        port::Ranges,
    },
    proxmox::guest::{ConfigView, ContainerConfig},
    services::listing,
};

/// So many guests are asked at once.
const AT_ONCE: usize = 4;
const SETTINGS: &str = "its settings: what was chosen when it was deployed";
const SECRETS: &str = "its secrets: they stay as they are inside, and are not in the vault";
const RECIPE: &str = "its recipe is not on the shelf: how it is probed and updated";

/// An app that is in the books again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakenIn {
    pub app: AppId,
    pub name: Arc<str>,
    pub guest: GuestKey,
    /// What the line of its guest does not say.
    pub unknown: Vec<&'static str>,
}

/// A guest that says whose it is.
pub(super) struct Claim {
    pub guest: Arc<Guest>,
    pub marker: Marker,
    pub config: ContainerConfig,
}

impl Engine {
    /// Every container of a host, or of all, is asked whose it is; those that say so and of whom the books know nothing more
    /// are written down.
    pub async fn rebuild_books(&self, host: Option<&HostId>) -> Result<Vec<TakenIn>, Fault> {
        let (mut taken, mut silent) = (Vec::new(), Vec::new());
        for host in self.hosts_asked(host)? {
            // One that does not answer, or hides a part, keeps nobody from the others; a copy of what it hides is no app.
            if let Err(fault) = self.shows_everything(&host).await {
                self.tell(&fault);
                silent.push(fault);
                continue;
            }
            for claim in self.claims(&host).await {
                taken.extend(self.take_claim(claim).await?);
            }
        }
        taken.sort_by(|one, other| one.name.cmp(&other.name));
        match silent.into_iter().next() {
            Some(fault) if taken.is_empty() => Err(fault),
            _ => Ok(taken),
        }
    }

    async fn shows_everything(&self, host: &HostId) -> Result<(), Fault> {
        listing::list(&self.0.world, host).await?;
        match self.0.world.fleet().host(host).map(|known| known.listing.clone()) {
            Some(Listing::Partial(why)) => Err(Fault::passing(
                FaultCode::Refused,
                format!("nothing of {host} was taken into the books"),
                format!("it does not show everything: {why}"),
                "wait until all its nodes are there, and build the books again",
            )),
            _ => Ok(()),
        }
    }

    async fn claims(&self, host: &HostId) -> Vec<Claim> {
        let fleet = self.0.world.fleet();
        let is_asked = |guest: &&Arc<Guest>| {
            let is_known = fleet.app_of(&guest.key).is_some_and(|app| app.book.is_some());
            guest.key.host == *host && guest.kind == GuestKind::Container && !guest.is_template && !is_known
        };
        let asked: Vec<_> = fleet.guests.iter().filter(is_asked).cloned().collect();
        let ask = |guest: Arc<Guest>| async move { self.claim_of(&guest).await.ok().flatten() };
        let mut claims: Vec<Claim> =
            stream::iter(asked).map(ask).buffer_unordered(AT_ONCE).filter_map(|claim| async { claim }).collect().await;
        // Of two with one line the one with the lower id is the older one.
        claims.sort_by(|one, other| one.guest.key.cmp(&other.guest.key));
        claims
    }

    /// What it says of itself; nothing where it says nothing.
    pub(super) async fn claim_of(&self, guest: &Arc<Guest>) -> Result<Option<Claim>, Fault> {
        let client = self.0.world.client(&guest.key.host)?;
        let config = client.container_config(&guest.node, guest.key.vmid, &ConfigView::Next).await?;
        let marker = config.marker().filter(|marker| !marker.app.is_scratch());
        Ok(marker.map(|marker| Claim { guest: guest.clone(), marker, config }))
    }

    async fn take_claim(&self, claim: Claim) -> Result<Option<TakenIn>, Fault> {
        let fleet = self.0.world.fleet();
        let known = fleet.app(&claim.marker.app);
        // A copy carries the line of the one that it was copied from.
        if known.is_some_and(|known| known.book.is_some() || known.guest != claim.guest.key) {
            return Ok(None);
        }
        let recipe = self.recipe_named(&claim.marker).await?;
        let mut app = self.claimed(&claim, recipe.as_deref())?;
        let wishes = recipe.as_deref().map(|recipe| ports_wished(recipe, Ranges::default())).unwrap_or_default();
        self.lease_again(&mut app, wishes).await?;
        let unknown = unknown(&app, recipe.as_deref());
        self.0.world.store.put_apps(vec![app.clone()]).await?;
        let taken = TakenIn { app: app.id.clone(), name: app.name.clone(), guest: app.guest.clone(), unknown };
        self.0.world.change(|fleet| fleet.put_app(app));
        Ok(Some(taken))
    }

    pub(super) async fn recipe_named(&self, marker: &Marker) -> Result<Option<Arc<Recipe>>, Fault> {
        let Some(id) = &marker.recipe else { return Ok(None) };
        let shelf = self.shelf().await?;
        let found = shelf.recipes.iter().find(|shelved| shelved.recipe.id.as_str() == &**id);
        Ok(found.map(|shelved| shelved.recipe.clone()))
    }

    /// As our books will have it, without ports.
    pub(super) fn claimed(&self, claim: &Claim, recipe: Option<&Recipe>) -> Result<App, Fault> {
        let fleet = self.0.world.fleet();
        let Claim { guest, marker, config } = claim;
        let known = fleet.app(&marker.app);
        let others: Vec<App> = fleet.apps.iter().filter(|app| app.id != marker.app).cloned().collect();
        let name = known.map(|app| app.name.to_string()).unwrap_or_else(|| plans::free_name(&others, &guest.name));
        let mut app = App {
            id: marker.app.clone(),
            name: Arc::from(name.as_str()),
            guest: guest.key.clone(),
            marker: marker.clone(),
            address: known.and_then(|app| app.address.clone()),
            book: None,
        };
        let is_ours = marker.origin == Origin::Deployed;
        app.book = Some(Box::new(Book {
            recipe: recipe.map(|recipe| recipe.id.clone()),
            version: marker.version.as_ref().map(|version| version.to_string()),
            probe: recipe.map(probe_of),
            page: recipe.and_then(page_of),
            doors: recipe.map(doors_of).unwrap_or_default(),
            card: if is_ours { plans::card_now(config, &app).ok() } else { None },
            ..Book::new(marker.origin, now())
        }));
        Ok(app)
    }

    async fn lease_again(&self, app: &mut App, wishes: Vec<PortWish>) -> Result<(), Fault> {
        if app.is_adopted() || wishes.is_empty() {
            return Ok(());
        }
        let ports: BTreeMap<String, u16> =
            self.0.world.store.lease_again(app.guest.host.clone(), app.id.clone(), wishes).await?;
        if let Some(book) = app.book.as_mut() {
            book.ports = ports;
        }
        Ok(())
    }
}

fn unknown(app: &App, recipe: Option<&Recipe>) -> Vec<&'static str> {
    if app.is_adopted() {
        return Vec::new();
    }
    match recipe {
        None => vec![RECIPE, SETTINGS, SECRETS],
        Some(recipe) if recipe.settings.is_empty() => Vec::new(),
        Some(_) => vec![SETTINGS, SECRETS],
    }
}
