//! What comes back through the door. What must hold: a question has one kind of answer.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::door::{
    Carrier, Checked, CoverageRow, DefaultJob, ImportReport, Lease, LeastPlan, MissingRight, Preview, PruneRow, Shelf,
    SnapshotRow, SourceNews, SourceRow, SshKey, SshKeys, StorageChoice, TestReport, Undoing,
};
use crate::domain::{
    adoption::Candidate,
    care::{Alert, Finding, Probed, RightSize},
    catalog::RecipeId,
    checkup::Check,
    detail::GuestDetail,
    fault::Fault,
    fleet::SshAccess,
    history::History,
    log::LogTail,
    machine::Machine,
    moment::Moment,
    moves::{Proposal, Target},
    operation::Operation,
    papers::Paper,
    port_book::PortBook,
    probe::ProbeKind,
    secret::Secret,
};

#[derive(Debug, Clone)]
pub enum Answer {
    Preview(Box<Preview>),
    Guest(Box<GuestDetail>),
    /// SHA-256 of the leaf certificate, in colon-separated upper-case hex as Proxmox shows it.
    Fingerprint(String),
    Test(Box<TestReport>),
    Least(Box<LeastPlan>),
    /// In the order of hosts, nodes and ids.
    Candidates(Vec<Candidate>),
    Node(Box<Machine>),
    SshKey(SshKey),
    /// Nothing where it was not set up.
    Ssh(Option<SshAccess>),
    GuestKey(SshKeys),
    /// With what is wrong in the settings.
    Sources(Vec<SourceRow>, Option<Fault>),
    SourceNews(Box<SourceNews>),
    Import(Box<ImportReport>),
    Checked(Checked),
    /// With what the operator marked on it.
    Shelf(Arc<Shelf>, BTreeSet<RecipeId>),
    History(Box<History>),
    Log(Box<LogTail>),
    Papers(Vec<Paper>),
    Snapshots(Vec<SnapshotRow>),
    /// Those that are possible first.
    Targets(Vec<Target>),
    Moves(Box<Proposal>),
    /// Nothing where nothing can be undone.
    WayOut(Option<Box<Undoing>>),
    Operations(Vec<Operation>),
    Operation(Box<Operation>),
    Ports(Vec<Lease>),
    PortBook(Box<PortBook>),
    Runs(Vec<Moment>),
    Pruning(Vec<PruneRow>),
    Coverage(Vec<CoverageRow>),
    Text(String),
    /// By the names that the recipe gives them.
    Secrets(Vec<(String, Secret)>),
    /// By name, as JSON.
    Memory(BTreeMap<String, String>),
    Places(Vec<StorageChoice>),
    Grants(Vec<MissingRight>),
    DefaultJob(DefaultJob),
    /// What was heard of it, and at what was looked.
    Probed(Probed, ProbeKind),
    Checkup(Vec<Check>),
    Alerts(Vec<Alert>),
    /// Of each that is set up.
    Deliveries(Vec<Delivered>),
    Findings(Vec<Finding>),
    RightSizes(Vec<RightSize>),
}

/// Whether a message was taken.
#[derive(Debug, Clone, PartialEq)]
pub struct Delivered {
    pub carrier: Carrier,
    pub fault: Option<Fault>,
}
