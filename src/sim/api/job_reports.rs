//! What backup jobs come to: which volumes one saves, which guests none saves, when a schedule would run.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::{
    Ask, Endpoint,
    Guard::{Anyone, Needs},
    Outcome, get,
    jobs::{ID, SCHEDULE, known},
};
use crate::sim::{
    backup::{is_included, mounts},
    check::rule::{Rule, integer},
    datacenter::Datacenter,
    jobs::Wish,
    schedule::Schedule,
    volumes::disks,
    world::guest::{Guest, Kind},
};

pub const ENDPOINTS: &[Endpoint] = &[
    get("/cluster/backup/{id}/included_volumes", Needs("/", "Sys.Audit"), &[ID], included),
    get("/cluster/backup-info/not-backed-up", Needs("/", "Sys.Audit"), &[], not_backed_up),
    get("/cluster/jobs", Anyone, &[], |_, _| {
        Ok(json!([{ "subdir": "schedule-analyze" }, { "subdir": "realm-sync" }]).into())
    }),
    get("/cluster/jobs/schedule-analyze", Anyone, ANALYZE, analyze),
];

const ANALYZE: &[Rule] = &[SCHEDULE.needed(), integer("iterations").least(1).most(100), integer("starttime")];

fn included(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    let wished = datacenter.wished(&Wish::of(known(datacenter, ask)?));
    let mut vmids: Vec<u32> = wished.into_values().flatten().collect();
    vmids.sort_unstable();
    let is_seen = |vmid: &u32| datacenter.may(&ask.who, &format!("/vms/{vmid}"), "VM.Audit");
    let children = vmids.into_iter().filter(is_seen).map(|vmid| match datacenter.guests.get(&vmid) {
        None => json!({ "id": vmid, "type": "unknown", "leaf": 1 }),
        Some(guest) => {
            let volumes = volumes_of(guest);
            let leaf = u8::from(volumes.is_empty());
            json!({ "id": vmid, "type": guest.kind.word(), "name": guest.name(), "children": volumes, "leaf": leaf })
        }
    });
    Ok(json!({ "children": children.collect::<Value>() }).into())
}

/// Volumes with whether they are saved, and why.
fn volumes_of(guest: &Guest) -> Vec<Value> {
    let row = |slot: &str, name: &str, is_in: bool, reason: &str| json!({ "id": format!("{}:{slot}", guest.vmid), "name": name, "included": u8::from(is_in), "reason": reason, "leaf": 1 });
    let name = |slot: &str| guest.text(slot).and_then(|text| text.split(',').next()).unwrap_or_default().to_owned();
    if guest.kind == Kind::Machine {
        let reason = |is_in| if is_in { "enabled" } else { "disabled" };
        let all = disks(guest).map(|disk| (disk.slot, is_included(guest, &disk)));
        return all.map(|(slot, is_in)| row(slot, &name(slot), is_in, reason(is_in))).collect();
    }
    mounts(guest)
        .into_iter()
        .map(|(slot, _, excluded)| match excluded {
            Some((_, why)) => row(slot, &name(slot), false, why),
            None => row(slot, &name(slot), true, if slot == "rootfs" { "rootfs" } else { "enabled" }),
        })
        .collect()
}

fn not_backed_up(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    let jobs = datacenter.jobs.values();
    let saved: HashSet<u32> =
        jobs.flat_map(|job| datacenter.wished(&Wish::of(job)).into_values().flatten().collect::<Vec<_>>()).collect();
    let guests = datacenter.guests.values().filter(|guest| !saved.contains(&guest.vmid));
    let seen = guests.filter(|guest| datacenter.may(&ask.who, &format!("/vms/{}", guest.vmid), "VM.Audit"));
    let rows = seen.map(|guest| json!({ "vmid": guest.vmid, "type": guest.kind.word(), "name": guest.name() }));
    Ok(rows.collect::<Value>().into())
}

fn analyze(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    let Ok(schedule) = Schedule::read(ask.text("schedule")) else { return Ok(json!([]).into()) };
    let mut after = ask.number("starttime").unwrap_or_else(|| datacenter.now().as_secs());
    let mut rows = Vec::new();
    for _ in 0..ask.number("iterations").unwrap_or(10) {
        let Some(next) = schedule.next(after) else { break };
        let utc = jiff::Timestamp::from_second(next).unwrap_or_default().strftime("%a %b %e %H:%M:%S %Y").to_string();
        rows.push(json!({ "timestamp": next, "utc": utc }));
        after = next;
    }
    Ok(Value::Array(rows).into())
}
