//! Storages, backups and the cluster: what is sent, what is read, and what an older version is not asked for.

mod backup_log;
mod backups;
mod bent;
mod cluster;
pub mod everything;
mod fetching;
mod legal;
mod older;
mod recorded;
mod runs;
mod simulated;
mod storages;
mod uploading;

use proximity::{
    domain::ids::{NodeName, StorageName, Vmid},
    proxmox::Client,
};

use super::host::{Asked, Host, Reply};

pub const TASK: &str = r#""UPID:pve1:00001D3D:00056CEC:6B001AAB:vzdump:200:admin@pve!full:""#;

pub fn node() -> NodeName {
    NodeName::new("pve1")
}

pub fn storage(name: &str) -> StorageName {
    StorageName::new(name)
}

pub fn vmid() -> Vmid {
    Vmid(200)
}

/// A host of one version that answers everything else in one way.
pub struct Lab {
    pub host: Host,
    pub client: Client,
}

impl Lab {
    pub async fn new(version: &'static str, reply: Reply) -> Self {
        Self::answering(version, move |_| reply.clone()).await
    }

    /// One that says the same of version 9.2.
    pub async fn saying(data: &str) -> Self {
        Self::new("9.2.11", Reply::data(data)).await
    }

    pub async fn answering(version: &'static str, reply: impl Fn(&Asked) -> Reply + Send + 'static) -> Self {
        let host = Host::start(move |asked| match asked.path.ends_with("/version") {
            true => Reply::data(&format!(r#"{{"version":"{version}","release":"{version}","repoid":"1"}}"#)),
            false => reply(asked),
        })
        .await;
        let client = host.client();
        Self { host, client }
    }

    /// What was asked, questions for the version left out.
    pub fn sent(&self) -> Vec<Asked> {
        self.host.seen().into_iter().filter(|asked| !asked.path.ends_with("/version")).collect()
    }

    /// The one call there was.
    pub fn only(&self) -> Asked {
        let mut sent = self.sent();
        assert_eq!(sent.len(), 1, "{:?}", sent.iter().map(Asked::line).collect::<Vec<_>>());
        sent.remove(0)
    }
}

/// Parameters as `name=value`, in their order.
pub fn params(asked: &Asked) -> Vec<String> {
    asked.params.iter().map(|(name, value)| format!("{name}={value}")).collect()
}
