//! The images that the registries of the simulated world hold. What must hold: what an image is stands in its own table,
//! taken from what its makers say of it, and never follows from what somebody asks of it.

use std::sync::LazyLock;

use serde::Deserialize;

/// A repository and what its images say; the newest tag is the first.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Repository {
    pub name: String,
    pub tags: Vec<String>,
    /// Where it listens, over TCP.
    #[serde(default)]
    pub ports: Vec<u16>,
    /// Variables that move a port, by the port.
    #[serde(default)]
    pub port_from: std::collections::BTreeMap<String, String>,
    #[serde(default)]
    pub volumes: Vec<String>,
    #[serde(default)]
    pub user: String,
    #[serde(default = "root")]
    pub workdir: String,
    #[serde(default = "debian")]
    pub system: String,
    /// MiB
    #[serde(default = "small")]
    pub size: u64,
    #[serde(default = "shell")]
    pub entrypoint: Vec<String>,
    /// Beside its path.
    #[serde(default)]
    pub env: Vec<String>,
    /// Without one of each (`A|B`) it ends at once.
    #[serde(default)]
    pub requires: Vec<String>,
}

const PATH: &str = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

fn root() -> String {
    "/".into()
}

fn debian() -> String {
    "debian".into()
}

fn small() -> u64 {
    60
}

fn shell() -> Vec<String> {
    vec!["/bin/sh".into()]
}

static TABLE: LazyLock<Vec<Repository>> = LazyLock::new(|| {
    // Part of the program, and read by a test.
    serde_json::from_str(include_str!("registry.json")).unwrap_or_default()
});

pub fn repositories() -> &'static [Repository] {
    &TABLE
}

impl Repository {
    /// As its images say it.
    pub fn environment(&self) -> Vec<String> {
        [PATH.to_owned()].into_iter().chain(self.env.iter().cloned()).collect()
    }

    /// A variable that it wants and that is neither given nor its own.
    pub fn lacks(&self, given: &[String]) -> Option<&str> {
        let says = |name: &str| {
            let mut pairs = given.iter().chain(&self.env).filter_map(|pair| pair.split_once('='));
            pairs.any(|(known, value)| known == name && !value.is_empty())
        };
        self.requires.iter().map(String::as_str).find(|wanted| !wanted.split('|').any(says))
    }

    /// Where it listens with these variables.
    pub fn listens(&self, given: &[String]) -> Vec<u16> {
        let value =
            |name: &str| given.iter().rev().find_map(|pair| pair.strip_prefix(name)?.strip_prefix('=')?.parse().ok());
        let moved = |port: &u16| self.port_from.get(&port.to_string()).and_then(|name| value(name)).unwrap_or(*port);
        self.ports.iter().map(moved).collect()
    }
}
