//! Looking at containers: the list of a node, state, configuration, addresses.

use serde_json::{Map, Value, json};

use super::{
    Ask, Endpoint,
    Guard::{Anyone, Needs},
    Outcome, get,
};
use crate::sim::{
    check::{
        formats,
        rule::{Rule, boolean, one_of, text},
    },
    datacenter::Datacenter,
    ha::sid,
    world::{
        guest::{Config, Guest, Kind},
        metrics::pressure,
    },
};

pub const AUDIT: super::Guard = Needs("/vms/{vmid}", "VM.Audit");
const SNAPSHOT: Rule = text("snapname").format(formats::config_id).longest(40);
pub const OF_CONFIG: &[Rule] = &[boolean("current"), text("snapshot").format(formats::config_id).longest(40)];

pub const ENDPOINTS: &[Endpoint] = &[
    get("/nodes/{node}/lxc", Anyone, &[], containers),
    get("/nodes/{node}/lxc/{vmid}/status/current", AUDIT, &[], current),
    get("/nodes/{node}/lxc/{vmid}/config", AUDIT, OF_CONFIG, |datacenter, ask| {
        config(datacenter, ask, Kind::Container)
    }),
    get("/nodes/{node}/lxc/{vmid}/pending", AUDIT, &[], |datacenter, ask| pending(datacenter, ask, Kind::Container)),
    get("/nodes/{node}/lxc/{vmid}/interfaces", AUDIT, &[], interfaces),
    get("/nodes/{node}/lxc/{vmid}/snapshot", AUDIT, &[], snapshots),
    get(
        "/nodes/{node}/lxc/{vmid}/feature",
        AUDIT,
        &[one_of("feature", &["snapshot", "clone", "copy"]).needed(), SNAPSHOT],
        feature,
    ),
];

/// The guests of a node that the caller may see.
pub fn visible<'a>(datacenter: &'a Datacenter, ask: &'a Ask, kind: Kind) -> impl Iterator<Item = &'a Guest> {
    let is_there = move |guest: &&Guest| guest.kind == kind && guest.node == ask.node();
    let is_seen = move |guest: &&Guest| datacenter.may(&ask.who, &format!("/vms/{}", guest.vmid), "VM.Audit");
    datacenter.guests.values().filter(is_there).filter(is_seen)
}

fn containers(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    let rows = visible(datacenter, ask, Kind::Container).map(|guest| state(datacenter, guest));
    Ok(rows.collect::<Value>().into())
}

fn current(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    let guest = ask.guest(datacenter, Kind::Container)?;
    let mut row = state(datacenter, guest);
    row["ha"] = match datacenter.ha.services.get(&sid(guest)) {
        Some(service) => json!({ "managed": 1, "state": service.state }),
        None => json!({ "managed": 0 }),
    };
    Ok(row.into())
}

fn state(datacenter: &Datacenter, guest: &Guest) -> Value {
    let usage = datacenter.usage(guest);
    let is_running = guest.is_running();
    let mut row = json!({
        "vmid": guest.vmid, "name": guest.name(), "type": "lxc", "status": if is_running { "running" } else { "stopped" },
        "uptime": guest.uptime(datacenter.now()), "cpu": usage.cpu, "cpus": datacenter.cores(guest), "mem": usage.memory,
        "maxmem": guest.memory(), "swap": 0, "maxswap": guest.swap(), "disk": usage.disk, "maxdisk": guest.disk(),
        "diskread": usage.read, "diskwrite": usage.write, "netin": usage.net_in, "netout": usage.net_out,
    });
    if is_running {
        row["pid"] = json!(guest.pid);
        let numbers = pressure(guest, datacenter.seed, datacenter.now());
        for (key, number) in PRESSURES.iter().zip(numbers) {
            row[*key] = json!(number);
        }
    }
    add_marks(&mut row, guest);
    row
}

const PRESSURES: [&str; 6] = [
    "pressurecpusome",
    "pressurecpufull",
    "pressureiosome",
    "pressureiofull",
    "pressurememorysome",
    "pressurememoryfull",
];

/// What is only there when it is set.
pub fn add_marks(row: &mut Value, guest: &Guest) {
    for key in ["tags", "lock"] {
        if let Some(text) = guest.text(key) {
            row[key] = json!(text);
        }
    }
    if guest.is_template() {
        row["template"] = json!(1);
    }
}

