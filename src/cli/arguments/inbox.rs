//! The noun of what was found as data.

use clap::{Args, Subcommand};

use super::Rehearsal;

#[derive(Debug, Subcommand)]
pub enum InboxCommand {
    /// List what was found and is open; no host is asked
    List {
        /// What was dismissed, or is over
        #[arg(long)]
        past: bool,
    },
    /// Show one finding: what differs, and what mends it
    Show { id: i64 },
    /// Mend it: put back, restore, forget, adopt
    Mend(Mending),
    /// Hear no more of it, until it changes
    Dismiss { id: i64 },
    /// As it is now it is to be
    Accept { id: i64 },
    /// Compare the books with a host, or with all, now
    Look { host: Option<String> },
}

#[derive(Debug, Args)]
pub struct Mending {
    pub id: i64,
    /// Which of its ways, as `inbox show` counts them
    #[arg(default_value = "1", value_name = "N")]
    pub number: usize,
    #[command(flatten)]
    pub rehearsal: Rehearsal,
}
