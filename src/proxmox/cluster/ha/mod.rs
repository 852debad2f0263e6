//! High availability: what Proxmox keeps running by itself, where it may, and how that goes. Up to version 8 groups say
//! where a guest may run, from 9 on rules.

mod groups;
mod moves;
mod resources;
mod rules;
mod sid;
mod status;

pub use groups::{HaGroup, NodePriority, NodeStrictness};
pub use moves::{Blocked, HaMove, HaMoved};
pub use resources::{HaOrder, HaResource, HaState};
pub use rules::{Affinity, HaRule, HaRuleKind, RuleState};
pub use sid::HaSid;
pub use status::{HaEntry, HaEntryKind};
