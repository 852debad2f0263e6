//! What was written inside a container goes where the container goes: into snapshots, copies and backups, and back.

use super::{
    ground::LXC,
    house::House,
    terminal::{Terminal, set},
};

const ONE: &str = "/nodes/pve1/lxc/101";

fn house() -> House {
    let house = House::demo();
    set(&house, 101, "cmode", "shell");
    set(&house, 101, "ostype", "alpine");
    house
}

fn write(house: &House, text: &str) {
    assert_eq!(Terminal::open(house, 101).quiet().run(&format!("echo {text} >/root/note")).1, 0);
}

/// What stands in the note of a container, once it runs.
fn read(house: &House, vmid: u32) -> String {
    if house.get(&format!("{LXC}/{vmid}/status/current"))["status"] == "stopped" {
        assert_eq!(house.done("POST", &format!("{LXC}/{vmid}/status/start"), &[]), "OK");
    }
    house.handle().advance(std::time::Duration::from_secs(2));
    Terminal::open(house, vmid).quiet().run("cat /root/note /etc/hostname").0
}

fn name(house: &House, vmid: u32) -> String {
    house.get(&format!("{LXC}/{vmid}/config"))["hostname"].as_str().unwrap().to_owned()
}

#[test]
fn a_rollback_brings_back_what_was_written_then() {
    let house = house();
    write(&house, "before");
    assert_eq!(house.done("POST", &format!("{ONE}/snapshot"), &[("snapname", "then")]), "OK");
    write(&house, "after");
    assert_eq!(read(&house, 101), format!("after\n{}\n", name(&house, 101)));
    assert_eq!(house.done("POST", &format!("{ONE}/snapshot/then/rollback"), &[]), "OK");
    assert_eq!(read(&house, 101), format!("before\n{}\n", name(&house, 101)));
}

#[test]
fn a_copy_has_what_its_source_had_and_goes_its_own_way() {
    let house = house();
    write(&house, "mine");
    assert_eq!(house.done("POST", &format!("{ONE}/snapshot"), &[("snapname", "then")]), "OK");
    let form = [("newid", "951"), ("full", "1"), ("snapname", "then"), ("hostname", "twin")];
    write(&house, "later");
    assert_eq!(house.done("POST", &format!("{ONE}/clone"), &form), "OK");
    assert_eq!(read(&house, 951), "mine\ntwin\n");
    assert_eq!(read(&house, 101), format!("later\n{}\n", name(&house, 101)));
}

#[test]
fn a_backup_brings_back_what_was_written_before_it() {
    let house = house();
    write(&house, "saved");
    assert_eq!(house.done("POST", "/nodes/pve1/vzdump", &[("vmid", "101"), ("storage", "backup")]), "OK");
    write(&house, "lost");
    let rows = house.get("/nodes/pve1/storage/backup/content?content=backup&vmid=101");
    let newest = rows.as_array().unwrap().iter().max_by_key(|row| row["ctime"].as_i64()).unwrap();
    let archive = newest["volid"].as_str().unwrap().to_owned();
    let form = [("vmid", "951"), ("ostemplate", archive.as_str()), ("restore", "1"), ("storage", "local-lvm")];
    assert_eq!(house.done("POST", LXC, &form), "OK");
    assert!(read(&house, 951).starts_with("saved\n"));
    assert!(read(&house, 101).starts_with("lost\n"));
}
