//! Plans that bring a backup back: what is in it, where it could go, and what of it only root could bring back is asked here.

use std::sync::Arc;

use super::{
    app::{IN_THE_BIN, card, ports_of},
    chance,
    deploy::our_pool,
    free_name, source,
    unfit::{
        adopted_stays, no_older, no_room, nothing_to_prove, refuse_binned, refuse_foreign, refuse_what_is_left_out,
        refuse_what_is_of_the_host,
    },
};
use crate::{
    domain::{
        app::{App, Marker, Method},
        backup::{Backup, BackupKey},
        book::{Book, Origin},
        catalog::Recipe,
        fault::{Fault, FaultCode},
        fleet::{GuestKind, NodeStatus},
        ids::{AppId, NodeName},
        plan::{
            Address, Card, Plan,
            deploy::{page_of, probe_of},
            restore::{self, Identity, Newcomer, Outgoing, Rebuild, Return},
        },
        probe::{Probe, ProbeKind},
    },
    engine::{
        Engine, OldOne, RestoreTo, RestoreWish, StorageChoice,
        backups::{places, volume_of},
    },
    operations::{cables, clock::now},
    proxmox::{
        Client,
        guest::{ConfigView, ContainerConfig, Slot},
        storage::ContentKind,
    },
};

const GIB: u64 = 1 << 30;
/// Kinds of storages that cannot give a volume to another container.
const KEEPS_ITS_VOLUMES: [&str; 1] = ["btrfs"];

/// A backup, and what is in it.
pub(super) struct Archive {
    pub backup: Backup,
    pub saved: ContainerConfig,
    pub marker: Option<Marker>,
    pub recipe: Option<Arc<Recipe>>,
}

impl Engine {
    pub(super) async fn plan_restore(&self, wish: &RestoreWish) -> Result<Plan, Fault> {
        match &wish.to {
            RestoreTo::Place { app, old } => self.plan_in_place(wish, app, *old).await,
            RestoreTo::Beside { name, address } => self.plan_beside(wish, name.as_deref(), address).await,
        }
    }

    async fn plan_in_place(&self, wish: &RestoreWish, app: &AppId, old: OldOne) -> Result<Plan, Fault> {
        if let Some(away) = self.away(app) {
            return self.plan_anew(wish, &away).await;
        }
        let found = self.found(app)?;
        refuse_binned(&found.app)?;
        let client = self.0.world.client(&found.guest.key.host)?;
        let archive = self.archive(&client, &wish.backup).await?;
        refuse_foreign(&found.app, &archive)?;
        let now_set = client.container_config(&found.guest.node, found.guest.key.vmid, &ConfigView::Next).await?;
        refuse_what_is_left_out(&found.app, &archive)?;
        let node = self.node_for(&archive.backup, Some(&found.guest.node));
        let own = now_set.root.as_ref().and_then(|root| root.source.storage()).map(ToString::to_string);
        let probe = self.probe_for(Some(&found.app), &archive);
        let mut back = self.come_back(&client, archive, wish, node, own, probe).await?;
        back.pool = found.guest.pool.as_ref().map(|pool| pool.to_string());
        let known_by = Identity { card: card(&now_set, &found.app)?, cables: cables(&now_set) };
        let outgoing = match old {
            OldOne::Bin => self.outgoing(&found.app)?,
            OldOne::Destroy if found.app.is_adopted() => return Err(adopted_stays(&found.app)),
            OldOne::Destroy => Outgoing::Destroyed,
        };
        Ok(restore::in_place(found.ours(), &back, &known_by, &outgoing))
    }

    /// The app, where its guest is not there or not its own.
    fn away(&self, app: &AppId) -> Option<App> {
        let fleet = self.0.world.fleet();
        fleet.app(app).filter(|app| fleet.care.away.contains_key(&app.id)).cloned()
    }

    /// An app without a guest of its own comes back in a new one; whoever has its old id is left alone.
    async fn plan_anew(&self, wish: &RestoreWish, app: &App) -> Result<Plan, Fault> {
        refuse_binned(app)?;
        let client = self.0.world.client(&wish.backup.host)?;
        let archive = self.archive(&client, &wish.backup).await?;
        refuse_foreign(app, &archive)?;
        refuse_what_is_left_out(app, &archive)?;
        let known_by = card(&archive.saved, app)?;
        let node = self.node_for(&archive.backup, None);
        let own = archive.saved.root.as_ref().and_then(|root| root.source.storage()).map(ToString::to_string);
        let hostname = archive.saved.hostname.clone();
        let probe = self.probe_for(Some(app), &archive);
        let mut back = self.come_back(&client, archive, wish, node, own, probe).await?;
        let defaults = self.defaults_of(&wish.backup.host);
        back.pool = if defaults.pool.is_some() { defaults.pool } else { our_pool(&client).await? };
        Ok(restore::anew(app, &back, known_by, hostname))
    }

