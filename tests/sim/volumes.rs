//! What lies on storages: who sees it, what can be said of it, and how it goes.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::house::{House, Login};

pub fn content(house: &House, storage: &str, query: &str) -> Vec<Value> {
    let path = format!("/nodes/pve1/storage/{storage}/content{query}");
    house.get(&path).as_array().unwrap().clone()
}

pub fn volume_path(volume: &str) -> String {
    let storage = volume.split(':').next().unwrap();
    format!("/nodes/pve1/storage/{storage}/content/{}", utf8_percent_encode(volume, NON_ALPHANUMERIC))
}

fn first_backup(house: &House) -> String {
    content(house, "backup", "?vmid=103")[0]["volid"].as_str().unwrap().to_owned()
}

#[test]
fn disks_of_guests_are_listed_from_their_configurations() {
    let house = House::demo();
    let rows = content(&house, "local-lvm", "?content=rootdir&vmid=103");
    assert_eq!(rows.len(), 1, "{rows:?}");
    assert_eq!(
        (&rows[0]["volid"], &rows[0]["format"], &rows[0]["content"], &rows[0]["vmid"]),
        (&json!("local-lvm:vm-103-disk-0"), &json!("raw"), &json!("rootdir"), &json!(103))
    );
    assert_eq!(rows[0]["size"], 4_u64 << 30);
    let all = content(&house, "local-lvm", "");
    assert!(all.iter().all(|row| row["vmid"] != 105), "a guest of another node lies on that node's disk");
    assert!(all.iter().any(|row| row["content"] == "images" && row["vmid"] == 300), "a machine's disk is an image");
    let tank = house.get("/nodes/nas/storage/tank/content?vmid=109");
    assert_eq!((&tank[0]["format"], &tank[0]["name"]), (&json!("subvol"), &json!("subvol-109-disk-0")));
}

#[test]
fn a_backup_server_tells_of_keys_and_verification() {
    let house = House::demo();
    let rows = content(&house, "pbs", "?content=backup&vmid=109");
    let row = &rows[0];
    assert_eq!((&row["format"], &row["subtype"]), (&json!("pbs-ct"), &json!("lxc")));
    assert!(row["encrypted"].as_str().unwrap().len() > 90, "{row}");
    assert!(rows.iter().any(|row| row["verification"]["state"] == "ok"));
    assert!(row["volid"].as_str().unwrap().starts_with("pbs:backup/ct/109/20"), "{row}");
    let one = house.get(&volume_path(row["volid"].as_str().unwrap()));
    assert_eq!(one["format"], "pbs-ct");
    assert!(one["path"].as_str().unwrap().starts_with("pbs://backup@pbs@"), "{one}");
}

#[test]
fn notes_and_protection_stay_with_a_backup() {
    let house = House::demo();
    let volume = first_backup(&house);
    let path = volume_path(&volume);
    let told = house.call("PUT", &path, &[("notes", "line one\nline two, ü"), ("protected", "1")]);
    assert_eq!((told.line(), told.json()["data"].clone()), ((200, "OK"), Value::Null));
    let one = house.get(&path);
    assert_eq!((&one["notes"], &one["protected"]), (&json!("line one\nline two, ü"), &json!(1)));
    assert_eq!((&one["format"], one["used"].as_u64().unwrap() % 4096), (&json!("raw"), 0));
    let row = content(&house, "backup", "?vmid=103").into_iter().find(|row| row["volid"] == json!(volume)).unwrap();
    assert_eq!((&row["notes"], &row["protected"]), (&json!("line one"), &json!(1)));
    let why = house.done("DELETE", &path, &[]);
    assert_eq!(why, format!("cannot remove protected volume '{}' on 'backup'", &volume[7..]));
    house.call("PUT", &path, &[("protected", "0")]);
    let upid = house.begin("DELETE", &path, &[]);
    assert_eq!((upid.split(':').nth(5), upid.split(':').nth(6)), (Some("imgdel"), Some("103@backup")));
    house.handle().settle();
    assert_eq!(house.log(&upid), [format!("Removed volume '{volume}'"), "TASK OK".into()]);
    let gone = house.call("GET", &path, &[]);
    assert_eq!(gone.line(), (500, format!("volume_size_info on '{volume}' failed - no format").as_str()));
}

#[test]
fn what_is_not_there_can_be_deleted_and_what_is_in_use_cannot() {
    let house = House::demo();
    let upid = house.begin("DELETE", &volume_path("local:vztmpl/none.tar.zst"), &[]);
    assert_eq!(upid.split(':').nth(6), Some("local"));
    house.handle().settle();
    assert_eq!(house.log(&upid)[0], "disk image '/var/lib/vz/template/cache/none.tar.zst' does not exist");
    assert_eq!(house.task(&upid)["exitstatus"], "OK");
    let why = house.done("DELETE", &volume_path("local-lvm:vm-103-disk-0"), &[]);
    assert!(why.ends_with("in use."), "{why}");
    let late = house.call("DELETE", &volume_path(&first_backup(&house)), &[("delay", "5")]);
    assert_eq!((late.line(), late.json()["data"].clone()), ((200, "OK"), Value::Null));
}

