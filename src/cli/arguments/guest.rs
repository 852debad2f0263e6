//! `guest …` as data, and what apps and guests have in common: a guest is named `host/vmid`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub enum GuestCommand {
    /// List the guests of all hosts
    List,
    /// Show one guest
    Show { guest: String },
    /// Start it
    Start { guest: String },
    /// Ask it to end, and cut its power when it has not after a minute
    Stop {
        guest: String,
        /// Cut its power at once
        #[arg(long)]
        now: bool,
    },
    /// Restart it
    Restart { guest: String },
    /// Take the SSH key that a guest shows now, because it was set up anew
    Trust { guest: String },
    /// Run a command inside it; its output and its exit code are those of the command
    Exec {
        guest: String,
        #[command(flatten)]
        exec: Errand,
    },
    /// Sit down at its console; Ctrl-] leaves, and what runs there goes on
    Console { guest: String },
    /// Copy a file into it
    Put {
        guest: String,
        #[command(flatten)]
        put: Sending,
    },
    /// Copy a file out of it
    Get {
        guest: String,
        #[command(flatten)]
        get: Fetching,
    },
}

#[derive(Debug, Args)]
pub struct Errand {
    /// Show a job again that was begun before and goes on by itself
    #[arg(long, value_name = "ID")]
    pub job: Option<String>,
    /// The command and its words, after two dashes; a shell is asked for by `-- sh -c '…'`
    #[arg(last = true, value_name = "COMMAND")]
    pub command: Vec<String>,
}

#[derive(Debug, Args)]
pub struct Sending {
    /// A file of this machine
    pub from: PathBuf,
    /// Where it goes; with a slash at its end it is a folder
    pub to: String,
    /// Its permissions, such as 640; without this those it has here
    #[arg(long)]
    pub mode: Option<Mode>,
    /// Whose it is to be: USER or USER:GROUP
    #[arg(long)]
    pub owner: Option<String>,
}

#[derive(Debug, Args)]
pub struct Fetching {
    /// A file inside
    pub from: String,
    /// Where it goes on this machine, - for standard output; without this its own name, here
    pub to: Option<PathBuf>,
}

/// Permissions as `chmod` takes them in numbers.
#[derive(Debug, Clone, Copy)]
pub struct Mode(pub u32);

impl std::str::FromStr for Mode {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mode = u32::from_str_radix(text, 8).ok().filter(|mode| *mode <= 0o7777);
        mode.map(Self).ok_or_else(|| "it is three or four digits from 0 to 7, such as 640".into())
    }
}
