//! Whom we trust at a host. What must hold: the operator accepts one certificate once, and everything else that is
//! trusted was either told by the host over a connection trusted already, or chosen by the operator for this host.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, PoisonError, RwLock,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use rustls::{
    RootCertStore,
    pki_types::{CertificateDer, pem::PemObject},
};

use super::Fingerprint;
use crate::domain::{fleet::PublicCa, ids::NodeName};

/// How often a host is asked about its certificates.
const AFRESH: Duration = Duration::from_secs(3600);

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

/// The trust of one host, shared by all its connections.
#[derive(Debug, Clone)]
pub(super) struct Keys(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    trust: RwLock<Arc<Trust>>,
    /// A leaf was let in that is not written down yet.
    has_new_leaf: AtomicBool,
    learnt: Mutex<Learnt>,
}

/// When the host was asked about its certificates, or when we began.
#[derive(Debug)]
enum Learnt {
    NeverSince(Instant),
    At(Instant),
}

impl Keys {
    pub fn new(trust: Trust) -> Self {
        Self(Arc::new(Shared {
            trust: RwLock::new(Arc::new(trust)),
            has_new_leaf: AtomicBool::new(false),
            learnt: Mutex::new(Learnt::NeverSince(Instant::now())),
        }))
    }

    pub fn now(&self) -> Arc<Trust> {
        self.0.trust.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub fn change(&self, change: impl FnOnce(&mut Trust)) -> Arc<Trust> {
        let mut trust = self.0.trust.write().unwrap_or_else(PoisonError::into_inner);
        change(Arc::make_mut(&mut trust));
        trust.clone()
    }

    /// Whatever was let in is now told of, or never will be.
    pub fn end_learning(&self) {
        self.0.has_new_leaf.store(false, Ordering::Relaxed);
    }

    pub fn note_new_leaf(&self) {
        self.0.has_new_leaf.store(true, Ordering::Relaxed);
    }

    /// Nodes renew their certificates about once a year, and new nodes come.
    pub fn is_learning_due(&self) -> bool {
        if self.0.has_new_leaf.load(Ordering::Relaxed) {
            return true;
        }
        let has_authority = self.now().authority.is_some();
        match &*self.0.learnt.lock().unwrap_or_else(PoisonError::into_inner) {
            Learnt::NeverSince(began) => !has_authority || began.elapsed() > AFRESH,
            Learnt::At(at) => at.elapsed() > AFRESH,
        }
    }

    pub fn begin_learning(&self) {
        *self.0.learnt.lock().unwrap_or_else(PoisonError::into_inner) = Learnt::At(Instant::now());
    }
}
