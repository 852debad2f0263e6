//! `host …` as data. What must hold: no secret is an argument, which every process can read.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::backup::Rehearsal;
use crate::domain::host::HostDefaults;

#[derive(Debug, Subcommand)]
pub enum HostCommand {
    /// Add a host: look at its certificate, log in, remember both
    Add(AddHost),
    /// List the hosts
    List,
    /// Show all that is known of a host: its nodes, defaults, roads, and what runs out
    Show { name: String },
    /// Log in to a host and tell what was found and which rights are missing
    Test { name: String },
    /// Change a host: its address, its credential, what new apps go by there, how SSH gets in; rename it, switch it off
    Edit(EditHost),
    /// Give a host a new token in place of the one that is used, which is removed
    Rotate(RotateHost),
    /// Forget a host and its credential; the host itself is not touched
    Remove { name: String },
    /// Move a few apps so that no node works harder than the others
    Balance {
        name: String,
        #[command(flatten)]
        moving: Moving,
    },
    /// Take back what apps were given and do not need, by a week of what they used
    Reclaim(Reclaiming),
    /// Move every app off a node, to the best other nodes
    Evacuate {
        /// The node, as HOST/NODE
        node: String,
        /// Take other containers along as well; machines stay
        #[arg(long)]
        all: bool,
        /// Leave behind what cannot move
        #[arg(long)]
        partly: bool,
        #[command(flatten)]
        moving: Moving,
    },
    /// Clear away what operations left over on a host: containers and snapshots that nobody needs
    Tidy {
        name: String,
        #[command(flatten)]
        moving: Moving,
    },
    /// Move back to a node what its last evacuation took away
    Fill {
        /// The node, as HOST/NODE
        node: String,
        #[command(flatten)]
        moving: Moving,
    },
}

#[derive(Debug, Args)]
pub struct Moving {
    /// Only tell what would be done, and what that costs
    #[arg(long)]
    pub plan: bool,
}

#[derive(Debug, Args)]
pub struct Reclaiming {
    /// The host
    #[arg(value_name = "HOST")]
    pub host: String,
    /// Only from these, with commas between them
    #[arg(long, value_name = "APP,APP", value_delimiter = ',')]
    pub apps: Vec<String>,
    #[command(flatten)]
    pub rehearsal: Rehearsal,
}

#[derive(Debug, Subcommand)]
pub enum NodeCommand {
    /// Look closer at a node: load, pressure, storages, guests, tasks, certificates, and what its version can do
    Show {
        /// HOST/NODE, such as home/pve1
        node: String,
    },
}

#[derive(Debug, Args)]
pub struct EditHost {
    pub name: String,
    /// Call it this from now on
    #[arg(long, value_name = "NAME")]
    pub rename: Option<String>,
    /// Where it is; several nodes of a cluster with commas between them
    #[arg(long)]
    pub address: Option<String>,
    /// SHA-256 fingerprint of the certificate that it is to be known by
    #[arg(long)]
    pub fingerprint: Option<String>,
    /// Trust a certificate of a public authority too, as long as it is good for the address; or no more
    #[arg(long, value_name = "yes|no")]
    pub public_ca: Option<YesNo>,
    /// Log in with this API token from now on: USER@REALM!NAME
    #[arg(long, value_name = "ID", conflicts_with = "user")]
    pub token: Option<String>,
    /// Read the token's secret from this file (- for standard input); without it you are asked
    #[arg(long, value_name = "FILE", requires = "token")]
    pub secret_file: Option<PathBuf>,
    /// Log in with a password from now on: USER@REALM
    #[arg(long, value_name = "USER")]
    pub user: Option<String>,
    /// Read the password from this file (- for standard input); without it you are asked
    #[arg(long, value_name = "FILE", requires = "user")]
    pub password_file: Option<PathBuf>,
    /// The one-time code of the moment
    #[arg(long, value_name = "CODE", requires = "user")]
    pub totp: Option<String>,
    #[command(flatten)]
    pub defaults: DefaultsSaid,
    /// Ask it again
    #[arg(long, conflicts_with = "off")]
    pub on: bool,
    /// Do not ask it any more; nothing of it is forgotten
    #[arg(long)]
    pub off: bool,
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
    /// Whether something beside SSH is to be changed.
    pub fn changes_the_host(&self) -> bool {
        let texts = [&self.rename, &self.address, &self.fingerprint, &self.token, &self.user];
        let said = texts.into_iter().any(Option::is_some) || self.public_ca.is_some();
        said || self.on || self.off || !self.defaults.says_nothing()
    }

