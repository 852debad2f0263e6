//! Faults: each does what it says, to whom it was meant for, when it was meant to, and leaves nothing behind.

use std::time::Duration;

use proximity::sim::{Deed, Fault, FaultId, Options, Pace, Seed, Shown};
use serde_json::Value;

use super::house::{House, Login, request, ticket_of};

const RUNNING: u32 = 101;
const OFF: u32 = 113;

fn start(vmid: u32) -> String {
    format!("/nodes/nas/lxc/{vmid}/status/start")
}

fn backup(house: &House, vmid: u32) -> String {
    house.begin(
        "POST",
        "/nodes/pve1/vzdump",
        &[("vmid", &vmid.to_string()), ("storage", "backup"), ("mode", "snapshot")],
    )
}

fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

fn guest(house: &House, node: &str, vmid: u32) -> Value {
    house.get(&format!("/nodes/{node}/lxc/{vmid}/status/current"))
}

#[test]
fn a_lost_answer_was_carried_out() {
    let house = House::demo();
    house.handle().throw(Fault::LostAnswer.on_calls("POST *").times(1));
    let mut wire = house.wire();
    wire.send(request(&house.token(), "POST", &start(OFF), &[]).as_bytes()).unwrap();
    assert!(wire.is_closed(), "a byte came");
    house.handle().settle();
    assert_eq!(guest(&house, "nas", OFF)["status"], "running");
    assert_eq!(house.done("POST", "/nodes/nas/lxc/113/status/stop", &[]), "OK", "it hits once only");
}

#[test]
fn a_cut_answer_breaks_off_after_half_of_it() {
    let house = House::demo();
    let whole = house.call("GET", "/cluster/resources", &[]).body.len();
    house.handle().throw(Fault::Cut);
    let mut wire = house.wire();
    wire.send(request(&house.token(), "GET", "/cluster/resources", &[]).as_bytes()).unwrap();
    let got = wire.read_to_end();
    let text = String::from_utf8_lossy(&got);
    let body = text.split_once("\r\n\r\n").unwrap().1;
    assert!(text.starts_with("HTTP/1.1 200 OK\r\n") && body.starts_with("{\"data\":[{"), "{text}");
    assert!(body.len() < whole && body.len() > whole / 3, "{} of {whole}", body.len());
}

#[test]
fn an_unreachable_node_carries_nothing_out() {
    let house = House::demo();
    let fault = house.handle().throw(Fault::Unreachable.on_node("nas"));
    let reply = house.call("POST", &start(OFF), &[]);
    assert_eq!((reply.line(), reply.body.len()), ((595, "No route to host"), 0));
    assert_eq!(house.call("GET", "/nodes/pve1/status", &[]).status, 200, "only the one node");
    house.handle().mend(fault);
    house.handle().settle();
    assert_eq!(guest(&house, "nas", OFF)["status"], "stopped");
}

#[test]
fn a_daemon_that_says_nothing_is_given_up_after_half_a_minute() {
    for (deed, status) in [(Deed::Done, "running"), (Deed::NotDone, "stopped")] {
        let house = House::demo();
        house.handle().throw(Fault::TimesOut(deed).on_guest(OFF).times(1));
        let mut wire = house.wire();
        wire.send(request(&house.token(), "POST", &start(OFF), &[]).as_bytes()).unwrap();
        house.wait_for_call("POST");
        wire.be_patient(Duration::from_millis(100));
        assert!(wire.read().is_err(), "it was told too soon");
        house.handle().advance(seconds(31));
        wire.be_patient(seconds(20));
        let reply = wire.read().unwrap();
        assert_eq!((reply.line(), reply.body.len()), ((596, "Connection timed out"), 0));
        assert_eq!(guest(&house, "nas", OFF)["status"], status);
    }
}

#[test]
fn a_slow_host_answers_all_the_same() {
    let house = House::of(Options::local(Seed::demo(), Pace::Live { speed: 100.0 }));
    house.handle().throw(Fault::Slow(seconds(20)));
    let began = std::time::Instant::now();
    assert_eq!(house.call("GET", "/version", &[]).status, 200);
    assert!(began.elapsed() >= Duration::from_millis(200), "{:?}", began.elapsed());
}

#[test]
fn the_three_seconds_of_a_refusal_go_with_the_pace() {
    let house = House::of(Options::local(Seed::demo(), Pace::Live { speed: 30.0 }));
    let began = std::time::Instant::now();
    assert_eq!(house.log_in(&[("username", "root@pam"), ("password", "wrong")]).status, 401);
    let took = began.elapsed();
    assert!(took >= Duration::from_millis(100) && took < seconds(2), "{took:?}");
}

