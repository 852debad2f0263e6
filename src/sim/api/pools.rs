//! Pools: which there are, who belongs to them, and changing that.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{
    Ask, Endpoint,
    Guard::{self, Anyone, Needs},
    Outcome, delete, get, post, put,
    resources::{member_of_guest, member_of_storage},
};
use crate::sim::{
    check::{
        formats,
        rule::{Rule, boolean, one_of, text},
    },
    datacenter::Datacenter,
    refusal::Refusal,
    world::pool::Pool,
};

const CHANGE: Guard = Needs("/pool/{poolid}", "Pool.Allocate");

pub const ENDPOINTS: &[Endpoint] = &[
    get("/pools", Anyone, &[POOL, KIND.requires("poolid")], list),
    post("/pools", CHANGE, &[POOL.needed(), COMMENT], create),
    put("/pools", CHANGE, UPDATE, update),
    delete("/pools", CHANGE, &[POOL.needed()], remove),
    get("/pools/{+poolid}", Needs("/pool/{poolid}", "Pool.Audit"), &[KIND], |d, ask| one(d, ask).map(Into::into)),
    put("/pools/{+poolid}", CHANGE, UPDATE, update),
    delete("/pools/{+poolid}", CHANGE, &[], remove),
];

const POOL: Rule = text("poolid").format(formats::pool_id);
const COMMENT: Rule = text("comment");
const KIND: Rule = one_of("type", &["qemu", "lxc", "storage"]);
const UPDATE: &[Rule] = &[
    POOL.needed(),
    COMMENT,
    boolean("allow-move"),
    boolean("delete"),
    text("storage").format(formats::storage_id_list),
    text("vms").format(formats::vmid_list),
];

impl Datacenter {
    pub fn has_pool(&self, name: &str) -> bool {
        self.pools.contains_key(name)
    }
}

fn list(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    if ask.given("poolid").is_some() {
        return Ok(json!([one(datacenter, ask)?]).into());
    }
    let is_seen = |name: &str| datacenter.may(&ask.who, &format!("/pool/{name}"), "Pool.Audit");
    let rows = datacenter.pools.iter().filter(|(name, _)| is_seen(name)).map(|(name, pool)| {
        let mut row = json!({ "poolid": name });
        if let Some(comment) = &pool.comment {
            row["comment"] = json!(comment);
        }
        row
    });
    Ok(rows.collect::<Value>().into())
}

fn one(datacenter: &mut Datacenter, ask: &Ask) -> Result<Value, Refusal> {
    let (name, kind) = (ask.text("poolid"), ask.given("type"));
    let pool = known(datacenter, name)?;
    let is_meant = |own: &str| kind.is_none_or(|kind| kind == own);
    let guests = datacenter.guests.values().filter(|guest| guest.pool.as_deref() == Some(name));
    let mut members: Vec<Value> =
        guests.filter(|guest| is_meant(guest.kind.word())).map(|guest| member_of_guest(datacenter, guest)).collect();
    if is_meant("storage") {
        let storages = pool.storages.iter().filter_map(|storage| datacenter.storage(storage));
        members.extend(storages.map(|storage| member_of_storage(datacenter, storage)));
    }
    let mut row = json!({ "poolid": name, "members": members });
    if let Some(comment) = &pool.comment {
        row["comment"] = json!(comment);
    }
    Ok(row)
}

fn known<'a>(datacenter: &'a Datacenter, name: &str) -> Result<&'a Pool, Refusal> {
    datacenter.pools.get(name).ok_or_else(|| Refusal::died(format!("pool '{name}' does not exist")))
}

fn create(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    datacenter.quorate()?;
    let name = ask.text("poolid");
    if datacenter.has_pool(name) {
        return Err(Refusal::died(format!("create pool failed: pool '{name}' already exists")));
    }
    let leaf = match name.rsplit_once('/') {
        Some((parent, _)) if !datacenter.has_pool(parent) => {
            let text = format!("create pool failed: parent '{parent}' of pool '{name}' does not exist");
            return Err(Refusal::died(text));
        }
        Some((_, leaf)) => leaf,
        None => name,
    };
    if !leaf.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return Err(Refusal::died("create pool failed: pool name must start with a letter"));
    }
    let comment = ask.given("comment").filter(|comment| !comment.is_empty()).map(str::to_owned);
    datacenter.pools.insert(name.to_owned(), Pool { comment, storages: BTreeSet::new() });
    Ok(Value::Null.into())
}

