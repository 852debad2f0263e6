//! SSH to the simulated nodes and into guests, with OpenSSH's own client: what it runs, how it ends, whom it trusts.

use std::{net::Ipv4Addr, time::Duration};

use proximity::sim::{Fault, Home, Options, Pace, Seed, Ssh, SshDoors};

use super::{
    house::House,
    secure_shell::{Key, Wanted, client, text},
    terminal::{Terminal, set},
};

const VMID: u32 = 101;
const CONFIG: &str = "/nodes/pve1/lxc/101/config";

/// The demo, with SSH for whoever has this key.
pub fn house(key: &Key) -> House {
    let ssh = Ssh::Answers(SshDoors { guest_port: 2_222, keys: vec![key.public.clone()], ..SshDoors::default() });
    House::of(Options { ssh, ..Options::local(Seed::demo(), Pace::stepped()) })
}

/// An address that no other test and no other run of the tests uses.
fn own(number: u8) -> Ipv4Addr {
    Ipv4Addr::new(127, 77, 220 + number, 1 + (std::process::id() % 250) as u8)
}

fn stop(house: &House, vmid: u32) {
    assert_eq!(house.done("POST", &format!("/nodes/pve1/lxc/{vmid}/status/stop"), &[]), "OK");
}

#[test]
fn a_node_runs_commands_with_their_own_streams_and_codes() {
    let Some(client) = client() else { return };
    let house = house(&client.key);
    let ssh = client.to(&house, "pve1");
    let ran = ssh.run("echo out; echo err >&2; exit 7", b"");
    assert_eq!((text(&ran.out), text(&ran.err), ran.code), ("out\n", "err\n", 7));
    let ran = ssh.run("hostname; pwd; id -u; echo $0 $HOME $USER ${TERM-none}; tty", b"");
    assert_eq!(text(&ran.out), "pve1\n/root\n0\n/bin/bash /root root none\nnot a tty\n");
    let ran = ssh.run("tr a-z A-Z | { read x; echo \"<$x>\"; cat; }", b"one\ntwo\nthree\n");
    assert_eq!((text(&ran.out), ran.code), ("<ONE>\nTWO\nTHREE\n", 0));
    assert_eq!(ssh.run("nosuch", b"").code, 127);
    assert_eq!(ssh.run("printf '\\377\\000\\r\\n'", b"").out, b"\xff\0\r\n");
}

#[test]
fn words_reach_a_guest_as_the_nodes_shell_read_them() {
    let Some(client) = client() else { return };
    let house = house(&client.key);
    let ssh = client.to(&house, "pve1");
    let name = house.get(CONFIG)["hostname"].as_str().unwrap().to_owned();
    let ran = ssh.run("pct exec 101 -- hostname", b"");
    assert_eq!((text(&ran.out), ran.code), (&*format!("{name}\n"), 0));
    let ran = ssh
        .run("pct exec 101 -- sh -c 'for i in \"$@\"; do echo \"<$i>\"; done; exit 42' x 'a b' \"it's\" \\$HOME", b"");
    assert_eq!((text(&ran.out), ran.code), ("<a b>\n<it's>\n<$HOME>\n", 42));
    let ran = ssh.run("pct exec 101 -- sh -c 'echo out; echo err >&2; kill -TERM $$; sleep 5'", b"");
    assert_eq!((text(&ran.out), text(&ran.err), ran.code), ("out\n", "err\n", 143));
    let ran = ssh.run("FROM=node; export FROM; pct exec 101 -- env | grep -E 'FROM|container' | sort", b"");
    assert_eq!(text(&ran.out), "FROM=node\ncontainer=lxc\n");
    let ran = ssh.run("FROM=node; export FROM; pct exec 101 --keep-env 0 -- env | grep -cE 'FROM|HOME'", b"");
    assert_eq!(text(&ran.out), "0\n");
    let ran = ssh.run("pct exec 101 -- nosuch", b"");
    assert_eq!(ran.code, 127);
    assert!(text(&ran.err).contains("Failed to exec \"nosuch\""), "{}", text(&ran.err));
}

