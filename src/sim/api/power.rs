//! Switching guests on and off. What Proxmox refuses at once is refused here; what it refuses in the task is left to
//! the task.

use std::collections::VecDeque;

use serde_json::json;

use super::{Ask, Endpoint, Guard, Guard::Needs, Outcome, post};
use crate::domain::moment::Moment;
use crate::sim::{
    check::{
        formats,
        rule::{Rule, boolean, integer, one_of, text},
    },
    datacenter::Datacenter,
    refusal::{Refusal, no_config_text},
    work::{startable, unlocked},
    world::{
        guest::{Guest, Kind},
        task::{State, Work},
    },
};

const SWITCH: Guard = Needs("/vms/{vmid}", "VM.PowerMgmt");

pub const ENDPOINTS: &[Endpoint] = &[
    post("/nodes/{node}/lxc/{vmid}/status/start", SWITCH, START, |d, ask| start(d, ask, Kind::Container)),
    post("/nodes/{node}/lxc/{vmid}/status/stop", SWITCH, STOP, |d, ask| stop(d, ask, Kind::Container)),
    post("/nodes/{node}/lxc/{vmid}/status/shutdown", SWITCH, SHUTDOWN, |d, ask| shutdown(d, ask, Kind::Container)),
    post("/nodes/{node}/lxc/{vmid}/status/reboot", SWITCH, REBOOT, |d, ask| reboot(d, ask, Kind::Container)),
    post("/nodes/{node}/qemu/{vmid}/status/start", SWITCH, START_MACHINE, |d, ask| start(d, ask, Kind::Machine)),
    post("/nodes/{node}/qemu/{vmid}/status/stop", SWITCH, STOP_MACHINE, |d, ask| stop(d, ask, Kind::Machine)),
    post("/nodes/{node}/qemu/{vmid}/status/shutdown", SWITCH, SHUTDOWN_MACHINE, |d, ask| {
        shutdown(d, ask, Kind::Machine)
    }),
    post("/nodes/{node}/qemu/{vmid}/status/reboot", SWITCH, REBOOT, |d, ask| reboot(d, ask, Kind::Machine)),
];

const TIMEOUT: Rule = integer("timeout").least(0);
const START: &[Rule] = &[boolean("debug"), boolean("skiplock")];
const STOP: &[Rule] = &[boolean("overrule-shutdown"), boolean("skiplock")];
const SHUTDOWN: &[Rule] = &[boolean("forceStop"), TIMEOUT];
const REBOOT: &[Rule] = &[TIMEOUT];
const START_MACHINE: &[Rule] = &[
    boolean("skiplock"),
    TIMEOUT,
    text("force-cpu"),
    text("machine"),
    text("migratedfrom").format(formats::node),
    text("migration_network").format(formats::cidr),
    one_of("migration_type", &["secure", "insecure"]),
    text("nets-host-mtu"),
    text("stateuri").longest(128),
    text("targetstorage").format(formats::storage_pairs),
    boolean("with-conntrack-state"),
];
const STOP_MACHINE: &[Rule] = &[
    boolean("keepActive"),
    text("migratedfrom").format(formats::node),
    boolean("overrule-shutdown"),
    boolean("skiplock"),
    TIMEOUT,
];
const SHUTDOWN_MACHINE: &[Rule] = &[boolean("forceStop"), boolean("keepActive"), boolean("skiplock"), TIMEOUT];

/// How long a second action on one guest waits for the first before it gives up.
const LOCK_WAIT_MS: i64 = 10_000;
/// How long a guest may take to shut down when nobody says.
const PATIENCE_SECONDS: i64 = 60;

fn start(datacenter: &mut Datacenter, ask: &Ask, kind: Kind) -> Outcome {
    skip_lock(ask)?;
    let Some(guest) = datacenter.guest_on(ask.node(), kind, ask.vmid()) else {
        let text = no_config_text(ask.node(), kind.folder(), ask.vmid());
        return Ok(settled(datacenter, ask, kind, "start", Err(text)));
    };
    if kind == Kind::Container && guest.is_running() {
        return Err(Refusal::died(format!("CT {} already running", guest.vmid)));
    }
    if let Err(text) = startable(guest) {
        return Ok(settled(datacenter, ask, kind, "start", Err(text)));
    }
    let lasts = guest.temper.start_ms as i64;
    Ok(begin(datacenter, ask, kind, "start", &[(lasts, Work::Start(ask.vmid()))]))
}

fn stop(datacenter: &mut Datacenter, ask: &Ask, kind: Kind) -> Outcome {
    skip_lock(ask)?;
    let guest = running(datacenter, ask, kind)?;
    if let Some(Err(text)) = guest.map(unlocked) {
        return Ok(settled(datacenter, ask, kind, "stop", Err(text)));
    }
    Ok(begin(datacenter, ask, kind, "stop", &[(700, Work::Stop(ask.vmid()))]))
}

fn shutdown(datacenter: &mut Datacenter, ask: &Ask, kind: Kind) -> Outcome {
    let Some(guest) = running(datacenter, ask, kind)? else {
        return Ok(settled(datacenter, ask, kind, "shutdown", Ok(())));
    };
    if let Err(text) = unlocked(guest) {
        return Ok(settled(datacenter, ask, kind, "shutdown", Err(text)));
    }
    let vmid = guest.vmid;
    let (lasts, is_deaf) = patience(guest, ask);
    let work = if is_deaf && !ask.is_set("forceStop") { in_vain() } else { Work::Stop(vmid) };
    Ok(begin(datacenter, ask, kind, "shutdown", &[(lasts, work)]))
}

