//! What belongs to a host as a whole: its pools, backup jobs, high availability, settings, log, and what its nodes are.
//! What must hold: what a version words in another way is sent in the way of that version.

mod certificates;
mod coverage;
mod firewall;
mod free_id;
mod ha;
mod here;
mod job;
mod jobs;
mod log;
mod metrics;
mod network;
mod node;
mod options;
mod packages;
mod pools;
mod schedule;
mod tasks;

pub use coverage::{CoveredGuest, CoveredVolume, UncoveredGuest};
pub use firewall::{FirewallOptions, FirewallPolicy, FirewallRule, RuleDirection, RuleVerdict};
pub use ha::{
    Affinity, Blocked, HaEntry, HaEntryKind, HaGroup, HaMove, HaMoved, HaOrder, HaResource, HaRule, HaRuleKind, HaSid,
    HaState, NodePriority, NodeStrictness, RuleState,
};
pub use job::{BackupJob, JobState};
pub use jobs::{BackupJobOrder, JobChange};
pub use log::ClusterLogLine;
pub use metrics::{MetricKind, MetricOf, MetricSpan, Sample};
pub use network::{Bridge, BridgeKind, Interface, Vnet};
pub use node::{NodeNow, NodeTotals};
pub use options::{ClusterOptions, IdRange};
pub use packages::Package;
pub use pools::{Pool, PoolMember, PoolMembers, Stealing};