#[test]
fn a_task_fails_at_a_percent_of_its_span_and_cleans_up() {
    let house = House::demo();
    let fails = Fault::TaskFails { percent: 60, text: "broken pipe".into() };
    house.handle().throw(fails.on_tasks("vzdump").times(1));
    let upid = backup(&house, RUNNING);
    house.handle().advance(Duration::from_millis(500));
    assert_eq!(guest(&house, "pve1", RUNNING)["lock"], "backup");
    house.handle().settle();
    assert_eq!(house.task(&upid)["exitstatus"], "job errors");
    let log = house.log(&upid);
    assert!(log.contains(&"ERROR: Backup of VM 101 failed - broken pipe".to_owned()), "{log:?}");
    assert_eq!(log.last().unwrap(), "TASK ERROR: job errors");
    assert!(!log.iter().any(|line| line.contains("Finished Backup") || line.contains("archive file size")), "{log:?}");
    assert!(guest(&house, "pve1", RUNNING).get("lock").is_none());
    let again = backup(&house, RUNNING);
    house.handle().settle();
    assert_eq!(house.task(&again)["exitstatus"], "OK", "once only");
}

#[test]
fn a_failed_task_did_not_do_its_work() {
    let house = House::demo();
    house
        .handle()
        .throw(Fault::TaskFails { percent: 99, text: "startup for container '113' failed".into() }.on_guest(OFF));
    assert_eq!(house.done("POST", &start(OFF), &[]), "startup for container '113' failed");
    assert_eq!(guest(&house, "nas", OFF)["status"], "stopped");
    assert_eq!(house.done("POST", "/nodes/pve1/lxc/101/status/stop", &[]), "OK", "others go well");
}

#[test]
fn a_fault_begins_and_ends_when_it_was_told_to() {
    let house = House::demo();
    house.handle().throw(Fault::NoQuorum.after(seconds(30)).lasting(seconds(10)));
    let quorate = || house.get("/cluster/status")[0]["quorate"].clone();
    assert_eq!(quorate(), 1);
    house.handle().advance(seconds(31));
    assert_eq!(quorate(), 0);
    assert_eq!(house.call("POST", &start(OFF), &[]).line(), (500, "cluster not ready - no quorum?"));
    house.handle().advance(seconds(10));
    assert_eq!(quorate(), 1);
    assert_eq!(house.done("POST", &start(OFF), &[]), "OK");
}

#[test]
fn what_ran_on_a_node_that_died_starts_anew_when_it_is_back() {
    let house = House::demo();
    let upid = backup(&house, RUNNING);
    house.handle().advance(Duration::from_millis(500));
    let dead = house.handle().throw(Fault::DeadNode("pve1".into()));
    house.handle().advance(seconds(60));
    assert_eq!(house.call("GET", "/nodes/pve1/status", &[]).line(), (595, "No route to host"));
    house.handle().mend(dead);
    house.handle().advance(seconds(5));
    assert_eq!(house.task(&upid)["exitstatus"], "unexpected status");
    assert!(!house.log(&upid).last().unwrap().starts_with("TASK "), "nobody wrote a last line");
    assert_eq!(guest(&house, "pve1", RUNNING)["lock"], "backup", "nobody gave the lock back");
    let other = guest(&house, "pve1", 103);
    assert!(other["status"] == "running" && other["uptime"].as_u64().unwrap() < 60, "{other}");
}

#[test]
fn clocks_that_go_wrong_show_in_dates_tickets_and_tasks() {
    let house = House::demo();
    let right = house.handle().now().as_secs();
    let date = house.call("GET", "/version", &[]).header("date").unwrap().to_owned();
    let root = house.simulator().ready().clone();
    let login = house.ticket(&root.user, &root.password);
    let skew = house.handle().throw(Fault::ClockSkew(3 * 3_600));
    let skewed = house.call("GET", "/version", &[]).header("date").unwrap().to_owned();
    assert_eq!((&date[17..25], &skewed[17..25]), ("12:00:00", "15:00:00"));
    assert_eq!(house.knock(&login, "GET", "/version", &[]).status, 401, "a ticket of three hours ago");
    let upid = house.begin("POST", &start(OFF), &[]);
    house.handle().settle();
    let task = house.task(&upid);
    assert!((task["starttime"].as_i64().unwrap() - right - 10_800).abs() < 10, "{task}");
    let rows = house.get("/nodes/nas/tasks?limit=1&vmid=113");
    assert!(rows[0]["endtime"].as_i64().unwrap() >= rows[0]["starttime"].as_i64().unwrap(), "{rows}");
    house.handle().mend(skew);
    assert_eq!(house.knock(&login, "GET", "/version", &[]).status, 200);
    let ahead = house.handle().throw(Fault::ClockSkew(-600));
    assert_eq!(house.knock(&login, "GET", "/version", &[]).status, 401, "a ticket from the future");
    house.handle().mend(ahead);
}

