//! The firewall of one container: options and rules. A rule is known by its place, the first is 0.

use serde_json::{Map, Value, json};

use super::{
    Ask, Endpoint,
    Guard::{self, Needs},
    Outcome, delete, get,
    guests::{AUDIT, sha1},
    post, put,
};
use crate::sim::{
    check::{
        filters, formats,
        rule::{Rule, boolean, integer, one_of, text, texts},
    },
    datacenter::Datacenter,
    refusal::Refusal,
    world::{firewall, guest::Kind},
};

const CHANGE: Guard = Needs("/vms/{vmid}", "VM.Config.Network");

pub const ENDPOINTS: &[Endpoint] = &[
    get("/nodes/{node}/lxc/{vmid}/firewall", Guard::Anyone, &[], |_, _| {
        let names = ["rules", "aliases", "ipset", "refs", "options", "log"];
        Ok(names.iter().map(|name| json!({ "name": name })).collect::<Value>().into())
    }),
    get("/nodes/{node}/lxc/{vmid}/firewall/options", AUDIT, &[], options),
    put("/nodes/{node}/lxc/{vmid}/firewall/options", CHANGE, OPTIONS, set_options),
    get("/nodes/{node}/lxc/{vmid}/firewall/rules", AUDIT, &[], rules),
    post("/nodes/{node}/lxc/{vmid}/firewall/rules", CHANGE, CREATE, create),
    get("/nodes/{node}/lxc/{vmid}/firewall/rules/{pos}", AUDIT, &[POS], one),
    put("/nodes/{node}/lxc/{vmid}/firewall/rules/{pos}", CHANGE, UPDATE, update),
    delete("/nodes/{node}/lxc/{vmid}/firewall/rules/{pos}", CHANGE, &[POS, DIGEST], remove),
];

const LEVELS: &[&str] = &["emerg", "alert", "crit", "err", "warning", "notice", "info", "debug", "nolog"];
const POLICIES: &[&str] = &["ACCEPT", "REJECT", "DROP"];
const POS: Rule = integer("pos").least(0);
const DIGEST: Rule = text("digest").longest(64);
const DELETE: Rule = texts("delete").format(formats::config_id_list);
const OPTIONS: &[Rule] = &[
    boolean("dhcp"),
    boolean("enable"),
    boolean("ipfilter"),
    boolean("macfilter"),
    boolean("ndp"),
    boolean("radv"),
    one_of("log_level_in", LEVELS),
    one_of("log_level_out", LEVELS),
    one_of("policy_in", POLICIES),
    one_of("policy_out", POLICIES),
    DELETE,
    DIGEST,
];
const ACTION: Rule = text("action").pattern(is_action).shortest(2).longest(20);
const KIND: Rule = one_of("type", &["in", "out", "forward", "group"]);
const MATCHES: [Rule; 11] = [
    text("comment"),
    text("dest").format(filters::addresses).longest(512),
    text("dport").format(filters::target_ports),
    integer("enable").least(0),
    text("icmp-type").format(filters::icmp_kind),
    text("iface").format(formats::interface).shortest(2).longest(20),
    one_of("log", LEVELS),
    text("macro").longest(128),
    text("proto").format(filters::protocol),
    text("source").format(filters::addresses).longest(512),
    text("sport").format(filters::ports),
];
const CREATE: &[Rule] =
    &crate::sim::check::container::join::<11, 4, 15>(MATCHES, [ACTION.needed(), KIND.needed(), POS, DIGEST]);
const UPDATE: &[Rule] = &crate::sim::check::container::join::<11, 6, 17>(
    MATCHES,
    [ACTION, KIND, POS, DIGEST, DELETE, integer("moveto").least(0)],
);
/// Of a call, what is no part of a rule or of the options.
const NOT_KEPT: &[&str] = &["node", "vmid", "pos", "digest", "delete", "moveto"];

fn is_action(text: &str) -> bool {
    text.len() >= 2
        && text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c))
}

