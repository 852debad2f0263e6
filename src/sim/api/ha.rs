//! The HA manager as the API shows it: the guests it looks after, the rules it follows, and how it is.

use serde_json::{Map, Value, json};

use super::{
    Ask, Endpoint,
    Guard::{self, Needs},
    Outcome, delete, get, post, put,
};
use crate::sim::{
    check::{
        formats,
        rule::{Rule, boolean, integer, one_of, text, texts},
    },
    datacenter::Datacenter,
    ha::{Service, Wish},
    refusal::Refusal,
    world::guest::{Guest, Kind},
};

const LOOK: Guard = Needs("/", "Sys.Audit");
const CHANGE: Guard = Needs("/", "Sys.Console");

pub const ENDPOINTS: &[Endpoint] = &[
    get("/cluster/ha", LOOK, &[], |_, _| {
        Ok(["status", "resources", "groups", "rules"]
            .iter()
            .map(|name| json!({ "id": name }))
            .collect::<Value>()
            .into())
    }),
    get("/cluster/ha/resources", LOOK, &[TYPE], list),
    post("/cluster/ha/resources", CHANGE, &RESOURCE, create),
    get("/cluster/ha/resources/{sid}", LOOK, &[SID], one),
    put("/cluster/ha/resources/{sid}", CHANGE, UPDATE, update),
    delete("/cluster/ha/resources/{sid}", CHANGE, &[SID, boolean("purge")], remove),
    post("/cluster/ha/resources/{sid}/migrate", CHANGE, MOVE, migrate),
    post("/cluster/ha/resources/{sid}/relocate", CHANGE, MOVE, migrate),
    get("/cluster/ha/rules", LOOK, &[one_of("type", RULE_KINDS), text("resource")], rules),
    post("/cluster/ha/rules", CHANGE, CREATE_RULE, create_rule),
    get("/cluster/ha/rules/{rule}", LOOK, &[], |d, ask| Ok(rule_row(d, ask.text("rule"))?.into())),
    put("/cluster/ha/rules/{rule}", CHANGE, UPDATE_RULE, update_rule),
    delete("/cluster/ha/rules/{rule}", CHANGE, &[], |d, ask| {
        d.ha.rules.remove(ask.text("rule"));
        Ok(Value::Null.into())
    }),
    get("/cluster/ha/groups", LOOK, &[], |_, _| Err(moved_away("index groups"))),
    get("/cluster/ha/groups/{group}", LOOK, &[], |_, _| Err(moved_away("read group"))),
    get("/cluster/ha/status", Guard::Anyone, &[], |_, _| {
        Ok(["current", "manager_status"].iter().map(|name| json!({ "name": name })).collect::<Value>().into())
    }),
    get("/cluster/ha/status/current", LOOK, &[], current),
    get("/cluster/ha/status/manager_status", LOOK, &[], manager),
];

const STATES: &[&str] = &["started", "stopped", "enabled", "disabled", "ignored"];
const RULE_KINDS: &[&str] = &["node-affinity", "resource-affinity"];
const TYPE: Rule = one_of("type", &["ct", "vm"]);
const SID: Rule = text("sid").format(is_sid).needed();
const GROUP: Rule = text("group").format(formats::config_id);
const COMMENT: Rule = text("comment").longest(4_096);
const DIGEST: Rule = text("digest").longest(64);
const DELETE: Rule = texts("delete").format(formats::config_id_list).longest(4_096);
const RESOURCE: [Rule; 8] = [
    SID,
    TYPE,
    COMMENT,
    boolean("failback"),
    GROUP,
    integer("max_relocate").least(0),
    integer("max_restart").least(0),
    one_of("state", STATES),
];
const UPDATE: &[Rule] = &[
    SID,
    COMMENT,
    boolean("failback"),
    GROUP,
    integer("max_relocate").least(0),
    integer("max_restart").least(0),
    one_of("state", STATES),
    DELETE,
    DIGEST,
];
const MOVE: &[Rule] = &[SID, text("node").format(formats::node).needed()];
const RULE: Rule = text("rule").format(formats::config_id).needed();
const CREATE_RULE: &[Rule] = &[
    RULE,
    one_of("type", RULE_KINDS).needed(),
    texts("resources").needed(),
    texts("nodes"),
    boolean("strict"),
    one_of("affinity", &["positive", "negative"]),
    boolean("disable"),
    COMMENT,
];
const UPDATE_RULE: &[Rule] = &[
    RULE,
    one_of("type", RULE_KINDS),
    texts("resources"),
    texts("nodes"),
    boolean("strict"),
    one_of("affinity", &["positive", "negative"]),
    boolean("disable"),
    COMMENT,
    DELETE,
    DIGEST,
];

