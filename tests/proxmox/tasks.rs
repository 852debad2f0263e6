//! Power, tasks, and the back of a unit.

use proximity::{
    domain::{
        fault::Fault,
        fleet::{GuestKind, Power},
        ids::{GuestKey, HostId, NodeName, Upid, Vmid},
        moment::Moment,
        plan::PowerAction,
    },
    proxmox::{ClientError, Exit, HistoryOf, TaskName, TaskStatus, Timeframe, is_already_so, task_type},
};

use super::host::{Host, Reply};

const UPID: &str = "UPID:pve1:00001C8D:00056AC1:6B001AA5:vzstart:200:admin@pve!full:";

fn node() -> NodeName {
    NodeName::new("pve1")
}

fn key(vmid: u32) -> GuestKey {
    GuestKey { host: HostId::new("home"), vmid: Vmid(vmid) }
}

#[tokio::test]
async fn each_order_is_sent_as_proxmox_wants_it() {
    let host = Host::saying(Reply::data(&format!("\"{UPID}\""))).await;
    let client = host.client();
    let every = [PowerAction::Start, PowerAction::Shutdown, PowerAction::Stop, PowerAction::Reboot];
    for action in every {
        let upid = client.begin_power(&node(), GuestKind::Container, Vmid(200), action).await.unwrap();
        assert_eq!(upid, Upid::new(UPID));
    }
    client.begin_power(&node(), GuestKind::Machine, Vmid(300), PowerAction::Start).await.unwrap();
    let base = "POST /nodes/pve1/lxc/200/status";
    assert_eq!(
        host.lines(),
        [
            format!("{base}/start"),
            format!("{base}/shutdown"),
            format!("{base}/stop"),
            format!("{base}/reboot"),
            "POST /nodes/pve1/qemu/300/status/start".into()
        ]
    );
    let seen = host.seen();
    assert_eq!((seen[1].param("timeout"), seen[1].param("forceStop")), (Some("60"), Some("1")));
    assert_eq!(seen[3].params, [("timeout".to_owned(), "60".to_owned())]);
    assert!(seen[0].params.is_empty() && seen[2].params.is_empty());
    assert_eq!(task_type(GuestKind::Container, PowerAction::Shutdown), "vzshutdown");
}

#[tokio::test]
async fn an_order_that_names_no_task_may_have_acted() {
    let host = Host::saying(Reply::data("null")).await;
    let error =
        host.client().begin_power(&node(), GuestKind::Container, Vmid(200), PowerAction::Stop).await.unwrap_err();
    assert!(matches!(error, ClientError::Rubbish { .. }) && error.may_have_acted());
}

#[test]
fn what_is_so_already_is_told_from_what_failed() {
    for (action, text, is) in [
        (PowerAction::Start, "CT 200 already running", true),
        (PowerAction::Start, "VM 200 already running\n", true),
        (PowerAction::Stop, "CT 200 not running", true),
        (PowerAction::Shutdown, "VM 200 not running", true),
        (PowerAction::Reboot, "VM 200 not running", false),
        (PowerAction::Start, "unable to get PID for CT 380 (not running?)", false),
        (PowerAction::Start, "CT 200 not running", false),
        (PowerAction::Stop, "container did not stop", false),
    ] {
        assert_eq!(is_already_so(action, text), is, "{action:?} {text}");
    }
}

