//! Scripts in real shells: what they write and how they end arrives as it was, whatever happens on the way.

use std::time::Duration;

use proximity::{
    domain::ids::{GuestKey, HostId, NodeName, Vmid},
    exec::{self, Complaints, Entrance, ExecError, Ground, JobId, Link, Patience, Script, Written},
};
use tokio_util::sync::CancellationToken;

use super::lab::{Foreign, Lab, NODE, Person, Shell, VMID};

/// Far longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(60);

pub fn ground(lab: &Lab) -> Ground {
    Ground { folder: lab.root().join("proximity").display().to_string(), mark: lab.boot_mark() }
}

pub async fn try_link(lab: &Lab, patience: Patience) -> Result<Link, ExecError> {
    let key = GuestKey { host: HostId::new("lab"), vmid: Vmid(VMID) };
    let entrance = Entrance::Console { client: lab.client(), key, node: NodeName::new(NODE) };
    let mut link = Link::new("lab/101", ground(lab), vec![entrance], patience);
    link.open().await.map(|()| link)
}

pub async fn link(lab: &Lab) -> Link {
    try_link(lab, Patience::default()).await.unwrap()
}

#[derive(Debug, PartialEq, Eq)]
pub struct Told {
    pub out: Vec<u8>,
    pub err: Vec<u8>,
    pub end: Result<i32, ExecError>,
}

pub async fn run(link: &mut Link, script: &Script) -> Told {
    let id = JobId::fresh();
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let write = async |written: Written| match written {
        Written::Out(bytes) => out.extend(bytes),
        Written::Err(bytes) => err.extend(bytes),
    };
    let cancel = CancellationToken::new();
    let running = exec::run(link, &id, Some(script), write, &cancel);
    let end = tokio::time::timeout(PATIENCE, running).await.expect("it ends");
    exec::forget(link, &id).await.unwrap();
    Told { out, err, end }
}

fn told(out: &str, err: &str, code: i32) -> Told {
    Told { out: out.into(), err: err.into(), end: Ok(code) }
}

#[tokio::test]
async fn a_script_brings_its_output_its_complaints_and_its_code() {
    for shell in Shell::ALL {
        let Some(lab) = Lab::start(shell).await else { return };
        let mut link = link(&lab).await;
        let script = Script::new("echo one; echo two >&2; exit 3");
        assert_eq!(run(&mut link, &script).await, told("one\n", "two\n", 3), "{shell:?}");
        assert_eq!(run(&mut link, &Script::command(&["true"])).await, told("", "", 0), "{shell:?}");
        let within = Script { complaints: Complaints::Within, ..Script::new("echo a; echo b >&2; echo c") };
        assert_eq!(run(&mut link, &within).await, told("a\nb\nc\n", "", 0), "{shell:?}");
        assert_eq!(run(&mut link, &Script::new("umask; cat")).await, told("0022\n", "", 0), "{shell:?}");
        // Some shells say of a program that it was killed.
        assert_eq!(run(&mut link, &Script::new("kill -9 $$")).await.end, Ok(137), "{shell:?}");
        link.leave().await;
        assert_eq!(link.breaks, 0, "{shell:?}");
        assert_eq!(lab.complaints(), Vec::<String>::new());
    }
}

/// All bytes there are, in every neighbourhood.
pub fn binary(size: usize) -> Vec<u8> {
    (0..size).map(|place| (place.wrapping_mul(2_654_435_761) >> 13) as u8).collect()
}

#[tokio::test]
async fn binary_output_and_much_of_it_arrives_whole() {
    for shell in Shell::ALL {
        let Some(lab) = Lab::start(shell).await else { return };
        let bytes = binary(300_001);
        std::fs::write(lab.root().join("bytes"), &bytes).unwrap();
        let mut link = link(&lab).await;
        let script = Script::command(&["cat", &lab.root().join("bytes").display().to_string()]);
        let told = run(&mut link, &script).await;
        assert_eq!((told.out == bytes, told.end, lab.losses()), (true, Ok(0), 0), "{shell:?}");
    }
}

