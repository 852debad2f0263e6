//! The size of a disk: `8G`, `1536M`, `+5G`.

use std::{fmt, str::FromStr};

use super::NotReadable;

/// In bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DiskSize(pub u64);

const UNITS: [(char, u32); 4] = [('T', 40), ('G', 30), ('M', 20), ('K', 10)];

impl DiskSize {
    pub fn gib(count: u64) -> Self {
        Self(count.saturating_mul(1 << 30))
    }

    pub fn mib(count: u64) -> Self {
        Self(count.saturating_mul(1 << 20))
    }

    /// As Proxmox takes it for a new disk: the number of GiB, which it counts in whole MiB.
    pub(super) fn in_gib(self) -> String {
        let mib = self.0.div_ceil(1 << 20);
        match mib % 1024 {
            0 => (mib / 1024).to_string(),
            _ => format!("{}", mib as f64 / 1024.0),
        }
    }
}

impl DiskSize {
    /// For a reader: three digits are enough.
    pub fn rounded(self) -> String {
        let unit = UNITS.iter().find(|(_, shift)| self.0 >= 1 << shift);
        match unit {
            Some((letter, shift)) => format!("{:.1}{letter}", self.0 as f64 / (1_u64 << shift) as f64),
            None => self.0.to_string(),
        }
    }
}

impl FromStr for DiskSize {
    type Err = NotReadable;

    fn from_str(text: &str) -> Result<Self, NotReadable> {
        read(text).map(Self).ok_or_else(|| NotReadable { what: "size of a disk", text: text.to_owned() })
    }
}

fn read(text: &str) -> Option<u64> {
    let text = text.trim();
    let unit = UNITS.iter().find_map(|(letter, shift)| Some((text.strip_suffix(*letter)?, *shift)));
    let (number, shift) = unit.unwrap_or((text, 0));
    if !number.chars().all(|c| c.is_ascii_digit() || c == '.') {
        return None;
    }
    if let Ok(whole) = number.parse::<u64>() {
        return whole.checked_mul(1 << shift);
    }
    let bytes = number.parse::<f64>().ok()? * (1_u64 << shift) as f64;
    (0.0..9.0e18).contains(&bytes).then_some(bytes as u64)
}

impl fmt::Display for DiskSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let exact = UNITS.iter().find(|(_, shift)| self.0 > 0 && self.0.is_multiple_of(1 << shift));
        match exact {
            Some((letter, shift)) => write!(f, "{}{letter}", self.0 >> shift),
            None => write!(f, "{}", self.0),
        }
    }
}
