//! What the host tells of its own certificates and nodes, over a connection that is trusted already: its authority, the
//! leaf of each node, where each node is. Any login may ask for the certificates.

use std::{collections::BTreeMap, sync::Arc};

use super::{
    Authority, Client, ClientError, KnownNode, Trust,
    call::Asked,
    wire::{
        cluster::StatusRow,
        list::List,
        nodes::{CertificateRow, NodeRow},
    },
};
use crate::domain::{ids::NodeName, moment::Moment};

/// Of a node with a certificate of its own choosing, that one is shown; else the cluster's.
const SHOWN: [&str; 2] = ["pveproxy-ssl.pem", "pve-ssl.pem"];
const ROOT: &str = "pve-root-ca.pem";

impl Client {
    /// Whom this host is trusted by now; changes as nodes renew their certificates.
    pub fn trust(&self) -> Arc<Trust> {
        self.0.wire.keys.now()
    }

    /// Whether the host should be asked: never yet, long ago, or a renewed certificate was let in.
    pub fn should_learn_trust(&self) -> bool {
        self.0.wire.keys.is_learning_due()
    }

    /// Asks every node for its certificates and remembers them. What one node does not tell is kept as it was.
    pub async fn learn_trust(&self) -> Result<Arc<Trust>, ClientError> {
        let keys = &self.0.wire.keys;
        keys.begin_learning();
        let outcome = self.ask_for_trust().await;
        keys.end_learning();
        outcome
    }

    async fn ask_for_trust(&self) -> Result<Arc<Trust>, ClientError> {
        let asked = Asked::get(&["nodes"]);
        let answer = self.call(&asked).await?;
        let rows: List<NodeRow<'_>> = answer.read(&asked.call)?;
        let names: Vec<_> = rows.0.iter().filter_map(|row| Some(NodeName::new(row.node.as_deref()?))).collect();
        let asking = rows.0.iter().filter(|row| row.status.as_deref() == Some("online")).filter_map(|row| {
            let node = NodeName::new(row.node.as_deref()?);
            Some(async { self.certificates_of(&node).await.ok().map(|told| (node, told)) })
        });
        let (told, ips) = tokio::join!(futures_util::future::join_all(asking), self.ips());
        let mut authority = None;
        let mut nodes: BTreeMap<_, KnownNode> = names.into_iter().map(|name| (name, KnownNode::default())).collect();
        for (node, told) in told.into_iter().flatten() {
            authority = authority.or(told.authority);
            nodes.entry(node).or_default().leaf = told.leaf;
        }
        for (node, ip) in ips {
            nodes.entry(node).or_default().ip = Some(ip);
        }
        Ok(self.0.wire.learn(|trust| trust.learn(authority, nodes)))
    }

    async fn certificates_of(&self, node: &NodeName) -> Result<Told, ClientError> {
        let asked = Asked::get(&["nodes", node.as_str(), "certificates", "info"]);
        let answer = self.call(&asked).await?;
        let rows: List<CertificateRow<'_>> = answer.read(&asked.call)?;
        let file = |name: &str| rows.0.iter().find(|row| row.filename.as_deref() == Some(name));
        let shown = SHOWN.iter().find_map(|name| file(name));
        Ok(Told {
            authority: file(ROOT).and_then(|root| Authority::from_pem(root.pem.as_deref()?)),
            leaf: shown.and_then(|leaf| leaf.fingerprint.as_deref()?.parse().ok()),
        })
    }

    /// Until when the certificate that a node shows is good. Any login may ask.
    pub async fn certificate_end(&self, node: &NodeName) -> Result<Option<Moment>, ClientError> {
        let all = self.certificates(node).await?;
        let shown = SHOWN.iter().find_map(|name| all.iter().find(|one| *one.file == **name));
        Ok(shown.and_then(|leaf| leaf.until))
    }

    /// Where the nodes are; nothing without Sys.Audit on `/`.
    async fn ips(&self) -> Vec<(NodeName, String)> {
        let asked = Asked::get(&["cluster", "status"]);
        let Ok(answer) = self.call(&asked).await else { return Vec::new() };
        let rows: List<StatusRow<'_>> = answer.read(&asked.call).unwrap_or_default();
        let nodes = rows.0.iter().filter(|row| row.kind.as_deref() == Some("node"));
        nodes.filter_map(|row| Some((NodeName::new(row.name.as_deref()?), row.ip.as_deref()?.to_owned()))).collect()
    }
}

struct Told {
    authority: Option<Authority>,
    leaf: Option<super::Fingerprint>,
}
