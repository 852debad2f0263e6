//! Storages, and what lies on them.

use serde_json::{Value, json};

use super::{
    Ask, Endpoint,
    Guard::{Any, Anyone, Needs},
    Outcome, get,
    resources::sees,
};
use crate::sim::{
    check::{
        formats,
        rule::{Rule, boolean, one_of, text},
    },
    datacenter::Datacenter,
    refusal::Refusal,
    volumes::Fills,
    world::storage::Storage,
};

pub const MAY_SEE: super::Guard = Any("/storage/{storage}", &["Datastore.Audit", "Datastore.AllocateSpace"]);

pub const ENDPOINTS: &[Endpoint] = &[
    get("/storage", Anyone, &[one_of("type", KINDS)], configs),
    get("/storage/{storage}", Needs("/storage/{storage}", "Datastore.Allocate"), &[], config),
    get("/nodes/{node}/storage", Anyone, FILTER, of_node),
    get("/nodes/{node}/storage/{storage}", MAY_SEE, &[], |_, _| {
        let places = [
            "content",
            "download-url",
            "file-restore",
            "oci-registry-pull",
            "prunebackups",
            "rrd",
            "rrddata",
            "status",
            "upload",
        ];
        Ok(places.iter().map(|place| json!({ "subdir": place })).collect::<Value>().into())
    }),
    get("/nodes/{node}/storage/{storage}/status", MAY_SEE, &[], status),
];

const KINDS: &[&str] = &[
    "btrfs",
    "cephfs",
    "cifs",
    "dir",
    "esxi",
    "iscsi",
    "iscsidirect",
    "lvm",
    "lvmthin",
    "nfs",
    "pbs",
    "rbd",
    "zfs",
    "zfspool",
];
const FILTER: &[Rule] = &[
    text("content").format(formats::content_list),
    boolean("enabled"),
    boolean("format"),
    text("storage").format(formats::storage_id),
    text("target").format(formats::node),
];

/// The storage a path names, on the node it names.
pub fn named<'a>(datacenter: &'a Datacenter, ask: &Ask) -> Result<&'a Storage, Refusal> {
    let name = ask.text("storage");
    let storage = datacenter.storage(name).ok_or_else(|| Refusal::died(format!("storage '{name}' does not exist")))?;
    match ask.given("node").is_none_or(|node| storage.is_on(node)) {
        true => Ok(storage),
        false => Err(Refusal::died(format!("storage '{name}' is not available on node '{}'", ask.node()))),
    }
}

fn config_row(datacenter: &Datacenter, storage: &Storage) -> Value {
    let mut row = json!({ "storage": storage.name, "type": storage.kind, "content": storage.content, "digest": digest(datacenter) });
    for (key, value) in &storage.options {
        row[*key] = json!(value);
    }
    if !storage.nodes.is_empty() {
        row["nodes"] = json!(storage.nodes.join(","));
    }
    row
}

fn digest(datacenter: &Datacenter) -> String {
    let names: Vec<_> = datacenter.storages.iter().map(|storage| storage.name).collect();
    super::guests::sha1(&names.join("\n"))
}

fn configs(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    let is_wanted = |storage: &&Storage| {
        ask.given("type").is_none_or(|kind| kind == storage.kind) && sees(datacenter, ask, storage)
    };
    Ok(datacenter
        .storages
        .iter()
        .filter(is_wanted)
        .map(|storage| config_row(datacenter, storage))
        .collect::<Value>()
        .into())
}

fn config(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    let name = ask.text("storage");
    let storage = datacenter.storage(name).ok_or_else(|| Refusal::died(format!("storage '{name}' does not exist")))?;
    Ok(config_row(datacenter, storage).into())
}

fn status_row(datacenter: &Datacenter, storage: &Storage, node: &str, fills: &Fills) -> Value {
    let is_active = storage.outage().is_none();
    let total = if is_active { storage.total } else { 0 };
    let used = if is_active { datacenter.used_on(storage, node, fills) } else { 0 };
    json!({
        "type": storage.kind, "content": storage.content, "active": u8::from(is_active), "enabled": 1,
        "shared": u8::from(storage.is_shared), "total": total, "used": used, "avail": total - used,
    })
}

fn of_node(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    let contents: Vec<&str> =
        ask.text("content").split([',', ';', ' ']).filter(|content| !content.is_empty()).collect();
    let is_wanted = |storage: &&Storage| {
        storage.is_on(ask.node())
            && sees(datacenter, ask, storage)
            && ask.given("storage").is_none_or(|name| name == storage.name)
            && (contents.is_empty() || contents.iter().any(|content| storage.takes(content)))
    };
    let fills = datacenter.fills();
    let rows = datacenter.storages.iter().filter(is_wanted).map(|storage| {
        let mut row = status_row(datacenter, storage, ask.node(), &fills);
        row["storage"] = json!(storage.name);
        if row["total"] != json!(0) {
            row["used_fraction"] = json!(row["used"].as_f64().unwrap_or(0.0) / storage.total.max(1) as f64);
        }
        row
    });
    Ok(rows.collect::<Value>().into())
}

fn status(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    Ok(status_row(datacenter, named(datacenter, ask)?, ask.node(), &datacenter.fills()).into())
}
