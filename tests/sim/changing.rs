//! Options that change: what a running container takes at once, what waits, what becomes of volumes, and who may.

use proximity::sim::Condition;
use serde_json::{Value, json};

use super::{
    ground::{LXC, TEMPLATE, assert_died, config, house, is_there, make, refused, set_condition},
    house::{House, Login},
};

fn put(house: &House, vmid: u32, form: &[(&str, &str)]) -> Value {
    house.call("PUT", &format!("{LXC}/{vmid}/config"), form).json()
}

fn waits(house: &House, vmid: u32, key: &str) -> Option<Value> {
    let rows = house.get(&format!("{LXC}/{vmid}/pending"));
    let is_waiting = |row: &&Value| row.get("pending").is_some() || row.get("delete").is_some();
    rows.as_array().unwrap().iter().filter(is_waiting).find(|row| row["key"] == key).cloned()
}

fn root(house: &House) -> Login {
    let ready = house.simulator().ready();
    house.ticket(&ready.user, &ready.password)
}

const OK: fn() -> Value = || json!({ "data": null });

#[test]
fn a_card_that_cannot_be_plugged_is_told_and_waits() {
    let house = house();
    let before = config(&house, 103);
    let answer = put(&house, 103, &[("net0", "name=eth0,bridge=vmbr9,ip=dhcp")]);
    let why = "unable to hotplug net0: bridge 'vmbr9' does not exist\n";
    assert_eq!(answer["errors"], json!({ "net0": why }));
    let row = json!({ "key": "net0", "pending": "name=eth0,bridge=vmbr9,ip=dhcp" });
    assert_eq!(waits(&house, 103, "net0"), Some(row), "the old card is out");
    assert_eq!(put(&house, 103, &[("revert", "net0")]), OK());
    assert_eq!(waits(&house, 103, "net0"), None);
    put(&house, 103, &[("net0", before["net0"].as_str().unwrap())]);
    assert_eq!(config(&house, 103)["net0"], before["net0"]);
    let answer = put(&house, 103, &[("net1", "name=eth1,bridge=vmbr9"), ("cores", "7")]);
    assert!(answer["errors"].get("net1").is_some());
    assert_eq!(
        (waits(&house, 103, "net1"), &config(&house, 103)["cores"]),
        (None, &before["cores"]),
        "nothing is kept"
    );
}

#[test]
fn a_volume_is_plugged_into_a_running_one_and_only_leaves_a_stopped_one() {
    let house = house();
    make(&house, "950", "local-lvm");
    house.done("POST", &format!("{LXC}/950/status/start"), &[]);
    assert_eq!(put(&house, 950, &[("mp1", "local-lvm:3,mp=/more,backup=1")]), OK());
    assert_eq!(config(&house, 950)["mp1"], "local-lvm:vm-950-disk-2,mp=/more,backup=1,size=3G");
    assert_eq!(put(&house, 950, &[("delete", "mp1")]), OK());
    let row = waits(&house, 950, "mp1").unwrap();
    assert_eq!((&row["delete"], row["value"].is_string()), (&json!(1), true));
    assert!(config(&house, 950).get("mp1").is_none(), "as it will be");
    assert!(house.get(&format!("{LXC}/950/config?current=1")).get("mp1").is_some(), "as it is");
    house.done("POST", &format!("{LXC}/950/status/reboot"), &[]);
    assert_eq!(config(&house, 950)["unused0"], "local-lvm:vm-950-disk-2");
    assert_eq!(put(&house, 950, &[("mp5", "local-lvm:vm-950-disk-2,mp=/back")]), OK());
    let now = config(&house, 950);
    assert_eq!((&now["mp5"], now.get("unused0")), (&json!("local-lvm:vm-950-disk-2,mp=/back,size=3G"), None));
    set_condition(&house, "local-lvm", Condition::Full);
    let answer = put(&house, 950, &[("mp6", "local-lvm:3,mp=/full")]);
    assert!(
        answer["errors"]["mp6"].as_str().unwrap().starts_with("unable to hotplug mp6: lvcreate 'pve/vm-950-disk-3'")
    );
    assert_eq!(waits(&house, 950, "mp6"), None);
}

