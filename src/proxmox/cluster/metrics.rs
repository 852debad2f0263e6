//! Measured values of everything at once, to fill charts the moment the deck starts.

use std::sync::Arc;

use crate::{
    domain::{
        ids::{NodeName, StorageName, Vmid},
        moment::Moment,
    },
    proxmox::{
        Ability, Client, ClientError,
        call::Asked,
        wire::metrics::{ExportSaid, SampleRow},
    },
};

/// What was measured.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum MetricOf {
    Container(Vmid),
    Machine(Vmid),
    Node(NodeName),
    Storage { node: NodeName, storage: StorageName },
    Other(Arc<str>),
}

/// How its values hang together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MetricKind {
    /// Each stands for itself.
    Gauge,
    /// It only grows.
    Counter,
    /// What counts is how much it grew.
    Derive,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    pub of: MetricOf,
    /// `cpu_current`, `mem_used`, `net_in`, …
    pub metric: Arc<str>,
    pub kind: MetricKind,
    pub value: f64,
    pub at: Moment,
}

/// How far back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MetricSpan {
    /// The last value of each.
    Latest,
    /// All since then that the nodes still know: half an hour, one every 10 s.
    Since(Moment),
}

impl MetricOf {
    fn read(id: &str) -> Self {
        let other = || Self::Other(id.into());
        let Some((kind, name)) = id.split_once('/') else { return other() };
        let vmid = || name.parse().ok().map(Vmid);
        match kind {
            "lxc" => vmid().map_or_else(other, Self::Container),
            "qemu" => vmid().map_or_else(other, Self::Machine),
            "node" => Self::Node(NodeName::new(name)),
            "storage" => match name.split_once('/') {
                Some((node, storage)) => {
                    Self::Storage { node: NodeName::new(node), storage: StorageName::new(storage) }
                }
                None => other(),
            },
            _ => other(),
        }
    }
}

impl Sample {
    fn read(row: &SampleRow<'_>) -> Option<Self> {
        Some(Self {
            of: MetricOf::read(row.id.as_deref()?),
            metric: row.metric.as_deref()?.into(),
            kind: match row.kind.as_deref() {
                Some("counter") => MetricKind::Counter,
                Some("derive") => MetricKind::Derive,
                _ => MetricKind::Gauge,
            },
            value: row.value.0?,
            at: Moment::from_secs(row.timestamp.fits()?),
        })
    }
}

impl Client {
    /// Of all nodes, oldest first. Proxmox asks one node after the other, so it is slow on a large cluster.
    pub async fn metrics(&self, span: MetricSpan) -> Result<Vec<Sample>, ClientError> {
        self.require_here(Ability::MetricsExport).await?;
        let asked = Asked::get(&["cluster", "metrics", "export"]);
        let asked = match span {
            MetricSpan::Latest => asked,
            MetricSpan::Since(from) => asked.with("history", 1).with("start-time", from.as_secs().max(0)),
        };
        let answer = self.call(&asked).await?;
        let said: ExportSaid<'_> = answer.read(&asked.call)?;
        let mut samples: Vec<_> = said.data.0.iter().filter_map(Sample::read).collect();
        samples.sort_by_key(|sample| sample.at);
        Ok(samples)
    }
}
