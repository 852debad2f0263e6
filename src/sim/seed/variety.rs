//! What makes a plain datacenter a lived-in one: data volumes, snapshots, templates, a pool, and a user who may only work
//! in that pool. Nothing of it changes how many guests there are.

use serde_json::json;

use super::{Seed, build::volume};
use crate::{
    domain::moment::Moment,
    sim::{
        datacenter::Datacenter,
        shell::Inside,
        world::{
            access::{Token, User},
            guest::{Guest, Snapshot},
            pool::Pool,
            privileges::Privileges,
        },
    },
};

/// The pool that every second app belongs to.
pub const POOL: &str = "apps";
/// Counted from the first.
const LOOKED_AFTER: usize = 18;
pub const DEPLOYER: &str = "deploy@pve!apps";
const ROLE: &str = "ProximityApps";

/// What deploying needs on guests, and nothing more.
const NEEDED: &[&str] = &[
    "VM.Allocate",
    "VM.Audit",
    "VM.Backup",
    "VM.Clone",
    "VM.Config.CPU",
    "VM.Config.Disk",
    "VM.Config.Memory",
    "VM.Config.Network",
    "VM.Config.Options",
    "VM.Console",
    "VM.PowerMgmt",
    "VM.Snapshot",
];

pub fn add(datacenter: &mut Datacenter) {
    let now = datacenter.now();
    for (number, guest) in datacenter.guests.values_mut().enumerate() {
        if number % 8 == 0 {
            guest.pool = Some(POOL.into());
        }
        match number % 20 {
            5 | 11 => give_data(guest),
            7 | 16 => take_snapshots(guest, now),
            13 => make_template(guest),
            _ => {}
        }
    }
    datacenter.pools.insert(POOL.into(), Pool::default());
    add_deployer(datacenter);
    look_after_one(datacenter);
}

/// HA looks after one guest of a cluster.
fn look_after_one(datacenter: &mut Datacenter) {
    let chosen = datacenter.guests.values().nth(LOOKED_AFTER).map(|guest| guest.vmid);
    if let Some(vmid) = chosen.filter(|_| datacenter.cluster.is_some()) {
        datacenter.manage(vmid);
    }
}

/// The storage and the size of its root, as its configuration has them.
fn root(guest: &Guest) -> Option<(String, String)> {
    let (storage, rest) = guest.text("rootfs")?.split_once(':')?;
    Some((storage.to_owned(), rest.rsplit_once("size=")?.1.to_owned()))
}

fn give_data(guest: &mut Guest) {
    let Some((storage, size)) = root(guest) else { return };
    let disk = volume(&storage, "vm", guest.vmid, 1);
    guest.config.insert("mp0".into(), json!(format!("{storage}:{disk},mp=/data,backup=1,size={size}")));
}

/// One before an update, and one some days after it.
fn take_snapshots(guest: &mut Guest, now: Moment) {
    for (name, description, days) in [("before_update", "the update of last week", 8), ("settled", "all well", 3)] {
        let parent = guest.text("parent").map(str::to_owned);
        let mut config = guest.config.clone();
        config.retain(|name, _| !matches!(name.as_str(), "parent" | "description" | "lock"));
        let taken = Moment(now.0 - days * 86_400_000);
        let (description, inside) = (description.into(), Inside::default());
        guest.snapshots.push(Snapshot { name: name.into(), description, taken, config, parent, inside });
        guest.config.insert("parent".into(), json!(name));
    }
}

fn make_template(guest: &mut Guest) {
    guest.runs.clear();
    guest.config.insert("template".into(), json!(1));
    if let Some(text) = guest.text("rootfs").map(|text| text.replace("vm-", "base-").replace("subvol-", "basevol-")) {
        guest.config.insert("rootfs".into(), json!(text));
    }
}

/// He and his token hold the same; the token alone would hold nothing.
fn add_deployer(datacenter: &mut Datacenter) {
    let (_, secret) = Seed::with_number(datacenter.seed).deployer();
    let storages: Vec<(&str, bool)> =
        datacenter.storages.iter().map(|storage| (storage.name, storage.name == "local")).collect();
    let access = &mut datacenter.access;
    access.roles.insert(ROLE.into(), Privileges::named(NEEDED));
    access.roles.insert("ProximitySpace".into(), Privileges::named(&["Datastore.AllocateSpace"]));
    access.roles.insert("ProximityTemplates".into(), Privileges::named(&["Datastore.Audit"]));
    access.roles.insert("ProximityBridge".into(), Privileges::named(&["SDN.Use"]));
    let mut user = User::with_password("");
    let token = Token { secret, is_separated: true, expires: 0, comment: Some("least privilege".into()) };
    user.tokens.insert("apps".into(), token);
    access.users.insert("deploy@pve".into(), user);
    for to in ["deploy@pve", DEPLOYER] {
        access.grant(&format!("/pool/{POOL}"), to, ROLE);
        access.grant("/sdn/zones/localnetwork/vmbr0", to, "ProximityBridge");
        for (storage, holds_templates) in &storages {
            let role = if *holds_templates { "ProximityTemplates" } else { "ProximitySpace" };
            access.grant(&format!("/storage/{storage}"), to, role);
        }
    }
}
