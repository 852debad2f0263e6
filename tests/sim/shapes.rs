//! Recorded answers of a real Proxmox VE beside ours: every key it always sends, we send, with a value of the same type.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Write,
    path::Path,
};

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use super::house::House;

/// Keys that depend on what a guest, user or backup happens to have.
const VOLATILE: &[&str] = &[
    "saved",
    "lock",
    "tags",
    "tokenid",
    "notes",
    "comment",
    "description",
    "protected",
    "template",
    "digest",
    "onboot",
    "parent",
    "inet",
    "inet6",
    "email",
    "prune-backups",
    "groups",
    "mp0",
    "features",
];

type Keys = BTreeMap<String, (usize, BTreeSet<&'static str>)>;

/// What was seen at one place: of each kind of object its keys with their types, and how many there were.
#[derive(Default)]
struct Shape(BTreeMap<String, (usize, Keys)>);

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// Objects of one kind have the same keys: by place, type, and running or stopped.
fn variant(place: &str, value: &Value) -> String {
    let word = |key: &str| value[key].as_str().unwrap_or_default().to_owned();
    if value.get("upid").is_some() {
        let is_over = value.get("endtime").is_some() || value.get("exitstatus").is_some();
        return format!("{place} task {}", if is_over { "ended" } else { "running" });
    }
    let name = word("name");
    let name = if matches!(name.as_str(), "lo" | "current") { name } else { String::new() };
    format!("{place} {} {} {name}", word("type"), word("status"))
}

fn walk(place: &str, value: &Value, seen: &mut dyn FnMut(String, &serde_json::Map<String, Value>)) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| walk(&format!("{place}[]"), item, seen)),
        Value::Object(fields) => {
            seen(variant(place, value), fields);
            for (key, inner) in fields.iter().filter(|(key, _)| !key.contains(['.', '/'])) {
                walk(&format!("{place}.{key}"), inner, seen);
            }
        }
        _ => {}
    }
}

impl Shape {
    fn learn(&mut self, place: &str, value: &Value) {
        walk(place, value, &mut |kind, fields| {
            let (count, keys) = self.0.entry(kind).or_default();
            *count += 1;
            for (key, inner) in fields {
                let (times, kinds) = keys.entry(key.clone()).or_default();
                *times += 1;
                kinds.insert(kind_of(inner));
            }
        });
    }

    fn faults(&self, place: &str, value: &Value) -> Vec<String> {
        let mut faults = Vec::new();
        walk(place, value, &mut |kind, fields| {
            let Some((count, keys)) = self.0.get(&kind) else { return };
            for (key, (times, kinds)) in keys.iter().filter(|(key, _)| !key.contains(['.', '/'])) {
                let is_fickle = key.starts_with("pressure") || key == "saved";
                match fields.get(key) {
                    None if times == count && !VOLATILE.contains(&key.as_str()) => {
                        faults.push(format!("{kind}: no {key}"))
                    }
                    Some(inner) if !is_fickle && !kinds.contains(kind_of(inner)) => {
                        faults.push(format!("{kind}: {key} is {}, recorded is {kinds:?}", kind_of(inner)));
                    }
                    _ => {}
                }
            }
        });
        faults.sort();
        faults.dedup();
        faults
    }
}

/// The recorded GETs that went well: path and data.
fn recorded(folder: &Path) -> Vec<(String, Value)> {
    let files = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let exchanges =
        files.filter_map(|file| serde_json::from_str::<Value>(&std::fs::read_to_string(file.path()).ok()?).ok());
    exchanges
        .filter(|exchange| exchange["request"]["method"] == "GET" && exchange["response"]["status"] == 200)
        .filter_map(|exchange| {
            let path = exchange["request"]["path"].as_str()?.strip_prefix("/api2/json")?.to_owned();
            Some((path, exchange["response"]["body"].get("data")?.clone()))
        })
        .collect()
}

/// What of ours stands for what was recorded.
struct Ours {
    task: String,
    /// A backup, escaped.
    volume: String,
}

