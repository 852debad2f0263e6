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
use crate::{
    domain::moment::Moment,
    sim::{
        check::rule::{integer, one_of},
        datacenter::Datacenter,
        refusal::Refusal,
    },
};

/// As many tasks as the log remembers.
const LOGGED: usize = 200;

pub const ENDPOINTS: &[Endpoint] = &[
    get("/cluster/resources", Anyone, &[one_of("type", &["vm", "storage", "node", "sdn"])], resources),
    get("/cluster/status", Needs("/", "Sys.Audit"), &[], status),
    get("/cluster/nextid", Anyone, &[VMID], next_id),
    get("/cluster/tasks", Anyone, &[], tasks::of_cluster),
    get("/cluster/log", Anyone, &[integer("max").least(1)], log),
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

/// The beginnings and ends of tasks, newest first.
fn log(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    let sees_all = datacenter.may(&ask.who, "/", "Sys.Syslog");
    let own = datacenter.tasks.newest_first().filter(|task| sees_all || task.user == ask.who.id());
    let mut rows: Vec<(i64, Value)> = Vec::new();
    for task in own.take(LOGGED) {
        let mut add = |at: Moment, priority: u8, text: String| {
            let number = rows.len() + 1;
            let time = at.as_secs();
            let row = json!({
                "uid": number.to_string(), "id": format!("{number}:{}", task.node), "time": time, "tag": "pvedaemon", "pid": task.pid,
                "node": task.node, "user": task.user, "pri": priority, "msg": text,
            });
            rows.push((time, row));
        };
        if let (Some(at), Some(exit)) = (task.ended_at(), task.exit()) {
            let priority = if exit == "OK" || exit.starts_with("WARNINGS") { 6 } else { 3 };
            add(at, priority, format!("end task {} {exit}", task.upid));
        }
        add(task.start, 6, format!("starting task {}", task.upid));
    }
    rows.sort_by_key(|(time, _)| std::cmp::Reverse(*time));
    let most = ask.number("max").unwrap_or(50) as usize;
    Ok(rows.into_iter().take(most).map(|(_, row)| row).collect::<Value>().into())
}
