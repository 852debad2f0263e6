//! Looking at containers: the list of a node, state, configuration, addresses.

use serde_json::{Map, Value, json};

use super::{
    Ask, Endpoint,
    Guard::{Anyone, Needs},
    Outcome, get, snapshots,
};
use crate::sim::{
    check::{
        formats,
        rule::{Rule, boolean, one_of, text},
    },
    datacenter::Datacenter,
    disks::Feature,
    ha::sid,
    refusal::Refusal,
    world::{
        guest::{Config, Guest, Kind, is_plugged_in},
        metrics::pressure,
        options::stem,
    },
};

pub const AUDIT: super::Guard = Needs("/vms/{vmid}", "VM.Audit");
pub const OF_CONFIG: &[Rule] = &[boolean("current"), text("snapshot").format(formats::config_id).longest(40)];

pub const ENDPOINTS: &[Endpoint] = &[
    get("/nodes/{node}/lxc", Anyone, &[], containers),
    get("/nodes/{node}/lxc/{vmid}/status/current", AUDIT, &[], current),
    get("/nodes/{node}/lxc/{vmid}/config", AUDIT, OF_CONFIG, |datacenter, ask| {
        config(datacenter, ask, Kind::Container)
    }),
    get("/nodes/{node}/lxc/{vmid}/pending", AUDIT, &[], |datacenter, ask| pending(datacenter, ask, Kind::Container)),
    get("/nodes/{node}/lxc/{vmid}/interfaces", AUDIT, &[], interfaces),
    get(
        "/nodes/{node}/lxc/{vmid}/feature",
        AUDIT,
        &[one_of("feature", &["snapshot", "clone", "copy"]).needed(), snapshots::NAME],
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
    let text = "cannot use 'snapshot' parameter with 'current'";
    if ask.given("snapshot").is_some() && ask.is_set("current") {
        return Err(Refusal::parameters(["snapshot", "current"].map(|name| (name.into(), text.into())).into()));
    }
    let guest = ask.guest(datacenter, kind)?;
    let mut data: Map<_, _> = match ask.given("snapshot") {
        Some(name) => snapshots::options(guest.snapshot(name).ok_or_else(|| snapshots::missing(name))?),
        None => {
            let mut options = guest.config.clone();
            if !ask.is_set("current") {
                apply(&mut options, &guest.pending);
            }
            options.into_iter().collect()
        }
    };
    data.insert("digest".into(), json!(config_digest(guest)));
    if !sees_environment(datacenter, ask) {
        data.remove("env");
    }
    Ok(Value::Object(data).into())
}

/// What an application is told may be secret.
fn sees_environment(datacenter: &Datacenter, ask: &Ask) -> bool {
    datacenter.may(&ask.who, &format!("/vms/{}", ask.vmid()), "VM.Config.Options")
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
    let saved = guest.snapshots.iter().flat_map(|snapshot| &snapshot.config);
    let mut lines: Vec<_> = guest
        .config
        .iter()
        .chain(&guest.pending)
        .chain(saved)
        .map(|(name, value)| format!("{name}: {value}"))
        .collect();
    lines.extend(guest.snapshots.iter().map(|snapshot| format!("[{}]{}", snapshot.name, snapshot.description)));
    sha1(&lines.join("\n"))
}

pub fn sha1(text: &str) -> String {
    let digest = ring::digest::digest(&ring::digest::SHA1_FOR_LEGACY_USE_ONLY, text.as_bytes());
    digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

pub fn pending(datacenter: &mut Datacenter, ask: &Ask, kind: Kind) -> Outcome {
    let guest = ask.guest(datacenter, kind)?;
    let sees_all = sees_environment(datacenter, ask);
    let is_shown = |key: &str| key != "lxc" && (sees_all || key != "env");
    let shown = guest.config.iter().filter(|(key, _)| is_shown(key));
    let mut rows: Vec<Value> = shown.map(|(key, value)| json!({ "key": key, "value": value })).collect();
    rows.push(json!({ "key": "digest", "value": config_digest(guest) }));
    for (key, change) in guest.pending.iter().filter(|(key, _)| is_shown(key)) {
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
    for (_, net) in guest.config.iter().filter(|(name, _)| stem(name) == "net") {
        let net = net.as_str().unwrap_or_default();
        let part = |key: &str| net.split(',').find_map(|part| part.strip_prefix(key)?.strip_prefix('='));
        let mac = part("hwaddr").unwrap_or("BC:24:11:00:00:00").to_lowercase();
        let leased = format!("{}/16", guest.address);
        let is_up = is_plugged_in(net);
        let known = match part("ip") {
            Some("dhcp") if is_up => leased.as_str(),
            Some(fixed) if fixed.contains('/') => fixed,
            _ => "",
        };
        let own = if is_up { link_local(&mac) } else { String::new() };
        rows.push(card(part("name").unwrap_or("eth0"), &mac, known, &own));
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
    let mut row = json!({ "name": name, "hwaddr": mac, "hardware-address": mac, "ip-addresses": addresses });
    for (kind, address) in [("inet", inet), ("inet6", inet6)] {
        if !address.is_empty() {
            row[kind] = json!(address);
        }
    }
    row
}

/// The address a card gives itself from its MAC.
fn link_local(mac: &str) -> String {
    let bytes: Vec<u16> = mac.split(':').filter_map(|byte| u16::from_str_radix(byte, 16).ok()).collect();
    let [a, b, c, d, e, f] = bytes[..] else { return "fe80::1/64".into() };
    format!("fe80::{:x}:{:x}:{:x}:{:x}/64", (a ^ 2) << 8 | b, c << 8 | 0xFF, 0xFE00 | d, e << 8 | f)
}

fn feature(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    let guest = ask.guest(datacenter, Kind::Container)?;
    let name = ask.given("snapname");
    let config = match name {
        None => &guest.config,
        Some(name) => guest.snapshot(name).map(|snapshot| &snapshot.config).ok_or_else(|| snapshots::missing(name))?,
    };
    let feature = match ask.text("feature") {
        "snapshot" => Feature::Snapshot,
        "clone" => Feature::Clone,
        _ => Feature::Copy,
    };
    Ok(json!({ "hasFeature": u8::from(datacenter.all_can(feature, config, name)) }).into())
}
