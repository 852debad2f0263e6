//! What new apps and backups go by where neither the operator, nor the recipe, nor the host says otherwise. What must
//! hold: nothing here outranks what was said for one host or one app.

use core::net::{IpAddr, Ipv4Addr};

use serde::{Deserialize, Serialize};

use super::{
    backup::{BackupMode, Compression, Retention},
    host::HostDefaults,
    plan::Address,
};

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct Defaults {
    pub resources: Resources,
    pub network: Network,
    pub backups: Backups,
}

/// 0 is what the recipe asks for. A recipe's least is never undercut.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct Resources {
    pub cores: u32,
    /// MiB
    pub memory: u64,
    /// GiB
    pub disk: u64,
    /// MiB; 0 is as much as the memory, and 512 at most.
    pub swap: u64,
}

/// Empty is what the host has.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct Network {
    pub bridge: String,
    /// 0 is none.
    pub vlan: u16,
    pub addresses: Addresses,
    /// `192.168.1.200-192.168.1.240/24`
    pub pool: Pool,
    pub gateway: String,
    pub dns: String,
    pub domain: String,
}

/// Where addresses come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Addresses {
    #[default]
    Dhcp,
    /// The next free one of the pool.
    Pool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct Backups {
    pub mode: BackupMode,
    pub compression: Compression,
    /// Empty is where the newest one lies, or else the roomiest.
    pub storage: String,
    /// For the nightly schedule that is made for new apps.
    pub keep_daily: u32,
    pub keep_weekly: u32,
    pub keep_monthly: u32,
}

impl Default for Backups {
    fn default() -> Self {
        Self {
            mode: BackupMode::default(),
            compression: Compression::default(),
            storage: String::new(),
            keep_daily: 7,
            keep_weekly: 4,
            keep_monthly: 3,
        }
    }
}

impl Defaults {
    /// What the types cannot say.
    pub fn check(&self) -> Result<(), String> {
        self.resources.check()?;
        self.network.check()?;
        self.backups.check()
    }

    /// As far as a host has such words.
    pub fn of_host(&self) -> HostDefaults {
        let said = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        HostDefaults {
            backups: said(&self.backups.storage),
            bridge: said(&self.network.bridge),
            ..HostDefaults::default()
        }
    }
}

impl Resources {
    pub fn cores(&self, recommended: u32, least: u32) -> u32 {
        if self.cores == 0 { recommended } else { self.cores.max(least) }
    }

    pub fn memory(&self, recommended: u64, least: u64) -> u64 {
        if self.memory == 0 { recommended } else { self.memory.max(least) }
    }

    pub fn disk(&self, recommended: u64, least: u64) -> u64 {
        if self.disk == 0 { recommended } else { self.disk.max(least) }
    }

    /// Of a container with so much memory.
    pub fn swap(&self, memory: u64) -> u64 {
        if self.swap == 0 { memory.min(512) } else { self.swap }
    }

    fn check(&self) -> Result<(), String> {
        within(u64::from(self.cores), 1, 512, "cores")?;
        within(self.memory, 64, 16 << 20, "memory, in MB,")?;
        within(self.disk, 1, 128 << 10, "a disk, in GB,")?;
        within(self.swap, 1, 1 << 20, "swap, in MB,")
    }
}

/// 0 says nothing, and is always good.
fn within(value: u64, least: u64, most: u64, what: &str) -> Result<(), String> {
    match value == 0 || (least..=most).contains(&value) {
        true => Ok(()),
        false => Err(format!("{what} may be {least} to {most}; 0 leaves it to the recipe")),
    }
}

impl Network {
    fn check(&self) -> Result<(), String> {
        let plain = |text: &str| text.chars().all(|letter| letter.is_ascii_alphanumeric() || "._-".contains(letter));
        let address = |text: &str| text.is_empty() || text.parse::<IpAddr>().is_ok();
        if self.bridge.len() > 15 || !plain(&self.bridge) {
            return Err("a bridge is named like vmbr0".into());
        }
        if self.vlan > 4094 {
            return Err("a VLAN is 1 to 4094; 0 is none".into());
        }
        if !address(&self.gateway) || !address(&self.dns) {
            return Err("that is no address".into());
        }
        if self.domain.len() > 253 || !plain(&self.domain) {
            return Err("a domain is written like home.arpa".into());
        }
        if self.addresses == Addresses::Pool && self.pool.is_empty() {
            return Err("there is no pool yet: write one as 192.168.1.200-192.168.1.240/24".into());
        }
        Ok(())
    }

    /// What a new app gets where nothing is said: an address of the pool that nobody in `taken` has, or DHCP.
    pub fn address(&self, taken: &[Ipv4Addr]) -> Result<Address, String> {
        if self.addresses == Addresses::Dhcp {
            return Ok(Address::Dhcp);
        }
        let free = self.pool.all().find(|address| !taken.contains(address) && self.gateway != address.to_string());
        let Some(ip) = free else { return Err(format!("every address of the pool {} is taken", self.pool.text())) };
        let gateway = Some(self.gateway.clone()).filter(|gateway| !gateway.is_empty());
        Ok(Address::Fixed { ip: ip.to_string(), prefix: self.pool.prefix(), gateway })
    }
}

impl Backups {
    fn check(&self) -> Result<(), String> {
        if self.storage.contains(|letter: char| letter.is_whitespace() || letter == ':') {
            return Err("a storage is named as Proxmox names it".into());
        }
        match [self.keep_daily, self.keep_weekly, self.keep_monthly].into_iter().all(|count| count <= 1000) {
            true => Ok(()),
            false => Err("1000 backups of a kind are kept at most; 0 keeps none by that rule".into()),
        }
    }

    pub fn keeps(&self) -> Retention {
        let count = |count: u32| (count > 0).then_some(count);
        Retention {
            last: None,
            hourly: None,
            daily: count(self.keep_daily),
            weekly: count(self.keep_weekly),
            monthly: count(self.keep_monthly),
            yearly: None,
        }
    }
}

/// Addresses to give away, from the first one to the last one.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Pool(Option<(Ipv4Addr, Ipv4Addr, u8)>);

impl Pool {
    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    fn all(&self) -> impl Iterator<Item = Ipv4Addr> {
        let (first, last) = self.0.map_or((1, 0), |(first, last, _)| (u32::from(first), u32::from(last)));
        (first..=last).map(Ipv4Addr::from)
    }

    fn prefix(&self) -> u8 {
        self.0.map_or(24, |(.., prefix)| prefix)
    }

    fn text(&self) -> String {
        self.0.map_or_else(String::new, |(first, last, prefix)| format!("{first}-{last}/{prefix}"))
    }

    fn read(text: &str) -> Option<Self> {
        let (range, prefix) = text.split_once('/')?;
        let (first, last) = range.split_once('-')?;
        let (first, last): (Ipv4Addr, Ipv4Addr) = (first.trim().parse().ok()?, last.trim().parse().ok()?);
        let prefix: u8 = prefix.trim().parse().ok().filter(|prefix| (8..=30).contains(prefix))?;
        let net = |address: Ipv4Addr| u32::from(address) >> (32 - prefix);
        (first <= last && net(first) == net(last)).then_some(Self(Some((first, last, prefix))))
    }
}

impl TryFrom<String> for Pool {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(Self::default());
        }
        Self::read(text).ok_or_else(|| "a pool is written as 192.168.1.200-192.168.1.240/24, in one network".to_owned())
    }
}

impl From<Pool> for String {
    fn from(pool: Pool) -> Self {
        pool.text()
    }
}