fn is_sid(text: &str) -> Result<(), String> {
    let name = text.strip_prefix("ct:").or_else(|| text.strip_prefix("vm:")).unwrap_or(text);
    formats::vmid(name).map_err(|_| format!("value '{text}' does not look like a valid HA resource or VM ID"))
}

fn moved_away(what: &str) -> Refusal {
    Refusal::died(format!("cannot {what}: ha groups have been migrated to rules"))
}

/// The guest a resource is named after: `ct:100`, or an id alone.
fn named<'a>(datacenter: &'a Datacenter, ask: &Ask) -> Result<(String, Option<&'a Guest>), Refusal> {
    let text = ask.text("sid");
    let vmid = text.rsplit(':').next().and_then(|vmid| vmid.parse().ok()).unwrap_or(0);
    let guest = datacenter.guests.get(&vmid);
    if text.contains(':') {
        return Ok((text.to_owned(), guest));
    }
    let guest =
        guest.ok_or_else(|| Refusal::died(format!("unable to detect SID from VMID - VM/CT {text} does not exist")))?;
    Ok((crate::sim::ha::sid(guest), Some(guest)))
}

fn digest(datacenter: &Datacenter) -> String {
    let all = datacenter.ha.services.iter().map(|(sid, service)| format!("{sid} {:?}", service.options));
    super::guests::sha1(&all.collect::<Vec<_>>().join("\n"))
}

fn row(datacenter: &Datacenter, sid: &str, service: &Service) -> Value {
    let mut row: Map<String, Value> = service.options.iter().map(|(key, value)| (key.clone(), value.clone())).collect();
    row.insert("sid".into(), json!(sid));
    row.insert("type".into(), json!(sid.split(':').next()));
    row.insert("digest".into(), json!(digest(datacenter)));
    Value::Object(row)
}

fn list(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    let is_wanted = |sid: &str| ask.given("type").is_none_or(|kind| sid.split(':').next() == Some(kind));
    let services = datacenter.ha.services.iter().filter(|(sid, _)| is_wanted(sid));
    Ok(services.map(|(sid, service)| row(datacenter, sid, service)).collect::<Value>().into())
}

fn one(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    let (sid, _) = named(datacenter, ask)?;
    let service = datacenter.ha.services.get(&sid).ok_or_else(|| no_such(&sid))?;
    Ok(row(datacenter, &sid, service).into())
}

fn no_such(sid: &str) -> Refusal {
    Refusal::died(format!("no such resource '{sid}'"))
}

/// Takes the options of a call over.
fn take(service: &mut Service, ask: &Ask) {
    for name in ["comment", "failback", "max_relocate", "max_restart", "state"] {
        let Some(text) = ask.given(name) else { continue };
        let is_number = matches!(name, "failback" | "max_relocate" | "max_restart");
        let value = if is_number { json!(text.parse::<i64>().unwrap_or(0)) } else { json!(text) };
        service.options.insert(name.to_owned(), value);
    }
    for name in ask.text("delete").split([',', ';', ' ']) {
        service.options.remove(name);
    }
    let state = service.options.get("state").and_then(Value::as_str).unwrap_or("started");
    service.state = if state == "enabled" { "started".into() } else { state.to_owned() };
}

