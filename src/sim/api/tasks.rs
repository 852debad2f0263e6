//! Lists of tasks, one task, its log, and ending it. Somebody who may not audit the node sees only his own.

use serde_json::{Value, json};

use super::{Ask, Data, Endpoint, Guard::Anyone, Outcome, ask::VMID, delete, get};
use crate::sim::{
    check::{
        formats,
        rule::{Rule, boolean, integer, one_of, text},
    },
    datacenter::Datacenter,
    refusal::Refusal,
    world::{access::Who, task::Task},
};

pub const ENDPOINTS: &[Endpoint] = &[
    get("/nodes/{node}/tasks", Anyone, FILTER, of_node),
    get("/nodes/{node}/tasks/{upid}", Anyone, &[], |_, _| Ok(json!([{ "name": "log" }, { "name": "status" }]).into())),
    delete("/nodes/{node}/tasks/{upid}", Anyone, &[], abort),
    get("/nodes/{node}/tasks/{upid}/status", Anyone, &[], status),
    get("/nodes/{node}/tasks/{upid}/log", Anyone, LOG, log),
];

const FILTER: &[Rule] = &[
    boolean("errors"),
    integer("limit").least(0),
    integer("since"),
    one_of("source", &["archive", "active", "all"]),
    integer("start").least(0),
    text("statusfilter").format(formats::task_status_list),
    text("typefilter"),
    integer("until"),
    text("userfilter"),
    VMID,
];
const LOG: &[Rule] = &[boolean("download"), integer("limit").least(0), integer("start").least(0)];

/// As many ended tasks of each node as the list of the cluster holds.
const LAST: usize = 25;

fn is_own(who: &Who, task: &Task) -> bool {
    task.user == who.id() || (who.token.is_none() && task.owner().0 == who.user)
}

fn of_node(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    let sees_all = datacenter.may(&ask.who, &format!("/nodes/{}", ask.node()), "Sys.Audit");
    let source = ask.given("source").unwrap_or("archive");
    let is_wanted = |task: &&Task| {
        task.node == ask.node() && (sees_all || is_own(&ask.who, task)) && source_fits(source, task) && fits(ask, task)
    };
    let (running, ended): (Vec<_>, Vec<_>) =
        datacenter.tasks.newest_first().filter(is_wanted).partition(|task| task.is_running());
    let total = running.len() + ended.len();
    let (start, limit) = (ask.number("start").unwrap_or(0), ask.number("limit").unwrap_or(50));
    let rows = running.into_iter().chain(ended).skip(start as usize).take(limit as usize);
    let rows: Value = rows.map(|task| if source == "active" { active_row(task) } else { row(task) }).collect();
    Ok(Data::Counted(rows, total))
}

fn source_fits(source: &str, task: &Task) -> bool {
    match source {
        "active" => task.is_running(),
        "archive" => !task.is_running(),
        _ => true,
    }
}

fn fits(ask: &Ask, task: &Task) -> bool {
    let exit = task.exit().unwrap_or("RUNNING");
    let is_error = task.exit().is_some_and(|exit| exit != "OK" && !exit.starts_with("WARNINGS: "));
    let kind = match exit {
        "RUNNING" | "unexpected status" => "unknown",
        "OK" => "ok",
        exit if exit.starts_with("WARNINGS: ") => "warning",
        _ => "error",
    };
    (!ask.is_set("errors") || is_error)
        && ask.given("vmid").is_none_or(|vmid| vmid == task.id)
        && ask.given("typefilter").is_none_or(|wanted| wanted == task.kind)
        && ask.given("userfilter").is_none_or(|wanted| task.user.to_lowercase().contains(&wanted.to_lowercase()))
        && ask.number("since").is_none_or(|since| task.start.as_secs() >= since)
        && ask.number("until").is_none_or(|until| task.start.as_secs() <= until)
        && ask
            .given("statusfilter")
            .is_none_or(|wanted| wanted.to_lowercase().split([',', ';', ' ']).any(|one| one == kind))
}

fn row(task: &Task) -> Value {
    let (user, token) = task.owner();
    let mut row = json!({
        "upid": task.upid, "node": task.node, "pid": task.pid, "pstart": task.pstart, "starttime": task.start.as_secs(),
        "type": task.kind, "id": task.id, "user": user,
    });
    if let Some(token) = token {
        row["tokenid"] = json!(token);
    }
    match task.ended_at() {
        Some(at) => {
            row["endtime"] = json!(at.as_secs());
            row["status"] = json!(task.exit());
        }
        None => row["status"] = json!("RUNNING"),
    }
    row
}

