//! The console of a container, with every oddity of the real one: what is echoed, what is lost, how it ends.

use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use futures_util::StreamExt;
use ring::digest::{SHA256, digest};
use serde_json::json;
use tokio_tungstenite::tungstenite::{Error, Message};

use super::{
    house::{House, task_path},
    terminal::{Terminal, come, door, plain, set},
};

const VMID: u32 = 101;
const STOPPED: u32 = 113;
const ENDED: &str = "\u{1b}[999H\r\n[EOF - dtach terminating]\r\n\u{1b}[?25h";
const PATH: &str = "/nodes/pve1/lxc/101";

/// A house whose container 101 gives a shell, of this kind of system.
fn house(system: &str) -> House {
    let house = House::demo();
    set(&house, VMID, "cmode", "shell");
    set(&house, VMID, "ostype", system);
    house
}

fn name(house: &House) -> String {
    house.get(&format!("{PATH}/config"))["hostname"].as_str().unwrap().to_owned()
}

#[test]
fn bash_answers_byte_by_byte_as_recorded() {
    let house = house("debian");
    let prompt = format!("\u{1b}[?2004hroot@{}:/# ", name(&house));
    let mut terminal = Terminal::open(&house, VMID);
    assert_eq!(terminal.until(&prompt), format!("\u{1b}[H\u{1b}[J{prompt}"));
    terminal.type_in("\r");
    assert_eq!(terminal.until(&prompt), format!("\r\r\n\u{1b}[?2004l\r{prompt}"));
    terminal.type_in("stty -echo; PS1=\n");
    assert_eq!(terminal.until("\u{1b}[?2004h"), "stty -echo; PS1=\r\r\n\u{1b}[?2004l\r\u{1b}[?2004h");
    terminal.type_in("printf '\\n%s%s:%d\\n' 4f2a 91c7 0; false; printf '%s%s:%d\\n' 4f2a 91c7 $?\n");
    let wanted = "\u{1b}[?2004l\r\r\r\n\r\r\n4f2a91c7:0\r\r\n4f2a91c7:1\r\r\n\u{1b}[?2004h";
    assert_eq!(terminal.until("\u{1b}[?2004h"), wanted);
    terminal.type_in("sh -c \"exit 42\"\nprintf '\\n%s:%d:%s\\n' 3d640a'd3e32d' $? END\n");
    assert_eq!(
        terminal.until("END\r\r\n\u{1b}[?2004h"),
        "\u{1b}[?2004l\r\r\r\n\u{1b}[?2004h\u{1b}[?2004l\r\r\r\n\r\r\n3d640ad3e32d:42:END\r\r\n\u{1b}[?2004h"
    );
    assert_eq!(
        terminal.run("tty; echo $0 $SHELL $TERM; id -u; pwd; echo ${HOME-none}").0,
        "/dev/pts/3\n/bin/bash /bin/bash linux\n0\n/\nnone\n"
    );
    assert_eq!(
        terminal.run("env | sort | grep -v ^_=").0.lines().next().unwrap(),
        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    );
}

#[test]
fn ash_greets_asks_where_the_cursor_is_and_does_not_mark_pastes() {
    let house = house("alpine");
    let mut terminal = Terminal::open(&house, VMID);
    let greeting = terminal.until("/ # \u{1b}[6n");
    assert!(
        greeting.starts_with("\u{1b}[H\u{1b}[J\r\r\n\r\r\nBusyBox v")
            && greeting.contains("built-in shell (ash)\r\r\n"),
        "{greeting:?}"
    );
    terminal.type_in("\r");
    assert_eq!(terminal.until("\u{1b}[6n"), "\r\r\n/ # \u{1b}[6n");
    terminal.type_in("stty -echo; PS1=\n");
    assert_eq!(terminal.until("\r\r\n"), "stty -echo; PS1=\r\r\n");
    terminal.type_in("printf '%s%s:%d\\n' 4f2a 91c7 0\n");
    assert_eq!(terminal.until(":0\r\r\n"), "4f2a91c7:0\r\r\n");
}

