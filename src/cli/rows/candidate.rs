//! A container that could become an app, as scripts read it.

use serde::Serialize;

use crate::domain::{
    adoption::{Candidate, Inside},
    book::Page,
    fault::Fault,
    fleet::Power,
    listening::Listener,
    probe::ProbeKind,
};

#[derive(Serialize)]
pub struct CandidateRow {
    pub guest: String,
    pub name: String,
    pub node: String,
    pub power: &'static str,
    pub tags: Vec<String>,
    pub addresses: Vec<String>,
    pub volumes: Vec<VolumeRow>,
    /// Whether somebody could look inside.
    pub seen: bool,
    /// Why not.
    pub unseen: Option<Fault>,
    pub os: Option<String>,
    pub listeners: Vec<ListenerRow>,
    /// Ports that answer from here, where nobody could look inside.
    pub answering: Vec<u16>,
    pub images: Vec<String>,
    pub resembles: Option<ResemblanceRow>,
    pub proposal: ProposalRow,
    /// What only a restart opens.
    pub waits_for: Option<&'static str>,
}

#[derive(Serialize)]
pub struct VolumeRow {
    pub slot: String,
    pub path: String,
    pub size: Option<String>,
    pub backed_up: bool,
}

#[derive(Serialize)]
pub struct ListenerRow {
    pub protocol: &'static str,
    pub address: String,
    pub port: u16,
    pub program: Option<String>,
}

#[derive(Serialize)]
pub struct ResemblanceRow {
    pub recipe: String,
    pub score: u8,
    pub why: Vec<String>,
}

#[derive(Serialize)]
pub struct ProposalRow {
    pub name: String,
    pub port: Option<u16>,
    pub page: Option<Page>,
    /// `http`, `tcp` or nothing
    pub probe: Option<&'static str>,
}

impl CandidateRow {
    pub fn of(candidate: &Candidate) -> Self {
        let seen = candidate.inside.seen();
        let volumes = candidate.volumes.iter().map(|volume| VolumeRow {
            slot: volume.slot.to_string(),
            path: volume.path.to_string(),
            size: volume.size.as_deref().map(Into::into),
            backed_up: volume.is_backed_up,
        });
        Self {
            guest: candidate.guest.to_string(),
            name: candidate.name.to_string(),
            node: candidate.node.to_string(),
            power: power(candidate.power),
            tags: candidate.tags.iter().map(ToString::to_string).collect(),
            addresses: candidate.addresses.iter().map(ToString::to_string).collect(),
            volumes: volumes.collect(),
            seen: seen.is_some(),
            unseen: match &candidate.inside {
                Inside::Unseen(fault) => Some(fault.clone()),
                Inside::Seen(_) => None,
            },
            os: seen.and_then(|seen| seen.system.as_deref().map(Into::into)),
            listeners: candidate.listeners().iter().map(ListenerRow::of).collect(),
            answering: candidate.answering.clone(),
            images: seen.iter().flat_map(|seen| &seen.images).map(ToString::to_string).collect(),
            resembles: candidate.resembles.as_ref().map(|found| ResemblanceRow {
                recipe: found.recipe.to_string(),
                score: found.score,
                why: found.why.clone(),
            }),
            proposal: ProposalRow {
                name: candidate.proposal.name.clone(),
                port: candidate.proposal.port,
                page: candidate.proposal.page.clone(),
                probe: candidate.proposal.probe.as_ref().map(|probe| match probe {
                    ProbeKind::Http { .. } => "http",
                    ProbeKind::Tcp { .. } => "tcp",
                    ProbeKind::Command { .. } => "command",
                }),
            },
            waits_for: candidate.console.map(|console| console.words()),
        }
    }
}

impl ListenerRow {
    fn of(listener: &Listener) -> Self {
        Self {
            protocol: listener.protocol.slug(),
            address: listener.address.to_string(),
            port: listener.port,
            program: listener.program.as_deref().map(Into::into),
        }
    }
}

fn power(power: Power) -> &'static str {
    match power {
        Power::Running => "running",
        Power::Stopped => "stopped",
        Power::Paused => "paused",
        Power::Unknown => "unknown",
    }
}