fn create(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    datacenter.quorate()?;
    let (sid, guest) = named(datacenter, ask)?;
    let kind = sid.split(':').next().unwrap_or_default();
    if ask.given("type").is_some_and(|told| told != kind) {
        return Err(Refusal::died("types does not match"));
    }
    if ask.given("group").is_some() {
        return Err(Refusal::died("invalid parameter 'group': ha groups have been migrated to rules"));
    }
    let guest = guest.ok_or_else(|| Refusal::died(format!("resource '{sid}' does not exist in cluster")))?;
    if (guest.kind == Kind::Container) != (kind == "ct") {
        let what = if kind == "ct" { "container" } else { "VM" };
        return Err(Refusal::died(format!("resource '{sid}' - guest with ID {} is not a {what}", guest.vmid)));
    }
    if datacenter.ha.services.contains_key(&sid) {
        return Err(Refusal::died(format!("create resource failed: resource ID '{sid}' already defined")));
    }
    let mut service = Service::default();
    take(&mut service, ask);
    datacenter.ha.services.insert(sid, service);
    let now = datacenter.now();
    datacenter.ha.wake(now);
    Ok(Value::Null.into())
}

fn update(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    datacenter.quorate()?;
    if ask.given("group").is_some() {
        return Err(Refusal::died("invalid parameter 'group': ha groups have been migrated to rules"));
    }
    let (sid, _) = named(datacenter, ask)?;
    if ask.given("digest").is_some_and(|told| told != digest(datacenter)) {
        let text =
            "update resources config failed: detected modified configuration - file changed by other user? Try again.";
        return Err(Refusal::died(text));
    }
    let service = datacenter.ha.services.get_mut(&sid).ok_or_else(|| no_such(&sid))?;
    take(service, ask);
    let now = datacenter.now();
    datacenter.ha.wake(now);
    Ok(Value::Null.into())
}

fn remove(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    let (sid, _) = named(datacenter, ask)?;
    if !datacenter.ha.services.contains_key(&sid) {
        return Err(Refusal::died(format!("cannot delete service '{sid}', not HA managed!")));
    }
    match ask.given("purge") {
        Some("0") => drop(datacenter.ha.services.remove(&sid)),
        _ => datacenter.ha.forget(&sid),
    }
    Ok(Value::Null.into())
}

fn migrate(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    let (sid, _) = named(datacenter, ask)?;
    let node = ask.text("node").to_owned();
    if !datacenter.ha.services.contains_key(&sid) {
        return Err(Refusal::died(format!("resource '{sid}' is not HA managed")));
    }
    datacenter.tell_ha(&sid, &Wish::Move(node.clone())).map_err(Refusal::died)?;
    Ok(json!({ "sid": sid, "requested-node": node }).into())
}

fn rules(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    let names: Vec<String> = datacenter.ha.rules.keys().cloned().collect();
    let rows: Result<Vec<Value>, Refusal> = names.iter().map(|name| rule_row(datacenter, name)).collect();
    let is_wanted = |row: &Value| {
        let resources = row["resources"].as_str().unwrap_or_default();
        ask.given("type").is_none_or(|kind| row["type"] == kind)
            && ask.given("resource").is_none_or(|sid| resources.split(',').any(|known| known == sid))
    };
    Ok(Value::Array(rows?.into_iter().filter(is_wanted).collect()).into())
}

fn rule_row(datacenter: &Datacenter, name: &str) -> Result<Value, Refusal> {
    let rule = datacenter.ha.rules.get(name).ok_or_else(|| Refusal::died(format!("no such ha rule '{name}'")))?;
    let mut row: Map<String, Value> = rule.iter().map(|(key, value)| (key.clone(), value.clone())).collect();
    let order = datacenter.ha.rules.keys().position(|known| known == name).unwrap_or(0) + 1;
    row.insert("rule".into(), json!(name));
    row.insert("order".into(), json!(order));
    row.insert("digest".into(), json!(digest(datacenter)));
    Ok(Value::Object(row))
}

