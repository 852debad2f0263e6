//! A node as somebody looks closer at it. What must hold: what one question could not be answered leaves the others whole.

use super::{Answer, Engine};
use crate::{
    domain::{
        fault::{Fault, FaultCode},
        fleet::Node,
        ids::NodeKey,
        machine::{AbilityOf, Machine, Silence},
    },
    proxmox::{Ability, Client, ClientError, Version, cluster::NodeNow},
};

/// As many of its last tasks are told.
const TASKS: usize = 20;

impl Engine {
    pub(super) async fn machine(&self, key: &NodeKey) -> Result<Answer, Fault> {
        let client = self.0.world.client(&key.host)?;
        let fleet = self.0.world.fleet();
        let seen = fleet.nodes.iter().find(|node| node.key == *key).ok_or_else(|| no_such_node(key))?;
        look(&client, key, seen).await.map(|machine| Answer::Node(Box::new(machine)))
    }
}

/// All questions at once; a node that answers none of them is down, and that is told as its first word.
async fn look(client: &Client, key: &NodeKey, seen: &Node) -> Result<Machine, Fault> {
    let node = &key.node;
    let known = seen.version.as_deref().and_then(Version::read);
    let (now, pressure, certificates, tasks) = tokio::join!(
        client.node_now(node),
        pressure(client, key, known.as_ref()),
        client.certificates(node),
        client.node_tasks(node, TASKS)
    );
    if let (Err(fault), Err(_), Err(_)) = (&now, &certificates, &tasks) {
        return Err(fault.clone().into());
    }
    let mut silent = Vec::new();
    let now = heard(now, "its state", &mut silent);
    let version = now.as_ref().and_then(|now| now.version.clone()).or(known);
    Ok(Machine {
        pressure: heard(pressure, "its pressure", &mut silent).flatten(),
        certificates: heard(certificates, "its certificates", &mut silent).unwrap_or_default(),
        tasks: heard(tasks, "its tasks", &mut silent).unwrap_or_default(),
        abilities: version.as_ref().map(abilities).unwrap_or_default(),
        version: version.map(|version| version.to_string().into()),
        silent,
        ..told(key, now)
    })
}

/// A version that does not measure it is not asked.
async fn pressure(
    client: &Client,
    key: &NodeKey,
    known: Option<&Version>,
) -> Result<Option<crate::domain::machine::Pressure>, ClientError> {
    match known {
        Some(version) if !version.can(Ability::Psi) => Ok(None),
        _ => client.node_pressure(&key.node).await,
    }
}

fn heard<T>(result: Result<T, ClientError>, what: &'static str, silent: &mut Vec<Silence>) -> Option<T> {
    result.map_err(|fault| silent.push(Silence { what, fault: fault.into() })).ok()
}

/// What its state tells; all unknown where that was not told.
fn told(key: &NodeKey, now: Option<NodeNow>) -> Machine {
    let totals = now.as_ref().map(|now| now.totals.clone()).unwrap_or_default();
    let now = now.as_ref();
    Machine {
        node: key.clone(),
        version: None,
        kernel: now.and_then(|now| now.kernel.clone()),
        boot: now.and_then(|now| now.boot.clone()),
        model: totals.model,
        sockets: totals.sockets,
        cores: totals.cores,
        cpus: totals.cpus,
        cpu: now.and_then(|now| now.cpu),
        waiting: now.and_then(|now| now.waiting),
        load: now.map(|now| now.load.clone()).unwrap_or_default(),
        uptime: now.and_then(|now| now.uptime).map(|uptime| uptime.as_secs()),
        memory: now.and_then(|now| now.memory),
        swap: now.and_then(|now| now.swap),
        root: now.and_then(|now| now.root),
        pressure: None,
        certificates: Vec::new(),
        abilities: Vec::new(),
        tasks: Vec::new(),
        silent: Vec::new(),
    }
}

fn abilities(version: &Version) -> Vec<AbilityOf> {
    let of = |ability: Ability| AbilityOf {
        what: ability.what(),
        lacks: (!version.can(ability)).then(|| format!("needs Proxmox VE {}", ability.needs())),
    };
    Ability::ALL.into_iter().map(of).collect()
}

/// What a version cannot do.
pub(super) fn lacking(version: &Version) -> Vec<AbilityOf> {
    abilities(version).into_iter().filter(|ability| ability.lacks.is_some()).collect()
}

fn no_such_node(key: &NodeKey) -> Fault {
    Fault::lasting(
        FaultCode::NotFound,
        format!("{} has no node called {}", key.host, key.node),
        "its last listing does not name it",
        "look at `proximity host show` for the names of its nodes",
    )
}