fn authority(house: &House) -> Value {
    house.get("/nodes/pve1/certificates/info")[0]["fingerprint"].clone()
}

#[test]
fn a_renewed_certificate_is_of_the_same_authority_and_a_foreign_one_is_not() {
    let house = House::demo();
    let (leaf, root) = (house.handle().fingerprint(), authority(&house));
    let renewed = house.handle().throw(Fault::Certificate(Shown::Renewed));
    let second = house.handle().fingerprint();
    assert!(second != leaf && authority(&house) == root);
    house.handle().mend(renewed);
    house.handle().throw(Fault::Certificate(Shown::Foreign));
    let third = house.handle().fingerprint();
    assert!(third != leaf && third != second && authority(&house) != root);
}

#[test]
fn nobody_is_known_while_log_ins_are_refused() {
    let house = House::demo();
    let ready = house.simulator().ready().clone();
    let fault = house.handle().throw(Fault::RefusedLogIns);
    let login = [("username", ready.user.as_str()), ("password", ready.password.as_str())];
    assert_eq!(house.log_in(&login).line(), (401, "authentication failure"));
    assert_eq!(house.call("GET", "/version", &[]).line(), (401, "Authentication failed!"));
    assert_eq!(house.knock(&Login::None, "GET", "/version", &[]).line(), (401, "No ticket"));
    house.handle().mend(fault);
    assert!(matches!(ticket_of(&house.log_in(&login)), Login::Ticket { .. }));
}

/// How many backups of a guest are damaged, and how many there are.
fn damaged(house: &House, vmid: u32) -> (usize, usize) {
    house.handle().with(|datacenter| {
        let all = datacenter.storages.iter().flat_map(|storage| &storage.volumes);
        let mine: Vec<_> = all.filter(|volume| volume.vmid == Some(vmid)).collect();
        let bad = mine.iter().filter(|volume| volume.saved.as_ref().unwrap().damage != Default::default()).count();
        (bad, mine.len())
    })
}

#[test]
fn archives_are_damaged_old_ones_and_those_that_are_made_meanwhile() {
    let house = House::unsaved();
    let damage = proximity::sim::Damage::Truncated;
    let fault = house.handle().throw(Fault::DamagedArchive { vmid: Some(RUNNING), damage });
    backup(&house, RUNNING);
    house.handle().settle();
    assert_eq!(damaged(&house, RUNNING), (3, 3));
    assert_eq!(damaged(&house, 103), (0, 2), "of others none");
    house.handle().mend(fault);
    assert_eq!(damaged(&house, RUNNING), (0, 3));
}

#[test]
fn a_hang_holds_only_what_it_was_meant_for() {
    let house = House::demo();
    let fault = house.handle().throw(Fault::Hang.on_calls("GET /nodes/*").lasting(seconds(60)));
    assert_eq!(house.call("GET", "/version", &[]).status, 200);
    let mut wire = house.wire();
    wire.send(request(&house.token(), "GET", "/nodes/pve1/status", &[]).as_bytes()).unwrap();
    wire.be_patient(Duration::from_millis(100));
    assert!(wire.read().is_err(), "it answered");
    house.handle().advance(seconds(61));
    wire.be_patient(seconds(20));
    assert_eq!(wire.read().unwrap().status, 200);
    house.handle().mend(fault);
}

#[test]
fn everything_that_was_thrown_can_be_mended_at_once() {
    let house = House::demo();
    let before = house.get("/cluster/resources").to_string();
    let faults = [
        Fault::NoQuorum,
        Fault::LockedGuest { vmid: RUNNING, lock: "snapshot".into() },
        Fault::FullStorage("backup".into()),
        Fault::OfflineStorage("tank".into()),
        Fault::RefusedLogIns,
        Fault::Mute,
    ];
    let ids: Vec<FaultId> = faults.into_iter().map(|fault| house.handle().throw(fault)).collect();
    assert_eq!(house.handle().with(|datacenter| datacenter.faults.ids()), ids);
    house.handle().mend_all();
    assert_eq!(house.get("/cluster/resources").to_string(), before);
    assert_eq!(house.handle().with(|datacenter| datacenter.faults.ids()).len(), 0);
}

#[test]
fn a_storage_is_full_or_absent_as_long_as_it_was_told_to_be() {
    let house = House::demo();
    let condition =
        || house.handle().with(|datacenter| format!("{:?}", datacenter.storage("backup").unwrap().condition));
    let full = house.handle().throw(Fault::FullStorage("backup".into()));
    let absent = house.handle().throw(Fault::OfflineStorage("backup".into()));
    assert_eq!(condition(), "Offline");
    house.handle().mend(absent);
    assert_eq!(condition(), "Full");
    house.handle().mend(full);
    assert_eq!(condition(), "Fine");
}
