//! How a node is at this moment.

use std::{sync::Arc, time::Duration};

use crate::{
    domain::{fleet::Usage, ids::NodeName},
    proxmox::{
        Client, ClientError, Version,
        call::Asked,
        storage::Architecture,
        wire::{
            lenient::Text,
            node::{NodeSaid, SpaceSaid},
        },
    },
};

#[derive(Debug, Clone, PartialEq)]
pub struct NodeNow {
    /// 0 to 1 of all cores.
    pub cpu: Option<f32>,
    /// The part of the time that is spent waiting for disks.
    pub waiting: Option<f32>,
    /// Over one, five and fifteen minutes.
    pub load: Vec<f32>,
    pub uptime: Option<Duration>,
    pub memory: Option<Usage>,
    /// Bytes that programs can still have; told from version 9 on.
    pub memory_available: Option<u64>,
    pub swap: Option<Usage>,
    /// The node's own disk.
    pub root: Option<Usage>,
    pub totals: NodeTotals,
    pub version: Option<Version>,
    pub kernel: Option<Arc<str>>,
    /// Before version 8 it is not told.
    pub architecture: Option<Architecture>,
    /// `efi` or `legacy-bios`
    pub boot: Option<Arc<str>>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NodeTotals {
    pub model: Option<Arc<str>>,
    /// Threads, all sockets together.
    pub cpus: Option<u32>,
    pub cores: Option<u32>,
    pub sockets: Option<u32>,
}

fn usage(space: SpaceSaid) -> Option<Usage> {
    let total = space.total.0.filter(|total| *total > 0)?;
    let used = space.used.0.or_else(|| total.checked_sub(space.free.0?))?;
    Some(Usage { used, total })
}

impl NodeNow {
    fn read(said: &NodeSaid<'_>) -> Self {
        let text = |text: &Text<'_>| text.as_deref().map(Arc::from);
        // Before version 8.1 the kernel stands in a sentence: `Linux 5.15.102-1-pve #1 SMP …`.
        let spoken = said.kversion.as_deref().and_then(|spoken| spoken.split(' ').nth(1)).map(Arc::from);
        Self {
            cpu: said.cpu.share(),
            waiting: said.wait.share(),
            load: said.loadavg.0.iter().filter_map(|load| load.parse().ok()).collect(),
            uptime: said.uptime.0.map(Duration::from_secs),
            memory: usage(said.memory),
            memory_available: said.memory.available.0,
            swap: usage(said.swap),
            root: usage(said.rootfs),
            totals: NodeTotals {
                model: text(&said.cpuinfo.model),
                cpus: said.cpuinfo.cpus.fits(),
                cores: said.cpuinfo.cores.fits(),
                sockets: said.cpuinfo.sockets.fits(),
            },
            version: said.pveversion.as_deref().and_then(Version::read),
            kernel: text(&said.current_kernel.release).or(spoken),
            architecture: said.current_kernel.machine.as_deref().map(Architecture::new),
            boot: text(&said.boot_info.mode),
        }
    }
}

impl Client {
    /// Needs `Sys.Audit` on the node.
    pub async fn node_now(&self, node: &NodeName) -> Result<NodeNow, ClientError> {
        let asked = Asked::get(&["nodes", node.as_str(), "status"]);
        let answer = self.call(&asked).await?;
        Ok(NodeNow::read(&answer.read(&asked.call)?))
    }
}
