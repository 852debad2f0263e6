//! Copies: full and linked ones, of now and of a snapshot, here and on another node.

use std::time::Duration;

use proximity::sim::Condition;
use serde_json::json;

use super::{
    ground::{LXC, assert_died, config, house, is_there, make, set_condition},
    house::House,
};

fn clone(house: &House, node: &str, vmid: u32, form: &[(&str, &str)]) -> String {
    house.done("POST", &format!("/nodes/{node}/lxc/{vmid}/clone"), form)
}

#[test]
fn a_full_copy_has_its_own_disks_and_macs_and_nothing_of_the_past() {
    let house = house();
    make(&house, "950", "local-lvm");
    house.done("POST", &format!("{LXC}/950/snapshot"), &[("snapname", "one")]);
    let form = [("newid", "951"), ("hostname", "twin"), ("description", "copy"), ("storage", "files")];
    let upid = house.begin("POST", &format!("{LXC}/950/clone"), &form);
    assert_eq!(config(&house, 950)["lock"], "disk");
    assert_eq!(config(&house, 951)["lock"], "create");
    assert_died(&house, "PUT", &format!("{LXC}/950/config"), &[("cores", "2")], "CT is locked (disk)");
    house.handle().settle();
    let log = house.log(&upid);
    assert_eq!(log[0], "creating a clone of container 950 with ID 951");
    assert_eq!(log[1], "create full clone of mountpoint rootfs (local-lvm:vm-950-disk-0)");
    assert!(log.contains(&"Creating filesystem with 524288 4k blocks and 131072 inodes".to_owned()), "{log:#?}");
    let (old, new) = (config(&house, 950), config(&house, 951));
    assert!(old.get("lock").is_none() && new.get("lock").is_none());
    assert_eq!(
        (&new["rootfs"], &new["mp0"]),
        (
            &json!("files:951/vm-951-disk-0.raw,size=2G"),
            &json!("files:951/vm-951-disk-1.raw,mp=/data,backup=1,size=1G")
        )
    );
    assert_eq!((&new["hostname"], &new["description"]), (&json!("twin"), &json!("copy\n")));
    assert!(old["net0"] != new["net0"] && new["net0"].as_str().unwrap().contains("hwaddr=BC:24:11:"));
    assert!(new.get("parent").is_none());
    assert_eq!(house.get(&format!("{LXC}/951/snapshot")).as_array().unwrap().len(), 1);
}

#[test]
fn only_some_storages_link() {
    let house = house();
    assert_eq!(clone(&house, "pve1", 900, &[("newid", "951")]), "OK");
    assert_eq!(config(&house, 951)["rootfs"], "local-lvm:vm-951-disk-0,size=4G");
    assert!(config(&house, 951).get("template").is_none());
    let with_storage = [("newid", "952"), ("storage", "local-lvm")];
    let text = "parameter 'storage' not allowed for linked clones";
    assert_died(&house, "POST", &format!("{LXC}/900/clone"), &with_storage, text);
    assert!(!is_there(&house, 952) && config(&house, 900).get("lock").is_none());
    let linked = [("newid", "952"), ("full", "0")];
    let text = "Linked clone feature for 'local-lvm:vm-103-disk-0' is not available";
    assert_died(&house, "POST", &format!("{LXC}/103/clone"), &linked, text);
    house.done("POST", &format!("{LXC}/103/snapshot"), &[("snapname", "one")]);
    assert_eq!(clone(&house, "pve1", 103, &[("newid", "952"), ("full", "0"), ("snapname", "one")]), "OK");
    assert_eq!(house.get(&format!("{LXC}/103/status/current"))["status"], "running");
    make(&house, "960", "btr");
    assert_eq!(clone(&house, "pve1", 960, &[("newid", "961"), ("full", "0")]), "OK", "btrfs links what is no template");
    make(&house, "970", "files");
    house.call("POST", &format!("{LXC}/970/template"), &[]);
    house.handle().settle();
    let text = "Linked clone feature for 'files:970/base-970-disk-0.raw' is not available";
    assert_died(&house, "POST", &format!("{LXC}/970/clone"), &[("newid", "971")], text);
}

#[test]
fn a_zfs_template_stays_as_long_as_something_is_linked_to_it() {
    let house = house();
    assert_eq!(house.call("POST", "/nodes/nas/lxc/219/template", &[]).json(), json!({ "data": null }));
    house.handle().settle();
    assert_eq!(clone(&house, "nas", 219, &[("newid", "951")]), "OK");
    let linked = house.get("/nodes/nas/lxc/951/config")["rootfs"].clone();
    assert_eq!(linked, "tank:basevol-219-disk-0/subvol-951-disk-0,size=24G");
    let why = "base volume 'basevol-219-disk-0' is still in use by linked clones";
    assert_eq!(house.done("DELETE", "/nodes/nas/lxc/219", &[("purge", "1")]), why);
    assert!(is_there(&house, 219));
    assert_eq!(house.done("DELETE", "/nodes/nas/lxc/951", &[]), "OK");
    assert_eq!(house.done("DELETE", "/nodes/nas/lxc/219", &[]), "OK");
    assert!(!is_there(&house, 219));
}

