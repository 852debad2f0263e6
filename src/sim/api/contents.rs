//! What lies on a storage: the list, one volume, its notes and protection, and its end. Every volume has a right of its
//! own: a backup belongs to its guest, a template to the storage.

use serde_json::{Value, json};

use super::{Ask, Data, Endpoint, Guard::Anyone, Outcome, ask::VMID, delete, get, put, storages::named};
use crate::sim::{
    check::{
        formats,
        rule::{Rule, boolean, integer, text},
    },
    datacenter::Datacenter,
    refusal::Refusal,
    volumes::{Disk, disks},
    world::{
        guest::Kind,
        place::{Place, parse},
        storage::{Storage, Volume},
        task::Work,
    },
};

const ONE: &str = "/nodes/{node}/storage/{storage}/content/{+volume}";

pub const ENDPOINTS: &[Endpoint] = &[
    get("/nodes/{node}/storage/{storage}/content", super::storages::MAY_SEE, CONTENT, list),
    get(ONE, Anyone, &[], one),
    put(ONE, Anyone, &[text("notes"), boolean("protected")], change),
    delete(ONE, Anyone, &[integer("delay").least(1).most(30)], remove),
];

const CONTENT: &[Rule] = &[text("content").format(formats::content), VMID];
const REMOVE_MS: i64 = 300;

fn list(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    let storage = usable(datacenter, ask)?;
    let of_files = storage.volumes.iter().filter(|volume| volume.is_on(ask.node())).map(|volume| {
        let place = Place { content: volume.content, owner: volume.vmid };
        (place, volume_row(storage, volume))
    });
    let guests = datacenter.guests.values();
    let of_guests = guests.flat_map(disks).filter(|disk| disk.storage == storage.name);
    let of_guests = of_guests.filter(|disk| storage.is_shared || disk.guest.node == ask.node()).map(|disk| {
        let content = if disk.guest.kind == Kind::Container { "rootdir" } else { "images" };
        (Place { content, owner: Some(disk.guest.vmid) }, disk_row(storage, &disk))
    });
    let is_wanted = |place: &Place| {
        ask.given("content").is_none_or(|content| content == place.content)
            && (ask.given("vmid").is_none() || place.owner == Some(ask.vmid()))
            && may_use(datacenter, ask, storage.name, place).is_ok()
    };
    let rows = of_files.chain(of_guests).filter(|(place, _)| is_wanted(place)).map(|(_, row)| row);
    Ok(rows.collect::<Value>().into())
}

/// The storage a path names, when it can be reached.
pub fn usable<'a>(datacenter: &'a Datacenter, ask: &Ask) -> Result<&'a Storage, Refusal> {
    let storage = named(datacenter, ask)?;
    storage.outage().map_or(Ok(storage), |why| Err(Refusal::died(why)))
}

/// Whether a caller may read a volume; in Proxmox's order.
fn may_use(datacenter: &Datacenter, ask: &Ask, storage: &str, place: &Place) -> Result<(), Refusal> {
    let path = format!("/storage/{storage}");
    let needs = |path: &str, privilege: &str| match datacenter.may(&ask.who, path, privilege) {
        true => Ok(()),
        false => Err(Refusal::forbidden(&format!("{path}, {privilege}"))),
    };
    if datacenter.may(&ask.who, &path, "Datastore.Allocate") {
        return Ok(());
    }
    let of_guest = place.owner.map(|vmid| format!("/vms/{vmid}"));
    match (place.content, of_guest) {
        ("iso" | "vztmpl" | "import", _) => needs(&path, "Datastore.AllocateSpace")
            .or_else(|_| needs(&path, "Datastore.Audit"))
            .map_err(|_| Refusal::forbidden(&format!("{path}, Datastore.AllocateSpace|Datastore.Audit"))),
        ("backup", Some(guest)) => {
            needs(&path, "Datastore.AllocateSpace")?;
            needs(&guest, "VM.Backup")
        }
        ("rootdir" | "images", Some(guest)) => {
            needs(&path, "Datastore.Audit")?;
            needs(&guest, "VM.Config.Disk")
        }
        _ => Err(Refusal::died(format!("missing privileges to access {storage}:{}", ask.text("volume")))),
    }
}

fn volume_row(storage: &Storage, volume: &Volume) -> Value {
    let mut row = json!({
        "volid": format!("{}:{}", storage.name, volume.path), "content": volume.content, "format": volume.format, "size": volume.size,
        "ctime": volume.made,
    });
    if let Some(vmid) = volume.vmid {
        row["vmid"] = json!(vmid);
        row["subtype"] = json!(if volume.is_of_machine() { "qemu" } else { "lxc" });
    }
    if volume.is_protected {
        row["protected"] = json!(1);
    }
    if let Some(notes) = &volume.notes {
        row["notes"] = json!(notes.lines().next().unwrap_or_default());
    }
    if let Some(seal) = &volume.seal {
        if let Some(key) = &seal.key {
            row["encrypted"] = json!(key);
        }
        if let Some(is_whole) = seal.is_whole {
            let state = if is_whole { "ok" } else { "failed" };
            let upid = "UPID:vault:000003E9:0000A1B2:00000000:6B00C3D4:verificationjob:vault:root@pam:";
            row["verification"] = json!({ "state": state, "upid": upid });
        }
    }
    row
}

