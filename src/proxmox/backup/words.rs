//! Words and numbers in the lines of a backup's log.

use std::time::Duration;

use crate::{
    domain::ids::{StorageName, Vmid},
    proxmox::storage::VolumeId,
};

/// A file of a folder lies there as `backup/NAME`; a backup server's own names are whole: `ct/100/2026-…`.
pub fn archive(path: &str, storage: &StorageName) -> VolumeId {
    let name = if path.starts_with('/') { path.rsplit('/').next().unwrap_or(path) } else { path };
    VolumeId::new(storage.clone(), format!("backup/{name}"))
}

pub fn vmid_after(text: &str, start: &str) -> Option<Vmid> {
    text.strip_prefix(start)?.split(' ').next()?.parse().ok().map(Vmid)
}

pub fn option<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let mut words = text.split(' ').skip_while(|word| *word != name);
    words.nth(1).map(|word| word.trim_matches('\''))
}

pub fn quoted(text: &str) -> Option<&str> {
    text.split_once('\'')?.1.rsplit_once('\'').map(|(inside, _)| inside)
}

/// `389MB`, `1.5GB`
pub fn bytes(text: &str) -> Option<u64> {
    let unit_at = text.find(|letter: char| letter.is_ascii_alphabetic())?;
    let number: f64 = text[..unit_at].trim().parse().ok().filter(|number: &f64| (0.0..1e9).contains(number))?;
    let power = ["B", "KB", "MB", "GB", "TB", "PB"].iter().position(|unit| *unit == text[unit_at..].trim())?;
    Some((number * (1_u64 << (10 * power)) as f64) as u64)
}

/// `00:01:42`
pub fn duration(text: &str) -> Option<Duration> {
    let seconds = text.split(':').try_fold(0_u64, |sum, part| sum.checked_mul(60)?.checked_add(part.parse().ok()?));
    seconds.map(Duration::from_secs)
}
