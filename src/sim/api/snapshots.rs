//! The snapshots of a container. What is wrong with a wish shows in its task; only names are judged at once.

use serde_json::{Map, Value, json};

use super::{
    Ask, Endpoint,
    Guard::{self, Any, Anyone, Needs},
    Outcome, delete, get, guests, post, put,
};
use crate::sim::{
    check::{
        formats,
        rule::{Rule, boolean, text},
    },
    datacenter::Datacenter,
    life::{
        Step,
        snapshots::{Rollback, Wish},
    },
    refusal::Refusal,
    turns::Turn,
    work::unlocked,
    world::{
        guest::{Kind, Snapshot},
        task::Work,
    },
};

const MAKE: Guard = Needs("/vms/{vmid}", "VM.Snapshot");
const GO_BACK: Guard = Any("/vms/{vmid}", &["VM.Snapshot", "VM.Snapshot.Rollback"]);
const LOOK: Guard = Any("/vms/{vmid}", &["VM.Snapshot", "VM.Snapshot.Rollback", "VM.Audit"]);
pub const NAME: Rule = text("snapname").format(formats::config_id).longest(40);

pub const ENDPOINTS: &[Endpoint] = &[
    get("/nodes/{node}/lxc/{vmid}/snapshot", guests::AUDIT, &[], list),
    post("/nodes/{node}/lxc/{vmid}/snapshot", MAKE, &[NAME.needed(), text("description")], take),
    get("/nodes/{node}/lxc/{vmid}/snapshot/{snapname}", Anyone, &[], |_, _| {
        Ok(json!([{ "cmd": "rollback" }, { "cmd": "config" }]).into())
    }),
    delete("/nodes/{node}/lxc/{vmid}/snapshot/{snapname}", MAKE, &[boolean("force")], remove),
    post("/nodes/{node}/lxc/{vmid}/snapshot/{snapname}/rollback", GO_BACK, &[boolean("start")], roll_back),
    get("/nodes/{node}/lxc/{vmid}/snapshot/{snapname}/config", LOOK, &[], config),
    put("/nodes/{node}/lxc/{vmid}/snapshot/{snapname}/config", MAKE, &[text("description")], describe),
];

/// A moment of stillness, and the volumes are kept.
const TAKE_MS: i64 = 350;
const DROP_MS: i64 = 400;
const ROLL_BACK_MS: i64 = 1_400;

fn list(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    let guest = ask.guest(datacenter, Kind::Container)?;
    let mut rows: Vec<Value> = guest.snapshots.iter().map(row).collect();
    let mut current = json!({
        "name": "current", "description": "You are here!", "digest": super::config_digest(guest),
        "running": u8::from(guest.is_running()),
    });
    if let Some(parent) = guest.text("parent") {
        current["parent"] = json!(parent);
    }
    rows.push(current);
    Ok(Value::Array(rows).into())
}

fn row(snapshot: &Snapshot) -> Value {
    let Snapshot { name, description, taken, parent, .. } = snapshot;
    let mut row = json!({ "name": name, "description": description, "snaptime": taken.as_secs() });
    if let Some(parent) = parent {
        row["parent"] = json!(parent);
    }
    row
}

fn turn<'a>(ask: &'a Ask, name: &'static str, who: &'a str) -> Turn<'a> {
    Turn { node: ask.node(), kind: Kind::Container, vmid: ask.vmid(), name, who }
}

fn take(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    let name = ask.text("snapname").to_owned();
    if matches!(name.as_str(), "current" | "vzdump") {
        return Err(Refusal::died(format!("unable to use snapshot name '{name}' (reserved name)")));
    }
    let wish = Wish { vmid: ask.vmid(), name, description: ask.text("description").to_owned() };
    let steps = [(0, Work::Life(Step::TakeSnapshot(wish.clone()))), (TAKE_MS, Work::Life(Step::Snapshot(wish)))];
    Ok(json!(datacenter.take_turn(&turn(ask, "vzsnapshot", &ask.who.id()), &steps)).into())
}

fn remove(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    let (vmid, name) = (ask.vmid(), ask.text("snapname").to_owned());
    let begin = Step::DropSnapshot { vmid, name: name.clone() };
    let steps = [(0, Work::Life(begin)), (DROP_MS, Work::Life(Step::Dropped { vmid, name }))];
    Ok(json!(datacenter.take_turn(&turn(ask, "vzdelsnapshot", &ask.who.id()), &steps)).into())
}

fn roll_back(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    let order = Rollback { vmid: ask.vmid(), name: ask.text("snapname").to_owned(), starts: ask.is_set("start") };
    let steps = [(0, Work::Life(Step::RollBack(order.clone()))), (ROLL_BACK_MS, Work::Life(Step::RolledBack(order)))];
    Ok(json!(datacenter.take_turn(&turn(ask, "vzrollback", &ask.who.id()), &steps)).into())
}

/// The snapshot's options, with when it was taken.
pub fn options(snapshot: &Snapshot) -> Map<String, Value> {
    let mut data: Map<_, _> = snapshot.config.clone().into_iter().collect();
    data.insert("snaptime".into(), json!(snapshot.taken.as_secs()));
    if !snapshot.description.is_empty() {
        data.insert("description".into(), json!(snapshot.description));
    }
    if let Some(parent) = &snapshot.parent {
        data.insert("parent".into(), json!(parent));
    }
    data
}

pub fn missing(name: &str) -> Refusal {
    Refusal::died(format!("snapshot '{name}' does not exist"))
}

fn config(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    let guest = ask.guest(datacenter, Kind::Container)?;
    let name = ask.text("snapname");
    let mut data = options(guest.snapshot(name).ok_or_else(|| missing(name))?);
    data.remove("lxc");
    Ok(Value::Object(data).into())
}

fn describe(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    let Some(text) = ask.given("description") else { return Ok(Value::Null.into()) };
    datacenter.quorate()?;
    unlocked(ask.guest(datacenter, Kind::Container)?).map_err(Refusal::died)?;
    let name = ask.text("snapname");
    let guest = datacenter.guests.get_mut(&ask.vmid());
    let snapshot = guest.and_then(|guest| guest.snapshots.iter_mut().find(|snapshot| snapshot.name == name));
    let snapshot = snapshot.ok_or_else(|| missing(name))?;
    snapshot.description = if text.is_empty() { String::new() } else { format!("{}\n", text.trim_end_matches('\n')) };
    Ok(Value::Null.into())
}
