//! What can be looked at: the one list of everything, tasks, history, addresses.

use std::time::Duration;

use serde_json::{Value, json};

use super::house::House;

fn rows(value: &Value) -> &Vec<Value> {
    value.as_array().unwrap()
}

#[test]
fn one_list_holds_everything() {
    let house = House::demo();
    let all = house.get("/cluster/resources");
    let count = |kind: &str| rows(&all).iter().filter(|row| row["type"] == kind).count();
    assert_eq!((count("lxc"), count("qemu"), count("node"), count("network")), (35, 5, 3, 3));
    // Three shared or local ones on every node, and the disks of each.
    assert_eq!(count("storage"), 3 * 3 + 2 + 1);
    for (kind, length) in [("vm", 40), ("node", 3), ("storage", 12), ("sdn", 3)] {
        assert_eq!(rows(&house.get(&format!("/cluster/resources?type={kind}"))).len(), length, "{kind}");
    }
    for row in rows(&all).iter().filter(|row| row["status"] == "running") {
        let (cpu, used, most) =
            (row["cpu"].as_f64().unwrap(), row["mem"].as_u64().unwrap(), row["maxmem"].as_u64().unwrap());
        assert!((0.0..=1.0).contains(&cpu) && used > 0 && used < most, "{row}");
    }
}

#[test]
fn counters_only_grow_and_loads_move() {
    let house = House::demo();
    let jellyfin = || house.get("/nodes/pve1/lxc/101/status/current");
    let mut before = jellyfin();
    let mut loads = vec![before["cpu"].clone()];
    for _ in 0..20 {
        house.handle().advance(Duration::from_secs(10));
        let now = jellyfin();
        for key in ["netin", "netout", "diskread", "diskwrite", "uptime"] {
            assert!(now[key].as_u64() > before[key].as_u64(), "{key}: {} then {}", before[key], now[key]);
        }
        loads.push(now["cpu"].clone());
        before = now;
    }
    loads.dedup();
    assert!(loads.len() > 15, "{loads:?}");
}

#[test]
fn an_idle_app_is_idle_and_a_busy_one_is_busy() {
    let house = House::demo();
    let mean = |path: &str| {
        let rows = house.get(&format!("{path}/rrddata?timeframe=hour"));
        let loads: Vec<f64> = rows.as_array().unwrap().iter().filter_map(|row| row["cpu"].as_f64()).collect();
        loads.iter().sum::<f64>() / loads.len() as f64
    };
    assert!(mean("/nodes/pve1/lxc/101") > 20.0 * mean("/nodes/pve1/lxc/103"));
}

#[test]
fn history_has_as_many_rows_as_the_real_one() {
    let house = House::demo();
    for (frame, length, step) in
        [("hour", 60, 60), ("day", 1440, 60), ("week", 336, 1800), ("month", 1440, 1800), ("year", 1440, 21600)]
    {
        let data = house.get(&format!("/nodes/pve1/lxc/101/rrddata?timeframe={frame}&cf=AVERAGE"));
        let times: Vec<i64> = rows(&data).iter().map(|row| row["time"].as_i64().unwrap()).collect();
        assert_eq!(times.len(), length, "{frame}");
        assert!(times.windows(2).all(|pair| pair[1] - pair[0] == step), "{frame}");
        assert!(*times.last().unwrap() <= house.handle().now().as_secs());
    }
    assert_eq!(rows(&house.get("/nodes/pve1/rrddata?timeframe=hour")).len(), 60);
    assert_eq!(rows(&house.get("/nodes/nas/storage/tank/rrddata?timeframe=week")).len(), 336);
}

#[test]
fn before_a_guest_was_made_there_is_only_time() {
    let house = House::demo();
    house.done(
        "POST",
        "/nodes/pve1/lxc",
        &[("vmid", "950"), ("ostemplate", &house.simulator().ready().template), ("storage", "local-lvm")],
    );
    let data = house.get("/nodes/pve1/lxc/950/rrddata?timeframe=hour");
    assert_eq!(rows(&data)[0].as_object().unwrap().len(), 1);
}

#[test]
fn addresses_are_those_of_the_simulation_and_only_while_running() {
    let house = House::demo();
    let cards = house.get("/nodes/pve1/lxc/101/interfaces");
    assert_eq!(cards[0]["inet"], "127.0.0.1/8");
    let address = cards[1]["ip-addresses"][0]["ip-address"].as_str().unwrap();
    assert!(address.starts_with("127.77."), "{address}");
    assert_eq!(
        cards[1]["ip-addresses"][0],
        json!({ "ip-address": address, "ip-address-type": "inet", "prefix": "16" })
    );
    assert_eq!(house.get("/nodes/nas/lxc/113/interfaces"), Value::Null);
}

