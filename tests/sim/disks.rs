//! Disks that grow, move, change hands, become templates and go.

use proximity::sim::Condition;
use serde_json::json;

use super::{
    ground::{LXC, assert_died, config, house, make, refused, set_condition},
    house::House,
};

fn move_volume(house: &House, vmid: u32, form: &[(&str, &str)]) -> String {
    house.done("POST", &format!("{LXC}/{vmid}/move_volume"), form)
}

#[test]
fn a_disk_only_grows() {
    let house = house();
    let path = format!("{LXC}/215/resize");
    let resize = |disk: &str, size: &str| refused(&house, "PUT", &path, &[("disk", disk), ("size", size)]).1;
    assert_eq!(resize("rootfs", "512M"), "unable to shrink disk size");
    assert_eq!(resize("rootfs", "8G"), "disk is already at specified size");
    assert_eq!(resize("mp7", "8G"), "format error");
    assert_eq!(resize("scsi0", "8G"), "Parameter verification failed.");
    let upid = house.begin("PUT", &path, &[("disk", "rootfs"), ("size", "+1.5G")]);
    assert_eq!(upid.split(':').nth(5), Some("resize"));
    house.handle().settle();
    assert_eq!(config(&house, 215)["rootfs"], "local-lvm:vm-215-disk-0,size=9728M");
    let log = house.log(&upid);
    assert_eq!(
        log[0],
        "  Size of logical volume pve/vm-215-disk-0 changed from 8.00 GiB (2048 extents) to 9.50 GiB (2432 extents)."
    );
    assert!(log.contains(&"Pass 1: Checking inodes, blocks, and sizes".to_owned()), "{log:#?}");
    let digest = [("disk", "rootfs"), ("size", "+1G"), ("digest", "0123")];
    let text = "detected modified configuration - file changed by other user? Try again.";
    assert_died(&house, "PUT", &path, &digest, text);
    assert_died(
        &house,
        "PUT",
        &format!("{LXC}/216/resize"),
        &[("disk", "rootfs"), ("size", "+1G")],
        "CT is locked (backup)",
    );
}

#[test]
fn a_template_is_made_of_a_stopped_container_without_snapshots() {
    let house = house();
    let template = |vmid: u32| refused(&house, "POST", &format!("{LXC}/{vmid}/template"), &[]).1;
    assert_eq!(template(103), "you can't convert a CT to template if the CT is running");
    assert_eq!(template(900), "you can't convert a template to a template");
    make(&house, "950", "local-lvm");
    house.done("POST", &format!("{LXC}/950/snapshot"), &[("snapname", "one")]);
    assert_eq!(template(950), "unable to create template, because CT contains snapshots");
    house.done("DELETE", &format!("{LXC}/950/snapshot/one"), &[]);
    assert_eq!(template(950), "OK");
    assert!(config(&house, 950).get("template").is_none(), "a task does it");
    house.handle().settle();
    let now = config(&house, 950);
    assert_eq!((&now["template"], &now["rootfs"]), (&json!(1), &json!("local-lvm:base-950-disk-0,size=2G")));
    assert_eq!(now["mp0"], "local-lvm:base-950-disk-1,mp=/data,backup=1,size=1G");
    assert_eq!(house.get("/nodes/pve1/tasks?vmid=950&limit=1")[0]["type"], "vztemplate");
}

#[test]
fn a_volume_goes_to_another_storage_and_the_old_one_is_kept_unless_told() {
    let house = house();
    make(&house, "950", "local-lvm");
    let upid = house.begin("POST", &format!("{LXC}/950/move_volume"), &[("volume", "mp0"), ("storage", "files")]);
    assert_eq!((config(&house, 950)["lock"].clone(), upid.split(':').nth(6)), (json!("disk"), Some("950")));
    house.handle().settle();
    let now = config(&house, 950);
    assert_eq!(now["mp0"], "files:950/vm-950-disk-0.raw,mp=/data,backup=1,size=1G");
    assert_eq!((&now["unused0"], now.get("lock")), (&json!("local-lvm:vm-950-disk-1"), None));
    assert_eq!(move_volume(&house, 950, &[("volume", "rootfs"), ("storage", "files"), ("delete", "1")]), "OK");
    assert!(config(&house, 950).get("unused1").is_none());
    let path = format!("{LXC}/950/move_volume");
    let text = "cannot move volume 'unused0', only configured volumes can be moved to another storage";
    assert_died(&house, "POST", &path, &[("volume", "unused0"), ("storage", "files")], text);
    let form = [("volume", "mp0"), ("storage", "backup")];
    let text = "content type 'rootdir' is not available or configured on storage 'backup'";
    assert_eq!(move_volume(&house, 950, &form), text);
    assert_eq!(move_volume(&house, 950, &[("volume", "mp0"), ("storage", "no")]), "storage 'no' does not exist");
    set_condition(&house, "local-lvm", Condition::Full);
    assert!(move_volume(&house, 950, &[("volume", "mp0"), ("storage", "local-lvm")]).contains("thin pool pve/data"));
    let now = config(&house, 950);
    assert_eq!((now["mp0"].as_str().unwrap().split(':').next(), now.get("lock")), (Some("files"), None));
    let running = format!("{LXC}/103/move_volume");
    let text = "cannot move volumes of a running container";
    assert_died(&house, "POST", &running, &[("volume", "rootfs"), ("storage", "files")], text);
    let neither = house.call("POST", &path, &[("volume", "mp0")]).json()["errors"].take();
    let text = "both 'storage' and 'target-vmid' missing, either needs to be set";
    assert_eq!(neither, json!({ "storage": text, "target-vmid": text }));
    let both = [("volume", "mp0"), ("storage", "files"), ("target-vmid", "103")];
    assert_died(&house, "POST", &path, &both, "either set storage or target-vmid, but not both");
}

