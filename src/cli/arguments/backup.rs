//! `backup …` and `restore` as data. A backup is named `HOST/storage:path`, by its file, or by a beginning of either.

use std::net::IpAddr;

use clap::{ArgGroup, Args, Subcommand, ValueEnum};

use super::{
    app::Form,
    values::{Keeping, Network, Squeeze, Stillness},
};

#[derive(Debug, Subcommand)]
pub enum BackupCommand {
    /// Show how safe each app is: how old its newest backup is, how the last one went, when the next one comes
    Board(Look),
    /// List the backups that the storages have, the newest first
    List {
        /// Only those of this app, or of this guest as HOST/VMID
        of: Option<String>,
        /// Only those on this storage
        #[arg(long)]
        storage: Option<String>,
        #[command(flatten)]
        look: Look,
    },
    /// Show one backup, with all that was noted of it
    Show { backup: String },
    /// Back up apps or guests, one after another
    Create(Creating),
    /// Remove backups; those that are protected stay
    Delete {
        #[arg(required = true)]
        backups: Vec<String>,
    },
    /// Protect backups from being removed, also by what clears old ones away
    Protect {
        #[arg(required = true)]
        backups: Vec<String>,
    },
    /// Let backups be removed again
    Unprotect {
        #[arg(required = true)]
        backups: Vec<String>,
    },
    /// Change what is noted of a backup
    Note { backup: String, text: String },
    /// Remove the backups of an app or a guest that a retention does not keep
    Prune {
        /// An app, or a guest as HOST/VMID
        app: String,
        /// On this storage
        #[arg(long)]
        storage: String,
        /// What is kept, such as last=3,daily=7
        #[arg(long, value_name = "last=N,daily=N,…")]
        keep: Keeping,
        /// Tell what would be removed; nothing is
        #[arg(long)]
        preview: bool,
    },
    /// Restore a backup where nobody sees it, look whether it works, and clear it away again
    Prove(Proving),
    /// Show what the backups come to: how many, how big, how they grow, when a storage is full
    Stats(Look),
    /// List the storages that could take backups of an app, the roomiest first
    Places {
        /// An app, or a guest as HOST/VMID
        app: String,
    },
}

#[derive(Debug, Clone, Copy, Args)]
pub struct Look {
    /// As it was seen last; no storage is asked
    #[arg(long)]
    pub cached: bool,
}

#[derive(Debug, Args)]
pub struct Creating {
    /// Apps, or guests as HOST/VMID
    #[arg(required_unless_present = "all")]
    pub of: Vec<String>,
    /// All apps
    #[arg(long, conflicts_with = "of")]
    pub all: bool,
    /// Where it goes; where its newest one lies, or where there is most room, unless said otherwise
    #[arg(long)]
    pub storage: Option<String>,
    /// What a guest that runs notices of it
    #[arg(long, value_name = "snapshot|suspend|stop", default_value = "snapshot")]
    pub mode: Stillness,
    /// How it is made smaller
    #[arg(long, value_name = "zstd|gzip|lzo|none", default_value = "zstd")]
    pub compress: Squeeze,
    /// What is noted of it
    #[arg(long, value_name = "TEXT")]
    pub note: Option<String>,
    /// Nothing removes it until its protection is taken away
    #[arg(long)]
    pub protected: bool,
    /// The host sends mail about it, by its own rules
    #[arg(long)]
    pub mail: bool,
    #[command(flatten)]
    pub rehearsal: Rehearsal,
}

/// A dry run.
#[derive(Debug, Clone, Copy, Args)]
pub struct Rehearsal {
    /// Tell what would be done, without doing it
    #[arg(long, alias = "dry-run")]
    pub plan: bool,
    /// In that, unfold each step into its calls to Proxmox
    #[arg(long, requires = "plan")]
    pub calls: bool,
    /// Of that, print nothing but the calls, as lines for a shell
    #[arg(long, value_name = "pvesh|curl", requires = "plan")]
    pub shell: Option<Form>,
}

#[derive(Debug, Args)]
pub struct Proving {
    #[arg(required_unless_present = "all")]
    pub app: Option<String>,
    /// This one; the newest unless said otherwise
    #[arg(long, value_name = "BACKUP", conflicts_with = "all")]
    pub backup: Option<String>,
    /// The newest backup of every app
    #[arg(long, conflicts_with = "app")]
    pub all: bool,
}

#[derive(Debug, Args)]
#[command(group(ArgGroup::new("to").args(["in_place", "name"])))]
pub struct Restoring {
    /// Backups, or apps, which means the newest backup of each
    #[arg(required = true, value_name = "BACKUP|APP")]
    pub what: Vec<String>,
    /// Over the app that it is a backup of; so it is anyway as long as that one is there
    #[arg(long)]
    pub in_place: bool,
    /// As a new app of this name, beside the old one
    #[arg(long = "as", value_name = "NAME", conflicts_with = "destroy_old")]
    pub name: Option<String>,
    /// Destroy the container that is replaced, instead of putting it into the recycle bin
    #[arg(long)]
    pub destroy_old: bool,
    /// Where its disks are to be
    #[arg(long)]
    pub storage: Option<String>,
    /// A fixed address for the new app, such as 10.0.0.5/24; by DHCP unless said otherwise
    #[arg(long, value_name = "ADDRESS/PREFIX", conflicts_with_all = ["in_place", "destroy_old"])]
    pub ip: Option<Network>,
    /// By which router it reaches other networks
    #[arg(long, value_name = "ADDRESS", requires = "ip")]
    pub gateway: Option<IpAddr>,
    #[command(flatten)]
    pub rehearsal: Rehearsal,
}

/// Who runs a schedule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RunBy {
    /// A job of Proxmox, which runs while nobody is here
    Proxmox,
    /// `proximity watch`
    Watch,
}