fn reboot(datacenter: &mut Datacenter, ask: &Ask, kind: Kind) -> Outcome {
    let vmid = ask.vmid();
    // The real one says VM here for containers too.
    let guest = datacenter.guest_on(ask.node(), kind, vmid).filter(|guest| guest.is_running());
    let guest = guest.ok_or_else(|| Refusal::died(format!("VM {vmid} not running")))?;
    if let Err(text) = unlocked(guest) {
        return Ok(settled(datacenter, ask, kind, "reboot", Err(text)));
    }
    let (lasts, is_deaf) = patience(guest, ask);
    let up = lasts + guest.temper.start_ms as i64;
    let steps =
        if is_deaf { vec![(lasts, in_vain())] } else { vec![(lasts, Work::Stop(vmid)), (up, Work::Start(vmid))] };
    Ok(begin(datacenter, ask, kind, "reboot", &steps))
}

/// It was asked and did not listen.
fn in_vain() -> Work {
    Work::Settled(Err("container did not stop".into()))
}

/// How long a polite request takes, and whether it is in vain.
fn patience(guest: &Guest, ask: &Ask) -> (i64, bool) {
    let allowed = ask.number("timeout").unwrap_or(PATIENCE_SECONDS) * 1000;
    let needed = guest.temper.shutdown_ms as i64;
    match guest.temper.is_deaf || needed > allowed {
        true => (allowed + 3_000, true),
        false => (needed, false),
    }
}

/// A container must run to be stopped; a machine that is off is stopped without a word.
fn running<'a>(datacenter: &'a Datacenter, ask: &Ask, kind: Kind) -> Result<Option<&'a Guest>, Refusal> {
    let guest = datacenter.guest_on(ask.node(), kind, ask.vmid());
    match (kind, guest) {
        (_, Some(guest)) if guest.is_running() => Ok(Some(guest)),
        (Kind::Machine, Some(_)) => Ok(None),
        (Kind::Machine, None) => Err(Refusal::no_config(ask.node(), kind.folder(), ask.vmid())),
        (Kind::Container, _) => Err(Refusal::died(format!("CT {} not running", ask.vmid()))),
    }
}

fn skip_lock(ask: &Ask) -> Result<(), Refusal> {
    match ask.is_set("skiplock") && !ask.who.is_root() {
        true => Err(Refusal::parameter("skiplock", "Only root may use this option.")),
        false => Ok(()),
    }
}

fn task_kind(kind: Kind, action: &str) -> &'static str {
    let kinds = ["vzstart", "vzstop", "vzshutdown", "vzreboot", "qmstart", "qmstop", "qmshutdown", "qmreboot"];
    let wanted = |name: &&&str| name.strip_prefix(kind.task_prefix()) == Some(action);
    kinds.iter().find(wanted).copied().unwrap_or("vzstart")
}

/// A task whose end is known before it begins.
fn settled(
    datacenter: &mut Datacenter,
    ask: &Ask,
    kind: Kind,
    action: &str,
    result: Result<(), String>,
) -> super::Data {
    let upid = datacenter.begin(
        ask.node(),
        task_kind(kind, action),
        ask.text("vmid"),
        &ask.who.id(),
        60,
        Work::Settled(result),
    );
    json!(upid).into()
}

/// A task that waits for the one before it on the same guest, and then takes its steps, each so long after that.
fn begin(datacenter: &mut Datacenter, ask: &Ask, kind: Kind, action: &str, steps: &[(i64, Work)]) -> super::Data {
    let (now, vmid) = (datacenter.now(), ask.vmid());
    let waits = datacenter.guests.get(&vmid).map_or(0, |guest| (guest.busy_until.0 - now.0).max(0));
    let (who, name) = (ask.who.id(), task_kind(kind, action));
    if waits > LOCK_WAIT_MS {
        let text = format!("can't lock file '/run/lock/{}/pve-config-{vmid}.lock' - got timeout", kind.word());
        let upid = datacenter.begin(ask.node(), name, ask.text("vmid"), &who, LOCK_WAIT_MS, Work::Settled(Err(text)));
        say_waiting(datacenter, &upid, now, None);
        return json!(upid).into();
    }
    let steps = steps.iter().map(|(after, work)| (Moment(now.0 + waits + after), work.clone()));
    let steps: VecDeque<_> = steps.collect();
    let until = steps.back().map_or(now, |(due, _)| *due);
    let upid = datacenter.begin_at(ask.node(), name, ask.text("vmid"), &who, now, State::Running { steps });
    if waits > 0 {
        say_waiting(datacenter, &upid, now, Some(Moment(now.0 + waits)));
    }
    if let Some(guest) = datacenter.guests.get_mut(&vmid) {
        guest.busy_until = until;
    }
    json!(upid).into()
}

fn say_waiting(datacenter: &mut Datacenter, upid: &str, now: Moment, until: Option<Moment>) {
    if let Some(task) = datacenter.tasks.get_mut(upid) {
        task.say(now, "trying to acquire lock...");
        if let Some(until) = until {
            task.say(until, " OK");
        }
    }
}
