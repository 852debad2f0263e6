//! Where a recipe goes and what it is made of: the nodes are asked what they have, the best one is chosen, and whatever the
//! operator said outranks that.

use std::{collections::BTreeMap, sync::Arc};

use super::{
    Planned, chance, free_name,
    room::{GIB, best_storage, meant},
    source::{image, template},
};
use crate::{
    domain::{
        app::Method,
        catalog::{self, Architecture, Range, Recipe, Values},
        defaults::{Defaults, Network, Resources},
        fault::{Fault, FaultCode},
        fleet::Node,
        host::HostDefaults,
        ids::{AppId, HostId, NodeKey, StorageName, Vmid},
        placement::{self, Candidate, Footprint, Judged, Room},
        plan::{
            Address, Card,
            deploy::{self, Deployment, Source},
        },
        port::Ranges,
    },
    engine::{DeployWish, Engine, Nights},
    operations::clock::now,
    proxmox::{Ability, Client, ClientError, guest::Place},
};

/// What one node offers, with what its placement is judged by.
struct Offer {
    client: Client,
    node: NodeKey,
    place: Place,
    template: Option<Source>,
    candidate: Candidate,
    /// What the operator said new apps of its host go by.
    defaults: HostDefaults,
}

impl Engine {
    pub(super) async fn plan_deploy(&self, wish: &DeployWish) -> Result<Planned, Fault> {
        let shelf = self.shelf().await?;
        let recipe = shelf.find(&wish.recipe).map(|shelved| shelved.recipe.clone()).ok_or_else(|| no_recipe(wish))?;
        let values = values(&recipe, wish)?;
        if self.nodes_for(wish).is_empty() {
            // A program that has just started may not have listed anything yet.
            self.refresh().await?;
        }
        let mut first = None;
        for method in self.methods(&recipe, wish)? {
            match self.place_it(&recipe, wish, method).await {
                Ok((offer, bridge, places)) => {
                    self.refuse_second_gateway(&recipe.id, &offer.node.host)?;
                    let deployment = self.decide(&recipe, wish, method, &offer, bridge, &values).await?;
                    return Ok(Planned { plan: deploy::plan(&recipe, &deployment), places });
                }
                // Another method may be possible where this one is not.
                Err(fault) => drop(first.get_or_insert(fault)),
            }
        }
        Err(first.unwrap_or_else(|| no_recipe(wish)))
    }

    /// The best node for it, or the one that was named.
    async fn place_it(
        &self,
        recipe: &Recipe,
        wish: &DeployWish,
        method: Method,
    ) -> Result<(Offer, String, Vec<Judged>), Fault> {
        let mut offers = self.offers(recipe, wish, method).await?;
        let common = common_bridge(&offers);
        let bridge_of = |offer: &Offer| wish.bridge.clone().or(offer.defaults.bridge.clone()).unwrap_or(common.clone());
        let hung = offers.first().map_or_else(|| common.clone(), bridge_of);
        let footprint = footprint(recipe, wish, method, &hung);
        // Each host may have a bridge of its own to go by: what counts is whether a node has that one.
        let candidate = |offer: &Offer| {
            let has_it = offer.place.bridges.contains(&bridge_of(offer));
            let bridges = has_it.then(|| Arc::from(hung.as_str())).into_iter().collect();
            Candidate { bridges, ..offer.candidate.clone() }
        };
        let candidates: Vec<_> = offers.iter().map(candidate).collect();
        let ranking = placement::choose(&candidates, &footprint);
        let wanted = |judged: &&Judged| wish.node.as_ref().is_none_or(|node| judged.node.node == *node);
        let chosen = ranking.ranked.iter().find(wanted).ok_or_else(|| no_node(wish))?;
        if !chosen.obstacles.is_empty() {
            return Err(no_place(&wish.recipe.to_string(), &ranking.ranked));
        }
        let at = offers.iter().position(|offer| offer.node == chosen.node).ok_or_else(|| no_node(wish))?;
        let bridge = bridge_of(&offers[at]);
        Ok((offers.swap_remove(at), bridge, ranking.ranked))
    }

