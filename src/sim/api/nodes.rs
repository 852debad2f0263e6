//! The nodes: which there are, how they are, what certificates they show.

use serde_json::{Value, json};

use super::{
    Ask, Endpoint,
    Guard::{Anyone, Needs},
    Outcome, get,
    index::version_of,
};
use crate::sim::{datacenter::Datacenter, refusal::Refusal, world::node::Node};

pub const ENDPOINTS: &[Endpoint] = &[
    get("/nodes", Anyone, &[], nodes),
    get("/nodes/{node}/status", Needs("/nodes/{node}", "Sys.Audit"), &[], status),
    get("/nodes/{node}/version", Anyone, &[], |_, _| Ok(version_of().into())),
    get("/nodes/{node}/time", Needs("/nodes/{node}", "Sys.Audit"), &[], time),
    get("/nodes/{node}/dns", Needs("/nodes/{node}", "Sys.Audit"), &[], dns),
    get("/nodes/{node}/certificates/info", Anyone, &[], certificates),
];

const KERNEL: &str = "6.17.4-1-pve";
const BUILD: &str = "#1 SMP PREEMPT_DYNAMIC PMX 6.17.4-1 (2026-10-14T08:40Z)";

fn named<'a>(datacenter: &'a Datacenter, ask: &Ask) -> Result<&'a Node, Refusal> {
    datacenter.node(ask.node()).ok_or_else(|| Refusal::died(format!("no such cluster node '{}'", ask.node())))
}

fn nodes(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    let loads = datacenter.loads();
    let rows = datacenter.nodes.iter().map(|node| {
        let status = if node.is_online() { "online" } else { "offline" };
        let mut row = json!({
            "id": format!("node/{}", node.name), "type": "node", "node": node.name, "status": status, "level": "",
            "ssl_fingerprint": datacenter.certificates.leaf_of(&node.name).fingerprint,
        });
        if node.is_online() && datacenter.may(&ask.who, &format!("/nodes/{}", node.name), "Sys.Audit") {
            let load = loads.get(node.name.as_str()).copied().unwrap_or_default();
            let vitals = node.vitals(load, datacenter.seed, datacenter.now());
            for (key, value) in [
                ("cpu", json!(vitals.cpu)),
                ("maxcpu", json!(node.cores)),
                ("mem", json!(vitals.memory)),
                ("maxmem", json!(node.memory)),
                ("disk", json!(vitals.root_used)),
                ("maxdisk", json!(node.root_total)),
                ("uptime", json!(vitals.uptime)),
            ] {
                row[key] = value;
            }
        }
        row
    });
    Ok(rows.collect::<Value>().into())
}

fn status(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    let node = named(datacenter, ask)?;
    let vitals = datacenter.vitals(node);
    let load = vitals.cpu * f64::from(node.cores);
    let average = |share: f64| format!("{:.2}", load * share);
    let (root, memory) = (node.root_total, node.memory);
    let free = memory - vitals.memory;
    Ok(json!({
        "cpu": vitals.cpu,
        "wait": vitals.cpu * 0.02,
        "idle": 0,
        "uptime": vitals.uptime,
        "loadavg": [average(1.05), average(0.98), average(0.93)],
        "memory": { "total": memory, "used": vitals.memory, "free": free * 6 / 10, "available": free },
        "swap": { "total": node.swap, "used": 0, "free": node.swap },
        "rootfs": { "total": root, "used": vitals.root_used, "avail": root - vitals.root_used - root / 20, "free": root - vitals.root_used },
        "cpuinfo": cpu_info(node),
        "ksm": { "shared": 0 },
        "kversion": format!("Linux {KERNEL} {BUILD}"),
        "current-kernel": { "sysname": "Linux", "release": KERNEL, "version": BUILD, "machine": "x86_64" },
        "boot-info": { "mode": "efi", "secureboot": 0 },
        "pveversion": "pve-manager/9.2.11/14a22df35955d97d",
    })
    .into())
}

fn cpu_info(node: &Node) -> Value {
    json!({
        "cpus": node.cores, "cores": node.cores / node.sockets.max(1), "sockets": node.sockets, "model": node.model, "mhz": node.mhz,
        "vendor": "GenuineIntel", "family": "6", "hvm": "1", "user_hz": 100,
        "flags": "fpu vme de pse tsc msr pae mce cx8 apic sep mtrr pge mca cmov pat vmx sse4_2 aes avx avx2",
    })
}

fn time(datacenter: &mut Datacenter, _: &Ask) -> Outcome {
    let now = datacenter.now().as_secs();
    Ok(json!({ "time": now, "localtime": now, "timezone": "Etc/UTC" }).into())
}

fn dns(_: &mut Datacenter, _: &Ask) -> Outcome {
    Ok(json!({ "search": "home.arpa", "dns1": "127.77.0.1" }).into())
}

fn certificates(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    Ok(json!([datacenter.certificates.root.row(), datacenter.certificates.leaf_of(ask.node()).row()]).into())
}
