//! Back from a backup: as a new one, over the old one, and with an archive that is damaged.

use proximity::sim::{Condition, Damage};
use serde_json::json;

use super::{
    ground::{LXC, archive, assert_died, config, house, is_there, make, set_condition, set_lock},
    house::{House, Login},
};

fn restore<'a>(vmid: &'a str, volume: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![("vmid", vmid), ("ostemplate", volume), ("restore", "1"), ("storage", "local-lvm")]
}

fn over<'a>(vmid: &'a str, volume: &'a str) -> Vec<(&'a str, &'a str)> {
    [restore(vmid, volume), vec![("force", "1")]].concat()
}

fn root(house: &House) -> Login {
    let ready = house.simulator().ready();
    house.ticket(&ready.user, &ready.password)
}

#[test]
fn a_new_one_has_the_old_options_new_disks_and_the_macs_it_was_asked_for() {
    let house = house();
    make(&house, "950", "files");
    house.call("PUT", &format!("{LXC}/950/config"), &[("mp1", "files:3,mp=/cache")]);
    let volume = archive(&house, 950, Damage::None);
    let upid = house.begin("POST", LXC, &restore("951", &volume));
    assert_eq!(upid.split(':').nth(5), Some("vzrestore"));
    assert_eq!(config(&house, 951)["lock"], "create");
    house.handle().settle();
    assert_eq!(house.task(&upid)["exitstatus"], "OK");
    let (old, new) = (config(&house, 950), config(&house, 951));
    assert_eq!((&new["net0"], &new["unprivileged"], &new["hostname"]), (&old["net0"], &json!(1), &json!("CT950")));
    assert_eq!(new["rootfs"], "local-lvm:vm-951-disk-0,size=2G");
    assert_eq!(new["mp1"], "local-lvm:vm-951-disk-2,mp=/cache,size=3G", "not in the backup, made anew");
    let log = house.log(&upid);
    assert_eq!(log[0], format!("recovering backed-up configuration from '{volume}'"));
    assert!(log.contains(&"merging backed-up and given configuration..".to_owned()), "{log:#?}");
    let form = [restore("952", &volume), vec![("unique", "1"), ("hostname", "again")]].concat();
    assert_eq!(house.done("POST", LXC, &form), "OK");
    assert!(config(&house, 952)["net0"] != old["net0"] && config(&house, 952)["hostname"] == "again");
}

#[test]
fn over_the_old_one_only_by_force_and_when_it_is_off() {
    let house = house();
    let volume = archive(&house, 103, Damage::None);
    assert_died(&house, "POST", LXC, &restore("103", &volume), "CT 103 already exists on node 'pve1'");
    assert_died(&house, "POST", LXC, &over("103", &volume), "can't overwrite running container");
    let path = format!("{LXC}/103");
    house.done("POST", &format!("{path}/status/stop"), &[]);
    house.call("PUT", &format!("{path}/config"), &[("protection", "1")]);
    assert_died(&house, "POST", LXC, &over("103", &volume), "unable to restore CT 103 - protection mode enabled");
    house.call("PUT", &format!("{path}/config"), &[("protection", "0"), ("hostname", "later")]);
    house.done("POST", &format!("{path}/snapshot"), &[("snapname", "one")]);
    assert_eq!(house.done("POST", LXC, &over("103", &volume)), "OK");
    let now = config(&house, 103);
    assert_eq!((&now["hostname"], now.get("parent"), now.get("lock")), (&json!("vaultwarden"), None, None));
    assert_eq!(now["rootfs"].as_str().unwrap().split(',').next(), Some("local-lvm:vm-103-disk-1"), "beside the old");
    assert_eq!(house.get(&format!("{path}/snapshot")).as_array().unwrap().len(), 1);
    set_lock(&house, 215, Some("backup"));
    let volume = archive(&house, 215, Damage::None);
    assert_died(&house, "POST", LXC, &over("215", &volume), "unable to restore CT 215 - CT is locked (backup)");
}

#[test]
fn a_truncated_archive_costs_the_old_one_and_an_unreadable_one_does_not() {
    let house = house();
    let truncated = archive(&house, 215, Damage::Truncated);
    let exit = house.done("POST", LXC, &over("215", &truncated));
    assert!(exit.starts_with("unable to restore CT 215 - command 'lxc-usernsexec -m u:0:100000:65536 -m g:0:100000:65536 -- tar xpf - -z --totals "), "{exit}");
    assert!(exit.ends_with("--skip-old-files --anchored --exclude './dev/*'' failed: exit code 2"), "{exit}");
    assert!(!is_there(&house, 215), "it is lost");
    make(&house, "950", "files");
    let before = config(&house, 950);
    let garbage = archive(&house, 950, Damage::Garbage);
    let text = "unable to restore CT 950 - ERROR: archive contains no configuration file";
    assert_eq!(house.done("POST", LXC, &over("950", &garbage)), text);
    let missing = "backup:backup/vzdump-lxc-950-2020_01_01-00_00_00.tar.gz";
    let text = format!("unable to restore CT 950 - volume '{missing}' does not exist");
    assert_eq!(house.done("POST", LXC, &over("950", missing)), text);
    assert_eq!(config(&house, 950), before);
    assert_eq!(house.done("POST", LXC, &restore("951", missing)), text.replace("CT 950", "CT 951"));
    assert!(!is_there(&house, 951));
}

