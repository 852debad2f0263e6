//! Which backups a retention keeps. The newest of each hour, day, week, month and year count, one rule after the other;
//! what an earlier rule kept counts for none of the later ones again.

use std::collections::HashSet;

/// How many backups to keep of which sort.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Keep {
    pub all: bool,
    pub last: u32,
    pub hourly: u32,
    pub daily: u32,
    pub weekly: u32,
    pub monthly: u32,
    pub yearly: u32,
}

const RULES: [(&str, &str); 6] = [
    ("keep-last", "%s"),
    ("keep-hourly", "%Y-%m-%d %H"),
    ("keep-daily", "%Y-%m-%d"),
    ("keep-weekly", "%G-%V"),
    ("keep-monthly", "%Y-%m"),
    ("keep-yearly", "%Y"),
];

impl Keep {
    /// Reads `keep-last=3,keep-daily=7`.
    pub fn read(text: &str) -> Self {
        let mut keep = Self::default();
        for (key, value) in text.split(',').filter_map(|part| part.split_once('=')) {
            let count: u32 = value.parse().unwrap_or(0);
            match key.trim() {
                "keep-all" => keep.all = matches!(value, "1" | "yes" | "on" | "true"),
                "keep-last" => keep.last = count,
                "keep-hourly" => keep.hourly = count,
                "keep-daily" => keep.daily = count,
                "keep-weekly" => keep.weekly = count,
                "keep-monthly" => keep.monthly = count,
                "keep-yearly" => keep.yearly = count,
                _ => {}
            }
        }
        keep
    }

    fn counts(self) -> [u32; 6] {
        [self.last, self.hourly, self.daily, self.weekly, self.monthly, self.yearly]
    }

    pub fn keeps_all(self) -> bool {
        self.all || self.counts() == [0; 6]
    }

    /// How many backups at most; 0 is any number.
    pub fn limit(self) -> u32 {
        if self.all { 0 } else { self.counts().iter().sum() }
    }

    /// As Proxmox writes it into a log: the keys by name.
    pub fn told(self) -> String {
        if self.all {
            return "keep-all=1".into();
        }
        let named = RULES.iter().map(|(name, _)| *name).zip(self.counts());
        let mut parts: Vec<_> =
            named.filter(|(_, count)| *count > 0).map(|(name, count)| format!("{name}={count}")).collect();
        parts.sort();
        parts.join(", ")
    }

    /// Whether each of these times, in seconds, is kept. The times are of one guest.
    pub fn kept(self, times: &[i64]) -> Vec<bool> {
        if self.keeps_all() {
            return vec![true; times.len()];
        }
        let mut newest_first: Vec<usize> = (0..times.len()).collect();
        newest_first.sort_by_key(|at| std::cmp::Reverse(times[*at]));
        // Nothing where no rule has judged it yet.
        let mut marks: Vec<Option<bool>> = vec![None; times.len()];
        for ((_, format), count) in RULES.iter().zip(self.counts()) {
            judge(times, &newest_first, &mut marks, format, count);
        }
        marks.into_iter().map(|mark| mark == Some(true)).collect()
    }
}

fn judge(times: &[i64], newest_first: &[usize], marks: &mut [Option<bool>], format: &str, count: u32) {
    if count == 0 {
        return;
    }
    let span = |at: usize| {
        let time = jiff::Timestamp::from_second(times[at]).unwrap_or_default();
        time.strftime(format).to_string()
    };
    let before: HashSet<String> =
        newest_first.iter().filter(|at| marks[**at] == Some(true)).map(|at| span(*at)).collect();
    let mut spans: HashSet<String> = HashSet::new();
    for at in newest_first {
        let own = span(*at);
        if marks[*at].is_some() || before.contains(&own) {
            continue;
        }
        if spans.contains(&own) {
            marks[*at] = Some(false);
            continue;
        }
        if spans.len() >= count as usize {
            return;
        }
        spans.insert(own);
        marks[*at] = Some(true);
    }
}
