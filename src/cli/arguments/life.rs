//! The verbs of an app's life as data. What must hold: a secret is only ever named with the file it lies in.

use std::net::IpAddr;

use clap::{ArgGroup, Args, Subcommand, ValueEnum};

use super::values::{Network, Pair};

#[derive(Debug, Subcommand)]
pub enum Life {
    /// Make an app of a recipe
    Deploy(Box<Deploying>),
    /// Make a copy of an app beside it
    Clone(Cloning),
    /// Bring apps to the version of their recipes
    Update(Updating),
    /// Put an app into the recycle bin; one that was adopted is only forgotten
    Delete {
        app: String,
        /// Destroy its container and its disks at once
        #[arg(long)]
        for_good: bool,
    },
    /// Take an app out of the recycle bin
    Restore { app: String },
    /// Take an app out of our books; its container stays as it is
    Forget { app: String },
    /// Make containers that are there apps: they are looked at, never touched and never restarted
    Adopt(Adopting),
    /// Give an app more or less of its node
    Resize(Resizing),
    /// Change the settings of an app; those that are not named stay
    Edit(Editing),
    /// Move an app to another node of its cluster
    #[command(alias = "move")]
    Migrate(Migrating),
    /// Run a command inside an app as an operation, which goes on and is kept in its log
    Run {
        app: String,
        /// The command and its words, after two dashes
        #[arg(last = true, required = true, value_name = "COMMAND")]
        command: Vec<String>,
    },
}

#[derive(Debug, Args)]
#[command(group(ArgGroup::new("where").required(true).args(["node", "to", "targets"])))]
pub struct Migrating {
    pub app: String,
    /// Where it is to be
    pub node: Option<String>,
    /// The same, with a name
    #[arg(long, value_name = "NODE")]
    pub to: Option<String>,
    /// Only tell where it may go, for how long it would be off, and what stands in the way
    #[arg(long)]
    pub targets: bool,
}

#[derive(Debug, Args)]
pub struct Adopting {
    /// Containers, each as HOST/VMID
    #[arg(required_unless_present_any = ["all", "host"], value_name = "HOST/VMID")]
    pub guests: Vec<String>,
    /// All containers of all hosts that are nobody's app
    #[arg(long, conflicts_with = "guests")]
    pub all: bool,
    /// All of them on one host
    #[arg(long, conflicts_with_all = ["guests", "all"])]
    pub host: Option<String>,
    /// Only tell what each is and what it would be as an app
    #[arg(long, visible_alias = "dry-run")]
    pub look: bool,
    #[command(flatten)]
    pub one: OneAdopted,
    /// Take them into the pool of our apps, by which schedules and rights may go
    #[arg(long)]
    pub pool: bool,
    /// Set their consoles to a shell, which is felt from their next restart on
    #[arg(long)]
    pub console: bool,
}

/// What is said of a single one; what is not said is as it was seen.
#[derive(Debug, Args)]
pub struct OneAdopted {
    /// What to call it; as its container is called unless said otherwise
    #[arg(long, conflicts_with_all = ["all", "host"])]
    pub name: Option<String>,
    /// The recipe that it resembles, or `none`
    #[arg(long, conflicts_with_all = ["all", "host"])]
    pub recipe: Option<String>,
    /// Where its page is, or what it is for
    #[arg(long, conflicts_with_all = ["all", "host"], value_parser = clap::value_parser!(u16).range(1..))]
    pub port: Option<u16>,
    /// The path of its page
    #[arg(long, conflicts_with_all = ["all", "host"])]
    pub path: Option<String>,
    /// How it is seen that it works
    #[arg(long, conflicts_with_all = ["all", "host"])]
    pub probe: Option<Looking>,
}

