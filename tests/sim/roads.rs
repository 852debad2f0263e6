//! What goes wrong on the roads into guests: lines that die, are cut or lose more than usual, programs that hold a
//! terminal, guests that reboot under it.

use std::sync::Arc;

use proximity::sim::{Fault, FaultId, Heeds, Options, Pace, Seed, Ssh, SshDoors, read_faults};
use russh::{client, keys::PublicKeyOrCertificate};

use super::{
    house::{House, task_path},
    terminal::{Terminal, come, door, set},
};

const VMID: u32 = 101;
const PATH: &str = "/nodes/pve1/lxc/101";

fn house() -> House {
    let house = House::demo();
    set(&house, VMID, "cmode", "shell");
    house
}

/// Hits the first line it can.
fn throw(house: &House, fault: Fault) -> FaultId {
    let mut trouble = fault.on_guest(VMID);
    trouble.when.times = Some(1);
    house.handle().throw(trouble)
}

fn wait_for_hit(house: &House, fault: FaultId) {
    while !house.handle().with(|datacenter| datacenter.faults.is_used_up(fault)) {
        std::thread::yield_now();
    }
}

#[test]
fn a_dead_line_stays_open_and_nothing_passes_it_in_either_direction() {
    let house = house();
    let mut terminal = Terminal::open(&house, VMID).quiet();
    terminal.be_heard();
    terminal.seen.clear();
    let fault = throw(&house, Fault::ConsoleDies { bytes: 0 });
    terminal.type_in("echo never >/tmp/x\n");
    wait_for_hit(&house, fault);
    let mut second = Terminal::open(&house, VMID);
    assert_eq!(second.run("ls /tmp/x; echo fur''ther").0.lines().last(), Some("further"));
    assert_eq!(second.run("ls /tmp/x").1, 2);
    // Whatever was sent is seen once the line is closed; the task ends it.
    house.call("DELETE", &task_path(&terminal.upid), &[]);
    assert_eq!(terminal.until_the_end(), "");
}

#[test]
fn a_line_dies_or_is_cut_after_so_many_bytes() {
    for fault in [Fault::ConsoleCut { bytes: 500 }, Fault::ConsoleDies { bytes: 500 }] {
        let house = house();
        let mut terminal = Terminal::open(&house, VMID);
        let id = throw(&house, fault.clone());
        terminal.type_in("yes | head -c 2000\n");
        wait_for_hit(&house, id);
        let mut second = Terminal::open(&house, VMID).quiet();
        assert!(second.run("yes | head -c 2000").0.len() == 2_000);
        if matches!(fault, Fault::ConsoleDies { .. }) {
            house.call("DELETE", &task_path(&terminal.upid), &[]);
        }
        // `OK` was seen before.
        assert_eq!(terminal.until_the_end().len() + 2, 500, "{fault:?}");
    }
}

#[test]
fn a_line_that_loses_loses_little_outputs_too() {
    let house = house();
    let mut terminal = Terminal::open(&house, VMID).quiet();
    let mut fetch = |_: usize| {
        terminal.type_in("printf '%s%s' BEG IN; yes | head -c 9000\n");
        terminal.be_heard();
        terminal.type_in("\n");
        terminal.be_heard();
        std::mem::take(&mut terminal.seen).len()
    };
    let whole = fetch(0);
    let fault = house.handle().throw(Fault::ConsoleLoses { percent: 50 }.on_guest(VMID));
    let lost = fetch(1);
    assert!(whole > 9_000 && lost < whole - 2_000, "{lost} of {whole}");
    house.handle().mend(fault);
    assert!(fetch(2) + 100 > whole);
}

#[test]
fn tokens_are_thrown_out_before_ok_and_tickets_are_not() {
    let house = house();
    house.handle().throw(Fault::ConsoleRefused);
    let login = house.simulator().ready().clone();
    let ticket = house.ticket(&login.user, &login.password);
    for (login, wanted) in [(house.token(), ""), (ticket, "OK")] {
        let door = door(&house, &login, PATH);
        let (mut terminal, _) = come(&house, &login, PATH, &door).unwrap();
        terminal.send(format!("{}:{}\n", door["user"].as_str().unwrap(), door["ticket"].as_str().unwrap()));
        match wanted {
            "" => assert_eq!(terminal.until_the_end(), ""),
            wanted => drop(terminal.until(wanted)),
        }
    }
}

#[test]
fn ok_may_never_come() {
    let house = house();
    throw(&house, Fault::ConsoleMute);
    let door = door(&house, &house.token(), PATH);
    let (mut terminal, _) = come(&house, &house.token(), PATH, &door).unwrap();
    terminal.send(format!("{}:{}\n", door["user"].as_str().unwrap(), door["ticket"].as_str().unwrap()));
    Terminal::open(&house, VMID).run("true");
    house.call("DELETE", &task_path(&terminal.upid), &[]);
    assert_eq!(terminal.until_the_end(), "");
}

