//! What is asked of the cluster as a whole.

use serde_json::{Value, json};

use super::{
    Ask, Endpoint,
    Guard::{Anyone, Needs},
    Outcome,
    ask::VMID,
    get, put,
    resources::resources,
    tasks,
};
use crate::{
    domain::moment::Moment,
    sim::{
        check::{
            formats,
            rule::{Rule, boolean, integer, one_of, text, texts},
        },
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
    get("/cluster/options", Anyone, &[], options),
    put("/cluster/options", Needs("/", "Sys.Modify"), OPTIONS, set_options),
    get("/cluster/log", Anyone, &[integer("max").least(1)], log),
];

const KEYBOARDS: &[&str] = &[
    "de", "de-ch", "da", "en-gb", "en-us", "es", "fi", "fr", "fr-be", "fr-ca", "fr-ch", "hu", "is", "it", "ja", "lt",
    "mk", "nl", "no", "pl", "pt", "pt-br", "sv", "sl", "tr",
];
const OPTIONS: &[Rule] = &[
    text("bwlimit"),
    text("consent-text").longest(65_536),
    one_of("console", &["applet", "vv", "html5", "xtermjs"]),
    text("crs"),
    texts("delete").format(formats::config_id_list),
    text("description").longest(65_536),
    text("email_from").format(formats::email_opt),
    one_of("fencing", &["watchdog", "hardware", "both"]),
    text("ha"),
    text("http_proxy"),
    one_of("keyboard", KEYBOARDS),
    text("language"),
    text("mac_prefix"),
    integer("max_workers").least(1),
    text("migration"),
    boolean("migration_unsecure"),
    text("next-id"),
    text("notify"),
    text("registered-tags"),
    text("replication"),
    text("tag-style"),
    text("user-tag-access"),
];
/// Options that are kept by their parts.
const PARTED: &[&str] =
    &["bwlimit", "crs", "ha", "migration", "next-id", "notify", "replication", "tag-style", "user-tag-access"];

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

fn options(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    let sees_all = datacenter.may(&ask.who, "/", "Sys.Audit");
    let mut tags: Vec<&str> = datacenter
        .guests
        .values()
        .filter(|guest| datacenter.may(&ask.who, &format!("/vms/{}", guest.vmid), "VM.Audit"))
        .filter_map(|guest| guest.text("tags"))
        .flat_map(|tags| tags.split(';'))
        .collect();
    tags.sort_unstable();
    tags.dedup();
    let mut row = json!({ "allowed-tags": tags });
    if sees_all {
        row["description"] = json!("");
        row["mac_prefix"] = json!("BC:24:11");
    }
    let seen =
        datacenter.options.iter().filter(|(name, _)| sees_all || ["console", "tag-style"].contains(&name.as_str()));
    seen.for_each(|(name, value)| row[name.as_str()] = value.clone());
    Ok(row.into())
}

fn set_options(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    datacenter.quorate()?;
    for (name, text) in ask.values.iter().filter(|(name, _)| *name != "delete") {
        let parts = text.split(',').filter_map(|part| part.split_once('='));
        let value = match name.as_str() {
            "description" => json!(format!("{}\n", text.trim_end_matches('\n'))),
            name if PARTED.contains(&name) => {
                Value::Object(parts.map(|(key, part)| (key.to_owned(), json!(part))).collect())
            }
            _ => json!(text),
        };
        datacenter.options.insert(name.clone(), value);
    }
    ask.text("delete").split([',', ';', ' ']).for_each(|name| drop(datacenter.options.remove(name)));
    Ok(Value::Null.into())
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
