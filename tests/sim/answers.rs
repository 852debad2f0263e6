//! What runs inside a guest answers at the guest's own address, over real TCP: as long as it runs, wherever its files go,
//! and as the faults that stand have it.

use std::{
    io::{Read, Write},
    net::{Ipv4Addr, SocketAddr, TcpStream},
    time::{Duration, Instant},
};

use proximity::sim::{Apps, Denial, Fault, Options, Pace, Seed, Sickness, read_faults};

use super::{
    ground::{LXC, TEMPLATE},
    house::House,
};

const MARKER: &str = "proximity app=kuma-3f9a2c op=17 recipe=kuma@1 method=compose ports=8080";

/// An address that no other test and no other run of the tests uses.
fn own(number: u8) -> Ipv4Addr {
    Ipv4Addr::new(127, 77, 220 + number, 1 + (std::process::id() % 250) as u8)
}

fn move_to(house: &House, vmid: u32, address: Ipv4Addr) {
    house.handle().with(|datacenter| datacenter.guests.get_mut(&vmid).unwrap().address = address);
}

/// The demo with a new Debian that says it holds an app, running at an address of the test's own.
fn house(address: Ipv4Addr) -> House {
    let house = House::of(Options { apps: Apps::Answer, ..Options::local(Seed::demo(), Pace::stepped()) });
    let net = "name=eth0,bridge=vmbr0,ip=dhcp";
    let form = [("vmid", "950"), ("ostemplate", TEMPLATE), ("rootfs", "local-lvm:4"), ("net0", net)];
    let form = [&form[..], &[("hostname", "kuma"), ("description", MARKER)]].concat();
    assert_eq!(house.done("POST", LXC, &form), "OK");
    move_to(&house, 950, address);
    start(&house, 950);
    house
}

fn start(house: &House, vmid: u32) {
    assert_eq!(house.done("POST", &format!("{LXC}/{vmid}/status/start"), &[]), "OK");
}

fn stop(house: &House, vmid: u32) {
    assert_eq!(house.done("POST", &format!("{LXC}/{vmid}/status/stop"), &[]), "OK");
}

/// Runs a script inside, with all the time it wants, and gives what it wrote and its code.
fn inside(house: &House, vmid: u32, script: &str) -> (String, i32) {
    let (text, code) = house
        .handle()
        .with(|datacenter| datacenter.inside_of(vmid).unwrap().script(&format!("exec 2>&1\n{script}"), 3_600_000));
    // The guest was ahead of all others.
    house.handle().advance(Duration::from_secs(600));
    (String::from_utf8_lossy(&text).into_owned(), code.unwrap_or(-1))
}

fn done(house: &House, script: &str) {
    let (text, code) = inside(house, 950, script);
    assert_eq!(code, 0, "{script}: {text}");
}

const DEPLOY: &str = r#"apt-get update && apt-get install -y docker.io docker-cli docker-compose apparmor && mkdir -p /opt/kuma && cd /opt/kuma
cat >compose.yaml <<'E'
{"services": {"app": {"image": "louislam/uptime-kuma:1", "restart": "unless-stopped", "ports": ["8080:3001"]}}}
E
docker compose up -d"#;

fn visit(at: SocketAddr) -> Option<String> {
    let mut stream = TcpStream::connect(at).ok()?;
    stream.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").ok()?;
    let mut text = String::new();
    stream.read_to_string(&mut text).ok()?;
    (!text.is_empty()).then_some(text)
}

/// The task that owns the doors follows at its own pace.
fn wait_until(what: &str, is_so: impl Fn() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < Duration::from_secs(20), "{what}");
        std::thread::yield_now();
    }
}

fn is_closed(at: SocketAddr) -> bool {
    TcpStream::connect(at).is_err()
}

fn says(at: SocketAddr, wanted: &str) -> bool {
    visit(at).is_some_and(|page| page.contains(wanted))
}