    fn outgoing(&self, app: &App) -> Result<Outgoing, Fault> {
        let mark = chance::hexadecimal::<3>()?;
        let fleet = self.0.world.fleet();
        Ok(Outgoing::Binned {
            app: AppId::new(format!("{}-{mark}", app.id)),
            name: free_name(&fleet.apps, &format!("{}-before-restore", app.name)),
            until: now() + IN_THE_BIN,
        })
    }

    async fn plan_beside(&self, wish: &RestoreWish, name: Option<&str>, address: &Address) -> Result<Plan, Fault> {
        let client = self.0.world.client(&wish.backup.host)?;
        let archive = self.archive(&client, &wish.backup).await?;
        let fleet = self.0.world.fleet();
        let was = crate::domain::backup::owner_of(&fleet.apps, &archive.backup).cloned();
        let base = was.as_ref().map(|app| app.name.to_string()).or_else(|| archive.saved.hostname.clone());
        let base = base.unwrap_or_else(|| format!("restored-{}", archive.backup.guest.vmid));
        let name = name.map_or_else(|| free_name(&fleet.apps, &base), str::to_owned);
        let recipe_id = archive.marker.as_ref().and_then(|marker| marker.recipe.clone());
        let id = AppId::new(format!("{}-{}", recipe_id.as_deref().unwrap_or(&base), chance::hexadecimal::<3>()?));
        let node = self.node_for(&archive.backup, None);
        let probe = self.probe_for(was.as_ref(), &archive);
        let card = fresh_card(&archive.saved, address)?;
        let app = newcomer(&id, &name, was.as_ref(), &archive, &probe, &card);
        let own = archive.saved.root.as_ref().and_then(|root| root.source.storage()).map(ToString::to_string);
        let defaults = self.defaults_of(&wish.backup.host);
        // It is a new app, and goes by what new apps go by.
        let own = defaults.storage.or(own);
        let mut back = self.come_back(&client, archive, wish, node, own, probe).await?;
        back.pool = if defaults.pool.is_some() { defaults.pool } else { our_pool(&client).await? };
        let ports = was.as_ref().map(ports_of).unwrap_or_default();
        let secrets = was.as_ref().and_then(|app| Some((app.id.clone(), app.book.as_ref()?.secrets.clone())));
        let secrets_of = secrets.filter(|(_, names)| !names.is_empty());
        Ok(restore::beside(&back, &Newcomer { id, name, card, ports, app, secrets_of }))
    }

    pub(super) async fn plan_proof(&self, app: &AppId, backup: Option<&BackupKey>) -> Result<Plan, Fault> {
        let fleet = self.0.world.fleet();
        let known = fleet.app(app).ok_or_else(|| crate::operations::desk::no_such_app(app))?;
        let newest = || crate::domain::backup::backups_of(&fleet, known).into_iter().next().map(|one| one.key.clone());
        let key = backup.cloned().or_else(newest).ok_or_else(|| nothing_to_prove(known))?;
        let client = self.0.world.client(&key.host)?;
        let archive = self.archive(&client, &key).await?;
        refuse_foreign(known, &archive)?;
        let node = self.node_for(&archive.backup, None);
        let probe = self.probe_for(Some(known), &archive);
        let own = archive.saved.root.as_ref().and_then(|root| root.source.storage()).map(ToString::to_string);
        let to = RestoreTo::Beside { name: None, address: Address::Dhcp };
        let wish = RestoreWish { backup: key, to, storage: None, after: Vec::new() };
        let mut back = self.come_back(&client, archive, &wish, node, own, probe).await?;
        back.pool = match self.0.world.guest(&known.guest) {
            Ok(guest) if guest.pool.is_some() => guest.pool.as_ref().map(|pool| pool.to_string()),
            _ => our_pool(&client).await?,
        };
        Ok(restore::prove(app, &known.name, &back))
    }

    pub(super) async fn plan_swap_back(&self, app: &AppId, older: &AppId) -> Result<Plan, Fault> {
        let found = self.found(app)?;
        let older = self.found(older).map_err(|_| no_older(&found.app))?;
        let client = self.0.world.client(&found.guest.key.host)?;
        let now_set = client.container_config(&found.guest.node, found.guest.key.vmid, &ConfigView::Next).await?;
        let known_by = Identity { card: card(&now_set, &found.app)?, cables: cables(&now_set) };
        Ok(restore::swap_back(found.ours(), older.ours(), &known_by, &self.outgoing(&found.app)?, now()))
    }

