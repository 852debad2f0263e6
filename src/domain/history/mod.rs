//! What Proxmox remembers of a guest, as a chart shows it. What must hold: no value is ever invented. A column says what
//! was measured within it or nothing, and a gap stays a gap.

mod columns;

use std::time::Duration;

pub use columns::{Column, columns};

use super::{fleet::Usage, ids::GuestKey, machine::Pressure, moment::Moment};

/// How far back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Span {
    #[default]
    Hour,
    Day,
    Week,
    Month,
}

impl Span {
    pub const ALL: [Self; 4] = [Self::Hour, Self::Day, Self::Week, Self::Month];

    pub fn slug(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
        }
    }

    /// The next one in this direction; at the ends it stays.
    pub fn step(self, by: isize) -> Self {
        let at = Self::ALL.iter().position(|span| *span == self).unwrap_or(0) as isize;
        Self::ALL[(at + by).clamp(0, 3) as usize]
    }
}

/// The averages around one moment.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    pub at: Moment,
    /// 0 to 1 of all cores.
    pub cpu: Option<f32>,
    pub memory: Option<Usage>,
    pub disk: Option<Usage>,
    /// Bytes a second.
    pub net_in: Option<f32>,
    pub net_out: Option<f32>,
    pub disk_read: Option<f32>,
    pub disk_write: Option<f32>,
    /// Told from version 9 on.
    pub pressure: Option<Pressure>,
}

/// One number of a reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Metric {
    Cpu,
    Memory,
    Disk,
    NetIn,
    NetOut,
    DiskRead,
    DiskWrite,
    WaitsForCpu,
    WaitsForMemory,
    WaitsForDisks,
}

impl Metric {
    pub const ALL: [Self; 10] = [
        Self::Cpu,
        Self::Memory,
        Self::Disk,
        Self::NetIn,
        Self::NetOut,
        Self::DiskRead,
        Self::DiskWrite,
        Self::WaitsForCpu,
        Self::WaitsForMemory,
        Self::WaitsForDisks,
    ];

    pub fn slug(self) -> &'static str {
        match self {
            Self::Cpu => "cpu",
            Self::Memory => "memory",
            Self::Disk => "disk",
            Self::NetIn => "net-in",
            Self::NetOut => "net-out",
            Self::DiskRead => "disk-read",
            Self::DiskWrite => "disk-write",
            Self::WaitsForCpu => "waits-for-cpu",
            Self::WaitsForMemory => "waits-for-memory",
            Self::WaitsForDisks => "waits-for-disks",
        }
    }

    /// Shares of one, but for what is bytes a second.
    pub fn is_rate(self) -> bool {
        matches!(self, Self::NetIn | Self::NetOut | Self::DiskRead | Self::DiskWrite)
    }
}

impl Reading {
    pub fn of(&self, metric: Metric) -> Option<f64> {
        let waits = |pick: fn(&Pressure) -> Option<f32>| Some(self.pressure.as_ref().and_then(pick)? / 100.0);
        let value = match metric {
            Metric::Cpu => self.cpu,
            Metric::Memory => self.memory.and_then(Usage::fraction),
            Metric::Disk => self.disk.and_then(Usage::fraction),
            Metric::NetIn => self.net_in,
            Metric::NetOut => self.net_out,
            Metric::DiskRead => self.disk_read,
            Metric::DiskWrite => self.disk_write,
            Metric::WaitsForCpu => waits(|pressure| pressure.cpu_some),
            Metric::WaitsForMemory => waits(|pressure| pressure.memory_some),
            Metric::WaitsForDisks => waits(|pressure| pressure.io_some),
        };
        value.map(f64::from).filter(|value| value.is_finite())
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct History {
    pub guest: GuestKey,
    pub span: Span,
    /// Averages, oldest first.
    pub readings: Vec<Reading>,
    /// The highest within each step, where a step is so long that its average hides them.
    pub peaks: Vec<Reading>,
}

/// What a number came to over the whole span.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Summary {
    pub mean: f64,
    pub most: f64,
    pub most_at: Moment,
    pub last: f64,
    pub last_at: Moment,
}

impl History {
    /// How much time a reading stands for.
    pub fn step(&self) -> Duration {
        let gaps = self.readings.windows(2).map(|pair| pair[1].at.0 - pair[0].at.0).filter(|gap| *gap > 0);
        Duration::from_millis(gaps.min().unwrap_or(60_000).unsigned_abs())
    }

    /// From the beginning of the first reading to the end of the last one.
    pub fn reach(&self) -> Option<(Moment, Moment)> {
        Some((self.readings.first()?.at, self.readings.last()?.at + self.step()))
    }

    /// Whether anything at all was measured of it.
    pub fn tells(&self, metric: Metric) -> bool {
        self.readings.iter().any(|reading| reading.of(metric).is_some())
    }

    /// The highest values that are known: of the peaks where those were told, else of the averages.
    pub fn highest(&self, metric: Metric) -> &[Reading] {
        let is_told = self.peaks.iter().any(|reading| reading.of(metric).is_some());
        if is_told { &self.peaks } else { &self.readings }
    }

    pub fn summary(&self, metric: Metric) -> Option<Summary> {
        let told: Vec<(Moment, f64)> =
            self.readings.iter().filter_map(|reading| Some((reading.at, reading.of(metric)?))).collect();
        let (last_at, last) = *told.last()?;
        let mean = told.iter().map(|(_, value)| value).sum::<f64>() / told.len() as f64;
        let highest = self.highest(metric).iter().filter_map(|reading| Some((reading.at, reading.of(metric)?)));
        let (most_at, most) = highest.chain(told.iter().copied()).max_by(|one, other| one.1.total_cmp(&other.1))?;
        Some(Summary { mean, most, most_at, last, last_at })
    }
}
