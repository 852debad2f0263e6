//! The disks of a container: made bigger, moved, given away, turned into a template's.

use serde_json::{Value, json};

use super::{
    Ask, Endpoint,
    Guard::{self, Needs},
    Outcome,
    allowed::Place,
    post, put,
};
use crate::sim::{
    check::{
        formats, patterns,
        rule::{Rule, boolean, integer, number, one_of, text},
        slots::{ALL_VOLUMES, VOLUMES},
    },
    datacenter::Datacenter,
    life::{
        Step,
        clones::copying_ms,
        handover::Handover,
        moves::{Growth, Move},
    },
    refusal::{Form, Refusal},
    turns::Turn,
    work::unlocked,
    world::{
        guest::{Guest, Kind, parse_size},
        mount::Mount,
        options::stem,
        task::Work,
    },
};

const CHANGE: Guard = Needs("/vms/{vmid}", "VM.Config.Disk");

pub const ENDPOINTS: &[Endpoint] = &[
    put("/nodes/{node}/lxc/{vmid}/resize", CHANGE, RESIZE, resize),
    post("/nodes/{node}/lxc/{vmid}/move_volume", CHANGE, MOVE, move_volume),
    post("/nodes/{node}/lxc/{vmid}/template", Needs("/vms/{vmid}", "VM.Allocate"), &[], template),
];

const RESIZE: &[Rule] =
    &[text("digest").longest(40), one_of("disk", VOLUMES).needed(), text("size").pattern(patterns::is_growth).needed()];
const MOVE: &[Rule] = &[
    number("bwlimit").least(0),
    boolean("delete"),
    text("digest").longest(40),
    text("storage").format(formats::storage_id),
    text("target-digest").longest(40),
    integer("target-vmid").format(formats::vmid).least(100).most(999_999_999),
    one_of("target-volume", ALL_VOLUMES),
    one_of("volume", ALL_VOLUMES).needed(),
];

const RESIZE_MS: i64 = 900;
const TEMPLATE_MS: i64 = 400;
const HAND_OVER_MS: i64 = 300;

/// The volume in a slot; an empty one reads as a text without anything in it.
fn mount_in(guest: &Guest, slot: &str) -> Result<Mount, Refusal> {
    let names: &[&str] = if stem(slot) == "mp" { &["mp", "volume"] } else { &["volume"] };
    let missing = names.iter().map(|name| ((*name).to_owned(), "property is missing and it is not optional".into()));
    let refusal = Refusal { status: 500, message: "format error".into(), errors: missing.collect(), form: Form::Told };
    guest.mount(slot).ok_or(refusal)
}

fn resize(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    let guest = ask.guest(datacenter, Kind::Container)?;
    unlocked(guest).map_err(Refusal::died)?;
    datacenter.unmodified(ask, guest)?;
    let slot = ask.text("disk");
    datacenter.needs_at(&ask.who, Place::of(guest), "VM.Config.Disk")?;
    let mount = mount_in(guest, slot)?;
    let unreadable = || Refusal::died(format!("unable to parse volume ID '{}'", mount.volume));
    let disk = mount.disk().ok_or_else(unreadable)?;
    if let Some(owner) = disk.owner().filter(|owner| *owner != guest.vmid) {
        return Err(Refusal::died(format!("can't resize mount point owned by another container ({owner})")));
    }
    datacenter.may_allocate_on(&ask.who, &disk.storage)?;
    datacenter.active_storage(&disk.storage, ask.node()).map_err(Refusal::died)?;
    let before = mount.size.unwrap_or(0);
    let size = ask.text("size");
    let wanted = parse_size(size.trim_start_matches('+')).unwrap_or(0);
    let bytes = if size.starts_with('+') { before + wanted } else { wanted };
    match bytes.cmp(&before) {
        std::cmp::Ordering::Less => return Err(Refusal::died("unable to shrink disk size")),
        std::cmp::Ordering::Equal => return Err(Refusal::died("disk is already at specified size")),
        std::cmp::Ordering::Greater => {}
    }
    let growth = Growth { vmid: guest.vmid, slot: slot.to_owned(), bytes };
    let who = ask.who.id();
    let turn = Turn { node: ask.node(), kind: Kind::Container, vmid: growth.vmid, name: "resize", who: &who };
    Ok(json!(datacenter.take_turn(&turn, &[(RESIZE_MS, Work::Life(Step::Grow(growth)))])).into())
}