    async fn archive(&self, client: &Client, key: &BackupKey) -> Result<Archive, Fault> {
        let backup = self.backup(key)?;
        if backup.kind != GuestKind::Container {
            return Err(Fault::lasting(
                FaultCode::Refused,
                format!("{} was not restored", key.file()),
                "it is the backup of a machine, and Proximity brings back containers",
                "use the web interface of its host",
            ));
        }
        let saved = client.archived_config(&backup.node, &volume_of(key)?).await?.config();
        refuse_what_is_of_the_host(&backup, &saved)?;
        let marker = saved.marker().filter(|marker| !marker.app.is_scratch());
        let shelf = self.shelf().await?;
        let recipe = marker.as_ref().and_then(|marker| {
            let id = marker.recipe.as_ref()?;
            shelf
                .recipes
                .iter()
                .find(|shelved| shelved.recipe.id.as_str() == &**id)
                .map(|shelved| shelved.recipe.clone())
        });
        Ok(Archive { backup, saved, marker, recipe })
    }

    /// Where it was, if the backup can be read there; else where that lies.
    pub(in crate::engine) fn node_for(&self, backup: &Backup, wanted: Option<&NodeName>) -> NodeName {
        let fleet = self.0.world.fleet();
        let storage = backup.key.storage();
        let is_shared = fleet
            .backups
            .shelves
            .iter()
            .any(|shelf| shelf.host == backup.key.host && shelf.storage == storage && shelf.is_shared);
        let lived = fleet.guest(&backup.guest).map(|guest| guest.node.clone());
        let is_up = |name: &NodeName| {
            fleet.nodes_of(&backup.key.host).any(|node| node.key.node == *name && node.status == NodeStatus::Online)
        };
        let sees = |name: &NodeName| {
            fleet
                .storages
                .iter()
                .any(|known| known.host == backup.key.host && known.node == *name && *known.name == *storage.as_str())
        };
        let fits = |name: &NodeName| is_shared && is_up(name) && sees(name);
        let others = fleet.nodes_of(&backup.key.host).map(|node| &node.key.node);
        let better = wanted.into_iter().chain(&lived).find(|name| fits(name));
        let instead = || (!is_up(&backup.node)).then(|| { others }.find(|name| fits(name))).flatten();
        better.or_else(instead).unwrap_or(&backup.node).clone()
    }

    /// As our books have it, or as its recipe says, or that its first port is listened at.
    fn probe_for(&self, app: Option<&App>, archive: &Archive) -> Option<Probe> {
        let known = app.and_then(|app| app.book.as_ref()?.probe.clone());
        let is_of = |recipe: &&Arc<Recipe>| {
            archive.marker.as_ref().and_then(|marker| marker.version.as_deref()) == Some(&*recipe.version)
        };
        // Another version may listen elsewhere.
        let by_recipe = || archive.recipe.as_ref().filter(is_of).map(|recipe| probe_of(recipe));
        let marker = archive.marker.as_ref().or(app.map(|app| &app.marker));
        let by_port = || {
            let port = *marker?.ports.first()?;
            Some(Probe { what: ProbeKind::Tcp { port }, deadline: 120, interval: 30 })
        };
        known.or_else(by_recipe).or_else(by_port)
    }

    async fn come_back(
        &self,
        client: &Client,
        archive: Archive,
        wish: &RestoreWish,
        node: NodeName,
        own: Option<String>,
        probe: Option<Probe>,
    ) -> Result<Return, Fault> {
        let host = archive.backup.key.host.clone();
        let gib = volumes_of(&archive.saved);
        let places = places(client, &node, ContentKind::Containers).await?;
        let wanted = self.defaults_of(&host).storage;
        let place = choose(&places, wish, [own.as_deref(), wanted.as_deref()], gib)
            .ok_or_else(|| no_room(&archive.backup, &node, wish.storage.as_ref(), gib))?;
        let likely = self.likely_id(client, &host).await?;
        let loses = lost_by(client, &archive.saved);
        let rebuild = self.rebuild(client, &archive, &node, place, likely).await?.filter(|_| !loses.is_empty());
        Ok(Return {
            backup: archive.backup,
            node,
            storage: place.name.to_string(),
            gib,
            likely,
            pool: None,
            marker: archive.marker,
            probe,
            rebuild,
            loses,
            after: wish.after.clone(),
            now: now(),
        })
    }

