//! The smaller nouns as data: snapshots, operations, the catalog, ports.

use std::path::PathBuf;

use clap::{Subcommand, ValueEnum};

use super::sources::SourcesCommand;

#[derive(Debug, Subcommand)]
pub enum SnapshotCommand {
    /// List the snapshots of an app
    List { app: String },
    /// Take a snapshot
    Create {
        app: String,
        /// What to call it; made up of the moment unless said otherwise
        name: Option<String>,
        /// What it is for
        #[arg(long, default_value = "")]
        note: String,
    },
    /// Remove a snapshot
    Remove { app: String, name: String },
    /// Go back to a snapshot; what was written since is lost
    Rollback { app: String, name: String },
}

#[derive(Debug, Subcommand)]
pub enum OpCommand {
    /// List operations, newest first
    List {
        /// All that the journal has
        #[arg(long, conflicts_with = "most")]
        all: bool,
        /// So many at most
        #[arg(short = 'n', long = "most", value_name = "N", default_value = "20")]
        most: u32,
    },
    /// Show one operation with its steps
    Show { id: i64 },
    /// End an operation that runs, and take back what it did
    Cancel { id: i64 },
    /// Try an operation that failed once more
    Retry { id: i64 },
    /// Go on with an operation that has no end yet, or watch another Proximity do so
    Resume { id: i64 },
    /// Say what is to become of what a failed operation made
    Answer { id: i64, choice: Verdict },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Verdict {
    /// It stays
    Keep,
    /// It is taken back
    Undo,
}

#[derive(Debug, Subcommand)]
pub enum CatalogCommand {
    /// Sources of recipes beyond the built-in ones: add, update, pin, remove
    Sources {
        #[command(subcommand)]
        command: Option<SourcesCommand>,
    },
    /// List the recipes
    List,
    /// Show one recipe: what it asks, what it takes, how it can be deployed
    Show { recipe: String },
    /// Say which recipes are no good, and why
    Check {
        /// These files; without them all of the catalog
        #[arg(value_name = "FILE")]
        files: Vec<PathBuf>,
    },
}

#[derive(Debug, Subcommand)]
pub enum PortCommand {
    /// List the ports that are leased for apps on the hosts
    List,
}
