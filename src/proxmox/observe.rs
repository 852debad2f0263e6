//! One look at a whole host. What must hold: a look in the steady state is one request, whatever the number of guests;
//! and a listing is called complete only when nothing can be hidden from it: all nodes online, the cluster agreed, and
//! our rights those of last time, looked up anew whenever something is gone.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use super::{
    Client, ClientError, Permissions, Version,
    call::Asked,
    listing::read_resources,
    wire::{cluster::StatusRow, list::List},
};
use crate::domain::{
    fleet::{Listing, NodeStatus},
    ids::NodeName,
    moment::Moment,
    observe::Observation,
    purpose::Denied,
};

/// How often version, cluster and rights are asked again.
const AFRESH: Duration = Duration::from_secs(300);
/// How long the version of the other nodes may keep a listing waiting.
const NODE_PATIENCE: Duration = Duration::from_secs(4);

/// What one look remembers for the next.
#[derive(Default)]
pub(super) struct Memory {
    around: Option<Arc<Around>>,
    /// The guests of the last look, and the rights it was made with.
    vmids: BTreeSet<u32>,
    rights: Option<Arc<Permissions>>,
}

/// What changes rarely.
#[derive(Debug, Default)]
struct Around {
    taken: Option<Instant>,
    version: Option<Version>,
    cluster: Option<Arc<str>>,
    /// Nothing where we may not ask, or where there is no cluster.
    quorate: Option<bool>,
    members: Vec<NodeName>,
    node_versions: HashMap<NodeName, Arc<str>>,
    rights: Option<Arc<Permissions>>,
    denied: Option<Arc<[Denied]>>,
}

impl Client {
    /// The whole host as it is at `at`.
    pub async fn observe(&self, at: Moment) -> Result<Observation, ClientError> {
        let asked = Asked::get(&["cluster", "resources"]);
        let known = self.memory().around.clone().filter(|around| around.is_fresh());
        let (answer, mut around, mut is_new) = match known {
            Some(around) => (self.call(&asked).await?, around, false),
            None => {
                let (answer, around) = tokio::join!(self.call(&asked), self.look_around());
                (answer?, Arc::new(around), true)
            }
        };
        let mut seen = read_resources(&self.0.host, at, &answer.body)
            .map_err(|why| ClientError::Rubbish { call: asked.call.clone(), why })?;
        let vmids: BTreeSet<_> = seen.guests.iter().map(|guest| guest.key.vmid.0).collect();
        let is_less = !self.memory().vmids.is_subset(&vmids);
        if is_less && !is_new {
            // Something is gone. Before anybody believes it, our own eyes are checked.
            around = Arc::new(self.look_around().await);
            is_new = true;
        }
        let mut memory = self.memory();
        seen.listing = around.judge(&seen, memory.rights.as_deref(), is_less);
        around.complete(&mut seen);
        memory.vmids = vmids;
        if is_new {
            memory.rights = around.rights.clone().or(memory.rights.take());
            memory.around = Some(around);
        }
        Ok(seen)
    }

    /// Asks what changes rarely. What cannot be had stays unknown: the listing itself tells whether the host answers.
    async fn look_around(&self) -> Around {
        let (version, members, rights) = tokio::join!(self.version(), self.members(), self.permissions());
        let version = version.ok();
        let mut around = Around {
            taken: version.as_ref().map(|_| Instant::now()),
            version,
            rights: rights.ok().map(Arc::new),
            ..Around::default()
        };
        around.denied =
            around.version.as_ref().zip(around.rights.as_ref()).map(|(version, rights)| rights.denied(version));
        let others = around.take_members(members.unwrap_or_default());
        around.node_versions.extend(self.versions_of(others).await);
        around
    }

    async fn versions_of(&self, nodes: Vec<NodeName>) -> Vec<(NodeName, Arc<str>)> {
        let asking = nodes.into_iter().map(|node| async move {
            let version = self.ask_version_of(&node).await.ok()?;
            Some((node, version.text))
        });
        let all = futures_util::future::join_all(asking);
        tokio::time::timeout(NODE_PATIENCE, all).await.unwrap_or_default().into_iter().flatten().collect()
    }

    /// An order that was allowed when it was shown was refused: the next look looks our rights up anew.
    pub(super) fn doubt_rights(&self) {
        self.memory().around = None;
    }

