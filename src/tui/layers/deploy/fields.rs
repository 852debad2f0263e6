//! The fields of a new app, made of its recipe.

use super::{Around, Deploy};
use crate::{
    domain::{
        catalog::{Kind, Recipe, Setting},
        defaults::Addresses,
        ids::NodeKey,
    },
    tui::layers::forms::Field,
};

/// What a field is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Name,
    Method,
    Where,
    Bridge,
    Vlan,
    Network,
    Address,
    Gateway,
    Cores,
    Memory,
    Disk,
    /// By its place in the recipe.
    Setting(usize),
    Nights,
    OnFailure,
}

pub const BEST: &str = "best node";
pub const DHCP: &str = "DHCP";
pub const FIXED: &str = "fixed";
pub const POOL: &str = "of the pool";
pub const ASK: &str = "ask";
pub const UNDO: &str = "undo";
pub const KEEP: &str = "keep";
pub const YES: &str = "yes";
pub const NO: &str = "no";

pub fn of(recipe: &Recipe, around: &Around) -> (Vec<Field>, Vec<Part>) {
    let (need, usual) = (&recipe.resources, &around.usual);
    let (sizes, net) = (&usual.resources, &usual.network);
    let said = |text: &str, nothing: &str| if text.is_empty() { nothing.to_owned() } else { text.to_owned() };
    let vlan = if net.vlan == 0 { "none".to_owned() } else { net.vlan.to_string() };
    let networks: &[&str] = if net.addresses == Addresses::Pool { &[POOL, DHCP, FIXED] } else { &[DHCP, FIXED] };
    let mut all = vec![
        (Part::Name, Field::plain("name", recipe.id.to_string())),
        (
            Part::Method,
            Field::choice("method", recipe.methods_on(around.version).into_iter().map(|method| method.slug())),
        ),
        (Part::Where, Field::choice("where", std::iter::once(BEST.into()).chain(node_names(&around.nodes)))),
        (Part::Bridge, Field::plain("bridge", said(&net.bridge, "the node's first one"))),
        (Part::Vlan, Field::plain("VLAN", vlan)),
        (Part::Network, Field::choice("network", networks.iter().copied())),
        (Part::Cores, Field::plain("cores", sizes.cores(need.cores.recommended, need.cores.min).to_string())),
        (
            Part::Memory,
            Field::plain(
                "memory, MB",
                sizes.memory(need.memory.recommended.into(), need.memory.min.into()).to_string(),
            ),
        ),
        (
            Part::Disk,
            Field::plain("disk, GB", sizes.disk(need.disk.recommended.into(), need.disk.min.into()).to_string()),
        ),
    ];
    let settings = recipe.settings.iter().enumerate();
    all.extend(settings.map(|(i, setting)| (Part::Setting(i), of_setting(setting, around))));
    all.push((Part::Nights, Field::choice("nightly backup", [YES, NO])));
    all.push((Part::OnFailure, Field::choice("if it fails", [ASK, UNDO, KEEP])));
    let (parts, fields) = all.into_iter().unzip();
    (fields, parts)
}

/// A node's name alone, unless two hosts have one of that name.
pub fn node_names(nodes: &[NodeKey]) -> Vec<String> {
    let hosts = |node: &NodeKey| nodes.iter().any(|other| other.host != node.host);
    let name =
        |node: &NodeKey| if hosts(node) { format!("{}/{}", node.host, node.node) } else { node.node.to_string() };
    nodes.iter().map(name).collect()
}

pub fn of_setting(setting: &Setting, around: &Around) -> Field {
    let label = if setting.label.is_empty() { setting.name.clone() } else { setting.label.clone() };
    let hint = setting.default.clone().unwrap_or_else(|| hint(setting));
    match &setting.kind {
        Kind::Bool => chosen(Field::choice(label, ["false", "true"]), setting),
        Kind::Choice { choices } => chosen(Field::choice(label, choices.iter().cloned()), setting),
        Kind::Secret { generate: Some(_) } => Field::secret(label, "made for you"),
        Kind::Secret { generate: None } => Field::secret(label, if setting.required { "needed" } else { "none" }),
        Kind::Timezone => match &around.zone {
            Some(zone) => Field::plain(label, hint).filled(zone),
            None => Field::plain(label, hint),
        },
        Kind::Text | Kind::Number { .. } | Kind::Port | Kind::Path => Field::plain(label, hint),
    }
}

fn chosen(field: Field, setting: &Setting) -> Field {
    match &setting.default {
        Some(default) => field.filled(default),
        None => field,
    }
}

/// What stands in an empty field that has no default.
fn hint(setting: &Setting) -> String {
    match (&setting.kind, setting.required) {
        (Kind::Number { min: Some(min), max: Some(max) }, _) => format!("{min} to {max}"),
        (Kind::Path, _) => "/path".into(),
        (_, true) => "needed".into(),
        (_, false) => "none".into(),
    }
}

/// The whole of its label, which a form has no room for, and what helps.
fn about(setting: &Setting) -> String {
    [setting.label.as_str(), &setting.help].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" · ")
}

impl Deploy {
    /// What the held field is about, in the recipe's words where it is the recipe's.
    pub(super) fn help(&self) -> String {
        let words = match self.parts.get(self.fields.at) {
            Some(Part::Setting(i)) => return self.recipe.settings.get(*i).map_or_else(String::new, about),
            Some(Part::Name) => "what you call it; also its host name",
            Some(Part::Method) => "how the recipe becomes a container",
            Some(Part::Where) => "PgDn goes to the plan, and w there says why this node",
            Some(Part::Address) => "with its prefix: 192.168.1.50/24",
            Some(Part::Nights) => "the schedule of all your apps takes it along; it is made where there is none",
            Some(Part::OnFailure) => "what becomes of what was made, should it fail",
            _ => "",
        };
        words.to_owned()
    }

    /// A fixed address has fields of its own.
    pub(super) fn follow(&mut self) {
        let is_fixed = self.value(Part::Network) == FIXED;
        let there = self.parts.iter().position(|part| *part == Part::Address);
        match (is_fixed, there) {
            (true, None) => {
                let at = self.parts.iter().position(|part| *part == Part::Network).unwrap_or(0) + 1;
                let fields = [Field::plain("address", "192.168.1.50/24"), Field::plain("gateway", "none")];
                self.fields.all.splice(at..at, fields);
                self.parts.splice(at..at, [Part::Address, Part::Gateway]);
            }
            (false, Some(at)) => {
                self.fields.all.drain(at..at + 2);
                self.parts.drain(at..at + 2);
            }
            _ => {}
        }
    }
}
