//! Where containers of a host may go, and what its nodes carry: asked of the hosts, judged by the pure rules. What must
//! hold: nothing is changed here, and a node that does not answer is no target.

use std::{collections::BTreeMap, sync::Arc};

use futures_util::future::join_all;

use super::{Answer, Engine};
use crate::{
    domain::{
        fault::Fault,
        fleet::{Fleet, Guest, GuestKind, Node, NodeStatus, Power},
        ids::{AppId, GuestKey, HostId, NodeKey, NodeName, StorageName},
        moves::{self, Against, Board, Load, Manner, Movable, Offer, Pace, Rack, Target},
        operation::Operation,
        plan::{PlanKind, Step, journal::Outcome},
    },
    proxmox::{
        Client, HistoryOf, Reading, Timeframe,
        guest::{Luggage, Place, Running},
    },
};

/// So many questions are asked of a host at a time.
const AT_ONCE: usize = 6;
/// So many of the newest operations tell how quickly moves go.
const REMEMBERED: u32 = 200;

/// The nodes of a host, as far as moves go.
pub(super) struct Terrain {
    pub host: HostId,
    pub client: Client,
    pub fleet: Arc<Fleet>,
    places: BTreeMap<NodeName, Result<Place, Against>>,
    has_quorum: bool,
    pace: Pace,
    pub sight: Sight,
}

/// Whether our login is shown every guest of the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sight {
    All,
    Some,
}

impl Engine {
    pub(super) async fn tell_targets(&self, app: &AppId) -> Result<Answer, Fault> {
        let found = self.found(app)?;
        let terrain = self.terrain(&found.guest.key.host).await?;
        Ok(Answer::Targets(terrain.targets(&found.guest).await?))
    }

    /// A program that has just started may not have listed anything yet.
    pub(super) async fn terrain(&self, host: &HostId) -> Result<Terrain, Fault> {
        if self.0.world.fleet().nodes_of(host).next().is_none() {
            self.refresh().await?;
        }
        let (client, fleet) = (self.0.world.client(host)?, self.0.world.fleet());
        let nodes: Vec<Node> = fleet.nodes_of(host).cloned().collect();
        let looked = join_all(nodes.iter().map(|node| place_of(&client, node)));
        let past = self.0.world.store.operations(REMEMBERED);
        let (looked, quorate, past, held) = tokio::join!(looked, client.is_quorate(), past, client.permissions());
        let sees_all = held.is_ok_and(|held| held.allows("VM.Audit", "/vms"));
        let sight = if sees_all { Sight::All } else { Sight::Some };
        let places = nodes.into_iter().map(|node| node.key.node).zip(looked).collect();
        let past: Vec<_> = past?.iter().filter_map(|operation| told_by(operation, host)).collect();
        let has_quorum = quorate.unwrap_or(true);
        Ok(Terrain { host: host.clone(), client, fleet, places, has_quorum, pace: Pace::of(&past), sight })
    }
}

async fn place_of(client: &Client, node: &Node) -> Result<Place, Against> {
    if node.status == NodeStatus::Offline {
        return Err(Against { why: "it is offline".into(), remedy: "start it, or choose another node".into() });
    }
    client.place(&node.key.node).await.map_err(|error| {
        let fault = Fault::from(error);
        Against { why: format!("it does not tell what it has: {}", fault.why), remedy: fault.remedy }
    })
}

/// What a single move copied, and how many seconds it took.
fn told_by(operation: &Operation, host: &HostId) -> Option<(u64, u64)> {
    let is_telling = operation.plan.kind == PlanKind::Move
        && operation.outcome() == Some(Outcome::Done)
        && operation.plan.subject.host() == Some(host);
    let ended = operation.ended.as_ref().filter(|_| is_telling)?;
    let cost = operation.plan.steps.iter().find_map(|step| match step {
        Step::BeginMove { restarts: true, told: Some(told), .. } => Some(told.cost),
        _ => None,
    })?;
    Some((cost.copied, ended.at.since(operation.began).as_secs()))
}

impl Terrain {
    pub fn is_up(&self, node: &NodeName) -> bool {
        self.places.get(node).is_some_and(Result::is_ok)
    }

    /// Every other node, those first that are possible.
    pub async fn targets(&self, guest: &Guest) -> Result<Vec<Target>, Fault> {
        let nodes: Vec<_> = self.places.keys().filter(|node| **node != guest.node).cloned().collect();
        let mut targets = self.targets_among(guest, &nodes).await?;
        moves::rank(&mut targets);
        Ok(targets)
    }