/// What the next one finds is what the last one left.
#[test]
fn a_session_outlives_its_visitor_and_replays_nothing() {
    let house = house("debian");
    let mut first = Terminal::open(&house, VMID).quiet();
    assert_eq!(first.run("cd /tmp; x=kept; echo seen").0, "seen\n");
    let upid = first.upid.clone();
    drop(first);
    let mut second = Terminal::open(&house, VMID);
    assert_eq!(second.run("echo $x; pwd").0, "kept\n/tmp\n");
    // The server has noticed by now that the first one went: his socket was closed before the second was opened.
    assert_eq!(house.task(&upid)["exitstatus"], "OK");
    assert_eq!(house.log(&upid)[0].split(':').next(), Some("client connection"));
}

fn upload(terminal: &mut Terminal, bytes: &[u8], nonce: &str) {
    terminal.type_in(&format!("printf '%s%s\\n' {nonce} RDY; base64 -d >/tmp/f.p; printf '%s%s:%s\\n' {nonce} END \"$(sha256sum </tmp/f.p)\"\n"));
    terminal.until(&format!("{nonce}RDY"));
    let text = STANDARD.encode(bytes);
    let mut lines: String =
        text.as_bytes().chunks(1_000).map(|line| format!("{}\n", String::from_utf8_lossy(line))).collect();
    lines.push('\u{4}');
    terminal.type_in(&lines);
    terminal.until(&format!("{nonce}END:"));
    let sum: String = digest(&SHA256, bytes).as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(terminal.until("  -"), format!("{sum}  -"));
    assert_eq!(terminal.run("cat /tmp/f.p >>/tmp/f"), (String::new(), 0));
}

