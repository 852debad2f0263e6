//! Keeps what is trusted at a host up to date, and in the books. What must hold: only what a host told over a trusted
//! connection is ever added.

use std::{collections::BTreeMap, sync::Arc};

use crate::{
    domain::{
        fault::{Fault, FaultCode},
        fleet::HostTrust,
        ids::HostId,
    },
    operations::world::{News, World},
    proxmox::{Authority, Client, Fingerprint, KnownNode, Trust},
    store::{HostRecord, KeptAuthority, KeptNode, KeptTrust},
};

/// Learns anew where that is due, and writes down what changed.
pub async fn learn(world: &World, host: &HostId, client: &Client) {
    if !client.should_learn_trust() {
        return;
    }
    let before = client.trust();
    // A host that does not tell is trusted as it was.
    let Ok(now) = client.learn_trust().await else { return };
    if now == before {
        return;
    }
    if let Err(error) = world.store.put_trust(host.clone(), now.pin.to_string(), kept(&now)).await {
        world.tell(News::Trouble(error.into()));
    }
    world.change(|fleet| {
        if let Some(known) = fleet.hosts.iter_mut().find(|known| known.id == *host) {
            known.trust = shown(&now);
        }
    });
}

pub fn read_pin(text: &str) -> Result<Fingerprint, Fault> {
    text.parse().map_err(|_| {
        Fault::lasting(
            FaultCode::Usage,
            "the fingerprint cannot be read",
            "it is not 32 pairs of hex digits",
            "copy the SHA-256 fingerprint from the node: System, Certificates, pve-ssl.pem",
        )
    })
}

/// What the books say is trusted there.
pub fn of(record: &HostRecord) -> Result<Trust, Fault> {
    let KeptTrust { authority, nodes, public_ca } = &record.trust;
    let nodes = nodes.iter().map(|(name, node)| {
        let leaf = node.leaf.as_deref().and_then(|leaf| leaf.parse().ok());
        (name.clone(), KnownNode { leaf, ip: node.ip.clone() })
    });
    Ok(Trust {
        pin: read_pin(&record.pin)?,
        authority: authority.as_ref().and_then(|authority| Authority::from_pem(&authority.pem)),
        nodes: nodes.collect(),
        public: *public_ca,
    })
}

/// The same as it is written down.
pub fn kept(trust: &Trust) -> KeptTrust {
    let nodes = trust.nodes.iter().map(|(name, node)| {
        let leaf = node.leaf.map(|leaf| leaf.to_string());
        (name.clone(), KeptNode { leaf, ip: node.ip.clone() })
    });
    KeptTrust {
        authority: trust.authority.as_ref().map(|authority| KeptAuthority {
            fingerprint: authority.fingerprint().to_string(),
            pem: authority.pem().to_owned(),
        }),
        nodes: nodes.collect::<BTreeMap<_, _>>(),
        public_ca: trust.public,
    }
}

fn shown(trust: &Arc<Trust>) -> HostTrust {
    HostTrust {
        pin: trust.pin.to_string().into(),
        authority: trust.authority.as_ref().map(|authority| authority.fingerprint().to_string().into()),
        public: trust.public,
    }
}
