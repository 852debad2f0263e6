//! Backup jobs: keeping, changing and looking at them, which guests none of them saves, and when a schedule would run.

use serde_json::{Map, Value, json};

use super::{
    Ask, Endpoint,
    Guard::Needs,
    Outcome,
    backups::{BACKUP, consistent, only_root},
    delete, get, post, put,
};
use crate::sim::{
    check::{
        container::join,
        formats, patterns, property,
        rule::{Rule, boolean, text, texts},
    },
    datacenter::Datacenter,
    jobs::Job,
    refusal::Refusal,
    schedule::calendar_event,
};

pub const ENDPOINTS: &[Endpoint] = &[
    get("/cluster/backup", Needs("/", "Sys.Audit"), &[], list),
    post("/cluster/backup", Needs("/", "Sys.Modify"), &CREATE, create),
    get("/cluster/backup/{id}", Needs("/", "Sys.Audit"), &[ID], |d, ask| {
        Ok(Value::Object(row(known(d, ask)?, ask.text("id"))).into())
    }),
    put("/cluster/backup/{id}", Needs("/", "Sys.Modify"), &UPDATE, update),
    delete("/cluster/backup/{id}", Needs("/", "Sys.Modify"), &[ID], remove),
];

pub const ID: Rule = text("id").pattern(patterns::is_one_word).longest(50).needed();
pub const SCHEDULE: Rule = text("schedule").format(calendar_event).longest(128);
const OF_JOB: [Rule; 7] = [
    text("comment").longest(512),
    texts("dow").format(formats::day_list).requires("starttime"),
    boolean("enabled"),
    text("node").format(formats::node),
    boolean("repeat-missed"),
    SCHEDULE,
    text("starttime").pattern(is_time),
];
const COMMON: [Rule; 37] = join(BACKUP, OF_JOB);
const CREATE: [Rule; 38] = join(COMMON, [text("id").format(formats::config_id)]);
const UPDATE: [Rule; 39] = join(COMMON, [ID, text("delete").format(formats::config_id_list)]);

/// Options that are kept as whole numbers.
const NUMBERS: &[&str] = &[
    "all",
    "bwlimit",
    "enabled",
    "ionice",
    "lockwait",
    "pigz",
    "protected",
    "quiet",
    "remove",
    "repeat-missed",
    "stdexcludes",
    "stop",
    "stopwait",
    "zstd",
];
/// Options that are kept by their parts.
const PARTS: &[&str] = &["prune-backups", "performance", "fleecing"];

fn is_time(text: &str) -> bool {
    let is_part = |part: &str| (1..=2).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    text.split_once(':').is_some_and(|(hours, minutes)| is_part(hours) && is_part(minutes))
}

fn row(job: &Job, id: &str) -> Map<String, Value> {
    let mut row: Map<String, Value> = job.options.iter().map(|(key, value)| (key.clone(), value.clone())).collect();
    row.insert("id".into(), json!(id));
    row.insert("type".into(), json!("vzdump"));
    row
}

fn list(datacenter: &mut Datacenter, _: &Ask) -> Outcome {
    let now = datacenter.now();
    let rows = datacenter.jobs.iter().map(|(id, job)| {
        let mut row = row(job, id);
        if let Some(next) = job.next_after(now) {
            row.insert("next-run".into(), json!(next.as_secs()));
        }
        Value::Object(row)
    });
    Ok(rows.collect::<Value>().into())
}

pub fn known<'a>(datacenter: &'a Datacenter, ask: &Ask) -> Result<&'a Job, Refusal> {
    let id = ask.text("id");
    datacenter.jobs.get(id).ok_or_else(|| Refusal::parameter("id", format!("No such job '{id}'")))
}

/// An option as a job keeps it.
fn kept(name: &str, text: &str) -> Value {
    if NUMBERS.contains(&name) {
        return text.parse::<i64>().map_or_else(|_| json!(text), |number| json!(number));
    }
    if name == "exclude-path" {
        return text.split(',').collect();
    }
    if !PARTS.contains(&name) {
        return json!(text);
    }
    let rule = BACKUP.iter().find(|rule| rule.name == name);
    let parts = rule.and_then(|rule| property::parse(rule.parts, text, name).ok()).unwrap_or_default();
    Value::Object(parts.into_iter().map(|(key, value)| (key, json!(value))).collect())
}

/// The options of a call, its schedule among them.
fn options(ask: &Ask) -> Result<Vec<(String, Value)>, Refusal> {
    let mut options: Vec<(String, Value)> = ask
        .values
        .iter()
        .filter(|(name, _)| !["id", "delete", "dow", "starttime"].contains(&name.as_str()))
        .map(|(name, text)| (name.clone(), kept(name, text)))
        .collect();
    if let Some(time) = ask.given("starttime") {
        if ask.given("schedule").is_some() {
            let text = "'starttime' and 'schedule' cannot both be set";
            return Err(Refusal::parameter("starttime", text));
        }
        let days: Vec<&str> = ask.text("dow").split([',', ';', ' ']).filter(|day| !day.is_empty()).collect();
        let is_daily = days.is_empty() || days.len() == 7;
        let schedule = if is_daily { time.to_owned() } else { format!("{} {time}", days.join(",")) };
        options.push(("schedule".into(), json!(schedule)));
    }
    Ok(options)
}