#[test]
fn what_speaks_against_a_copy_is_said_at_once() {
    let house = house();
    let path = format!("{LXC}/103/clone");
    let running = "Full clone of a running container is only possible from a snapshot";
    assert_died(&house, "POST", &path, &[("newid", "951"), ("full", "1")], running);
    assert_died(&house, "POST", &path, &[("newid", "101")], "CT 101 already exists on node 'pve1'");
    assert_died(&house, "POST", &path, &[("newid", "301")], "VM 301 already exists on node 'pve2'");
    assert_died(&house, "POST", &path, &[("newid", "951"), ("snapname", "no")], "snapshot 'no' does not exist");
    assert_died(&house, "POST", &path, &[("newid", "951"), ("storage", "nope")], "storage 'nope' does not exist");
    let elsewhere = "storage 'tank' is not available on node 'pve1'";
    assert_died(&house, "POST", &path, &[("newid", "951"), ("storage", "tank")], elsewhere);
    assert_died(&house, "POST", &path, &[("newid", "951"), ("target", "x")], "no such cluster node 'x'");
    let stopped = format!("{LXC}/215/clone");
    let local = "can't clone CT to node 'pve2' (CT uses local storage)";
    assert_died(&house, "POST", &stopped, &[("newid", "951"), ("target", "pve2")], local);
    let form = [("newid", "951"), ("target", "pve2"), ("storage", "files")];
    assert_died(&house, "POST", &stopped, &form, "can't clone to non-shared storage 'files'");
    let bind = |guest: &mut proximity::sim::Datacenter| {
        guest.guests.get_mut(&215).unwrap().config.insert("mp0".into(), json!("/srv,mp=/srv"));
    };
    house.handle().with(bind);
    assert_died(&house, "POST", &stopped, &[("newid", "951")], "unable to clone mountpoint 'mp0' (type bind)");
    assert!(!is_there(&house, 951) && config(&house, 103).get("lock").is_none());
}

#[test]
fn a_copy_on_shared_storage_may_end_on_another_node() {
    let house = house();
    make(&house, "950", "share");
    assert_eq!(clone(&house, "pve1", 950, &[("newid", "951"), ("target", "pve2")]), "OK");
    let rootfs = house.get("/nodes/pve2/lxc/951/config")["rootfs"].clone();
    assert_eq!(rootfs, "share:951/vm-951-disk-0.raw,size=2G");
}

#[test]
fn a_copy_that_does_not_fit_leaves_nothing() {
    let house = house();
    set_condition(&house, "local-lvm", Condition::Full);
    let why = "lvcreate 'pve/vm-951-disk-0' error:   Cannot create new thin volume, free space in thin pool pve/data reached threshold.";
    assert_eq!(clone(&house, "pve1", 215, &[("newid", "951")]), format!("clone failed: {why}"));
    assert!(!is_there(&house, 951) && config(&house, 215).get("lock").is_none());
    set_condition(&house, "local-lvm", Condition::Offline);
    let why = "clone failed: no such volume group 'pve'";
    assert_eq!(clone(&house, "pve1", 215, &[("newid", "951")]), why);
}

#[test]
fn a_copy_asks_for_rights_at_source_target_storage_and_bridge() {
    let house = house();
    house.handle().with(|datacenter| {
        datacenter.access.grant("/vms/215", "guest@pve", "PVETemplateUser");
    });
    let login = house.ticket("guest@pve", "guest-sees-little");
    let ask = |form: &[(&str, &str)]| {
        let reply = house.knock(&login, "POST", &format!("{LXC}/215/clone"), form);
        reply.line().1.to_owned()
    };
    assert_eq!(ask(&[("newid", "951")]), "Permission check failed");
    let grant = |path: &str, role: &str| house.handle().with(|known| known.access.grant(path, "guest@pve", role));
    grant("/pool/apps", "PVEVMAdmin");
    let pooled = [("newid", "951"), ("pool", "apps")];
    assert_eq!(ask(&pooled), "Permission check failed (/storage/local-lvm, Datastore.AllocateSpace)");
    grant("/storage/local-lvm", "PVEDatastoreUser");
    assert_eq!(ask(&pooled), "Permission check failed (/sdn/zones/localnetwork/vmbr0, SDN.Use)");
    grant("/sdn/zones/localnetwork", "PVESDNUser");
    assert_eq!(ask(&pooled), "OK");
    house.handle().advance(Duration::from_secs(200));
    let seen = house.knock(&login, "GET", &format!("{LXC}/951/config"), &[]);
    assert_eq!(seen.status, 200, "it is in the pool now");
}
