//! Scripts and files over SSH: into a guest, against OpenSSH's own server, and by `pct exec` on the node of the simulated
//! datacenter; and from one road to another in the middle.

use proximity::{
    domain::{
        ids::{GuestKey, HostId, NodeName, Vmid},
        road::Road,
        secret::Secret,
    },
    exec::{self, Entrance, ExecError, Found, Ground, JobId, Link, NewFile, Patience, Script, Written, get, put},
    sim::{Options, Pace, Seed, Simulator, Ssh, SshDoors},
    ssh::{Pins, Proof, Target},
};
use tokio_util::sync::CancellationToken;

use super::{
    lab::{Lab, NODE, Shell, VMID},
    real::{Told, binary, ground, run},
};
use crate::ssh::sshd::sshd;

fn told(out: &str, err: &str, code: i32) -> Told {
    Told { out: out.into(), err: err.into(), end: Ok(code) }
}

fn at_node(target: Target, node: &str, vmid: u32) -> Entrance {
    Entrance::Node { target, node: NodeName::new(node), vmid: Vmid(vmid) }
}

async fn opened(ground: Ground, entrances: Vec<Entrance>) -> Link {
    let mut link = Link::new("lab/101", ground, entrances, Patience::default());
    link.open().await.unwrap();
    link
}

#[tokio::test]
async fn scripts_and_files_go_into_a_guest_by_ssh() {
    let (Some(sshd), folder) = (sshd(), tempfile::tempdir().unwrap()) else { return };
    let ground = Ground { folder: folder.path().join("jobs").display().to_string(), mark: "echo one".into() };
    let mut link = opened(ground, vec![Entrance::Guest(sshd.target())]).await;
    let script = Script::new("echo one; echo two >&2; echo $container; exit 3");
    assert_eq!(run(&mut link, &script).await, told("one\nlxc\n", "two\n", 3));
    let (bytes, path) = (binary(3_000_000), folder.path().join("file").display().to_string());
    let new = NewFile { mode: Some(0o600), ..NewFile::at(&path) };
    assert_eq!(put(&mut link, &*bytes, &new, |_| {}, &CancellationToken::new()).await, Ok(3_000_000));
    let mut back = Vec::new();
    let found = get(&mut link, &path, &mut back, |_, _| {}, &CancellationToken::new()).await.unwrap();
    assert!(back == bytes);
    assert_eq!(found, Found { size: 3_000_000, mode: 0o600 });
    let cat = run(&mut link, &Script::command(&["cat", &path])).await;
    assert!(cat.out == bytes && cat.end == Ok(0));
}

#[tokio::test]
async fn a_changed_key_stops_and_a_first_one_is_told() {
    let Some(sshd) = sshd() else { return };
    let ground = Ground::default();
    let first = Target { keys: Pins::FirstUse, ..sshd.target() };
    let link = opened(ground.clone(), vec![Entrance::Guest(first)]).await;
    assert_eq!((link.met.len(), &link.met[0].key), (1, &sshd.host_key("host")));
    let target = sshd.target();
    sshd.new_key("host", "ed25519", "");
    let mut link = Link::new("lab/101", ground, vec![Entrance::Guest(target)], Patience::default());
    let Err(ExecError::Road(fault)) = link.open().await else { panic!("it stops") };
    assert!(fault.why.contains(&sshd.host_key("host").fingerprint()), "{fault}");
}

