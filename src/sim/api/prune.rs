//! Which backups a retention would take away, and taking them away.

use serde_json::{Value, json};

use super::{
    Ask, Endpoint, Guard::Anyone, Outcome, ask::VMID, backups::PRUNE, contents::usable, delete, get, storages::named,
};
use crate::sim::{
    check::rule::{Rule, one_of, parts},
    datacenter::Datacenter,
    prune::{Group, Pruning},
    refusal::Refusal,
    retention::Keep,
    world::{storage::Storage, task::Work},
};

pub const ENDPOINTS: &[Endpoint] = &[
    get("/nodes/{node}/storage/{storage}/prunebackups", super::storages::MAY_SEE, WHICH, preview),
    delete("/nodes/{node}/storage/{storage}/prunebackups", Anyone, WHICH, prune),
];

const WHICH: &[Rule] = &[parts("prune-backups", PRUNE), one_of("type", &["qemu", "lxc"]), VMID];
const PRUNE_MS: i64 = 400;

/// What is to be kept: as the call says it, or the storage.
fn kept(storage: &Storage, ask: &Ask) -> Result<Keep, String> {
    if !storage.takes("backup") {
        return Err(format!("storage '{}' does not support backups", storage.name));
    }
    let told = ask.given("prune-backups").or_else(|| storage.option("prune-backups"));
    told.map(Keep::read).ok_or_else(|| format!("no prune-backups options configured for storage '{}'", storage.name))
}

fn group(ask: &Ask) -> Group {
    let is_machine = ask.given("type").map(|kind| kind == "qemu");
    Group { node: ask.node().to_owned(), vmid: ask.given("vmid").map(|_| ask.vmid()), is_machine }
}

fn preview(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    let storage = named(datacenter, ask)?;
    let keep = kept(storage, ask).map_err(Refusal::died)?;
    usable(datacenter, ask)?;
    let rows = storage.marks(&group(ask), keep).into_iter().map(|(volume, mark)| {
        let kind = if volume.is_of_machine() { "qemu" } else { "lxc" };
        json!({ "volid": format!("{}:{}", storage.name, volume.path), "ctime": volume.made, "mark": mark.word(), "type": kind, "vmid": volume.vmid })
    });
    Ok(rows.collect::<Value>().into())
}

fn prune(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    let name = ask.text("storage");
    let at = format!("/storage/{name}");
    let needs = match ask.given("vmid") {
        Some(vmid) => vec![(at, "Datastore.AllocateSpace"), (format!("/vms/{vmid}"), "VM.Backup")],
        None => vec![(at, "Datastore.Allocate")],
    };
    if let Some((at, privilege)) = needs.iter().find(|(at, privilege)| !datacenter.may(&ask.who, at, privilege)) {
        return Err(Refusal::forbidden(&format!("{at}, {privilege}")));
    }
    let id = ask.given("vmid").map_or_else(|| name.to_owned(), |vmid| format!("{vmid}@{name}"));
    let result = named(datacenter, ask).map_err(|why| why.message).and_then(|storage| kept(storage, ask));
    let work = match result {
        Ok(keep) => Work::Prune(Pruning { storage: name.to_owned(), group: group(ask), keep, voice: "" }),
        Err(why) => Work::Settled(Err(why)),
    };
    Ok(json!(datacenter.begin(ask.node(), "prunebackups", &id, &ask.who.id(), PRUNE_MS, work)).into())
}