    /// These nodes alone, in this order.
    pub async fn targets_among(&self, guest: &Guest, nodes: &[NodeName]) -> Result<Vec<Target>, Fault> {
        let luggage = match self.places.get(&guest.node) {
            Some(Ok(_)) => self.client.luggage(&guest.node, guest.vmid()).await.map_err(Fault::from),
            _ => Err(silent(guest)),
        };
        // A guest that was moved away since is looked for by whoever asks again.
        let luggage = luggage?;
        let each = nodes.iter().map(|node| self.target(guest, &luggage, node));
        join_all(each).await.into_iter().collect()
    }

    async fn target(&self, guest: &Guest, luggage: &Luggage, node: &NodeName) -> Result<Target, Fault> {
        let runs = guest.power == Power::Running;
        let (manner, running) = if runs { (Manner::Restarted, Running::Yes) } else { (Manner::Off, Running::No) };
        let needs: Vec<(StorageName, u64)> = match self.places.get(&guest.node) {
            Some(Ok(from)) => {
                luggage.copied(from).into_iter().map(|(name, bytes)| (StorageName::new(name), bytes)).collect()
            }
            _ => Vec::new(),
        };
        let copied = needs.iter().map(|(_, bytes)| bytes).sum();
        let mut target = Target {
            node: NodeKey { host: self.host.clone(), node: node.clone() },
            manner,
            cost: self.pace.cost(manner, copied),
            needs,
            free_memory: None,
            along: Vec::new(),
            obstacles: Vec::new(),
        };
        if !self.has_quorum {
            target.obstacles.push(Against {
                why: "the cluster has no quorum: most of its nodes are off or cut off".into(),
                remedy: "start the other nodes first".into(),
            });
        }
        match (self.places.get(&guest.node), self.places.get(node)) {
            (Some(Ok(from)), Some(Ok(to))) => {
                let (found, along) = self.client.in_the_way(luggage, running, from, to).await?;
                target.free_memory = to.free_memory;
                target.along = along;
                let against = found.iter().map(|one| Against { why: one.to_string(), remedy: one.remedy() });
                target.obstacles.extend(against);
            }
            (_, Some(Err(against))) => target.obstacles.push(against.clone()),
            _ => target
                .obstacles
                .push(Against { why: "there is no such node".into(), remedy: "look at the nodes of its host".into() }),
        }
        Ok(target)
    }

    /// These guests with all that speaks for and against every node, upon all that the nodes carry.
    pub async fn board(&self, guests: &[Arc<Guest>], loads: &Loads) -> Result<Board, Fault> {
        let mut movable = Vec::with_capacity(guests.len());
        for some in guests.chunks(AT_ONCE) {
            for found in join_all(some.iter().map(|guest| self.movable(guest, loads))).await {
                movable.push(found?);
            }
        }
        Ok(Board::new(self.racks(loads), movable))
    }

    async fn movable(&self, guest: &Arc<Guest>, loads: &Loads) -> Result<Movable, Fault> {
        let nodes: Vec<_> = self.places.keys().filter(|node| **node != guest.node).cloned().collect();
        let targets = self.targets_among(guest, &nodes).await?;
        let offer = |target: Target| {
            let node = target.node.node.clone();
            match target.is_possible() {
                true => (node, Offer::Open { cost: target.cost, needs: target.needs }),
                false => (node, Offer::Closed(target.obstacles)),
            }
        };
        let (manner, memory) = match guest.power {
            Power::Running => (Manner::Restarted, guest.memory.map_or(0, |memory| memory.total)),
            _ => (Manner::Off, 0),
        };
        let app = self.fleet.app_of(&guest.key);
        Ok(Movable {
            guest: guest.key.clone(),
            app: app.map(|app| app.id.clone()),
            name: app.map_or_else(|| guest.name.clone(), |app| app.name.clone()),
            on: guest.node.clone(),
            manner,
            load: loads.guests.get(&guest.key).copied().unwrap_or_default(),
            memory,
            offers: targets.into_iter().map(offer).collect(),
        })
    }

    /// Every node that is up, with all that it carries.
    pub fn racks(&self, loads: &Loads) -> Vec<Rack> {
        let up = self.fleet.nodes_of(&self.host).filter_map(|node| {
            let place = self.places.get(&node.key.node)?.as_ref().ok()?;
            let size = size_of(node)?;
            let here = self.fleet.guests.iter().filter(|guest| is_on(guest, &node.key));
            let guests = Load::sum(here.filter_map(|guest| loads.guests.get(&guest.key).copied()));
            let own = loads.nodes.get(&node.key.node).copied().unwrap_or_default();
            let rooms = place.storages.iter().filter(|storage| storage.is_active && !storage.is_shared);
            let room = rooms.filter_map(|storage| Some((StorageName::new(storage.name.as_str()), storage.free?)));
            let listed = node.memory.map(|memory| memory.total.saturating_sub(memory.used));
            Some(Rack {
                node: node.key.node.clone(),
                size,
                load: Load::sum([own, guests]),
                free_memory: place.free_memory.or(listed),
                room: room.collect(),
            })
        });
        up.collect()
    }
}