    /// The one that was asked for, or those that the recipe offers, in the order it wants on the nodes in question.
    fn methods(&self, recipe: &Recipe, wish: &DeployWish) -> Result<Vec<Method>, Fault> {
        let fleet = self.0.world.fleet();
        let is_meant = |node: &&Node| {
            wish.host.as_ref().is_none_or(|host| *host == node.key.host)
                && wish.node.as_ref().is_none_or(|name| *name == node.key.node)
        };
        let offered = recipe.methods_on(catalog::oldest(fleet.nodes.iter().filter(is_meant)));
        match wish.method {
            None => Ok(offered),
            Some(method) if offered.contains(&method) => Ok(vec![method]),
            Some(method) => {
                let known: Vec<_> = offered.iter().map(|method| method.slug()).collect();
                Err(Fault::lasting(
                    FaultCode::Usage,
                    format!("{} was not deployed", recipe.name),
                    format!("its recipe does not offer the method {}", method.slug()),
                    format!("choose {}", known.join(" or ")),
                ))
            }
        }
    }

    async fn offers(&self, recipe: &Recipe, wish: &DeployWish, method: Method) -> Result<Vec<Offer>, Fault> {
        let nodes = self.nodes_for(wish);
        if nodes.is_empty() {
            return Err(no_node(wish));
        }
        let asked = nodes.into_iter().map(|node| self.offer(node, recipe, wish, method));
        let mut first = None;
        let mut offers = Vec::new();
        for offer in futures_util::future::join_all(asked).await {
            match offer {
                Ok(offer) => offers.push(offer),
                Err(fault) => drop(first.get_or_insert(fault)),
            }
        }
        match (offers.is_empty(), first) {
            (true, Some(fault)) => Err(fault),
            _ => Ok(offers),
        }
    }

    fn nodes_for(&self, wish: &DeployWish) -> Vec<NodeKey> {
        let fleet = self.0.world.fleet();
        let nodes = fleet.nodes.iter().map(|node| node.key.clone());
        nodes.filter(|node| wish.host.as_ref().is_none_or(|host| *host == node.host)).collect()
    }

    async fn offer(&self, node: NodeKey, recipe: &Recipe, wish: &DeployWish, method: Method) -> Result<Offer, Fault> {
        let client = self.0.world.client(&node.host)?;
        let (place, can_oci) = tokio::join!(client.place(&node.node), client.can(&node.node, Ability::Oci));
        let (place, can_oci) = (place?, can_oci.unwrap_or(false));
        let defaults = self.defaults_of(&node.host);
        let storages = match &wish.storage {
            Some(_) => place.storages,
            None => meant(place.storages, &defaults),
        };
        let place = Place { storages, ..place };
        let lies = defaults.templates.as_deref();
        let template = match method {
            Method::Oci if !can_oci => None,
            Method::Oci => image(&client, &node, recipe, lies).await?,
            Method::Compose | Method::Script => template(&client, &node, place.arch.as_deref(), lies).await?,
        };
        let candidate = self.candidate(&node, &place, can_oci, template.as_ref());
        Ok(Offer { client, node, place, template, candidate, defaults })
    }

    fn candidate(&self, node: &NodeKey, place: &Place, can_oci: bool, template: Option<&Source>) -> Candidate {
        let fleet = self.0.world.fleet();
        let known = fleet.nodes.iter().find(|known| known.key == *node);
        let listed = known.and_then(|known| known.memory).map(|usage| usage.total.saturating_sub(usage.used));
        let storages = place.storages.iter().filter(|storage| storage.is_active).map(|storage| Room {
            name: StorageName::new(storage.name.as_str()),
            free: storage.free.unwrap_or(0),
            holds_roots: storage.takes_containers,
        });
        Candidate {
            node: node.clone(),
            is_online: known.is_none_or(|known| known.status != crate::domain::fleet::NodeStatus::Offline),
            free_memory: place.free_memory.or(listed),
            cpu_load: known.and_then(|known| known.cpu).map(f64::from),
            storages: storages.collect(),
            has_template: template.is_some_and(|template| template.is_there),
            bridges: place.bridges.iter().map(|bridge| Arc::from(bridge.as_str())).collect(),
            can_oci,
            guests: fleet.guests.iter().filter(|guest| guest.key.host == node.host && guest.node == node.node).count(),
            architecture: architecture(place.arch.as_deref()),
        }
    }