fn update(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    datacenter.quorate()?;
    let name = ask.text("poolid").to_owned();
    let failed = |text: String| Refusal::died(format!("update pools failed: {text}"));
    let mut pool = known(datacenter, &name).map_err(|why| failed(why.message))?.clone();
    if let Some(comment) = ask.given("comment") {
        pool.comment = Some(comment.to_owned());
    }
    let vmids = crate::sim::jobs::numbers(ask.text("vms"));
    for vmid in &vmids {
        may_modify(datacenter, ask, &format!("/vms/{vmid}")).map_err(failed)?;
        let own = datacenter.guests.get(vmid).and_then(|guest| guest.pool.clone());
        judge_guest(datacenter, ask, &name, *vmid, own.as_deref()).map_err(failed)?;
    }
    for storage in ask.text("storage").split([',', ';', ' ']).filter(|storage| !storage.is_empty()) {
        may_modify(datacenter, ask, &format!("/storage/{storage}")).map_err(failed)?;
        let is_member = pool.storages.contains(storage);
        match (ask.is_set("delete"), is_member) {
            (true, false) => return Err(failed(format!("Storage '{storage}' is not a pool member"))),
            (false, true) => return Err(failed(format!("Storage '{storage}' is already a pool member"))),
            (true, true) => drop(pool.storages.remove(storage)),
            (false, false) => drop(pool.storages.insert(storage.to_owned())),
        }
    }
    datacenter.pools.insert(name.clone(), pool);
    for vmid in vmids {
        if let Some(guest) = datacenter.guests.get_mut(&vmid) {
            guest.pool = (!ask.is_set("delete")).then(|| name.clone());
        }
    }
    Ok(Value::Null.into())
}

/// Who changes membership may change rights at what becomes a member. A missing right is told inside another error.
fn may_modify(datacenter: &Datacenter, ask: &Ask, path: &str) -> Result<(), String> {
    let own = if path.starts_with("/vms") { "VM.Allocate" } else { "Datastore.Allocate" };
    let held = datacenter.rights(&ask.who, path).held;
    match held.has("Permissions.Modify") || held.has(own) {
        true => Ok(()),
        false => Err(format!("403 Permission check failed ({path}, Permissions.Modify|{own})")),
    }
}

fn judge_guest(datacenter: &Datacenter, ask: &Ask, pool: &str, vmid: u32, own: Option<&str>) -> Result<(), String> {
    match (ask.is_set("delete"), own == Some(pool), own) {
        (true, false, _) => Err(format!("VM {vmid} is not a pool member")),
        (false, true, _) => Err(format!("VM {vmid} is already a pool member")),
        (false, false, Some(other)) if !ask.is_set("allow-move") => {
            Err(format!("VM {vmid} belongs already to pool '{other}' and 'allow-move' is not set"))
        }
        (false, false, Some(other)) if !datacenter.may(&ask.who, &format!("/pool/{other}"), "Pool.Allocate") => {
            Err(format!("403 Permission check failed (/pool/{other}, Pool.Allocate)"))
        }
        _ => Ok(()),
    }
}

fn remove(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    datacenter.quorate()?;
    let name = ask.text("poolid").to_owned();
    let failed = |text: String| Refusal::died(format!("delete pool failed: {text}"));
    let pool = known(datacenter, &name).map_err(|why| failed(why.message))?;
    let below = format!("{name}/");
    let held = datacenter
        .pools
        .keys()
        .find(|other| other.starts_with(&below))
        .map(|other| format!("pool '{other}'"))
        .or_else(|| {
            let mut guests = datacenter.guests.values();
            guests.find(|guest| guest.pool.as_ref() == Some(&name)).map(|guest| format!("VM {}", guest.vmid))
        })
        .or_else(|| pool.storages.iter().next().map(|storage| format!("storage '{storage}'")));
    if let Some(held) = held {
        return Err(failed(format!("pool '{name}' is not empty (contains {held})")));
    }
    datacenter.pools.remove(&name);
    datacenter.access.grants.retain(|grant| grant.path != format!("/pool/{name}"));
    Ok(Value::Null.into())
}
