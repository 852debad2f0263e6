//! Bridges, and the small things a client may ask of a node before it makes a container there.

use serde_json::{Value, json};

use super::{Ask, Endpoint, Guard::Anyone, Outcome, get};
use crate::sim::{
    check::{
        formats,
        rule::{Rule, one_of, text},
    },
    datacenter::Datacenter,
};

pub const ENDPOINTS: &[Endpoint] = &[
    get("/nodes/{node}/network", Anyone, KIND, networks),
    get("/nodes/{node}/aplinfo", Anyone, &[], appliances),
    get("/nodes/{node}/vzdump/defaults", Anyone, &[text("storage").format(formats::storage_id)], backup_defaults),
];

const KIND: &[Rule] = &[one_of(
    "type",
    &[
        "bridge",
        "bond",
        "eth",
        "alias",
        "vlan",
        "fabric",
        "OVSBridge",
        "OVSBond",
        "OVSPort",
        "OVSIntPort",
        "vnet",
        "any_bridge",
        "any_local_bridge",
        "include_sdn",
    ],
)];

fn networks(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    let Some(node) = datacenter.node(ask.node()) else { return Ok(json!([]).into()) };
    let bridge = |(number, name): (usize, &&str)| {
        let is_first = number == 0;
        let address = if is_first { node.ip.clone() } else { format!("127.78.{number}.{}", node.number) };
        let bits = if is_first { "16" } else { "24" };
        let mut row = json!({
            "iface": name, "type": "bridge", "active": 1, "autostart": 1, "priority": number + 3, "families": ["inet"], "bridge_fd": "0",
            "bridge_stp": "off", "bridge_ports": if is_first { "eno1" } else { "" }, "method": "static", "method6": "manual",
            "cidr": format!("{address}/{bits}"), "address": address, "netmask": bits,
        });
        if is_first {
            row["gateway"] = json!("127.77.0.1");
        }
        row
    };
    let mut rows: Vec<Value> = node.bridges.iter().enumerate().map(bridge).collect();
    match ask.given("type") {
        Some("bridge" | "any_bridge" | "any_local_bridge") => {}
        None | Some("eth" | "include_sdn") => {
            rows.retain(|_| ask.given("type") != Some("eth"));
            rows.push(json!({
                "iface": "eno1", "type": "eth", "active": 1, "exists": 1, "priority": 2, "families": ["inet"], "method": "manual",
                "method6": "manual",
            }));
        }
        Some(_) => rows.clear(),
    }
    Ok(Value::Array(rows).into())
}

/// Name, version, system and headline of templates that could be downloaded.
const APPLIANCES: &[(&str, &str, &str, &str, &str)] = &[
    (
        "alpine-3.23-default",
        "20260116",
        "alpine",
        "alpine-3.23-default_20260116_amd64.tar.xz",
        "LXC default image for alpine 3.23 (20260116)",
    ),
    (
        "debian-12-standard",
        "12.12-1",
        "debian-12",
        "debian-12-standard_12.12-1_amd64.tar.zst",
        "Debian 12 Bookworm (standard)",
    ),
    (
        "debian-13-standard",
        "13.1-2",
        "debian-13",
        "debian-13-standard_13.1-2_amd64.tar.zst",
        "Debian 13 Trixie (standard)",
    ),
    (
        "ubuntu-24.04-standard",
        "24.04-2",
        "ubuntu-24.04",
        "ubuntu-24.04-standard_24.04-2_amd64.tar.zst",
        "Ubuntu 24.04 Noble (standard)",
    ),
    (
        "fedora-43-default",
        "20251104",
        "fedora",
        "fedora-43-default_20251104_amd64.tar.xz",
        "LXC default image for fedora 43 (20251104)",
    ),
];

fn appliances(_: &mut Datacenter, _: &Ask) -> Outcome {
    let row = |(package, version, system, template, headline): &(&str, &str, &str, &str, &str)| {
        let source = "http://download.proxmox.com/images";
        json!({
            "package": package, "version": version, "os": system, "template": template, "headline": headline, "type": "lxc",
            "section": "system", "architecture": "amd64", "description": "", "source": source,
            "location": format!("{source}/system/{template}"), "infopage": "https://linuxcontainers.org",
            "maintainer": "Proxmox Support Team <support@proxmox.com>", "md5sum": "0".repeat(32), "sha512sum": "0".repeat(128),
        })
    };
    Ok(APPLIANCES.iter().map(row).collect::<Value>().into())
}

fn backup_defaults(_: &mut Datacenter, _: &Ask) -> Outcome {
    Ok(json!({
        "all": 0, "bwlimit": 0, "compress": "0", "dumpdir": "/var/lib/vz/dump", "fleecing": { "enabled": 0 }, "ionice": 7, "lockwait": 180,
        "mailnotification": "always", "mode": "snapshot", "notification-mode": "auto",
        "performance": { "max-workers": 16, "pbs-entries-max": 1_048_576 }, "pigz": 0, "prune-backups": "keep-all=1", "quiet": 0,
        "remove": 1, "stdexcludes": 1, "stop": 0, "stopwait": 10, "storage": "local", "zstd": 1,
    })
    .into())
}