#[test]
fn tasks_are_filtered_as_asked() {
    let house = House::demo();
    house.done("POST", "/nodes/pve1/lxc/101/status/reboot", &[]);
    house.done("POST", "/nodes/pve2/lxc/108/status/start", &[]);
    let running = house.begin("POST", "/nodes/pve1/lxc/103/status/stop", &[]);
    let ask = |node: &str, query: &str| house.get(&format!("/nodes/{node}/tasks?{query}"));
    assert_eq!(rows(&ask("pve1", "vmid=101&typefilter=vzreboot")).len(), 1);
    assert_eq!(ask("pve2", "errors=1")[0]["status"], "bridge 'vmbr7' does not exist");
    assert_eq!(ask("pve2", "statusfilter=error")[0]["id"], "108");
    assert_eq!(rows(&ask("pve1", "limit=0")).len(), 0);
    assert_eq!(
        rows(&ask("pve1", "vmid=103")).iter().filter(|row| row["upid"] == json!(running)).count(),
        0,
        "archive only"
    );
    let active = ask("pve1", "source=active");
    assert_eq!(
        (&active[0]["upid"], &active[0]["user"], &active[0]["saved"]),
        (&json!(running), &json!("proximity@pve!deck"), &json!("0"))
    );
    assert!(active[0].get("endtime").is_none() && active[0].get("tokenid").is_none());
    assert_eq!(ask("pve1", "source=all&vmid=103")[0]["status"], "RUNNING");
    let soon = house.handle().now().as_secs() + 3_600;
    assert_eq!(ask("pve1", &format!("since={soon}")), json!([]));
    let of_cluster = house.get("/cluster/tasks");
    assert_eq!((&of_cluster[0]["upid"], &of_cluster[0]["saved"]), (&json!(running), &json!("0")));
    assert!(rows(&of_cluster).iter().any(|row| row["type"] == "vzreboot" && row["saved"] == "1"));
}

#[test]
fn a_task_that_never_was_is_not_found() {
    let house = House::demo();
    let status =
        |upid: &str| house.call("GET", &format!("/nodes/pve1/tasks/{upid}/status"), &[]).json()["errors"].take();
    assert_eq!(status("UPID:foo"), json!({ "upid": "unable to parse worker upid" }));
    assert_eq!(status("UPID:pve1:00000001:00000001:6B000000:vzdump:200:admin@pve:"), json!({ "upid": "no such task" }));
}

#[test]
fn a_log_is_paged_from_nothing_and_numbered_from_one() {
    let house = House::demo();
    house.handle().advance(Duration::from_secs(100));
    let upid = house.get("/nodes/pve2/tasks?typefilter=vzdump")[0]["upid"].as_str().unwrap().to_owned();
    let log = |query: &str| house.call("GET", &format!("{}/log?{query}", super::house::task_path(&upid)), &[]).json();
    let all = log("limit=0");
    assert_eq!(all["total"].as_u64().unwrap() as usize, rows(&all["data"]).len());
    let page = log("start=1&limit=2");
    assert_eq!(rows(&page["data"]), &rows(&all["data"])[1..3]);
    assert_eq!((&page["data"][0]["n"], &page["total"]), (&json!(2), &all["total"]));
    assert_eq!(rows(&all["data"]).last().unwrap()["t"], "TASK OK");
}

#[test]
fn every_path_that_was_called_is_counted() {
    let house = House::demo();
    house.handle().forget_calls();
    house.get("/cluster/resources");
    house.get("/cluster/resources?type=vm");
    house.get("/nodes/pve1/lxc/101/config");
    assert_eq!(house.handle().calls("GET /cluster/resources"), 2);
    assert_eq!(house.handle().calls("GET /nodes/pve1/"), 1);
    assert_eq!(house.handle().all_calls().len(), 2);
}

#[test]
fn the_list_may_notice_later_as_the_real_one_does() {
    let house = House::demo();
    let listed = || {
        let all = house.get("/cluster/resources?type=vm");
        rows(&all).iter().find(|row| row["vmid"] == 113).unwrap()["status"].clone()
    };
    house.handle().let_listing_lag(Duration::from_secs(10));
    house.done("POST", "/nodes/nas/lxc/113/status/start", &[]);
    assert_eq!(house.get("/nodes/nas/lxc/113/status/current")["status"], "running");
    assert_eq!(listed(), "stopped");
    house.handle().advance(Duration::from_secs(10));
    assert_eq!(listed(), "running");
}