#[test]
fn pct_fails_in_proxmoxs_words() {
    let Some(client) = client() else { return };
    let house = house(&client.key);
    let ssh = client.to(&house, "pve1");
    let failed = |line: &str| {
        let ran = ssh.run(line, b"");
        assert_eq!((text(&ran.out), ran.code), ("", 255), "{line}");
        text(&ran.err).trim_end().to_owned()
    };
    assert_eq!(failed("pct exec 102 -- true"), "Configuration file 'nodes/pve1/lxc/102.conf' does not exist");
    assert_eq!(failed("pct status 999"), "Configuration file 'nodes/pve1/lxc/999.conf' does not exist");
    stop(&house, VMID);
    assert_eq!(failed("pct exec 101 -- true"), "container '101' not running!");
    assert_eq!(failed("pct push 101 /etc/hosts /root/x"), "can only push files to a running CT");
    assert!(failed("pct exec 103").starts_with("missing command"));
    assert_eq!(text(&ssh.run("pct status 101; pct status 103", b"").out), "status: stopped\nstatus: running\n");
    let list = ssh.run("pct list", b"");
    let rows: Vec<&str> = text(&list.out).lines().collect();
    assert_eq!(rows[0].split_whitespace().collect::<Vec<_>>(), ["VMID", "Status", "Lock", "Name"]);
    assert!(rows[1].starts_with("101        stopped") && rows.iter().all(|row| !row.contains("immich")), "{rows:?}");
    let config = ssh.run("pct config 101 | grep -E '^hostname|^unprivileged'", b"");
    assert_eq!(text(&config.out).lines().count(), 2, "{}", text(&config.out));
}