#[test]
fn a_volume_with_a_snapshot_is_not_moved_away() {
    let house = house();
    make(&house, "950", "local-lvm");
    house.done("POST", &format!("{LXC}/950/snapshot"), &[("snapname", "one")]);
    let path = format!("{LXC}/950/move_volume");
    let form = [("volume", "mp0"), ("storage", "files"), ("delete", "1")];
    let text = "you can't move a volume with snapshots and delete the source";
    assert_died(&house, "POST", &path, &form, text);
    let form = [("volume", "mp0"), ("target-vmid", "215")];
    assert_died(&house, "POST", &path, &form, "Cannot move volume used by a snapshot to another container");
}

#[test]
fn a_volume_changes_hands_and_takes_the_name_of_its_new_owner() {
    let house = house();
    make(&house, "950", "files");
    make(&house, "951", "files");
    house.call("PUT", &format!("{LXC}/951/config"), &[("delete", "mp0")]);
    house.done("POST", &format!("{LXC}/951/status/start"), &[]);
    let form = [("volume", "mp0"), ("target-vmid", "951"), ("target-volume", "mp3")];
    let upid = house.begin("POST", &format!("{LXC}/950/move_volume"), &form);
    assert_eq!((upid.split(':').nth(5), upid.split(':').nth(6)), (Some("move_volume"), Some("950-mp0>951-mp3")));
    house.handle().settle();
    assert_eq!(
        house.log(&upid),
        [
            "moving volume 'mp0' from container '950' to '951'",
            "removing volume 'mp0' from container '950' config",
            "target container '951' updated with 'mp3'",
            "TASK OK"
        ]
    );
    assert!(config(&house, 950).get("mp0").is_none());
    assert_eq!(config(&house, 951)["mp3"], "files:951/vm-951-disk-2.raw,mp=/data,backup=1,size=1G");
    let running = "Cannot move in-use volume while the source CT is running - detach or shutdown first";
    let back = [("volume", "mp3"), ("target-vmid", "950")];
    assert_died(&house, "POST", &format!("{LXC}/951/move_volume"), &back, running);
    let unused = [("volume", "unused0"), ("target-vmid", "950"), ("target-volume", "unused5")];
    assert_eq!(move_volume(&house, 951, &unused), "OK", "what is not used may go from a running one");
    assert_eq!(config(&house, 950)["unused5"], "files:950/vm-950-disk-1.raw");
}

#[test]
fn what_speaks_against_giving_a_volume_away() {
    let house = house();
    make(&house, "950", "files");
    let path = format!("{LXC}/950/move_volume");
    let refuse = |volume: &str, target: &str, slot: &str, text: &str| {
        let form = [("volume", volume), ("target-vmid", target), ("target-volume", slot)];
        assert_died(&house, "POST", &path, &form, text);
    };
    refuse("rootfs", "215", "mp2", "Cannot move to/from 'rootfs'");
    refuse("mp0", "215", "rootfs", "Cannot move to/from 'rootfs'");
    refuse("unused0", "215", "mp1", "Moving an unused volume to a used one is not possible");
    refuse("mp0", "777", "mp0", "could not find CT 777");
    refuse("mp0", "206", "mp0", "Both containers need to be on the same node (pve1 != nas)");
    refuse("mp0", "216", "mp0", "CT is locked (backup)");
    refuse("mp0", "900", "mp0", "Can't move volumes from or to template CT");
    refuse("mp9", "215", "mp0", "volume 'mp9' for container '950' does not exist");
    make(&house, "951", "files");
    refuse("mp0", "951", "mp0", "Target volume key 'mp0' is already in use for container '951'");
    let form = [("volume", "mp0"), ("target-vmid", "215"), ("target-digest", "0")];
    let text = "Container 215: detected modified configuration - file changed by other user? Try again.";
    assert_died(&house, "POST", &path, &form, text);
    house.call("PUT", &format!("{LXC}/950/config"), &[("mp4", "btr:0,mp=/sub")]);
    assert_eq!(config(&house, 950)["mp4"], "btr:950/subvol-950-disk-0.subvol,mp=/sub,size=0");
    refuse("mp4", "215", "mp0", "Storage does not support moving of this disk to another container");
}