#[test]
fn a_new_app_answers_once_it_was_deployed_and_while_it_runs() {
    let house = house(own(0));
    let (at, seeded) = (SocketAddr::from((own(0), 8080)), SocketAddr::from((own(1), 8096)));
    move_to(&house, 101, own(1));
    wait_until("an app that was there from the beginning answers", || visit(seeded).is_some());
    assert!(is_closed(at), "nothing was deployed yet, whatever the description says");
    done(&house, DEPLOY);
    wait_until("it answers", || says(at, "<h1>kuma-app-1</h1>"));
    assert!(visit(at).unwrap().starts_with("HTTP/1.1 200 OK\r\n"));

    done(&house, "cd /opt/kuma && docker compose stop");
    wait_until("what was stopped does not answer", || is_closed(at));
    done(&house, "cd /opt/kuma && docker compose up -d");
    wait_until("it answers again", || visit(at).is_some());
    stop(&house, 950);
    wait_until("nothing answers in a stopped guest", || is_closed(at));
    start(&house, 950);
    wait_until("it comes back by itself", || visit(at).is_some());
}

#[test]
fn what_answers_follows_the_files_into_snapshots_copies_and_backups() {
    let house = house(own(2));
    let at = SocketAddr::from((own(2), 8080));
    let snapshot = format!("{LXC}/950/snapshot");
    assert_eq!(house.done("POST", &snapshot, &[("snapname", "empty")]), "OK");
    done(&house, DEPLOY);
    wait_until("it answers", || visit(at).is_some());
    assert_eq!(house.done("POST", &snapshot, &[("snapname", "full")]), "OK");
    assert_eq!(house.done("POST", "/nodes/pve1/vzdump", &[("vmid", "950"), ("storage", "backup")]), "OK");

    let form = [("newid", "951"), ("full", "1"), ("snapname", "full"), ("hostname", "twin")];
    assert_eq!(house.done("POST", &format!("{LXC}/950/clone"), &form), "OK");
    let rows = house.get("/nodes/pve1/storage/backup/content?content=backup&vmid=950");
    let archive = rows[0]["volid"].as_str().unwrap().to_owned();
    let form = [("vmid", "952"), ("ostemplate", archive.as_str()), ("restore", "1"), ("storage", "local-lvm")];
    assert_eq!(house.done("POST", LXC, &form), "OK");
    for (vmid, address) in [(951, own(3)), (952, own(4))] {
        move_to(&house, vmid, address);
        start(&house, vmid);
        wait_until("its copy answers without anybody looking inside", || {
            says(SocketAddr::from((address, 8080)), &format!("Guest {vmid} answers"))
        });
    }

    for (name, answers) in [("empty", false), ("full", true)] {
        assert_eq!(house.done("POST", &format!("{snapshot}/{name}/rollback"), &[]), "OK");
        wait_until("a rolled back guest is stopped", || is_closed(at));
        start(&house, 950);
        if answers {
            wait_until("what was there then answers", || visit(at).is_some());
        } else {
            assert_eq!(inside(&house, 950, "command -v docker").1, 127);
            assert!(is_closed(at));
        }
    }
}

#[test]
fn a_service_is_reached_where_its_configuration_lets_it_be() {
    let house = house(own(5));
    let at = SocketAddr::from((own(5), 1883));
    done(&house, "apt-get update && apt-get install -y mosquitto && ss -ltn | grep -q 127.0.0.1:1883");
    assert!(is_closed(at));
    done(
        &house,
        "printf 'listener 1883\\nallow_anonymous true\\n' >/etc/mosquitto/conf.d/all.conf && systemctl restart mosquitto",
    );
    wait_until("the broker can be reached", || !is_closed(at));
    done(&house, "systemctl stop mosquitto");
    wait_until("the stopped broker cannot", || is_closed(at));
}