#[test]
fn a_script_and_a_megabyte_pass_through_both_machines_unchanged() {
    let Some(client) = client() else { return };
    let house = house(&client.key);
    let ssh = client.to(&house, "pve1");
    let bytes: Vec<u8> = (0..1_000_000u32).map(|place| (place.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    let ran = ssh.run("pct exec 101 -- cat", &bytes);
    assert!(ran.out == bytes && ran.code == 0, "{} of {} bytes", ran.out.len(), bytes.len());
    let ran = ssh.run("pct exec 101 -- sh -c 'cat >/root/big; wc -c </root/big'", &bytes);
    assert_eq!((text(&ran.out), ran.code), ("1000000\n", 0));
    // A script of a megabyte, through its standard input.
    let line = format!("echo {}\n", "x".repeat(1_000));
    let script = format!("{}exit 3\n", line.repeat(1_000));
    let ran = ssh.run("pct exec 101 -- sh -s", script.as_bytes());
    assert_eq!((ran.out.len(), ran.code), (1_001_000, 3));
}

#[test]
fn files_are_pushed_and_pulled_with_their_modes() {
    let Some(client) = client() else { return };
    let house = house(&client.key);
    let ssh = client.to(&house, "pve1");
    let bytes: Vec<u8> = (0..=255u8).cycle().take(100_000).collect();
    assert_eq!(ssh.run("cat >/tmp/f && pct push 101 /tmp/f /root/f --perms 600 --user root --group 0", &bytes).code, 0);
    assert_eq!(text(&ssh.run("pct exec 101 -- stat -c '%a %s' /root/f", b"").out), "600 100000\n");
    let ran = ssh.run("pct pull 101 /root/f /tmp/back --perms 640 && stat -c %a /tmp/back >&2 && cat /tmp/back", b"");
    assert!(ran.out == bytes && ran.code == 0);
    assert_eq!(text(&ran.err), "640\n");
    let ran = ssh.run("pct push 101 /tmp/f /no/such/place", b"");
    assert_eq!((text(&ran.err), ran.code), ("failed to create file: /no/such/place: No such file or directory\n", 255));
    let ran = ssh.run("pct push 101 /tmp/f /root/g --user nobody-here", b"");
    assert_eq!((text(&ran.err), ran.code), ("failed to get uid for: nobody-here\n", 255));
    let ran = ssh.run("pct pull 101 /root/none /tmp/n", b"");
    assert_eq!((text(&ran.err), ran.code), ("failed to open /root/none: No such file or directory\n", 255));
}

#[test]
fn at_a_terminal_there_is_a_prompt_and_the_guest_is_entered() {
    let Some(client) = client() else { return };
    let house = house(&client.key);
    let name = house.get(CONFIG)["hostname"].as_str().unwrap().to_owned();
    let mut shell = client.to(&house, "pve1").terminal(&[]);
    shell.until("root@pve1:~# ");
    shell.type_in("tty; stty size\n");
    shell.until("/dev/pts/");
    shell.until("37 91");
    shell.type_in("pct enter 101\n");
    shell.until(&format!("root@{name}:~# "));
    shell.type_in("echo in''side; sleep 1000\n");
    shell.until("inside");
    shell.type_in("\u{3}");
    shell.until(&format!("root@{name}:~# "));
    shell.type_in("exit 5\n");
    shell.until("root@pve1:~# ");
    shell.type_in("echo co''de $?; exit 9\n");
    shell.until("code 5");
    assert_eq!(shell.end(), 9);
}

#[test]
fn a_command_at_a_terminal_has_one() {
    let Some(client) = client() else { return };
    let house = house(&client.key);
    let mut shell = client.to(&house, "pve1").terminal(&["pct exec 101 -- sh -c 'tty; read x; echo got $x; exit 4'"]);
    shell.until("/dev/pts/");
    shell.type_in("it\n");
    shell.until("got it\r\n");
    assert_eq!(shell.end(), 4);
}

#[test]
fn what_runs_over_ssh_is_seen_at_the_console_and_ends_with_the_guest() {
    let Some(client) = client() else { return };
    let house = house(&client.key);
    set(&house, VMID, "cmode", "shell");
    let ssh = client.to(&house, "pve1");
    assert_eq!(
        ssh.run("pct exec 101 -- sh -c 'echo here >/tmp/x; setsid sleep 1000 >/dev/null 2>&1 </dev/null &'", b"").code,
        0
    );
    let mut terminal = Terminal::open(&house, VMID).quiet();
    assert_eq!(terminal.run("cat /tmp/x; ps | grep -c 'slee[p] 1000'"), ("here\n1\n".into(), 0));
    drop(terminal);
    let mut waiting = ssh.begin("pct exec 101 -- sh -c 'echo begun; sleep 1000'");
    waiting.until("begun");
    stop(&house, VMID);
    assert_eq!(waiting.end().code, 137);
    assert_eq!(house.done("POST", "/nodes/pve1/lxc/101/status/start", &[]), "OK");
    assert_eq!(text(&ssh.run("pct exec 101 -- sh -c 'ls /tmp; ps | grep -c slee[p]'", b"").out), "0\n");
}

#[test]
fn a_wrong_key_a_wrong_password_and_anybody_but_root_are_refused() {
    let Some(client) = client() else { return };
    let house = house(&client.key);
    let stranger = client.with_key(&Key::of(2));
    let ran = stranger.to(&house, "pve1").run("true", b"");
    assert_eq!(ran.code, 255);
    assert!(text(&ran.err).contains("Permission denied (publickey,password)"), "{}", text(&ran.err));
    let ran = client.to(&house, "pve1").for_user("admin").run("true", b"");
    assert!(ran.code == 255 && text(&ran.err).contains("Permission denied"), "{}", text(&ran.err));
}

#[test]
fn a_changed_host_key_is_noticed_and_it_is_the_old_one_once_mended() {
    let Some(client) = client() else { return };
    let house = house(&client.key);
    let ssh = client.to(&house, "pve1");
    assert_eq!(ssh.run("true", b"").code, 0);
    let before = house.handle().host_key(&Home::Node("pve1".into()));
    assert_ne!(before, house.handle().host_key(&Home::Node("pve2".into())));
    let fault = house.handle().throw(Fault::HostKey.on_node("pve1"));
    let ran = ssh.run("true", b"");
    assert_eq!(ran.code, 255);
    assert!(text(&ran.err).contains("REMOTE HOST IDENTIFICATION HAS CHANGED"), "{}", text(&ran.err));
    assert_eq!(client.to(&house, "pve2").run("true", b"").code, 0);
    house.handle().mend(fault);
    assert_eq!(ssh.run("true", b"").code, 0);
    assert_eq!(house.handle().host_key(&Home::Node("pve1".into())), before);
}

#[test]
fn a_guest_lets_root_in_by_the_keys_it_was_made_with_and_by_no_password() {
    let Some(client) = client() else { return };
    let house = house(&client.key);
    let mine = Key::of(3);
    let made = [
        ("vmid", "950"),
        ("ostemplate", "local:vztmpl/debian-13-standard_13.1-2_amd64.tar.zst"),
        ("hostname", "keyed"),
        ("storage", "local-lvm"),
        ("net0", "name=eth0,bridge=vmbr0,ip=dhcp"),
        ("ssh-public-keys", mine.public.as_str()),
        ("password", "open sesame"),
    ];
    let make = || {
        assert_eq!(house.done("POST", "/nodes/pve1/lxc", &made), "OK");
        house.handle().with(|datacenter| datacenter.guests.get_mut(&950).unwrap().address = own(0));
        assert_eq!(house.done("POST", "/nodes/pve1/lxc/950/status/start", &[]), "OK");
    };
    make();
    let at = (own(0), 2_222).into();
    let owner = client.with_key(&mine);
    let ssh = owner.at(at);
    Wanted(at).comes();
    let ran = ssh.run("hostname; cat .ssh/authorized_keys | grep -c ssh-ed25519; stat -c %a .ssh/authorized_keys", b"");
    assert_eq!((text(&ran.out), ran.code), ("keyed\n1\n600\n", 0), "{}", text(&ran.err));
    let ran = client.at(at).run("true", b"");
    assert!(text(&ran.err).contains("Permission denied (publickey)"), "{}", text(&ran.err));
    // Made anew it is another, and says so.
    let key = house.handle().host_key(&Home::Guest(950));
    house.handle().advance(Duration::from_secs(1));
    assert_eq!(house.done("POST", "/nodes/pve1/lxc/950/status/stop", &[]), "OK");
    Wanted(at).goes();
    assert_eq!(house.done("DELETE", "/nodes/pve1/lxc/950", &[]), "OK");
    make();
    Wanted(at).comes();
    assert_ne!(house.handle().host_key(&Home::Guest(950)), key);
    assert!(text(&ssh.run("true", b"").err).contains("REMOTE HOST IDENTIFICATION HAS CHANGED"));
}

#[test]
fn a_guest_of_alpine_and_a_stopped_one_do_not_answer() {
    let Some(client) = client() else { return };
    let house = house(&client.key);
    for (vmid, address) in [(101, own(1)), (103, own(2)), (104, own(3))] {
        house.handle().with(|datacenter| datacenter.guests.get_mut(&vmid).unwrap().address = address);
    }
    set(&house, 103, "ostype", "alpine");
    let at = |number| (own(number), 2_222).into();
    Wanted(at(1)).comes();
    Wanted(at(3)).comes();
    Wanted(at(2)).goes();
    stop(&house, 104);
    Wanted(at(3)).goes();
}

#[test]
fn a_dead_node_does_not_answer_and_its_connections_are_cut() {
    let Some(client) = client() else { return };
    let house = house(&client.key);
    let mut waiting = client.to(&house, "pve2").begin("echo begun; sleep 1000");
    waiting.until("begun");
    let fault = house.handle().throw(Fault::DeadNode("pve2".into()));
    assert_eq!(waiting.end().code, 255);
    let at = house.simulator().ssh_of("pve2").unwrap();
    Wanted(at).goes();
    house.handle().mend(fault);
    Wanted(at).comes();
    assert_eq!(client.to(&house, "pve2").run("true", b"").code, 0);
}

#[test]
fn nothing_listens_any_more_when_the_simulator_has_ended() {
    let Some(client) = client() else { return };
    let mut house = house(&client.key);
    let at = house.simulator().ssh_of("pve1").unwrap();
    assert_eq!(house.simulator().ready().ssh, Some(at.to_string()));
    let waiting = client.to(&house, "pve1").begin("sleep 1000");
    let simulator = house.simulator.take().unwrap();
    house.runtime.block_on(simulator.shutdown());
    assert_eq!(waiting.end().code, 255);
    assert!(std::net::TcpStream::connect(at).is_err());
}

#[test]
fn ssh_refuses_hangs_and_is_cut_as_a_fault_has_it() {
    let Some(client) = client() else { return };
    let house = house(&client.key);
    let (ssh, handle) = (client.to(&house, "pve1"), house.handle());
    handle.throw(Fault::SshCut { bytes: 0 }.on_node("pve1"));
    assert_eq!(ssh.run("echo never", b"").code, 255);
    assert_eq!(client.to(&house, "pve2").run("echo other", b"").out, b"other\n");
    handle.mend_all();
    handle.throw(Fault::SshCut { bytes: 10_000 }.times(1));
    let ran = ssh.run("yes | head -c 100000", b"");
    assert!(ran.code == 255 && ran.out.len() <= 10_000, "{}", ran.out.len());
    assert_eq!(ssh.run("yes | head -c 100000", b"").out.len(), 100_000);
    let refused = handle.throw(Fault::SshRefused.on_node("pve1"));
    let at = house.simulator().ssh_of("pve1").unwrap();
    Wanted(at).goes();
    handle.mend(refused);
    Wanted(at).comes();
    let hangs = handle.throw(Fault::SshHangs.times(1));
    let waiting = ssh.begin("echo at last");
    while !handle.with(|datacenter| datacenter.faults.is_used_up(hangs)) {
        std::thread::yield_now();
    }
    handle.mend(hangs);
    assert_eq!(waiting.end().out, b"at last\n");
}