#[test]
fn what_does_not_fit_shows_late() {
    let house = house();
    let volume = archive(&house, 103, Damage::None);
    let small = [("vmid", "951"), ("ostemplate", &volume), ("restore", "1"), ("rootfs", "local-lvm:0.02")];
    let upid = house.begin("POST", LXC, &small);
    house.handle().settle();
    assert!(house.task(&upid)["exitstatus"].as_str().unwrap().ends_with("failed: exit code 2"));
    assert!(house.log(&upid).contains(&"tar: ./root/big: Cannot write: No space left on device".to_owned()));
    assert!(!is_there(&house, 951));
    let huge = [("vmid", "951"), ("ostemplate", &volume), ("restore", "1"), ("rootfs", "local-lvm:99999")];
    assert_eq!(house.done("POST", LXC, &huge), "OK", "a thin volume may be bigger than its pool");
    make(&house, "950", "files");
    set_condition(&house, "local-lvm", Condition::Full);
    let volume = archive(&house, 950, Damage::None);
    assert!(house.done("POST", LXC, &over("950", &volume)).contains("thin pool pve/data reached threshold"));
    assert!(!is_there(&house, 950), "its configuration was gone before the disks could be made");
}

#[test]
fn who_is_not_root_loses_raw_options() {
    let house = house();
    make(&house, "950", "files");
    house.handle().with(|datacenter| {
        let raw = json!([["lxc.init.cwd", "/root"], ["lxc.signal.halt", "SIGTERM"]]);
        datacenter.guests.get_mut(&950).unwrap().config.insert("lxc".into(), raw);
    });
    let volume = archive(&house, 950, Damage::None);
    let upid = house.begin("POST", LXC, &restore("951", &volume));
    house.handle().settle();
    assert_eq!(house.task(&upid)["exitstatus"], "WARNINGS: 1");
    let log = house.log(&upid);
    let ruler = "--------------------------------";
    let lines = [
        "WARN: skipping custom lxc options, restore manually as root:",
        ruler,
        "lxc.init.cwd: /root",
        "lxc.signal.halt: SIGTERM",
        ruler,
        "TASK WARNINGS: 1",
    ];
    assert_eq!(log[log.len() - 6..], lines);
    assert!(config(&house, 951).get("lxc").is_none());
    let reply = house.knock(&root(&house), "POST", LXC, &restore("952", &volume));
    assert_eq!(reply.status, 200);
    house.handle().settle();
    assert_eq!(config(&house, 952)["lxc"][0][1], "/root");
}

#[test]
fn a_backup_tells_its_configuration() {
    let house = house();
    make(&house, "950", "files");
    house.call("PUT", &format!("{LXC}/950/config"), &[("description", "two\nlines"), ("env", "A=1\0B=2")]);
    let volume = archive(&house, 950, Damage::Truncated);
    let path = "/nodes/pve1/vzdump/extractconfig";
    let text = house.call("GET", path, &[("volume", &volume)]).json()["data"].take();
    let text = text.as_str().unwrap();
    assert!(text.starts_with("#two\n#lines\narch: amd64\nhostname: CT950\nmemory: 512\nmp0: files:950/"), "{text}");
    assert!(text.ends_with("unprivileged: 1\nlxc.environment.runtime: A=1\nlxc.environment.runtime: B=2\n"), "{text}");
    let text = "Only root can pass arbitrary filesystem paths. at /usr/share/perl5/PVE/Storage.pm line 651.";
    assert_died(&house, "GET", path, &[("volume", "/tmp/x")], text);
    let template = "local:vztmpl/debian-13-standard_13.1-2_amd64.tar.zst";
    let text = format!("unable to use volume {template} - content type needs to be 'backup'");
    assert_died(&house, "GET", path, &[("volume", template)], &text);
}

#[test]
fn to_bring_one_back_takes_the_right_to_back_it_up() {
    let house = house();
    house.done("POST", &format!("{LXC}/103/status/stop"), &[]);
    let volume = archive(&house, 103, Damage::None);
    let login = house.ticket("guest@pve", "guest-sees-little");
    let ask = |form: &[(&str, &str)]| house.knock(&login, "POST", LXC, form).line().1.to_owned();
    let grant = |path: &str, role: &str| house.handle().with(|known| known.access.grant(path, "guest@pve", role));
    assert_eq!(ask(&over("103", &volume)), "Permission check failed");
    grant("/vms/103", "PVEVMUser");
    assert_eq!(ask(&over("103", &volume)), "Permission check failed (/storage/local-lvm, Datastore.AllocateSpace)");
    grant("/storage/local-lvm", "PVEDatastoreUser");
    assert_eq!(ask(&restore("951", &volume)), "Permission check failed");
    let upid = house.knock(&login, "POST", LXC, &over("103", &volume)).json()["data"].take();
    house.handle().settle();
    let exit = house.task(upid.as_str().unwrap())["exitstatus"].clone();
    let why = "unable to restore CT 103 - 403 Permission check failed (/sdn/zones/localnetwork/vmbr0, SDN.Use)";
    assert_eq!((exit, is_there(&house, 103)), (json!(why), true));
    let other = archive(&house, 215, Damage::None);
    assert_eq!(ask(&over("103", &other)), "Permission check failed (/storage/backup, Datastore.AllocateSpace)");
    grant("/storage/backup", "PVEDatastoreUser");
    assert_eq!(ask(&over("103", &other)), "Permission check failed (/vms/215, VM.Backup)");
}