#[test]
fn a_name_must_be_of_the_storage_it_is_asked_of() {
    let house = House::demo();
    let path =
        format!("/nodes/pve1/storage/local/content/{}", utf8_percent_encode("backup:iso/a.iso", NON_ALPHANUMERIC));
    let reply = house.call("GET", &path, &[]);
    assert_eq!(reply.json()["errors"]["volume"], "storage ID mismatch (backup != local)\n");
    let reply = house.call("GET", &volume_path("local-lvm:iso/a.iso"), &[]);
    assert_eq!(reply.line(), (500, "unable to parse lvm volume name 'iso/a.iso'"));
    let reply =
        house.call("PUT", &volume_path("local:vztmpl/debian-13-standard_13.1-2_amd64.tar.zst"), &[("notes", "x")]);
    assert_eq!(reply.line(), (500, "only backups support attribute 'notes'"));
}

#[test]
fn a_backup_belongs_to_its_guest() {
    let house = House::unsaved();
    let volume = first_backup(&house);
    house.handle().with(|datacenter| {
        let access = &mut datacenter.access;
        access.grant("/storage/backup", "guest@pve", "PVEDatastoreUser");
        access.grant("/vms/104", "guest@pve", "PVEVMAdmin");
    });
    let guest = house.ticket("guest@pve", "guest-sees-little");
    let list = |login: &Login, vmid: &str| {
        let path = format!("/nodes/pve1/storage/backup/content?vmid={vmid}");
        house.knock(login, "GET", &path, &[]).json()["data"].as_array().unwrap().len()
    };
    assert_eq!((list(&guest, "103"), list(&guest, "104")), (0, 2));
    let denied = house.knock(&guest, "DELETE", &volume_path(&volume), &[]);
    assert_eq!(denied.line(), (403, "Permission check failed (/vms/103, VM.Backup)"));
    let denied = house.knock(&guest, "GET", &volume_path("local-lvm:vm-103-disk-0"), &[]);
    assert_eq!(denied.line(), (403, "Permission check failed (/storage/local-lvm, Datastore.Audit)"));
}

#[test]
fn what_is_written_makes_a_storage_fuller() {
    let house = House::demo();
    let used = || house.get("/nodes/pve1/storage/backup/status")["used"].as_u64().unwrap();
    let before = used();
    assert_eq!(
        house.done("POST", "/nodes/pve1/vzdump", &[("vmid", "202"), ("storage", "backup"), ("compress", "zstd")]),
        "OK"
    );
    let rows = content(&house, "backup", "?vmid=202");
    let size = rows[0]["size"].as_u64().unwrap();
    // It breathes by itself too, but not by so much in a minute.
    let grown = used() as i64 - before as i64;
    assert!(grown > size as i64 / 2 && grown < size as i64 * 2, "{grown} for {size}");
}

#[test]
fn full_and_lost_storages_say_so() {
    use proximity::sim::Condition;
    let house = House::demo();
    let set = |name: &str, condition| {
        house.handle().with(|datacenter| {
            datacenter
                .storages
                .iter_mut()
                .filter(|storage| storage.name == name)
                .for_each(|storage| storage.condition = condition);
        });
    };
    set("backup", Condition::Full);
    let status = house.get("/nodes/pve1/storage/backup/status");
    assert_eq!((&status["avail"], &status["active"]), (&json!(0), &json!(1)));
    let upid =
        house.begin("POST", "/nodes/pve1/vzdump", &[("vmid", "103"), ("storage", "backup"), ("compress", "zstd")]);
    house.handle().settle();
    assert_eq!(house.task(&upid)["exitstatus"], "job errors");
    assert!(house.log(&upid).iter().any(|line| line.contains("No space left on device")));
    set("backup", Condition::Offline);
    let status = house.get("/nodes/pve1/storage/backup/status");
    assert_eq!((&status["active"], &status["total"]), (&json!(0), &json!(0)));
    let reply = house.call("GET", "/nodes/pve1/storage/backup/content", &[]);
    assert_eq!(reply.line(), (500, "storage 'backup' is not online"));
    let why = house.done("POST", "/nodes/pve1/vzdump", &[("vmid", "103"), ("storage", "backup")]);
    assert_eq!(why, "could not activate storage 'backup': storage 'backup' is not online");
    let rows = house.get("/cluster/resources?type=storage");
    let row = rows.as_array().unwrap().iter().find(|row| row["id"] == "storage/pve1/backup").unwrap();
    assert_eq!((&row["status"], row.get("disk")), (&json!("unknown"), None));
}
