//! The command line as data.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

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
    Host(HostCommand),
    /// Guests: every container and machine that the hosts have
    #[command(subcommand)]
    Guest(GuestCommand),
    /// Apps: guests that Proximity deployed or adopted
    #[command(subcommand)]
    App(AppCommand),
    /// Serve a simulated Proxmox VE for other clients
    Sim(SimArguments),
    /// Open the deck on the demo, like --demo
    Demo,
}

#[derive(Debug, Subcommand)]
pub enum HostCommand {
    /// Add a host: look at its certificate, log in, remember both
    Add(AddHost),
    /// List the hosts
    List,
    /// Log in to a host and tell what was found and which rights are missing
    Test { name: String },
    /// Say how SSH gets in at a host: for what has to run on its nodes, or in its guests
    Edit(EditHost),
    /// Forget a host and its credential; the host itself is not touched
    Remove { name: String },
}

#[derive(Debug, Args)]
pub struct EditHost {
    pub name: String,
    /// As whom SSH logs in; root unless said otherwise
    #[arg(long, value_name = "USER")]
    pub ssh_user: Option<String>,
    /// Where its sshd listens; 22 unless said otherwise
    #[arg(long, value_name = "PORT", value_parser = clap::value_parser!(u16).range(1..))]
    pub ssh_port: Option<u16>,
    /// Log in with the keys of the running SSH agent
    #[arg(long, conflicts_with_all = ["ssh_key", "ssh_password_file"])]
    pub ssh_agent: bool,
    /// Log in with the private key in this file
    #[arg(long, value_name = "FILE", conflicts_with = "ssh_password_file")]
    pub ssh_key: Option<PathBuf>,
    /// Read that key's passphrase from this file (- for standard input)
    #[arg(long, value_name = "FILE", requires = "ssh_key")]
    pub ssh_passphrase_file: Option<PathBuf>,
    /// Log in with the password in this file (- for standard input); it is shown to the host alone, to no guest
    #[arg(long, value_name = "FILE")]
    pub ssh_password_file: Option<PathBuf>,
    /// SHA-256 fingerprint of its SSH key; without it you are asked
    #[arg(long, value_name = "SHA256:…")]
    pub ssh_fingerprint: Option<String>,
    /// Where sshd listens inside its guests; 22 unless said otherwise
    #[arg(long, value_name = "PORT", value_parser = clap::value_parser!(u16).range(1..))]
    pub guest_ssh_port: Option<u16>,
    /// Forget how SSH gets in, and by which keys the host and its nodes are known
    #[arg(long, conflicts_with_all = ["ssh_user", "ssh_port", "ssh_agent", "ssh_key", "ssh_passphrase_file", "ssh_password_file", "ssh_fingerprint", "guest_ssh_port"])]
    pub no_ssh: bool,
}

impl EditHost {
    pub fn says_nothing(&self) -> bool {
        let words = [&self.ssh_user, &self.ssh_fingerprint].into_iter().any(Option::is_some);
        let ports = [self.ssh_port, self.guest_ssh_port].iter().any(Option::is_some);
        let proofs = self.ssh_agent || self.ssh_key.is_some() || self.ssh_password_file.is_some();
        !(words || ports || proofs || self.no_ssh)
    }
}

#[derive(Debug, Args)]
pub struct AddHost {
    /// What to call it
    #[arg(long)]
    pub name: String,
    /// Where it is, such as pve.example.org or 10.0.0.2:8006; several nodes of a cluster with commas between them
    #[arg(long)]
    pub address: String,
    /// SHA-256 fingerprint of its certificate; without it you are asked
    #[arg(long)]
    pub fingerprint: Option<String>,
    /// Trust a certificate of a public authority too, as long as it is good for the address
    #[arg(long)]
    pub public_ca: bool,
    /// Log in with an API token: USER@REALM!NAME
    #[arg(long, value_name = "ID", conflicts_with = "user", required_unless_present = "user")]
    pub token: Option<String>,
    /// Read the token's secret from this file (- for standard input); without it you are asked
    #[arg(long, value_name = "FILE", requires = "token")]
    pub secret_file: Option<PathBuf>,
    /// Log in with a password: USER@REALM
    #[arg(long, value_name = "USER")]
    pub user: Option<String>,
    /// Read the password from this file (- for standard input); without it you are asked
    #[arg(long, value_name = "FILE", requires = "user")]
    pub password_file: Option<PathBuf>,
    /// The one-time code of the moment, for one log-in; unattended work wants a token
    #[arg(long, value_name = "CODE", requires = "user")]
    pub totp: Option<String>,
}

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

#[derive(Debug, Subcommand)]
pub enum AppCommand {
    /// List the apps
    List,
    /// Show one app
    Show { app: String },
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
    /// Run a command inside it; its output and its exit code are those of the command
    Exec {
        app: String,
        #[command(flatten)]
        exec: Errand,
    },
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

#[derive(Debug, Args)]
pub struct SimArguments {
    /// Where to listen; port 0 takes any free one
    #[arg(long, default_value = "127.0.0.1:0", value_name = "ADDRESS")]
    pub listen: String,
    /// How many nodes it has, 1 to 50; one alone is no cluster
    #[arg(long, default_value = "3", value_name = "N")]
    pub nodes: String,
    /// How many guests it has, up to 5000
    #[arg(long, default_value = "40", value_name = "N")]
    pub guests: String,
    /// How fast its time goes: live, or x and a factor
    #[arg(long, default_value = "live", value_name = "live|xN")]
    pub pace: String,
    /// A script of what goes wrong, and when
    #[arg(long, value_name = "FILE")]
    pub faults: Option<PathBuf>,
    /// The port at which every node answers SSH at its own address; 0 takes any free one
    #[arg(long, default_value = "0", value_name = "PORT")]
    pub ssh_port: String,
    /// The port at which running guests answer SSH at their own addresses
    #[arg(long, default_value = "22", value_name = "PORT")]
    pub guest_ssh_port: String,
    /// Public keys by which root may come to the nodes, as in a file of authorized keys; may be given several times
    #[arg(long, value_name = "FILE")]
    pub ssh_key: Vec<PathBuf>,
}