/// Here the token stays in the user's name.
fn active_row(task: &Task) -> Value {
    json!({
        "upid": task.upid, "node": task.node, "pid": task.pid, "pstart": task.pstart, "starttime": task.start.as_secs(),
        "type": task.kind, "id": task.id, "user": task.user, "status": "RUNNING", "saved": "0",
    })
}

pub fn of_cluster(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    let sees_all = datacenter.may(&ask.who, "/", "Sys.Audit");
    // The real one compares the user without the token with the caller's full name: a token sees none of its own.
    let is_seen = |task: &&Task| sees_all || task.owner().0 == ask.who.id();
    let mut rows: Vec<Value> = Vec::new();
    for node in &datacenter.nodes {
        let of_node = |task: &&Task| task.node == node.name;
        let mine = || datacenter.tasks.newest_first().filter(of_node).filter(is_seen);
        rows.extend(mine().filter(|task| task.is_running()).map(cluster_row));
        rows.extend(mine().filter(|task| !task.is_running()).take(LAST).map(cluster_row));
    }
    rows.sort_by_key(|row| (row.get("endtime").is_some(), std::cmp::Reverse(row["starttime"].as_i64())));
    Ok(Value::Array(rows).into())
}

fn cluster_row(task: &Task) -> Value {
    let mut row = row(task);
    if let Some(fields) = row.as_object_mut() {
        fields.remove("pstart");
        match task.is_running() {
            true => fields.remove("status"),
            false => fields.remove("pid"),
        };
        fields.insert("saved".into(), json!(if task.is_running() { "0" } else { "1" }));
    }
    row
}

/// The task a path names, when the caller may look at it.
fn named<'a>(datacenter: &'a Datacenter, ask: &Ask) -> Result<&'a Task, Refusal> {
    let upid = ask.text("upid");
    if !is_upid(upid) {
        return Err(Refusal::parameter("upid", "unable to parse worker upid"));
    }
    let task = datacenter.tasks.get(upid).filter(|task| task.node == ask.node());
    let task = task.ok_or_else(|| Refusal::parameter("upid", "no such task"))?;
    let place = format!("/nodes/{}", ask.node());
    if is_own(&ask.who, task) || datacenter.may(&ask.who, &place, "Sys.Audit") {
        return Ok(task);
    }
    Err(Refusal::forbidden(&format!("{place}, Sys.Audit")))
}

fn is_upid(text: &str) -> bool {
    let parts: Vec<_> = text.split(':').collect();
    let is_hex = |part: &str, lengths: &[usize]| {
        lengths.contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_hexdigit())
    };
    let [head, node, pid, pstart, start, kind, _, user, tail] = parts[..] else { return false };
    head == "UPID"
        && !node.is_empty()
        && is_hex(pid, &[8])
        && is_hex(pstart, &[8, 9])
        && is_hex(start, &[8])
        && !kind.is_empty()
        && !user.is_empty()
        && tail.is_empty()
}

fn status(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    let task = named(datacenter, ask)?;
    let mut row = row(task);
    if let Some(fields) = row.as_object_mut() {
        fields.remove("endtime");
        fields.insert("status".into(), json!(if task.is_running() { "running" } else { "stopped" }));
        if let Some(exit) = task.exit() {
            fields.insert("exitstatus".into(), json!(exit));
        }
    }
    Ok(row.into())
}

fn log(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    let task = named(datacenter, ask)?;
    let lines: Vec<_> = task.log.iter().filter(|line| line.at <= datacenter.now()).collect();
    if lines.is_empty() {
        return Ok(Data::Counted(json!([{ "n": 1, "t": "no content" }]), 1));
    }
    let (start, limit) = (ask.number("start").unwrap_or(0) as usize, ask.number("limit").unwrap_or(50) as usize);
    let limit = if limit == 0 { usize::MAX } else { limit };
    let rows = lines
        .iter()
        .enumerate()
        .skip(start)
        .take(limit)
        .map(|(number, line)| json!({ "n": number + 1, "t": line.text }));
    Ok(Data::Counted(rows.collect(), lines.len()))
}

fn abort(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    let upid = ask.text("upid").to_owned();
    if !is_upid(&upid) {
        return Err(Refusal::parameter("upid", "unable to parse worker upid"));
    }
    let place = format!("/nodes/{}", ask.node());
    let is_mine = datacenter.tasks.get(&upid).is_some_and(|task| is_own(&ask.who, task));
    if !is_mine && !datacenter.may(&ask.who, &place, "Sys.Modify") {
        return Err(Refusal::forbidden(&format!("{place}, Sys.Modify")));
    }
    datacenter.abort(&upid);
    Ok(Value::Null.into())
}
