//! What listens in a guest as it is seen from inside, and a guest whose cable is out: nobody reaches it, and what runs in
//! it listens all the same.

use std::{
    net::{Ipv4Addr, SocketAddr, TcpStream},
    time::{Duration, Instant},
};

use proximity::sim::{Apps, Damage, Options, Pace, Seed};
use serde_json::{Value, json};

use super::{
    ground::{LXC, archive, config, house},
    house::House,
    software::{debian, done, run, with},
    terminal::{Terminal, set},
};

const TABLES: &str = "cat /proc/net/tcp /proc/net/tcp6";

/// Addresses and ports in state `0A`, as they stand in both tables.
fn listening(text: &str) -> Vec<String> {
    let rows = text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
    let mut found: Vec<String> =
        rows.filter(|words| words.get(3) == Some(&"0A")).map(|words| words[1].to_owned()).collect();
    found.sort();
    found
}

fn inside(house: &House, vmid: u32) -> Terminal<'_> {
    set(house, vmid, "cmode", "shell");
    house.handle().advance(Duration::from_secs(2));
    Terminal::open(house, vmid).quiet()
}

#[test]
fn a_fresh_guest_has_tables_with_a_head_and_nothing_else() {
    let text = done(&mut debian(), TABLES);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 2, "{text}");
    assert!(lines[0].starts_with("  sl  local_address rem_address   st tx_queue") && lines[0].len() == 149, "{text}");
    assert!(lines[1].starts_with("  sl  local_address                         remote_address"), "{text}");
}

#[test]
fn what_a_service_listens_on_is_in_the_table_as_linux_writes_it() {
    let mut guest = with("redis-server nginx");
    let text = done(&mut guest, "grep ' 0A ' /proc/net/tcp");
    assert_eq!(listening(&text), ["00000000:0050", "0100007F:18EB"]);
    let row = text.lines().find(|line| line.contains(":0050")).unwrap();
    assert!(row.contains(" 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000 "), "{row}");
    done(&mut guest, "systemctl stop redis-server");
    assert_eq!(listening(&done(&mut guest, TABLES)), ["00000000:0050"]);
    let script = "while read -r _ at _ state _; do [ \"$state\" = 0A ] && echo \"$at\"; done < /proc/net/tcp";
    assert_eq!(run(&mut guest, script).0, "00000000:0050\n");
}

#[test]
fn the_app_of_the_demo_and_its_restored_twin_listen_where_the_marker_said() {
    let house = House::demo();
    let jellyfin = format!("{:0>32}:1FA0", "");
    assert_eq!(listening(&inside(&house, 101).run(TABLES).0), [jellyfin.clone()]);
    let volume = archive(&house, 101, Damage::None);
    let form = [
        ("vmid", "951"),
        ("ostemplate", volume.as_str()),
        ("restore", "1"),
        ("storage", "local-lvm"),
        ("description", "on trial"),
        ("net0", "name=eth0,bridge=vmbr0,ip=dhcp,link_down=1"),
        ("start", "1"),
    ];
    assert_eq!(house.done("POST", LXC, &form), "OK");
    house.handle().settle();
    let mut twin = inside(&house, 951);
    assert_eq!(listening(&twin.run(TABLES).0), [jellyfin], "whatever is written about it");
    assert_eq!(twin.run("hostname -I").0.trim(), "");
}

#[test]
fn a_guest_whose_cable_is_out_reaches_itself_and_nobody_else() {
    let mut guest = with("curl nginx");
    let code = |guest: &mut _, url: &str| run(guest, &format!("curl -s -o /dev/null -w '%{{http_code}}' {url}"));
    assert_eq!(code(&mut guest, "http://deb.debian.org/debian"), ("200".into(), 0));
    guest.meet(Vec::new(), "");
    assert_eq!(code(&mut guest, "http://127.0.0.1:80/"), ("200".into(), 0));
    assert_eq!(code(&mut guest, "http://deb.debian.org/debian"), ("000".into(), 6));
}

fn cards(house: &House, vmid: u32) -> Value {
    house.get(&format!("{LXC}/{vmid}/interfaces"))
}

fn plug(house: &House, vmid: u32, more: &str) {
    let card = config(house, vmid)["net0"].as_str().unwrap().to_owned();
    let card: Vec<&str> = card.split(',').filter(|part| !part.starts_with("link_down")).collect();
    let net = format!("{}{more}", card.join(","));
    assert_eq!(house.call("PUT", &format!("{LXC}/{vmid}/config"), &[("net0", &net)]).status, 200);
}

#[test]
fn a_card_whose_cable_is_out_has_no_address_until_it_is_plugged_in() {
    let house = house();
    let before = cards(&house, 101);
    plug(&house, 101, ",link_down=1");
    let now = cards(&house, 101);
    assert_eq!((&now[0], &now[1]["name"]), (&before[0], &json!("eth0")));
    assert_eq!((now[1].get("inet"), now[1].get("inet6"), &now[1]["ip-addresses"]), (None, None, &json!([])));
    plug(&house, 101, "");
    assert_eq!(cards(&house, 101), before);
}

/// An address that no other test and no other run of the tests uses.
fn own() -> Ipv4Addr {
    Ipv4Addr::new(127, 77, 240, 1 + (std::process::id() % 250) as u8)
}

fn wait_until(what: &str, is_so: impl Fn() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < Duration::from_secs(20), "{what}");
        std::thread::yield_now();
    }
}

#[test]
fn nobody_reaches_an_app_whose_cable_is_out() {
    let house = House::of(Options { apps: Apps::Answer, ..Options::local(Seed::demo(), Pace::stepped()) });
    house.handle().with(|datacenter| datacenter.guests.get_mut(&101).unwrap().address = own());
    let answers = || TcpStream::connect(SocketAddr::from((own(), 8096))).is_ok();
    wait_until("it answers", answers);
    plug(&house, 101, ",link_down=1");
    wait_until("it is out of reach", || !answers());
    plug(&house, 101, "");
    wait_until("it answers again", answers);
}
