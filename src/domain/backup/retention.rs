//! How many backups are kept: `keep-last=3,keep-daily=7`. What must hold: nothing that is read as keeping backups is
//! ever written as keeping fewer.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Where nothing is set, everything is kept.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retention {
    pub last: Option<u32>,
    pub hourly: Option<u32>,
    pub daily: Option<u32>,
    pub weekly: Option<u32>,
    pub monthly: Option<u32>,
    pub yearly: Option<u32>,
}

impl Retention {
    pub const ALL: Self = Self { last: None, hourly: None, daily: None, weekly: None, monthly: None, yearly: None };

    pub fn last(count: u32) -> Self {
        Self { last: Some(count), ..Self::ALL }
    }

    fn parts(&self) -> [(&'static str, Option<u32>); 6] {
        [
            ("keep-last", self.last),
            ("keep-hourly", self.hourly),
            ("keep-daily", self.daily),
            ("keep-weekly", self.weekly),
            ("keep-monthly", self.monthly),
            ("keep-yearly", self.yearly),
        ]
    }

    /// Whether nothing is ever removed. Proxmox takes a retention of nothing but zeros for that as well.
    pub fn keeps_all(&self) -> bool {
        self.parts().iter().all(|(_, count)| count.unwrap_or(0) == 0)
    }

    /// Of a text as Proxmox keeps it.
    pub fn read(text: &str) -> Self {
        Self::of(text.split(',').filter_map(|part| part.trim().split_once('=')))
    }

    /// Of names such as `keep-last` and their counts; names that are not known are passed over.
    pub fn of<'a>(parts: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        let mut kept = Self::ALL;
        for (name, value) in parts {
            let slot = match name {
                "keep-last" => &mut kept.last,
                "keep-hourly" => &mut kept.hourly,
                "keep-daily" => &mut kept.daily,
                "keep-weekly" => &mut kept.weekly,
                "keep-monthly" => &mut kept.monthly,
                "keep-yearly" => &mut kept.yearly,
                "keep-all" if matches!(value.trim(), "1" | "true" | "yes" | "on") => return Self::ALL,
                _ => continue,
            };
            *slot = value.trim().parse().ok();
        }
        kept
    }
}

impl fmt::Display for Retention {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.keeps_all() {
            return f.write_str("keep-all=1");
        }
        let set = self.parts().into_iter().filter_map(|(name, count)| Some(format!("{name}={}", count?)));
        f.write_str(&set.collect::<Vec<_>>().join(","))
    }
}
