//! The ways a recipe offers to become a container. All texts in them know one syntax for values: `${NAME}` is a setting
//! and `$$` a dollar.

use std::{collections::BTreeMap, fmt};

use serde::{
    Deserialize, Deserializer, Serialize,
    de::{Error, SeqAccess, Visitor, value::SeqAccessDeserializer},
};

use super::PveVersion;
use crate::domain::app::Method;

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Methods {
    /// Which one to take where all are possible.
    #[serde(default)]
    pub preferred: Option<Method>,
    /// The same from a version of Proxmox VE on, such as `9.1`; the newest that fits counts.
    #[serde(default)]
    pub preferred_from: BTreeMap<PveVersion, Method>,
    #[serde(default)]
    pub compose: Option<Compose>,
    #[serde(default)]
    pub oci: Option<Oci>,
    #[serde(default)]
    pub script: Option<ScriptRecipe>,
}

/// Docker Compose inside the container.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Compose {
    pub services: BTreeMap<String, Service>,
    /// Written beside the compose file; services name them.
    #[serde(default)]
    pub files: Vec<ComposeFile>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ComposeFile {
    /// A plain name without folders: `prometheus.yml`.
    pub name: String,
    /// Octal, such as `0640`.
    #[serde(default = "plain_mode")]
    pub mode: String,
    pub content: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Service {
    pub image: String,
    /// Of what stands behind the tag, `sha256:…`, where it is known.
    #[serde(default)]
    pub digest: Option<String>,
    #[serde(default)]
    pub command: Option<Words>,
    #[serde(default)]
    pub entrypoint: Option<Words>,
    #[serde(default)]
    pub environment: BTreeMap<String, String>,
    /// `8080:80` or `53:53/udp`: the guest's port, then the service's.
    #[serde(default)]
    pub ports: Vec<String>,
    /// `name:/path` or `name:/path:ro`, of the recipe's volumes.
    #[serde(default)]
    pub volumes: Vec<String>,
    /// `name:/path` of the files beside the compose file; they are read-only inside.
    #[serde(default)]
    pub files: Vec<String>,
    #[serde(default)]
    pub depends_on: Vec<String>,
    #[serde(default)]
    pub healthcheck: Option<Healthcheck>,
    #[serde(default)]
    pub user: Option<String>,
    #[serde(default)]
    pub cap_add: Vec<String>,
    #[serde(default)]
    pub hostname: Option<String>,
    #[serde(default)]
    pub working_dir: Option<String>,
    /// Paths that are kept in memory only.
    #[serde(default)]
    pub tmpfs: Vec<String>,
    /// MiB of memory that its processes share.
    #[serde(default)]
    pub shared_memory: Option<u32>,
    #[serde(default)]
    pub sysctls: BTreeMap<String, String>,
    /// Devices of the app's container that it may use: `/dev/net/tun`.
    #[serde(default)]
    pub devices: Vec<String>,
    /// It uses the addresses and ports of the app's container itself.
    #[serde(default)]
    pub host_network: bool,
    /// A small first process collects what others leave.
    #[serde(default)]
    pub init: bool,
    /// Seconds that it gets to end.
    #[serde(default)]
    pub stop_grace: Option<u32>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Healthcheck {
    /// A line is run by the shell, words are run as they are.
    pub test: Words,
    /// Seconds
    #[serde(default = "ten")]
    pub interval: u32,
    /// Seconds
    #[serde(default = "ten")]
    pub timeout: u32,
    #[serde(default = "six")]
    pub retries: u32,
    /// Seconds in which failing does not count.
    #[serde(default)]
    pub start_period: u32,
}

fn ten() -> u32 {
    10
}

fn six() -> u32 {
    6
}

/// A command, as one line or as its words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Words {
    Line(String),
    Words(Vec<String>),
}

impl Words {
    pub fn texts(&self) -> &[String] {
        match self {
            Self::Line(line) => std::slice::from_ref(line),
            Self::Words(words) => words,
        }
    }
}

/// By hand, because an untagged enum forgets at which line it failed and why.
impl<'de> Deserialize<'de> for Words {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = Words;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a line or a list of words")
            }

            fn visit_str<E: Error>(self, line: &str) -> Result<Words, E> {
                Ok(Words::Line(line.to_owned()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, words: A) -> Result<Words, A::Error> {
                Vec::deserialize(SeqAccessDeserializer::new(words)).map(Words::Words)
            }
        }
        deserializer.deserialize_any(Either)
    }
}

/// An image that becomes the container itself; the recipe's volumes become its mount points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Oci {
    /// With its registry and its tag: `docker.io/vaultwarden/server:1.34.3`.
    pub image: String,
    /// Of what stands behind the tag, where it is known. Proxmox takes images by their tags only, so it is told and not
    /// enforced.
    #[serde(default)]
    pub digest: Option<String>,
    #[serde(default)]
    pub environment: BTreeMap<String, String>,
    /// Without it the image's own is run.
    #[serde(default)]
    pub entrypoint: Option<String>,
}

/// A plain Debian template, and what is done in it, in this order: packages, files, commands, services.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ScriptRecipe {
    #[serde(default)]
    pub packages: Vec<String>,
    #[serde(default)]
    pub files: Vec<ScriptFile>,
    /// Lines for `sh`, run with `set -eu` after the file of settings was read: here a setting is a variable, and no
    /// `${…}` is replaced.
    #[serde(default)]
    pub commands: Vec<String>,
    /// Enabled and restarted at the end.
    #[serde(default)]
    pub services: Vec<String>,
    /// Lines for `sh` that bring a running app to its newest version.
    #[serde(default)]
    pub update: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ScriptFile {
    pub path: String,
    /// Octal, such as `0640`.
    #[serde(default = "plain_mode")]
    pub mode: String,
    /// `user` or `user:group`
    #[serde(default)]
    pub owner: Option<String>,
    pub content: String,
}

fn plain_mode() -> String {
    "0644".to_owned()
}
