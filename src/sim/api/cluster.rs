//! What is asked of the cluster as a whole.

use serde_json::{Value, json};

use super::{
    Ask, Endpoint,
    Guard::{Anyone, Needs},
    Outcome,
    ask::VMID,
    get,
    resources::resources,
    tasks,
};
use crate::sim::{check::rule::one_of, datacenter::Datacenter, refusal::Refusal};

pub const ENDPOINTS: &[Endpoint] = &[
    get("/cluster/resources", Anyone, &[one_of("type", &["vm", "storage", "node", "sdn"])], resources),
    get("/cluster/status", Needs("/", "Sys.Audit"), &[], status),
    get("/cluster/nextid", Anyone, &[VMID], next_id),
    get("/cluster/tasks", Anyone, &[], tasks::of_cluster),
    get("/cluster/options", Anyone, &[], options),
];

fn status(datacenter: &mut Datacenter, _: &Ask) -> Outcome {
    let here = datacenter.here().map(|node| node.name.clone()).unwrap_or_default();
    let mut rows = Vec::new();
    if let Some(name) = &datacenter.cluster {
        let is_quorate = u8::from(datacenter.is_quorate());
        let nodes = datacenter.nodes.len();
        rows.push(json!({ "type": "cluster", "id": "cluster", "name": name, "nodes": nodes, "version": nodes, "quorate": is_quorate }));
    }
    let is_clustered = datacenter.cluster.is_some();
    rows.extend(datacenter.nodes.iter().map(|node| {
        let (is_online, is_local) = (u8::from(node.is_online()), u8::from(node.name == here));
        let number = if is_clustered { node.number } else { 0 };
        json!({
            "type": "node", "id": format!("node/{}", node.name), "name": node.name, "nodeid": number, "ip": node.ip,
            "online": is_online, "local": is_local, "level": "",
        })
    }));
    Ok(Value::Array(rows).into())
}

fn next_id(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    if let Some(vmid) = ask.given("vmid") {
        if datacenter.guests.contains_key(&ask.vmid()) {
            return Err(Refusal::parameter("vmid", format!("VM {vmid} already exists")));
        }
        return Ok(json!(vmid).into());
    }
    let free = (100..1_000_000).find(|vmid| !datacenter.guests.contains_key(vmid));
    let free = free.ok_or_else(|| Refusal::died("unable to get any free VMID in range [100, 1000000]"))?;
    Ok(json!(free.to_string()).into())
}

fn options(datacenter: &mut Datacenter, _: &Ask) -> Outcome {
    let mut tags: Vec<&str> =
        datacenter.guests.values().filter_map(|guest| guest.text("tags")).flat_map(|tags| tags.split(';')).collect();
    tags.sort_unstable();
    tags.dedup();
    Ok(json!({ "allowed-tags": tags, "description": "", "mac_prefix": "BC:24:11" }).into())
}
