//! `app …` as data: what is there, its power, its inside, and the verbs of its life.

use clap::{Args, Subcommand, ValueEnum};

use super::{
    backup::Rehearsal,
    gateway::Publishing,
    guest::{Errand, Fetching, Sending},
    life::Life,
    watch::Watching,
};

#[derive(Debug, Subcommand)]
pub enum AppCommand {
    /// List the apps
    List,
    /// Show one app
    Show { app: String },
    #[command(flatten)]
    Switch(Switch),
    #[command(flatten)]
    Life(Life),
    /// Tell what a command would do, without doing it
    Plan(PlanArguments),
    /// Give it what it needs, by a week of what it used
    RightSize {
        app: String,
        #[command(flatten)]
        rehearsal: Rehearsal,
    },
    /// Take back the newest thing that was done to an app and can be taken back
    Undo {
        /// Which app; without it the newest operation of all apps
        app: Option<String>,
        /// This operation, as `op list` numbers it
        #[arg(long, value_name = "ID", conflicts_with = "app")]
        operation: Option<i64>,
    },
    /// Show what it says of itself: the log of its services, containers or units
    Log(Logging),
    /// Show what Proxmox remembers of it: CPU, memory, disk, network over an hour, a day, a week or a month
    History {
        app: String,
        /// How far back
        #[arg(long, value_enum, default_value = "hour")]
        span: Span,
    },
    /// Show what it is written down in: its recipe, its settings, its options, the files inside; secrets are dots
    Files {
        app: String,
        /// This one alone, by its name or the end of its path
        #[arg(long, value_name = "NAME")]
        only: Option<String>,
    },
    /// List the secrets it was given; with --reveal in clear, for whoever reads standard output
    Secrets {
        app: String,
        /// Print them in clear
        #[arg(long)]
        reveal: bool,
    },
    /// Show how it is: whether it answers, since when, and how much of the time
    Health {
        /// Which app; without it all of them
        app: Option<String>,
    },
    /// Look at it once, now, and say what was heard
    Probe { app: String },
    /// Say how it is watched, where that is to be otherwise than the settings have it
    Watch(Watching),
    /// Run a command inside it; its output and its exit code are those of the command
    Exec {
        app: String,
        #[command(flatten)]
        exec: Errand,
    },
    /// Publish it at the gateway of its host, or not any more
    Publish(Publishing),
    /// Sit down at its console; Ctrl-] leaves, and what runs there goes on
    Console { app: String },
    /// Copy a file into it
    Put {
        app: String,
        #[command(flatten)]
        put: Sending,
    },
    /// Copy a file out of it
    Get {
        app: String,
        #[command(flatten)]
        get: Fetching,
    },
}

#[derive(Debug, Args)]
pub struct Logging {
    pub app: String,
    /// Go on with what it writes from now on, until Ctrl-C
    #[arg(short, long)]
    pub follow: bool,
    /// So many lines at most
    #[arg(short = 'n', long, value_name = "N", default_value = "100")]
    pub lines: u32,
    /// From then on: 10m, 2h, 3d, or a time such as 2026-11-30T15:00:00Z
    #[arg(long, value_name = "WHEN", value_parser = read_since)]
    pub since: Option<Since>,
    /// Only lines with this text
    #[arg(long, value_name = "TEXT")]
    pub filter: Option<String>,
}

/// From when on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Since {
    Ago(std::time::Duration),
    At(crate::domain::moment::Moment),
}

fn read_since(text: &str) -> Result<Since, String> {
    if let Ok(time) = text.parse::<jiff::Timestamp>() {
        return Ok(Since::At(crate::domain::moment::Moment(time.as_millisecond())));
    }
    let unit = match text.chars().last() {
        Some('s') => 1,
        Some('m') => 60,
        Some('h') => 3_600,
        Some('d') => 86_400,
        _ => 0,
    };
    let number: Option<u64> = text.get(..text.len().saturating_sub(1)).and_then(|number| number.parse().ok());
    match number.filter(|_| unit > 0) {
        Some(number) => Ok(Since::Ago(std::time::Duration::from_secs(number.saturating_mul(unit)))),
        None => Err("write 30s, 10m, 2h, 3d, or a time such as 2026-11-30T15:00:00Z".to_owned()),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Span {
    Hour,
    Day,
    Week,
    Month,
}

impl Span {
    pub fn meant(self) -> crate::domain::history::Span {
        use crate::domain::history::Span as Meant;
        match self {
            Self::Hour => Meant::Hour,
            Self::Day => Meant::Day,
            Self::Week => Meant::Week,
            Self::Month => Meant::Month,
        }
    }
}

#[derive(Debug, Subcommand)]
pub enum Switch {
    /// Start it
    Start { app: String },
    /// Ask it to end, and cut its power when it has not after a minute
    Stop {
        app: String,
        /// Cut its power at once
        #[arg(long)]
        now: bool,
    },
    /// Restart it
    Restart { app: String },
}

#[derive(Debug, Args)]
pub struct PlanArguments {
    /// Unfold each step into its calls to Proxmox, with their parameters
    #[arg(long, global = true)]
    pub calls: bool,
    /// Print nothing but the calls, as lines for a shell
    #[arg(long = "as", value_name = "pvesh|curl", global = true)]
    pub form: Option<Form>,
    #[command(subcommand)]
    pub what: Planned,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Form {
    /// For a shell of the host
    Pvesh,
    /// For any shell; the token is to be filled in
    Curl,
}

/// What can be planned: all that changes an app.
#[derive(Debug, Subcommand)]
pub enum Planned {
    #[command(flatten)]
    Life(Life),
    #[command(flatten)]
    Switch(Switch),
    /// Take a snapshot of it
    Snapshot {
        app: String,
        /// What to call it; made up of the moment unless said otherwise
        name: Option<String>,
        #[arg(long, default_value = "")]
        note: String,
    },
    /// Remove one of its snapshots
    RemoveSnapshot { app: String, name: String },
    /// Go back to one of its snapshots
    Rollback { app: String, name: String },
}
