//! Making backups. What is wrong with a guest shows in the task; only the call itself is judged here.

use serde_json::json;

use super::{Ask, Endpoint, Guard::Anyone, Outcome, get, post};
use crate::sim::{
    backup::{Order, command_line},
    check::{
        container::join,
        formats, patterns,
        rule::{Rule, boolean, integer, list, one_of, parts, text, texts},
    },
    datacenter::Datacenter,
    jobs::{Wish, numbers},
    refusal::Refusal,
    world::task::Work,
};

pub const ENDPOINTS: &[Endpoint] = &[
    post("/nodes/{node}/vzdump", Anyone, &ORDER, back_up),
    get("/nodes/{node}/vzdump/defaults", Anyone, &[text("storage").format(formats::storage_id)], defaults),
];

/// What a backup and a job both take.
pub const BACKUP: [Rule; 30] = [
    boolean("all"),
    integer("bwlimit").least(0),
    one_of("compress", &["0", "1", "gzip", "lzo", "zstd"]),
    text("dumpdir"),
    texts("exclude").format(formats::vmid_list),
    list("exclude-path"),
    parts("fleecing", &[boolean("enabled").default_key(), text("storage").format(formats::storage_id)]),
    integer("ionice").least(0).most(8),
    integer("lockwait").least(0),
    one_of("mailnotification", &["always", "failure"]),
    texts("mailto"),
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
    boolean("stop"),
    integer("stopwait").least(0),
    text("storage").format(formats::storage_id),
    text("tmpdir"),
    texts("vmid").format(formats::vmid_list),
    integer("zstd"),
];

const ORDER: [Rule; 32] = join(BACKUP, [text("job-id").longest(50).pattern(patterns::is_one_word), boolean("stdout")]);

pub const PRUNE: &[Rule] = &[
    boolean("keep-all"),
    integer("keep-daily").least(0),
    integer("keep-hourly").least(0),
    integer("keep-last").least(0),
    integer("keep-monthly").least(0),
    integer("keep-weekly").least(0),
    integer("keep-yearly").least(0),
];

/// Without a limit of its storage, so many protected backups of one guest may be made by somebody who does not own it.
const MOST_PROTECTED: usize = 5;

fn back_up(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    if ask.is_set("stdout") {
        return Err(Refusal::parameter("stdout", "option is only allowed on the command line interface."));
    }
    let storage = ask.given("storage").unwrap_or("local").to_owned();
    let place = format!("/storage/{storage}");
    only_root(datacenter, ask)?;
    let needs = |privilege: &str| match datacenter.may(&ask.who, &place, privilege) {
        true => Ok(()),
        false => Err(Refusal::forbidden(&format!("{place}, {privilege}"))),
    };
    if ask.given("prune-backups").is_some() && !ask.who.is_root() {
        needs("Datastore.Allocate")?;
    }
    consistent(|option| ask.given(option))?;
    let wish = Wish {
        vmids: numbers(ask.text("vmid")),
        pool: ask.given("pool").map(str::to_owned),
        all: ask.is_set("all") || (ask.given("exclude").is_some() && ask.given("pool").is_none()),
        excluded: numbers(ask.text("exclude")),
        node: None,
    };
    if let Some(pool) = wish.pool.as_ref().filter(|pool| !datacenter.has_pool(pool)) {
        return Err(Refusal::died(format!("pool '{pool}' does not exist")));
    }
    let mut by_node = datacenter.wished(&wish);
    let mut vmids = by_node.remove(ask.node()).unwrap_or_default();
    vmids.extend(by_node.remove("").unwrap_or_default());
    vmids.sort_unstable();
    if ask.is_set("stop") && stop_others(datacenter, ask)? && vmids.is_empty() {
        return Ok(json!("OK").into());
    }
    if vmids.is_empty() && !wish.all {
        return Ok(json!("OK").into());
    }
    if !datacenter.may(&ask.who, &place, "Datastore.AllocateSpace") {
        return Err(Refusal::forbidden(&format!("{place}, Datastore.AllocateSpace")));
    }
    let may_back_up = |vmid: &u32| datacenter.may(&ask.who, &format!("/vms/{vmid}"), "VM.Backup");
    let known = vmids.iter().filter(|vmid| datacenter.guests.contains_key(vmid));
    let barred = known.copied().find(|vmid| !wish.all && !may_back_up(vmid));
    if let Some(vmid) = barred {
        let id = if vmids.len() == 1 { vmid.to_string() } else { String::new() };
        let why = format!("403 Permission check failed (/vms/{vmid}, VM.Backup)");
        let upid = datacenter.begin(ask.node(), "vzdump", &id, &ask.who.id(), 80, Work::Settled(Err(why)));
        return Ok(json!(upid).into());
    }
    vmids.retain(|vmid| !wish.all || may_back_up(vmid));
    let mut order = Order { node: ask.node().to_owned(), vmids, ..Order::to(&storage) };
    order.skipped = by_node.into_values().flatten().collect();
    order.skipped.sort_unstable();
    order.take(|option| ask.given(option));
    let limit = datacenter.storage(&storage).and_then(|known| known.option("max-protected-backups")?.parse().ok());
    let owns = datacenter.may(&ask.who, &place, "Datastore.Allocate");
    order.most_protected = limit.or((!owns).then_some(MOST_PROTECTED));
    order.line = command_line(ask.values.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    Ok(json!(datacenter.back_up(&order, &ask.who.id())).into())
}

/// What only root may say, and what only somebody who may change the whole datacenter.
pub fn only_root(datacenter: &Datacenter, ask: &Ask) -> Result<(), Refusal> {
    if ask.who.is_root() {
        return Ok(());
    }
    if let Some(option) = ["tmpdir", "dumpdir", "script", "job-id"].iter().find(|option| ask.given(option).is_some()) {
        return Err(Refusal::parameter(option, "Only root may set this option."));
    }
    let is_costly = ["bwlimit", "ionice", "performance"].iter().any(|option| ask.given(option).is_some());
    match is_costly && !datacenter.may(&ask.who, "/", "Sys.Modify") {
        true => Err(Refusal::forbidden("/, Sys.Modify")),
        false => Ok(()),
    }
}

/// Options that exclude each other, and a template of notes that can be filled in.
pub fn consistent<'a>(option: impl Fn(&str) -> Option<&'a str>) -> Result<(), Refusal> {
    let is_set = |name: &str| option(name).is_some_and(|value| !matches!(value, "" | "0"));
    for name in ["all", "exclude", "pool"] {
        if is_set(name) && is_set("vmid") {
            return Err(Refusal::parameter(name, "option conflicts with option 'vmid'"));
        }
    }
    if let Some(why) = option("notes-template").and_then(wrong_template) {
        return Err(Refusal::parameter("notes-template", format!("{why}\n")));
    }
    let meant = ["all", "stop", "pool", "vmid", "exclude"].iter().any(|name| is_set(name));
    if meant { Ok(()) } else { Err(Refusal::parameter("vmid", "property is missing")) }
}