#[test]
fn a_container_of_an_image_answers_at_the_ports_its_image_names() {
    let house = house(own(6));
    let form = [("reference", "docker.io/grafana/grafana:12.2.1"), ("filename", "grafana")];
    assert_eq!(house.done("POST", "/nodes/pve1/storage/local/oci-registry-pull", &form), "OK");
    let net = "name=eth0,bridge=vmbr0,ip=dhcp";
    let form = [("vmid", "960"), ("ostemplate", "local:vztmpl/grafana.tar"), ("rootfs", "local-lvm:1"), ("net0", net)];
    assert_eq!(house.done("POST", LXC, &[&form[..], &[("hostname", "board")]].concat()), "OK");
    move_to(&house, 960, own(7));
    let at = SocketAddr::from((own(7), 3000));
    assert!(is_closed(at));
    start(&house, 960);
    wait_until("it answers", || says(at, "<h1>board</h1>"));
    let sick = house.handle().throw(Fault::SickApp(Sickness::Unwell).on_guest(960));
    wait_until("it is sick", || says(at, "HTTP/1.1 503 Service Unavailable"));
    house.handle().mend(sick);
    wait_until("it is well", || says(at, "HTTP/1.1 200 OK"));
    stop(&house, 960);
    wait_until("it is gone", || is_closed(at));
}

#[test]
fn faults_inside_hit_whom_and_as_often_as_they_should() {
    let house = house(own(8));
    let at = SocketAddr::from((own(8), 8080));
    let fault = house.handle().throw(Fault::AptFails.on_guest(101));
    assert_eq!(inside(&house, 950, "apt-get update").1, 0);
    house.handle().mend(fault);
    house.handle().throw(Fault::AptFails.on_guest(950).times(1));
    assert_eq!(inside(&house, 950, "apt-get update").1, 100);
    assert_eq!(inside(&house, 950, "apt-get update").1, 0);
    let fault = house.handle().throw(Fault::PullFails(Denial::TooManyRequests).times(1));
    let (text, code) = inside(&house, 950, DEPLOY);
    assert!(text.contains("toomanyrequests") && code == 1, "{text}");
    assert!(house.handle().with(|datacenter| datacenter.faults.is_used_up(fault)));
    house.handle().throw(Fault::SickApp(Sickness::Silent).on_guest(950).after(Duration::from_secs(3_600)));
    done(&house, "cd /opt/kuma && docker compose up -d");
    wait_until("it answers", || visit(at).is_some());
    house.handle().advance(Duration::from_secs(3_600));
    wait_until("it is silent", || is_closed(at));
    house.handle().mend_all();
    wait_until("it answers again", || visit(at).is_some());
}

#[test]
fn a_script_may_name_them() {
    let text = "[[fault]]\nwhat = \"apt-fails\"\nvmid = 101\ntimes = 2\n\
                [[fault]]\nwhat = \"pull-fails\"\nsays = \"manifest-unknown\"\nafter = \"5s\"\n\
                [[fault]]\nwhat = \"pull-fails\"\n\
                [[fault]]\nwhat = \"sick-app\"\nhow = \"503\"\nvmid = 101\nfor = \"1m\"\n\
                [[fault]]\nwhat = \"sick-app\"\n";
    let expected = [
        Fault::AptFails.on_guest(101).times(2),
        Fault::PullFails(Denial::ManifestUnknown).after(Duration::from_secs(5)),
        Fault::PullFails(Denial::TooManyRequests).into(),
        Fault::SickApp(Sickness::Unwell).on_guest(101).lasting(Duration::from_secs(60)),
        Fault::SickApp(Sickness::Silent).into(),
    ];
    assert_eq!(read_faults(text).unwrap(), expected);
    let wrong = read_faults("[[fault]]\nwhat = \"sick-app\"\nhow = \"badly\"\n").unwrap_err();
    assert_eq!((wrong.line, wrong.remedy.as_str()), (3, "write \"silent\" or \"503\""));
    let wrong = read_faults("[[fault]]\nwhat = \"sick-app\"\ntimes = 3\n").unwrap_err();
    assert_eq!(wrong.reason, "\"times\" means nothing for \"sick-app\"");
}