fn disk_row(storage: &Storage, disk: &Disk) -> Value {
    let Disk { path, size, used, guest, .. } = disk;
    let content = if guest.kind == Kind::Container { "rootdir" } else { "images" };
    let format = if path.contains("subvol-") { "subvol" } else { "raw" };
    let mut row = json!({ "volid": format!("{}:{path}", storage.name), "content": content, "format": format, "size": size, "vmid": guest.vmid });
    match storage.kind {
        "zfspool" => row["name"] = json!(path.rsplit('/').next()),
        "btrfs" if format == "subvol" => {
            row["parent"] = Value::Null;
            row["used"] = json!(0);
            row["size"] = json!(0);
        }
        "lvmthin" | "lvm" => row["ctime"] = json!(guest.born.as_secs()),
        _ => {
            row["parent"] = Value::Null;
            row["used"] = json!(used);
            row["ctime"] = json!(guest.born.as_secs());
        }
    }
    row
}

/// The volume a path names: on which storage, and its path there.
fn meant(ask: &Ask) -> Result<String, Refusal> {
    let (volume, storage) = (ask.text("volume"), ask.text("storage"));
    let Some((own, path)) = volume.split_once(':') else { return Ok(volume.to_owned()) };
    if formats::volume_id(volume).is_err() {
        return Err(Refusal::parameter("volume", format!("unable to parse volume ID '{volume}'\n")));
    }
    match own == storage {
        true => Ok(path.to_owned()),
        false => Err(Refusal::parameter("volume", format!("storage ID mismatch ({own} != {storage})\n"))),
    }
}

/// Storage, path on it, and what that path says of the volume.
fn looked_up<'a>(datacenter: &'a Datacenter, ask: &Ask) -> Result<(&'a Storage, String, Place), Refusal> {
    let path = meant(ask)?;
    let storage = named(datacenter, ask)?;
    let place = parse(storage, &path).map_err(Refusal::died)?;
    Ok((storage, path, place))
}

fn one(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    let (storage, path, place) = looked_up(datacenter, ask)?;
    may_use(datacenter, ask, storage.name, &place)?;
    if let Some(why) = storage.outage() {
        return Err(Refusal::died(why));
    }
    let lies_at = storage.path_of(&path);
    if let Some(volume) = storage.volume(ask.node(), &path) {
        let format = if storage.kind == "pbs" { volume.format } else { "raw" };
        let used = volume.size.next_multiple_of(4_096);
        let mut row = json!({ "path": lies_at, "size": volume.size, "used": used, "format": format });
        if let Some(notes) = &volume.notes {
            row["notes"] = json!(notes);
        }
        if volume.is_protected {
            row["protected"] = json!(1);
        }
        return Ok(row.into());
    }
    let all = datacenter.guests.values().flat_map(disks);
    let disk = all.into_iter().find(|disk| disk.storage == storage.name && disk.path == path);
    let disk =
        disk.ok_or_else(|| Refusal::died(format!("volume_size_info on '{}:{path}' failed - no format", storage.name)))?;
    let format = if path.contains("subvol-") { "subvol" } else { "raw" };
    Ok(json!({ "path": lies_at, "size": disk.size, "used": disk.used, "format": format }).into())
}

fn change(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    let (storage, path, place) = looked_up(datacenter, ask)?;
    may_use(datacenter, ask, storage.name, &place)?;
    for attribute in ["notes", "protected"] {
        if ask.given(attribute).is_none() {
            continue;
        }
        if storage.kind != "pbs" && !storage.is_of_files() {
            let text = format!("attribute '{attribute}' is not supported for storage type '{}'", storage.kind);
            return Err(Refusal::died(text));
        }
        if place.content != "backup" {
            return Err(Refusal::died(format!("only backups support attribute '{attribute}'")));
        }
    }
    let (name, node) = (storage.name, ask.node().to_owned());
    let storage = datacenter.storages.iter_mut().find(|known| known.name == name);
    let volumes = storage.into_iter().flat_map(|storage| &mut storage.volumes);
    for volume in volumes.filter(|volume| volume.path == path && volume.is_on(&node)) {
        if let Some(notes) = ask.given("notes") {
            volume.notes = (!notes.is_empty()).then(|| notes.to_owned());
        }
        if ask.given("protected").is_some() {
            volume.is_protected = ask.is_set("protected");
        }
    }
    Ok(Value::Null.into())
}

fn remove(datacenter: &mut Datacenter, ask: &Ask) -> Outcome {
    let (storage, path, place) = looked_up(datacenter, ask)?;
    let at = format!("/storage/{}", storage.name);
    let needs = match (place.content, place.owner) {
        ("backup", Some(vmid)) => {
            vec![(at, "Datastore.AllocateSpace"), (format!("/vms/{vmid}"), "VM.Backup")]
        }
        _ => vec![(at, "Datastore.Allocate")],
    };
    if let Some((at, privilege)) = needs.iter().find(|(at, privilege)| !datacenter.may(&ask.who, at, privilege)) {
        return Err(Refusal::forbidden(&format!("{at}, {privilege}")));
    }
    let name = storage.name;
    let id = place.owner.map_or_else(|| name.to_owned(), |vmid| format!("{vmid}@{name}"));
    let work = Work::Discard { storage: name.to_owned(), path };
    // With a delay the answer waits for the end; nothing here takes as long as the shortest.
    let lasts = if ask.given("delay").is_some() { 0 } else { REMOVE_MS };
    let upid = datacenter.begin(ask.node(), "imgdel", &id, &ask.who.id(), lasts, work);
    if lasts > 0 {
        return Ok(json!(upid).into());
    }
    let now = datacenter.now();
    datacenter.advance(now);
    match datacenter.tasks.get(&upid).and_then(|task| task.exit()) {
        Some("OK") | None => Ok(Data::Json(Value::Null)),
        Some(why) => Err(Refusal::died(why)),
    }
}