fn wrong_template(template: &str) -> Option<String> {
    if template.contains('\n') {
        return Some("contains a line feed".into());
    }
    let known = ["cluster", "guestname", "node", "vmid"];
    let mut wrong = Vec::new();
    for (at, letter) in
        template.match_indices('\\').filter_map(|(at, _)| Some((at, template[at + 1..].chars().next()?)))
    {
        if !matches!(letter, 'n' | '\\') {
            wrong.push(format!("escape sequence '\\{letter}' at char {at}"));
        }
    }
    for (at, _) in template.match_indices("{{") {
        let name = template[at + 2..].split("}}").next().unwrap_or_default();
        let is_name = !name.is_empty() && !name.contains(|c: char| c.is_whitespace() || c == '{' || c == '}');
        if is_name && template[at + 2 + name.len()..].starts_with("}}") && !known.contains(&name) {
            wrong.push(format!("variable '{name}' at char {}", at + 4));
        }
    }
    (!wrong.is_empty()).then(|| format!("found unknown: {}", wrong.join(", ")))
}

/// Ends the backups that run on the node.
fn stop_others(datacenter: &mut Datacenter, ask: &Ask) -> Result<bool, Refusal> {
    let node = format!("/nodes/{}", ask.node());
    if !datacenter.may(&ask.who, &node, "Sys.Modify") {
        return Err(Refusal::forbidden(&format!("{node}, Sys.Modify")));
    }
    let running = datacenter.tasks.running().filter(|task| task.kind == "vzdump" && task.node == ask.node());
    let upids: Vec<_> = running.map(|task| task.upid.clone()).collect();
    upids.iter().for_each(|upid| datacenter.abort(upid));
    Ok(true)
}

fn defaults(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    let name = ask.given("storage").unwrap_or("local");
    let place = format!("/storage/{name}");
    let held = datacenter.rights(&ask.who, &place).held;
    if !held.has("Datastore.Audit") && !held.has("Datastore.AllocateSpace") {
        return Err(Refusal::forbidden(&format!("{place}, Datastore.Audit|Datastore.AllocateSpace")));
    }
    let storage = datacenter.storage(name).ok_or_else(|| Refusal::died(format!("storage '{name}' does not exist")))?;
    if !storage.takes("backup") {
        return Err(Refusal::died(format!("can't use storage '{name}' for backups - wrong content type")));
    }
    let mut row = json!({
        "all": 0, "bwlimit": 0, "compress": "0", "fleecing": { "enabled": 0 }, "ionice": 7, "lockwait": 180,
        "mailnotification": "always", "mode": "snapshot", "notification-mode": "auto",
        "performance": { "max-workers": 16, "pbs-entries-max": 1_048_576 }, "pigz": 0,
        "prune-backups": storage.option("prune-backups").unwrap_or("keep-all=1"), "quiet": 0, "remove": 1, "stdexcludes": 1,
        "stop": 0, "stopwait": 10, "storage": name, "zstd": 1,
    });
    if storage.kind != "pbs" {
        row["dumpdir"] = json!(format!("{}/dump", storage.folder()));
    }
    if !datacenter.may(&ask.who, &format!("/nodes/{}", ask.node()), "Sys.Audit") {
        let fields = row.as_object_mut();
        fields.into_iter().for_each(|fields| fields.retain(|key, _| key != "dumpdir" && key != "ionice"));
    }
    Ok(row.into())
}
