//! A recipe, version 1: what to run, what it needs, how to probe it and what to keep. It mirrors a file of the catalog
//! word for word; a word that is not known here is refused.

use serde::{Deserialize, Serialize};

use super::{Colour, Dependency, Facts, Hooks, Imported, Methods, Newest, Probe, PveVersion, RecipeId, Setting};
use crate::domain::app::Method;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Recipe {
    /// Names the schema to an editor; nothing else reads it.
    #[serde(rename = "$schema", default, skip_serializing_if = "Option::is_none")]
    pub schema_file: Option<String>,
    pub schema: u32,
    pub id: RecipeId,
    pub name: String,
    /// Of the app, not of the recipe.
    pub version: String,
    /// Where its newest version is told.
    #[serde(default)]
    pub newest: Option<Newest>,
    pub tagline: String,
    pub description: String,
    pub category: String,
    #[serde(default)]
    pub tags: Vec<String>,
    #[serde(default)]
    pub glyph: Option<char>,
    #[serde(default)]
    pub colour: Option<Colour>,
    #[serde(default)]
    pub links: Links,
    /// Of the app, by its SPDX name.
    pub license: String,
    pub resources: Resources,
    #[serde(default)]
    pub needs: Vec<Need>,
    #[serde(default = "common_architectures")]
    pub architectures: Vec<Architecture>,
    #[serde(default)]
    pub ports: Vec<Port>,
    #[serde(default)]
    pub volumes: Vec<Volume>,
    #[serde(default)]
    pub settings: Vec<Setting>,
    pub probe: Probe,
    pub methods: Methods,
    /// Other apps of the catalog that it works with.
    #[serde(default)]
    pub depends: Vec<Dependency>,
    #[serde(default)]
    pub hooks: Hooks,
    /// What to do the first time, and with which name and password.
    #[serde(default)]
    pub first_login: Option<String>,
    #[serde(default)]
    pub update_notes: Option<String>,
    /// How far all of this was checked.
    #[serde(default)]
    pub facts: Facts,
    /// Where it comes from, if it was not written as a recipe.
    #[serde(default)]
    pub imported: Option<Imported>,
}

impl Recipe {
    /// The one this Proximity reads.
    pub const SCHEMA: u32 = 1;

    /// The recipe's own choice first.
    pub fn methods_offered(&self) -> Vec<Method> {
        let mut offered: Vec<_> = [
            (Method::Compose, self.methods.compose.is_some()),
            (Method::Oci, self.methods.oci.is_some()),
            (Method::Script, self.methods.script.is_some()),
        ]
        .into_iter()
        .filter_map(|(method, is_there)| is_there.then_some(method))
        .collect();
        offered.sort_by_key(|method| self.methods.preferred != Some(*method));
        offered
    }

    /// The recipe's choice for this version of Proxmox VE first; where none is known, its choice in general.
    pub fn methods_on(&self, version: Option<PveVersion>) -> Vec<Method> {
        let mut offered = self.methods_offered();
        let choices = &self.methods.preferred_from;
        if let Some((_, preferred)) = version.and_then(|version| choices.range(..=version).next_back()) {
            offered.sort_by_key(|method| method != preferred);
        }
        offered
    }

    /// Where the operator is sent when he opens the app.
    pub fn main_port(&self) -> Option<&Port> {
        self.ports.iter().find(|port| port.main)
    }

    pub fn images(&self, method: Method) -> Vec<String> {
        match method {
            Method::Compose => {
                let services = self.methods.compose.iter().flat_map(|compose| compose.services.values());
                services.map(|service| service.image.clone()).collect()
            }
            Method::Oci => self.methods.oci.iter().map(|oci| oci.image.clone()).collect(),
            Method::Script => Vec::new(),
        }
    }
}

fn common_architectures() -> Vec<Architecture> {
    vec![Architecture::Amd64, Architecture::Arm64]
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Links {
    #[serde(default)]
    pub home: Option<String>,
    #[serde(default)]
    pub docs: Option<String>,
    #[serde(default)]
    pub source: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Resources {
    pub cores: Range,
    /// MiB
    pub memory: Range,
    /// GiB, of the root without the volumes
    pub disk: Range,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Range {
    pub min: u32,
    pub recommended: u32,
}

/// Something looser than a plain unprivileged container; the operator is told why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Need {
    pub kind: NeedKind,
    pub why: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NeedKind {
    Nesting,
    Keyctl,
    Tun,
    Gpu,
    Fuse,
    Privileged,
}

impl NeedKind {
    pub fn told(self) -> &'static str {
        match self {
            Self::Nesting => "nesting",
            Self::Keyctl => "keyctl",
            Self::Tun => "a tun device",
            Self::Gpu => "a GPU",
            Self::Fuse => "FUSE",
            Self::Privileged => "a privileged container",
        }
    }
}

/// A kind of processor, as Debian names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Architecture {
    Amd64,
    Arm64,
    Armhf,
    I386,
    Riscv64,
}

impl Architecture {
    pub const ALL: [Self; 5] = [Self::Amd64, Self::Arm64, Self::Armhf, Self::I386, Self::Riscv64];

    pub fn slug(self) -> &'static str {
        match self {
            Self::Amd64 => "amd64",
            Self::Arm64 => "arm64",
            Self::Armhf => "armhf",
            Self::I386 => "i386",
            Self::Riscv64 => "riscv64",
        }
    }
}

/// A port of the guest, whatever the method.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Port {
    pub name: String,
    pub port: u16,
    #[serde(default)]
    pub protocol: Protocol,
    /// Only for what a browser opens.
    #[serde(default)]
    pub scheme: Option<Scheme>,
    #[serde(default = "root_path")]
    pub path: String,
    #[serde(default)]
    pub main: bool,
}

fn root_path() -> String {
    "/".to_owned()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Protocol {
    #[default]
    Tcp,
    Udp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scheme {
    Http,
    Https,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Volume {
    pub name: String,
    /// Where the app finds it.
    pub path: String,
    #[serde(default)]
    pub kind: VolumeKind,
    /// GiB, a hint
    pub size: u32,
    #[serde(default = "yes")]
    pub backup: bool,
    /// By number, `472` or `472:0`, where a service of Compose does not run as root. A container's own mount points always
    /// belong to root.
    #[serde(default)]
    pub owner: Option<String>,
}

fn yes() -> bool {
    true
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum VolumeKind {
    #[default]
    Data,
    Cache,
    Config,
}