fn values(ask: &Ask) -> impl Iterator<Item = (String, Value)> {
    ask.values.iter().filter(|(name, _)| !NOT_KEPT.contains(&name.as_str())).map(|(name, text)| {
        let number = text.parse::<i64>().ok().filter(|_| name != "dport" && name != "sport" && name != "comment");
        (name.clone(), number.map_or_else(|| json!(text), |number| json!(number)))
    })
}

fn named(ask: &Ask) -> Vec<String> {
    ask.text("delete").split([',', ';', ' ']).map(str::to_owned).collect()
}

/// The digest of what was written; that of nothing for a firewall nobody touched.
fn digest_of(parts: &impl std::fmt::Debug, is_empty: bool) -> String {
    if is_empty { sha1("") } else { sha1(&format!("{parts:?}")) }
}

fn options(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    ask.guest(datacenter, Kind::Container)?;
    let own = datacenter.firewalls.get(&ask.vmid()).cloned().unwrap_or_default();
    let mut row: Map<String, Value> = own.options.iter().map(|(key, value)| (key.clone(), value.clone())).collect();
    row.insert("digest".into(), json!(digest_of(&own, own.options.is_empty() && own.rules.is_empty())));
    Ok(Value::Object(row).into())
}

fn set_options(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    ask.guest(datacenter, Kind::Container)?;
    let own = datacenter.firewalls.entry(ask.vmid()).or_default();
    own.options.extend(values(ask));
    named(ask).iter().for_each(|name| drop(own.options.remove(name)));
    Ok(Value::Null.into())
}

fn row(own: &firewall::Firewall, at: usize) -> Value {
    let mut row: Map<String, Value> = own.rules[at].iter().map(|(key, value)| (key.clone(), value.clone())).collect();
    row.insert("pos".into(), json!(at));
    row.insert("digest".into(), json!(digest_of(own, false)));
    Value::Object(row)
}

fn rules(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    ask.guest(datacenter, Kind::Container)?;
    let own = datacenter.firewalls.get(&ask.vmid()).cloned().unwrap_or_default();
    Ok((0..own.rules.len()).map(|at| row(&own, at)).collect::<Value>().into())
}

/// The place of a rule that is there.
fn place(datacenter: &Datacenter, ask: &Ask) -> Result<usize, Refusal> {
    ask.guest(datacenter, Kind::Container)?;
    let at = ask.number("pos").unwrap_or(0) as usize;
    let count = datacenter.firewalls.get(&ask.vmid()).map_or(0, |own| own.rules.len());
    if at < count { Ok(at) } else { Err(Refusal::parameter("pos", format!("no rule at position {at}"))) }
}

fn one(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    let at = place(datacenter, ask)?;
    let own = datacenter.firewalls.get(&ask.vmid()).cloned().unwrap_or_default();
    Ok(row(&own, at).into())
}

/// A new rule is the first, unless it is told its place.
fn create(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    ask.guest(datacenter, Kind::Container)?;
    let mut rule: firewall::Rule = values(ask).collect();
    rule.entry("enable".into()).or_insert(json!(0));
    let own = datacenter.firewalls.entry(ask.vmid()).or_default();
    let at = (ask.number("pos").unwrap_or(0) as usize).min(own.rules.len());
    own.rules.insert(at, rule);
    Ok(Value::Null.into())
}

fn update(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    let at = place(datacenter, ask)?;
    let Some(own) = datacenter.firewalls.get_mut(&ask.vmid()) else { return Ok(Value::Null.into()) };
    if let Some(to) = ask.number("moveto") {
        let rule = own.rules.remove(at);
        let to = to as usize;
        let to = if to > at { to - 1 } else { to };
        own.rules.insert(to.min(own.rules.len()), rule);
        return Ok(Value::Null.into());
    }
    own.rules[at].extend(values(ask));
    named(ask).iter().for_each(|name| drop(own.rules[at].remove(name)));
    Ok(Value::Null.into())
}

fn remove(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    let at = place(datacenter, ask)?;
    if let Some(own) = datacenter.firewalls.get_mut(&ask.vmid()) {
        own.rules.remove(at);
    }
    Ok(Value::Null.into())
}