impl OneAdopted {
    pub fn says_something(&self) -> bool {
        self.name.is_some()
            || self.recipe.is_some()
            || self.port.is_some()
            || self.path.is_some()
            || self.probe.is_some()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Looking {
    /// By its page
    Http,
    /// By its port
    Tcp,
    /// Not at all
    None,
}

#[derive(Debug, Args)]
pub struct Deploying {
    /// As `catalog list` names it
    pub recipe: String,
    /// What to call the app; as its recipe unless said otherwise
    #[arg(long)]
    pub name: Option<String>,
    /// How it becomes a container; the recipe prefers one
    #[arg(long)]
    pub method: Option<Way>,
    /// On which host
    #[arg(long)]
    pub host: Option<String>,
    /// On which node; the best one unless said otherwise
    #[arg(long)]
    pub node: Option<String>,
    /// Where its disks are to be
    #[arg(long)]
    pub storage: Option<String>,
    /// To which bridge its network card goes
    #[arg(long)]
    pub bridge: Option<String>,
    /// In which VLAN
    #[arg(long, value_name = "TAG", value_parser = clap::value_parser!(u16).range(1..=4094))]
    pub vlan: Option<u16>,
    #[command(flatten)]
    pub address: Place,
    /// The name server it asks
    #[arg(long, value_name = "ADDRESS")]
    pub nameserver: Option<IpAddr>,
    /// The domain it looks for names in
    #[arg(long, value_name = "DOMAIN")]
    pub search_domain: Option<String>,
    /// How many processor cores
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub cores: Option<u32>,
    /// Memory in MiB
    #[arg(long, value_name = "MIB", value_parser = clap::value_parser!(u64).range(16..))]
    pub memory: Option<u64>,
    /// Its root disk in GiB
    #[arg(long, value_name = "GIB", value_parser = clap::value_parser!(u64).range(1..))]
    pub disk: Option<u64>,
    /// Into which pool it goes
    #[arg(long)]
    pub pool: Option<String>,
    #[command(flatten)]
    pub settings: Answers,
    /// What becomes of what was made, should it fail
    #[arg(long, value_name = "undo|ask|keep", default_value = "undo")]
    pub on_failure: OnFailure,
    /// It is not backed up by itself
    #[arg(long)]
    pub no_backup: bool,
}

#[derive(Debug, Args)]
pub struct Cloning {
    pub app: String,
    /// What to call the copy; as the original with a number unless said otherwise
    #[arg(long)]
    pub name: Option<String>,
    #[command(flatten)]
    pub address: Place,
}

/// Where a container is on its network.
#[derive(Debug, Args)]
pub struct Place {
    /// A fixed address with its prefix, such as 10.0.0.5/24; by DHCP unless said otherwise
    #[arg(long, value_name = "ADDRESS/PREFIX")]
    pub ip: Option<Network>,
    /// By which router it reaches other networks
    #[arg(long, value_name = "ADDRESS", requires = "ip")]
    pub gateway: Option<IpAddr>,
}

/// What a recipe asks.
#[derive(Debug, Args)]
pub struct Answers {
    /// A setting of the recipe; may be given several times
    #[arg(long, value_name = "NAME=VALUE")]
    pub set: Vec<Pair>,
    /// A secret of the recipe, read from this file (- for standard input); may be given several times
    #[arg(long, value_name = "NAME=FILE")]
    pub secret_file: Vec<Pair>,
}

#[derive(Debug, Args)]
pub struct Updating {
    #[arg(required_unless_present = "all")]
    pub apps: Vec<String>,
    /// All for which there is a newer version
    #[arg(long, conflicts_with = "apps")]
    pub all: bool,
}

#[derive(Debug, Args)]
#[command(group(ArgGroup::new("size").required(true).multiple(true).args(["cores", "memory", "swap", "disk"])))]
pub struct Resizing {
    pub app: String,
    /// How many processor cores
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub cores: Option<u32>,
    /// Memory in MiB
    #[arg(long, value_name = "MIB", value_parser = clap::value_parser!(u64).range(16..))]
    pub memory: Option<u64>,
    /// Swap in MiB
    #[arg(long, value_name = "MIB")]
    pub swap: Option<u64>,
    /// Its root disk in GiB; it never gets smaller again
    #[arg(long, value_name = "GIB", value_parser = clap::value_parser!(u64).range(1..))]
    pub disk: Option<u64>,
}

#[derive(Debug, Args)]
#[command(group(ArgGroup::new("answer").required(true).multiple(true).args(["set", "secret_file"])))]
pub struct Editing {
    pub app: String,
    #[command(flatten)]
    pub settings: Answers,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Way {
    /// Docker Compose inside the container
    Compose,
    /// An image that becomes the container
    Oci,
    /// Packages and files in a plain Debian
    Script,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum OnFailure {
    /// It is taken back
    Undo,
    /// You are asked
    Ask,
    /// It stays
    Keep,
}
