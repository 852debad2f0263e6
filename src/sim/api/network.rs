//! The network of a node: its bridges and cards.

use serde_json::{Value, json};

use super::{Ask, Endpoint, Guard::Anyone, Outcome, get};
use crate::sim::{
    check::rule::{Rule, one_of},
    datacenter::Datacenter,
};

pub const ENDPOINTS: &[Endpoint] = &[get("/nodes/{node}/network", Anyone, KIND, networks)];

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
