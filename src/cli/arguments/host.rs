//! `host …` as data. What must hold: no secret is an argument, which every process can read.

use std::path::PathBuf;

use clap::{Args, Subcommand};

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
    /// Say how SSH gets in at a host: for what has to run on its nodes, or in its guests
    Edit(EditHost),
    /// Forget a host and its credential; the host itself is not touched
    Remove { name: String },
    /// Move a few apps so that no node works harder than the others
    Balance {
        name: String,
        #[command(flatten)]
        moving: Moving,
    },
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
    /// Only tell what would be moved, and what that costs
    #[arg(long)]
    pub plan: bool,
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