fn silent(guest: &Guest) -> Fault {
    Fault::passing(
        crate::domain::fault::FaultCode::Unreachable,
        format!("{} cannot move", guest.name),
        format!("its node {} does not answer", guest.node),
        "start that node first; or restore the newest backup on another one",
    )
}

pub(super) fn is_on(guest: &Guest, node: &NodeKey) -> bool {
    guest.key.host == node.host && guest.node == node.node
}

fn size_of(node: &Node) -> Option<Load> {
    Some(Load { cores: u64::from(node.cores?) * 1_000, memory: node.memory?.total })
}

/// What guests and nodes used in the last week.
#[derive(Debug, Default)]
pub(super) struct Loads {
    pub guests: BTreeMap<GuestKey, Load>,
    pub nodes: BTreeMap<NodeName, Load>,
}

impl Terrain {
    /// History is a help: where it cannot be had, what is allotted counts.
    pub async fn loads(&self) -> Loads {
        let running = |guest: &&Arc<Guest>| guest.key.host == self.host && guest.power == Power::Running;
        let guests: Vec<_> = self.fleet.guests.iter().filter(running).filter(|guest| self.is_up(&guest.node)).collect();
        let mut loads = Loads::default();
        for some in guests.chunks(AT_ONCE) {
            let asked = some.iter().map(|guest| async move {
                let of = HistoryOf::Guest { node: guest.node.clone(), kind: guest.kind, vmid: guest.vmid() };
                (guest.key.clone(), self.usual(&of, allotted(guest)).await)
            });
            loads.guests.extend(join_all(asked).await);
        }
        let nodes = self.fleet.nodes_of(&self.host).filter(|node| self.is_up(&node.key.node));
        let asked = nodes.filter_map(|node| Some((node, size_of(node)?))).map(|(node, size)| async move {
            let of = HistoryOf::Node(node.key.node.clone());
            let week = self.client.history(&of, Timeframe::Week).await.unwrap_or_default();
            (node, usual_of(&week, size.cores), size)
        });
        for (node, week, size) in join_all(asked).await {
            loads.nodes.insert(node.key.node.clone(), self.own_load(node, week, size, &loads.guests));
        }
        loads
    }

    /// What a node needs for itself: what is left of its load without its guests, in its week or now. Its week alone would
    /// not do: it remembers guests that have moved away.
    fn own_load(&self, node: &Node, week: Option<Load>, size: Load, guests: &BTreeMap<GuestKey, Load>) -> Load {
        let here: Vec<_> = self.fleet.guests.iter().filter(|guest| is_on(guest, &node.key)).collect();
        let now = Load {
            cores: node.cpu.map_or(0, |cpu| part(cpu, size.cores)),
            memory: node.memory.map_or(0, |memory| memory.used),
        };
        let left = now.less(Load::sum(here.iter().map(|guest| used(guest))));
        let usual = Load::sum(here.iter().filter_map(|guest| guests.get(&guest.key).copied()));
        match (week, self.sight) {
            (None, _) => left,
            (Some(week), Sight::All) => week.less(usual).or_less(left),
            // What is left now has the guests in it that we are not shown, and so has the week.
            (Some(week), Sight::Some) => week.less(usual),
        }
    }

    async fn usual(&self, of: &HistoryOf, allotted: Load) -> Load {
        let readings = self.client.history(of, Timeframe::Week).await.unwrap_or_default();
        usual_of(&readings, allotted.cores).unwrap_or(allotted)
    }
}

fn part(share: f32, of: u64) -> u64 {
    if share.is_finite() { (f64::from(share.max(0.0)) * of as f64) as u64 } else { 0 }
}

/// What a guest uses at this moment.
fn used(guest: &Guest) -> Load {
    let Load { cores, .. } = allotted(guest);
    Load { cores: guest.cpu.map_or(0, |cpu| part(cpu, cores)), memory: guest.memory.map_or(0, |memory| memory.used) }
}

fn usual_of(readings: &[Reading], cores: u64) -> Option<Load> {
    let busy = readings.iter().filter_map(|reading| reading.cpu).filter(|cpu| cpu.is_finite());
    let busy = busy.map(|cpu| part(cpu, cores));
    let memory = readings.iter().filter_map(|reading| reading.memory).map(|memory| memory.used);
    Load::usual(busy.collect(), memory.collect())
}

fn allotted(guest: &Guest) -> Load {
    let cores = guest.cores.filter(|cores| cores.is_finite()).map_or(0, |cores| (f64::from(cores) * 1_000.0) as u64);
    Load { cores, memory: guest.memory.map_or(0, |memory| memory.total) }
}

/// Whether it is a container that could move at all.
pub(super) fn is_container(guest: &Guest) -> bool {
    guest.kind == GuestKind::Container && !guest.is_template
}
