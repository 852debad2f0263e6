//! Bringing containers back from their backups: what is asked for is put together here, what the archive says shows in
//! the task. And the configuration inside a backup, for those who only want to look.

use serde_json::json;

use super::{
    Ask, Endpoint,
    Guard::Anyone,
    Outcome,
    create::{afterwards, is_over, unmade},
    get,
};
use crate::domain::moment::Moment;
use crate::sim::{
    check::rule::{Rule, text},
    datacenter::Datacenter,
    life::{Step, clones::copying_ms, restore::Restore},
    refusal::Refusal,
    work::unlocked,
    world::{
        guest::Config,
        mount::Mount,
        task::{State, Work},
    },
};

pub const ENDPOINTS: &[Endpoint] = &[get("/nodes/{node}/vzdump/extractconfig", Anyone, EXTRACT, extract)];

const EXTRACT: &[Rule] = &[text("volume").needed()];

/// Until the configuration was read from the archive and the disks are made.
const RECOVER_MS: i64 = 350;

/// Begins a restore that nothing speaks against.
pub fn restore(datacenter: &mut Datacenter, ask: &Ask, mounts: Vec<(String, Mount)>, options: Config) -> Outcome {
    let (vmid, is_over) = (ask.vmid(), is_over(datacenter, ask));
    match datacenter.guests.get(&vmid).filter(|_| is_over) {
        Some(guest) => unlocked(guest).map_err(|why| Refusal::died(format!("unable to restore CT {vmid} - {why}")))?,
        None => drop(datacenter.guests.insert(vmid, unmade(datacenter, ask))),
    }
    let order = Restore {
        vmid,
        archive: ask.text("ostemplate").to_owned(),
        storage: ask.given("storage").unwrap_or("local").to_owned(),
        mounts,
        options,
        unprivileged: ask.given("unprivileged").map(|given| given == "1"),
        has_fresh_macs: ask.is_set("unique"),
        is_over,
        ignores_errors: ask.is_set("ignore-unpack-errors"),
        then: afterwards(ask),
        who: ask.who.clone(),
    };
    datacenter.lock(vmid, "create");
    let now = datacenter.now();
    let (read, done) = (Moment(now.0 + RECOVER_MS), Moment(now.0 + RECOVER_MS + restore_ms(datacenter, ask)));
    let order = Box::new(order);
    let steps = [(read, Work::Life(Step::Recover(order.clone()))), (done, Work::Life(Step::Restored(order)))];
    let state = State::Running { steps: steps.into() };
    Ok(json!(datacenter.begin_at(ask.node(), "vzrestore", &vmid.to_string(), &ask.who.id(), now, state)).into())
}

fn restore_ms(datacenter: &Datacenter, ask: &Ask) -> i64 {
    let (storage, path) = ask.text("ostemplate").split_once(':').unwrap_or_default();
    let volume = datacenter.storage(storage).and_then(|storage| storage.volume(ask.node(), path));
    let size = volume.map_or(0, |volume| volume.size);
    let limit = ask.given("bwlimit").and_then(|limit| limit.parse::<f64>().ok()).map(|limit| limit as u64);
    copying_ms(size, limit)
}

fn extract(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    let volume = ask.text("volume");
    datacenter.may_use_volume(&ask.who, None, volume, "backup")?;
    datacenter.saved_config(volume, ask.node()).map(|text| json!(text).into()).map_err(Refusal::died)
}
