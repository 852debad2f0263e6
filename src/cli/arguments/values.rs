//! Words of the command line that have parts. What must hold: what cannot be is refused before anything is asked.

use std::{net::IpAddr, str::FromStr};

use crate::domain::backup::{BackupMode, Compression, Retention};

/// `NAME=VALUE`; the value may have further equal signs.
#[derive(Debug, Clone)]
pub struct Pair {
    pub name: String,
    pub value: String,
}

impl FromStr for Pair {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, value) = text.split_once('=').ok_or("it is NAME=…, with an equal sign between the two")?;
        if name.is_empty() {
            return Err("there is no name before the equal sign".into());
        }
        Ok(Self { name: name.into(), value: value.into() })
    }
}

/// An address with its prefix.
#[derive(Debug, Clone, Copy)]
pub struct Network {
    pub address: IpAddr,
    pub prefix: u8,
}

impl FromStr for Network {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (address, prefix) = text.split_once('/').ok_or("its prefix is missing, as the 24 in 10.0.0.5/24")?;
        let address: IpAddr = address.parse().map_err(|_| format!("{address} is no address"))?;
        let longest = if address.is_ipv4() { 32 } else { 128 };
        let prefix = prefix.parse().ok().filter(|prefix| (1..=longest).contains(prefix));
        let prefix = prefix.ok_or_else(|| format!("its prefix is a number from 1 to {longest}"))?;
        Ok(Self { address, prefix })
    }
}

/// How still a guest is kept while it is backed up.
#[derive(Debug, Clone, Copy)]
pub struct Stillness(pub BackupMode);

impl FromStr for Stillness {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let known = || BackupMode::ALL.map(BackupMode::slug).join(", ");
        BackupMode::read(text).map(Self).ok_or_else(|| format!("it is one of {}", known()))
    }
}

/// How a backup is made smaller.
#[derive(Debug, Clone, Copy)]
pub struct Squeeze(pub Compression);

impl FromStr for Squeeze {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Compression::ALL.into_iter().find(|one| one.word() == text);
        found.map(Self).ok_or_else(|| format!("it is one of {}", Compression::ALL.map(Compression::word).join(", ")))
    }
}

/// How many backups are kept; nothing where the storage is to say.
#[derive(Debug, Clone, Copy)]
pub struct Keeping(pub Option<Retention>);

impl FromStr for Keeping {
    type Err = String;

    /// A misspelt word would keep fewer backups than was meant, so each is known or all is refused.
    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "storage" => return Ok(Self(None)),
            "all" => return Ok(Self(Some(Retention::ALL))),
            _ => {}
        }
        let parts = text.split(',').map(keeping).collect::<Result<Vec<_>, _>>()?;
        let kept = Retention::of(parts.iter().map(|(name, count)| (name.as_str(), *count)));
        match kept.keeps_all() {
            true => Err("that would keep nothing; to remove none write `all`".into()),
            false => Ok(Self(Some(kept))),
        }
    }
}

fn keeping(part: &str) -> Result<(String, &str), String> {
    const KNOWN: [&str; 6] = ["last", "hourly", "daily", "weekly", "monthly", "yearly"];
    let (name, count) = part.trim().split_once('=').ok_or_else(|| format!("{part:?} is not NAME=COUNT"))?;
    let name = name.strip_prefix("keep-").unwrap_or(name);
    if !KNOWN.contains(&name) {
        return Err(format!("{name:?} is none of {}", KNOWN.join(", ")));
    }
    count.parse::<u32>().map_err(|_| format!("{count:?} is no count"))?;
    Ok((format!("keep-{name}"), count))
}