    /// Only where the image that it was made of is known, and its storage can give volumes away.
    async fn rebuild(
        &self,
        client: &Client,
        archive: &Archive,
        node: &NodeName,
        place: &StorageChoice,
        likely: crate::domain::ids::Vmid,
    ) -> Result<Option<Rebuild>, Fault> {
        let (Some(marker), Some(recipe)) = (&archive.marker, &archive.recipe) else { return Ok(None) };
        let is_its_image = marker.method == Some(Method::Oci) && marker.version.as_deref() == Some(&*recipe.version);
        if !is_its_image || KEEPS_ITS_VOLUMES.contains(&place.kind.as_str()) {
            return Ok(None);
        }
        let key = crate::domain::ids::NodeKey { host: archive.backup.key.host.clone(), node: node.clone() };
        let lies = self.defaults_of(&key.host).templates;
        let Some(template) = source::image(client, &key, recipe, lies.as_deref()).await? else { return Ok(None) };
        let saved = &archive.saved;
        let mut carrier = crate::domain::ids::Vmid(likely.0 + 1);
        while !client.is_free_id(carrier).await? {
            carrier.0 += 1;
        }
        let root = saved.root.as_ref().and_then(|root| root.size).map_or(4, |size| size.0.div_ceil(GIB));
        Ok(Some(Rebuild {
            template,
            likely: carrier,
            cores: saved.cores.unwrap_or(1),
            memory: saved.memory.unwrap_or(512),
            swap: saved.swap.unwrap_or(512),
            root,
            volumes: saved.mounts.keys().map(|number| Slot::Mount(*number).to_string()).collect(),
            hostname: saved.hostname.clone().unwrap_or_else(|| format!("ct{}", archive.backup.guest.vmid)),
            card: card_in(saved)?,
        }))
    }
}

/// The raw keys of LXC come back for root alone.
fn lost_by(client: &Client, saved: &ContainerConfig) -> Vec<String> {
    if client.name() == "root@pam" {
        return Vec::new();
    }
    saved.raw.iter().map(|(name, value)| format!("{name}: {value}")).collect()
}

/// GiB of all volumes.
fn volumes_of(saved: &ContainerConfig) -> u64 {
    let root = saved.root.as_ref().and_then(|root| root.size);
    let mounts = saved.mounts.values().filter_map(|mount| mount.size);
    root.into_iter().chain(mounts).map(|size| size.0.div_ceil(GIB)).sum()
}

/// The one that was named, the one where it is or was, the one that new apps go by, or the roomiest.
fn choose<'a>(
    places: &'a [StorageChoice],
    wish: &RestoreWish,
    first: [Option<&str>; 2],
    gib: u64,
) -> Option<&'a StorageChoice> {
    let named = |name: &str| places.iter().find(|place| place.name.as_str() == name);
    if let Some(wanted) = &wish.storage {
        return named(wanted.as_str());
    }
    let fits = |place: &&StorageChoice| place.free.is_none_or(|free| free >= gib * GIB);
    let wanted = first.into_iter().flatten().filter_map(named).find(fits);
    wanted.or_else(|| places.iter().find(fits)).or(places.first())
}

fn card_in(saved: &ContainerConfig) -> Result<Card, Fault> {
    let bare = App {
        id: AppId::new("nobody"),
        name: "nobody".into(),
        guest: crate::domain::ids::GuestKey {
            host: crate::domain::ids::HostId::new("nowhere"),
            vmid: crate::domain::ids::Vmid(0),
        },
        marker: Marker::of(AppId::new("nobody")),
        address: None,
        book: None,
    };
    card(saved, &bare)
}

/// On the same network, under another hardware address.
fn fresh_card(saved: &ContainerConfig, address: &Address) -> Result<Card, Fault> {
    Ok(Card { mac: chance::mac()?, address: address.clone(), ..card_in(saved)? })
}

fn newcomer(id: &AppId, name: &str, was: Option<&App>, archive: &Archive, probe: &Option<Probe>, card: &Card) -> App {
    let marker = archive.marker.clone().or_else(|| was.map(|app| app.marker.clone()));
    let marker = marker.unwrap_or_else(|| Marker::of(id.clone()));
    let marker = Marker { app: id.clone(), operation: None, origin: Origin::Deployed, ..marker };
    let now = now();
    let of_before = was.and_then(|app| app.book.as_deref().cloned());
    let mut book = of_before.unwrap_or_else(|| Book {
        recipe: archive.recipe.as_ref().map(|recipe| recipe.id.clone()),
        page: archive.recipe.as_ref().and_then(|recipe| page_of(recipe)),
        ..Book::new(Origin::Deployed, now)
    });
    book.version = marker.version.as_ref().map(|version| version.to_string()).or(book.version);
    (book.origin, book.created, book.probe) = (Origin::Deployed, now, probe.clone());
    (book.binned, book.way_back, book.replaced_in) = (None, None, None);
    // Its name and its ports at the gateway stay with the one that has them.
    (book.publishing, book.applied, book.console_set) = Default::default();
    book.card = Some(card.clone());
    book.stays.clear();
    App {
        id: id.clone(),
        name: name.into(),
        // Known once it is reserved.
        guest: archive.backup.guest.clone(),
        marker,
        address: None,
        book: Some(Box::new(book)),
    }
}