    async fn decide(
        &self,
        recipe: &Recipe,
        wish: &DeployWish,
        method: Method,
        offer: &Offer,
        bridge: String,
        values: &Values,
    ) -> Result<Deployment, Fault> {
        let fleet = self.0.world.fleet();
        let template = offer.template.clone().ok_or_else(|| nothing_to_make_it_of(&offer.node, method))?;
        let name = wish.name.clone().unwrap_or_else(|| free_name(&fleet.apps, recipe.id.as_str()));
        let app = AppId::new(format!("{}-{}", recipe.id, chance::hexadecimal::<3>()?));
        let (usual, need) = (self.defaults(), &recipe.resources);
        let size = |said: Option<u64>, of: fn(&Resources, u64, u64) -> u64, need: Range| {
            said.unwrap_or_else(|| of(&usual.resources, need.recommended.into(), need.min.into()))
        };
        let disk = size(wish.disk, Resources::disk, need.disk);
        let memory = size(wish.memory, Resources::memory, need.memory);
        let cores = usual.resources.cores(need.cores.recommended, need.cores.min);
        let said = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        let pool = wish.pool.clone().or(offer.defaults.pool.clone());
        let (pool, nights) = match (wish.nights, &pool) {
            (Nights::Covered, pool) => self.nights(&offer.client, &offer.node.host, pool.as_ref()).await?,
            (Nights::Left, Some(pool)) => (Some(pool.clone()), None),
            (Nights::Left, None) => (our_pool(&offer.client).await?, None),
        };
        Ok(Deployment {
            app,
            name,
            method,
            node: offer.node.clone(),
            storage: wish.storage.clone().map_or_else(|| best_storage(&offer.place, disk), Ok)?,
            template,
            card: Card {
                bridge,
                vlan: wish.vlan.or(Some(usual.network.vlan).filter(|vlan| *vlan > 0)),
                mac: chance::mac()?,
                address: self.address_for(wish, &usual.network)?,
            },
            nameserver: wish.nameserver.clone().or(said(&usual.network.dns)),
            search_domain: wish.search_domain.clone().or(said(&usual.network.domain)),
            cores: wish.cores.unwrap_or(cores),
            memory,
            swap: usual.resources.swap(memory),
            disk,
            pool,
            nights,
            settings: values.plain.clone(),
            secrets: values.secrets.clone(),
            likely: self.likely_id(&offer.client, &offer.node.host).await?,
            ranges: Ranges::default(),
            on_failure: wish.on_failure,
            now: now(),
        })
    }

    /// What new apps of a host go by where nothing else is said.
    pub(in crate::engine) fn defaults_of(&self, host: &HostId) -> HostDefaults {
        let own = self.0.world.fleet().host(host).map(|known| known.defaults.clone()).unwrap_or_default();
        own.or(self.defaults().of_host())
    }

    /// What new apps and backups of all hosts go by where nothing else is said.
    pub(in crate::engine) fn defaults(&self) -> Defaults {
        self.0.rules.borrow().defaults.clone()
    }

    /// What was said, or what the operator's defaults give away: nobody else has that address, as far as we know.
    fn address_for(&self, wish: &DeployWish, usual: &Network) -> Result<Address, Fault> {
        if let Some(address) = &wish.address {
            return Ok(address.clone());
        }
        let fleet = self.0.world.fleet();
        let of_apps = fleet.apps.iter().filter_map(|app| app.address.as_deref()?.parse().ok());
        let running = fleet.operations.iter().filter(|operation| operation.is_running());
        let taken: Vec<_> = of_apps.chain(running.flat_map(|operation| operation.plan.addresses())).collect();
        usual.address(&taken).map_err(|why| {
            Fault::lasting(
                FaultCode::Refused,
                format!("{} was not deployed", wish.recipe),
                why,
                "widen the pool in the settings, or give it an address of its own",
            )
        })
    }

    /// An id that nobody has at this moment, and no other operation is about to use.
    pub(super) async fn likely_id(&self, client: &Client, host: &HostId) -> Result<Vmid, Fault> {
        let leased = self.0.world.store.leased_ids(host.clone()).await?;
        let mut vmid = client.next_free_id().await?;
        while leased.contains(&vmid.0) {
            vmid.0 += 1;
        }
        Ok(vmid)
    }
}

