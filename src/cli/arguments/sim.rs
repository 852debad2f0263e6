//! `sim …` as data; its words are judged where the simulator is at home.

use std::path::PathBuf;

use clap::Args;

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