    pub fn says_nothing_of_ssh(&self) -> bool {
        let words = [&self.ssh_user, &self.ssh_fingerprint].into_iter().any(Option::is_some);
        let ports = [self.ssh_port, self.guest_ssh_port].iter().any(Option::is_some);
        let proofs = self.ssh_agent || self.ssh_key.is_some() || self.ssh_password_file.is_some();
        !(words || ports || proofs || self.no_ssh)
    }
}

/// What new apps go by; an empty word leaves it to Proximity again.
#[derive(Debug, Args)]
pub struct DefaultsSaid {
    /// Where the disks of new apps lie
    #[arg(long, value_name = "STORAGE")]
    pub storage: Option<String>,
    /// Where backups go
    #[arg(long, value_name = "STORAGE")]
    pub backups: Option<String>,
    /// Where templates and images lie
    #[arg(long, value_name = "STORAGE")]
    pub templates: Option<String>,
    /// What new apps hang on
    #[arg(long)]
    pub bridge: Option<String>,
    /// The pool that new apps come into
    #[arg(long)]
    pub pool: Option<String>,
}

impl DefaultsSaid {
    pub fn says_nothing(&self) -> bool {
        let all = [&self.storage, &self.backups, &self.templates, &self.bridge, &self.pool];
        all.into_iter().all(Option::is_none)
    }

    /// On top of what there is.
    pub fn over(&self, before: &HostDefaults) -> HostDefaults {
        let word = |said: &Option<String>, before: &Option<String>| match said.as_deref() {
            Some("") => None,
            Some(said) => Some(said.to_owned()),
            None => before.clone(),
        };
        HostDefaults {
            storage: word(&self.storage, &before.storage),
            backups: word(&self.backups, &before.backups),
            templates: word(&self.templates, &before.templates),
            bridge: word(&self.bridge, &before.bridge),
            pool: word(&self.pool, &before.pool),
        }
    }
}

#[derive(Debug, Args)]
pub struct RotateHost {
    pub name: String,
    /// Lend the log-in of this user, for this once: the token by itself may rarely make another
    #[arg(long, value_name = "USER")]
    pub user: Option<String>,
    /// Read the lent password from this file (- for standard input); without it you are asked
    #[arg(long, value_name = "FILE", requires = "user")]
    pub password_file: Option<PathBuf>,
    /// The one-time code of the moment
    #[arg(long, value_name = "CODE", requires = "user")]
    pub totp: Option<String>,
    /// After so many days the new token runs out; without it never
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub days: Option<u16>,
}

/// A token of our own.
#[derive(Debug, Args)]
pub struct LeastSaid {
    /// Make a token of its own with as few rights as work, and forget the password
    #[arg(long, requires = "user")]
    pub least: bool,
    /// The token reaches the guests of this pool, which is made where there is none; proximity unless said otherwise
    #[arg(long, requires = "least", conflicts_with = "all_guests")]
    pub pool: Option<String>,
    /// The token reaches all guests
    #[arg(long, requires = "least")]
    pub all_guests: bool,
    /// Where disks, backups and templates may lie; several with several flags. Without it the roomiest of each
    #[arg(long, requires = "least", value_name = "STORAGE")]
    pub storage: Vec<String>,
    /// What new apps may hang on; several with several flags. Without it the bridge that most nodes have
    #[arg(long, requires = "least")]
    pub bridge: Vec<String>,
    /// Whose token it is; the user is made where there is none, without a password
    #[arg(long, requires = "least", value_name = "USER", default_value = "proximity@pve")]
    pub token_user: String,
    /// After so many days the token runs out; without it never
    #[arg(long, requires = "least", value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub token_days: Option<u16>,
    /// Do not let it fetch templates and images from the network
    #[arg(long, requires = "least")]
    pub no_fetch: bool,
    /// Make no nightly backup job for the pool
    #[arg(long, requires = "least")]
    pub no_backup: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum YesNo {
    Yes,
    No,
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
    #[command(flatten)]
    pub least: LeastSaid,
}
