//! Making, changing and removing containers.

use serde_json::json;

use super::house::House;

const TEMPLATE: &str = "local:vztmpl/debian-13-standard_13.1-2_amd64.tar.zst";
const LXC: &str = "/nodes/pve1/lxc";

fn recipe(vmid: &'static str) -> Vec<(&'static str, &'static str)> {
    let net = "name=eth0,bridge=vmbr0,ip=manual";
    vec![
        ("vmid", vmid),
        ("ostemplate", TEMPLATE),
        ("hostname", "fresh"),
        ("rootfs", "local-lvm:8"),
        ("net0", net),
        ("tags", "b;A"),
    ]
}

#[test]
fn a_container_is_locked_while_it_is_made() {
    let house = House::demo();
    let upid = house.begin("POST", LXC, &recipe("950"));
    assert_eq!(house.get("/nodes/pve1/lxc/950/status/current")["lock"], "create");
    assert_eq!(house.call("POST", LXC, &recipe("950")).line(), (500, "CT 950 already exists on node 'pve1'"));
    assert_eq!(house.call("DELETE", "/nodes/pve1/lxc/950", &[]).line(), (500, "CT is locked (create)"));
    house.handle().settle();
    assert_eq!(house.task(&upid)["exitstatus"], "OK");
    let config = house.get("/nodes/pve1/lxc/950/config");
    assert_eq!(
        (&config["hostname"], &config["rootfs"], &config["tags"]),
        (&json!("fresh"), &json!("local-lvm:vm-950-disk-0,size=8G"), &json!("a;b"))
    );
    let net = config["net0"].as_str().unwrap();
    assert!(
        net.starts_with("name=eth0,bridge=vmbr0,hwaddr=BC:24:11:") && net.ends_with(",ip=manual,type=veth"),
        "{net}"
    );
    assert!(config.get("lock").is_none());
}

#[test]
fn a_start_asked_for_with_the_create_is_a_task_of_its_own() {
    let house = House::demo();
    let broken = [recipe("950").as_slice(), &[("start", "1"), ("net1", "name=eth1,bridge=vmbr9")]].concat();
    assert_eq!(house.done("POST", LXC, &broken), "OK");
    house.handle().settle();
    let rows = house.get("/nodes/pve1/tasks?vmid=950");
    let kinds: Vec<_> = rows
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (row["type"].as_str().unwrap(), row["status"].as_str().unwrap()))
        .collect();
    assert_eq!(kinds, [("vzstart", "bridge 'vmbr9' does not exist"), ("vzcreate", "OK")]);
}

#[test]
fn a_missing_template_shows_in_the_task_and_leaves_nothing() {
    let house = House::demo();
    let mut form = recipe("950");
    form[1].1 = "local:vztmpl/nope.tar.zst";
    assert_eq!(
        house.done("POST", LXC, &form),
        "unable to create CT 950 - volume 'local:vztmpl/nope.tar.zst' does not exist"
    );
    let gone = "Configuration file 'nodes/pve1/lxc/950.conf' does not exist";
    assert_eq!(house.call("GET", "/nodes/pve1/lxc/950/config", &[]).line(), (500, gone));
}

#[test]
fn a_storage_must_be_there_and_take_containers() {
    let house = House::demo();
    let with_root = |root: &'static str| {
        let mut form = recipe("950");
        form[3].1 = root;
        house.call("POST", LXC, &form)
    };
    assert_eq!(with_root("nope:8").line(), (500, "storage 'nope' does not exist"));
    assert_eq!(with_root("tank:8").line(), (500, "storage 'tank' is not available on node 'pve1'"));
    let reply = with_root("backup:8");
    assert_eq!(reply.json()["errors"], json!({ "storage": "storage 'backup' does not support container directories" }));
    assert_eq!(house.get("/cluster/nextid?vmid=950"), "950");
}

#[test]
fn what_cannot_change_at_once_waits_for_a_start() {
    let house = House::demo();
    let path = "/nodes/pve1/lxc/101/config";
    let put = |form: &[(&str, &str)]| assert_eq!(house.call("PUT", path, form).json(), json!({ "data": null }));
    let before = house.get(path);
    put(&[("timezone", "host"), ("description", "two\nlines")]);
    let pending = house.get("/nodes/pve1/lxc/101/pending");
    assert!(pending.as_array().unwrap().contains(&json!({ "key": "timezone", "pending": "host" })), "{pending}");
    assert!(house.get(&format!("{path}?current=1")).get("timezone").is_none());
    assert_eq!(house.get(path)["description"], "two\nlines\n");
    assert_ne!(house.get(path)["digest"], before["digest"]);
    let old = [("cores", "1"), ("digest", before["digest"].as_str().unwrap())];
    let text = "detected modified configuration - file changed by other user? Try again.";
    assert_eq!(house.call("PUT", path, &old).line(), (500, text));
    house.done("POST", "/nodes/pve1/lxc/101/status/reboot", &[]);
    assert_eq!(house.get(&format!("{path}?current=1"))["timezone"], "host");
    put(&[("delete", "description")]);
    assert!(house.get(path).get("description").is_none());
}

#[test]
fn some_things_cannot_be_changed() {
    let house = House::demo();
    let put = |vmid: u32, form: &[(&str, &str)]| house.call("PUT", &format!("/nodes/pve1/lxc/{vmid}/config"), form);
    assert_eq!(put(101, &[]).line(), (500, "no options specified"));
    assert_eq!(put(101, &[("unprivileged", "0")]).line(), (500, "unable to modify read-only option: 'unprivileged'"));
    assert_eq!(put(216, &[("cores", "2")]).line(), (500, "CT is locked (backup)"));
    assert_eq!(put(101, &[("delete", "nope")]).json()["errors"], json!({ "delete": "unknown option 'nope'" }));
}

#[test]
fn a_guest_is_only_removed_when_nothing_speaks_against_it() {
    let house = House::demo();
    let path = "/nodes/pve1/lxc/103";
    assert_eq!(house.call("DELETE", path, &[]).line(), (500, "unable to destroy CT 103 - container is running"));
    house.call("PUT", &format!("{path}/config"), &[("protection", "1")]);
    assert_eq!(
        house.call("DELETE", path, &[("force", "1")]).line(),
        (500, "can't remove CT 103 - protection mode enabled")
    );
    house.call("PUT", &format!("{path}/config"), &[("protection", "0")]);
    let upid = house.begin("DELETE", path, &[("force", "1"), ("purge", "1")]);
    house.handle().settle();
    assert_eq!(
        house.log(&upid),
        [
            "forced to stop CT 103 before destroying!",
            "  Logical volume \"vm-103-disk-0\" successfully removed.",
            "purging CT 103 from related configurations..",
            "TASK OK"
        ]
    );
    let rows = house.get("/cluster/resources?type=vm");
    assert!(rows.as_array().unwrap().iter().all(|row| row["vmid"] != 103));
}
