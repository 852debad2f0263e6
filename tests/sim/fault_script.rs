//! Scripts of faults: every fault can be written, and what makes no sense is told with its line and the nearest word.

use std::time::Duration;

use proximity::sim::{Damage, Deed, Fault, Options, Pace, Seed, Shown, SimError, Simulator, read_faults};

use super::house::House;

const ALL: &str = r#"
# A bad night.
[[fault]]
what = "task-fails"
task = "vzdump"
percent = 60
text = "broken pipe"
times = 2

[[fault]]
what = "cut"
call = "GET /cluster/*"
after = "30s"
for = "500ms"

[[fault]]
what = "times-out"
carried-out = false
vmid = 101

[[fault]]
what = "slow"
by = "2s"
node = "pve2"

[[fault]]
what = "dead-node"
node = "pve2"
after = "1h"

[[fault]]
what = "clock-skew"
by = "-10m"

[[fault]]
what = "changed-certificate"
authority = "foreign"

[[fault]]
what = "damaged-archive"
how = "garbage"

[[fault]]
what = "locked-guest"
vmid = 104

[[fault]]
what = "full-storage"
storage = "backup"
"#;

#[test]
fn a_script_says_what_to_whom_and_when() {
    let read = read_faults(ALL).unwrap();
    let expected = [
        Fault::TaskFails { percent: 60, text: "broken pipe".into() }.on_tasks("vzdump").times(2),
        Fault::Cut.on_calls("GET /cluster/*").after(Duration::from_secs(30)).lasting(Duration::from_millis(500)),
        Fault::TimesOut(Deed::NotDone).on_guest(101),
        Fault::Slow(Duration::from_secs(2)).on_node("pve2"),
        Fault::DeadNode("pve2".into()).after(Duration::from_secs(3_600)),
        Fault::ClockSkew(-600).into(),
        Fault::Certificate(Shown::Foreign).into(),
        Fault::DamagedArchive { vmid: None, damage: Damage::Garbage }.into(),
        Fault::LockedGuest { vmid: 104, lock: "backup".into() }.into(),
        Fault::FullStorage("backup".into()).into(),
    ];
    assert_eq!(read, expected);
}

#[test]
fn every_fault_that_needs_nothing_can_be_written_by_its_name_alone() {
    for what in [
        "cut",
        "lost-answer",
        "unreachable",
        "times-out",
        "hang",
        "rubbish",
        "mute",
        "changed-certificate",
        "task-fails",
        "no-quorum",
        "damaged-archive",
        "expired-tickets",
        "refused-log-ins",
    ] {
        let read = read_faults(&format!("[[fault]]\nwhat = \"{what}\"\n"));
        assert_eq!(read.map(|read| read.len()), Ok(1), "{what}");
    }
}

#[test]
fn what_makes_no_sense_is_told_with_its_line_and_a_better_word() {
    let cases = [
        ("[[fault]]\nwhat = \"cut\"\naftr = \"3s\"\n", 3, "there is no key \"aftr\"", "\"after\""),
        ("[[fault]]\nwhat = \"ful-storage\"\n", 2, "there is no fault \"ful-storage\"", "\"full-storage\""),
        ("\n[[fault]]\nwhat = \"cut\"\npercent = 3\n", 4, "\"percent\" means nothing for \"cut\"", "take it out"),
        ("[[fault]]\nwhat = \"dead-node\"\n", 1, "\"dead-node\" needs \"node\"", "add node"),
        ("[[fault]]\nafter = \"3s\"\n", 1, "does not say what goes wrong", "task-fails"),
        ("[[fault]]\nwhat = \"slow\"\nby = \"fast\"\n", 3, "\"fast\" is no span of time", "30s"),
        ("[[fault]]\nwhat = \"task-fails\"\npercent = 101\n", 3, "no number from 0 to 100", "percent"),
        ("[[fault]]\nwhat = \"times-out\"\ncarried-out = 1\n", 3, "neither true nor false", "true"),
        ("[[fault]]\nwhat = \"damaged-archive\"\nhow = \"burnt\"\n", 3, "never \"burnt\"", "truncated"),
        ("[[faults]]\nwhat = \"cut\"\n", 1, "there is no \"faults\"", "[[fault]]"),
        ("[fault]\nwhat = \"cut\"\n", 1, "is not a list", "[[fault]]"),
        ("[[fault]]\nwhat = cut\n", 2, "", "TOML"),
    ];
    for (text, line, reason, remedy) in cases {
        let error = read_faults(text).unwrap_err();
        assert_eq!(error.line, line, "{text}: {error:?}");
        assert!(error.reason.contains(reason) && error.remedy.contains(remedy), "{text}: {error:?}");
    }
}

#[test]
fn a_script_that_speaks_of_what_is_not_there_begins_nothing() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for (text, why) in [
        ("what = \"dead-node\"\nnode = \"pve9\"", "no node \"pve9\", only pve1, pve2, nas"),
        ("what = \"full-storage\"\nstorage = \"lake\"", "no storage \"lake\""),
        ("what = \"slow\"\nby = \"1s\"\nnode = \"pve9\"", "no node"),
    ] {
        let faults = read_faults(&format!("[[fault]]\n{text}\n")).unwrap();
        let options = Options { faults, ..Options::local(Seed::demo(), Pace::stepped()) };
        let Err(SimError::Fault(told)) = runtime.block_on(Simulator::start(options)) else { panic!("{text}") };
        assert!(told.contains(why), "{told}");
    }
}

#[test]
fn what_a_script_says_happens() {
    let faults = read_faults("[[fault]]\nwhat = \"unreachable\"\ncall = \"GET /version\"\ntimes = 1\n").unwrap();
    let house = House::of(Options { faults, ..Options::local(Seed::demo(), Pace::stepped()) });
    assert_eq!(house.call("GET", "/version", &[]).status, 595);
    assert_eq!(house.call("GET", "/version", &[]).status, 200);
}