/// Resources that are looked after, and nodes that are there.
fn judge_rule(datacenter: &Datacenter, ask: &Ask) -> Result<(), String> {
    let items = |key: &str| -> Vec<String> {
        ask.text(key).split([',', ';', ' ']).filter(|item| !item.is_empty()).map(str::to_owned).collect()
    };
    let strangers: Vec<String> =
        items("resources").into_iter().filter(|sid| !datacenter.ha.services.contains_key(sid)).collect();
    if !strangers.is_empty() {
        return Err(format!("cannot use unmanaged resource(s) {}.", strangers.join(", ")));
    }
    let is_known = |node: &String| datacenter.node(node.split(':').next().unwrap_or_default()).is_some();
    let missing: Vec<String> = items("nodes").into_iter().filter(|node| !is_known(node)).collect();
    match missing.is_empty() {
        true => Ok(()),
        false => Err(format!("cannot use non-existent node(s) {}.", missing.join(", "))),
    }
}

fn take_rule(datacenter: &mut Datacenter, ask: &Ask) {
    let rule = datacenter.ha.rules.entry(ask.text("rule").to_owned()).or_default();
    for (name, text) in ask.values.iter().filter(|(name, _)| !["rule", "delete", "digest"].contains(&name.as_str())) {
        match (name.as_str(), text.as_str()) {
            ("disable", "0") => drop(rule.remove("disable")),
            ("disable" | "strict", _) => drop(rule.insert(name.clone(), json!(text.parse::<i64>().unwrap_or(0)))),
            _ => drop(rule.insert(name.clone(), json!(text.split([',', ';', ' ']).collect::<Vec<_>>().join(",")))),
        }
        if name == "comment" {
            rule.insert("comment".into(), json!(text));
        }
    }
    for name in ask.text("delete").split([',', ';', ' ']) {
        rule.remove(name);
    }
}

fn create_rule(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    datacenter.quorate()?;
    let failed = |why: String| Refusal::died(format!("create ha rule failed: {why}"));
    let (needed, foreign) = match ask.text("type") {
        "node-affinity" => ("nodes", "affinity"),
        _ => ("affinity", "nodes"),
    };
    if ask.given(needed).is_none() {
        return Err(Refusal::parameter(needed, "property is missing and it is not optional"));
    }
    if ask.given(foreign).is_some() {
        return Err(Refusal::died(format!(
            "property '{foreign}' is not defined for rules of type '{}'",
            ask.text("type")
        )));
    }
    let name = ask.text("rule");
    if datacenter.ha.rules.contains_key(name) {
        return Err(failed(format!("HA rule '{name}' already defined")));
    }
    judge_rule(datacenter, ask).map_err(failed)?;
    take_rule(datacenter, ask);
    Ok(Value::Null.into())
}

fn update_rule(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    datacenter.quorate()?;
    let failed = |why: String| Refusal::died(format!("update HA rules failed: {why}"));
    let name = ask.text("rule");
    if !datacenter.ha.rules.contains_key(name) {
        return Err(failed(format!("HA rule '{name}' does not exist")));
    }
    judge_rule(datacenter, ask).map_err(failed)?;
    take_rule(datacenter, ask);
    Ok(Value::Null.into())
}

/// The node that leads: the first that is up, once there is anything to look after.
fn master(datacenter: &Datacenter) -> Option<&str> {
    let leads = !datacenter.ha.services.is_empty();
    datacenter.here().filter(|_| leads).map(|node| node.name.as_str())
}