    /// The rights that the last look was made with, as far as they are known.
    pub fn rights_mark(&self) -> Option<Arc<str>> {
        self.memory().rights.as_ref().map(|rights| rights.mark())
    }

    /// Whoever asks for them finds out that they are not what they were.
    pub(super) fn compare_rights(&self, now: &Permissions) {
        let known = self.memory().around.as_ref().and_then(|around| around.rights.clone());
        if known.is_some_and(|known| !known.is_like(now)) {
            self.doubt_rights();
        }
    }

    /// Whether most nodes of the cluster agree with each other; nothing where there is no cluster, or where we may not ask.
    pub async fn is_quorate(&self) -> Option<bool> {
        let members = self.members().await.unwrap_or_default();
        members.into_iter().find_map(|member| match member {
            Member::Cluster { quorate, .. } => quorate,
            _ => None,
        })
    }

    /// Refused without Sys.Audit on `/`.
    async fn members(&self) -> Result<Vec<Member>, ClientError> {
        let asked = Asked::get(&["cluster", "status"]);
        let answer = self.call(&asked).await?;
        let rows: List<StatusRow<'_>> = answer.read(&asked.call)?;
        Ok(rows.0.iter().filter_map(Member::read).collect())
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.0.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(super) enum Member {
    Cluster { name: Arc<str>, quorate: Option<bool> },
    Node { name: NodeName, is_local: bool, is_online: bool },
}

impl Member {
    pub fn read(row: &StatusRow<'_>) -> Option<Self> {
        let name: Arc<str> = row.name.as_deref()?.into();
        match row.kind.as_deref()? {
            "cluster" => Some(Self::Cluster { name, quorate: row.quorate.0 }),
            "node" => Some(Self::Node {
                name: NodeName::new(name),
                is_local: row.local.is_set(),
                is_online: row.online.is_set(),
            }),
            _ => None,
        }
    }
}

impl Around {
    fn is_fresh(&self) -> bool {
        self.taken.is_some_and(|taken| taken.elapsed() < AFRESH)
    }

    /// Notes who belongs to the host; what comes back are the online nodes whose version is still to be asked.
    fn take_members(&mut self, members: Vec<Member>) -> Vec<NodeName> {
        let mut others = Vec::new();
        for member in members {
            match member {
                Member::Cluster { name, quorate } => {
                    self.cluster = Some(name);
                    self.quorate = quorate;
                }
                Member::Node { name, is_local, is_online } => {
                    match &self.version {
                        Some(version) if is_local => {
                            self.node_versions.insert(name.clone(), version.text.clone());
                        }
                        _ if is_online => others.push(name.clone()),
                        _ => {}
                    }
                    self.members.push(name);
                }
            }
        }
        others
    }

    fn judge(&self, seen: &Observation, rights_before: Option<&Permissions>, is_less: bool) -> Listing {
        let dark = seen.nodes.iter().filter(|node| node.status != NodeStatus::Online).map(|node| &node.key.node);
        let unseen = self.members.iter().filter(|member| !seen.nodes.iter().any(|node| node.key.node == **member));
        let mut silent: Vec<_> = dark.chain(unseen).map(NodeName::as_str).collect();
        silent.sort_unstable();
        let reason = match (silent.as_slice(), self.rights.as_deref()) {
            ([one], _) => format!("node {one} is offline"),
            ([_, ..], _) => format!("nodes {} are offline", silent.join(", ")),
            _ if self.quorate == Some(false) => "the cluster has no quorum".into(),
            _ if seen.nodes.is_empty() => "no node was listed".into(),
            (_, Some(now)) if rights_before.is_some_and(|before| before != now) => {
                "what this login may see has changed".into()
            }
            (_, None) if is_less => "guests are gone, and the rights of this login could not be looked up".into(),
            _ => return Listing::Complete,
        };
        Listing::Partial(reason)
    }

    fn complete(&self, seen: &mut Observation) {
        seen.cluster.clone_from(&self.cluster);
        seen.denied.clone_from(&self.denied);
        seen.version = self.version.as_ref().map(|version| version.text.clone());
        let is_alone = seen.nodes.len() == 1;
        for node in &mut seen.nodes {
            let own = self.node_versions.get(&node.key.node).cloned();
            node.version = own.or_else(|| seen.version.clone().filter(|_| is_alone));
        }
    }
}