#[test]
fn a_foreign_program_heeds_an_interrupt_or_only_a_reboot() {
    let house = house();
    house.handle().throw(Fault::ForeignProgram { vmid: VMID, heeds: Heeds::Interrupts });
    let mut terminal = Terminal::open(&house, VMID);
    terminal.until("load average");
    terminal.type_in("\u{3}");
    terminal.until("# ");
    terminal.type_in("echo free''d\n");
    terminal.until("freed");

    house.handle().throw(Fault::ForeignProgram { vmid: VMID, heeds: Heeds::Nothing });
    terminal.be_heard();
    terminal.seen.clear();
    terminal.type_in("\u{3}\necho hea''rd\n");
    terminal.be_heard();
    assert!(!String::from_utf8_lossy(&terminal.seen).contains("heard"));
    house.handle().throw(Fault::Reboots(VMID));
    terminal.until("[EOF - dtach terminating]");
    house.handle().advance(std::time::Duration::from_secs(2));
    let mut terminal = Terminal::open(&house, VMID);
    terminal.until("# ");
    assert_eq!(terminal.run("echo fresh; ps | grep -c 'slee[p]'").0, "fresh\n0\n");
}

#[test]
fn a_background_job_goes_on_unseen_and_does_not_outlive_the_guests_run() {
    let house = house();
    let mut terminal = Terminal::open(&house, VMID).quiet();
    let stat =
        |terminal: &mut Terminal| terminal.run("cut -d' ' -f22 /proc/1/stat; cat /proc/sys/kernel/random/boot_id").0;
    let before = stat(&mut terminal);
    let job = "setsid sh -c 'while :; do sleep 1; echo x >>/root/beats; done' >/dev/null 2>&1 </dev/null & echo $!";
    assert_eq!(terminal.run(job).1, 0);
    drop(terminal);
    house.handle().advance(std::time::Duration::from_secs(10));
    let mut terminal = Terminal::open(&house, VMID);
    assert_eq!(terminal.run("wc -l </root/beats").0, "10\n");
    house.handle().throw(Fault::Reboots(VMID));
    house.handle().advance(std::time::Duration::from_secs(20));
    let mut terminal = Terminal::open(&house, VMID).quiet();
    assert_eq!(terminal.run("wc -l </root/beats; ps | grep -c 'slee[p]'").0, "10\n0\n");
    let after = stat(&mut terminal);
    let (before, after): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
    assert!(before[0] != after[0] && before[1] == after[1], "{before:?} {after:?}");
}

#[test]
fn a_script_may_name_all_of_them() {
    let text = r#"
        [[fault]]
        what = "ssh-refused"
        node = "pve1"
        [[fault]]
        what = "ssh-cut"
        bytes = 100
        vmid = 101
        times = 2
        [[fault]]
        what = "changed-host-key"
        vmid = 101
        [[fault]]
        what = "console-dies"
        bytes = 4000
        vmid = 101
        [[fault]]
        what = "console-loses"
        percent = 20
        [[fault]]
        what = "foreign-program"
        vmid = 101
        heeds = "nothing"
        [[fault]]
        what = "guest-reboots"
        vmid = 101
        after = "30s"
    "#;
    let read = read_faults(text).unwrap();
    assert_eq!(read[0], Fault::SshRefused.on_node("pve1"));
    assert_eq!(read[1], {
        let mut it = Fault::SshCut { bytes: 100 }.on_guest(101);
        it.when.times = Some(2);
        it
    });
    assert_eq!(read[2], Fault::HostKey.on_guest(101));
    assert_eq!(read[3], Fault::ConsoleDies { bytes: 4_000 }.on_guest(101));
    assert_eq!(read[4], Fault::ConsoleLoses { percent: 20 }.into());
    assert_eq!(read[5], Fault::ForeignProgram { vmid: 101, heeds: Heeds::Nothing }.into());
    assert_eq!(read[6].fault, Fault::Reboots(101));
    let wrong = read_faults("[[fault]]\nwhat = \"ssh-refused\"\nbytes = 3\n").unwrap_err();
    assert_eq!((wrong.line, wrong.reason.as_str()), (3, "\"bytes\" means nothing for \"ssh-refused\""));
    let wrong = read_faults("[[fault]]\nwhat = \"foreign-program\"\nvmid = 101\nheeds = \"me\"\n").unwrap_err();
    assert_eq!(wrong.remedy, "write \"interrupts\" or \"nothing\"");
}

struct Trusting;

impl client::Handler for Trusting {
    type Error = russh::Error;

    async fn check_server_key(&mut self, _: &PublicKeyOrCertificate) -> Result<bool, Self::Error> {
        Ok(true)
    }
}

#[test]
fn roots_password_opens_a_node_and_no_other_password_does() {
    let ssh = Ssh::Answers(SshDoors::default());
    let house = House::of(Options { ssh, ..Options::local(Seed::demo(), Pace::stepped()) });
    let (at, password) = (house.simulator().ssh_of("pve1").unwrap(), house.simulator().ready().password.clone());
    let tries = async |user: &str, password: &str| {
        let mut session = client::connect(Arc::new(client::Config::default()), at, Trusting).await.unwrap();
        session.authenticate_password(user, password).await.unwrap().success()
    };
    house.runtime.block_on(async {
        assert!(tries("root", &password).await);
        assert!(!tries("root", "open sesame").await);
        assert!(!tries("admin", &password).await);
    });
}