fn current(datacenter: &mut Datacenter, _: &Ask) -> Outcome {
    let here = datacenter.here().map(|node| node.name.clone()).unwrap_or_default();
    let is_quorate = datacenter.is_quorate();
    let status = if is_quorate { "OK".to_owned() } else { format!("No quorum on node '{here}'!") };
    let mut rows = vec![
        json!({ "id": "quorum", "type": "quorum", "node": here, "status": status, "quorate": u8::from(is_quorate) }),
    ];
    let now = datacenter.now().as_secs();
    let time = jiff::Timestamp::from_second(now).unwrap_or_default().strftime("%a %b %e %H:%M:%S %Y").to_string();
    let leader = master(datacenter);
    if let Some(leader) = leader {
        rows.push(json!({ "id": "master", "type": "master", "node": leader, "status": format!("{leader} (active, {time})"), "timestamp": now }));
    }
    let (state, watchdog) = if leader.is_some() { ("armed", "active") } else { ("standby", "standby") };
    rows.push(json!({
        "id": "fencing", "type": "fencing", "node": leader.unwrap_or(&here), "armed-state": state,
        "status": format!("{state} (CRM watchdog {watchdog})"),
    }));
    for node in datacenter.nodes.iter().filter(|_| leader.is_some()) {
        let works = datacenter.ha.services.keys().any(|sid| node_of(datacenter, sid) == Some(&node.name));
        let (own, watchdog) = match (node.is_online(), works) {
            (false, _) => ("old timestamp - dead?", "watchdog standby"),
            (true, true) => ("active", "watchdog active"),
            (true, false) => ("idle", "watchdog standby"),
        };
        rows.push(json!({
            "id": format!("lrm:{}", node.name), "type": "lrm", "node": node.name, "timestamp": now,
            "status": format!("{} ({own}, {watchdog}, {time})", node.name),
        }));
    }
    rows.extend(datacenter.ha.services.iter().map(|(sid, service)| service_row(datacenter, sid, service)));
    Ok(Value::Array(rows).into())
}

fn guest_of<'a>(datacenter: &'a Datacenter, sid: &str) -> Option<&'a Guest> {
    datacenter.guests.get(&sid.rsplit(':').next()?.parse().ok()?)
}

fn node_of<'a>(datacenter: &'a Datacenter, sid: &str) -> Option<&'a String> {
    guest_of(datacenter, sid).map(|guest| &guest.node)
}

fn service_row(datacenter: &Datacenter, sid: &str, service: &Service) -> Value {
    let guest = guest_of(datacenter, sid);
    let node = guest.map_or("---", |guest| guest.node.as_str());
    let runs = guest.is_some_and(Guest::is_running);
    let state = if guest.is_some() { service.verbose(runs) } else { "not found" };
    let mut row = json!({
        "id": format!("service:{sid}"), "type": "service", "sid": sid, "node": node, "state": state,
        "status": format!("{sid} ({node}, {state})"), "request_state": service.state, "max_restart": 1, "max_relocate": 1, "failback": 1,
    });
    for (name, value) in service.options.iter().filter(|(name, _)| *name != "state") {
        row[name.as_str()] = value.clone();
    }
    if service.is_known {
        row["crm_state"] = json!(if runs { "started" } else { "stopped" });
    }
    row
}

fn manager(datacenter: &mut Datacenter, _: &Ask) -> Outcome {
    let Some(leader) = master(datacenter) else {
        return Ok(json!({ "manager_status": {}, "quorum": { "node": datacenter.here().map(|node| &node.name), "quorate": u8::from(datacenter.is_quorate()) } }).into());
    };
    let nodes: Map<String, Value> = datacenter
        .nodes
        .iter()
        .map(|node| (node.name.clone(), json!(if node.is_online() { "online" } else { "unknown" })))
        .collect();
    let services: Map<String, Value> = datacenter
        .ha
        .services
        .keys()
        .map(|sid| {
            let runs = guest_of(datacenter, sid).is_some_and(Guest::is_running);
            let state = if runs { "started" } else { "stopped" };
            (sid.clone(), json!({ "node": node_of(datacenter, sid), "state": state, "running": u8::from(runs) }))
        })
        .collect();
    Ok(json!({
        "manager_status": { "master_node": leader, "node_status": nodes, "service_status": services, "timestamp": datacenter.now().as_secs() },
        "quorum": { "node": leader, "quorate": u8::from(datacenter.is_quorate()) },
    })
    .into())
}