#[test]
fn volumes_of_a_stopped_one_become_unused_and_then_go() {
    let house = house();
    make(&house, "950", "local-lvm");
    assert_eq!(put(&house, 950, &[("delete", "mp0")]), OK());
    let now = config(&house, 950);
    assert_eq!((&now["unused0"], now.get("mp0")), (&json!("local-lvm:vm-950-disk-1"), None));
    assert_eq!(put(&house, 950, &[("mp2", "local-lvm:1,mp=/x")]), OK());
    assert_eq!(config(&house, 950)["mp2"], "local-lvm:vm-950-disk-2,mp=/x,size=1G");
    assert_eq!(put(&house, 950, &[("delete", "unused0")]), OK());
    assert_eq!(put(&house, 950, &[("mp3", "local-lvm:1,mp=/y")]), OK());
    assert_eq!(config(&house, 950)["mp3"], "local-lvm:vm-950-disk-1,mp=/y,size=1G", "its name is free again");
    put(&house, 950, &[("protection", "1")]);
    let path = format!("{LXC}/950/config");
    let text = "can't remove CT 950 drive 'mp3' - protection mode enabled";
    assert_died(&house, "PUT", &path, &[("delete", "mp3")], text);
    let text = "can't update CT 950 drive 'mp7' - protection mode enabled";
    assert_died(&house, "PUT", &path, &[("mp7", "local-lvm:1,mp=/z")], text);
}

#[test]
fn what_makes_no_sense_is_refused() {
    let house = house();
    let path = format!("{LXC}/215/config");
    let died = |form: &[(&str, &str)], text: &str| assert_died(&house, "PUT", &path, form, text);
    died(&[("delete", "memory")], "unable to delete required option 'memory'");
    died(&[("delete", "unprivileged")], "unable to delete read-only option: 'unprivileged'");
    died(&[("mp0", "nope:1,mp=/x")], "storage 'nope' does not exist");
    let text = "storage 'backup' does not allow content type 'rootdir' (Container)";
    died(&[("mp0", "backup:1,mp=/x")], text);
    let slaac = "net0: SLAAC is not supported for host-managed network configuration.";
    died(&[("net0", "name=eth0,bridge=vmbr0,host-managed=1,ip6=auto")], slaac);
    died(&[("net0", "name=eth0,bridge=vmbr0,mtu=9000")], "net0: MTU size '9000' is bigger than bridge MTU '1500'");
    let errors = |form: &[(&str, &str)]| put(&house, 215, form)["errors"].take();
    assert_eq!(errors(&[("revert", "nope")]), json!({ "revert": "unknown option 'nope'" }));
    assert_eq!(errors(&[("delete", "net")]), json!({ "delete": "unknown option 'net'" }));
    let text = "you can't use '-cores' and -delete cores' at the same time";
    assert_eq!(errors(&[("delete", "cores"), ("cores", "1")]), json!({ "delete": text }));
    let text = "you can't use '-cores' and '-revert cores' at the same time";
    assert_eq!(errors(&[("revert", "cores"), ("cores", "1")]), json!({ "revert": text }));
    assert_eq!(put(&house, 215, &[("ostype", "unmanaged"), ("arch", "arm64")]), OK(), "these may change");
}

#[test]
fn only_root_may_reach_into_the_host() {
    let house = house();
    let form = |pair: (&'static str, &'static str)| {
        vec![("vmid", "951"), ("ostemplate", TEMPLATE), ("rootfs", "local-lvm:1"), pair]
    };
    for (pair, what) in [
        (("mp0", "/srv,mp=/srv"), "mount point type bind is only allowed for root@pam"),
        (("mp0", "/dev/sdb1,mp=/srv"), "mount point type device is only allowed for root@pam"),
        (("dev0", "/dev/kvm"), "configuring device passthrough is only allowed for root@pam"),
        (("hookscript", "local:snippets/x.sh"), "changing the hookscript is only allowed for root@pam"),
        (("features", "nesting=1,fuse=1"), "changing feature flags (except nesting) is only allowed for root@pam"),
    ] {
        let refusal = (403, format!("Permission check failed ({what})"));
        assert_eq!(refused(&house, "POST", LXC, &form(pair)), refusal);
        assert_eq!(refused(&house, "PUT", &format!("{LXC}/215/config"), &[pair]), refusal);
        let reply = house.knock(&root(&house), "PUT", &format!("{LXC}/215/config"), &[pair]);
        assert_eq!(reply.status, 200, "{pair:?}: {}", String::from_utf8_lossy(&reply.body));
    }
    let text = "Only root can pass arbitrary filesystem paths. at /usr/share/perl5/PVE/Storage.pm line 651.";
    let bare = [("vmid", "951"), ("ostemplate", "/tmp/x.tar"), ("rootfs", "local-lvm:1")];
    assert_died(&house, "POST", LXC, &bare, text);
}

