//! Backups that go wrong, jobs that are gone, and restores that meet one another: each in the words of the real one.

use proximity::sim::{Apps, Condition, Damage, Fault, Options, Pace, Seed};
use serde_json::{Value, json};

use super::{
    ground::{LXC, archive, assert_died, config, house, is_there, make, refused, set_condition, set_lock},
    house::{House, Login},
};

const VZDUMP: &str = "/nodes/pve1/vzdump";
const CONTENT: &str = "/nodes/pve1/storage/backup/content";

/// How a backup of 103 ended, with its log.
fn back_up(house: &House, form: &[(&str, &str)]) -> (String, Vec<String>) {
    let upid = house.begin("POST", VZDUMP, &[&[("vmid", "103")], form].concat());
    house.handle().settle();
    (house.task(&upid)["exitstatus"].as_str().unwrap().to_owned(), house.log(&upid))
}

fn has(log: &[String], beginning: &str) -> bool {
    log.iter().any(|line| line.starts_with(beginning))
}

#[test]
fn a_storage_that_runs_full_keeps_nothing_and_gives_the_lock_back() {
    let house = house();
    let before = house.get(CONTENT);
    house.handle().throw(Fault::FullStorage("backup".into()));
    let (exit, log) = back_up(&house, &[("storage", "backup"), ("compress", "zstd"), ("mode", "snapshot")]);
    assert_eq!(exit, "job errors");
    assert!(has(&log, "INFO: zstd: error 70 : Write error : cannot write block : No space left on device"), "{log:#?}");
    assert!(has(&log, "ERROR: Backup of VM 103 failed - command 'set -o pipefail && lxc-usernsexec "), "{log:#?}");
    assert!(has(&log, "INFO: Backup job finished with errors"), "{log:#?}");
    assert_eq!((house.get(CONTENT), config(&house, 103).get("lock")), (before, None));
}

#[test]
fn a_storage_that_is_away_is_missed_by_backup_list_and_restore() {
    let house = house();
    let volume = archive(&house, 103, Damage::None);
    let away = "pbs: error fetching datastores - 500 Can't connect to 127.77.0.40:8007 (No route to host)";
    let texts = [("backup", "storage 'backup' is not online".to_owned()), ("pbs", String::new())];
    for (storage, text) in texts {
        house.handle().throw(Fault::OfflineStorage(storage.into()));
        let (status, why) = refused(&house, "GET", &format!("/nodes/pve1/storage/{storage}/content"), &[]);
        assert_eq!(status, 500, "{why}");
        match storage {
            "pbs" => assert!(why.starts_with(&away[..42]) && why.ends_with("(No route to host)"), "{why}"),
            _ => assert_eq!(why, text),
        }
        let (exit, log) = back_up(&house, &[("storage", storage)]);
        assert!(exit.starts_with(&format!("could not activate storage '{storage}': {why}")), "{exit}");
        assert_eq!(log[0], "INFO: notified via target `mail-to-root`");
    }
    let form = [("vmid", "951"), ("ostemplate", volume.as_str()), ("restore", "1"), ("storage", "local-lvm")];
    assert_eq!(house.done("POST", LXC, &form), "unable to restore CT 951 - storage 'backup' is not online");
    assert!(!is_there(&house, 951));
}

#[test]
fn a_protected_backup_goes_only_when_it_is_not_any_more_and_there_may_be_so_many() {
    let house = house();
    house.handle().with(|datacenter| {
        let store = datacenter.storages.iter_mut().find(|known| known.name == "backup").unwrap();
        store.options.push(("max-protected-backups", "1".into()));
    });
    let form = [("storage", "backup"), ("protected", "1"), ("notes-template", "by hand")];
    assert_eq!(back_up(&house, &form).0, "OK");
    let rows = house.get(&format!("{CONTENT}?vmid=103"));
    let row = rows.as_array().unwrap().iter().find(|row| row["protected"] == 1).unwrap();
    let (volume, path) = (row["volid"].as_str().unwrap(), row["volid"].as_str().unwrap().replace("backup:", ""));
    let one = format!("{CONTENT}/{}", super::house::encode(&[("", volume)]).trim_start_matches('='));
    let text = format!("cannot remove protected volume '{path}' on 'backup'");
    assert_eq!(house.done("DELETE", &one, &[]), text, "not at the call, in the task");
    let (exit, log) = back_up(&house, &form);
    let limit = "ERROR: Backup of VM 103 failed - The number of protected backups per guest is limited to 1 on storage 'backup'";
    assert!(exit == "job errors" && has(&log, limit), "{exit} {log:#?}");
    assert_eq!(house.call("PUT", &one, &[("protected", "0")]).status, 200);
    assert_eq!(house.done("DELETE", &one, &[]), "OK");
    assert_eq!(house.done("DELETE", &one, &[]), "OK", "one that is gone already");
}

#[test]
fn a_guest_that_is_locked_is_left_out_and_keeps_its_lock() {
    let house = house();
    set_lock(&house, 103, Some("snapshot"));
    let (exit, log) = back_up(&house, &[("storage", "backup")]);
    assert_eq!(exit, "job errors");
    assert!(has(&log, "ERROR: Backup of VM 103 failed - CT is locked (snapshot)"), "{log:#?}");
    assert_eq!(config(&house, 103)["lock"], "snapshot");
}