#[test]
fn an_upload_that_waits_for_its_turn_arrives_whole() {
    for system in ["debian", "alpine"] {
        let house = house(system);
        let mut terminal = Terminal::open(&house, VMID).quiet();
        let bytes: Vec<u8> = (0..100_000u32).map(|place| (place.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
        for (round, part) in bytes.chunks(10_240).enumerate() {
            upload(&mut terminal, part, &format!("n{round}x"));
        }
        let sum: String = digest(&SHA256, &bytes).as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(terminal.run("sha256sum /tmp/f; wc -c </tmp/f"), (format!("{sum}  /tmp/f\n100000\n"), 0));
    }
}

#[test]
fn what_is_typed_ahead_of_the_prompt_is_lost_to_bash_and_not_to_ash() {
    let body: String = (0..41).map(|line| format!("{}\n", format!("{line:05}").repeat(100))).collect();
    let text = format!("cat >/tmp/up <<'EOF_9c1'\n{body}EOF_9c1\n");
    let ash = house("alpine");
    let mut terminal = Terminal::open(&ash, VMID).quiet();
    terminal.type_in(&text);
    assert_eq!(terminal.run("wc -c </tmp/up").0, format!("{}\n", body.len()));
    let bash = house("debian");
    let mut terminal = Terminal::open(&bash, VMID).quiet();
    // The mark of the end is among what is lost: whatever comes then is still part of the text.
    for text in [text.as_str(), "printf '%s%s' LO ST\n", "\u{3}", "printf '%s%s' FR EE\n"] {
        terminal.type_in(text);
        terminal.be_heard();
    }
    let seen = terminal.until("FREE");
    assert!(!seen.contains("LOST"), "{seen:?}");
    assert_eq!(terminal.run("ls /tmp/up 2>/dev/null"), (String::new(), 2));
}

#[test]
fn a_program_never_reads_a_longer_line_than_the_terminal_holds() {
    let house = house("debian");
    let mut terminal = Terminal::open(&house, VMID).quiet();
    for (length, kept) in [(4_000, 4_001), (4_095, 4_096), (4_096, 4_096), (8_000, 4_096)] {
        terminal.type_in("printf 'R%s\\n' DY; wc -c\n");
        terminal.until("RDY");
        terminal.type_in(&format!("{}\n\u{4}", "x".repeat(length)));
        assert_eq!(plain(&terminal.until("\r\r\n")).trim(), "", "{length}");
        assert_eq!(plain(&terminal.until("\r\r\n")).trim(), kept.to_string(), "{length}");
    }
}

#[test]
fn output_that_comes_too_fast_is_lost_without_a_word_and_a_little_never_is() {
    let house = house("alpine");
    let mut terminal = Terminal::open(&house, VMID).quiet();
    terminal.run("yes 0123456789abcdef | head -c 400000 >/tmp/big");
    let fetch = |terminal: &mut Terminal, size: usize| {
        terminal.type_in(&format!("printf '%s%s' BEG IN; head -c {size} /tmp/big; printf 'FIN%s' ISH\n"));
        terminal.until("BEGIN");
        plain(terminal.until("FINISH").strip_suffix("FINISH").unwrap()).len()
    };
    for _ in 0..30 {
        assert_eq!(fetch(&mut terminal, 12_288), 12_288);
    }
    let arrived = fetch(&mut terminal, 400_000);
    assert!((200_000..400_000).contains(&arrived), "{arrived}");
    assert_eq!(fetch(&mut terminal, 12_288), 12_288);
}

#[test]
fn every_byte_but_a_newline_passes_unchanged() {
    for system in ["debian", "alpine"] {
        let house = house(system);
        let mut terminal = Terminal::open(&house, VMID).quiet();
        terminal.type_in(
            "printf '%s%s' BEG IN; printf 'a\\tb\\001\\003\\033[31mx\\377\\000\\r\\n\\032\\034z'; printf 'FIN%s' ISH\n",
        );
        terminal.until("BEGIN");
        let mut seen = Vec::new();
        while !seen.ends_with(b"FINISH") {
            if terminal.seen.is_empty() {
                let message = terminal.next().unwrap();
                terminal.seen.extend(message.into_data());
            }
            seen.push(terminal.seen.remove(0));
        }
        assert_eq!(seen, b"a\tb\x01\x03\x1b[31mx\xff\x00\r\r\r\n\x1a\x1czFINISH");
        terminal.type_in("stty -opost; printf 'a\\nb%s\\n' Z; stty opost\n");
        assert!(terminal.until("bZ").ends_with("a\r\nbZ"));
    }
}

#[test]
fn a_job_of_its_own_session_lives_on_when_the_line_is_cut() {
    for system in ["debian", "alpine"] {
        let house = house(system);
        let mut terminal = Terminal::open(&house, VMID).quiet();
        let script = "i=0; while [ $i -lt 60 ]; do i=$((i+1)); echo \"line $i $(date +%s)\"; sleep 0.2; done; exit 3";
        let text = STANDARD.encode(script);
        assert_eq!(terminal.run(&format!("mkdir -p /tmp/j; printf '%s' {text} | base64 -d >/tmp/j/run")).1, 0);
        let job = "setsid sh -c 'echo $$ >/tmp/j/pid; sh /tmp/j/run >/tmp/j/log 2>&1 </dev/null; echo $? >/tmp/j/rc.t; mv /tmp/j/rc.t /tmp/j/rc' >/dev/null 2>&1 </dev/null &";
        assert_eq!(terminal.run(job).1, 0);
        terminal.type_in("yes | head -c 200000\n");
        terminal.be_heard();
        drop(terminal);
        house.handle().advance(Duration::from_secs(5));
        let mut terminal = Terminal::open(&house, VMID).quiet();
        let (part, _) = terminal.run("tail -c +1 /tmp/j/log | head -c 8192 | base64; cat /tmp/j/rc 2>/dev/null");
        let part = String::from_utf8(STANDARD.decode(part.replace('\n', "")).unwrap()).unwrap();
        assert!((20..30).contains(&part.lines().count()), "{part}");
        house.handle().advance(Duration::from_secs(8));
        let (rest, _) = terminal.run(&format!("tail -c +{} /tmp/j/log", part.len() + 1));
        let whole = format!("{part}{rest}");
        assert_eq!(whole.lines().count(), 60, "{whole}");
        assert!(whole.starts_with("line 1 1795176000\n") && whole.ends_with("line 60 1795176011\n"), "{whole}");
        assert_eq!(terminal.run("cat /tmp/j/rc").0, "3\n");
    }
}

#[test]
fn two_visitors_share_one_shell_and_one_may_leave() {
    let house = house("alpine");
    let mut a = Terminal::open(&house, VMID);
    a.until("/ # \u{1b}[6n");
    let mut b = Terminal::open(&house, VMID);
    b.until("\u{1b}[H\u{1b}[J");
    b.type_in("echo fr''om-b\n");
    assert!(a.until("from-b").ends_with("echo fr''om-b\r\r\nfrom-b"));
    b.until("from-b\r\r\n/ # \u{1b}[6n");
    a.until("/ # \u{1b}[6n");
    b.send("1:80:24:");
    assert_eq!(a.until("\u{1b}[J"), "\r/ # \u{1b}[J");
    a.type_in("stty size\n");
    a.until("24 80");
    a.type_in("\u{1c}");
    a.until("[detached]");
    b.type_in("echo st''ill\n");
    b.until("still");
    a.type_in("x");
    assert_eq!(plain(&a.until_the_end()).trim(), "");
    b.type_in("echo and st''ill\n");
    b.until("and still");
}

#[test]
fn a_shell_that_exits_ends_the_session_in_one_of_two_ways() {
    let house = house("debian");
    let mut told = Terminal::open(&house, VMID).quiet();
    told.type_in("exit 7\n");
    let text = told.until("\u{1b}[?25h");
    assert!(text.ends_with(&format!("exit\r\r\n{ENDED}")), "{text:?}");
    // The line is open and dead until something is sent.
    assert_eq!(told.task()["status"], "running");
    told.ping();
    assert_eq!(told.next(), Some(Message::Pong("are you there".into())));
    told.type_in("x");
    assert_eq!(told.until_the_end(), "");
    let task = told.task();
    let exit = task["exitstatus"].as_str().unwrap();
    assert!(exit.starts_with("command '/usr/bin/termproxy 5900 --path /vms/101 --perm VM.Console"), "{exit}");
    assert!(exit.ends_with("-r winch -z lxc-attach --clear-env -n 101' failed: exit code 1"), "{exit}");
    let mut closed = Terminal::open(&house, VMID);
    closed.until("# ");
    closed.type_in("exit\n");
    assert!(!closed.until_the_end().contains("EOF"));
    assert_eq!(closed.log()[1], "error reading from pty: Input/output error (os error 5)");
    let mut fresh = Terminal::open(&house, VMID);
    fresh.until(&format!("root@{}:/# ", name(&house)));
}

#[test]
fn a_stop_or_a_reboot_ends_every_session() {
    let house = house("debian");
    let mut terminal = Terminal::open(&house, VMID).quiet();
    terminal.run("echo gone >/tmp/x; echo kept >/root/x; sleep 1000 &");
    let began = house.begin("POST", &format!("{PATH}/status/reboot"), &[]);
    house.handle().settle();
    terminal.until(ENDED);
    terminal.type_in("echo hello\n");
    assert_eq!(terminal.until_the_end(), "");
    assert_eq!(house.task(&began)["exitstatus"], "OK");
    house.handle().advance(Duration::from_secs(2));
    let mut terminal = Terminal::open(&house, VMID);
    terminal.until(&format!("root@{}:/# ", name(&house)));
    assert_eq!(terminal.run("cat /root/x; ls /tmp; ps | grep -c 'slee[p]'").0, "kept\n0\n");
    house.begin("POST", &format!("{PATH}/status/stop"), &[]);
    house.handle().settle();
    assert!(!terminal.until_the_end().contains("EOF"));
}

#[test]
fn the_console_of_a_stopped_container_opens_and_closes() {
    let house = House::demo();
    let path = format!("/nodes/nas/lxc/{STOPPED}");
    let mut texts = Vec::new();
    for _ in 0..3 {
        let mut terminal = Terminal::at(&house, &house.token(), &path);
        terminal.until("\u{1b}[H\u{1b}[J");
        if texts.is_empty() {
            terminal.until(ENDED);
            terminal.type_in("x");
        }
        texts.push(terminal.until_the_end());
    }
    let line =
        "lxc-attach: 113: ../src/lxc/attach.c: get_attach_context: 406 Connection refused - Failed to get init pid\r\n";
    assert!(texts[1].starts_with(line), "{texts:?}");
    assert_eq!(texts[2], "");
}

#[test]
fn what_is_typed_before_the_shell_is_there_is_echoed_and_lost() {
    let house = House::demo();
    set(&house, STOPPED, "cmode", "shell");
    let path = format!("/nodes/nas/lxc/{STOPPED}");
    house.begin("POST", &format!("{path}/status/start"), &[]);
    let mut terminal = Terminal::at(&house, &house.token(), &path);
    terminal.type_in("echo lo''st\n");
    assert!(terminal.until("\r\n").ends_with("echo lo''st\r\n"));
    house.handle().settle();
    terminal.type_in("echo also lo''st\n");
    assert_eq!(terminal.until("\r\n"), "echo also lo''st\r\n");
    house.handle().advance(Duration::from_secs(1));
    terminal.until(":/# ");
    terminal.type_in("echo fou''nd\n");
    assert!(!terminal.until("found").contains("\nlost"));
}

#[test]
fn a_program_somebody_left_open_answers_no_probe_until_it_is_interrupted() {
    for system in ["debian", "alpine"] {
        let house = house(system);
        let mut terminal = Terminal::open(&house, VMID).quiet();
        terminal.type_in("top\n");
        terminal.until("load average");
        drop(terminal);
        let mut terminal = Terminal::open(&house, VMID);
        terminal.type_in("\nprintf '%s%s\\n' PROBE 1\n");
        terminal.be_heard();
        house.handle().advance(Duration::from_secs(4));
        terminal.until("load average");
        terminal.type_in("\u{3}");
        terminal.type_in("\u{15}printf '%s%s\\n' PROBE 2\n");
        let seen = terminal.until("PROBE2");
        assert!(!seen.contains("PROBE1"), "{seen:?}");
        terminal.type_in("sh -c \"trap '' INT QUIT TERM TSTP; while :; do sleep 1; done\"\n");
        // The program must have set its traps before the signals come.
        terminal.be_heard();
        terminal.type_in("\u{3}\u{4}\u{1a}");
        let upid = terminal.upid.clone();
        house.call("DELETE", &task_path(&upid), &[]);
        assert!(!terminal.until_the_end().contains("PROBE3"));
        let mut terminal = Terminal::open(&house, VMID);
        terminal.type_in("\nprintf '%s%s\\n' PROBE 4\n");
        terminal.be_heard();
        house.handle().advance(Duration::from_secs(4));
        house.begin("POST", &format!("{PATH}/status/reboot"), &[]);
        house.handle().settle();
        assert!(!terminal.until("EOF").contains("PROBE4"));
        house.handle().advance(Duration::from_secs(2));
        assert_eq!(Terminal::open(&house, VMID).run("echo free").0, "free\n");
    }
}

#[test]
fn other_kinds_of_console_ask_who_you_are_or_say_nothing() {
    let house = House::demo();
    set(&house, VMID, "cmode", "tty");
    let mut terminal = Terminal::open(&house, VMID);
    let ask = format!("{} login: ", name(&house));
    assert!(terminal.until(&ask).contains("\r\r\r\nDebian GNU/Linux 13 "));
    terminal.type_in("\r");
    assert_eq!(terminal.until(&ask), format!("\r\r\r\n{ask}"));
    terminal.type_in("root\n");
    assert_eq!(terminal.until("Password: "), "root\r\r\r\nPassword: ");
    terminal.type_in("wrongpw\n");
    assert_eq!(terminal.until("\r\r\n"), "\r\r\n");
    house.handle().advance(Duration::from_secs(4));
    assert_eq!(terminal.until(&ask), format!("\r\r\nLogin incorrect\r\r\n{ask}"));
    let house = House::demo();
    set(&house, VMID, "cmode", "console");
    let mut terminal = Terminal::open(&house, VMID);
    terminal.until("\u{1b}[H\u{1b}[J");
    terminal.type_in("echo no''body\n");
    terminal.until("echo no''body\r\n");
    terminal.ping();
    assert_eq!(terminal.next(), Some(Message::Pong("are you there".into())));
}

#[test]
fn a_password_given_at_the_creation_opens_the_login_and_shows_nowhere() {
    let house = House::demo();
    let template = house.simulator().ready().template.clone();
    let word = "Tr0ub4dor-and-3";
    let form = [("vmid", "950"), ("ostemplate", template.as_str()), ("storage", "local-lvm"), ("password", word)];
    let upid = house.begin("POST", "/nodes/pve1/lxc", &form);
    house.handle().settle();
    assert!(!house.log(&upid).concat().contains(word));
    assert!(!house.get("/nodes/pve1/lxc/950/config").to_string().contains(word));
    house.done("POST", "/nodes/pve1/lxc/950/status/start", &[]);
    house.handle().advance(Duration::from_secs(2));
    let mut terminal = Terminal::open(&house, 950);
    terminal.until(" login: ");
    for wrong in ["Tr0ub4dor-and-4", ""] {
        terminal.type_in("root\n");
        terminal.until("Password: ");
        terminal.type_in(&format!("{wrong}\n"));
        terminal.be_heard();
        house.handle().advance(Duration::from_secs(4));
        terminal.until("Login incorrect");
        terminal.until(" login: ");
    }
    terminal.type_in("root\n");
    terminal.until("Password: ");
    terminal.type_in(&format!("{word}\n"));
    terminal.until("# ");
    assert_eq!(terminal.run("id -u; pwd").0, "0\n/root\n");
}

#[test]
fn the_shell_of_a_node_is_for_root_himself_and_others_log_in() {
    let house = House::demo();
    let ready = house.simulator().ready();
    let root = house.ticket(&ready.user, &ready.password);
    let mut terminal = Terminal::at(&house, &root, "/nodes/pve1");
    terminal.until("root@pve1:");
    assert!(terminal.upid.contains(":vncshell::root@pam:"), "{}", terminal.upid);
    assert_eq!(terminal.run("hostname").0, "pve1\n");
    let mut terminal = Terminal::at(&house, &house.token(), "/nodes/pve1");
    terminal.until("pve1 login: ");
    let auditor = house.ticket("auditor@pve", "auditor-only-looks");
    let reply = house.knock(&auditor, "POST", "/nodes/pve1/termproxy", &[]);
    assert_eq!(reply.line(), (403, "Permission check failed (/nodes/pve1, Sys.Console)"));
    let reply = house.knock(&auditor, "POST", &format!("{PATH}/termproxy"), &[]);
    assert_eq!(reply.line(), (403, "Permission check failed (/vms/101, VM.Console)"));
    let reply = house.call("POST", "/nodes/pve1/termproxy", &[("cmd", "upgrade")]);
    assert_eq!(reply.line(), (403, "Permission check failed (user != root@pam)"));
    assert_eq!(house.call("POST", "/nodes/pve1/lxc/777/termproxy", &[]).status, 500);
}

fn refused(house: &House, path: &str, door: &serde_json::Value) -> u16 {
    match come(house, &house.token(), path, door) {
        Err(Error::Http(response)) => response.status().as_u16(),
        Ok(_) => 101,
        Err(why) => panic!("{why}"),
    }
}

#[test]
fn a_ticket_is_for_one_guest_one_user_and_forty_seconds() {
    let house = house("debian");
    let ours = door(&house, &house.token(), PATH);
    assert_eq!((&ours["port"], &ours["user"]), (&json!("5900"), &json!("proximity@pve!deck")));
    assert_eq!(refused(&house, "/nodes/pve1/lxc/102", &ours), 401);
    let ready = house.simulator().ready();
    let root = house.ticket(&ready.user, &ready.password);
    let foreign = door(&house, &root, PATH);
    assert_eq!(foreign["port"], "5901");
    assert_eq!(refused(&house, PATH, &foreign), 401);
    let mut forged = ours.clone();
    forged["ticket"] = json!("PVEVNC:00000000::AAAA");
    assert_eq!(refused(&house, PATH, &forged), 401);
    // The handshake is that of the standard, and the wrong greeting ends it.
    let (mut terminal, response) = come(&house, &house.token(), PATH, &ours).unwrap();
    assert_eq!(response.headers()["sec-websocket-protocol"], "binary");
    terminal.send("proximity@pve!deck:PVEVNC:00000000::AAAA\n");
    assert_eq!(terminal.until_the_end(), "");
    assert!(terminal.task()["exitstatus"].as_str().unwrap().ends_with("failed: exit code 1"));
    // Nobody came through the other door in time.
    let upid = foreign["upid"].as_str().unwrap();
    assert_eq!(house.task(upid)["status"], "running");
    house.handle().advance(Duration::from_secs(11));
    assert!(house.task(upid)["exitstatus"].as_str().unwrap().ends_with("failed: exit code 1"));
    house.handle().advance(Duration::from_secs(41));
    assert_eq!(refused(&house, PATH, &ours), 401);
}

#[test]
fn a_message_that_is_too_long_is_dropped_and_the_line_goes_on() {
    let house = house("debian");
    let mut terminal = Terminal::open(&house, VMID).quiet();
    terminal.type_in(&"x".repeat(140_000));
    assert_eq!(terminal.run("echo he''re").0, "here\n");
    terminal.be_heard();
    terminal.send("2");
    assert_eq!(terminal.run("echo st''ill").0, "still\n");
    terminal.send("9:nonsense");
    assert!(!terminal.until_the_end().contains("nonsense"));
}

#[test]
fn the_other_door_answers_as_recorded() {
    let house = house("debian");
    let data = house.call("POST", &format!("{PATH}/vncproxy"), &[("websocket", "1")]).json()["data"].take();
    let mut keys: Vec<_> = data.as_object().unwrap().keys().map(String::as_str).collect();
    keys.sort_unstable();
    assert_eq!(keys, ["cert", "password", "port", "ticket", "upid", "user"]);
    let password = data["password"].as_str().unwrap();
    assert!(password.len() == 8 && data["ticket"].as_str().unwrap().starts_with(&format!("{password}:PVEVNC:")));
    assert!(data["cert"].as_str().unwrap().starts_with("-----BEGIN CERTIFICATE-----\n"));
    assert_eq!(house.call("POST", &format!("{PATH}/vncproxy"), &[("width", "5")]).status, 400);
}

/// Every house waits until all tasks of its simulator have ended, so this one would never end if a console held it up.
#[test]
fn the_end_of_the_simulator_ends_every_console() {
    let mut house = house("debian");
    let mut terminal = Terminal::open(&house, VMID).quiet();
    terminal.run("sleep 1000 &");
    let mut socket = terminal.into_socket();
    let simulator = house.simulator.take().unwrap();
    house.runtime.block_on(async {
        simulator.shutdown().await;
        while let Some(Ok(_)) = socket.next().await {}
    });
}