#[tokio::test]
async fn a_task_runs_and_ends_in_its_way() {
    for (said, expected) in [
        (r#"{"status":"running"}"#, TaskStatus::Running),
        (r#"{"status":"stopped","exitstatus":"OK"}"#, TaskStatus::Ended(Exit::Ok)),
        (r#"{"status":"stopped","exitstatus":"WARNINGS: 2"}"#, TaskStatus::Ended(Exit::Warnings(2))),
        (r#"{"status":"stopped","exitstatus":"CT is locked"}"#, TaskStatus::Ended(Exit::Failed("CT is locked".into()))),
        (r#"{"status":"stopped"}"#, TaskStatus::Ended(Exit::Failed("unexpected status".into()))),
    ] {
        let host = Host::saying(Reply::data(said)).await;
        assert_eq!(host.client().task_status(&Upid::new(UPID)).await.unwrap(), expected);
        assert_eq!(
            host.lines(),
            [
                "GET /nodes/pve1/tasks/UPID%3Apve1%3A00001C8D%3A00056AC1%3A6B001AA5%3Avzstart%3A200%3Aadmin%40pve%21full%3A/status"
            ]
        );
    }
}

#[tokio::test]
async fn what_is_no_task_is_told_without_asking() {
    let host = Host::saying(Reply::Silence).await;
    for upid in ["", "UPID:", "UPID::1:2:3:t:i:u:", "UPID:a:x:2:3:t:i:u:", "UPID:a:1:2:3:t:i:u", "../../version"] {
        assert!(matches!(host.client().task_status(&Upid::new(upid)).await, Err(ClientError::Setup(_))), "{upid}");
        assert_eq!(TaskName::read(&Upid::new(upid)), None);
    }
    assert!(host.seen().is_empty());
}

#[test]
fn a_task_s_name_is_read() {
    let name = TaskName::read(&Upid::new(UPID)).unwrap();
    assert_eq!((name.node.as_str(), name.kind.as_str(), name.id.as_str()), ("pve1", "vzstart", "200"));
    assert_eq!((name.user.as_str(), name.started), ("admin@pve!full", Moment::from_secs(0x6B00_1AA5)));
    let several = TaskName::read(&Upid::new("UPID:pve1:1:123456789:6B001AA5:vzdump::root@pam:")).unwrap();
    assert_eq!(several.id, "");
}

#[tokio::test]
async fn a_log_goes_on_where_it_was_left() {
    let host = Host::saying(Reply::data(r#"[{"n":2,"t":"two"},{"n":3,"t":""},{"n":4,"t":"TASK OK"}]"#)).await;
    let lines = host.client().task_log(&Upid::new(UPID), 2).await.unwrap();
    assert_eq!(lines, ["", "TASK OK"]);
    assert_eq!(host.seen()[0].param("start"), Some("2"));
    // What Proxmox puts in place of an empty log is no line of it.
    host.now_does(|_| Reply::data(r#"[{"n":1,"t":"no content"}]"#));
    assert!(host.client().task_log(&Upid::new(UPID), 0).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_task_is_cancelled_by_its_name() {
    let host = Host::saying(Reply::data("null")).await;
    host.client().cancel_task(&Upid::new(UPID)).await.unwrap();
    assert!(host.lines()[0].starts_with("DELETE /nodes/pve1/tasks/UPID%3A"));
    assert!(host.seen()[0].params.is_empty());
}

#[tokio::test]
async fn lost_tasks_are_found_again() {
    let running = UPID.replace("6B001AA5", "6B001AB0");
    let ha = UPID.replace("6B001AA5", "6B001AB5").replace("vzstart", "hastart");
    let other = UPID.replace("vzstart", "vzdump");
    let old = UPID.replace("6B001AA5", "6A000000");
    let rows = serde_json::json!([
        {"upid": UPID, "status": "CT is locked (backup)", "endtime": 1},
        {"upid": running, "status": "RUNNING", "saved": "0"},
        {"upid": ha, "status": "OK", "endtime": 2},
        {"upid": other, "status": "OK"}, {"upid": old, "status": "OK"}, {"upid": "rubbish"}, {}
    ]);
    let host = Host::saying(Reply::data(&rows.to_string())).await;
    let since = Moment::from_secs(0x6B00_1AA5);
    let found = host.client().find_tasks(&node(), Vmid(200), "vzstart", since).await.unwrap();
    let upids: Vec<_> = found.iter().map(|task| task.upid.as_str()).collect();
    assert_eq!(upids, [ha.as_str(), &running, UPID]);
    assert_eq!(found[1].status, TaskStatus::Running);
    assert!(matches!(&found[2].status, TaskStatus::Ended(Exit::Failed(_))));
    let asked = &host.seen()[0];
    assert_eq!((asked.param("source"), asked.param("vmid")), (Some("all"), Some("200")));
}

/// Tasks are dated by the host's clock, and ours may be wrong by years.
#[tokio::test]
async fn a_search_is_made_by_the_clock_of_the_host() {
    let host = Host::saying(Reply::Answer {
        status: 200,
        reason: "OK".into(),
        headers: vec![("date".into(), "Fri, 20 Nov 2020 10:00:00 GMT".into())],
        body: br#"{"data":[]}"#.to_vec(),
    })
    .await;
    let client = host.client();
    let now = Moment(jiff::Timestamp::now().as_millisecond());
    client.find_tasks(&node(), Vmid(200), "vzstart", now).await.unwrap();
    client.find_tasks(&node(), Vmid(200), "vzstart", now).await.unwrap();
    let since: i64 = host.seen()[1].param("since").unwrap().parse().unwrap();
    let there: i64 = "2020-11-20T10:00:00Z".parse::<jiff::Timestamp>().unwrap().as_second();
    assert!((there - 30..=there).contains(&since), "{since} is not {there}");
}

#[tokio::test]
async fn a_wish_to_the_ha_manager_is_awaited_by_the_guest() {
    let started = jiff::Timestamp::now().as_second();
    let upid = Upid::new(format!("UPID:pve1:1:2:{started:X}:hastart:200:admin@pve:"));
    let guest = |status: &str| {
        let rows = format!(r#"[{{"type":"lxc","vmid":200,"node":"pve9","status":"{status}"}}]"#);
        move |asked: &super::host::Asked| match asked.path.ends_with("/resources") {
            true => Reply::data(&rows),
            false => Reply::data(r#"{"status":"stopped","exitstatus":"OK"}"#),
        }
    };
    let host = Host::start(guest("stopped")).await;
    let client = host.client();
    assert_eq!(client.task_status(&upid).await.unwrap(), TaskStatus::Running);
    host.now_does(guest("running"));
    assert_eq!(client.task_status(&upid).await.unwrap(), TaskStatus::Ended(Exit::Ok));
    let long_ago = Upid::new("UPID:pve1:1:2:6A000000:hastop:200:admin@pve:");
    assert!(matches!(client.task_status(&long_ago).await.unwrap(), TaskStatus::Ended(Exit::Failed(_))));
}

const CONFIG: &str = r#"{"digest":"ab","hostname":"oci1","arch":"amd64","ostype":"alpine","cores":1,"memory":"128","swap":512,
"unprivileged":1,"onboot":"1","features":"nesting=1,keyctl=1","description":"my notes\nproximity app=tv-1\n",
"rootfs":"local:330/vm-330-disk-0.raw,size=1G","mp10":"nas:330/x.raw,mp=/media,size=2G","mp0":"volume=local:330/d.raw,mp=/data,backup=1,size=1G",
"mp1":"/mnt/host,mp=/shared,backup=1","unused0":"local:x","lxc":[["lxc.init.cwd","/root"]],
"net1":"name=eth1,bridge=vmbr1,tag=20,ip6=auto,type=veth","net0":"name=eth0,bridge=vmbr0,gw=10.99.1.1,hwaddr=BC:24:11:D6:34:59,ip=10.99.1.51/24,type=veth",
"env":"PATH=/usr/bin:/bin\u0000GREETING=hello = \"q\"\u0000EMPTY=\u0000broken"}"#;

const INTERFACES: &str = r#"[{"name":"lo","ip-addresses":[{"ip-address":"127.0.0.1","prefix":"8"}]},
{"name":"docker0","ip-addresses":[{"ip-address":"172.17.0.1","prefix":16}]},{"name":"br-4f","inet":"172.18.0.1/16"},
{"name":"eth0","inet":"10.99.1.51/24","ip-addresses":[{"ip-address":"fe80::1","prefix":"64"},{"ip-address":"2001:db8::5","prefix":64},{"ip-address":"10.99.1.51","prefix":"24"}]},
{"name":"eth1","inet":"10.0.5.2/24","inet6":"fe80::2/64"}]"#;

fn container_host(version: &'static str, interfaces: Reply) -> impl FnMut(&super::host::Asked) -> Reply {
    move |asked| match asked.path.rsplit('/').next() {
        Some("config") => Reply::data(CONFIG),
        Some("interfaces") => interfaces.clone(),
        Some("version") => Reply::data(&format!(r#"{{"version":"{version}"}}"#)),
        _ => Reply::bare(501, "no"),
    }
}

#[tokio::test]
async fn the_back_of_a_container_is_read() {
    let host = Host::start(container_host("9.2.11", Reply::data(INTERFACES))).await;
    let detail = host.client().guest_detail(&key(330), &node(), GuestKind::Container).await.unwrap();
    assert_eq!((detail.hostname.as_deref(), detail.cores), (Some("oci1"), Some(1)));
    assert_eq!((detail.memory, detail.swap, detail.is_unprivileged), (Some(128), Some(512), Some(true)));
    assert!(detail.starts_on_boot && !detail.is_protected);
    assert_eq!(detail.description.as_deref(), Some("my notes\nproximity app=tv-1"));
    let volumes: Vec<_> = detail
        .volumes
        .iter()
        .map(|it| (&*it.slot, &*it.path, it.storage.as_deref(), it.size.as_deref(), it.is_backed_up))
        .collect();
    assert_eq!(
        volumes,
        [
            ("rootfs", "/", Some("local"), Some("1G"), true),
            ("mp0", "/data", Some("local"), Some("1G"), true),
            ("mp1", "/shared", None, None, false),
            ("mp10", "/media", Some("nas"), Some("2G"), false),
        ]
    );
    assert_eq!((&*detail.networks[0].name, detail.networks[0].ip.as_deref()), ("eth0", Some("10.99.1.51/24")));
    assert_eq!(detail.networks[0].gateway.as_deref(), Some("10.99.1.1"));
    assert_eq!((detail.networks[1].vlan, detail.networks[1].ip.as_deref()), (Some(20), Some("auto")));
    let environment: Vec<_> = detail.environment.iter().map(|(name, value)| (&**name, &**value)).collect();
    assert_eq!(environment, [("PATH", "/usr/bin:/bin"), ("GREETING", "hello = \"q\""), ("EMPTY", "")]);
    let addresses: Vec<_> = detail.addresses.iter().map(|address| &**address).collect();
    assert_eq!(addresses, ["10.99.1.51/24", "10.0.5.2/24", "2001:db8::5/64"]);
}

#[tokio::test]
async fn the_back_is_shown_without_addresses_where_there_are_none() {
    for interfaces in [Reply::data("null"), Reply::refusal(500, "no"), Reply::bare(596, "Connection timed out")] {
        let host = Host::start(container_host("9.2.11", interfaces)).await;
        let detail = host.client().guest_detail(&key(330), &node(), GuestKind::Container).await.unwrap();
        assert!(detail.addresses.is_empty());
    }
}

#[tokio::test]
async fn a_version_that_cannot_tell_addresses_is_not_asked() {
    for (version, asked) in [("7.4-17", 0), ("8.0.4", 0), ("8.1.3", 1)] {
        let host = Host::start(container_host(version, Reply::data(INTERFACES))).await;
        host.client().addresses(&node(), Vmid(330)).await.unwrap();
        assert_eq!(host.lines().iter().filter(|line| line.ends_with("/interfaces")).count(), asked, "{version}");
    }
}

#[tokio::test]
async fn the_back_of_a_machine_is_read() {
    let config = r#"{"name":"win","ostype":"win11","cores":2,"sockets":2,"memory":"current=4096","scsi0":"lvm:vm-1-disk-0,size=32G",
        "scsi1":"lvm:vm-1-disk-1,backup=0,size=1T","ide2":"none,media=cdrom","scsihw":"virtio-scsi-pci","net0":"virtio=BC:24:11:AA:BB:CC,bridge=vmbr0,tag=5"}"#;
    let host = Host::saying(Reply::data(config)).await;
    let detail = host.client().guest_detail(&key(300), &node(), GuestKind::Machine).await.unwrap();
    assert_eq!((detail.hostname.as_deref(), detail.cores, detail.memory), (Some("win"), Some(4), Some(4096)));
    let volumes: Vec<_> = detail.volumes.iter().map(|volume| (&*volume.slot, volume.is_backed_up)).collect();
    assert_eq!(volumes, [("scsi0", true), ("scsi1", false)]);
    let network = &detail.networks[0];
    assert_eq!((network.mac.as_deref(), network.vlan), (Some("BC:24:11:AA:BB:CC"), Some(5)));
    assert_eq!(detail.is_unprivileged, None);
    assert_eq!(host.seen().len(), 1);
}

#[tokio::test]
async fn a_guest_is_asked_how_it_is_now() {
    let host = Host::saying(Reply::data(r#"{"status":"running","uptime":5,"ha":{"managed":1},"lock":"backup"}"#)).await;
    let now = host.client().guest_now(&node(), GuestKind::Container, Vmid(100)).await.unwrap();
    assert_eq!((now.power, now.uptime, now.is_ha_managed), (Power::Running, Some(5), true));
    assert_eq!(now.lock.as_deref(), Some("backup"));
    host.now_does(|_| Reply::data(r#"{"status":"running","qmpstatus":"paused","ha":null}"#));
    let now = host.client().guest_now(&node(), GuestKind::Machine, Vmid(100)).await.unwrap();
    assert_eq!((now.power, now.is_ha_managed), (Power::Paused, false));
}

#[tokio::test]
async fn a_guest_that_moved_is_told_from_one_that_fails() {
    let host = Host::saying(Reply::refusal(500, "Configuration file 'nodes/pve1/lxc/100.conf' does not exist")).await;
    let error = host.client().guest_now(&node(), GuestKind::Container, Vmid(100)).await.unwrap_err();
    assert!(error.says_guest_is_elsewhere());
    let fault = Fault::from(error);
    assert!(fault.why.contains("pve1") && fault.why.contains("100"), "{fault}");
}

#[tokio::test]
async fn history_keeps_its_gaps() {
    let rows = r#"[{"time":120,"cpu":0.5,"mem":1.5e6,"maxmem":2e6,"netin":"7.5"},{"time":60},{"time":180,"memused":5,"memtotal":10,"cpu":"NaN"},{"cpu":1}]"#;
    let host = Host::saying(Reply::data(rows)).await;
    let of = HistoryOf::Guest { node: node(), kind: GuestKind::Container, vmid: Vmid(100) };
    let readings = host.client().history(&of, Timeframe::Day).await.unwrap();
    assert_eq!(readings.iter().map(|reading| reading.at.as_secs()).collect::<Vec<_>>(), [60, 120, 180]);
    assert_eq!((readings[0].cpu, readings[0].memory, readings[0].net_in), (None, None, None));
    assert_eq!(
        (readings[1].cpu, readings[1].memory.unwrap().used, readings[1].net_in),
        (Some(0.5), 1_500_000, Some(7.5))
    );
    assert_eq!((readings[2].cpu, readings[2].memory.unwrap().total), (None, 10));
    assert_eq!(host.lines(), ["GET /nodes/pve1/lxc/100/rrddata"]);
    assert_eq!((host.seen()[0].param("timeframe"), host.seen()[0].param("cf")), (Some("day"), Some("AVERAGE")));
}