#[test]
fn a_job_that_somebody_else_took_away_is_missed_in_three_ways() {
    let house = house();
    let job = "/cluster/backup/gone";
    let seen = house.call("GET", job, &[]);
    assert_eq!(seen.line(), (400, "Parameter verification failed."));
    assert_eq!(seen.json()["errors"]["id"], "No such job 'gone'");
    assert_died(&house, "PUT", job, &[("enabled", "0")], "no such vzdump job");
    let removed = house.call("DELETE", job, &[]);
    assert_eq!(removed.line(), (500, "400 Parameter verification failed."));
    assert_eq!(removed.json()["message"], "400 Parameter verification failed.\nid: No such job 'gone'\n");
}

fn restore<'a>(vmid: &'a str, volume: &'a str, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let form = [("vmid", vmid), ("ostemplate", volume), ("restore", "1"), ("storage", "local-lvm")];
    [&form[..], more].concat()
}

#[test]
fn two_restores_do_not_share_an_id() {
    let house = house();
    make(&house, "950", "files");
    let volume = archive(&house, 950, Damage::None);
    house.begin("POST", LXC, &restore("951", &volume, &[]));
    assert_died(&house, "POST", LXC, &restore("951", &volume, &[]), "CT 951 already exists on node 'pve1'");
    let locked = "unable to restore CT 951 - CT is locked (create)";
    assert_died(&house, "POST", LXC, &restore("951", &volume, &[("force", "1")]), locked);
    house.handle().settle();
    assert!(config(&house, 951).get("lock").is_none());
}

#[test]
fn what_is_asked_for_goes_before_what_was_saved() {
    let house = house();
    make(&house, "950", "files");
    house.call("PUT", &format!("{LXC}/950/config"), &[("description", "old"), ("tags", "old"), ("onboot", "1")]);
    let volume = archive(&house, 950, Damage::None);
    let net = "name=eth0,bridge=vmbr0,ip=dhcp,link_down=1";
    let more = [("net0", net), ("description", "on trial"), ("hostname", "trial"), ("tags", "trial"), ("onboot", "0")];
    assert_eq!(house.done("POST", LXC, &restore("951", &volume, &more)), "OK");
    let now = config(&house, 951);
    let told = (&now["description"], &now["hostname"], &now["tags"], &now["onboot"]);
    assert_eq!(told, (&json!("on trial\n"), &json!("trial"), &json!("trial"), &json!(0)));
    assert!(now["net0"].as_str().unwrap().contains("link_down=1"), "{}", now["net0"]);
    // As in the real one: with fresh addresses the card is the saved one, whatever was asked for.
    let unique = [&more[..], &[("unique", "1")]].concat();
    assert_eq!(house.done("POST", LXC, &restore("952", &volume, &unique)), "OK");
    assert!(!config(&house, 952)["net0"].as_str().unwrap().contains("link_down=1"));
}

#[test]
fn a_restored_guest_is_in_its_pool_when_the_task_is_over_and_not_before() {
    let seed = Seed::plain(2, 24);
    let house = House::of(Options { apps: Apps::Silent, ..Options::local(seed.clone(), Pace::stepped()) });
    let (id, secret) = seed.deployer();
    let deployer = Login::Token(format!("{id}={secret}"));
    let own = house.handle().with(|datacenter| {
        let of_pool = datacenter.guests.values().find(|guest| guest.pool.is_some() && guest.node == "pve1");
        of_pool.unwrap().vmid
    });
    house.handle().with(|datacenter| {
        let like = datacenter.storages[0].volumes[0].clone();
        let store = datacenter.storages.iter_mut().find(|known| known.name == "backup").unwrap();
        store.volumes.push(like);
    });
    let volume = archive(&house, own, Damage::None);
    let more = [("pool", "apps"), ("net0", "name=eth0,bridge=vmbr0,ip=dhcp,link_down=1")];
    let reply = house.knock(&deployer, "POST", LXC, &restore("951", &volume, &more));
    assert_eq!(reply.line(), (200, "OK"), "{}", String::from_utf8_lossy(&reply.body));
    let look = || house.knock(&deployer, "GET", &format!("{LXC}/951/status/current"), &[]);
    assert_eq!(look().line(), (403, "Permission check failed (/vms/951, VM.Audit)"));
    house.handle().settle();
    assert_eq!(look().line(), (200, "OK"));
    assert_eq!(config(&house, 951).get("lock"), None::<&Value>);
}

#[test]
fn a_storage_for_other_things_takes_no_restored_guest() {
    let house = house();
    make(&house, "950", "files");
    let volume = archive(&house, 950, Damage::None);
    let form = [("vmid", "951"), ("ostemplate", volume.as_str()), ("restore", "1"), ("storage", "backup")];
    let reply = house.call("POST", LXC, &form);
    assert_eq!(reply.line(), (400, "Parameter verification failed."));
    assert_eq!(reply.json()["errors"]["storage"], "storage 'backup' does not support container directories");
    set_condition(&house, "files", Condition::Offline);
    let away = [("vmid", "951"), ("ostemplate", volume.as_str()), ("restore", "1"), ("storage", "files")];
    assert!(refused(&house, "POST", LXC, &away).1.starts_with("unable to activate storage 'files'"));
}