/// The pool that is to be saved is there, and the caller may save it.
fn check_pool(datacenter: &Datacenter, ask: &Ask) -> Result<(), Refusal> {
    let Some(pool) = ask.given("pool") else { return Ok(()) };
    datacenter.known_pool(Some(pool))?;
    let path = format!("/pool/{pool}");
    match datacenter.may(&ask.who, &path, "VM.Backup") {
        true => Ok(()),
        false => Err(Refusal::forbidden(&format!("{path}, VM.Backup"))),
    }
}

fn check_storage(datacenter: &Datacenter, ask: &Ask, storage: &str) -> Result<(), Refusal> {
    let path = format!("/storage/{storage}");
    match datacenter.may(&ask.who, &path, "Datastore.Allocate") {
        true => Ok(()),
        false => Err(Refusal::forbidden(&format!("{path}, Datastore.Allocate"))),
    }
}

/// Inside the lock of the jobs a refusal of parameters is told by its text alone.
fn in_lock(why: Refusal) -> Refusal {
    match why.errors.as_slice() {
        [(name, text)] if why.status == 400 => {
            Refusal::died(format!("400 Parameter verification failed.\n{name}: {}", text.trim_end()))
        }
        _ => why,
    }
}

fn create(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    only_root(datacenter, ask)?;
    check_storage(datacenter, ask, ask.given("storage").unwrap_or("local"))?;
    check_pool(datacenter, ask)?;
    let options = options(ask)?;
    if !options.iter().any(|(name, _)| name == "schedule") {
        return Err(Refusal::parameter("schedule", "neither 'starttime' nor 'schedule' were set"));
    }
    datacenter.quorate()?;
    let made_up = || super::uuid(datacenter.seed, &format!("job {}", datacenter.now().0));
    let id = ask.given("id").map_or_else(made_up, str::to_owned);
    if datacenter.jobs.contains_key(&id) {
        return Err(Refusal::died(format!("Job '{id}' already exists")));
    }
    consistent(|option| ask.given(option)).map_err(in_lock)?;
    let mut job = Job { options: options.into_iter().collect(), next: None };
    job.options.entry("enabled".into()).or_insert(json!(1));
    mean_all(&mut job);
    job.wind(datacenter.now());
    datacenter.jobs.insert(id, job);
    Ok(Value::Null.into())
}

/// Whoever leaves some out and names no pool means all the others.
fn mean_all(job: &mut Job) {
    if job.options.contains_key("exclude") && !job.options.contains_key("pool") {
        job.options.insert("all".into(), json!(1));
    }
}

fn update(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    only_root(datacenter, ask)?;
    if let Some(storage) = ask.given("storage") {
        check_storage(datacenter, ask, storage)?;
    }
    check_pool(datacenter, ask)?;
    let options = options(ask)?;
    let gone: Vec<&str> = ask.text("delete").split([',', ';', ' ']).filter(|name| !name.is_empty()).collect();
    datacenter.quorate()?;
    if options.is_empty() && gone.is_empty() {
        return Err(Refusal::died("no options specified"));
    }
    let (id, now) = (ask.text("id").to_owned(), datacenter.now());
    let mut job = datacenter.jobs.get(&id).cloned().ok_or_else(|| Refusal::died("no such vzdump job"))?;
    check_storage(datacenter, ask, job.text("storage").unwrap_or("local"))?;
    for name in gone {
        let is_option = BACKUP.iter().any(|rule| rule.name == name) || ["comment", "repeat-missed"].contains(&name);
        if !is_option {
            return Err(in_lock(Refusal::parameter("delete", format!("unknown option '{name}'"))));
        }
        job.options.remove(name);
    }
    let says = |name: &str| options.iter().any(|(key, value)| key == name && *value != json!(0));
    let (vmid, all) = (says("vmid"), says("all"));
    job.options.extend(options);
    mean_all(&mut job);
    let superfluous: &[&str] = match (vmid, all, job.options.contains_key("pool")) {
        (true, ..) => &["all", "exclude", "pool"],
        (false, true, _) => &["vmid", "pool"],
        (false, false, true) => &["vmid", "all", "exclude"],
        _ => &[],
    };
    superfluous.iter().for_each(|name| drop(job.options.remove(*name)));
    if !["vmid", "all", "pool"].iter().any(|name| job.options.contains_key(*name)) {
        return Err(in_lock(Refusal::parameter("vmid", "property is missing")));
    }
    job.wind(now);
    datacenter.jobs.insert(id, job);
    Ok(Value::Null.into())
}

fn remove(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    datacenter.quorate()?;
    known(datacenter, ask).map_err(in_lock)?;
    datacenter.jobs.remove(ask.text("id"));
    Ok(Value::Null.into())
}
