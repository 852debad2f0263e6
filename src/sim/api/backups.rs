//! Making backups. What is wrong with a guest shows in the task; only the call itself is judged here.

use serde_json::json;

use super::{Ask, Endpoint, Guard::Anyone, Outcome, post};
use crate::sim::{
    backup::Order,
    check::{
        formats, patterns,
        rule::{Rule, boolean, integer, list, one_of, parts, text},
    },
    datacenter::Datacenter,
    refusal::Refusal,
    world::task::Work,
};

pub const ENDPOINTS: &[Endpoint] = &[post("/nodes/{node}/vzdump", Anyone, ORDER, back_up)];

const ORDER: &[Rule] = &[
    boolean("all"),
    integer("bwlimit").least(0),
    one_of("compress", &["0", "1", "gzip", "lzo", "zstd"]),
    text("dumpdir"),
    text("exclude").format(formats::vmid_list),
    list("exclude-path"),
    parts("fleecing", &[boolean("enabled").default_key(), text("storage").format(formats::storage_id)]),
    integer("ionice").least(0).most(8),
    text("job-id").longest(50).pattern(patterns::is_one_word),
    integer("lockwait").least(0),
    one_of("mailnotification", &["always", "failure"]),
    text("mailto").format(formats::mail_list),
    one_of("mode", &["snapshot", "suspend", "stop"]),
    text("notes-template").longest(1_024).requires("storage"),
    one_of("notification-mode", &["auto", "legacy-sendmail", "notification-system"]),
    one_of("pbs-change-detection-mode", &["legacy", "data", "metadata"]),
    parts("performance", &[integer("max-workers").least(1).most(256), integer("pbs-entries-max").least(1)]),
    integer("pigz"),
    text("pool"),
    boolean("protected").requires("storage"),
    parts("prune-backups", PRUNE),
    boolean("quiet"),
    boolean("remove"),
    text("script"),
    boolean("stdexcludes"),
    boolean("stdout"),
    boolean("stop"),
    integer("stopwait").least(0),
    text("storage").format(formats::storage_id),
    text("tmpdir"),
    text("vmid").format(formats::vmid_list),
    integer("zstd"),
];

const PRUNE: &[Rule] = &[
    boolean("keep-all"),
    integer("keep-daily").least(0),
    integer("keep-hourly").least(0),
    integer("keep-last").least(0),
    integer("keep-monthly").least(0),
    integer("keep-weekly").least(0),
    integer("keep-yearly").least(0),
];

fn back_up(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    if ask.given("vmid").is_none() && !ask.is_set("all") && ask.given("pool").is_none() {
        return Err(Refusal::parameter("vmid", "property is missing and it is not optional"));
    }
    let storage = ask.given("storage").unwrap_or("local");
    let place = format!("/storage/{storage}");
    if !datacenter.may(&ask.who, &place, "Datastore.AllocateSpace") {
        return Err(Refusal::forbidden(&format!("{place}, Datastore.AllocateSpace")));
    }
    let vmids = wanted(datacenter, ask);
    if vmids.is_empty() {
        return Ok(json!("OK").into());
    }
    let doomed = doomed(datacenter, ask, storage, &vmids);
    if let Some(why) = doomed {
        let id = if vmids.len() == 1 { vmids[0].to_string() } else { String::new() };
        let upid = datacenter.begin(ask.node(), "vzdump", &id, &ask.who.id(), 80, Work::Settled(Err(why)));
        return Ok(json!(upid).into());
    }
    let order = Order {
        node: ask.node().to_owned(),
        vmids,
        mode: ask.given("mode").unwrap_or("snapshot").to_owned(),
        compress: ask.given("compress").unwrap_or("0").to_owned(),
        limit: ask.number("bwlimit").unwrap_or(0).unsigned_abs(),
        notes: ask.given("notes-template").map(str::to_owned),
        is_protected: ask.is_set("protected"),
        ..Order::to(storage)
    };
    Ok(json!(datacenter.back_up(&order, &ask.who.id())).into())
}

/// The guests that are meant: those named, without the ones that live elsewhere; or all, or those of a pool.
fn wanted(datacenter: &Datacenter, ask: &Ask) -> Vec<u32> {
    let numbers =
        |key: &str| -> Vec<u32> { ask.text(key).split([',', ';', ' ']).filter_map(|vmid| vmid.parse().ok()).collect() };
    let excluded = numbers("exclude");
    let mut vmids = numbers("vmid");
    vmids.retain(|vmid| datacenter.guests.get(vmid).is_none_or(|guest| guest.node == ask.node()));
    if ask.given("vmid").is_none() {
        let here = datacenter.guests.values().filter(|guest| guest.node == ask.node());
        let meant = here.filter(|guest| ask.is_set("all") || guest.pool.as_deref() == ask.given("pool"));
        vmids = meant.map(|guest| guest.vmid).filter(|vmid| !excluded.contains(vmid)).collect();
    }
    vmids.sort_unstable();
    vmids.dedup();
    vmids
}

/// What ends the task before it touches a guest.
fn doomed(datacenter: &Datacenter, ask: &Ask, storage: &str, vmids: &[u32]) -> Option<String> {
    let known = vmids.iter().filter(|vmid| datacenter.guests.contains_key(vmid));
    if let Some(vmid) = known.into_iter().find(|vmid| !datacenter.may(&ask.who, &format!("/vms/{vmid}"), "VM.Backup")) {
        return Some(format!("403 Permission check failed (/vms/{vmid}, VM.Backup)"));
    }
    let no = format!("could not get storage information for '{storage}':");
    match datacenter.storage(storage) {
        None => Some(format!("{no} storage '{storage}' does not exist")),
        Some(known) if !known.takes("backup") => {
            Some(format!("{no} can't use storage '{storage}' for backups - wrong content type"))
        }
        Some(_) => None,
    }
}
