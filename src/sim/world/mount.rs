//! A volume as a configuration names it: `rootfs` and `mpN` taken apart, and the volume id inside them. What is written
//! back reads as Proxmox writes it: volume, place, the rest by name.

use super::{
    guest::{Config, parse_size},
    options::stem,
};
use crate::sim::check::{
    container::{MOUNT, ROOT},
    property,
};

/// One `rootfs`, `mpN` or `unusedN`.
#[derive(Debug, Clone, PartialEq)]
pub struct Mount {
    /// A volume id, `storage:GiB` of one that is to be made, a folder or a device.
    pub volume: String,
    parts: Vec<(String, String)>,
    /// Bytes
    pub size: Option<u64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    Volume,
    Bind,
    Device,
}

impl Source {
    pub fn word(self) -> &'static str {
        match self {
            Self::Volume => "volume",
            Self::Bind => "bind",
            Self::Device => "device",
        }
    }
}

impl Mount {
    pub fn parse(name: &str, text: &str) -> Option<Self> {
        if stem(name) == "unused" {
            let volume = text.strip_prefix("volume=").unwrap_or(text).to_owned();
            return Some(Self { volume, parts: Vec::new(), size: None });
        }
        let rules = if name == "rootfs" { ROOT } else { MOUNT };
        let mut parts = property::parse(rules, text, name).ok()?;
        let mut take = |key: &str| parts.iter().position(|(known, _)| known == key).map(|at| parts.remove(at).1);
        let (volume, size) = (take("volume")?, take("size").and_then(|size| parse_size(&size)));
        parts.sort_by(|a, b| (a.0 != "mp", &a.0).cmp(&(b.0 != "mp", &b.0)));
        Some(Self { volume, parts, size })
    }

    pub fn text(&self) -> String {
        let mut text = self.volume.clone();
        for (key, value) in &self.parts {
            text.push_str(&format!(",{key}={value}"));
        }
        if let Some(size) = self.size {
            text.push_str(&format!(",size={}", size_text(size)));
        }
        text
    }

    pub fn part(&self, key: &str) -> Option<&str> {
        self.parts.iter().find(|(known, _)| known == key).map(|(_, value)| value.as_str())
    }

    pub fn source(&self) -> Source {
        match self.volume.as_str() {
            path if path.starts_with("/dev/") => Source::Device,
            path if path.starts_with('/') => Source::Bind,
            _ => Source::Volume,
        }
    }

    /// Storage and GiB, where the volume is still to be made.
    pub fn wanted(&self) -> Option<(&str, f64)> {
        let (storage, size) = self.volume.split_once(':')?;
        let is_number = size.split('.').count() <= 2
            && size.split('.').all(|half| !half.is_empty() && half.bytes().all(|byte| byte.is_ascii_digit()));
        Some((storage, size.parse().ok()?)).filter(|_| is_number)
    }

    pub fn disk(&self) -> Option<Disk> {
        Disk::parse(&self.volume)
    }
}

/// As Proxmox writes a size: in the largest unit that leaves nothing over.
pub fn size_text(bytes: u64) -> String {
    let (mut size, mut unit) = (bytes, "");
    for next in ["K", "M", "G", "T"] {
        if !size.is_multiple_of(1_024) || size == 0 {
            break;
        }
        (size, unit) = (size / 1_024, next);
    }
    format!("{size}{unit}")
}

/// Bytes of a volume that was asked for with so many GiB: whole MiB.
pub fn bytes_of(gib: f64) -> u64 {
    ((gib * 1_024.0) as u64) << 20
}

pub fn is_mount(name: &str) -> bool {
    name == "rootfs" || (stem(name) == "mp" && name.len() > 2)
}

/// The root and the mount points, in their order.
pub fn mounts(config: &Config) -> Vec<(String, Mount)> {
    let mut found: Vec<_> = config
        .iter()
        .filter(|(name, _)| is_mount(name))
        .filter_map(|(name, value)| Some((name.clone(), Mount::parse(name, value.as_str()?)?)))
        .collect();
    found.sort_by_key(|(name, _)| name.strip_prefix("mp").and_then(|number| number.parse::<u32>().ok()));
    found
}

