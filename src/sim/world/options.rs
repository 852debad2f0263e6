//! How Proxmox keeps what it was given: whole numbers as numbers, tags sorted, network cards with a MAC, volumes with
//! their size.

use serde_json::{Value, json};

use crate::sim::{
    check::{container::NETWORK, property},
    hash::mix,
};

/// Options that are kept as numbers.
const NUMBERS: &[&str] = &[
    "console",
    "cores",
    "cpuunits",
    "debug",
    "memory",
    "onboot",
    "protection",
    "swap",
    "template",
    "tty",
    "unprivileged",
];

/// The options that are network cards or volumes have a number behind their name.
pub fn stem(name: &str) -> &str {
    name.trim_end_matches(|c: char| c.is_ascii_digit())
}

/// A simple option as it is kept; `own` makes up what was left open.
pub fn kept(name: &str, text: &str, own: u64) -> Value {
    match stem(name) {
        "net" => json!(network(name, text, own)),
        "tags" => json!(tags(text)),
        "description" => json!(format!("{}\n", text.trim_end_matches('\n'))),
        "features" => json!(text),
        _ if NUMBERS.contains(&name) => text.parse::<i64>().map_or_else(|_| json!(text), |number| json!(number)),
        _ => json!(text),
    }
}

fn tags(text: &str) -> String {
    let lower = text.to_lowercase();
    let mut tags: Vec<_> = lower.split([',', ';', ' ']).filter(|tag| !tag.is_empty()).collect();
    tags.sort_unstable();
    tags.dedup();
    tags.join(";")
}

fn network(name: &str, text: &str, own: u64) -> String {
    let mut parts = property::parse(NETWORK, text, name).unwrap_or_default();
    if !parts.iter().any(|(key, _)| key == "hwaddr") {
        parts.push(("hwaddr".into(), mac(name.bytes().fold(own, |sum, byte| mix(sum, u64::from(byte))))));
    }
    if !parts.iter().any(|(key, _)| key == "type") {
        parts.push(("type".into(), "veth".into()));
    }
    parts.sort_by(|a, b| (a.0 != "name", &a.0).cmp(&(b.0 != "name", &b.0)));
    write(&parts)
}

/// The same network card with another MAC.
pub fn fresh_mac(text: &str, name: &str, own: u64) -> String {
    let parts: Vec<_> = text.split(',').filter(|part| !part.starts_with("hwaddr=")).collect();
    network(name, &parts.join(","), own)
}

/// A card address from the range of Proxmox.
pub fn mac(own: u64) -> String {
    let tail = mix(own, 51).to_be_bytes();
    format!("BC:24:11:{:02X}:{:02X}:{:02X}", tail[0], tail[1], tail[2])
}

fn write(parts: &[(String, String)]) -> String {
    let parts: Vec<_> = parts.iter().map(|(key, value)| format!("{key}={value}")).collect();
    parts.join(",")
}
