//! Which roads lead into the guests of a host, as far as that is the host's doing. What must hold: a host that stays as it
//! is costs no request, and where its nodes differ the worst one decides and is named.

use std::sync::Arc;

use futures_util::{StreamExt, stream};

use crate::{
    domain::{
        fleet::{Fleet, Host, NodeStatus, Reach, SshAccess, SshProof},
        ids::{HostId, NodeName},
        road::{Road, Way, WayState},
    },
    exec::survey,
    operations::world::World,
    proxmox::Client,
};

/// So many nodes are asked at once.
const AT_ONCE: usize = 8;

/// What the roads were found for; they are looked for again when it changes.
#[derive(Debug, Clone, PartialEq)]
pub struct Surveyed {
    login: String,
    ssh: Option<SshAccess>,
    nodes: Vec<(NodeName, Option<Arc<str>>)>,
}

impl Surveyed {
    fn now(fleet: &Fleet, host: &Host) -> Self {
        let nodes = fleet.nodes_of(&host.id).filter(|node| node.status == NodeStatus::Online);
        let nodes = nodes.map(|node| (node.key.node.clone(), node.version.clone())).collect();
        Self { login: host.login.clone(), ssh: host.ssh.clone(), nodes }
    }
}

/// Looks where something changed since the last time.
pub async fn survey(world: &World, host: &HostId, last: &mut Option<Surveyed>) {
    let fleet = world.fleet();
    let (Some(known), Ok(client)) = (fleet.host(host), world.client(host)) else { return };
    let now = Surveyed::now(&fleet, known);
    if known.reach != Reach::Online || now.nodes.is_empty() || last.as_ref() == Some(&now) {
        return;
    }
    let Some(console) = console(&client, &now.nodes).await else { return };
    let roads = [console, into_guests(known), to_nodes(known)];
    *last = Some(now);
    world.change(|fleet| {
        if let Some(known) = fleet.hosts.iter_mut().find(|known| known.id == *host) {
            known.roads = roads.into();
        }
    });
}

/// Nothing where no node told.
async fn console(client: &Client, nodes: &[(NodeName, Option<Arc<str>>)]) -> Option<Way> {
    let nodes: Vec<NodeName> = nodes.iter().map(|(node, _)| node.clone()).collect();
    let ask = |node: NodeName| {
        let client = client.clone();
        async move { (survey::console_of_node(&client, &node).await, node) }
    };
    let told: Vec<_> = stream::iter(nodes).map(ask).buffered(AT_ONCE).collect().await;
    let ways: Vec<(NodeName, Way)> = told.into_iter().filter_map(|(way, node)| Some((node, way.ok()?))).collect();
    worst(&ways)
}

fn worst(ways: &[(NodeName, Way)]) -> Option<Way> {
    let (node, way) = ways.iter().find(|(_, way)| !way.is_open()).or(ways.first())?;
    match &way.state {
        WayState::Shut { why, remedy } if ways.iter().any(|(_, other)| other != way) => {
            Some(Way::shut(way.road, format!("on {node}: {why}"), remedy.clone()))
        }
        _ => Some(way.clone()),
    }
}

/// A host's password is shown to no guest.
fn into_guests(host: &Host) -> Way {
    match &host.ssh {
        Some(SshAccess { proof: SshProof::Password, .. }) => Way::shut(
            Road::GuestSsh,
            "the host is logged in to with a password, and that is shown to no guest",
            format!("take a key that the guests know too: `proximity host edit {} --ssh-key FILE`", host.id),
        ),
        Some(ssh) => Way::open(Road::GuestSsh, format!("root, {}", with(&ssh.proof))),
        None => not_set_up(Road::GuestSsh, host),
    }
}

fn to_nodes(host: &Host) -> Way {
    match &host.ssh {
        Some(ssh) => Way::open(Road::HostSsh, format!("{}, {}", ssh.user, with(&ssh.proof))),
        None => not_set_up(Road::HostSsh, host),
    }
}

fn not_set_up(road: Road, host: &Host) -> Way {
    Way::shut(road, "SSH is not set up", format!("`proximity host edit {} --ssh-user root --ssh-key FILE`", host.id))
}

fn with(proof: &SshProof) -> String {
    match proof {
        SshProof::Agent => "the SSH agent".into(),
        SshProof::KeyFile(path) => format!("key file {path}"),
        SshProof::Password => "password".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(name: &str, way: Way) -> (NodeName, Way) {
        (NodeName::new(name), way)
    }

    #[test]
    fn the_worst_node_decides_and_is_named_where_they_differ() {
        let open = Way::open(Road::Console, "token a@pve!b");
        let shut = Way::shut(Road::Console, "it is too old", "update it");
        let named = Way::shut(Road::Console, "on nas: it is too old", "update it");
        assert_eq!(worst(&[node("pve1", open.clone()), node("nas", shut.clone())]), Some(named));
        assert_eq!(worst(&[node("pve1", shut.clone()), node("nas", shut.clone())]), Some(shut));
        assert_eq!(worst(&[node("pve1", open.clone()), node("nas", open.clone())]), Some(open));
        assert_eq!(worst(&[]), None);
    }
}
