//! Scripts in real shells: what they write and how they end arrives as it was, whatever happens on the way.

use std::time::Duration;

use proximity::{
    domain::ids::{GuestKey, HostId, NodeName, Vmid},
    exec::{self, Complaints, Entrance, ExecError, Ground, JobId, Link, Patience, Script, Written},
};
use tokio_util::sync::CancellationToken;

use super::lab::{Foreign, Lab, NODE, Shell, VMID};

/// Far longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(60);

pub fn ground(lab: &Lab) -> Ground {
    Ground { folder: lab.root().join("proximity").display().to_string(), mark: lab.boot_mark() }
}

pub async fn try_link(lab: &Lab, patience: Patience) -> Result<Link, ExecError> {
    let key = GuestKey { host: HostId::new("lab"), vmid: Vmid(VMID) };
    let entrance = Entrance::Console { client: lab.client(), key, node: NodeName::new(NODE) };
    Link::open("lab/101", ground(lab), entrance, patience).await
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
    let running = exec::run(link, &id, script, write, &cancel);
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
        let t = std::time::Instant::now();
        let mut link = link(&lab).await;
        let script = Script::new("echo one; echo two >&2; exit 3");
        eprintln!("link {:?}", t.elapsed());
        assert_eq!(run(&mut link, &script).await, told("one\n", "two\n", 3), "{shell:?}");
        eprintln!("run {:?}", t.elapsed());
        assert_eq!(run(&mut link, &Script::command(&["true"])).await, told("", "", 0), "{shell:?}");
        let within = Script { complaints: Complaints::Within, ..Script::new("echo a; echo b >&2; echo c") };
        assert_eq!(run(&mut link, &within).await, told("a\nb\nc\n", "", 0), "{shell:?}");
        // Some shells say of a program that it was killed.
        assert_eq!(run(&mut link, &Script::new("kill -9 $$")).await.end, Ok(137), "{shell:?}");
        eprintln!("all {:?}", t.elapsed());
        link.leave().await;
        eprintln!("left {:?}", t.elapsed());
        assert_eq!(link.breaks, 0, "{shell:?}");
        assert_eq!(lab.complaints(), Vec::<String>::new());
    }
}
