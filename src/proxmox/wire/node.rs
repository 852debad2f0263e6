//! One node: how it is and what is installed.

use serde::Deserialize;

use super::{
    lenient::{Int, Real, Text},
    list::object,
    property::Words,
};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct NodeSaid<'a> {
    pub cpu: Real,
    pub wait: Real,
    pub uptime: Int,
    pub loadavg: Words,
    #[serde(deserialize_with = "object", borrow)]
    pub cpuinfo: CpuSaid<'a>,
    #[serde(deserialize_with = "object")]
    pub memory: SpaceSaid,
    #[serde(deserialize_with = "object")]
    pub swap: SpaceSaid,
    #[serde(deserialize_with = "object")]
    pub rootfs: SpaceSaid,
    #[serde(borrow)]
    pub pveversion: Text<'a>,
    #[serde(borrow)]
    pub kversion: Text<'a>,
    #[serde(rename = "current-kernel", deserialize_with = "object", borrow)]
    pub current_kernel: KernelSaid<'a>,
    #[serde(rename = "boot-info", deserialize_with = "object", borrow)]
    pub boot_info: BootSaid<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct CpuSaid<'a> {
    #[serde(borrow)]
    pub model: Text<'a>,
    pub cpus: Int,
    pub cores: Int,
    pub sockets: Int,
}

#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(default)]
pub struct SpaceSaid {
    pub total: Int,
    pub used: Int,
    pub free: Int,
    pub available: Int,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct KernelSaid<'a> {
    #[serde(borrow)]
    pub machine: Text<'a>,
    #[serde(borrow)]
    pub release: Text<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct BootSaid<'a> {
    #[serde(borrow)]
    pub mode: Text<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct PackageRow<'a> {
    #[serde(borrow)]
    pub package: Text<'a>,
    #[serde(borrow)]
    pub version: Text<'a>,
    #[serde(borrow)]
    pub old_version: Text<'a>,
    #[serde(borrow)]
    pub current_state: Text<'a>,
    #[serde(borrow)]
    pub running_kernel: Text<'a>,
}
