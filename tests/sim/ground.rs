//! What the tests of a container's life share: more kinds of storages than the demo has, and short ways to ask.

use std::sync::Arc;

use proximity::sim::{Condition, Damage, Saved, Storage, Volume};
use serde_json::Value;

use super::house::House;

pub const TEMPLATE: &str = "local:vztmpl/debian-13-standard_13.1-2_amd64.tar.zst";
pub const LXC: &str = "/nodes/pve1/lxc";

/// The demo with a folder (`files`) and a btrfs (`btr`) on every node, one that all nodes share (`share`), and
/// the pool `apps`.
pub fn house() -> House {
    let house = House::demo();
    house.handle().with(|datacenter| {
        datacenter.pools.insert("apps".into(), Default::default());
        let like = datacenter.storages[0].clone();
        for (name, kind, is_shared) in [("files", "dir", false), ("btr", "btrfs", false), ("share", "nfs", true)] {
            let options = vec![("path", format!("/srv/{name}"))];
            let (content, volumes) = ("rootdir,images", Vec::new());
            datacenter.storages.push(Storage { name, kind, content, is_shared, options, volumes, ..like.clone() });
        }
    });
    house
}

pub fn config(house: &House, vmid: u32) -> Value {
    let rows = house.get("/cluster/resources?type=vm");
    let row = rows.as_array().unwrap().iter().find(|row| row["vmid"] == vmid).unwrap_or_else(|| panic!("no {vmid}"));
    house.get(&format!("/nodes/{}/lxc/{vmid}/config", row["node"].as_str().unwrap()))
}

pub fn is_there(house: &House, vmid: u32) -> bool {
    house.get("/cluster/resources?type=vm").as_array().unwrap().iter().any(|row| row["vmid"] == vmid)
}

/// A container of two volumes on a storage, stopped.
pub fn make(house: &House, vmid: &str, storage: &str) {
    let (root, more) = (format!("{storage}:2"), format!("{storage}:1,mp=/data,backup=1"));
    let net = "name=eth0,bridge=vmbr0,ip=dhcp";
    let form = [("vmid", vmid), ("ostemplate", TEMPLATE), ("rootfs", &root), ("mp0", &more), ("net0", net)];
    assert_eq!(house.done("POST", LXC, &form), "OK");
}

/// How a call is refused: status and first line.
pub fn refused(house: &House, method: &str, path: &str, form: &[(&str, &str)]) -> (u16, String) {
    let reply = house.call(method, path, form);
    let (status, line) = reply.line();
    (status, line.to_owned())
}

#[track_caller]
pub fn assert_died(house: &House, method: &str, path: &str, form: &[(&str, &str)], text: &str) {
    assert_eq!(refused(house, method, path, form), (500, text.to_owned()), "{method} {path}");
}

pub fn set_condition(house: &House, storage: &str, condition: Condition) {
    house.handle().with(|datacenter| {
        let known = datacenter.storages.iter_mut().find(|known| known.name == storage).unwrap();
        known.condition = condition;
    });
}

/// Puts a backup of a guest as it is now on the backup storage; gives its volume id.
pub fn archive(house: &House, vmid: u32, damage: Damage) -> String {
    let path = format!("backup/vzdump-lxc-{vmid}-2026_01_01-00_00_00.tar.gz");
    let id = format!("backup:{path}");
    house.handle().with(|datacenter| {
        let config = datacenter.guests[&vmid].config.clone();
        let saved = Some(Arc::new(Saved { config, unpacked: 400 << 20, damage, ..Saved::default() }));
        let store = datacenter.storages.iter_mut().find(|known| known.name == "backup").unwrap();
        let like = store.volumes[0].clone();
        store.volumes.push(Volume { path, vmid: Some(vmid), saved, ..like });
    });
    id
}

/// Ends a task in its middle, as a fault would.
pub fn break_off(house: &House, upid: &str) {
    house.handle().with(|datacenter| datacenter.cut_short(upid, "it broke"));
    assert_eq!(house.task(upid)["exitstatus"], "it broke");
}

/// Puts a lock on a guest, or takes it away.
pub fn set_lock(house: &House, vmid: u32, lock: Option<&str>) {
    house.handle().with(|datacenter| match (lock, datacenter.guests.get_mut(&vmid).unwrap()) {
        (Some(lock), guest) => drop(guest.config.insert("lock".into(), lock.into())),
        (None, guest) => drop(guest.config.remove("lock")),
    });
}

/// A node loses its power.
pub fn cut_power(house: &House, name: &str) {
    house.handle().with(|datacenter| {
        let now = datacenter.now();
        datacenter.nodes.iter_mut().find(|node| node.name == name).unwrap().down_since = Some(now);
    });
}
