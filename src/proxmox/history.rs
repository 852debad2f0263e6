//! What Proxmox remembers of a guest or a node, for charts. A gap stays a gap.

use super::{
    Client, ClientError,
    call::Asked,
    guest::segment,
    wire::{lenient::Real, list::List, rrd::RrdRow},
};
pub use crate::domain::history::Reading;
use crate::domain::{
    fleet::{GuestKind, Usage},
    ids::{NodeName, Vmid},
    machine::Pressure,
    moment::Moment,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Timeframe {
    Hour,
    Day,
    Week,
    Month,
    Year,
}

impl Timeframe {
    pub fn slug(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Year => "year",
        }
    }
}

/// Whose history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HistoryOf {
    Node(NodeName),
    Guest { node: NodeName, kind: GuestKind, vmid: Vmid },
}

/// The newest row is often empty still: as many are looked at for the pressure.
const LATEST: usize = 5;

impl Client {
    /// Averages, oldest first.
    pub async fn history(&self, of: &HistoryOf, timeframe: Timeframe) -> Result<Vec<Reading>, ClientError> {
        self.readings(of, timeframe, "AVERAGE").await
    }

    /// The highest within each step, oldest first.
    pub async fn peaks(&self, of: &HistoryOf, timeframe: Timeframe) -> Result<Vec<Reading>, ClientError> {
        self.readings(of, timeframe, "MAX").await
    }

    async fn readings(&self, of: &HistoryOf, timeframe: Timeframe, cf: &str) -> Result<Vec<Reading>, ClientError> {
        let asked = match of {
            HistoryOf::Node(node) => Asked::get(&["nodes", node.as_str(), "rrddata"]),
            HistoryOf::Guest { node, kind, vmid } => {
                Asked::get(&["nodes", node.as_str(), segment(*kind), &vmid.to_string(), "rrddata"])
            }
        };
        let asked = asked.with("timeframe", timeframe.slug()).with("cf", cf);
        let answer = self.call(&asked).await?;
        let rows: List<RrdRow> = answer.read(&asked.call)?;
        let mut readings: Vec<_> = rows.0.iter().filter_map(reading).collect();
        readings.sort_by_key(|reading| reading.at);
        Ok(readings)
    }

    /// What a node's pressure was in the last minutes; nothing where its version does not measure it.
    pub async fn node_pressure(&self, node: &NodeName) -> Result<Option<Pressure>, ClientError> {
        let readings = self.history(&HistoryOf::Node(node.clone()), Timeframe::Hour).await?;
        Ok(readings.iter().rev().take(LATEST).find_map(|reading| reading.pressure))
    }
}

pub(super) fn reading(row: &RrdRow) -> Option<Reading> {
    let either = |guest: Real, node: Real| if guest.0.is_some() { guest } else { node };
    Some(Reading {
        at: Moment::from_secs(row.time.fits()?),
        cpu: row.cpu.share(),
        memory: usage(either(row.mem, row.memused), either(row.maxmem, row.memtotal)),
        disk: usage(either(row.disk, row.rootused), either(row.maxdisk, row.roottotal)),
        net_in: row.netin.share(),
        net_out: row.netout.share(),
        disk_read: row.diskread.share(),
        disk_write: row.diskwrite.share(),
        pressure: pressure(row),
    })
}

/// A row without a single reading says nothing, which is not the same as no pressure.
fn pressure(row: &RrdRow) -> Option<Pressure> {
    let read = Pressure {
        cpu_some: row.pressurecpusome.share(),
        memory_some: row.pressurememorysome.share(),
        memory_full: row.pressurememoryfull.share(),
        io_some: row.pressureiosome.share(),
        io_full: row.pressureiofull.share(),
    };
    (read != Pressure::default()).then_some(read)
}

fn usage(used: Real, total: Real) -> Option<Usage> {
    let (used, total) = (used.0?, total.0.filter(|total| *total >= 1.0)?);
    (used >= 0.0).then_some(Usage { used: used as u64, total: total as u64 })
}
