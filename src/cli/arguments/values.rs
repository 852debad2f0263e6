//! Words of the command line that have parts. What must hold: what cannot be is refused before anything is asked.

use std::{net::IpAddr, str::FromStr};

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
