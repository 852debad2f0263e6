//! Scripts in the guests of the simulated datacenter, over its console.

use std::time::Duration;

use proximity::{
    domain::{
        ids::{GuestKey, HostId, NodeName, Vmid},
        secret::Secret,
    },
    exec::{self, Entrance, Ground, JobId, Link, Patience, Script, Written},
    proxmox::{Client, Fingerprint, Login, Target},
    sim::{Options, Pace, Seed, Simulator},
};
use serde_json::json;
use tokio_util::sync::CancellationToken;

const GUEST: u32 = 101;

struct House {
    simulator: Simulator,
    client: Client,
}

impl House {
    async fn open(system: &str) -> Self {
        let simulator = Simulator::start(Options::local(Seed::demo(), Pace::live())).await.unwrap();
        simulator.datacenter().with(|datacenter| {
            let guest = datacenter.guests.get_mut(&GUEST).unwrap();
            guest.config.insert("cmode".into(), json!("shell"));
            guest.config.insert("ostype".into(), json!(system));
        });
        let ready = simulator.ready();
        let target = Target {
            host: HostId::new("home"),
            addresses: vec![ready.url.clone()],
            trust: ready.fingerprint.parse::<Fingerprint>().unwrap().into(),
            login: Login::Token { id: ready.token_id.clone(), secret: Secret::new(ready.token_secret.as_str()) },
        };
        let client = Client::new(target, crate::sent::log()).unwrap();
        Self { simulator, client }
    }

    async fn link(&self) -> Link {
        let entrance = Entrance::Console {
            client: self.client.clone(),
            key: GuestKey { host: HostId::new("home"), vmid: Vmid(GUEST) },
            node: NodeName::new("pve1"),
        };
        let mut link = Link::new("home/101", Ground::default(), vec![entrance], Patience::default());
        link.open().await.unwrap();
        link
    }
}

/// Output, complaints and code.
async fn run(link: &mut Link, script: &str) -> (String, String, i32) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let id = JobId::fresh();
    let write = async |written: Written| match written {
        Written::Out(bytes) => out.extend(bytes),
        Written::Err(bytes) => err.extend(bytes),
    };
    let (script, cancel) = (Script::new(script), CancellationToken::new());
    let running = exec::run(link, &id, Some(&script), write, &cancel);
    let code = tokio::time::timeout(Duration::from_secs(60), running).await.unwrap().unwrap();
    exec::forget(link, &id).await.unwrap();
    (String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap(), code)
}

#[tokio::test]
async fn a_script_brings_its_output_its_complaints_and_its_code() {
    for system in ["debian", "alpine"] {
        let house = House::open(system).await;
        let mut link = house.link().await;
        assert_eq!(run(&mut link, "echo one; echo two >&2; exit 3").await, ("one\n".into(), "two\n".into(), 3));
        assert_eq!(run(&mut link, "true").await, (String::new(), String::new(), 0));
        house.simulator.shutdown().await;
    }
}
