//! A container that is yet to be made. What must hold: whether it is privileged is always said, because versions differ
//! in what they take for granted; and nothing is in the call that Proxmox takes and throws away.

use super::{
    ConfigChange, ConsoleMode, ContainerConfig, Environment, Features, Mount, Net, RootDisk, Setting, Startup,
};
use crate::{
    domain::{
        app::Marker,
        ids::{NodeName, Vmid},
        secret::Secret,
    },
    proxmox::{call::Asked, storage::VolumeId},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Privilege {
    Unprivileged,
    /// Its root is root of the node.
    Privileged,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AfterCreation {
    StaysOff,
    /// By a task of its own: see `follow_up`.
    Starts,
}

/// The text on a guest: our own line, and the operator's.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Description {
    pub marker: Option<Marker>,
    pub notes: String,
}

impl Description {
    pub fn text(&self) -> Option<String> {
        let lines = [self.marker.as_ref().map(Marker::to_string), Some(self.notes.clone())];
        let text = lines.into_iter().flatten().filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n");
        Some(text).filter(|text| !text.is_empty())
    }
}

/// What a container made of an image runs, besides what the image says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Program {
    pub environment: Environment,
    pub entrypoint: Option<String>,
}

#[derive(Debug, Clone)]
pub struct NewContainer {
    pub template: VolumeId,
    pub hostname: String,
    pub privilege: Privilege,
    pub features: Features,
    pub cores: Option<u32>,
    /// MiB
    pub memory: u64,
    /// MiB
    pub swap: u64,
    pub root: RootDisk,
    /// `mp0`, `mp1`, … in this order.
    pub mounts: Vec<Mount>,
    /// `net0`, `net1`, … in this order.
    pub nets: Vec<Net>,
    pub nameserver: Option<String>,
    pub search_domain: Option<String>,
    /// Of root; without one nobody logs in by password.
    pub password: Option<Secret>,
    /// One a line.
    pub ssh_keys: Option<Secret>,
    pub description: Description,
    /// Set afterwards: a login with rights on a pool alone may not say them while it makes a container.
    pub tags: Vec<String>,
    pub pool: Option<String>,
    pub console: Option<ConsoleMode>,
    pub starts_on_boot: bool,
    pub startup: Option<Startup>,
    pub timezone: Option<String>,
    /// Where Proxmox cannot tell, `unmanaged`.
    pub ostype: Option<String>,
    pub is_protected: bool,
    /// Set afterwards: an image would overrule it. The container is not started before.
    pub program: Option<Program>,
    pub after: AfterCreation,
}

impl NewContainer {
    /// An unprivileged one that can hold Docker, with nothing but what it needs.
    pub fn new(template: VolumeId, hostname: impl Into<String>, root: RootDisk) -> Self {
        Self {
            template,
            hostname: hostname.into(),
            privilege: Privilege::Unprivileged,
            features: Features::nesting(),
            cores: None,
            memory: 512,
            swap: 512,
            root,
            mounts: Vec::new(),
            nets: Vec::new(),
            nameserver: None,
            search_domain: None,
            password: None,
            ssh_keys: None,
            description: Description::default(),
            tags: Vec::new(),
            pool: None,
            console: None,
            starts_on_boot: false,
            startup: None,
            timezone: None,
            ostype: None,
            is_protected: false,
            program: None,
            after: AfterCreation::StaysOff,
        }
    }

    /// Whether Proxmox starts it by itself once it is made.
    pub fn starts_at_once(&self) -> bool {
        self.after == AfterCreation::Starts && self.program.is_none()
    }

    pub(super) fn asked(&self, node: &NodeName, vmid: Vmid) -> Asked {
        let asked = Asked::post(&["nodes", node.as_str(), "lxc"])
            .with("vmid", vmid)
            .with("ostemplate", &self.template)
            .with("hostname", &self.hostname)
            .with("unprivileged", u8::from(self.privilege == Privilege::Unprivileged))
            .with("memory", self.memory)
            .with("swap", self.swap)
            .with_some("cores", self.cores)
            .with("rootfs", &self.root)
            .with_some("features", Some(&self.features).filter(|features| !features.are_none()));
        let asked = (0_u8..).zip(&self.mounts).fold(asked, |asked, (at, mount)| asked.with(format!("mp{at}"), mount));
        let asked = (0_u8..).zip(&self.nets).fold(asked, |asked, (at, net)| asked.with(format!("net{at}"), net));
        self.with_options(asked)
    }

    fn with_options(&self, asked: Asked) -> Asked {
        let switch = |is_on: bool| is_on.then_some(1);
        let revealed = |secret: &Option<Secret>| secret.as_ref().map(|secret| secret.reveal().to_owned());
        asked
            .with_some("nameserver", self.nameserver.as_ref())
            .with_some("searchdomain", self.search_domain.as_ref())
            .with_some("password", revealed(&self.password))
            .with_some("ssh-public-keys", revealed(&self.ssh_keys))
            .with_some("description", self.description.text())
            .with_some("pool", self.pool.as_ref())
            .with_some("cmode", self.console)
            .with_some("onboot", switch(self.starts_on_boot))
            .with_some("startup", self.startup.as_ref())
            .with_some("timezone", self.timezone.as_ref())
            .with_some("ostype", self.ostype.as_ref())
            .with_some("protection", switch(self.is_protected))
            .with_some("start", switch(self.starts_at_once()))
    }

    /// What is set once the container is there, over what its image brought along.
    pub(super) fn rest(&self, made: &ContainerConfig) -> ConfigChange {
        let mut rest = ConfigChange::of(made.digest.clone());
        if !self.tags.is_empty() {
            rest = rest.set(Setting::Tags(self.tags.clone()));
        }
        let Some(program) = &self.program else { return rest };
        if !program.environment.is_empty() {
            rest = rest.set(Setting::Environment(made.environment.clone().overlaid(&program.environment)));
        }
        match &program.entrypoint {
            Some(entrypoint) => rest.set(Setting::EntryPoint(entrypoint.clone())),
            None => rest,
        }
    }
}