#[tokio::test]
async fn two_who_begin_one_job_at_the_same_time_run_it_once() {
    let (Some(sshd), folder) = (sshd(), tempfile::tempdir().unwrap()) else { return };
    let ground = Ground { folder: folder.path().join("jobs").display().to_string(), mark: "echo one".into() };
    let target = || vec![Entrance::Guest(sshd.target())];
    let (mut one, mut two) = (opened(ground.clone(), target()).await, opened(ground, target()).await);
    let (cancel, ran) = (CancellationToken::new(), folder.path().join("ran"));
    for number in 0..20 {
        let id = JobId::fresh();
        let script = Script::new(format!("echo {number} >>{}; exit 3", ran.display()));
        let first = exec::run(&mut one, &id, Some(&script), async |_| {}, &cancel);
        let second = exec::run(&mut two, &id, Some(&script), async |_| {}, &cancel);
        assert_eq!(tokio::join!(first, second), (Ok(3), Ok(3)));
    }
    let wanted: String = (0..20).map(|number| format!("{number}\n")).collect();
    assert_eq!(std::fs::read_to_string(ran).unwrap(), wanted);
}

/// The console goes away for good in the middle of a job; it goes on over SSH, and nothing is lost or run twice.
#[tokio::test]
async fn a_job_goes_on_over_another_road() {
    let (Some(lab), Some(sshd)) = (Lab::start(Shell::Bash).await, sshd()) else { return };
    let key = GuestKey { host: HostId::new("lab"), vmid: Vmid(VMID) };
    let console = Entrance::Console { client: lab.client(), key, node: NodeName::new(NODE) };
    let mut link = opened(ground(&lab), vec![console, Entrance::Guest(sshd.target())]).await;
    assert_eq!(link.road(), Some(Road::Console));
    let trace = lab.trace("once");
    let script =
        Script::new(format!("{trace}; i=0; while [ $i -lt 40 ]; do echo $i; i=$((i+1)); sleep 0.05; done; exit 5"));
    let (id, cancel, mut out) = (JobId::fresh(), CancellationToken::new(), Vec::new());
    let write = async |written| match written {
        Written::Out(bytes) => {
            // What holds the terminal from now on lets nobody in.
            if out.is_empty() {
                lab.cut();
                assert!(lab.foreign(super::lab::Foreign::Ignores).await);
            }
            out.extend(bytes);
        }
        Written::Err(bytes) => panic!("{}", String::from_utf8_lossy(&bytes)),
    };
    assert_eq!(exec::run(&mut link, &id, Some(&script), write, &cancel).await, Ok(5));
    assert_eq!(String::from_utf8(out).unwrap(), (0..40).map(|number| format!("{number}\n")).collect::<String>());
    assert_eq!((lab.runs("once"), link.road()), (1, Some(Road::GuestSsh)));
}

#[tokio::test]
async fn the_node_runs_it_in_the_guest() {
    let ssh = Ssh::Answers(SshDoors::default());
    let simulator = Simulator::start(Options { ssh, ..Options::local(Seed::demo(), Pace::live()) }).await.unwrap();
    let at = simulator.ssh_of("pve1").unwrap();
    let target = Target {
        address: at.ip().to_string(),
        port: at.port(),
        user: "root".into(),
        proofs: vec![Proof::Password(Secret::new(simulator.ready().password.as_str()))],
        keys: Pins::FirstUse,
    };
    let mut link = opened(Ground::default(), vec![at_node(target.clone(), "pve1", 101)]).await;
    let script = Script::new("echo one; echo two >&2; hostname; exit 3");
    assert_eq!(run(&mut link, &script).await, told("one\njellyfin\n", "two\n", 3));
    let bytes = binary(300_000);
    let new = NewFile { mode: Some(0o600), ..NewFile::at("/root/file") };
    assert_eq!(put(&mut link, &*bytes, &new, |_| {}, &CancellationToken::new()).await, Ok(300_000));
    let mut back = Vec::new();
    get(&mut link, "/root/file", &mut back, |_, _| {}, &CancellationToken::new()).await.unwrap();
    assert!(back == bytes);
    let there = Target { address: simulator.ssh_of("nas").unwrap().ip().to_string(), ..target };
    let mut off = Link::new("home/113", Ground::default(), vec![at_node(there, "nas", 113)], Patience::default());
    assert_eq!(off.open().await, Err(ExecError::Stopped { guest: "home/113".into() }));
    simulator.shutdown().await;
}
