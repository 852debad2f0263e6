//! `rrddata`: one row a point of time; guests and nodes have different columns.

use serde::Deserialize;

use super::lenient::{Int, Real};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct RrdRow {
    pub time: Int,
    pub cpu: Real,
    pub maxcpu: Real,
    pub mem: Real,
    pub maxmem: Real,
    pub disk: Real,
    pub maxdisk: Real,
    pub memused: Real,
    pub memtotal: Real,
    pub rootused: Real,
    pub roottotal: Real,
    pub netin: Real,
    pub netout: Real,
    pub diskread: Real,
    pub diskwrite: Real,
    pub pressurecpusome: Real,
    pub pressurememorysome: Real,
    pub pressurememoryfull: Real,
    pub pressureiosome: Real,
    pub pressureiofull: Real,
}