pub fn config(datacenter: &mut Datacenter, ask: &Ask, kind: Kind) -> Outcome {
    let guest = ask.guest(datacenter, kind)?;
    let mut options = guest.config.clone();
    if !ask.is_set("current") {
        apply(&mut options, &guest.pending);
    }
    let mut data: Map<_, _> = options.into_iter().collect();
    data.insert("digest".into(), json!(config_digest(guest)));
    Ok(Value::Object(data).into())
}

fn apply(options: &mut Config, changes: &Config) {
    for (name, value) in changes {
        match value {
            Value::Null => drop(options.remove(name)),
            value => drop(options.insert(name.clone(), value.clone())),
        }
    }
}

pub fn config_digest(guest: &Guest) -> String {
    let lines: Vec<_> =
        guest.config.iter().chain(&guest.pending).map(|(name, value)| format!("{name}: {value}")).collect();
    sha1(&lines.join("\n"))
}

pub fn sha1(text: &str) -> String {
    let digest = ring::digest::digest(&ring::digest::SHA1_FOR_LEGACY_USE_ONLY, text.as_bytes());
    digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

pub fn pending(datacenter: &mut Datacenter, ask: &Ask, kind: Kind) -> Outcome {
    let guest = ask.guest(datacenter, kind)?;
    let mut rows: Vec<Value> = guest.config.iter().map(|(key, value)| json!({ "key": key, "value": value })).collect();
    rows.push(json!({ "key": "digest", "value": config_digest(guest) }));
    for (key, change) in &guest.pending {
        let known = rows.iter().position(|row| row["key"] == json!(key));
        let place = known.unwrap_or(rows.len());
        if known.is_none() {
            rows.push(json!({ "key": key }));
        }
        match change {
            Value::Null => rows[place]["delete"] = json!(1),
            value => rows[place]["pending"] = value.clone(),
        }
    }
    Ok(Value::Array(rows).into())
}

fn interfaces(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    let guest = ask.guest(datacenter, Kind::Container)?;
    if !guest.is_running() {
        return Ok(Value::Null.into());
    }
    let mut rows = vec![card("lo", "00:00:00:00:00:00", "127.0.0.1/8", "::1/128")];
    if let Some(net) = guest.text("net0") {
        let part = |key: &str| net.split(',').find_map(|part| part.strip_prefix(key)?.strip_prefix('='));
        let mac = part("hwaddr").unwrap_or("BC:24:11:00:00:00").to_lowercase();
        let address = format!("{}/16", guest.address);
        let known = if part("ip") == Some("manual") { "" } else { address.as_str() };
        rows.push(card(part("name").unwrap_or("eth0"), &mac, known, &link_local(&mac)));
    }
    Ok(Value::Array(rows).into())
}

fn card(name: &str, mac: &str, inet: &str, inet6: &str) -> Value {
    let split = |address: &str, kind: &str| {
        address
            .split_once('/')
            .map(|(ip, prefix)| json!({ "ip-address": ip, "prefix": prefix, "ip-address-type": kind }))
    };
    let addresses: Vec<_> = [split(inet, "inet"), split(inet6, "inet6")].into_iter().flatten().collect();
    let mut row =
        json!({ "name": name, "hwaddr": mac, "hardware-address": mac, "inet6": inet6, "ip-addresses": addresses });
    if !inet.is_empty() {
        row["inet"] = json!(inet);
    }
    row
}

/// The address a card gives itself from its MAC.
fn link_local(mac: &str) -> String {
    let bytes: Vec<u16> = mac.split(':').filter_map(|byte| u16::from_str_radix(byte, 16).ok()).collect();
    let [a, b, c, d, e, f] = bytes[..] else { return "fe80::1/64".into() };
    format!("fe80::{:x}:{:x}:{:x}:{:x}/64", (a ^ 2) << 8 | b, c << 8 | 0xFF, 0xFE00 | d, e << 8 | f)
}

fn snapshots(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    let guest = ask.guest(datacenter, Kind::Container)?;
    let digest = config_digest(guest);
    let running = u8::from(guest.is_running());
    Ok(json!([{ "name": "current", "description": "You are here!", "digest": digest, "running": running }]).into())
}

fn feature(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    let guest = ask.guest(datacenter, Kind::Container)?;
    let volumes = guest.config.iter().filter(|(name, _)| *name == "rootfs" || name.starts_with("mp"));
    let storages = volumes.filter_map(|(_, value)| value.as_str()?.split(':').next());
    let mut can = storages.map(|name| datacenter.storage(name).is_some_and(|storage| storage.makes_snapshots()));
    let has = ask.text("feature") == "copy" || can.all(|one| one);
    Ok(json!({ "hasFeature": u8::from(has) }).into())
}