/// The recorded path with its query, its names replaced by ours, and what it is a case of.
fn ours(path: &str, own: &Ours) -> Option<(String, String)> {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let mut parts: Vec<&str> = path.split('/').collect();
    let mut place = parts.clone();
    let mut set = |parts: &mut Vec<&str>, at: usize, ours: &'static str, variable: &'static str| {
        parts[at] = ours;
        place[at] = variable;
    };
    if parts.get(1) == Some(&"nodes") && parts.len() > 2 {
        set(&mut parts, 2, "pve1", "{node}");
    }
    if parts.get(2) == Some(&"users") && parts.len() > 3 {
        set(&mut parts, 3, "proximity@pve", "{userid}");
    }
    match (parts.get(3).copied(), parts.len()) {
        (Some("lxc"), 5..) => set(&mut parts, 4, "101", "{vmid}"),
        (Some("storage"), 5..) => {
            let name = if parts[4] == "bak" { "backup" } else { "local" };
            set(&mut parts, 4, name, "{storage}");
        }
        _ => {}
    }
    if parts.get(2) == Some(&"backup") && parts.len() > 3 {
        set(&mut parts, 3, JOB, "{id}");
    }
    let mut parts: Vec<String> = parts.into_iter().map(str::to_owned).collect();
    if parts.get(3).is_some_and(|part| part == "tasks") && parts.len() > 4 {
        parts[4].clone_from(&own.task);
        place[4] = "{upid}";
    }
    if parts.get(5).is_some_and(|part| part == "content") && parts.len() > 6 {
        parts[6].clone_from(&own.volume);
        place[6] = "{volume}";
    }
    if parts.len() == 3 && parts[1] == "storage" {
        parts[2] = "local".into();
        place[2] = "{storage}";
    }
    let keeps_query = query.split('&').all(|pair| {
        pair.starts_with("timeframe=")
            || pair.starts_with("full=")
            || pair.starts_with("feature=")
            || pair.starts_with("cf=")
            || pair.starts_with("prune-backups=")
            || (pair.starts_with("vmid=") && path.ends_with("prunebackups"))
            || pair.starts_with("type=lxc")
            || pair.starts_with("schedule=")
            || pair.starts_with("iterations=")
    });
    let query = if keeps_query && !query.is_empty() { format!("?{query}") } else { String::new() };
    Some((place.join("/"), format!("{}{query}", parts.join("/"))))
}

const JOB: &str = "apps-every-minute";

/// A pool, a job for it, and a backup with notes, as they were there when the answers were recorded.
fn prepare(house: &House) -> String {
    house.call("POST", "/pools", &[("poolid", "bkpool")]);
    house.call("PUT", "/pools", &[("poolid", "bkpool"), ("vms", "103")]);
    let job = [
        ("id", JOB),
        ("schedule", "*:0/1"),
        ("pool", "bkpool"),
        ("storage", "backup"),
        ("mode", "snapshot"),
        ("compress", "gzip"),
        ("prune-backups", "keep-last=1"),
        ("notes-template", "{{guestname}} {{node}} {{vmid}}"),
        ("enabled", "1"),
        ("comment", "created by test"),
    ];
    assert_eq!(house.call("POST", "/cluster/backup", &job).status, 200);
    let backups = house.get("/nodes/pve1/storage/backup/content?content=backup");
    let volume = utf8_percent_encode(backups[0]["volid"].as_str().unwrap(), NON_ALPHANUMERIC).to_string();
    house.call("PUT", &format!("/nodes/pve1/storage/backup/content/{volume}"), &[("protected", "1")]);
    volume
}

#[test]
fn our_answers_have_the_shape_of_recorded_ones() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/pve/fixtures");
    let recorded = recorded(&folder);
    if recorded.is_empty() {
        writeln!(std::io::stderr(), "no recorded answers beside the project: shapes were not compared").unwrap();
        return;
    }
    let house = House::demo();
    let ended = house.begin("POST", "/nodes/pve1/lxc/103/status/reboot", &[]);
    house.handle().settle();
    house.begin("POST", "/nodes/pve1/lxc/104/status/reboot", &[]);
    let own = Ours { task: ended, volume: prepare(&house) };
    let mut shapes: BTreeMap<String, (Shape, BTreeSet<String>)> = BTreeMap::new();
    for (path, data) in &recorded {
        let Some((place, path)) = ours(path, &own) else { continue };
        let (shape, paths) = shapes.entry(place).or_default();
        shape.learn("", data);
        paths.insert(path);
    }
    let (mut compared, mut faults) = (0, Vec::new());
    for (place, (shape, paths)) in &shapes {
        for path in paths {
            let reply = house.call("GET", path, &[]);
            if reply.status == 501 {
                continue;
            }
            assert_eq!(reply.status, 200, "{path}: {}", reply.reason);
            compared += 1;
            faults.extend(shape.faults("", &reply.json()["data"]).into_iter().map(|fault| format!("{place}: {fault}")));
        }
    }
    assert!(compared > 45, "only {compared} were compared");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
