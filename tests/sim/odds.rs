//! The small things of a cluster: firewalls, options, the log, what is installed, who may see a bridge.

use serde_json::{Value, json};

use super::house::House;

#[test]
fn firewall_rules_have_places_and_the_newest_is_the_first() {
    let house = House::demo();
    let base = "/nodes/pve1/lxc/103/firewall";
    assert_eq!(house.get(&format!("{base}/options")), json!({ "digest": "da39a3ee5e6b4b0d3255bfef95601890afd80709" }));
    assert_eq!(house.call("PUT", &format!("{base}/options"), &[("enable", "1"), ("policy_in", "DROP")]).status, 200);
    let options = house.get(&format!("{base}/options"));
    assert_eq!((&options["enable"], &options["policy_in"]), (&json!(1), &json!("DROP")));
    for (action, port) in [("ACCEPT", "443"), ("DROP", "22")] {
        let rule = [("type", "in"), ("action", action), ("proto", "tcp"), ("dport", port), ("enable", "1")];
        assert_eq!(house.call("POST", &format!("{base}/rules"), &rule).status, 200);
    }
    let ports = || -> Vec<Value> {
        house.get(&format!("{base}/rules")).as_array().unwrap().iter().map(|row| row["dport"].clone()).collect()
    };
    assert_eq!(ports(), [json!("22"), json!("443")]);
    house.call("PUT", &format!("{base}/rules/0"), &[("moveto", "2")]);
    assert_eq!(ports(), [json!("443"), json!("22")]);
    house.call("DELETE", &format!("{base}/rules/0"), &[]);
    assert_eq!((ports(), house.get(&format!("{base}/rules/0"))["pos"].clone()), (vec![json!("22")], json!(0)));
    let none = house.call("GET", &format!("{base}/rules/7"), &[]);
    assert_eq!(none.json()["errors"]["pos"], "no rule at position 7");
    let login = house.ticket("auditor@pve", "auditor-only-looks");
    let denied = house.knock(&login, "PUT", &format!("{base}/options"), &[("enable", "0")]);
    assert_eq!(denied.line(), (403, "Permission check failed (/vms/103, VM.Config.Network)"));
}

#[test]
fn options_of_the_datacenter_are_kept_and_only_an_auditor_sees_them_all() {
    let house = House::demo();
    let set = [("console", "xtermjs"), ("crs", "ha=static,ha-rebalance-on-start=1"), ("description", "home")];
    assert_eq!(house.call("PUT", "/cluster/options", &set).status, 200);
    let options = house.get("/cluster/options");
    assert_eq!((&options["console"], &options["crs"]["ha"]), (&json!("xtermjs"), &json!("static")));
    assert_eq!(house.call("PUT", "/cluster/options", &[("delete", "crs")]).status, 200);
    assert_eq!(house.get("/cluster/options").get("crs"), None);
    let login = house.ticket("guest@pve", "guest-sees-little");
    let seen = house.knock(&login, "GET", "/cluster/options", &[]).json()["data"].take();
    assert_eq!(seen, json!({ "allowed-tags": [], "console": "xtermjs" }));
}

#[test]
fn the_log_of_the_cluster_tells_of_tasks_newest_first() {
    let house = House::demo();
    let upid = house.begin("POST", "/nodes/pve1/lxc/103/status/stop", &[]);
    house.handle().settle();
    let rows = house.get("/cluster/log?max=2");
    assert_eq!(rows[0]["msg"], format!("end task {upid} OK"));
    assert_eq!(rows[1]["msg"], format!("starting task {upid}"));
    assert_eq!((rows.as_array().unwrap().len(), &rows[0]["user"]), (2, &json!("proximity@pve!deck")));
    let journal = house.get("/nodes/pve1/journal?lastentries=1");
    assert!(journal[0].as_str().unwrap().ends_with(&format!("starting task {upid}")), "{journal}");
}

#[test]
fn versions_of_what_matters_are_told() {
    let house = House::demo();
    let rows = house.get("/nodes/pve1/apt/versions");
    let of = |name: &str| rows.as_array().unwrap().iter().find(|row| row["Package"] == name).unwrap().clone();
    assert_eq!((&of("pve-manager")["Version"], &of("pve-container")["Version"]), (&json!("9.2.11"), &json!("6.1.10")));
    assert_eq!(
        (&of("lxc-pve")["CurrentState"], of("proxmox-ve").get("RunningKernel").is_some()),
        (&json!("Installed"), true)
    );
    assert!(house.get("/nodes/pve2/hosts")["data"].as_str().unwrap().contains("127.77.0.11 pve1.home.arpa pve1\n"));
}

#[test]
fn bridges_and_storages_are_seen_as_the_real_one_shows_them() {
    let house = House::demo();
    let names = |path: &str, key: &str| -> Vec<String> {
        house.get(path).as_array().unwrap().iter().map(|row| row[key].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names("/nodes/pve1/network?type=any_bridge", "iface"), ["vmbr0", "vmbr1"]);
    assert_eq!(names("/nodes/pve1/network?type=eth", "iface"), ["eno1"]);
    house
        .handle()
        .with(|datacenter| datacenter.access.grant("/sdn/zones/localnetwork/vmbr1", "guest@pve", "PVESDNUser"));
    let login = house.ticket("guest@pve", "guest-sees-little");
    let seen = house.knock(&login, "GET", "/nodes/pve1/network?type=any_bridge", &[]).json()["data"].take();
    assert_eq!((seen.as_array().unwrap().len(), &seen[0]["iface"]), (1, &json!("vmbr1")));
    // A storage that the node does not have is told, and only told.
    let rows = house.get("/nodes/nas/storage");
    let thin = rows.as_array().unwrap().iter().find(|row| row["storage"] == "local-lvm").unwrap();
    assert_eq!((&thin["enabled"], &thin["active"], thin.get("used_fraction")), (&json!(0), &json!(0), None));
    assert_eq!(names("/nodes/nas/storage?content=rootdir", "storage"), ["tank"]);
    let formats = house.get("/nodes/nas/storage?format=1&storage=tank");
    assert_eq!(formats[0]["formats"], json!({ "supported": ["raw", "subvol"], "default": "raw" }));
    let none = house.call("GET", "/nodes/nas/storage", &[("storage", "nope")]);
    assert_eq!(none.json()["errors"]["storage"], "No such storage.");
}