/// What the operator said, held against the recipe. Secrets are only known to be there.
fn values(recipe: &Recipe, wish: &DeployWish) -> Result<Values, Fault> {
    let mut given: BTreeMap<String, String> = wish.settings.clone();
    given.extend(wish.secrets.iter().map(|(name, secret)| (name.clone(), secret.reveal().to_owned())));
    catalog::values(recipe, &given).map_err(|faults| {
        let whys: Vec<_> = faults.iter().map(|fault| format!("{}: {}", fault.field, fault.why)).collect();
        Fault::lasting(
            FaultCode::Usage,
            format!("{} was not deployed", recipe.name),
            whys.join("; "),
            "mend these settings: --set NAME=VALUE, or in the form",
        )
    })
}

fn footprint(recipe: &Recipe, wish: &DeployWish, method: Method, bridge: &str) -> Footprint {
    let volumes: u64 = match method {
        Method::Oci => recipe.volumes.iter().map(|volume| u64::from(volume.size.max(1))).sum(),
        Method::Compose | Method::Script => 0,
    };
    let memory = wish.memory.unwrap_or(recipe.resources.memory.recommended.into());
    let disk = wish.disk.unwrap_or(recipe.resources.disk.recommended.into());
    Footprint {
        method,
        memory: memory << 20,
        disk: (disk + volumes) * GIB,
        bridge: bridge.into(),
        storage: wish.storage.as_deref().map(StorageName::new),
        architectures: recipe.architectures.clone(),
    }
}

/// The bridge that most homelabs have, or else the first one that any node has.
fn common_bridge(offers: &[Offer]) -> String {
    let mut all = offers.iter().flat_map(|offer| &offer.place.bridges);
    if all.clone().any(|bridge| bridge == "vmbr0") {
        return "vmbr0".into();
    }
    all.next().cloned().unwrap_or_else(|| "vmbr0".into())
}

fn architecture(name: Option<&str>) -> Architecture {
    match name {
        Some("arm64" | "aarch64") => Architecture::Arm64,
        Some("armhf") => Architecture::Armhf,
        Some("i386") => Architecture::I386,
        Some("riscv64") => Architecture::Riscv64,
        _ => Architecture::Amd64,
    }
}

/// A login that may make containers in one pool alone needs that pool to be named.
pub(super) async fn our_pool(client: &Client) -> Result<Option<String>, Fault> {
    match client.permissions().await {
        Ok(held) if held.allows("VM.Allocate", "/vms") => Ok(None),
        Ok(held) => Ok(held.pools_with("VM.Allocate").into_iter().next()),
        Err(ClientError::Forbidden { .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn no_recipe(wish: &DeployWish) -> Fault {
    Fault::lasting(
        FaultCode::NotFound,
        format!("there is no recipe {}", wish.recipe),
        "it is neither among those built in nor in your folder of recipes",
        "look at `proximity catalog list`",
    )
}

fn no_node(wish: &DeployWish) -> Fault {
    let whose = wish.host.as_ref().map_or_else(|| "any host".to_owned(), |host| format!("host {host}"));
    let node = wish.node.as_ref().map_or_else(|| "node".to_owned(), |node| format!("node {node}"));
    Fault::lasting(
        FaultCode::NotFound,
        format!("{} was not deployed", wish.recipe),
        format!("no {node} of {whose} is known"),
        "look at `proximity host list`; a host that was never reached has no nodes yet",
    )
}

fn no_place(name: &str, ranked: &[Judged]) -> Fault {
    let each: Vec<_> = ranked.iter().map(|one| format!("{}: {}", one.node.node, one.obstacles.join(", "))).collect();
    Fault::lasting(
        FaultCode::Refused,
        format!("{name} was not deployed"),
        format!("it fits nowhere ({})", each.join("; ")),
        "take less memory or disk, another bridge or method, or make room",
    )
}

fn nothing_to_make_it_of(node: &NodeKey, method: Method) -> Fault {
    let what = match method {
        Method::Oci => "no storage there holds the images of registries",
        Method::Compose | Method::Script => "no storage there holds templates, or none can be fetched",
    };
    Fault::lasting(
        FaultCode::Refused,
        format!("nothing was deployed on {}", node.node),
        what,
        "allow the content \"Container template\" on one of its storages",
    )
}