/// Every volume a configuration names, also those it does not use.
pub fn volumes(config: &Config) -> impl Iterator<Item = String> {
    let unused = config.iter().filter(|(name, _)| stem(name) == "unused" && name.len() > 6);
    let unused: Vec<_> = unused.filter_map(|(_, value)| value.as_str().map(str::to_owned)).collect();
    mounts(config).into_iter().map(|(_, mount)| mount.volume).chain(unused)
}

/// A volume that is there: `local:100/vm-100-disk-0.raw`, `tank:basevol-900-disk-0/subvol-100-disk-0`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disk {
    pub storage: String,
    /// Behind the colon.
    pub path: String,
}

impl Disk {
    pub fn parse(volume: &str) -> Option<Self> {
        let (storage, path) = volume.split_once(':')?;
        let disk = Self { storage: storage.to_owned(), path: path.to_owned() };
        disk.owner().is_some().then_some(disk)
    }

    pub fn id(&self) -> String {
        format!("{}:{}", self.storage, self.path)
    }

    /// The last part of its path: `vm-100-disk-0`.
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    pub fn owner(&self) -> Option<u32> {
        self.name().split('-').nth(1)?.parse().ok()
    }

    pub fn number(&self) -> Option<u32> {
        self.name().split('-').nth(3)?.split('.').next()?.parse().ok()
    }

    pub fn is_base(&self) -> bool {
        self.name().starts_with("base")
    }

    pub fn is_subvolume(&self) -> bool {
        self.name().starts_with("subvol") || self.name().starts_with("basevol")
    }

    /// What it is a link of, where its name says so.
    pub fn base(&self) -> Option<&str> {
        self.path.split_once('/').map(|(first, _)| first).filter(|first| first.starts_with("base"))
    }

    /// The same volume as the base of a template.
    pub fn as_base(&self) -> Self {
        let name = self.name();
        let based = match name.strip_prefix("subvol-") {
            Some(rest) if name.ends_with(".subvol") => format!("base-{rest}"),
            Some(rest) => format!("basevol-{rest}"),
            None => name.replacen("vm-", "base-", 1),
        };
        let path = match self.path.rsplit_once('/') {
            Some((before, _)) => format!("{before}/{based}"),
            None => based,
        };
        Self { storage: self.storage.clone(), path }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mount_reads_back_as_it_is_written() {
        let text = "local:101/vm-101-disk-1.raw,mp=/data,backup=1,ro=1,size=1152M";
        let mount = Mount::parse("mp0", "local:101/vm-101-disk-1.raw,size=1152M,ro=1,backup=1,mp=/data").unwrap();
        assert_eq!(mount.text(), text);
        assert_eq!((mount.source(), mount.wanted(), mount.part("mp")), (Source::Volume, None, Some("/data")));
        assert_eq!(Mount::parse("mp1", "tank:0.2,mp=/x").unwrap().wanted(), Some(("tank", 0.2)));
        assert_eq!(Mount::parse("mp2", "/srv,mp=/x").unwrap().source(), Source::Bind);
    }

    #[test]
    fn a_volume_id_tells_owner_number_and_base() {
        let disk = Disk::parse("tank:basevol-900-disk-0/subvol-123-disk-4").unwrap();
        assert_eq!((disk.owner(), disk.number(), disk.base()), (Some(123), Some(4), Some("basevol-900-disk-0")));
        assert_eq!(disk.as_base().path, "basevol-900-disk-0/basevol-123-disk-4");
        let file = Disk::parse("local:203/vm-203-disk-0.raw").unwrap();
        assert_eq!((file.owner(), file.number(), file.base()), (Some(203), Some(0), None));
        assert_eq!(file.as_base().path, "203/base-203-disk-0.raw");
        assert_eq!(Disk::parse("local:vztmpl/debian.tar.zst"), None);
    }

    #[test]
    fn sizes_are_whole_in_their_unit() {
        assert_eq!(size_text(1_152 << 20), "1152M");
        assert_eq!(size_text(8 << 30), "8G");
        assert_eq!(size_text(bytes_of(0.2)), "204M");
        assert_eq!(size_text(1_000), "1000");
    }
}
