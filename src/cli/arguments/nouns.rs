//! The smaller nouns as data: snapshots, operations, the catalog, ports.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::life::Way;
use crate::engine::Format;

use super::sources::SourcesCommand;

#[derive(Debug, Subcommand)]
pub enum SnapshotCommand {
    /// List the snapshots of an app
    List { app: String },
    /// Show the snapshots of an app as they stand on one another, and which are old
    Tree { app: String },
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
    /// List what was done to one app, newest first
    Log {
        app: String,
        /// So many at most
        #[arg(short = 'n', long = "most", value_name = "N", default_value = "20")]
        most: u32,
    },
    /// Show one operation with its steps and its log
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
    List {
        #[command(flatten)]
        narrow: Narrow,
    },
    /// Find recipes by name, tags and what is said of them; the best first
    Search {
        #[arg(required = true)]
        words: Vec<String>,
        #[command(flatten)]
        narrow: Narrow,
    },
    /// List the categories, with how many recipes each has
    Categories,
    /// Show one recipe: what it asks, what it takes, how it can be deployed
    Show { recipe: String },
    /// Say which recipes are no good, and why
    Check {
        /// These files, and those in these folders; without them all of the catalog
        #[arg(value_name = "PATH")]
        paths: Vec<PathBuf>,
    },
    /// Make recipes of what was written for something else: docker-compose, CasaOS, Runtipi, Umbrel, Portainer, BigBear
    Import(Importing),
    /// Mark a recipe as one of your favourites
    Favour { recipe: String },
    /// Take that mark away
    Unfavour { recipe: String },
}

#[derive(Debug, Args)]
pub struct Importing {
    /// A docker-compose file, a recipe, Portainer's list of templates, or a store as a folder; - reads standard input
    pub path: PathBuf,
    /// What the app is called where its definition does not say
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// In which form it is written; found out unless said
    #[arg(long, value_parser = format, value_name = "recipes|bigbear|casaos|runtipi|umbrel|portainer|compose")]
    pub format: Option<Format>,
    /// Keep the recipes in your own folder; what is there already is only replaced with --yes
    #[arg(long)]
    pub save: bool,
}

fn format(text: &str) -> Result<Format, String> {
    let known = || Format::ALL.map(Format::slug).join(", ");
    Format::of_slug(text).ok_or_else(|| format!("it is one of {}", known()))
}

/// What a list of recipes is narrowed to.
#[derive(Debug, Args)]
pub struct Narrow {
    /// Only of this category
    #[arg(long)]
    pub category: Option<String>,
    /// Only what can be deployed by this method
    #[arg(long)]
    pub method: Option<Way>,
    /// Only what runs on this kind of processor
    #[arg(long, value_name = "amd64|arm64|…")]
    pub architecture: Option<String>,
    /// Only `built-in`, `own`, `source`, or the name of one source
    #[arg(long)]
    pub trust: Option<String>,
    /// Only what a plain unprivileged container is enough for
    #[arg(long)]
    pub no_needs: bool,
    /// Only what finds room on a node
    #[arg(long)]
    pub fits: bool,
    /// Only favourites
    #[arg(long)]
    pub favourites: bool,
    /// Only what an app was made of
    #[arg(long)]
    pub installed: bool,
    /// The newest first
    #[arg(long)]
    pub newest: bool,
}

#[derive(Debug, Subcommand)]
pub enum PortCommand {
    /// List the ports of all apps, with what clashes: what is leased, published, expected
    List {
        /// Look inside all apps that run what really listens there
        #[arg(long)]
        look: bool,
    },
    /// Give back a port that is kept for an app which is not there any more
    Release {
        host: String,
        #[arg(value_parser = clap::value_parser!(u16).range(1..))]
        port: u16,
    },
}