#[test]
fn each_option_needs_its_own_right() {
    let house = house();
    house.handle().with(|known| known.access.grant("/pool/apps", "guest@pve", "PVEVMUser"));
    let login = house.ticket("guest@pve", "guest-sees-little");
    let ask = |more: &[(&str, &str)]| {
        let base = [("vmid", "951"), ("ostemplate", TEMPLATE), ("pool", "apps"), ("rootfs", "local-lvm:1")];
        house.knock(&login, "POST", LXC, &[&base, more].concat()).line().1.to_owned()
    };
    let grant = |path: &str, role: &str| house.handle().with(|known| known.access.grant(path, "guest@pve", role));
    assert_eq!(ask(&[]), "Permission check failed");
    let roles = |names: &[&str]| {
        let all = proximity::sim::Privileges::named(names);
        house.handle().with(|known| known.access.roles.insert("Made".into(), all));
    };
    house.handle().with(|known| known.access.grants.retain(|grant| grant.to != "guest@pve"));
    roles(&["VM.Allocate", "VM.Audit"]);
    grant("/pool/apps", "Made");
    assert_eq!(ask(&[]), "Permission check failed (/vms/951, VM.Config.Disk)");
    roles(&["VM.Allocate", "VM.Audit", "VM.Config.Disk"]);
    assert_eq!(ask(&[]), "Permission check failed (/storage/local-lvm, Datastore.AllocateSpace)");
    grant("/storage/local-lvm", "PVEDatastoreUser");
    for (pair, privilege) in [
        (("cores", "1"), "VM.Config.CPU"),
        (("memory", "64"), "VM.Config.Memory"),
        (("hostname", "x"), "VM.Config.Network"),
        (("cmode", "shell"), "VM.Config.Options"),
    ] {
        assert_eq!(ask(&[pair]), format!("Permission check failed (/vms/951, {privilege})"));
    }
    assert_eq!(ask(&[]), "Permission check failed (/storage/local, Datastore.AllocateSpace|Datastore.Audit)");
    grant("/storage/local", "PVEDatastoreUser");
    roles(&["VM.Allocate", "VM.Audit", "VM.Config.Disk", "VM.Config.Options", "VM.Config.Network"]);
    let tagged = ask(&[("tags", "app"), ("description", "x")]);
    assert_eq!(tagged, "Permission check failed (/vms/951, VM.Config.Options)", "a pool does not count for tags");
    let net = [("net0", "name=eth0,bridge=vmbr0")];
    assert_eq!(ask(&net), "Permission check failed (/sdn/zones/localnetwork/vmbr0, SDN.Use)");
    grant("/sdn/zones/localnetwork/vmbr0", "PVESDNUser");
    assert_eq!(ask(&[("unprivileged", "0")]), "Permission check failed (/, Sys.Modify)");
    assert_eq!(ask(&[("ha-managed", "1")]), "Permission check failed (/, Sys.Console)");
    assert_eq!(ask(&[net[0], ("features", "nesting=1")]), "OK");
    let look = || house.knock(&login, "GET", &format!("{LXC}/951/config"), &[]).status;
    assert_eq!(look(), 403, "it joins its pool at the end");
    house.handle().settle();
    assert_eq!(look(), 200);
}

#[test]
fn what_ha_looks_after_is_only_removed_with_everything_else() {
    let house = house();
    let form = [("vmid", "950"), ("ostemplate", TEMPLATE), ("rootfs", "local-lvm:1"), ("ha-managed", "1")];
    let upid = house.begin("POST", LXC, &form);
    house.handle().settle();
    assert!(house.log(&upid).contains(&"Add as HA resource".to_owned()));
    let text = "unable to remove CT 950 - used in HA resources and purge parameter not set.";
    assert_died(&house, "DELETE", &format!("{LXC}/950"), &[], text);
    let upid = house.begin("POST", &format!("{LXC}/950/migrate"), &[("target", "pve2")]);
    assert_eq!(house.log(&upid), ["Requesting HA migration for CT 950 to node pve2"]);
    house.handle().settle();
    let upid = house.begin("DELETE", &format!("{LXC}/950"), &[("purge", "1")]);
    house.handle().settle();
    assert!(house.log(&upid).contains(&"NOTE: removed CT 950 from HA resource configuration.".to_owned()));
    assert!(!is_there(&house, 950));
}
