//! Changing a container's options. What must hold: a change made on what was read is refused where somebody else was
//! faster, and a refusal that leaves its change waiting is told as what it is.

use std::borrow::Cow;

use super::{ConsoleMode, Digest, Environment, Features, Mount, Net, RootDisk, Startup, lxc, pending::PendingChange};
use crate::{
    domain::ids::{NodeName, Vmid},
    proxmox::{Client, ClientError, call::Asked},
};

/// One option and what it is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Setting {
    Hostname(String),
    Description(String),
    Tags(Vec<String>),
    Cores(u32),
    /// MiB
    Memory(u64),
    /// MiB
    Swap(u64),
    Root(RootDisk),
    Mount(u8, Mount),
    Net(u8, Net),
    Features(Features),
    StartsOnBoot(bool),
    Startup(Startup),
    Protected(bool),
    Console(ConsoleMode),
    Environment(Environment),
    EntryPoint(String),
    NameServer(String),
    SearchDomain(String),
    TimeZone(String),
    /// Any option by its name, as Proxmox writes it.
    Plain(String, String),
}

impl Setting {
    pub(super) fn option(&self) -> Cow<'static, str> {
        match self {
            Self::Hostname(_) => "hostname".into(),
            Self::Description(_) => "description".into(),
            Self::Tags(_) => "tags".into(),
            Self::Cores(_) => "cores".into(),
            Self::Memory(_) => "memory".into(),
            Self::Swap(_) => "swap".into(),
            Self::Root(_) => "rootfs".into(),
            Self::Mount(number, _) => format!("mp{number}").into(),
            Self::Net(number, _) => format!("net{number}").into(),
            Self::Features(_) => "features".into(),
            Self::StartsOnBoot(_) => "onboot".into(),
            Self::Startup(_) => "startup".into(),
            Self::Protected(_) => "protection".into(),
            Self::Console(_) => "cmode".into(),
            Self::Environment(_) => "env".into(),
            Self::EntryPoint(_) => "entrypoint".into(),
            Self::NameServer(_) => "nameserver".into(),
            Self::SearchDomain(_) => "searchdomain".into(),
            Self::TimeZone(_) => "timezone".into(),
            Self::Plain(name, _) => name.clone().into(),
        }
    }

    pub(super) fn value(&self) -> String {
        match self {
            Self::Hostname(text)
            | Self::Description(text)
            | Self::EntryPoint(text)
            | Self::NameServer(text)
            | Self::SearchDomain(text)
            | Self::TimeZone(text)
            | Self::Plain(_, text) => text.clone(),
            Self::Tags(tags) => tags.join(";"),
            Self::Cores(count) => count.to_string(),
            Self::Memory(mib) | Self::Swap(mib) => mib.to_string(),
            Self::Root(disk) => disk.to_string(),
            Self::Mount(_, mount) => mount.to_string(),
            Self::Net(_, net) => net.to_string(),
            Self::Features(features) => features.to_string(),
            Self::StartsOnBoot(is_on) | Self::Protected(is_on) => u8::from(*is_on).to_string(),
            Self::Startup(startup) => startup.to_string(),
            Self::Console(mode) => mode.to_string(),
            Self::Environment(environment) => environment.joined(),
        }
    }

    pub(super) fn add_to(&self, asked: Asked) -> Asked {
        asked.with(self.option(), self.value())
    }
}

/// What is to be changed at once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ConfigChange {
    settings: Vec<Setting>,
    removed: Vec<String>,
    digest: Option<Digest>,
}

impl ConfigChange {
    /// A change that is refused if the configuration is another one by then.
    pub fn of(digest: Option<Digest>) -> Self {
        Self { digest, ..Self::default() }
    }

    /// What is set to nothing is taken out: Proxmox does not take an option without a value.
    pub fn set(mut self, setting: Setting) -> Self {
        if setting.value().is_empty() {
            return self.remove(setting.option());
        }
        self.settings.push(setting);
        self
    }

    /// Takes an option out, such as `mp0`; a volume that goes with it is kept as unused.
    pub fn remove(mut self, option: impl ToString) -> Self {
        self.removed.push(option.to_string());
        self
    }

    pub fn is_empty(&self) -> bool {
        self.settings.is_empty() && self.removed.is_empty()
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Changed {
    /// Taken. What the running container cannot take at once waits for its next start, and stands in `pending`.
    Accepted,
    /// Proxmox could not change the running container and said no; it keeps the change for the next start all the same.
    Waits(Vec<Unapplied>),
}

/// An option that was refused now and will change later, unless it is reverted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unapplied {
    pub option: String,
    /// In Proxmox's words.
    pub why: String,
}

impl Client {
    pub async fn change_config(
        &self,
        node: &NodeName,
        vmid: Vmid,
        change: &ConfigChange,
    ) -> Result<Changed, ClientError> {
        if change.is_empty() {
            return Ok(Changed::Accepted);
        }
        let asked = Asked::put(&lxc(node, &vmid.to_string(), &["config"]));
        let asked = change.settings.iter().fold(asked, |asked, setting| setting.add_to(asked));
        let removed = Some(change.removed.join(",")).filter(|removed| !removed.is_empty());
        let asked =
            asked.with_some("delete", removed).with_some("digest", change.digest.as_ref().map(|digest| &digest.0));
        match self.call(&self.known_to(node, asked).await?).await {
            Ok(_) => Ok(Changed::Accepted),
            Err(refusal) => self.kept_all_the_same(node, vmid, refusal).await,
        }
    }

    /// A refused hot-plug has been written down as pending before it was tried.
    async fn kept_all_the_same(
        &self,
        node: &NodeName,
        vmid: Vmid,
        refusal: ClientError,
    ) -> Result<Changed, ClientError> {
        let unplugged = unplugged(&refusal);
        if unplugged.is_empty() {
            return Err(refusal);
        }
        let pending = self.pending(node, vmid).await?;
        match unplugged.iter().all(|one| pending.iter().any(|kept: &PendingChange| kept.option == one.option)) {
            true => Ok(Changed::Waits(unplugged)),
            false => Err(refusal),
        }
    }

    /// Forgets changes that wait for the next start.
    pub async fn revert(&self, node: &NodeName, vmid: Vmid, options: &[&str]) -> Result<(), ClientError> {
        let asked = Asked::put(&lxc(node, &vmid.to_string(), &["config"])).with("revert", options.join(","));
        self.call(&asked).await.map(drop)
    }
}

fn unplugged(refusal: &ClientError) -> Vec<Unapplied> {
    let ClientError::Refused { status: 400, errors, .. } = refusal else { return Vec::new() };
    let of_hotplug = errors.iter().filter(|(_, why)| why.contains("unable to hotplug"));
    of_hotplug.map(|(option, why)| Unapplied { option: option.clone(), why: why.trim().to_owned() }).collect()
}