/// It answers nothing, though a task does it.
fn template(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    let guest = ask.guest(datacenter, Kind::Container)?;
    unlocked(guest).map_err(Refusal::died)?;
    let why = match guest {
        guest if !guest.snapshots.is_empty() => Some("unable to create template, because CT contains snapshots"),
        guest if guest.is_template() => Some("you can't convert a template to a template"),
        guest if guest.is_running() => Some("you can't convert a CT to template if the CT is running"),
        _ => None,
    };
    if let Some(why) = why {
        return Err(Refusal::died(why));
    }
    let vmid = guest.vmid;
    let work = Work::Life(Step::Freeze(vmid));
    datacenter.begin(ask.node(), "vztemplate", &vmid.to_string(), &ask.who.id(), TEMPLATE_MS, work);
    Ok(Value::Null.into())
}

fn move_volume(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    match (ask.given("storage"), ask.number("target-vmid")) {
        (Some(_), Some(_)) => Err(Refusal::died("either set storage or target-vmid, but not both")),
        (Some(storage), None) => move_to(datacenter, ask, storage),
        (None, Some(target)) => hand_over(datacenter, ask, target as u32),
        (None, None) => {
            let text = "both 'storage' and 'target-vmid' missing, either needs to be set";
            Err(Refusal::parameters(["storage", "target-vmid"].map(|name| (name.into(), text.into())).into()))
        }
    }
}

fn hand_over(datacenter: &mut Datacenter, ask: &Ask, target: u32) -> Outcome {
    let place = Place { vmid: target, pool: None, old: None, is_unprivileged: true };
    datacenter.needs_at(&ask.who, place, "VM.Config.Disk")?;
    let slot = ask.text("volume").to_owned();
    let order = Handover {
        vmid: ask.vmid(),
        target_slot: ask.given("target-volume").unwrap_or(&slot).to_owned(),
        slot,
        target,
        digests: (ask.given("digest").map(str::to_owned), ask.given("target-digest").map(str::to_owned)),
    };
    let (_, disk) = datacenter.may_hand_over(&order).map_err(Refusal::died)?;
    datacenter.may_allocate_on(&ask.who, &disk.storage)?;
    let id = format!("{}-{}>{target}-{}", order.vmid, order.slot, order.target_slot);
    let work = Work::Life(Step::Handed(order));
    Ok(json!(datacenter.begin(ask.node(), "move_volume", &id, &ask.who.id(), HAND_OVER_MS, work)).into())
}

fn move_to(datacenter: &mut Datacenter, ask: &Ask, storage: &str) -> Outcome {
    datacenter.may_allocate_on(&ask.who, storage)?;
    let guest = ask.guest(datacenter, Kind::Container)?;
    unlocked(guest).map_err(Refusal::died)?;
    let (vmid, slot) = (guest.vmid, ask.text("volume"));
    if guest.is_running() {
        return Err(Refusal::died("cannot move volumes of a running container"));
    }
    if stem(slot) == "unused" {
        let text = "only configured volumes can be moved to another storage";
        return Err(Refusal::died(format!("cannot move volume '{slot}', {text}")));
    }
    let mount = mount_in(guest, slot)?;
    if ask.is_set("delete") && guest.is_saved(&mount.volume) {
        return Err(Refusal::died("you can't move a volume with snapshots and delete the source"));
    }
    datacenter.unmodified(ask, guest)?;
    let limit = ask.given("bwlimit").and_then(|limit| limit.parse::<f64>().ok()).map(|limit| limit as u64);
    let lasts = copying_ms(datacenter.filled(vmid, mount.size.unwrap_or(0)), limit);
    let (slot, storage) = (slot.to_owned(), storage.to_owned());
    let order = Move { vmid, slot, storage, is_deleted: ask.is_set("delete") };
    datacenter.lock(vmid, "disk");
    let work = Work::Life(Step::Moved(Box::new(order)));
    Ok(json!(datacenter.begin(ask.node(), "move_volume", &vmid.to_string(), &ask.who.id(), lasts, work)).into())
}
