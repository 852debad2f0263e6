//! `gateway …` and `app publish` as data.

use clap::{Args, Subcommand, ValueEnum};

use super::life::Place;

#[derive(Debug, Subcommand)]
pub enum GatewayCommand {
    /// Make the gateway of a host: a small container that passes names on to its apps
    Make(Box<Making>),
    /// List the gateways
    List,
    /// Show a gateway: its routes, what they lead to, what waits
    Show {
        /// Which one; not needed where there is one only
        gateway: Option<String>,
        /// Print the file that it should have, and nothing else
        #[arg(long)]
        file: bool,
    },
    /// Give a gateway its routes now; `watch` and the deck do so by themselves
    Publish { gateway: Option<String> },
    /// Put a gateway into the recycle bin; its apps stay, by their own addresses
    Remove { gateway: Option<String> },
    /// Print the certificate of a gateway's own authority, for browsers to trust
    Ca { gateway: Option<String> },
}

#[derive(Debug, Args)]
pub struct Making {
    /// On which host; not needed where there is one only
    #[arg(long)]
    pub host: Option<String>,
    /// On which node; the best one unless said otherwise
    #[arg(long)]
    pub node: Option<String>,
    /// What to call it
    #[arg(long)]
    pub name: Option<String>,
    /// Below which domain the apps are published; your DNS leads *.DOMAIN to the gateway
    #[arg(long, default_value = "home.arpa")]
    pub domain: String,
    /// Where its certificates come from
    #[arg(long, value_enum, default_value_t)]
    pub tls: Certificates,
    /// The mail address that a public authority is given
    #[arg(long, value_name = "MAIL")]
    pub email: Option<String>,
    #[command(flatten)]
    pub address: Place,
    /// To which bridge its network card goes
    #[arg(long)]
    pub bridge: Option<String>,
    /// Where its disk is to be
    #[arg(long)]
    pub storage: Option<String>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Certificates {
    /// It is its own authority
    #[default]
    Internal,
    /// Let's Encrypt, for public names
    Acme,
    /// Plain HTTP
    Off,
}

#[derive(Debug, Args)]
pub struct Publishing {
    pub app: String,
    /// Under this name, below the gateway's domain
    #[arg(long = "as", value_name = "NAME", conflicts_with = "not")]
    pub label: Option<String>,
    /// At this port of the gateway as well
    #[arg(long, conflicts_with = "not", value_parser = clap::value_parser!(u16).range(1..))]
    pub port: Option<u16>,
    /// Not at all
    #[arg(long)]
    pub not: bool,
    /// Write it down only; the gateway gets it later
    #[arg(long)]
    pub later: bool,
}
