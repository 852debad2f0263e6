//! Switching guests on and off. What Proxmox refuses at once is refused here; what it refuses in the task is left to
//! the task.

use serde_json::json;

use super::{Ask, Endpoint, Guard, Guard::Needs, Outcome, post};
use crate::sim::{
    check::{
        formats,
        rule::{Rule, boolean, integer, one_of, text},
    },
    datacenter::Datacenter,
    refusal::{Refusal, no_config_text},
    turns::Turn,
    work::{startable, unlocked},
    world::{
        guest::{Guest, Kind},
        task::{Task, Work},
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

/// How long a guest may take to shut down when nobody says.
const PATIENCE_SECONDS: i64 = 60;
/// How long a task runs that finds out at once that it cannot.
const AT_ONCE_MS: i64 = 60;
const STOP_MS: i64 = 700;

fn start(datacenter: &mut Datacenter, ask: &Ask, kind: Kind) -> Outcome {
    skip_lock(ask)?;
    let name = ["vzstart", "qmstart"];
    let Some(guest) = datacenter.guest_on(ask.node(), kind, ask.vmid()) else {
        let text = no_config_text(ask.node(), kind.folder(), ask.vmid());
        return settled(datacenter, ask, kind, name, Err(text));
    };
    if kind == Kind::Container && guest.is_running() {
        return Err(Refusal::died(format!("CT {} already running", guest.vmid)));
    }
    if datacenter.ha.is_managed(guest) {
        return asked_of_ha(datacenter, ask, kind, "started");
    }
    datacenter.quorate()?;
    if let Err(text) = startable(guest) {
        return settled(datacenter, ask, kind, name, Err(text));
    }
    let lasts = guest.temper.start_ms as i64;
    begin(datacenter, ask, kind, name, &[(lasts, Work::Start(ask.vmid()))])
}

fn stop(datacenter: &mut Datacenter, ask: &Ask, kind: Kind) -> Outcome {
    skip_lock(ask)?;
    let name = ["vzstop", "qmstop"];
    if let Err(result) = held(datacenter, ask, kind)? {
        return settled(datacenter, ask, kind, name, result);
    }
    if is_looked_after(datacenter, ask, kind) {
        if ask.is_set("overrule-shutdown") {
            return Err(Refusal::parameter("overrule-shutdown", "Not applicable for HA resources."));
        }
        return asked_of_ha(datacenter, ask, kind, "stopped");
    }
    let overruled = if ask.is_set("overrule-shutdown") { overrule(datacenter, ask, kind) } else { None };
    let upid = begin(datacenter, ask, kind, name, &[(STOP_MS, Work::Stop(ask.vmid()))])?;
    let now = datacenter.now();
    if let (Some(line), super::Data::Json(name)) = (overruled, &upid)
        && let Some(task) = datacenter.tasks.get_mut(name.as_str().unwrap_or_default())
    {
        task.say(now, line);
    }
    Ok(upid)
}

/// Ends the shutdowns that are under way for this guest.
fn overrule(datacenter: &mut Datacenter, ask: &Ask, kind: Kind) -> Option<String> {
    let name = format!("{}shutdown", kind.task_prefix());
    let is_meant = |task: &&Task| task.kind == name && task.id == ask.text("vmid") && task.node == ask.node();
    let upids: Vec<_> = datacenter.tasks.running().filter(is_meant).map(|task| task.upid.clone()).collect();
    upids.iter().for_each(|upid| datacenter.abort(upid));
    (!upids.is_empty()).then(|| format!("overruled {name} tasks: {}", upids.join(", ")))
}

fn shutdown(datacenter: &mut Datacenter, ask: &Ask, kind: Kind) -> Outcome {
    let name = ["vzshutdown", "qmshutdown"];
    let guest = match held(datacenter, ask, kind)? {
        Ok(guest) => guest,
        Err(result) => return settled(datacenter, ask, kind, name, result),
    };
    let vmid = guest.vmid;
    if datacenter.ha.is_managed(guest) {
        return asked_of_ha(datacenter, ask, kind, "stopped");
    }
    let (lasts, is_deaf) = patience(guest, ask);
    let work = if is_deaf && !ask.is_set("forceStop") { in_vain(kind) } else { Work::Stop(vmid) };
    begin(datacenter, ask, kind, name, &[(lasts, work)])
}

fn reboot(datacenter: &mut Datacenter, ask: &Ask, kind: Kind) -> Outcome {
    let (vmid, name) = (ask.vmid(), ["vzreboot", "qmreboot"]);
    let guest = datacenter.guest_on(ask.node(), kind, vmid);
    if kind == Kind::Machine && guest.is_none() {
        return Err(Refusal::died(no_machine(ask)));
    }
    // The real one says VM here for containers too.
    let guest = guest.filter(|guest| guest.is_running());
    let guest = guest.ok_or_else(|| Refusal::died(format!("VM {vmid} not running")))?;
    if let Err(text) = unlocked(guest) {
        return settled(datacenter, ask, kind, name, Err(text));
    }
    let (down, is_deaf) = patience(guest, ask);
    let up = down + guest.temper.start_ms as i64;
    match is_deaf {
        true => begin(datacenter, ask, kind, name, &[(down, in_vain(kind))]),
        false => begin(datacenter, ask, kind, name, &[(down, Work::Stop(vmid)), (up, Work::Start(vmid))]),
    }
}

fn is_looked_after(datacenter: &Datacenter, ask: &Ask, kind: Kind) -> bool {
    datacenter.guest_on(ask.node(), kind, ask.vmid()).is_some_and(|guest| datacenter.ha.is_managed(guest))
}

/// Who is looked after is not switched here: the task only asks the HA manager.
fn asked_of_ha(datacenter: &mut Datacenter, ask: &Ask, kind: Kind, state: &'static str) -> Outcome {
    let wish = crate::sim::ha::Wish::State(state);
    Ok(json!(datacenter.ask_ha((kind, ask.vmid()), ask.node(), &ask.who.id(), wish)).into())
}

/// It was asked and did not listen.
fn in_vain(kind: Kind) -> Work {
    let text = match kind {
        Kind::Container => "container did not stop",
        Kind::Machine => "VM quit/powerdown failed - got timeout",
    };
    Work::Settled(Err(text.into()))
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

/// The running guest that is to be switched off; or how its task ends at once. A container that is off is refused
/// without a task, a machine that is off is stopped without a word.
fn held<'a>(datacenter: &'a Datacenter, ask: &Ask, kind: Kind) -> Result<Result<&'a Guest, Ended>, Refusal> {
    let guest = datacenter.guest_on(ask.node(), kind, ask.vmid());
    Ok(match (kind, guest) {
        (_, Some(guest)) if guest.is_running() => unlocked(guest).map(|()| guest).map_err(Err),
        (Kind::Machine, Some(_)) => Err(Ok(())),
        (Kind::Machine, None) => Err(Err(no_machine(ask))),
        (Kind::Container, _) => return Err(Refusal::died(format!("CT {} not running", ask.vmid()))),
    })
}

/// How a task ended: well, or with this text.
type Ended = Result<(), String>;

fn no_machine(ask: &Ask) -> String {
    format!("unable to find configuration file for VM {} on node '{}'", ask.vmid(), ask.node())
}

fn skip_lock(ask: &Ask) -> Result<(), Refusal> {
    match ask.is_set("skiplock") && !ask.who.is_root() {
        true => Err(Refusal::parameter("skiplock", "Only root may use this option.")),
        false => Ok(()),
    }
}

/// The types of a task: of a container's, and of a machine's.
type Names = [&'static str; 2];

fn turn<'a>(ask: &'a Ask, who: &'a str, kind: Kind, [of_container, of_machine]: Names) -> Turn<'a> {
    let name = if kind == Kind::Container { of_container } else { of_machine };
    Turn { node: ask.node(), kind, vmid: ask.vmid(), name, who }
}

fn settled(datacenter: &mut Datacenter, ask: &Ask, kind: Kind, names: Names, ended: Ended) -> Outcome {
    let who = ask.who.id();
    Ok(json!(datacenter.settle_turn(&turn(ask, &who, kind, names), AT_ONCE_MS, ended)).into())
}

fn begin(datacenter: &mut Datacenter, ask: &Ask, kind: Kind, names: Names, steps: &[(i64, Work)]) -> Outcome {
    let who = ask.who.id();
    Ok(json!(datacenter.take_turn(&turn(ask, &who, kind, names), steps)).into())
}
