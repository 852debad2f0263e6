//! Whom we trust at a host. What must hold: the operator accepts one certificate once, and everything else that is
//! trusted was either told by the host over a connection trusted already, or chosen by the operator for this host.

use std::collections::BTreeMap;

use rustls::{
    RootCertStore,
    pki_types::{CertificateDer, pem::PemObject},
};

use super::Fingerprint;
use crate::domain::{fleet::PublicCa, ids::NodeName};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trust {
    /// The leaf that the operator accepted, or the one that took its place.
    pub pin: Fingerprint,
    /// The root of the cluster's own certificates.
    pub authority: Option<Authority>,
    /// What the host told of its nodes.
    pub nodes: BTreeMap<NodeName, KnownNode>,
    pub public: PublicCa,
}

/// One node, as the host told of it over a trusted connection.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KnownNode {
    /// The leaf that its own interface shows.
    pub leaf: Option<Fingerprint>,
    /// Such as `10.0.0.3`.
    pub ip: Option<String>,
}

impl From<Fingerprint> for Trust {
    fn from(pin: Fingerprint) -> Self {
        Self { pin, authority: None, nodes: BTreeMap::new(), public: PublicCa::Refused }
    }
}

impl Trust {
    pub(super) fn knows(&self, leaf: Fingerprint) -> bool {
        self.pin == leaf || self.nodes.values().any(|node| node.leaf == Some(leaf))
    }

    /// Takes over what the host tells now. Where the pinned leaf was that of a node, it is replaced with the node's new
    /// one; a node that tells nothing is remembered as it was.
    pub(super) fn learn(&mut self, authority: Option<Authority>, told: BTreeMap<NodeName, KnownNode>) {
        self.authority = authority.or(self.authority.take());
        for (name, now) in &told {
            let before = self.nodes.get(name).and_then(|node| node.leaf);
            match now.leaf {
                Some(leaf) if before == Some(self.pin) => self.pin = leaf,
                _ => {}
            }
        }
        let mut before = std::mem::take(&mut self.nodes);
        let merged = told.into_iter().map(|(name, now)| {
            let old = before.remove(&name).unwrap_or_default();
            (name, KnownNode { leaf: now.leaf.or(old.leaf), ip: now.ip.or(old.ip) })
        });
        self.nodes = merged.collect();
    }
}

/// The certificate of a certificate authority.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authority {
    der: CertificateDer<'static>,
    pem: String,
}

impl Authority {
    /// Nothing where it is no certificate.
    pub fn from_pem(pem: &str) -> Option<Self> {
        let der = CertificateDer::from_pem_slice(pem.as_bytes()).ok()?;
        let authority = Self { der, pem: pem.trim().to_owned() };
        authority.roots().map(|_| authority)
    }

    pub fn pem(&self) -> &str {
        &self.pem
    }

    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(&self.der)
    }

    /// Only name and key of a root count, so one without `keyUsage`, as Proxmox made them for long, is as good.
    pub(super) fn roots(&self) -> Option<RootCertStore> {
        let mut roots = RootCertStore::empty();
        roots.add(self.der.clone()).ok().map(|()| roots)
    }
}

/// Why a certificate is not trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Distrust {
    /// It is not the pinned one, and no authority of this host is known.
    NotPinned,
    /// The cluster's authority did not sign it.
    Foreign,
    /// The authority signed it, but for other names than the one we asked for.
    OtherName,
    Expired,
    NotYetValid,
}
