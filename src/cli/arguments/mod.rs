//! The command line as data. What must hold: every ability of the deck has a word here.

mod alert;
mod app;
mod backup;
mod gateway;
mod guest;
mod host;
mod inbox;
mod life;
mod nouns;
mod schedule;
mod settings;
mod sim;
mod sources;
mod values;
mod watch;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub use self::{
    alert::{AlertCommand, Delivering},
    app::{AppCommand, Form, Logging, PlanArguments, Planned, Since, Switch},
    backup::{BackupCommand, Creating, Look, Proving, Rehearsal, Restoring, RunBy},
    gateway::{Certificates, GatewayCommand, Making, Publishing},
    guest::{Errand, Fetching, GuestCommand, Sending},
    host::{AddHost, EditHost, HostCommand, LeastSaid, Moving, NodeCommand, Reclaiming, RotateHost, YesNo},
    inbox::{InboxCommand, Mending},
    life::{
        Adopting, Answers, Cloning, Deploying, Editing, Life, Looking, Migrating, OnFailure, Place, Resizing, Updating,
        Way,
    },
    nouns::{CatalogCommand, Importing, Narrow, OpCommand, PortCommand, SnapshotCommand, Verdict},
    schedule::{ScheduleCommand, Setting},
    settings::SettingsCommand,
    sim::SimArguments,
    sources::SourcesCommand,
    values::{Keeping, Network, Pair},
    watch::{Restarting, Watching as WatchingOver},
};

use crate::settings::{Colour, Motion};

#[derive(Debug, Parser)]
#[command(name = "proximity", version, about = "A command deck for homelabs on Proxmox VE", long_about = None)]
#[command(
    after_help = "Without a command it opens the deck. Exit codes: 0 done, 1 failed, 2 usage, 3 not found, 4 refused, \
    5 host unreachable, 6 trust, 7 busy, 8 undone after failure, 9 stuck."
)]
pub struct Arguments {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Option<Command>,
}

impl Arguments {
    pub fn is_demo(&self) -> bool {
        self.global.demo || matches!(self.command, Some(Command::Demo))
    }
}

#[derive(Debug, Clone, Args)]
pub struct Global {
    /// Keep everything in this folder; secrets then go to an encrypted file, never to the keyring
    #[arg(long, global = true, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Work on a simulated datacenter inside this program; nothing real is touched
    #[arg(long, global = true)]
    pub demo: bool,
    /// Forget what the demo kept from earlier runs
    #[arg(long, global = true, requires = "demo")]
    pub demo_reset: bool,
    /// How many guests the demo has
    #[arg(long, global = true, value_name = "N", requires = "demo", value_parser = clap::value_parser!(u32).range(12..=5000))]
    pub demo_guests: Option<u32>,
    /// Print JSON: one object, or one a line for long work
    #[arg(long, global = true)]
    pub json: bool,
    /// Answer questions with yes
    #[arg(long, global = true)]
    pub yes: bool,
    /// Read the passphrase of the file of secrets from this file
    #[arg(long, global = true, value_name = "FILE")]
    pub passphrase_file: Option<PathBuf>,
    /// Write every call to Proxmox to this file, one JSON object a line, secrets masked
    #[arg(long, global = true, value_name = "FILE")]
    pub request_log: Option<PathBuf>,
    /// Tell the deck in lines, for screen readers and pipes: all of it once, and on a terminal what changes
    #[arg(long, global = true)]
    pub plain: bool,
    /// The deck's theme, such as dark, light, matrix
    #[arg(long, value_name = "NAME")]
    pub theme: Option<String>,
    /// How much the deck moves
    #[arg(long, value_parser = motion, value_name = "full|reduced|none")]
    pub motion: Option<Motion>,
    /// How many colours the terminal shows
    #[arg(long, value_parser = colour, value_name = "auto|true|256|16|none")]
    pub colour: Option<Colour>,
    /// Draw with ASCII characters only
    #[arg(long)]
    pub ascii: bool,
}

fn motion(text: &str) -> Result<Motion, String> {
    match text {
        "full" => Ok(Motion::Full),
        "reduced" => Ok(Motion::Reduced),
        "none" => Ok(Motion::None),
        _ => Err("it is full, reduced or none".into()),
    }
}

fn colour(text: &str) -> Result<Colour, String> {
    match text {
        "auto" => Ok(Colour::Auto),
        "true" => Ok(Colour::True),
        "256" => Ok(Colour::Indexed),
        "16" => Ok(Colour::Ansi),
        "none" => Ok(Colour::None),
        _ => Err("it is auto, true, 256, 16 or none".into()),
    }
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Hosts: a Proxmox VE machine or cluster
    #[command(subcommand)]
    Host(Box<HostCommand>),
    /// Nodes: the machines of the hosts
    #[command(subcommand)]
    Node(NodeCommand),
    /// Guests: every container and machine that the hosts have
    #[command(subcommand)]
    Guest(GuestCommand),
    /// Apps: guests that Proximity deployed or adopted
    #[command(subcommand)]
    App(AppCommand),
    /// Snapshots of apps: a point to go back to
    #[command(subcommand)]
    Snapshot(SnapshotCommand),
    /// Backups: what lies on the storages of the hosts, and making, proving and removing it
    #[command(subcommand)]
    Backup(BackupCommand),
    /// Restore backups: over their apps, or as new ones
    Restore(Box<Restoring>),
    /// Schedules: what makes backups by itself
    #[command(subcommand)]
    Schedule(ScheduleCommand),
    /// Alerts: what wants you, what mends it, and where it is delivered
    #[command(subcommand)]
    Alert(AlertCommand),
    /// Operations: what was begun, how far it is and how it ended
    #[command(subcommand)]
    Op(OpCommand),
    /// The catalog: recipes that become apps
    #[command(subcommand)]
    Catalog(CatalogCommand),
    /// Ports: which are whose, what really listens, and what clashes
    #[command(subcommand)]
    Port(PortCommand),
    /// Gateways: one door to all apps of a host, by names and with certificates
    #[command(subcommand)]
    Gateway(GatewayCommand),
    /// The inbox: what was changed, made or removed outside, and what mends it
    #[command(subcommand)]
    Inbox(InboxCommand),
    /// Settings: what the deck looks like, what new apps go by, what is worth an alert, which key does what
    #[command(subcommand)]
    Settings(SettingsCommand),
    /// Look after everything without a screen: probes, drift, alerts, schedules, proofs, until it is told to end
    Watch(Watching),
    /// Look at everything that has to be well: hosts, rights, clocks, storages, database, secrets, terminal
    Doctor(Examining),
    /// Serve a simulated Proxmox VE for other clients
    Sim(SimArguments),
    /// Open the deck on the demo, like --demo
    Demo,
}

#[derive(Debug, Args)]
pub struct Watching {
    /// How often the newest backup of each app is tried
    #[arg(long, value_enum, default_value_t)]
    pub prove: HowOften,
    /// Have systemd start it for this user from now on: writes a unit, and says how to switch it on
    #[arg(long, conflicts_with = "uninstall")]
    pub install: bool,
    /// Remove that unit again
    #[arg(long)]
    pub uninstall: bool,
}

#[derive(Debug, Args)]
pub struct Examining {
    /// Write what was found into this file too, to be shown to somebody; it holds no secret
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
    /// First build the books again from what the containers say of themselves; what the books know stays
    #[arg(long)]
    pub rebuild: bool,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum HowOften {
    #[default]
    Monthly,
    Never,
}