/// Waits until the script has left its trace.
async fn until_runs(lab: &Lab, marker: &str) {
    let began = std::time::Instant::now();
    while lab.runs(marker) == 0 {
        assert!(began.elapsed() < PATIENCE);
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// It writes 60 numbers, a while apart, and leaves one trace.
fn slow(lab: &Lab) -> Script {
    let trace = lab.trace("slow");
    Script::new(format!("{trace}; i=0; while [ $i -lt 60 ]; do echo $i; i=$((i+1)); sleep 0.05; done; exit 5"))
}

fn numbers() -> Vec<u8> {
    (0..60).map(|number| format!("{number}\n")).collect::<String>().into()
}

#[tokio::test]
async fn a_job_outlives_three_reconnects_and_loses_nothing() {
    for shell in Shell::ALL {
        let Some(lab) = Lab::start(shell).await else { return };
        let (mut link, script) = (link(&lab).await, slow(&lab));
        let trouble = async {
            until_runs(&lab, "slow").await;
            lab.cut();
            tokio::time::sleep(Duration::from_millis(400)).await;
            lab.cut_after(300);
            tokio::time::sleep(Duration::from_millis(800)).await;
            lab.cut();
        };
        let (told, ()) = tokio::join!(run(&mut link, &script), trouble);
        assert_eq!(told, Told { out: numbers(), err: Vec::new(), end: Ok(5) }, "{shell:?}");
        assert_eq!(lab.runs("slow"), 1, "{shell:?}");
        assert!(link.breaks >= 3, "{shell:?}: {}", link.breaks);
    }
}

#[tokio::test]
async fn a_console_that_dies_silently_costs_only_time() {
    let Some(lab) = Lab::start(Shell::Bash).await else { return };
    let (mut link, script) = (link(&lab).await, slow(&lab));
    let trouble = async {
        until_runs(&lab, "slow").await;
        lab.go_silent();
    };
    let (told, ()) = tokio::join!(run(&mut link, &script), trouble);
    assert_eq!(told, Told { out: numbers(), err: Vec::new(), end: Ok(5) });
    assert_eq!(lab.runs("slow"), 1);
}

#[tokio::test]
async fn a_guest_that_is_started_anew_says_so_and_runs_nothing_twice() {
    for shell in [Shell::Bash, Shell::Ash] {
        let Some(lab) = Lab::start(shell).await else { return };
        let (mut link, script) = (link(&lab).await, slow(&lab));
        let trouble = async {
            until_runs(&lab, "slow").await;
            lab.reboot().await;
        };
        let (told, ()) = tokio::join!(run(&mut link, &script), trouble);
        assert_eq!(told.end, Err(ExecError::Restarted { guest: "lab/101".into() }), "{shell:?}");
        assert!(numbers().starts_with(&told.out), "{shell:?}");
        assert_eq!(lab.runs("slow"), 1, "{shell:?}");
        // The same guest is as good as before.
        assert_eq!(run(&mut link, &Script::new("echo up")).await, self::told("up\n", "", 0), "{shell:?}");
    }
}

#[tokio::test]
async fn a_foreign_program_is_interrupted_once_and_one_that_does_not_heed_is_told() {
    for shell in Shell::ALL {
        let Some(lab) = Lab::start(shell).await else { return };
        assert!(lab.foreign(Foreign::Heeds).await);
        let mut link = link(&lab).await;
        assert_eq!(run(&mut link, &Script::new("echo in")).await, told("in\n", "", 0), "{shell:?}");
    }
    let Some(lab) = Lab::start(Shell::Bash).await else { return };
    assert!(lab.foreign(Foreign::Ignores).await);
    let error = try_link(&lab, Patience::default()).await.err().unwrap();
    assert_eq!(error, ExecError::Held { guest: "lab/101".into() });
}

#[tokio::test]
async fn a_guest_that_is_off_is_told_at_once() {
    let Some(lab) = Lab::start(Shell::Bash).await else { return };
    lab.stop().await;
    let error = try_link(&lab, Patience::default()).await.err().unwrap();
    assert_eq!(error, ExecError::Stopped { guest: "lab/101".into() });
}

#[tokio::test]
async fn two_at_one_console_do_not_hurt_each_other() {
    for shell in [Shell::Bash, Shell::Ash] {
        let Some(lab) = Lab::start(shell).await else { return };
        let (mut one, mut two) = tokio::join!(link(&lab), link(&lab));
        let script = |name: &str| {
            Script::new(format!("i=0; while [ $i -lt 10 ]; do echo {name}$i; i=$((i+1)); sleep 0.05; done"))
        };
        let (first, second) = (script("a"), script("b"));
        let (first, second) = tokio::join!(run(&mut one, &first), run(&mut two, &second));
        let lines = |name: &str| (0..10).map(|number| format!("{name}{number}\n")).collect::<String>();
        assert_eq!(first, told(&lines("a"), "", 0), "{shell:?}");
        assert_eq!(second, told(&lines("b"), "", 0), "{shell:?}");
    }
}

#[tokio::test]
async fn the_terminal_is_given_back_as_it_was_found() {
    for shell in Shell::ALL {
        let Some(lab) = Lab::start(shell).await else { return };
        let mut link = link(&lab).await;
        run(&mut link, &Script::new("true")).await;
        link.leave().await;
        let mut person = Person::at(&lab).await;
        person.types(b"echo $((6*7)) `stty -a | tr ' ;' '\n\n' | grep -x -- '-*echo'`\n").await;
        let shown = String::from_utf8(person.until(b"42 echo").await).unwrap();
        assert!(shown.contains("echo $((6*7))"), "{shell:?}: what is typed is seen: {shown:?}");
    }
}

#[tokio::test]
async fn a_job_that_is_cancelled_ends_with_all_it_started() {
    let Some(lab) = Lab::start(Shell::Bash).await else { return };
    let mut link = link(&lab).await;
    let before = lab.processes();
    let script = Script::new(format!("{}; sleep 1000 & sleep 1000", lab.trace("long")));
    let (id, cancel) = (JobId::fresh(), CancellationToken::new());
    let stop = async {
        until_runs(&lab, "long").await;
        cancel.cancel();
    };
    let (end, ()) = tokio::join!(exec::run(&mut link, &id, Some(&script), async |_| {}, &cancel), stop);
    assert_eq!(end, Ok(143));
    exec::forget(&mut link, &id).await.unwrap();
    lab.is_down_to(before).await;
}

#[tokio::test]
async fn a_long_script_arrives_whole_and_one_of_another_language_is_run_by_its_own() {
    for shell in Shell::ALL {
        let Some(lab) = Lab::start(shell).await else { return };
        let mut link = link(&lab).await;
        let long = format!("x=1 # {}\necho $x it\\'s\n", "y".repeat(120_000));
        assert_eq!(run(&mut link, &Script::new(long)).await, told("1 it's\n", "", 0), "{shell:?}");
        let itself = "#!/bin/cat\n$HOME\n";
        assert_eq!(run(&mut link, &Script::new(itself)).await, told(itself, "", 0), "{shell:?}");
    }
}

#[tokio::test]
async fn what_nobody_asked_for_any_more_is_cleared_away_and_what_runs_is_not() {
    let Some(lab) = Lab::start(Shell::Ash).await else { return };
    let jobs = lab.root().join("proximity/jobs");
    let long_ago = std::time::SystemTime::now() - Duration::from_secs(9 * 86_400);
    for (name, file, leads_to) in [("old", "rc", "0"), ("runs", "pid", &*std::process::id().to_string())] {
        std::fs::create_dir_all(jobs.join(name)).unwrap();
        std::os::unix::fs::symlink(leads_to, jobs.join(name).join(file)).unwrap();
        std::fs::File::open(jobs.join(name)).unwrap().set_modified(long_ago).unwrap();
    }
    run(&mut link(&lab).await, &Script::new("true")).await;
    assert!(!jobs.join("old").exists() && jobs.join("runs").exists());
}

#[tokio::test]
async fn a_job_that_was_forgotten_is_not_run_again_and_one_that_never_was_is_told() {
    let Some(lab) = Lab::start(Shell::Bash).await else { return };
    let (mut link, script) = (link(&lab).await, Script::new(lab.trace("once")));
    let (id, cancel) = (JobId::fresh(), CancellationToken::new());
    let no_job = || Err(ExecError::NoJob { guest: "lab/101".into(), job: id.as_str().into() });
    assert_eq!(exec::run(&mut link, &id, None, async |_| {}, &cancel).await, no_job());
    assert_eq!(exec::run(&mut link, &id, Some(&script), async |_| {}, &cancel).await, Ok(0));
    exec::forget(&mut link, &id).await.unwrap();
    assert_eq!(exec::run(&mut link, &id, None, async |_| {}, &cancel).await, no_job());
    // A late copy of the first word.
    drop(exec::run(&mut link, &id, Some(&script), async |_| {}, &cancel).await);
    assert_eq!(lab.runs("once"), 1);
}

#[tokio::test]
async fn a_job_is_not_stopped_by_a_number_that_another_program_has_by_now() {
    let Some(lab) = Lab::start(Shell::Bash).await else { return };
    let mut link = link(&lab).await;
    let mut bystander = std::process::Command::new("setsid").args(["sleep", "1000"]).spawn().unwrap();
    let id = JobId::fresh();
    let job = lab.root().join("proximity/jobs").join(id.as_str());
    std::fs::create_dir_all(&job).unwrap();
    std::os::unix::fs::symlink(bystander.id().to_string(), job.join("pid")).unwrap();
    for (file, text) in [("boot", "another run of the guest"), ("run", ""), ("out", ""), ("err", "")] {
        std::fs::write(job.join(file), text).unwrap();
    }
    let cancel = CancellationToken::new();
    cancel.cancel();
    let end = exec::run(&mut link, &id, None, async |_| {}, &cancel).await;
    assert_eq!(end, Err(ExecError::Restarted { guest: "lab/101".into() }));
    assert_eq!(bystander.try_wait().unwrap(), None, "it goes on");
    bystander.kill().unwrap();
    bystander.wait().unwrap();
}

#[tokio::test]
async fn signals_find_a_script_as_they_should() {
    let Some(lab) = Lab::start(Shell::Bash).await else { return };
    let script = Script::new("trap 'echo heard' INT; kill -INT $$; echo on");
    assert_eq!(run(&mut link(&lab).await, &script).await, told("heard\non\n", "", 0));
}
