//! `schedule …` as data. A schedule is named `HOST/ID`, or by its id where that is its alone.

use clap::{ArgGroup, Args, Subcommand};

use super::{
    backup::RunBy,
    values::{Keeping, Squeeze, Stillness},
};

#[derive(Debug, Subcommand)]
pub enum ScheduleCommand {
    /// List what makes backups by itself: jobs of Proxmox and those of `proximity watch`
    List,
    /// Show one, with its next times, what it takes with it and what nothing does
    Show { id: String },
    /// Change a schedule, or make one; what is not said stays, or is decided by Proxmox
    Set(Box<Setting>),
    /// Remove a schedule; its backups stay
    Remove { id: String },
    /// Tell when a calendar event comes round, by the clock of a host
    Runs {
        /// Such as `02:30` or `mon..fri 21:00`
        calendar: String,
        /// Whose clock; needed where there are several
        #[arg(long)]
        host: Option<String>,
    },
    /// List the guests that no schedule of Proxmox takes with it
    Uncovered,
    /// Tell what our credential lacks to change schedules, with the lines that grant it
    Rights,
}

#[derive(Debug, Args)]
#[command(group(ArgGroup::new("which").required(true).multiple(true).args(["id", "new"])))]
#[command(group(ArgGroup::new("of").args(["pool", "apps", "guests", "all"])))]
pub struct Setting {
    /// The schedule to be changed; with --new what it is to be called
    pub id: Option<String>,
    /// Make a new one
    #[arg(long, requires_all = ["at", "of"])]
    pub new: bool,
    /// On which host; needed for a new one where there are several
    #[arg(long, requires = "new")]
    pub host: Option<String>,
    /// When, as a calendar event such as `02:30` or `mon..fri 21:00`
    #[arg(long, value_name = "CALENDAR")]
    pub at: Option<String>,
    /// The guests of this pool
    #[arg(long)]
    pub pool: Option<String>,
    /// Every app, whenever it is made; only `proximity watch` knows them
    #[arg(long)]
    pub apps: bool,
    /// These guests, by their numbers
    #[arg(long, value_name = "VMID,…", value_delimiter = ',')]
    pub guests: Vec<u32>,
    /// All guests of the host
    #[arg(long)]
    pub all: bool,
    /// Where the backups go; where there is most room, unless said otherwise
    #[arg(long)]
    pub storage: Option<String>,
    /// What a guest that runs notices of it
    #[arg(long, value_name = "snapshot|suspend|stop")]
    pub mode: Option<Stillness>,
    /// How they are made smaller
    #[arg(long, value_name = "zstd|gzip|lzo|none")]
    pub compress: Option<Squeeze>,
    /// What is kept, such as last=3,daily=7; `all`, or `storage` for what the storage says
    #[arg(long, value_name = "last=N,daily=N,…|all|storage")]
    pub keep: Option<Keeping>,
    /// What is noted of each backup
    #[arg(long, value_name = "TEXT")]
    pub note: Option<String>,
    /// Nothing removes its backups until their protection is taken away
    #[arg(long, overrides_with = "unprotected")]
    pub protected: bool,
    /// Its backups may be removed
    #[arg(long)]
    pub unprotected: bool,
    /// It runs
    #[arg(long, conflicts_with = "disabled")]
    pub enabled: bool,
    /// It rests
    #[arg(long)]
    pub disabled: bool,
    /// Who runs it; Proxmox unless said otherwise, and `proximity watch` for --apps
    #[arg(long)]
    pub runner: Option<RunBy>,
    /// Show its next times and what it would remove of what is there; nothing is changed
    #[arg(long)]
    pub preview: bool,
}
