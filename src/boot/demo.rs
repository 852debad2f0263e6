//! The demo: the simulated datacenter in this process, behind real HTTPS, and a host in the demo's own books that
//! points at it. Nothing outside this machine is touched.

use super::mischief::Lever;
use crate::{
    domain::{
        fault::{Fault, FaultCode},
        ids::HostId,
        secret::Secret,
    },
    engine::now,
    secrets::{Kind, Vault},
    settings::Paths,
    sim::{Apps, Options, Pace, Ready, Seed, Simulator},
    store::{HostRecord, KeptTrust, LoginName, Store},
};

/// What the demo's datacenter is called.
pub const HOST: &str = "homelab";

pub struct Demo {
    simulator: Simulator,
}

impl Demo {
    pub async fn start(guests: Option<u32>, store: &Store) -> Result<Self, Fault> {
        let seed = guests.map_or_else(Seed::demo, Seed::crowded_demo);
        let options = Options { apps: Apps::Answer, ..Options::local(seed, Pace::live()) };
        let simulator = Simulator::start(options).await.map_err(|error| no_demo(&error))?;
        store.put_host(record(simulator.ready())).await?;
        Ok(Self { simulator })
    }

    /// The token of this run's datacenter, in memory only: it is worth nothing after the run.
    pub async fn vault(&self) -> Result<Vault, Fault> {
        let vault = Vault::open(Kind::Memory);
        let secret = serde_json::json!({ "token": self.simulator.ready().token_secret }).to_string();
        vault.put(&format!("host/{HOST}"), &Secret::new(secret)).await?;
        Ok(vault)
    }

    /// Trouble for this datacenter.
    pub fn lever(&self) -> Lever {
        Lever::of(self.simulator.datacenter().clone())
    }

    pub async fn end(self) {
        self.simulator.shutdown().await;
    }
}

fn record(ready: &Ready) -> HostRecord {
    HostRecord {
        id: HostId::new(HOST),
        addresses: vec![ready.url.clone()],
        login: LoginName::Token { id: ready.token_id.clone() },
        pin: ready.fingerprint.clone(),
        trust: KeptTrust::default(),
        ssh: None,
        defaults: Default::default(),
        asked: Default::default(),
        token_expires: None,
        added: now(),
    }
}

/// Forgets what the demo kept from earlier runs, and only that.
pub fn reset(paths: &Paths) -> Result<(), Fault> {
    match std::fs::remove_dir_all(paths.data()) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(Fault::lasting(
            FaultCode::Failed,
            "the demo was not reset",
            format!("{}: {error}", paths.data().display()),
            "delete that folder yourself; it holds nothing but the demo",
        )),
        _ => Ok(()),
    }
}

fn no_demo(error: &dyn std::error::Error) -> Fault {
    Fault::lasting(
        FaultCode::Failed,
        "the demo's datacenter did not start",
        error.to_string(),
        "it needs a free port on 127.0.0.1; look whether a firewall forbids that",
    )
}
