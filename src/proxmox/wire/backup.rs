//! Backups: defaults, jobs, what they cover, files in an archive.

use serde::Deserialize;

use super::{
    lenient::{Flag, Int, Text},
    list::List,
    property::Property,
};

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct DefaultsSaid<'a> {
    #[serde(borrow)]
    pub storage: Text<'a>,
    #[serde(borrow)]
    pub mode: Text<'a>,
    #[serde(borrow)]
    pub compress: Text<'a>,
    pub prune_backups: Property,
    pub bwlimit: Int,
    pub lockwait: Int,
    #[serde(borrow)]
    pub notification_mode: Text<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct FileRow<'a> {
    #[serde(borrow)]
    pub filepath: Text<'a>,
    #[serde(borrow)]
    pub text: Text<'a>,
    #[serde(borrow, rename = "type")]
    pub kind: Text<'a>,
    pub leaf: Flag,
    pub size: Int,
    pub mtime: Int,
}

/// A backup job, in a list or alone.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct JobRow<'a> {
    #[serde(borrow)]
    pub id: Text<'a>,
    #[serde(borrow)]
    pub schedule: Text<'a>,
    /// Before version 7.1 days and time stood apart; such jobs are still there.
    #[serde(borrow)]
    pub dow: Text<'a>,
    #[serde(borrow)]
    pub starttime: Text<'a>,
    pub enabled: Flag,
    #[serde(borrow)]
    pub vmid: Text<'a>,
    #[serde(borrow)]
    pub pool: Text<'a>,
    pub all: Flag,
    #[serde(borrow)]
    pub exclude: Text<'a>,
    #[serde(borrow)]
    pub storage: Text<'a>,
    #[serde(borrow)]
    pub mode: Text<'a>,
    #[serde(borrow)]
    pub compress: Text<'a>,
    pub prune_backups: Property,
    pub remove: Flag,
    #[serde(borrow)]
    pub notes_template: Text<'a>,
    pub protected: Flag,
    #[serde(borrow)]
    pub comment: Text<'a>,
    #[serde(borrow)]
    pub node: Text<'a>,
    pub next_run: Int,
    pub repeat_missed: Flag,
    #[serde(borrow)]
    pub notification_mode: Text<'a>,
    #[serde(borrow)]
    pub mailto: Text<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct CoverageSaid<'a> {
    #[serde(borrow)]
    pub children: List<CoveredRow<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct CoveredRow<'a> {
    pub id: Int,
    #[serde(borrow)]
    pub name: Text<'a>,
    #[serde(borrow, rename = "type")]
    pub kind: Text<'a>,
    #[serde(borrow)]
    pub children: List<CoveredVolumeRow<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct CoveredVolumeRow<'a> {
    /// `340:mp0`
    #[serde(borrow)]
    pub id: Text<'a>,
    #[serde(borrow)]
    pub name: Text<'a>,
    pub included: Flag,
    #[serde(borrow)]
    pub reason: Text<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct UncoveredRow<'a> {
    pub vmid: Int,
    #[serde(borrow)]
    pub name: Text<'a>,
    #[serde(borrow, rename = "type")]
    pub kind: Text<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct RunRow {
    pub timestamp: Int,
}
